"""Candidates: the pairs that may be findings, found without scoring every pair in SQL.

Whether a pair is a finding hangs on a few numbers, and whole blocks of pairs fall at once to
one bound after the other:

1. the score is the subject times factors that are at most 1, so that no pair scores higher than
   its subject is near; the subject hangs on the sets of themes, sectors and purposes alone;
2. what places leave of that, and what each type of finding asks of the subject. Up to here
   initiatives that are alike in subject and places are one group, and groups meet groups;
3. the score itself, and what each type asks beside it. Where facets are suggested, what
   their words take off is left out, so that such a pair is never called a finding for sure here.

Two reports of one work are a finding, whatever their facets say.

Every bound is a little wider than the rule it stands for (`SLACK`), so that nothing is lost to
rounding. The steps of `queries/comparison/` remain the definition: they see all that is left and
have the last word.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from devcoop.model import FACETS
from devcoop.overlap.blocks import NO_PAIRS, Block, join_blocks, split_block
from devcoop.overlap.bounds import SLACK, Facet, Floors, Initiatives, Pairs, Subjects
from devcoop.overlap.closest import Closest, Progress
from devcoop.overlap.groups import Groups
from devcoop.overlap.progress import tell_nobody
from devcoop.overlap.sets import FacetSets
from devcoop.overlap.steps import CLOSEST_LEFT, CLOSEST_WAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from devcoop.overlap.engine import Engine
    from devcoop.overlap.progress import Tell
    from devcoop.overlap.sets import Floats, Indices

    Days = NDArray[np.float64]
    Grades = NDArray[np.int8]

_ENOUGH = 2
_BITS = 64
_OF_SUBJECT = ("theme", "sector", "purpose")
"""Facets of which one is enough for a subject that is shared."""
_BYTES_OF_A_CELL = 24
"""Memory for each pair of a block, with all arrays that stand beside each other."""
_BYTES_OF_A_PAIR = 200
"""Memory for each pair that is measured, likewise."""
_INITIATIVES = """
WITH place AS (
  SELECT undertaking,
    BOOL_OR(isDefined IS NOT TRUE OR COALESCE(basis = 'global', FALSE)) AS is_open,
    BOOL_OR(COALESCE(basis = 'global', FALSE)) AS is_global
  FROM area
  GROUP BY undertaking
)
SELECT enum_code(undertaking.undertaking) AS code,
  DENSE_RANK() OVER (ORDER BY agency.code, agency.agency) - 1 AS agency,
  "start" - DATE '1970-01-01' AS first_day,
  "end" - DATE '1970-01-01' AS last_day,
  COALESCE(place.is_open, TRUE) AS is_open,
  COALESCE(place.is_global, FALSE) AS is_global,
  undertaking.undertaking IN (
    SELECT facet.undertaking FROM facet JOIN concept_mark ON concept_mark.concept = facet.concept
    WHERE concept_mark.isOwnHouse
  ) AS is_own,
  COALESCE(trust.trust, 1) AS trust,
  COALESCE(trust.trust_without_theme, 1) AS trust_without_theme,
  trust.trust IS NOT NULL AS is_doubtful,
  COALESCE(trust.is_purpose_suggested, FALSE) AS is_guessed
FROM undertaking
JOIN agency ON agency.agency = undertaking.agency
LEFT JOIN place ON place.undertaking = undertaking.undertaking
LEFT JOIN trust ON trust.undertaking = undertaking.undertaking
ORDER BY code
"""
_COUNTRIES = """
SELECT enum_code(undertaking) AS undertaking,
  DENSE_RANK() OVER (ORDER BY country) - 1 AS country
FROM reach
"""
_HEARD = "SELECT DISTINCT enum_code(undertaking) AS code FROM root_word"
_SPOKEN = """
SELECT enum_code(undertaking) AS undertaking, enum_code(purpose) AS purpose, weight
FROM spoken_purpose
"""
_CONCEPTS = """
SELECT enum_code(information.concept) AS code, information, COALESCE(isModeOfWork, FALSE) AS is_mode
FROM information
LEFT JOIN concept_mark ON concept_mark.concept = information.concept
WHERE facet = ? AND information.concept IN (SELECT concept FROM facet WHERE facet = ?)
ORDER BY code
"""
_STATEMENTS = """
SELECT enum_code(undertaking) AS undertaking, enum_code(concept) AS concept
FROM facet WHERE facet = ?
"""
_SAME_WORK = """
SELECT enum_code(left_undertaking) AS one, enum_code(right_undertaking) AS other FROM same_work
"""
_SIMILARITIES = """
SELECT enum_code(left_concept) AS one, enum_code(right_concept) AS other, similarity
FROM concept_similarity WHERE facet = ?
"""


class _Part(NamedTuple):
    """Pairs of groups: of each row, and each column from that row on.

    Attributes:
        groups: The groups.
        rows: Some of them.
        columns: The same, and others after them.
    """

    groups: Groups
    rows: Indices
    columns: Indices


class Candidates:
    """Pairs of undertakings of different agencies that may be findings.

    Args:
        engine: Where the facet table and the similarity of concepts are.
        numbers: The numbers of the comparison.
        memory: Bytes that the arrays of a block may take.
        those: Codes of undertakings of which one is a side of each pair; None for all.
    """

    def __init__(
        self,
        engine: Engine,
        numbers: Mapping[str, float],
        memory: int,
        those: Indices | None = None,
    ) -> None:
        self._those = those
        self._tell: Tell = tell_nobody
        self._numbers, self._floors = numbers, Floors.of(numbers, SLACK)
        self._engine, self._memory = engine, memory
        self._most = max(1, memory // _BYTES_OF_A_PAIR)
        self._people = _read_initiatives(engine)
        self._sets = {facet: _read_sets(engine, facet, self._people.code) for facet in FACETS}
        self._one_work = _read_one_work(engine, self._people.code)

    def iter_parts(self, best: int | None, pairs: int, tell: Tell) -> Iterator[Block]:
        """Iterate over all pairs that may be findings, in parts of many blocks.

        Args:
            best: How many of each undertaking and of each two agencies; None for all.
            pairs: Number of pairs of a part, about.
            tell: Is given the share of the pairs that were looked at, after each block.

        Yields:
            One part at least, if only of no pairs.
        """
        self._tell = tell
        blocks = self.iter_blocks() if best is None else iter([self._choose_closest(best)])
        waiting: list[Block] = []
        for small in chain.from_iterable(split_block(block, pairs) for block in blocks):
            waiting.append(small)
            if sum(len(one.left) for one in waiting) >= pairs:
                yield join_blocks(waiting)
                waiting = []
        yield join_blocks(waiting)

    def _choose_closest(self, best: int) -> Block:
        """Choose the closest pairs, from where an earlier run was ended."""
        codes = int(self._people.code.max(initial=-1)) + 1
        closest, start = Closest(best, codes, self._people.agencies**2), Progress()
        if self._engine.was_made(CLOSEST_WAY):
            read = self._engine.read_arrays(f"SELECT * FROM {CLOSEST_WAY}")  # noqa: S608
            blocks, near = int(read["blocks"][0]), int(read["near"][0])
            left = self._engine.read_arrays(f"SELECT * FROM {CLOSEST_LEFT}")  # noqa: S608
            start = Progress(blocks, Block(**left, near=near))
        return closest.choose(self.iter_blocks(start.blocks), self._keep, start)

    def _keep(self, blocks: int, left: Block) -> None:
        """Keep how far the choice of the closest came, if tables stand in a file."""
        if not self._engine.is_filling:
            return
        columns = left._asdict()
        way = {"blocks": np.array([blocks]), "near": np.array([columns.pop("near")])}
        with self._engine.at_once():
            for name, arrays in ((CLOSEST_LEFT, columns), (CLOSEST_WAY, way)):
                self._engine.run(name, f"DROP TABLE IF EXISTS {name}")
                self._engine.add_arrays(name, arrays)

    def iter_blocks(self, skipped: int = 0) -> Iterator[Block]:
        """Iterate over all pairs, block by block, in the same order each time.

        Args:
            skipped: How many blocks are left out.
        """
        for part in islice(self._divide(self._those), skipped, None):
            yield self._find(part)
            left = part.columns[len(part.rows) :]
            self._tell(self._find_share(int(part.groups.sizes[left].sum())))

    def _find_share(self, left: int) -> float:
        """Find the share of the pairs that were looked at, by how many undertakings are left."""
        every = len(self._people.code)
        never = 0 if self._those is None else every - len(self._those)
        return 1 - (left**2 - never**2) / max(1, every**2 - never**2)

    def find_of(self, code: int) -> Block:
        """Find the pairs of one undertaking that may be findings.

        Args:
            code: Its code; there are no pairs of one that is not compared.
        """
        own = np.flatnonzero(self._people.code == code)
        if not len(own):
            return NO_PAIRS
        groups = self._groups.set_apart(int(own[0]))
        every = np.arange(len(groups.first))
        return self._find(_Part(groups, every[-1:], np.roll(every, 1)))

    def count_near(self, those: Indices) -> int:
        """Count the pairs that are near enough in subject and place to be looked at one by one.

        Args:
            those: Codes of undertakings of which one is a side of each pair.
        """
        return sum(
            len(left)
            for part in self._divide(those)
            for left, _ in self._iter_near(part, *self._measure_part(part))
        )

    @cached_property
    def _groups(self) -> Groups:
        """All undertakings, by what decides whether they may meet."""
        return Groups(self._list_traits())

    def _list_traits(self) -> list[Indices]:
        people = self._people
        sets = [self._sets[facet].of for facet in _OF_SUBJECT]
        marks = [people.is_open, people.is_global, people.is_guessed]
        return [*sets, people.reach, *(mark.astype(np.int64) for mark in marks)]

    def _divide(self, those: Indices | None) -> Iterator[_Part]:
        """Divide pairs of groups into parts: those of some rows, and of what follows."""
        groups, last = self._groups, len(self._groups.first)
        if those is not None:
            is_other = (~np.isin(self._people.code, those)).astype(np.int64)
            groups = Groups([is_other, *self._list_traits()])
            last = int((is_other[groups.first] == 0).sum())
        every = np.arange(len(groups.first))
        rows = max(1, self._memory // (_BYTES_OF_A_CELL * max(1, len(every))))
        for start in range(0, last, rows):
            yield _Part(groups, every[start : min(start + rows, last)], every[start:])

    def _measure_part(self, part: _Part) -> tuple[dict[str, Facet], Subjects]:
        """Measure how near the undertakings of a part are to all, facet by facet."""
        some = np.flatnonzero(np.isin(part.groups.of, part.rows))
        facets = {name: Facet(sets, some) for name, sets in self._sets.items()}
        return facets, self._measure_subjects(facets)

    def _iter_near(
        self, part: _Part, facets: Mapping[str, Facet], subjects: Subjects
    ) -> Iterator[tuple[Indices, Indices]]:
        """Iterate over the pairs that are near in subject and may meet: places of both sides."""
        groups, (one, other) = part.groups, self._one_work
        is_near = self._find_near(part, facets, subjects)
        row, column = np.nonzero(is_near)
        near = groups.iter_pairs(part.rows[row], part.columns[column], most=self._most)
        place = np.full(len(groups.first), -1)
        place[part.columns] = np.arange(len(part.columns))
        row, column = place[groups.of[one]], place[groups.of[other]]
        is_here = (row >= 0) & (row < len(part.rows)) & (column >= row)
        is_here &= (column > row) | (one < other)
        is_here[is_here] = ~is_near[row[is_here], column[is_here]]
        for left, right in chain(near, [(one[is_here], other[is_here])]):
            is_apart = self._people.agency[left] != self._people.agency[right]
            yield left[is_apart], right[is_apart]

    def _find_near(
        self, part: _Part, facets: Mapping[str, Facet], subjects: Subjects
    ) -> NDArray[np.bool_]:
        """Tell of each row and each column whether they are near in subject and may meet."""
        left, right = part.groups.first[part.rows], part.groups.first[part.columns]
        grade = facets["theme"].spread(self._grade_themes(subjects), left, right)
        grade += facets["sector"].spread(self._grade(subjects.by_sector), left, right)
        grade += facets["purpose"].spread(self._grade(subjects.by_purpose), left, right)
        is_near = grade >= _ENOUGH
        # Each two groups come once, and each beside itself.
        is_near[:, : len(left)] &= ~np.tri(len(left), k=-1, dtype=bool)
        for row, column in self._iter_some(*np.nonzero(is_near)):
            pairs = Pairs(self._people, facets, left[row], right[column])
            is_near[row, column] = pairs.may_meet(self._numbers, subjects, self._floors)
        return is_near

    def _iter_some(self, row: Indices, column: Indices) -> Iterator[tuple[Indices, Indices]]:
        """Iterate over so many at a time as can be measured at once: many share a subject."""
        for start in range(0, len(row), self._most):
            some = slice(start, start + self._most)
            yield row[some], column[some]

    def _find(self, part: _Part) -> Block:
        """Find candidates among some undertakings, and between them and those that follow."""
        facets, subjects = self._measure_part(part)
        return join_blocks([
            self._measure(Pairs(self._people, facets, left, right), subjects)
            for left, right in self._iter_near(part, facets, subjects)
        ])  # fmt: skip

    def _measure(self, pairs: Pairs, subjects: Subjects) -> Block:
        """Measure pairs that are near in subject, and keep those that may be findings."""
        measures, meets = pairs.measure(self._numbers, subjects), pairs.meets_somewhere
        is_one = pairs.are_among(self._one_work)
        kept = measures.may_be_found(self._floors) & (meets | measures.is_successive) | is_one
        sure = measures.is_found(Floors.of(self._numbers, -SLACK), meets) | is_one
        score = np.where(is_one, np.float32(1), measures.score)
        left, right, agencies = pairs.name_sides(kept)
        return Block(left, right, agencies, score[kept], sure[kept], len(kept))

    def _measure_subjects(self, facets: Mapping[str, Facet]) -> Subjects:
        theme = facets["theme"]
        about, best = self._measure_about("theme", theme)
        about[np.isnan(about)] = self._numbers["unknown_similarity"]
        nearness = self._sets["theme"].measure_nearness(theme.distinct)
        sector = np.nan_to_num(facets["sector"].containment)
        purpose = np.nan_to_num(self._measure_about("purpose", facets["purpose"])[0])
        by_sector = sector * np.float32(self._numbers["sector_share"])
        by_purpose = purpose * np.float32(self._numbers["purpose_share"])
        return Subjects(about, best, nearness, by_sector, sector, by_purpose)

    def _measure_about(self, name: str, facet: Facet) -> tuple[Floats, Floats]:
        """Measure how near sets are in what they are about, and the single best match."""
        best = self._sets[name].measure_best(facet.distinct)
        share = np.float32(self._numbers["best_subject_share"])
        about: Floats = share * best + (1 - share) * facet.likeness
        return about, best

    def _grade_themes(self, subjects: Subjects) -> Grades:
        """Grade pairs of sets of themes: 2 if they are enough for a finding, 1 if half."""
        floors = self._floors
        is_close = (subjects.best >= floors.same) | (subjects.nearness >= floors.near)
        is_enough = (subjects.about >= floors.overlap) | (
            is_close & (subjects.about >= floors.least)
        )
        return np.where(is_enough, _ENOUGH, is_close).astype(np.int8)

    def _grade(self, near: Floats) -> Grades:
        """Grade pairs of sets of sectors or purposes likewise; two halves make a finding.

        Args:
            near: How near the subjects are as far as these alone tell.
        """
        is_enough = near >= min(self._floors.overlap, self._floors.near)
        is_half = near >= self._floors.least
        return np.where(is_enough, _ENOUGH, is_half).astype(np.int8)


def _read_initiatives(engine: Engine) -> Initiatives:
    read = engine.read_arrays(_INITIATIVES)
    return Initiatives(
        code=read["code"].astype(np.int64),
        agency=read["agency"].astype(np.int64),
        start=_read_days(read["first_day"]),
        end=_read_days(read["last_day"]),
        is_own=read["is_own"].astype(bool),
        is_open=read["is_open"].astype(bool),
        is_global=read["is_global"].astype(bool),
        countries=_read_countries(engine, read["code"]),
        trust=read["trust"].astype(np.float32),
        trust_without_theme=read["trust_without_theme"].astype(np.float32),
        is_doubtful=read["is_doubtful"].astype(bool),
        is_guessed=read["is_guessed"].astype(bool),
        is_heard=np.isin(read["code"], engine.read_arrays(_HEARD)["code"]),
        spoken=_read_spoken(engine, read["code"]),
    )


def _read_one_work(engine: Engine, people: Indices) -> tuple[Indices, Indices]:
    """Read the places of both sides of pairs that are one work, each pair in both orders."""
    read = engine.read_arrays(_SAME_WORK)
    one, other = (np.searchsorted(people, read[side]) for side in ("one", "other"))
    return np.concatenate([one, other]), np.concatenate([other, one])


def _read_countries(engine: Engine, people: Indices) -> NDArray[np.uint64]:
    """Read which countries each undertaking reaches: a row for each, a bit for each country."""
    reach = engine.read_arrays(_COUNTRIES)
    known = np.isin(reach["undertaking"], people)
    owners, countries = reach["undertaking"][known], reach["country"][known]
    words = int(countries.max(initial=0)) // _BITS + 1
    reached = np.zeros((len(people), words * _BITS), dtype=bool)
    reached[np.searchsorted(people, owners), countries] = True
    return np.packbits(reached, axis=1).view(np.uint64)


def _read_spoken(engine: Engine, people: Indices) -> NDArray[np.float32]:
    """Read how much the words of each undertaking speak of each purpose, a column for each."""
    read = engine.read_arrays(_SPOKEN)
    known = np.isin(read["undertaking"], people)
    columns, column = np.unique(read["purpose"][known], return_inverse=True)
    spoken = np.zeros((len(people), len(columns)), dtype=np.float32)
    spoken[np.searchsorted(people, read["undertaking"][known]), column] = read["weight"][known]
    return spoken


def _read_days(days: NDArray[np.int64]) -> Days:
    return np.ma.filled(np.ma.asarray(days, dtype=np.float64), np.nan)


def _read_sets(engine: Engine, facet: str, people: Indices) -> FacetSets:
    """Read the sets of a facet; modes of work do not count as what is nearest."""
    concepts = engine.read_arrays(_CONCEPTS, [facet, facet])
    codes = concepts["code"].astype(np.int64)
    said = engine.read_arrays(_STATEMENTS, [facet])
    known = np.isin(said["concept"], codes) & np.isin(said["undertaking"], people)
    owners = np.searchsorted(people, said["undertaking"][known])
    places = np.searchsorted(codes, said["concept"][known])
    similarity = np.zeros((len(codes), len(codes)), dtype=np.float32)
    near = engine.read_arrays(_SIMILARITIES, [facet])
    is_used = np.isin(near["one"], codes) & np.isin(near["other"], codes)
    one, other = (np.searchsorted(codes, near[side][is_used]) for side in ("one", "other"))
    similarity[one, other] = near["similarity"][is_used]
    information = concepts["information"].astype(np.float32)
    counted = ~concepts["is_mode"].astype(bool)
    return FacetSets(owners, places, information, similarity, len(people), counted=counted)
