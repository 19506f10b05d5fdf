"""Why two initiatives meet, in sentences."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devcoop.overlap.conversations import was_found
from devcoop.words import codes
from devcoop.words.language import Tongue, is_whole_years

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from devcoop.model import Period
    from devcoop.overlap.explanation import Explanation, FacetMatch, Setting
    from devcoop.words.lexicon import Lexicon

_MOST_COUNTRIES = 6
_MOST_AREAS = 4
_MOST_NEAR = 2
_UNIMPORTANT = ("sector", "arena", "purpose")
"""Facets on which silence is no news: few speak of them, or of the last hardly any but lists."""
_UNIMPORTANT_FOR_ONE = ("sector", "purpose")
"""Facets on which silence is no news where the other side speaks."""
_BOTH_DO = "{agencies} both {doing}: {subject}"
_BOTH_WORK_ON = "{agencies} both work on {subject}"
_WORK_ON = "{agencies} work on {subject}"
_ONE_AT_HOME = "{agencies} work on {subject}, {there}"
_SIDE_IN = "{agency} {arenas}"
_RELATED = "{left} works on {one}, {right} on {other}: two related subjects"
_EACH = "{left} works on {one}, {right} on {other}"
_ONE_SECTOR = "{agencies} both work in one sector: {sector}"
_ONE_PURPOSE = "{agencies} both have one purpose of aid: {purpose}"
_ONE_FIELD = "{agencies} work in one broad field of aid"
_ONE_WORK = "{agencies} report one work: {evidence}"
_ONE_WAY = "{agencies} work in the same way ({mode}), but on no common subject"
_NO_SUBJECT = "The texts of {agencies} tell of no common subject"
_WHILE_INFERRED = (
    "{headline} (at the same time {span}, as far as can be inferred; {agencies}: start inferred)"
)
_WHILE_UNSTATED = "{headline} (at the same time {span}, as far as is known; {agencies}: not stated)"
_WHILE_OPEN = (
    "{headline} (at the same time {span}, as far as is known: a beginning or an end is not stated)"
)
_NEAR = "{one} is near {other}"
_WORDS = "words in both titles or texts"
_SPOKEN = "purposes of aid in whose words both texts speak"
_DONE_APART = "{doing} ({there})"
_ONLY = "only {side}"
_SILENT = "not known of {agencies}: {facet}"
_NEITHER = "not known of either: {facet}"
_ALL_SAID = "Nothing on these points, of which both texts speak: {facets}."
_SUGGESTED = (
    "not known of {agencies}: {facet}; suggested from title and description: {concepts} "
    "({share} sure)"
)
_SUGGESTED_BY_PURPOSE = (
    "not known of {agencies}: {facet}; suggested from the purpose of aid, or from title and "
    "description: {concepts} ({share} sure)"
)
_AS_SUGGESTED = "{text} (suggested, not stated, for {agencies})"
_READ = "{concept} (read from the text, not stated in words)"
_READ_FOR = "{concept} (for {agencies} read from the text, not stated in words)"
_SUCCESSIVE = "One after the other: {first} until {until}, {then} from {since}."
_LONG_AFTER = (
    "One after the other, with {years} years between: {first} until {until}, {then} from {since}."
)
_LEAST_YEARS = 5
"""Years between two initiatives that are said, at least: plans seldom last longer."""
_TIMING_UNKNOWN = "Not known, since a day is missing."
_CONCURRENT = "At the same time: {span}."
_POSSIBLY = "Possibly at the same time: {span}; not all of this is stated."
_PERIODS_STATED = "What is stated for the initiative, or else for its plan: {periods}."
_PERIODS = "What is known for the initiative, or else for its plan: {periods}."
_SPAN = "{start} to {end}"
_OPEN_SPAN = "{start} on, with an open end"
_NO_DAY = "an unknown day"
_PLACES = {
    "named": "Both name {countries}.",
    "named-and-group": "{countries}: named by one, meant through a group by the other.",
    "via-group": "Through groups that share {number} countries ({countries}).",
    "global": "At least one is worldwide ({areas}).",
    "none": "No country in common ({areas}).",
    "unknown": "Whether both reach one country is not known ({areas}).",
}
_POSSIBLE = (
    "Possibly, among others, in {countries}: one plan names or means them, and the other names "
    "them or puts them first by a rule."
)
_IN_BODIES = "In international bodies, where no country decides who meets ({areas})."
_UNLISTED = "{area} [no list is loaded]"
_ROW_IN_BODIES = "in international bodies"
_NO_PLACE = "place not known"
_NOT_SAID = "Neither plan names the other agency as one to coordinate with."
_OF_KIND = (
    "{agency} names kinds of organization that {other} may be one of: {groups} (see {places})."
)
_STABILITY = "Place {place} of all pairs; {best} to {worst} if one point were left out."
_STABILITY_AMONG = (
    "Place {place} of the {among} pairs that were scored; {best} to {worst} if one point were "
    "left out."
)
_SAID = "{agencies} names the other for it: see {places}."
_SAID_ELSEWHERE = (
    "{agencies} names the other elsewhere in its plan, not for this pair: see {places}."
)
SPOKEN: tuple[str, ...] = (
    *(_BOTH_DO, _BOTH_WORK_ON, _WORK_ON, _ONE_AT_HOME, _SIDE_IN, _RELATED, _EACH),
    *(
        _ONE_WORK,
        _ONE_SECTOR,
        _ONE_PURPOSE,
        _ONE_FIELD,
        _ONE_WAY,
        _NO_SUBJECT,
        _WHILE_OPEN,
        _WHILE_INFERRED,
        _WHILE_UNSTATED,
        _DONE_APART,
        _NEAR,
        _WORDS,
        _SPOKEN,
        _ONLY,
        _SILENT,
        _NEITHER,
        _ALL_SAID,
    ),
    *(_SUGGESTED, _SUGGESTED_BY_PURPOSE, _AS_SUGGESTED, _READ, _READ_FOR),
    *(_SUCCESSIVE, _LONG_AFTER, _TIMING_UNKNOWN, _CONCURRENT, _POSSIBLY, _PERIODS_STATED, _PERIODS),
    *(_SPAN, _OPEN_SPAN, _NO_DAY),
    *(
        *_PLACES.values(),
        _IN_BODIES,
        _ROW_IN_BODIES,
        _POSSIBLE,
        _UNLISTED,
        _NO_PLACE,
        _NOT_SAID,
        _OF_KIND,
        _SAID,
        _SAID_ELSEWHERE,
        _STABILITY,
        _STABILITY_AMONG,
    ),
)
"""Messages of this module, for those who look for what has to be translated."""


@dataclass(frozen=True)
class Point:
    """What there is to say on one point.

    Attributes:
        term: The point; empty if the text speaks for itself.
        text: What there is to say.

    Examples:
        >>> str(Point("subject", "metrology"))
        'subject: metrology'
    """

    term: str
    text: str

    def __str__(self) -> str:
        return f"{self.term}: {self.text}" if self.term else self.text


@dataclass(frozen=True)
class Told:
    """An explanation in sentences of one language.

    Attributes:
        headline: Who and about what.
        together: What both share, point by point.
        apart: What tells them apart, point by point.
        unknown: What the text of one side leaves open, and what is suggested for it.
        silent: What neither text speaks of, as far as that is news.
        stated: On which points both texts speak; empty if one of those that are news is unknown.
        when: How their periods meet.
        where: How their places meet.
        caveats: What to look at before the finding is believed.
        said: What the plans state about coordination between the two agencies.
        options: What could be done, and why.
    """

    headline: str
    together: tuple[Point, ...]
    apart: tuple[Point, ...]
    unknown: tuple[str, ...]
    silent: tuple[str, ...]
    stated: str
    when: str
    where: str
    caveats: tuple[str, ...]
    said: str
    options: tuple[Point, ...]


def tell(explanation: Explanation, lexicon: Lexicon, language: str = "en") -> Told:
    """Put an explanation into sentences.

    Args:
        explanation: Why a pair is what it is.
        lexicon: What concepts and places are called.
        language: Code of the language.
    """
    teller = _Teller(explanation, lexicon, Tongue(language))
    say = teller.tongue.say
    return Told(
        headline=teller.headline(),
        together=tuple(teller.together()),
        apart=tuple(teller.apart()),
        unknown=tuple(teller.unknown()),
        silent=tuple(teller.silent()),
        stated=teller.stated(),
        when=teller.when(),
        where=teller.where(),
        caveats=tuple(say(codes.CAVEATS[code]) for code in explanation.caveats),
        said=teller.said(),
        options=tuple(
            Point(say(codes.OPTIONS[slug]), say(codes.OPTION_REASONS[slug]))
            for slug in explanation.options
        ),
    )


def say_headline(explanation: Explanation, lexicon: Lexicon, language: str = "en") -> str:
    """Say who meets and about what; the rest costs time where only this is shown.

    Args:
        explanation: Why a pair is what it is.
        lexicon: What concepts and places are called.
        language: Code of the language.
    """
    return _Teller(explanation, lexicon, Tongue(language)).headline()


def say_setting(
    setting: Setting, agencies: tuple[str, str], lexicon: Lexicon, language: str = "en"
) -> str:
    """Say in a row what is known of where two initiatives meet.

    Args:
        setting: What is known of it.
        agencies: Short names of the agencies of the left and of the right side.
        lexicon: What arenas are called.
        language: Code of the language.
    """
    tongue = Tongue(language)
    relation = _ROW_IN_BODIES if setting.in_bodies else codes.PLACE_RELATIONS[setting.relation]
    sides = [
        tongue.say(_SIDE_IN).format(
            agency=agency, arenas=tongue.join([lexicon.within(iri, language) for iri in iris])
        )
        for agency, iris in zip(agencies, setting.arenas, strict=True)
        if iris
    ]
    return tongue.semicolon.join(filter(None, (tongue.say(relation), ", ".join(sides))))


def say_stability(
    places: tuple[int, int, int], language: str = "en", *, among: int | None = None
) -> str:
    """Say where a pair stands among all, and how far that hangs on one facet.

    Args:
        places: As an explanation has them.
        language: Code of the language.
        among: How many pairs were scored, if not all were.

    Examples:
        >>> say_stability((3, 1, 20))
        'Place 3 of all pairs; 1 to 20 if one point were left out.'
    """
    tongue = Tongue(language)
    place, best, worst = map(tongue.number, places)
    said = {"place": place, "best": best, "worst": worst}
    if among is None:
        return tongue.say(_STABILITY).format(**said)
    return tongue.say(_STABILITY_AMONG).format(**said, among=tongue.number(among))


@dataclass(frozen=True)
class _Teller:
    told: Explanation
    lexicon: Lexicon
    tongue: Tongue

    @property
    def _agencies(self) -> dict[str, str]:
        """Short names of the agencies, by side."""
        return {"left": self.told.left.agency.name, "right": self.told.right.agency.name}

    def _fill(self, message: str, **holes: str) -> str:
        return self.tongue.say(message).format(**holes)

    def _join(self, sides: Sequence[str]) -> str:
        return self.tongue.join([self._agencies[side] for side in sides])

    def _within(self, iri: str) -> str:
        return self.lexicon.within(iri, self.tongue.code)

    def _facet(self, match: FacetMatch) -> str:
        return self.tongue.say(codes.FACETS[match.facet])

    def headline(self) -> str:
        theme = self.told.find_match("theme")
        line = (
            self._one_work_line()
            or self._purpose_line(theme)
            or self._mark(self._subject_line(), theme)
        )
        when = self.told.when
        is_inferred = when.timing == "possibly-concurrent" and was_found(self.told.pair)
        if when.shared is None or not is_inferred:
            return line
        # Who reads one line only must not take days that are inferred for days that are stated.
        span, agencies = self._span(when.shared), self._join(when.unstated)
        if not when.unstated:
            return self._fill(_WHILE_OPEN, headline=line, span=span)
        sides = {"left": self.told.left.period, "right": self.told.right.period}
        unstated = [sides[side] for side in when.unstated]
        is_start = all(one.basis == "inferred" and not one.end for one in unstated)
        message = _WHILE_INFERRED if is_start else _WHILE_UNSTATED
        return self._fill(message, headline=line, span=span, agencies=agencies)

    def _mark(self, text: str, match: FacetMatch | None) -> str:
        """Say of what rests on suggestions that it does."""
        if match is None or not match.suggested:
            return text
        return self._fill(_AS_SUGGESTED, text=text, agencies=self._join(match.sides_suggested))

    def _one_work_line(self) -> str:
        """Say by what it is known that two reports are on one work."""
        if not self.told.pair.evidence:
            return ""
        evidence = self.tongue.say(codes.REFERENCES[self.told.pair.evidence])
        return self._fill(_ONE_WORK, agencies=self._join(("left", "right")), evidence=evidence)

    def _purpose_line(self, theme: FacetMatch | None) -> str:
        """Name the purpose that both state, where no stated theme is nearer than that."""
        purpose, agencies = self.told.find_match("purpose"), self._join(("left", "right"))
        is_surer = self.told.subject and not (theme and theme.suggested)
        if is_surer or purpose is None or not purpose.similarity:
            return ""
        if purpose.same:
            named = self._within(purpose.same[0])
            line = self._fill(_ONE_PURPOSE, agencies=agencies, purpose=named)
            return self._mark(line, purpose)
        if self.told.subject:
            return ""
        return self._mark(self._fill(_ONE_FIELD, agencies=agencies), purpose)

    def _subject_line(self) -> str:
        told, agencies = self.told, self._join(("left", "right"))
        if told.subject:
            return self._say_subject(self._within(told.subject), agencies)
        if told.pair.themes:
            one, other = map(self._within, told.pair.themes)
            message = _RELATED if told.related else _EACH
            return self._fill(message, **self._agencies, one=one, other=other)
        if told.sector:
            return self._fill(_ONE_SECTOR, agencies=agencies, sector=self._within(told.sector))
        if told.mode:
            return self._fill(_ONE_WAY, agencies=agencies, mode=self._within(told.mode))
        return self._fill(_NO_SUBJECT, agencies=agencies)

    def _say_subject(self, subject: str, agencies: str) -> str:
        told = self.told
        if told.doing:
            doing = self._within(told.doing)
            return self._fill(_BOTH_DO, agencies=agencies, doing=doing, subject=subject)
        if told.in_one_arena:
            return self._fill(_BOTH_WORK_ON, agencies=agencies, subject=subject)
        if len(told.at_home) == 1:
            # On its own side is at home, in its own organization or in the running of its plan.
            [side] = told.at_home
            arenas = dict(zip(self._agencies, told.arenas, strict=True))[side]
            there = self._say_arena(self._agencies[side], arenas)
            return self._fill(_ONE_AT_HOME, agencies=agencies, subject=subject, there=there)
        return self._fill(_WORK_ON, agencies=agencies, subject=subject)

    def _say_arenas(self) -> str:
        """Say where each side is to take effect."""
        return ", ".join(map(self._say_arena, self._agencies.values(), self.told.arenas))

    def _say_arena(self, agency: str, arenas: Sequence[str]) -> str:
        words = self.tongue.join([*map(self._within, arenas)])
        return self._fill(_SIDE_IN, agency=agency, arenas=words)

    def together(self) -> Iterator[Point]:
        is_apart = all(self.told.arenas) and not self.told.in_one_arena
        for match in self.told.matches:
            words = [self._say_same(match, iri) for iri in match.same]
            words += [
                self._fill(
                    _NEAR,
                    one=self._say_read(match, "left", one),
                    other=self._say_read(match, "right", other),
                )
                for one, other in match.near[:_MOST_NEAR]
            ]
            if words:
                text = ", ".join(words)
                if match.facet == "function" and is_apart:
                    text = self._fill(_DONE_APART, doing=text, there=self._say_arenas())
                yield Point(self._facet(match), self._mark(text, match))
        if self.told.words:
            yield Point(self.tongue.say(_WORDS), ", ".join(self.told.words))
        if self.told.spoken:
            purposes = ", ".join(map(self._within, self.told.spoken))
            yield Point(self.tongue.say(_SPOKEN), purposes)

    def _say_same(self, match: FacetMatch, iri: str) -> str:
        """Name what both have, and for whom that is read from the text."""
        sides = [side for side in self._agencies if (side, iri) in match.inferred]
        concept = self._within(iri)
        if not sides:
            return concept
        return self._fill(_READ_FOR, concept=concept, agencies=self._join(sides))

    def _say_read(self, match: FacetMatch, side: str, iri: str) -> str:
        """Name what one side has, and whether that is read from the text."""
        concept = self._within(iri)
        is_read = (side, iri) in match.inferred
        return self._fill(_READ, concept=concept) if is_read else concept

    def apart(self) -> Iterator[Point]:
        for match in self.told.matches:
            sides = [
                f"{self._agencies[side]}{self.tongue.colon}"
                + ", ".join(self._say_read(match, side, iri) for iri in iris)
                for side, iris in (("left", match.left), ("right", match.right))
                if iris
            ]
            if sides and not match.silent:
                words = self.tongue.semicolon.join(sides)
                only = len(sides) == 1
                text = self._fill(_ONLY, side=words) if only else words
                yield Point(self._facet(match), self._mark(text, match))

    def unknown(self) -> Iterator[str]:
        for match in self.told.matches:
            if match.silent and match.facet not in _UNIMPORTANT_FOR_ONE:
                agencies = self._join(match.silent)
                yield self._fill(_SILENT, agencies=agencies, facet=self._facet(match))
            yield from self._say_suggested(match)

    def _say_suggested(self, match: FacetMatch) -> Iterator[str]:
        """Say what is suggested, once where it is the same for both sides."""
        sides: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for side, confidence in match.suggested:
            one = self.told.left if side == "left" else self.told.right
            concepts = [self._within(made.concept.iri) for made in one.suggestions[match.facet]]
            by_purpose = match.facet == "theme" and "purpose" in one.facets
            message = _SUGGESTED_BY_PURPOSE if by_purpose else _SUGGESTED
            sides[message, ", ".join(concepts), self.tongue.share(confidence)].append(side)
        for (message, concepts_of, share), of in sides.items():
            yield self._fill(
                message,
                agencies=self._join(of),
                facet=self._facet(match),
                concepts=concepts_of,
                share=share,
            )

    def silent(self) -> Iterator[str]:
        for facet, word in codes.FACETS.items():
            if facet not in _UNIMPORTANT and self.told.find_match(facet) is None:
                yield self._fill(_NEITHER, facet=self.tongue.say(word))

    def stated(self) -> str:
        """Name the points of which both texts speak, since a point may be left out as no news."""
        if any(self.unknown()) or any(self.silent()):
            return ""
        stated = [one for one in self.told.matches if not one.silent and not one.suggested]
        return self._fill(_ALL_SAID, facets=self.tongue.join([*map(self._facet, stated)]))

    def when(self) -> str:
        told = self.told
        sides = zip(self._agencies.values(), (told.left.period, told.right.period), strict=True)
        known = [f"{name}{self.tongue.colon}{self.tongue.period(one)}" for name, one in sides]
        # Days may be inferred from years, or from nothing but the plan: so it is said which are.
        message = _PERIODS if told.when.unstated else _PERIODS_STATED
        periods = self._fill(message, periods=self.tongue.semicolon.join(known))
        return f"{self._say_timing()} {periods}"

    def _say_timing(self) -> str:
        when = self.told.when
        if when.timing == "successive":
            first, then = (self._agencies[side] for side in when.order)
            until, since = self._day(when.until), self._day(when.since)
            days = {"first": first, "until": until, "then": then, "since": since}
            years = _count_years(when.until, when.since)
            if years < _LEAST_YEARS:
                return self._fill(_SUCCESSIVE, **days)
            return self._fill(_LONG_AFTER, years=self.tongue.number(years), **days)
        if when.shared is None or when.timing == "unknown":
            return self.tongue.say(_TIMING_UNKNOWN)
        span = self._span(when.shared)
        return self._fill(_CONCURRENT if when.timing == "concurrent" else _POSSIBLY, span=span)

    def _span(self, period: Period) -> str:
        if is_whole_years(period):
            # That days are shared follows from the periods, whose basis is told beside them.
            return self.tongue.period(replace(period, basis="stated"))
        start = self._day(period.start)
        if period.end is None:
            return self._fill(_OPEN_SPAN, start=start)
        return self._fill(_SPAN, start=start, end=self._day(period.end))

    def _day(self, day: date | None) -> str:
        return self.tongue.day(day) if day else self.tongue.say(_NO_DAY)

    def where(self) -> str:
        where = self.told.where
        sentence = self._fill(
            _IN_BODIES if where.in_bodies else _PLACES[where.relation],
            countries=self._list_countries(where.countries),
            number=self.tongue.number(len(where.countries)),
            areas=self.tongue.semicolon.join(map(self._say_areas, ("left", "right"), where.areas)),
        )
        if not where.possible:
            return sentence
        return f"{sentence} {self._fill(_POSSIBLE, countries=self._list_countries(where.possible))}"

    def _list_countries(self, iris: Sequence[str]) -> str:
        names = self.lexicon.sort_names(tuple(iris), self.tongue.code)
        return self.tongue.join_first(list(names), _MOST_COUNTRIES)

    def _say_areas(self, side: str, iris: Sequence[str]) -> str:
        shown = [*map(self._say_area, iris)]
        words = self.tongue.join_first(shown, _MOST_AREAS) if shown else self.tongue.say(_NO_PLACE)
        return f"{self._agencies[side]}{self.tongue.colon}{words}"

    def _say_area(self, iri: str) -> str:
        area = self.lexicon.say(iri, self.tongue.code)
        return self._fill(_UNLISTED, area=area) if iri in self.told.where.unlisted else area

    def said(self) -> str:
        if not self.told.said:
            return " ".join((self.tongue.say(_NOT_SAID), *self._say_kinds()))
        told = self.told
        own = {passage.locator for one in (told.left, told.right) for passage in one.evidence}
        here = [link for link in told.said if not own.isdisjoint(link.locators)]
        links = here or told.said
        names = {one.agency.iri: one.agency.name for one in (told.left, told.right)}
        return self._fill(
            _SAID if here else _SAID_ELSEWHERE,
            agencies=self.tongue.join(sorted({names[link.from_agency] for link in links})),
            places=", ".join(sorted({locator for link in links for locator in link.locators})),
        )

    def _say_kinds(self) -> Iterator[str]:
        """Say which kinds of organization a plan names that the other agency may be one of."""
        sides = (self.told.left.agency, self.told.right.agency)
        for agency, other in (sides, sides[::-1]):
            named = [one for one in self.told.kinds if one.from_agency == agency.iri]
            if named:
                yield self._fill(
                    _OF_KIND,
                    agency=agency.name,
                    other=other.name,
                    groups=self.tongue.join([self._within(one.thing) for one in named]),
                    places=", ".join(sorted({at for one in named for at in one.locators})),
                )


def _count_years(start: date | None, end: date | None) -> int:
    """Count the whole years from a day to a later one; none if either is not known."""
    if not start or not end:
        return 0
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
