"""Candidates: the pairs that may be findings, found without scoring every pair in SQL.

Whether a pair is a finding hangs on a few numbers, and whole blocks of pairs fall at once to
one bound after the other:

1. the score is the subject times factors that are at most 1, so that no pair scores higher than
   its subject is near; the subject hangs on the sets of themes and sectors alone;
2. the score itself, and what each type of finding asks beside it.

Every bound is a little wider than the rule it stands for (`SLACK`), so that nothing is lost to
rounding. The steps of `queries/comparison/` remain the definition: they see all that is left and
have the last word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from devcoop.model import FACETS
from devcoop.overlap.sets import FacetSets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from devcoop.overlap.engine import Engine
    from devcoop.overlap.sets import Flags, Floats, Indices

    Days = NDArray[np.float64]
    Grades = NDArray[np.int8]

SLACK = 1e-5
"""How much lower a bound lies than the rule: more than numbers of 32 bits are rounded by."""
_ENOUGH = 2
_BYTES_OF_A_CELL = 24
"""Memory for each pair of a block, with all arrays that stand beside each other."""
_INITIATIVES = """
SELECT enum_code(undertaking.undertaking) AS code,
  DENSE_RANK() OVER (ORDER BY agency.code, agency.agency) AS agency,
  "start" - DATE '1970-01-01' AS first_day,
  "end" - DATE '1970-01-01' AS last_day,
  undertaking.undertaking IN (
    SELECT facet.undertaking FROM facet JOIN concept_mark ON concept_mark.concept = facet.concept
    WHERE concept_mark.isOwnHouse
  ) AS is_own
FROM undertaking
JOIN agency ON agency.agency = undertaking.agency
ORDER BY code
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
_SIMILARITIES = """
SELECT enum_code(left_concept) AS one, enum_code(right_concept) AS other, similarity
FROM concept_similarity WHERE facet = ?
"""


class Floors(NamedTuple):
    """What a pair must reach at least, a little below the rules of the step `comparison`.

    Attributes:
        overlap: Score of an overlap.
        complementarity: Score of what completes each other.
        continuity: Score of what follows each other.
        same: Best match of the themes of what completes each other.
        near: Nearness of the themes, or of the sectors, of what follows each other.
        sign: Likeness of activities or of groups of an overlap or a duplication.
        meeting: Nearness of the themes of any finding without a sector in common.
    """

    overlap: float
    complementarity: float
    continuity: float
    same: float
    near: float
    sign: float
    meeting: float

    @classmethod
    def of(cls, numbers: Mapping[str, float]) -> Self:
        """Read them out of the numbers of the comparison."""
        same = numbers["same_similarity"] - SLACK
        return cls(
            overlap=numbers["overlap_score"] - SLACK,
            complementarity=numbers["complementarity_score"] - SLACK,
            continuity=numbers["continuity_score"] - SLACK,
            same=same,
            near=min(same, numbers["close_subject"] - SLACK),
            sign=min(same, numbers["like_sign"] - SLACK),
            meeting=numbers["fragmentation_score"] - SLACK,
        )

    @property
    def least(self) -> float:
        """Least score of a finding that is no overlap."""
        return min(self.complementarity, self.continuity)


class Block(NamedTuple):
    """What became of the pairs of some undertakings with those that come after them.

    Attributes:
        left: Codes of the left undertakings of the pairs that may be findings.
        right: Codes of the right ones.
        near: How many pairs were near enough in subject to be looked at one by one.
    """

    left: Indices
    right: Indices
    near: int


@dataclass(frozen=True)
class Initiatives:
    """What decides about pairs beside the facets: arrays with a cell for each undertaking.

    Attributes:
        code: Code of its IRI.
        agency: Place of its agency in the order of short names; the first stands left.
        start: Its first day, counted from 1970; NaN if unknown.
        end: Its last day likewise; NaN if it goes on or is not known.
        is_own: Whether it is a matter of the agency's own house.
    """

    code: Indices
    agency: Indices
    start: Days
    end: Days
    is_own: Flags


class _Facet:
    """How some undertakings stand to all on one facet.

    Args:
        sets: The sets of the facet.
        rows: Places of the undertakings on the left.
    """

    def __init__(self, sets: FacetSets, rows: Indices) -> None:
        self._sets = sets
        self.distinct, self._row = np.unique(sets.of[rows], return_inverse=True)
        self.likeness, self.containment = sets.measure(self.distinct)

    def spread(self, table: Grades, columns: Indices) -> Grades:
        """Spread a table of sets over undertakings: a row for each on the left."""
        return table[:, self._sets.of[columns]][self._row]

    def pick(self, table: Floats, row: Indices, right: Indices) -> Floats:
        """Pick the cell of each of some pairs out of a table of sets."""
        return table[self._row[row], self._sets.of[right]]


class Subjects(NamedTuple):
    """How near subjects are: tables with a row for each set on the left, a column for each set.

    Attributes:
        about: Of sets of themes, as far as the themes alone tell.
        best: The single best match of the themes.
        nearness: How near the two nearest themes are that are no modes of work.
        by_sector: Of sets of sectors, as far as the sectors alone tell.
    """

    about: Floats
    best: Floats
    nearness: Floats
    by_sector: Floats


class Candidates:
    """Pairs of undertakings of different agencies that may be findings.

    Args:
        engine: Where the facet table and the similarity of concepts are.
        numbers: The numbers of the comparison.
        memory: Bytes that the arrays of a block may take.
    """

    def __init__(self, engine: Engine, numbers: Mapping[str, float], memory: int) -> None:
        self._numbers, self._floors = numbers, Floors.of(numbers)
        self._memory = memory
        self._people = _read_initiatives(engine)
        self._sets: dict[str, FacetSets] = {}
        for facet in FACETS:
            self._sets[facet], is_mode = _read_sets(engine, facet, self._people.code)
            if facet == "theme":
                self._is_topic = ~is_mode

    def iter_blocks(self) -> Iterator[Block]:
        """Iterate over all pairs, block by block, in the same order each time."""
        order = np.argsort(self._sets["theme"].of, kind="stable")
        rows = max(1, self._memory // (_BYTES_OF_A_CELL * max(1, len(order))))
        for start in range(0, len(order), rows):
            yield self._find(order[start : start + rows], order[start:])

    def iter_parts(self, pairs: int) -> Iterator[Block]:
        """Iterate over all pairs, in parts of many blocks.

        Args:
            pairs: Least number of pairs of a part, but for the last.

        Yields:
            One part at least, if only of no pairs.
        """
        waiting: list[Block] = []
        for block in self.iter_blocks():
            waiting.append(block)
            if sum(len(one.left) for one in waiting) >= pairs:
                yield _join(waiting)
                waiting = []
        yield _join(waiting)

    def _find(self, rows: Indices, columns: Indices) -> Block:
        """Find candidates among some undertakings, and between them and those that follow."""
        facets = {name: _Facet(sets, rows) for name, sets in self._sets.items()}
        theme, sector = facets["theme"], facets["sector"]
        subjects = self._measure_subjects(theme, sector)
        agency = self._people.agency
        is_near = theme.spread(self._grade_themes(subjects), columns)
        is_near += sector.spread(self._grade_sectors(subjects), columns)
        is_near[agency[rows][:, None] == agency[columns][None, :]] = 0
        is_near[:, : len(rows)] *= ~np.tri(len(rows), dtype=bool)
        row, column = np.nonzero(is_near >= _ENOUGH)
        pairs = _Pairs(self._people, facets, rows, row, columns[column])
        kept = pairs.may_be_found(self._numbers, subjects)
        return Block(*pairs.name_sides(kept), len(row))

    def _measure_subjects(self, theme: _Facet, sector: _Facet) -> Subjects:
        sets = self._sets["theme"]
        best = sets.measure_best(theme.distinct)
        share = np.float32(self._numbers["best_subject_share"])
        about = share * best + (1 - share) * theme.likeness
        about[np.isnan(about)] = self._numbers["unknown_similarity"]
        nearness = sets.measure_nearness(theme.distinct, self._is_topic)
        by_sector = np.nan_to_num(sector.containment) * np.float32(self._numbers["sector_share"])
        return Subjects(about, best, nearness, by_sector)

    def _grade_themes(self, subjects: Subjects) -> Grades:
        """Grade pairs of sets of themes: 2 if they are enough for a finding, 1 if half."""
        floors = self._floors
        is_close = (subjects.best >= floors.same) | (subjects.nearness >= floors.near)
        is_enough = (subjects.about >= floors.overlap) | (
            is_close & (subjects.about >= floors.least)
        )
        return np.where(is_enough, _ENOUGH, is_close).astype(np.int8)

    def _grade_sectors(self, subjects: Subjects) -> Grades:
        """Grade pairs of sets of sectors likewise; two halves make a finding."""
        is_enough = subjects.by_sector >= min(self._floors.overlap, self._floors.near)
        is_half = subjects.by_sector >= self._floors.least
        return np.where(is_enough, _ENOUGH, is_half).astype(np.int8)


class _Pairs:
    """Some pairs, one by one: arrays with a cell for each pair.

    Args:
        people: All undertakings.
        facets: How the undertakings on the left stand to all.
        rows: Places of the undertakings on the left.
        row: Which of them each pair has.
        right: Place of the other undertaking of each pair.
    """

    def __init__(
        self,
        people: Initiatives,
        facets: Mapping[str, _Facet],
        rows: Indices,
        row: Indices,
        right: Indices,
    ) -> None:
        self._people, self._facets, self._row = people, facets, row
        self.left, self.right = rows[row], right

    def name_sides(self, kept: Flags) -> tuple[Indices, Indices]:
        """Give the codes of both sides of some pairs, the agency that sorts first on the left."""
        left, right = self.left[kept], self.right[kept]
        swapped = self._people.agency[left] > self._people.agency[right]
        code = self._people.code
        return code[np.where(swapped, right, left)], code[np.where(swapped, left, right)]

    def may_be_found(self, numbers: Mapping[str, float], subjects: Subjects) -> Flags:
        """Tell which pairs may be findings; see the step `comparison` for the rules.

        Args:
            numbers: The numbers of the comparison.
            subjects: How near the subjects are.
        """
        by_sector = self._pick("sector", subjects.by_sector)
        subject = np.maximum(self._pick("theme", subjects.about), by_sector)
        best = self._pick("theme", subjects.best)
        nearness = self._pick("theme", subjects.nearness)
        floors = Floors.of(numbers)
        score, function, signs = self._score(numbers, subject)
        overlaps = (score >= floors.overlap) & (signs >= floors.sign)
        completes = (
            (score >= floors.complementarity)
            & (best >= floors.same)
            & (function < numbers["different_similarity"] + SLACK)
        )
        is_one_subject = (nearness >= floors.near) | (by_sector >= floors.near)
        follows = (score >= floors.continuity) & ~self._is_own & is_one_subject
        meets = (nearness >= floors.meeting) | (by_sector > 0)
        is_known, is_successive = self._time()
        return is_known & meets & np.where(is_successive, follows, overlaps | completes)

    def _score(
        self, numbers: Mapping[str, float], subject: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Give score, likeness of the functions, and the stronger sign, as `substance` has them."""
        unknown = numbers["unknown_similarity"]
        groups = self._facets["beneficiary"]
        function = self._pick("function", self._facets["function"].containment)
        form = self._pick("instrument", self._facets["instrument"].likeness)
        group = self._pick("beneficiary", (groups.likeness + groups.containment) / 2)
        done, form = np.nan_to_num(function, nan=unknown), np.nan_to_num(form, nan=unknown)
        share = numbers["stronger_sign_share"]
        activity = share * np.maximum(done, form) + (1 - share) * (done + form) / 2
        weight = numbers["subject_weight"]
        signs = (weight + 2 * activity + 2 * np.nan_to_num(group, nan=unknown)) / (weight + 4)
        score = subject * signs * self._factor(numbers, group)
        return score, function, np.maximum(activity, np.nan_to_num(group))

    def _factor(self, numbers: Mapping[str, float], group: Floats) -> Floats:
        arena = self._pick("arena", self._facets["arena"].likeness)
        factor = np.ones(len(group), dtype=np.float32)
        factor[arena == 0] = numbers["other_arena_factor"]
        factor[self._is_own] = numbers["own_house_factor"]
        factor[group == 0] *= numbers["other_group_factor"]
        return factor

    @property
    def _is_own(self) -> Flags:
        return self._people.is_own[self.left] | self._people.is_own[self.right]

    def _pick(self, facet: str, table: Floats) -> Floats:
        return self._facets[facet].pick(table, self._row, self.right)

    def _time(self) -> tuple[Flags, Flags]:
        """Tell of which pairs the periods are known, and which follow each other."""
        people, left, right = self._people, self.left, self.right
        start = np.maximum(people.start[left], people.start[right])
        end = np.fmin(people.end[left], people.end[right])
        return ~np.isnan(start), start > end


def _read_initiatives(engine: Engine) -> Initiatives:
    read = engine.read_arrays(_INITIATIVES)
    return Initiatives(
        code=read["code"].astype(np.int64),
        agency=read["agency"].astype(np.int64),
        start=_read_days(read["first_day"]),
        end=_read_days(read["last_day"]),
        is_own=read["is_own"].astype(bool),
    )


def _read_days(days: NDArray[np.int64]) -> Days:
    return np.ma.filled(np.ma.asarray(days, dtype=np.float64), np.nan)


def _read_sets(engine: Engine, facet: str, people: Indices) -> tuple[FacetSets, Flags]:
    """Read the sets of a facet, and which of its concepts are modes of work."""
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
    sets = FacetSets(owners, places, information, similarity, len(people))
    return sets, concepts["is_mode"].astype(bool)


def _join(blocks: list[Block]) -> Block:
    none = np.array([], dtype=np.int64)
    return Block(
        np.concatenate([none, *(block.left for block in blocks)]),
        np.concatenate([none, *(block.right for block in blocks)]),
        sum(block.near for block in blocks),
    )
