"""Why two initiatives meet, or do not: both sides, what matches, what differs, what is open."""

from __future__ import annotations

import difflib
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.model import FACETS, Concept
from devcoop.overlap.explanation import NEAR, OPTION_WORDS
from devcoop.pages.links import path_of
from devcoop.pages.routes import Parts, Route, View
from devcoop.pages.selection import shorten
from devcoop.report.cards import OPTION_REASONS
from devcoop.report.judged import CHANGE_WORDS
from devcoop.report.tables import mint_pair_finding
from devcoop.report.wording import say_initiative

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devcoop.model import Pair, Undertaking
    from devcoop.overlap.explanation import Explanation
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request

OPTIONS = {slug: say_initiative(words) for slug, words in OPTION_WORDS.items()}
SPOKEN = (*OPTIONS.values(), *OPTION_REASONS.values(), *CHANGE_WORDS.values())
_MOST_NEAR = 5


@dataclass(frozen=True)
class FacetRow:
    """How both sides stand on one point.

    Attributes:
        facet: Name of the facet.
        same: What both have.
        near: What is close, left and right.
        left: What only the left side has.
        right: What only the right side has.
        silent: Short names of the agencies whose text leaves the point open.
        similarity: From 0 to 1; None if it is open.
    """

    facet: str
    same: tuple[Concept, ...]
    near: tuple[tuple[Concept, Concept], ...]
    left: tuple[Concept, ...]
    right: tuple[Concept, ...]
    silent: tuple[str, ...]
    similarity: float | None


def _view(content: Content, request: Request, parts: Parts) -> View | None:
    sides = _find_sides(content, parts["pair"])
    if sides is None:
        return _view_unknown(content, parts["pair"])
    pair = content.analysis.pairs.get(*sides)
    if pair is None:
        return _view_not_compared(content, sides)
    told = content.analysis.explain(pair)
    finding = mint_pair_finding(pair)
    values = {
        "told": told,
        "pair": pair,
        "sides": (told.left, told.right),
        "plans": (told.left.plan, told.right.plan),
        "facets": list(_build_facets(content, told)),
        "option_words": OPTIONS,
        "option_reasons": OPTION_REASONS,
        "change_words": CHANGE_WORDS,
        "reviewed": [one for one in content.analysis.reviewed if _is_about(one.pair, pair)],
        "finding": finding,
        "compared": len(content.analysis.pairs),
        "theme": shorten(pair.subject, "theme"),
        "command": f"devcoop explain {_name(content, pair.left)} {_name(content, pair.right)}",
        "canonical": request.links.page(content.path_of_pair(pair)),
    }
    return View("why.html.j2", values, section="/overlaps")


def _name(content: Content, iri: str) -> str:
    """Name an initiative on a command line."""
    identifier = content.initiatives[iri].identifier
    return shlex.quote(identifier if content.words[iri] == identifier else iri)


def _is_about(one: Pair | None, other: Pair) -> bool:
    return one is not None and (one.left, one.right) == (other.left, other.right)


def _split(path: str) -> Iterator[tuple[str, str]]:
    """Split a path in two wherever it can be: an identifier may have a slash in it."""
    words = path.split("/")
    for cut in range(1, len(words)):
        yield "/".join(words[:cut]), "/".join(words[cut:])


def _by_lower(content: Content) -> dict[str, str]:
    return {word.lower(): iri for iri, word in content.words.items()}


def _find_sides(content: Content, path: str) -> tuple[str, str] | None:
    """Find both initiatives, whether in capitals or not; None if one is unknown."""
    known = content.once(_by_lower)
    for left, right in _split(path):
        if left.lower() in known and right.lower() in known:
            return known[left.lower()], known[right.lower()]
    return None


def _view_unknown(content: Content, path: str) -> View:
    known = content.once(_by_lower)
    words = [word for word in path.split("/") if word.lower() not in known]
    near = [
        (path_of(known[one]), content.words[known[one]])
        for word in words
        for one in _find_near(word.lower(), known)
    ]
    said = " and ".join(repr(word[:80]) for word in words) or repr(path[:80])
    return _view_error(f"No plan here has an initiative {said}.", near)


def _find_near(word: str, known: Mapping[str, str]) -> list[str]:
    inside = [one for one in known if word and word in one]
    return [*inside, *difflib.get_close_matches(word[:80], known)][:_MOST_NEAR]


def _view_not_compared(content: Content, sides: tuple[str, str]) -> View:
    near = [(path_of(side), content.words[side]) for side in dict.fromkeys(sides)]
    return _view_error(
        "These two were not compared: only initiatives of different agencies are.", near
    )


def _view_error(message: str, near: Iterable[tuple[str, str]]) -> View:
    values = {"status": 404, "message": message, "near": list(dict.fromkeys(near))}
    return View("error.html.j2", values, section="/overlaps", status=404)


def _build_facets(content: Content, told: Explanation) -> Iterator[FacetRow]:
    pair = told.pair
    rows = content.analysis.comparison.similarities(pair.left, pair.right)
    for facet in FACETS:
        close = [
            (row["left_concept"], row["right_concept"])
            for row in rows
            if row["facet"] == facet and row["similarity"] >= NEAR
        ]
        yield _build_facet(facet, told, close)


def _build_facet(facet: str, told: Explanation, close: list[tuple[str, str]]) -> FacetRow:
    mine, yours = _concepts(told.left, facet), _concepts(told.right, facet)
    same = [iri for iri in mine if iri in yours]
    near = [(one, other) for one, other in close if one not in same and other not in same]
    met = {*same, *(iri for both in near for iri in both)}
    silent = ((mine, told.left.agency.name), (yours, told.right.agency.name))
    return FacetRow(
        facet=facet,
        same=tuple(mine[iri] for iri in same),
        near=tuple((mine[one], yours[other]) for one, other in near),
        left=tuple(one for iri, one in mine.items() if iri not in met),
        right=tuple(one for iri, one in yours.items() if iri not in met),
        silent=tuple(agency for concepts, agency in silent if not concepts),
        similarity=told.pair.parts[facet],
    )


def _concepts(side: Undertaking, facet: str) -> dict[str, Concept]:
    return {one.iri: one for one in side.facets.get(facet, ())}


def _paths(content: Content) -> Iterator[str]:
    """Give the pages of all pairs that are findings or in the same broad area."""
    pairs = content.analysis.pairs
    return (content.path_of_pair(pair) for pair in pairs if pair.type != "none")


def _has(content: Content, parts: Parts) -> bool:
    sides = _find_sides(content, parts["pair"])
    return sides is not None and content.analysis.pairs.get(*sides) is not None


ROUTES = (Route("/why/{pair*}", _view, _paths, has=_has),)
