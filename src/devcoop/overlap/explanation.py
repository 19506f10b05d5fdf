"""Why two undertakings meet, as codes, IRIs and numbers.

An explanation is made from the facets and from nothing else: what both share, what tells
them apart, what the texts leave open, when and where they meet, what the plans say about
coordination, and what could be done. `devcoop.words.explanations` puts it into sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devcoop.model import FACETS, STATED_BY_FEW
from devcoop.names import mint_concept
from devcoop.overlap.coordination import find_links, find_named
from devcoop.texts import count_roots, find_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from devcoop.model import Link, Naming, Pair, Period, Undertaking
    from devcoop.overlap.comparison import Comparison

_MOST_WORDS = 6
_MOST_SPOKEN = 3
NEAR = 0.5
"""Least similarity, from 0 to 1, of two concepts that are told as close."""
LEFT, RIGHT = SIDES = ("left", "right")
"""The sides of a pair, as an explanation names them."""

# An agreement has no invitations, and a guide no date.
_GATHERINGS = frozenset(
    mint_concept("instrument", slug)
    for slug in (
        *("training", "expert-exchange", "sponsorship"),
        *("working-group", "convening", "consultation"),
    )
)
"""Forms of help for which people come together."""


@dataclass(frozen=True)
class FacetMatch:
    """How two undertakings stand to each other on one facet.

    Attributes:
        facet: Name of the facet.
        similarity: From 0 to 1; None if one side leaves the facet open.
        same: IRIs of concepts both have.
        near: IRIs of concepts of the left and the right side that are close.
        left: IRIs of the other concepts of the left side.
        right: IRIs of the other concepts of the right side.
        silent: Sides whose text leaves the facet open, and for which nothing is suggested.
        suggested: Sides whose concepts are suggested and not stated, with the confidence of the
            surest, from 0 to 1.
        inferred: Sides and IRIs of those of their concepts that are read from the text and not
            stated in words.
    """

    facet: str
    similarity: float | None
    same: tuple[str, ...]
    near: tuple[tuple[str, str], ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    silent: tuple[str, ...]
    suggested: tuple[tuple[str, float], ...] = ()
    inferred: frozenset[tuple[str, str]] = frozenset()

    @property
    def sides_suggested(self) -> tuple[str, ...]:
        """Sides whose concepts are suggested and not stated."""
        return tuple(side for side, _ in self.suggested)


@dataclass(frozen=True)
class When:
    """How the periods of two undertakings meet.

    Attributes:
        timing: concurrent, possibly-concurrent, successive or unknown.
        shared: The days both cover, if any can be told.
        order: The sides, the one that begins first before the other.
        until: Last day of the first, if they follow each other and it is known.
        since: First day of the other likewise.
        unstated: Sides whose period is not stated.
    """

    timing: str
    shared: Period | None
    order: tuple[str, ...]
    until: date | None
    since: date | None
    unstated: tuple[str, ...]


@dataclass(frozen=True)
class Where:
    """How the places of two undertakings meet.

    Attributes:
        relation: named, named-and-group, via-group, global, none or unknown.
        countries: IRIs of the countries that both reach.
        areas: IRIs of the areas of the left and of the right side.
        unlisted: IRIs of those of which nobody lists the countries.
        in_bodies: Both act in bodies in which no country decides who meets.
        possible: IRIs of countries in which both agencies may meet although a group is open.
    """

    relation: str
    countries: tuple[str, ...]
    areas: tuple[tuple[str, ...], tuple[str, ...]]
    unlisted: frozenset[str]
    in_bodies: bool
    possible: tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """What is known of where two undertakings meet, as short as a row of a table needs it.

    Attributes:
        relation: As of a `Where`.
        in_bodies: As of a `Where`.
        arenas: IRIs of the arenas of the left and of the right side, where these tell more: they
            have none in common, or are on the own side; else both are empty.
    """

    relation: str
    in_bodies: bool
    arenas: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Explanation:
    """Why a pair is what it is.

    Attributes:
        pair: The pair.
        left: The left undertaking.
        right: The right undertaking.
        matches: Facet by facet.
        subject: IRI of the theme that is close to both and takes both in; may be empty.
        related: Whether the themes of both are near each other although nothing takes both in.
        sector: IRI of a sector that both name; may be empty.
        words: Words of the left one that the other has as well, where words decide; those that
            say most.
        spoken: IRIs of purposes of which the texts of both speak, where words decide; they need
            not be what is stated.
        mode: IRI of the mode of work that both have; may be empty.
        doing: IRI of the function that both state in one arena; empty if they have none in common.
        arenas: IRIs of the arenas of the left and of the right side.
        at_home: Sides that seek their effect nowhere but on their own side.
        when: How their periods meet.
        where: How their places meet.
        caveats: Codes of reasons for which the finding may not hold, or may be more than it
            seems: timing-uncertain, place-unknown, same-bodies, umbrella.
        places: Place among the pairs that were scored, with the best and the worst if one facet
            were left out; None if the pair was not scored with them.
        among: How many pairs were scored, if not all were.
        said: The coordination between the two agencies that the plans state.
        kinds: Where one plan names a kind of organization that the other agency may be one of.
        options: Slugs of what could be done.
    """

    pair: Pair
    left: Undertaking
    right: Undertaking
    matches: tuple[FacetMatch, ...]
    subject: str
    related: bool
    sector: str
    words: tuple[str, ...]
    spoken: tuple[str, ...]
    mode: str
    doing: str
    arenas: tuple[tuple[str, ...], tuple[str, ...]]
    at_home: tuple[str, ...]
    when: When
    where: Where
    caveats: tuple[str, ...]
    places: tuple[int, int, int] | None
    among: int | None
    said: tuple[Link, ...]
    kinds: tuple[Naming, ...]
    options: tuple[str, ...]

    def find_match(self, facet: str) -> FacetMatch | None:
        """Find how both sides stand on a facet; None if neither has it.

        Args:
            facet: Name of the facet.
        """
        return _find(self.matches, facet)

    @property
    def in_one_arena(self) -> bool:
        """Whether both are known to seek an effect in one arena."""
        return not set(self.arenas[0]).isdisjoint(self.arenas[1])


def explain(
    comparison: Comparison,
    pair: Pair,
    undertakings: Mapping[str, Undertaking],
    links: Sequence[Link],
    kinds: Sequence[Naming] = (),
) -> Explanation:
    """Explain a pair.

    Args:
        comparison: Where the pair was compared.
        pair: The pair.
        undertakings: By IRI.
        links: The coordination that the plans state.
        kinds: Where a plan names a kind of organization that another agency may be one of.
    """
    left, right = undertakings[pair.left], undertakings[pair.right]
    matches = tuple(match_facets(comparison, pair, left, right))
    arenas = (_list(left, "arena"), _list(right, "arena"))
    is_close = pair.nearness >= NEAR
    where = _where(comparison, pair, left, right)
    return Explanation(
        pair=pair,
        left=left,
        right=right,
        matches=matches,
        subject=pair.subject if is_close else "",
        related=is_close and bool(pair.themes) and not pair.subject,
        sector=_first_same(matches, "sector"),
        words=_share_words(comparison, pair, left, right),
        spoken=_share_spoken(comparison, pair),
        mode="" if pair.nearness else _first_same(matches, "theme"),
        doing="" if set(arenas[0]).isdisjoint(arenas[1]) else _first_stated(matches, "function"),
        arenas=arenas,
        at_home=tuple(
            side
            for side, known in zip(SIDES, arenas, strict=True)
            if known and comparison.arenas_at_home.issuperset(known)
        ),
        when=_when(pair, left, right),
        where=where,
        caveats=tuple(_caveats(pair, where, left, right)),
        places=comparison.places(pair.left, pair.right),
        among=None if comparison.is_exhaustive else comparison.scope.scored,
        said=tuple(find_links(links, pair.left_agency, pair.right_agency)),
        kinds=find_named(kinds, pair.left_agency, pair.right_agency),
        options=tuple(_options(pair, matches)),
    )


def find_setting(
    comparison: Comparison, pair: Pair, undertakings: Mapping[str, Undertaking]
) -> Setting:
    """Find what is known of where a pair meets, without asking for countries.

    Args:
        comparison: Where the pair was compared.
        pair: The pair.
        undertakings: By IRI.
    """
    left, right = undertakings[pair.left], undertakings[pair.right]
    arenas = (_list(left, "arena"), _list(right, "arena"))
    is_apart = all(arenas) and set(arenas[0]).isdisjoint(arenas[1])
    is_at_home = any(one and comparison.arenas_at_home.issuperset(one) for one in arenas)
    return Setting(
        relation=pair.place_relation,
        in_bodies=_is_in_bodies(comparison, pair, left, right),
        arenas=arenas if is_apart or is_at_home else ((), ()),
    )


def _share_words(
    comparison: Comparison, pair: Pair, left: Undertaking, right: Undertaking
) -> tuple[str, ...]:
    """Find words of the left one whose roots the right one has, where words decide."""
    if pair.parts["purpose"] is None:
        return ()
    # Names of purposes and words of wholes decide as well, and are no words of the two.
    used = count_roots(f"{right.label}\n{right.gist}")
    roots = [one for one in comparison.shared_roots(pair.left, pair.right) if one in used]
    return tuple(find_words(f"{left.label}\n{left.gist}", roots)[:_MOST_WORDS])


def _share_spoken(comparison: Comparison, pair: Pair) -> tuple[str, ...]:
    """Find purposes of which the texts of both speak, where words decide."""
    if pair.parts["purpose"] is None:
        return ()
    return tuple(comparison.shared_spoken(pair.left, pair.right)[:_MOST_SPOKEN])


def match_facets(
    comparison: Comparison, pair: Pair, left: Undertaking, right: Undertaking
) -> Iterable[FacetMatch]:
    """Match two undertakings facet by facet.

    Yields:
        One match for each facet that at least one side has.
    """
    rows = comparison.similarities(pair.left, pair.right)
    for facet in FACETS:
        suggested = tuple(_list_suggested(facet, left, right))
        if facet in STATED_BY_FEW and pair.parts[facet] is None:
            # Hardly anybody states it, so that what is suggested is news only where it counts.
            mine, yours, suggested = _list(left, facet), _list(right, facet), ()
        else:
            mine, yours = _list_compared(left, facet), _list_compared(right, facet)
        if mine or yours:
            close = [
                (row["left_concept"], row["right_concept"])
                for row in rows
                if row["facet"] == facet and row["similarity"] >= NEAR
            ]
            match = _match(facet, pair.parts[facet], mine, yours, close=close)
            yield replace(
                match,
                suggested=suggested,
                inferred=frozenset(_list_inferred(facet, left, right)),
            )


def _match(
    facet: str,
    similarity: float | None,
    mine: Sequence[str],
    yours: Sequence[str],
    *,
    close: Iterable[tuple[str, str]],
) -> FacetMatch:
    same = [iri for iri in mine if iri in yours]
    near = [(one, other) for one, other in close if one not in same and other not in same]
    met_left = {*same, *(one for one, _ in near)}
    met_right = {*same, *(other for _, other in near)}
    return FacetMatch(
        facet=facet,
        similarity=similarity,
        same=tuple(same),
        near=tuple(near),
        left=tuple(iri for iri in mine if iri not in met_left),
        right=tuple(iri for iri in yours if iri not in met_right),
        silent=tuple(side for side, has in zip(SIDES, (mine, yours), strict=True) if not has),
    )


def _find(matches: Iterable[FacetMatch], facet: str) -> FacetMatch | None:
    return next((match for match in matches if match.facet == facet), None)


def _first_same(matches: Sequence[FacetMatch], facet: str) -> str:
    match = _find(matches, facet)
    return match.same[0] if match and match.same else ""


def _first_stated(matches: Sequence[FacetMatch], facet: str) -> str:
    """Give the first that both have in words; of what is read from the text no headline is made."""
    match = _find(matches, facet)
    read = {iri for _, iri in match.inferred} if match else set()
    return next((iri for iri in match.same if iri not in read), "") if match else ""


def _list(one: Undertaking, facet: str) -> tuple[str, ...]:
    return tuple(concept.iri for concept in one.facets.get(facet, ()))


def _list_compared(one: Undertaking, facet: str) -> tuple[str, ...]:
    """List the concepts that were compared: the stated ones, or else those suggested."""
    said = _list(one, facet)
    return said or tuple(made.concept.iri for made in one.suggestions.get(facet, ()))


def _list_suggested(
    facet: str, left: Undertaking, right: Undertaking
) -> Iterable[tuple[str, float]]:
    for side, one in zip(SIDES, (left, right), strict=True):
        if facet not in one.facets and facet in one.suggestions:
            yield side, one.suggestions[facet][0].confidence


def _list_inferred(facet: str, left: Undertaking, right: Undertaking) -> Iterable[tuple[str, str]]:
    for side, one in zip(SIDES, (left, right), strict=True):
        yield from ((side, iri) for iri in _list(one, facet) if iri in one.inferred)


def _when(pair: Pair, left: Undertaking, right: Undertaking) -> When:
    sides = {LEFT: left.period, RIGHT: right.period}
    order: tuple[str, ...] = ()
    timing = pair.timing if pair.shared_period else "unknown"
    if pair.timing == "successive":
        timing = pair.timing
        order = tuple(sorted(sides, key=lambda side: sides[side].start or sides[side].end))  # type: ignore[arg-type,return-value]
    return When(
        timing=timing,
        shared=pair.shared_period,
        order=order,
        until=sides[order[0]].end if order else None,
        since=sides[order[1]].start if order else None,
        unstated=tuple(side for side, period in sides.items() if period.basis != "stated"),
    )


def _where(comparison: Comparison, pair: Pair, left: Undertaking, right: Undertaking) -> Where:
    is_open = _is_open(pair)
    may_meet = is_open and _may_meet(comparison, left, right)
    return Where(
        relation=pair.place_relation,
        countries=tuple(comparison.countries_shared(pair.left, pair.right)),
        areas=(tuple(one.iri for one in left.areas), tuple(one.iri for one in right.areas)),
        unlisted=frozenset(one.iri for one in (*left.areas, *right.areas) if not one.is_defined),
        in_bodies=_is_in_bodies(comparison, pair, left, right),
        possible=tuple(comparison.countries_possible(pair)) if may_meet else (),
    )


def _is_open(pair: Pair) -> bool:
    """Tell whether the countries of both do not tell where they meet."""
    return pair.place_relation in ("unknown", "global")


def _is_in_bodies(
    comparison: Comparison, pair: Pair, left: Undertaking, right: Undertaking
) -> bool:
    """Tell whether both meet in international bodies, if anywhere, and no country decides it."""
    is_undecided = _is_open(pair) and not _may_meet(comparison, left, right)
    return is_undecided and _share_bodies(left, right)


def _may_meet(comparison: Comparison, left: Undertaking, right: Undertaking) -> bool:
    """Tell whether a country could decide that two undertakings meet: not in committees."""
    one, other = set(_list(left, "arena")), set(_list(right, "arena"))
    shared = one & other if one and other else one | other
    return bool(shared - comparison.arenas_in_no_country) or not (one or other)


def _share_bodies(left: Undertaking, right: Undertaking) -> bool:
    """Tell whether both seek an effect in international bodies."""
    shared = {*_list(left, "arena")} & {*_list(right, "arena")}
    return any("international-bodies" in iri for iri in shared)


def _caveats(pair: Pair, where: Where, left: Undertaking, right: Undertaking) -> Iterable[str]:
    """Name what a person should look at before believing the finding."""
    if pair.timing == "possibly-concurrent":
        yield "timing-uncertain"
    if pair.type == "overlap" and _share_bodies(left, right):
        yield "same-bodies"
    elif pair.place_relation == "unknown" and not where.in_bodies:
        yield "place-unknown"
    if left.is_umbrella or right.is_umbrella:
        yield "umbrella"


def _options(pair: Pair, matches: Sequence[FacetMatch]) -> Iterable[str]:
    """Choose options after the fourth step of GAO's guide (GAO-15-49SP)."""
    function, instrument = _find(matches, "function"), _find(matches, "instrument")
    if pair.timing == "successive":
        yield "hand-over"
        return
    yield "share-information"
    if pair.type == "reported-twice":
        return
    if pair.type == "duplication-candidate":
        yield "merge"
    if pair.place_relation == "named":
        yield "divide-by-country"
    elif function and not function.same:
        yield "divide-by-pillar"
    elif instrument and _GATHERINGS & {*instrument.same} and pair.timing == "concurrent":
        yield "joint-calendar"
