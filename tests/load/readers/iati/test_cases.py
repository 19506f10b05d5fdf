"""Small files, one for each trap, with what the reader makes of them beside each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop.load.readers import iati
from devcoop.load.records import Hints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.load.records import Amount, Body, Element, Figure, Records

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def read(path: Path) -> Records:
    content = path.read_bytes()
    assert iati.recognizes(path, content)
    return iati.read_records(path, content, Hints())[1]


def say(records: Records) -> str:
    """Say in lines what a file holds, for people who check it against the file."""
    return "".join(f"{line}\n" for line in _say(records))


def _say(records: Records) -> Iterator[str]:
    head = records.head
    yield f"list {head.key!r} edition {head.edition!r} language {head.language!r}"
    yield f"  agency {_say_body(head.agency) if head.agency else 'unknown'}"
    yield from (f"  {_say_amount(one)}" for one in head.amounts)
    yield from (f"  note {one.heading}: {one.text!r}" for one in head.notes)
    for element in records.elements:
        yield from _say_element(element)
    for one in records.told:
        yield f"told {one.kind} {one.number} {one.where}: {one.what}"
    yield f"counts { {what: n for what, n in records.counts.items() if n} }"


def _say_element(one: Element) -> Iterator[str]:
    titles = [(text.value, text.language) for text in one.titles]
    yield f"{one.kind} {one.key!r} {titles} at {one.where}, {one.where.xpath}"
    yield from (f"  describes {(text.value, text.language)}" for text in one.descriptions)
    if one.agency:
        yield f"  agency {_say_body(one.agency)}"
    if one.part_of or one.contributes_to or one.measures:
        ends = f"{one.part_of!r}, contributes to {one.contributes_to}, measures {one.measures}"
        yield f"  part of {ends}"
    yield from (f"  body {_say_body(body)}" for body in one.bodies)
    if one.start or one.end:
        yield f"  from {one.start} until {one.end}"
    yield from (f"  place {value.text!r} {value.scheme}" for value in one.places)
    yield from (f"  {facet} {value.text!r} {value.scheme}" for facet, value in one.facets)
    yield from (f"  share {each.facet} {each.value.text} {each.percentage}" for each in one.shares)
    yield from (f"  {_say_amount(amount)}" for amount in one.amounts)
    yield from (f"  figure {_say_figure(figure)}" for figure in one.figures)
    yield from (f"  {each.kind} {each.identifier!r}" for each in one.references)
    yield from (f"  site {each.name!r} {each.latitude} {each.longitude}" for each in one.sites)
    yield from (f"  note {note.heading}: {note.text!r}" for note in one.notes)


def _say_body(one: Body) -> str:
    return f"{one.name!r} {(one.role, one.kind, one.identifier)}"


def _say_amount(one: Amount) -> str:
    place = f" for {one.place.text}" if one.place else ""
    return f"{one.kind} {one.number} {one.currency!r} {one.start} {one.end}{place}"


def _say_figure(one: Figure) -> str:
    return f"{one.kind} {one.number} {one.unit!r} {one.start} {one.end} {one.text!r}"


def test_there_are_cases() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_file_says_what_stands_beside_it(case: Path) -> None:
    assert say(read(case / "list.xml")) == (case / "expected.txt").read_text(encoding="utf-8")
