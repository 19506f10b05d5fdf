"""What a reader makes of a file, in lines that people can check against the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devcoop.load.records import Amount, Body, Element, Figure, Head, Records, Value


@pytest.fixture(scope="session")
def say() -> Callable[[Records], str]:
    """Give what says in lines what a file holds; what it does not say has no line."""
    return _say


def _say(records: Records) -> str:
    return "".join(f"{line}\n" for line in _list_lines(records))


def _list_lines(records: Records) -> Iterator[str]:
    yield from _list_head(records.head)
    for element in records.elements:
        yield from _list_element(element)
    for one in records.told:
        where = f"{one.where}, {one.where.xpath}" if one.where.line else one.where.xpath
        yield f"told {one.kind} {one.number} {where}: {one.what}"
    yield f"counts { {what: n for what, n in records.counts.items() if n} }"


def _list_head(one: Head) -> Iterator[str]:
    titles = [(text.value, text.language) for text in one.titles]
    yield f"list {one.key!r} {titles} edition {one.edition!r} language {one.language!r}"
    yield from (f"  describes {(text.value, text.language)}" for text in one.descriptions)
    yield from _list_common(one)


def _list_element(one: Element) -> Iterator[str]:
    titles = [(text.value, text.language) for text in one.titles]
    where = f"{one.where}, {one.where.xpath}" if one.where.line else one.where.xpath
    yield f"{one.kind} {one.key!r} {titles} at {where}"
    yield from (f"  describes {(text.value, text.language)}" for text in one.descriptions)
    if one.part_of or one.contributes_to or one.measures:
        ends = f"{one.part_of!r}, contributes to {one.contributes_to}, measures {one.measures}"
        yield f"  part of {ends}"
    yield from (f"  {facet} {_say_value(value)}" for facet, value in one.facets)
    yield from (f"  goal {goal}" for goal in one.goals)
    yield from (f"  share {each.facet} {each.value.text} {each.percentage}" for each in one.shares)
    yield from (f"  figure {_say_figure(figure)}" for figure in one.figures)
    yield from (f"  {each.kind} {each.identifier!r}" for each in one.references)
    yield from (f"  site {each.name!r} {each.latitude} {each.longitude}" for each in one.sites)
    yield from _list_common(one)


def _list_common(one: Head | Element) -> Iterator[str]:
    if one.agency:
        yield f"  agency {_say_body(one.agency)}"
    if one.start or one.end:
        yield f"  from {one.start} until {one.end}"
    yield from (f"  place {_say_value(value)}" for value in one.places)
    yield from (f"  body {_say_body(body)}" for body in one.bodies)
    yield from (f"  {_say_amount(amount)}" for amount in one.amounts)
    yield from (f"  note {note.heading}: {note.text!r}" for note in one.notes)


def _say_value(one: Value) -> str:
    where = f"at {one.where.xpath}" if one.where.xpath else ""
    return " ".join(filter(None, (repr(one.text), one.scheme, where)))


def _say_body(one: Body) -> str:
    more = (one.role, one.kind, one.identifier, one.acronym, "group" if one.is_group else "")
    return f"{one.name!r} {more}"


def _say_amount(one: Amount) -> str:
    place = f" for {one.place.text}" if one.place else ""
    return f"{one.kind} {one.number} {one.currency!r} {one.start} {one.end}{place}"


def _say_figure(one: Figure) -> str:
    return f"{one.kind} {one.number} {one.unit!r} {one.start} {one.end} {one.text!r}"
