"""Why two initiatives meet, or do not: both sides, what matches, what differs, what is open."""

from __future__ import annotations

import difflib
import shlex
from typing import TYPE_CHECKING

from devcoop.export.findings import mint_pair_finding
from devcoop.model import FACETS, STATED_BY_FEW
from devcoop.names import path_of
from devcoop.overlap.explanation import SIDES, FacetMatch
from devcoop.pages.routes import Parts, Route, View
from devcoop.pages.selection import shorten
from devcoop.words.codes import CHANGES
from devcoop.words.explanations import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devcoop.model import Pair
    from devcoop.overlap.explanation import Explanation
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request

_MOST_NEAR = 5


def _view(content: Content, request: Request, parts: Parts) -> View | None:
    sides = _find_sides(content, parts["pair"])
    if sides is None:
        return _view_unknown(content, parts["pair"])
    pair = content.analysis.pairs.get(*sides)
    if pair is None:
        return _view_not_compared(content, sides)
    explanation = content.analysis.explain(pair)
    finding = mint_pair_finding(pair)
    values = {
        "told": tell(explanation, content.lexicon, request.language),
        "places": explanation.places,
        "options": explanation.options,
        "pair": pair,
        "sides": (explanation.left, explanation.right),
        "plans": (explanation.left.plan, explanation.right.plan),
        "facets": _list_points(explanation),
        "change_words": CHANGES,
        "reviewed": [one for one in content.analysis.reviewed if _is_about(one.pair, pair)],
        "finding": finding,
        "compared": content.analysis.comparison.scope.scored,
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


def _list_points(explanation: Explanation) -> list[FacetMatch]:
    """List all facets, those too on which neither text says anything."""
    silent = {
        facet: FacetMatch(facet, None, (), (), (), (), SIDES)
        for facet in FACETS
        if facet not in STATED_BY_FEW
    }
    points = [explanation.find_match(facet) or silent.get(facet) for facet in FACETS]
    return [point for point in points if point]


def _paths(content: Content) -> Iterator[str]:
    """Give the pages of all pairs that are findings or in the same broad area."""
    return map(content.path_of_pair, content.analysis.pairs.alike())


def _has(content: Content, parts: Parts) -> bool:
    sides = _find_sides(content, parts["pair"])
    return sides is not None and content.analysis.pairs.get(*sides) is not None


ROUTES = (Route("/why/{pair*}", _view, _paths, has=_has),)
