"""Small files, one for each trap, with what the reader makes of them beside each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.load.readers import stratml
from devcoop.load.readers.stratml.stakeholders import ROLES
from devcoop.load.records import Hints
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.load.records import Body, Element, Figure, Records
    from devcoop.store import Store

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def read(path: Path) -> Records:
    content = path.read_bytes()
    assert stratml.recognizes(path, content)
    reading = stratml.read(path, content, Hints())
    assert reading.records is not None
    return reading.records


def say(records: Records) -> str:
    """Say in lines what a file holds, for people who check it against the file."""
    return "".join(f"{line}\n" for line in _say(records))


def _say(records: Records) -> Iterator[str]:
    head = records.head
    yield f"plan {head.key!r} {[(one.value, one.language) for one in head.titles]}"
    yield from (f"  describes {one.value!r}" for one in head.descriptions)
    yield f"  from {head.start} until {head.end}, edition {head.edition!r}"
    yield f"  agency {_say_body(head.agency) if head.agency else 'unknown'}"
    yield from (f"  place {one.text!r} at {one.where.xpath}" for one in head.places)
    yield from (f"  body {_say_body(one)}" for one in head.bodies)
    yield from (f"  note {one.heading}: {one.text!r}" for one in head.notes)
    for element in records.elements:
        yield from _say_element(element)
    for one in records.told:
        yield f"told {one.kind} {one.number} {one.where.xpath}: {one.what}"
    yield f"counts {records.counts}"


def _say_element(one: Element) -> Iterator[str]:
    titles = [(text.value, text.language) for text in one.titles]
    yield f"{one.kind} {one.key!r} {titles} at {one.where.xpath}"
    yield from (f"  describes {text.value!r}" for text in one.descriptions)
    if one.part_of or one.contributes_to or one.measures:
        ends = f"{one.part_of!r}, contributes to {one.contributes_to}, measures {one.measures}"
        yield f"  part of {ends}"
    yield from (f"  body {_say_body(body)}" for body in one.bodies)
    if one.start or one.end:
        yield f"  from {one.start} until {one.end}"
    yield from (f"  place {value.text!r}" for value in one.places)
    yield from (f"  {facet} {value.text!r}" for facet, value in one.facets)
    yield from (f"  figure {_say_figure(figure)}" for figure in one.figures)
    yield from (f"  note {note.heading}: {note.text!r}" for note in one.notes)


def _say_body(one: Body) -> str:
    more = (one.role, one.kind, one.identifier, one.acronym, "group" if one.is_group else "")
    return f"{one.name!r} {more}"


def _say_figure(one: Figure) -> str:
    return f"{one.kind} {one.number} {one.unit!r} {one.start} {one.end} {one.text!r}"


def test_there_are_cases() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_file_says_what_stands_beside_it(case: Path) -> None:
    assert say(read(case / "plan.xml")) == (case / "expected.txt").read_text(encoding="utf-8")


def test_roles_are_all_those_of_the_scheme(graph: Store) -> None:
    roles = graph.quads(predicate=names.term("skos:inScheme"), object=f"{names.BASE}role")
    assert set(ROLES.values()) == {names.slug_of(as_text(one.subject)) for one in roles}
