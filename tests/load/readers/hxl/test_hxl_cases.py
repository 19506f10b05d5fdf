"""Small tables, one for each trap, beside what is expected to be read from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from devcoop.load.readers import hxl
from devcoop.load.records import Hints

if TYPE_CHECKING:
    from devcoop.load.records import Body, Element, Note, Records, Value

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def _read(case: Path, **hints: Any) -> Records:
    [path] = case.glob("table.*")
    content = path.read_bytes()
    assert hxl.recognizes(path, content)
    reading = hxl.read(path, content, Hints(**hints))
    assert (reading.format, reading.quads, reading.faults) == ("HXL", (), ())
    assert reading.records is not None
    return reading.records


def test_there_are_cases() -> None:
    assert len(CASES) > 15
    assert all((case / "expected.json").is_file() for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_table_is_read_as_expected(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    assert describe(_read(case, **expected["hints"])) == expected["records"]


def describe(records: Records) -> dict[str, Any]:
    """Say what was read in short texts, without what is empty."""
    head = {
        "title": [text.value for text in records.head.titles],
        "agency": records.head.agency.name if records.head.agency else "",
        "places": [_value(one) for one in records.head.places],
        "notes": [_note(one) for one in records.head.notes],
    }
    return {
        "head": _filled(head),
        "elements": [_filled(_element(one)) for one in records.elements],
        "told": [f"{one.kind} {one.number} | {one.where} | {one.what}" for one in records.told],
        "counts": records.counts,
    }


def _element(one: Element) -> dict[str, Any]:
    return {
        "where": str(one.where),
        "titles": [f"{text.value} @{text.language}".removesuffix(" @") for text in one.titles],
        "descriptions": [text.value for text in one.descriptions],
        "agency": _body(one.agency) if one.agency else "",
        "bodies": [_body(body) for body in one.bodies],
        "places": [_value(value) for value in one.places],
        "facets": [f"{facet}: {value.text}" for facet, value in one.facets],
        "days": [str(day) for day in (one.start, one.end)] if one.start or one.end else [],
        "amounts": [" ".join((str(a.number), a.currency, a.kind)).strip() for a in one.amounts],
        "notes": [_note(note) for note in one.notes],
    }


def _body(body: Body) -> str:
    more = (f"={body.identifier}", f"({body.acronym})", f"[{body.role}]", f"<{body.kind}>")
    return " ".join([body.name, *(one for one in more if len(one) > 2 or one[:-1] == "=")])


def _value(value: Value) -> str:
    return f"{value.scheme}:{value.text}" if value.scheme else value.text


def _note(note: Note) -> str:
    return f"{note.where} | {note.heading}: {note.text}"


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value}
