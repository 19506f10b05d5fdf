"""Where in the files that are checked a result comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.store.terms import Quad, Term
    from devcoop.validation.inputs import Inputs
    from devcoop.validation.results import Result, Terms

_NOWHERE = ("", 0)


def place_results(results: Iterable[Result], inputs: Inputs) -> list[Result]:
    """Say in which file and on which line results come from.

    Args:
        results: What was found.
        inputs: The files.

    Returns:
        The same results in their order. The line is the first that has the value at fault;
        or else the property, the node, or the first that points at the node.
    """
    results = list(results)
    places = _gather(inputs, {one.terms.focus for one in results})
    return [_place(one, places) for one in results]


def _gather(inputs: Inputs, nodes: set[Term]) -> dict[object, tuple[str, int]]:
    """Gather the first place of all that a result about one of these nodes may be found by."""
    places: dict[object, tuple[str, int]] = {}
    for quad, place in zip(inputs.quads, inputs.places, strict=True):
        if quad.subject in nodes:
            for key in _name_keys(quad):
                places.setdefault(key, place)
        if quad.object in nodes:
            places.setdefault(("to", quad.object), place)
    return places


def _name_keys(quad: Quad) -> Iterator[object]:
    yield quad.subject, quad.predicate, quad.object
    yield quad.subject, quad.object
    yield quad.subject, "value", as_text(quad.object)
    yield quad.subject, "property", as_text(quad.predicate)
    yield quad.subject


def _place(result: Result, places: dict[object, tuple[str, int]]) -> Result:
    found = (places[key] for key in _wish_for(result.terms) if key in places)
    file, line = next(found, _NOWHERE)
    return replace(result, file=file, line=line)


def _wish_for(terms: Terms) -> Iterator[object]:
    """Iterate over what a result may be found by, the most exact first."""
    yield terms.focus, terms.path, terms.value
    yield terms.focus, terms.value
    # A check tells what it found in words, such as "… is …".
    named = [word for word in as_text(terms.value).split() if ":" in word]
    yield from ((terms.focus, "value", one) for one in named)
    yield from ((terms.focus, "property", one) for one in (as_text(terms.path), *named))
    yield terms.focus
    yield "to", terms.focus
