"""Bounds: what decides whether a pair is a finding, for many pairs at once.

The steps of `queries/comparison/` define what a finding is. Here the same numbers are worked
out as arrays of 32 bits, so that the rules are held against them a little widened (no finding
is lost) or a little narrowed (nothing else is taken for one).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from devcoop.overlap.sets import FacetSets, Flags, Floats, Indices

    Days = NDArray[np.float64]
    Grades = NDArray[np.int8]

SLACK = 1e-5
"""How far a bound lies from the rule: more than numbers of 32 bits are rounded by."""
_MEASURED_AT_ONCE = 20_000
"""Pairs whose words are measured at once: each takes a number for each purpose."""


class Floors(NamedTuple):
    """What a pair must reach, a little below or above the rules of the step `comparison`.

    Attributes:
        overlap: Score of an overlap.
        complementarity: Score of what completes each other.
        continuity: Score of what follows each other.
        meeting: Score of any finding, and nearness of its themes where no sector is shared.
        same: Likeness of what counts as the same.
        close: Nearness of themes in sectors that meet, of what follows each other.
        sign: Likeness of activities or of groups of an overlap.
        different: Likeness of functions below which they are different.
    """

    overlap: float
    complementarity: float
    continuity: float
    meeting: float
    same: float
    close: float
    sign: float
    different: float

    @classmethod
    def of(cls, numbers: Mapping[str, float], slack: float) -> Self:
        """Read them out of the numbers of the comparison.

        Args:
            numbers: The numbers.
            slack: How much wider than the rules they are; negative for narrower.
        """
        return cls(
            overlap=numbers["overlap_score"] - slack,
            complementarity=numbers["complementarity_score"] - slack,
            continuity=numbers["continuity_score"] - slack,
            meeting=numbers["fragmentation_score"] - slack,
            same=numbers["same_similarity"] - slack,
            close=numbers["close_subject"] - slack,
            sign=numbers["like_sign"] - slack,
            different=numbers["different_similarity"] + slack,
        )

    @property
    def near(self) -> float:
        """Least nearness of themes, or of sectors, of what follows each other."""
        return min(self.same, self.close)

    @property
    def least(self) -> float:
        """Least score of a finding that is no overlap."""
        return min(self.complementarity, self.continuity)


@dataclass(frozen=True)
class Initiatives:
    """What decides about pairs beside the facets: arrays with a cell for each undertaking.

    Attributes:
        code: Code of its IRI.
        agency: Place of its agency in the order of short names; the first stands left.
        start: Its first day, counted from 1970; NaN if unknown.
        end: Its last day likewise; NaN if it goes on or is not known.
        is_own: Whether it is a matter of the agency's own house.
        is_open: Whether its places leave it open which countries it reaches, or are the world.
        is_global: Whether the world, or a worldwide body, is among its places.
        countries: The countries that it reaches, a bit for each.
        trust: How far its scores can be trusted, from 0 to 1; 1 if it states its facets.
        trust_without_theme: The same where the subject rests on purposes and not on themes.
        is_doubtful: Whether facets are suggested for it, so that words count as well.
        is_guessed: Whether its purposes are suggested and not stated.
        is_heard: Whether any word is known that it says of itself.
        spoken: How much its words speak of each purpose, a column for each.
    """

    code: Indices
    agency: Indices
    start: Days
    end: Days
    is_own: Flags
    is_open: Flags
    is_global: Flags
    countries: NDArray[np.uint64]
    trust: Floats
    trust_without_theme: Floats
    is_doubtful: Flags
    is_guessed: Flags
    is_heard: Flags
    spoken: NDArray[np.float32]

    @property
    def agencies(self) -> int:
        """How many agencies there are."""
        return int(self.agency.max(initial=-1)) + 1

    @cached_property
    def reach(self) -> Indices:
        """A number for the countries that each undertaking reaches, the same for the same ones."""
        rows = self.countries.view(f"V{self.countries.itemsize * self.countries.shape[1]}")
        numbers: Indices = np.unique(rows.ravel(), return_inverse=True)[1]
        return numbers


class Facet:
    """How some undertakings stand to all on one facet.

    Args:
        sets: The sets of the facet.
        some: Places of the undertakings on the left.
    """

    def __init__(self, sets: FacetSets, some: Indices) -> None:
        self._of = sets.of
        self.distinct = np.unique(sets.of[some])
        self._row = np.zeros(len(sets.members), dtype=np.int64)
        self._row[self.distinct] = np.arange(len(self.distinct))
        self.likeness, self.containment = sets.measure(self.distinct)

    def spread(self, table: Grades, rows: Indices, columns: Indices) -> Grades:
        """Spread a table of sets over undertakings: a row for each on the left."""
        return table[:, self._of[columns]][self._row[self._of[rows]]]

    def pick(self, table: Floats, left: Indices, right: Indices) -> Floats:
        """Pick the cell of each of some pairs out of a table of sets."""
        return table[self._row[self._of[left]], self._of[right]]


class Subjects(NamedTuple):
    """How near subjects are: tables with a row for each set on the left, a column for each set.

    Attributes:
        about: Of sets of themes, as far as the themes alone tell.
        best: The single best match of the themes.
        nearness: How near the two nearest themes are that are no modes of work.
        by_sector: Of sets of sectors, as far as the sectors alone tell.
        sector: How much of the sectors is shared, whatever that counts as a subject.
        by_purpose: Of sets of purposes, as far as the purposes alone tell.
    """

    about: Floats
    best: Floats
    nearness: Floats
    by_sector: Floats
    sector: Floats
    by_purpose: Floats


class Measures(NamedTuple):
    """What decides whether a pair is a finding: arrays with a cell for each pair.

    Attributes:
        score: The score, places included; of a doubtful pair the most that it can be.
        signs: Likeness of the activities or of the groups, whichever is greater.
        function: Likeness of the functions; NaN if one side names none.
        best: The single best match of the themes.
        nearness: How near the two nearest themes are that are no modes of work.
        by_sector: How near the subjects are as far as the sectors alone tell.
        sector: How much of the sectors is shared.
        by_purpose: How near the subjects are as far as the purposes alone tell.
        is_own: Whether one side is a matter of the agency's own house.
        is_dated: Whether both periods have a first day.
        is_successive: Whether one period ends before the other begins.
        is_doubtful: Whether facets are suggested for one side, or words decide.
    """

    score: Floats
    signs: Floats
    function: Floats
    best: Floats
    nearness: Floats
    by_sector: Floats
    sector: Floats
    by_purpose: Floats
    is_own: Flags
    is_dated: Flags
    is_successive: Flags
    is_doubtful: Flags

    def may_be_found(self, floors: Floors) -> Flags:
        """Tell which pairs may be findings: all that are, and hardly any other.

        Args:
            floors: A little wider than the rules.
        """
        overlaps = (self.score >= floors.overlap) & (self.signs >= min(floors.sign, floors.same))
        # Where no theme is named, a sector stands for the nearest theme.
        is_one_subject = self._is_one_subject(floors) | (self.by_sector >= floors.near)
        follows = (self.score >= floors.continuity) & ~self.is_own & is_one_subject
        return self._decide(floors, overlaps, follows)

    def is_found(self, floors: Floors, meets_somewhere: Flags) -> Flags:
        """Tell which pairs are findings for sure.

        Args:
            floors: A little narrower than the rules.
            meets_somewhere: Which pairs have a place in common, or may have.
        """
        overlaps = (self.score >= floors.overlap) & (self.signs >= floors.sign)
        least = max(floors.continuity, floors.meeting)
        follows = (self.score >= least) & ~self.is_own & self._is_one_subject(floors)
        is_sure = self._decide(floors, overlaps & meets_somewhere, follows)
        # How alike the words of a doubtful pair are is not known here.
        # Work in other countries is hardly ever near enough.
        return is_sure & ~self.is_doubtful & meets_somewhere

    def _is_one_subject(self, floors: Floors) -> Flags:
        nearness = np.maximum(self.nearness, self.by_purpose)
        is_close = (nearness >= floors.close) & (self.sector > 0)
        return (self.nearness >= floors.same) | is_close

    def _decide(self, floors: Floors, overlaps: Flags, follows: Flags) -> Flags:
        completes = (
            (self.score >= floors.complementarity)
            & (self.score >= floors.meeting)
            & (self.best >= floors.same)
            & (self.function < floors.different)
        )
        meets = (self.nearness >= floors.meeting) | (self.sector > 0)
        meets |= self.by_purpose >= floors.meeting
        decided = np.where(self.is_successive, follows, overlaps | completes)
        return self.is_dated & meets & decided


class Pairs:
    """Some pairs, one by one: arrays with a cell for each pair.

    Args:
        people: All undertakings.
        facets: How the undertakings on the left stand to all.
        left: Place of the one undertaking of each pair.
        right: Place of the other.
    """

    def __init__(
        self, people: Initiatives, facets: Mapping[str, Facet], left: Indices, right: Indices
    ) -> None:
        self._people, self._facets = people, facets
        self.left, self.right = left, right

    def name_sides(self, kept: Flags) -> tuple[Indices, Indices, Indices]:
        """Give the codes of both sides of some pairs, and a number for their two agencies.

        Args:
            kept: For each pair, whether it is one of them.

        Returns:
            Code of the left undertaking, whose agency sorts first, and of the right one; a number
            that is the same for pairs of the same two agencies.
        """
        left, right = self.left[kept], self.right[kept]
        code, agency = self._people.code, self._people.agency
        swapped = agency[left] > agency[right]
        left, right = np.where(swapped, right, left), np.where(swapped, left, right)
        return code[left], code[right], agency[left] * self._people.agencies + agency[right]

    def are_among(self, some: tuple[Indices, Indices]) -> Flags:
        """Tell which pairs are among some: places of the one and of the other undertaking."""
        every = len(self._people.code)
        return np.isin(self.left * every + self.right, some[0] * every + some[1])

    def may_meet(self, numbers: Mapping[str, float], subjects: Subjects, floors: Floors) -> Flags:
        """Tell which pairs may be findings as far as subject and places alone decide.

        Args:
            numbers: The numbers of the comparison.
            subjects: How near the subjects are.
            floors: A little wider than the rules.
        """
        by_theme, by_purpose = self._weigh_subjects(subjects)
        no, yes = np.array(False), np.array(True)
        at_most = Measures(
            score=np.maximum(by_theme, by_purpose) * self.weigh_places(numbers),
            signs=np.array(1),
            function=np.array(0),
            by_purpose=by_purpose,
            is_own=no,
            is_dated=yes,
            is_successive=no,
            is_doubtful=no,
            **self._measure_nearness(subjects),
        )
        at_once = at_most.may_be_found(floors) & self.meets_somewhere
        return at_once | at_most._replace(is_successive=yes).may_be_found(floors)

    def measure(self, numbers: Mapping[str, float], subjects: Subjects) -> Measures:
        """Measure everything that decides whether a pair is a finding.

        Args:
            numbers: The numbers of the comparison.
            subjects: How near the subjects are.
        """
        alike = self._bound_likeness(numbers)
        words = 1 - np.float32(numbers["words_share"]) * (1 - alike)
        by_theme, by_purpose = self._weigh_subjects(subjects, words)
        subject = self._trust_subject(by_theme, by_purpose * words)
        score, function, signs = self._score(numbers, subject, alike)
        people, left, right = self._people, self.left, self.right
        start = np.maximum(people.start[left], people.start[right])
        end = np.fmin(people.end[left], people.end[right])
        return Measures(
            score=score * self.weigh_places(numbers),
            signs=signs,
            function=function,
            by_purpose=by_purpose,
            is_own=self._is_own,
            is_dated=~np.isnan(start),
            is_successive=start > end,
            is_doubtful=people.is_doubtful[left] | people.is_doubtful[right] | self._is_worded,
            **self._measure_nearness(subjects),
        )

    def _weigh_subjects(
        self, subjects: Subjects, words: Floats | float = 1
    ) -> tuple[Floats, Floats]:
        """Weigh how near the subjects are, by themes or sectors and by purposes.

        Args:
            subjects: How near the subjects are.
            words: What the words leave of a theme that one side does not name.
        """
        about = self._pick("theme", subjects.about)
        about = np.where(self._has_themes, about, about * words)
        by_theme = np.maximum(about, self._pick("sector", subjects.by_sector))
        return by_theme, self._pick("purpose", subjects.by_purpose) * self._is_worded

    def _bound_likeness(self, numbers: Mapping[str, float]) -> Floats:
        """Give how alike the words of each pair are at most; 1 where they do not decide.

        The purposes of which both speak count as `words` has them; the words themselves could be
        the same.
        """
        people, of_words = self._people, np.float32(numbers["same_words_share"])
        alike = np.ones(len(self.left), dtype=np.float32)
        worded = np.flatnonzero(self._is_worded)
        for start in range(0, len(worded), _MEASURED_AT_ONCE):
            some = worded[start : start + _MEASURED_AT_ONCE]
            left, right = self.left[some], self.right[some]
            spoken = np.einsum("ij,ij->i", people.spoken[left], people.spoken[right])
            # Widened before it is divided by what may be small.
            near = np.minimum(1, (spoken + SLACK) / numbers["like_subjects"])
            is_heard = people.is_heard[left] & people.is_heard[right]
            known = of_words + (1 - of_words) * near
            alike[some] = np.where(is_heard, known, numbers["unknown_similarity"])
        return alike

    @cached_property
    def _has_themes(self) -> Flags:
        return ~np.isnan(self._pick("theme", self._facets["theme"].likeness))

    def _measure_nearness(self, subjects: Subjects) -> dict[str, Floats]:
        return {
            "best": self._pick("theme", subjects.best),
            "nearness": self._pick("theme", subjects.nearness),
            "by_sector": self._pick("sector", subjects.by_sector),
            "sector": self._pick("sector", subjects.sector),
        }

    @cached_property
    def _has_shared_country(self) -> Flags:
        countries = self._people.countries
        return np.asarray((countries[self.left] & countries[self.right]).any(axis=1))

    @cached_property
    def _is_open(self) -> Flags:
        return self._people.is_open[self.left] | self._people.is_open[self.right]

    @property
    def meets_somewhere(self) -> Flags:
        """Which pairs have a country in common, or places that leave it open."""
        return self._is_open | self._has_shared_country

    def weigh_places(self, numbers: Mapping[str, float]) -> Floats:
        """Give what is left of a score by the places, as `comparison` has it.

        Args:
            numbers: The numbers of the comparison.
        """
        is_global = self._people.is_global[self.left] | self._people.is_global[self.right]
        elsewhere = numbers["elsewhere_factor"]
        of_worded = np.where(
            self._is_open, numbers["open_place_factor"], elsewhere * numbers["other_country_factor"]
        )
        of_others = np.where(self._is_open, 1, elsewhere)
        apart = np.where(self._is_worded, of_worded, of_others)
        weight = np.where(self._has_shared_country | is_global, 1, apart)
        return weight.astype(np.float32)

    def _trust_subject(self, by_theme: Floats, by_purpose: Floats) -> Floats:
        """Give how near the subjects are, as far as both sides can be trusted in it."""
        people, left, right = self._people, self.left, self.right
        trust = people.trust[left] * people.trust[right]
        other = people.trust_without_theme[left] * people.trust_without_theme[right]
        # What is suggested for one side alone takes nothing off from what both state.
        other = np.where(self._is_worded, np.float32(1), other)
        of_theme = np.where(self._is_worded & ~self._has_themes, other, trust)
        trusted: Floats = np.maximum(by_theme * of_theme, by_purpose * other)
        return trusted

    def _score(
        self, numbers: Mapping[str, float], subject: Floats, alike: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Give score, likeness of the functions, and the stronger sign, as `substance` has them."""
        unknown = numbers["unknown_similarity"]
        groups = self._facets["beneficiary"]
        function = self._pick("function", self._facets["function"].containment)
        form = self._pick("instrument", self._facets["instrument"].likeness)
        group = self._pick("beneficiary", (groups.likeness + groups.containment) / 2)
        # Words stand for what is done, and for whom, where one side does not say it.
        else_known = np.where(self._is_worded, alike, np.float32(unknown))
        done = np.where(np.isnan(function), else_known, function)
        form = np.nan_to_num(form, nan=unknown)
        share = numbers["stronger_sign_share"]
        activity = share * np.maximum(done, form) + (1 - share) * (done + form) / 2
        weight = numbers["subject_weight"]
        meant = np.where(np.isnan(group), else_known, group)
        signs = (weight + 2 * activity + 2 * meant) / (weight + 4)
        score = subject * signs * self._factor(numbers, group)
        return score, function, np.maximum(activity, np.nan_to_num(group))

    def _factor(self, numbers: Mapping[str, float], group: Floats) -> Floats:
        arena = self._pick("arena", self._facets["arena"].likeness)
        factor = np.ones(len(group), dtype=np.float32)
        factor[arena == 0] = numbers["other_arena_factor"]
        factor[self._is_own] = numbers["own_house_factor"]
        factor[group == 0] *= numbers["other_group_factor"]
        return factor

    @cached_property
    def _is_worded(self) -> Flags:
        """Which pairs have purposes on both sides, one of them stated, so that words decide."""
        is_guessed = self._people.is_guessed[self.left] & self._people.is_guessed[self.right]
        return ~(is_guessed | np.isnan(self._pick("purpose", self._facets["purpose"].containment)))

    @property
    def _is_own(self) -> Flags:
        return self._people.is_own[self.left] | self._people.is_own[self.right]

    def _pick(self, facet: str, table: Floats) -> Floats:
        return self._facets[facet].pick(table, self.left, self.right)
