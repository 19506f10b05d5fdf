"""Why two undertakings meet, in plain English.

An explanation is made from the facets and from nothing else: what both share, what tells
them apart, what the texts leave open, when and where they meet, what the plans say about
coordination, and what could be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.model import FACETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from devcoop.model import Agency, Link, Pair, Undertaking
    from devcoop.overlap.comparison import Comparison

NEAR = 0.5
FACET_WORDS = {
    "theme": "subject",
    "function": "what is done",
    "beneficiary": "for whom",
    "instrument": "form",
    "sector": "sector",
    "arena": "where it takes effect",
}
TYPE_WORDS = {
    "duplication": "duplication",
    "duplication-candidate": "may be a duplication",
    "overlap": "overlap",
    "complementarity": "complementary",
    "continuity": "continuity",
    "fragmentation": "same broad area",
    "dismissed": "dismissed",
    "none": "no finding",
}
OPTION_WORDS = {
    "share-information": "Tell each other what is planned and done",
    "joint-calendar": "Align dates and invitations",
    "joint-needs-assessment": "Ask partners once, for both",
    "divide-by-country": "Share out the countries that both name",
    "divide-by-pillar": "Share out the steps: each does what it is better placed for",
    "hand-over": "Pass results and contacts of the earlier work on to the later",
    "merge": "See whether one initiative would do",
}
_MOST_COUNTRIES = 6


@dataclass(frozen=True)
class FacetMatch:
    """How two undertakings stand to each other on one facet.

    Attributes:
        facet: Name of the facet.
        similarity: From 0 to 1; None if one side leaves the facet open.
        same: Labels of concepts both have.
        near: Labels of concepts of the left and the right side that are close.
        left: Labels of the other concepts of the left side.
        right: Labels of the other concepts of the right side.
        silent: Short names of the agencies whose text leaves the facet open.
    """

    facet: str
    similarity: float | None
    same: tuple[str, ...]
    near: tuple[tuple[str, str], ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Why a pair is what it is, in sentences.

    Attributes:
        pair: The pair.
        left: The left undertaking.
        right: The right undertaking.
        matches: Facet by facet.
        headline: Who and about what.
        together: What both share.
        apart: What tells them apart.
        unknown: What the texts leave open.
        when: How their periods meet.
        where: How their places meet.
        caveats: Reasons for which the finding may not hold, or may be more than it seems.
        places: Place in the ranking, with the best and the worst if one facet were left out.
        said: What the plans state about coordination between the two agencies.
        options: Slugs of what could be done.
    """

    pair: Pair
    left: Undertaking
    right: Undertaking
    matches: tuple[FacetMatch, ...]
    headline: str
    together: tuple[str, ...]
    apart: tuple[str, ...]
    unknown: tuple[str, ...]
    when: str
    where: str
    caveats: tuple[str, ...]
    places: tuple[int, int, int]
    said: str
    options: tuple[str, ...]


def explain(
    comparison: Comparison,
    pair: Pair,
    undertakings: Mapping[str, Undertaking],
    links: Sequence[Link],
    labels: Mapping[str, str],
) -> Explanation:
    """Explain a pair.

    Args:
        comparison: Where the pair was compared.
        pair: The pair.
        undertakings: By IRI.
        links: The coordination that the plans state.
        labels: English labels by IRI, of concepts and places.
    """
    left, right = undertakings[pair.left], undertakings[pair.right]
    matches = tuple(match_facets(comparison, pair, left, right))
    shared = comparison.countries_shared(pair.left, pair.right)
    possible = comparison.countries_possible(pair.left_agency, pair.right_agency)
    return Explanation(
        pair=pair,
        left=left,
        right=right,
        matches=matches,
        headline=_headline(pair, matches, (left, right), labels),
        together=tuple(_together(matches)),
        apart=tuple(_apart(matches, left, right)),
        unknown=tuple(_unknown(matches)),
        when=_when(pair, left, right),
        where=_where(pair, left, right, [labels[iri] for iri in shared])
        + _where_possible(pair, [labels[iri] for iri in possible]),
        caveats=tuple(_caveats(pair, left, right)),
        places=comparison.places(pair.left, pair.right),
        said=said_between(left.agency, right.agency, links),
        options=tuple(_options(pair, matches)),
    )


def match_facets(
    comparison: Comparison, pair: Pair, left: Undertaking, right: Undertaking
) -> Iterable[FacetMatch]:
    """Match two undertakings facet by facet.

    Yields:
        One match for each facet that at least one side has.
    """
    rows = comparison.similarities(left.iri, right.iri)
    for facet in FACETS:
        mine = {concept.iri: concept.label for concept in left.facets.get(facet, ())}
        yours = {concept.iri: concept.label for concept in right.facets.get(facet, ())}
        if not (mine or yours):
            continue
        close = [row for row in rows if row["facet"] == facet and row["similarity"] >= NEAR]
        same = [iri for iri in mine if iri in yours]
        near = [
            (row["left_concept"], row["right_concept"])
            for row in close
            if row["left_concept"] not in same and row["right_concept"] not in same
        ]
        met_left = {*same, *(one for one, _ in near)}
        met_right = {*same, *(other for _, other in near)}
        silent = [(mine, left.agency.name), (yours, right.agency.name)]
        yield FacetMatch(
            facet=facet,
            similarity=pair.parts[facet],
            same=tuple(mine[iri] for iri in same),
            near=tuple((mine[one], yours[other]) for one, other in near),
            left=tuple(label for iri, label in mine.items() if iri not in met_left),
            right=tuple(label for iri, label in yours.items() if iri not in met_right),
            silent=tuple(agency for concepts, agency in silent if not concepts),
        )


def said_between(left_agency: Agency, right_agency: Agency, links: Sequence[Link]) -> str:
    """Say what the plans state about coordination between two agencies.

    Args:
        left_agency: One agency.
        right_agency: The other.
        links: The coordination that the plans state.
    """
    both = {left_agency.iri: left_agency.name, right_agency.iri: right_agency.name}
    told = [
        link
        for link in links
        if link.to_agency and {link.from_agency, link.to_agency} == both.keys()
    ]
    if not told:
        return "Neither plan names the other agency as one to coordinate with."
    places = ", ".join(sorted({locator for link in told for locator in link.locators}))
    who = _join(sorted({both[link.from_agency] for link in told}))
    return f"{who} names the other: see {places}."


def _join(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does.

    Examples:
        >>> _join(["a", "b", "c"])
        'a, b and c'
    """
    if len(words) < 2:  # noqa: PLR2004  one word needs no joining
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _lower(label: str) -> str:
    """Begin a label in lower case, unless it begins with a name or an acronym."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _get(matches: Sequence[FacetMatch], facet: str) -> FacetMatch | None:
    return next((match for match in matches if match.facet == facet), None)


def _headline(
    pair: Pair,
    matches: Sequence[FacetMatch],
    sides: tuple[Undertaking, Undertaking],
    labels: Mapping[str, str],
) -> str:
    """Say who and about what."""
    theme = _get(matches, "theme")
    subject = theme.same[0] if theme and theme.same else labels.get(pair.subject, "")
    sector = _get(matches, "sector")
    if not subject and sector and sector.similarity:
        subject = (*sector.same, *(one for one, _ in sector.near), "one branch")[0]
    function = _get(matches, "function")
    who = " and ".join(side.agency.name for side in sides)
    if function and function.same:
        return f"{who} both {_lower(function.same[0])}: {_lower(subject)}"
    return f"{who} both work on {_lower(subject)}"


def _together(matches: Sequence[FacetMatch]) -> Iterable[str]:
    for match in matches:
        words = [_lower(label) for label in match.same]
        words += [f"{_lower(one)} next to {_lower(other)}" for one, other in match.near[:2]]
        if words:
            yield f"{FACET_WORDS[match.facet]}: {', '.join(words)}"


def _apart(matches: Sequence[FacetMatch], left: Undertaking, right: Undertaking) -> Iterable[str]:
    for match in matches:
        if match.silent or not (match.left or match.right):
            continue
        sides = [
            f"{side.agency.name}: {', '.join(map(_lower, words))}"
            for side, words in ((left, match.left), (right, match.right))
            if words
        ]
        only = "only " if len(sides) == 1 else ""
        yield f"{FACET_WORDS[match.facet]}: {only}{'; '.join(sides)}"


def _unknown(matches: Sequence[FacetMatch]) -> Iterable[str]:
    for match in matches:
        if match.silent and match.facet != "sector":
            yield f"{_join(match.silent)} does not say: {FACET_WORDS[match.facet]}"


def _when(pair: Pair, left: Undertaking, right: Undertaking) -> str:
    shared = pair.shared_period
    if pair.timing == "successive":
        first, then = sorted((left, right), key=lambda one: one.period.start or one.period.end)  # type: ignore[arg-type,return-value]
        return (
            f"One after the other: {first.agency.name} until {_day(first.period.end)}, "
            f"{then.agency.name} from {_day(then.period.start)}."
        )
    if pair.timing == "unknown" or shared is None:
        return "Not known: at least one text gives no period."
    end = f"to {_day(shared.end)}" if shared.end else "on, with an open end"
    span = f"{_day(shared.start)} {end}"
    if pair.timing == "concurrent":
        return f"At the same time: {span}, as both plans state."
    open_sides = [one.agency.name for one in (left, right) if one.period.basis != "stated"]
    return f"Possibly at the same time: {span}; {_join(open_sides)} does not state its period."


def _day(day: date | None) -> str:
    """Write a day as people do.

    Examples:
        >>> from datetime import date
        >>> _day(date(2020, 11, 23))
        '23 November 2020'
    """
    return f"{day.day} {day:%B %Y}" if day else "an unknown day"


def _where(pair: Pair, left: Undertaking, right: Undertaking, countries: Sequence[str]) -> str:
    shown = list(countries[:_MOST_COUNTRIES])
    more = len(countries) - len(shown)
    listed = _join(shown + ([f"{more} more"] if more else []))
    areas = "; ".join(
        f"{side.agency.name}: {_join([area.label for area in side.areas[:4]]) or 'no place'}"
        for side in (left, right)
    )
    sentences = {
        "named": f"Both name {listed}.",
        "named-and-group": f"{listed}: named by one, meant through a group by the other.",
        "via-group": f"Through groups that share {len(countries)} countries ({listed}).",
        "global": f"At least one means all countries ({areas}).",
        "none": f"No country in common ({areas}).",
        "unknown": f"Not known: the groups are not defined, or no place is said ({areas}).",
    }
    return sentences[pair.place_relation]


def _where_possible(pair: Pair, countries: Sequence[str]) -> str:
    """Say where two agencies may meet although a group is not defined."""
    if pair.place_relation not in ("unknown", "global") or not countries:
        return ""
    shown = list(countries[:_MOST_COUNTRIES])
    more = len(countries) - len(shown)
    listed = _join(shown + ([f"{more} more"] if more else []))
    return (
        f" Possibly in {listed}: one plan names them, and the other names them too or "
        "puts them first by a rule."
    )


def _caveats(pair: Pair, left: Undertaking, right: Undertaking) -> Iterable[str]:
    """Say what a person should look at before believing the finding."""
    if pair.timing == "possibly-concurrent":
        yield "Whether both run at the same time is not certain."
    if pair.place_relation == "unknown":
        yield "Whether both reach the same country is not known."
    arenas = [{one.iri for one in side.facets.get("arena", ())} for side in (left, right)]
    if pair.type == "overlap" and any(
        "international-bodies" in iri for iri in arenas[0] & arenas[1]
    ):
        yield "Both act in the same international bodies: their proposals may compete there."
    if left.is_umbrella or right.is_umbrella:
        yield "One side takes in most of its plan: look for the initiative under it that fits."


def _options(pair: Pair, matches: Sequence[FacetMatch]) -> Iterable[str]:
    """Choose options after the fourth step of GAO's guide (GAO-15-49SP)."""
    function, instrument = _get(matches, "function"), _get(matches, "instrument")
    if pair.timing == "successive":
        yield "hand-over"
        return
    yield "share-information"
    if pair.type == "duplication-candidate":
        yield "merge"
    if pair.place_relation == "named":
        yield "divide-by-country"
    elif function and not function.same:
        yield "divide-by-pillar"
    elif instrument and instrument.same:
        yield "joint-calendar"
