"""The 3W table: one row per initiative and country, read back as the same who, what, where."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.export import Writer
from devcoop.export.hxl import render_hxl
from devcoop.export.tables import Table, read_tables
from devcoop.load.readers import hxl
from devcoop.load.records import Hints
from devcoop.queries import load_library

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.dataset import Dataset
    from devcoop.load.records import Element

PLACE = "https://w3id.org/devcoop/place/"
UNKNOWN = (
    "-",
    "--",
    "n/a",
    "na",
    "?",
    "??",
    "–",
    "—",
    "nd",
    "null",
    "nil",
    "nan",
    "tbd",
    "tbc",
    "n/d",
)
FILES = ("initiatives", "facets", "concepts", "agencies")
_TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(["=1+1", "+x", "-", "'=x", "@a", "#org", "a\nb", "N/A", "NA"]),
)


def _read(content: bytes) -> dict[str, Element]:
    """Read a table back, by the codes of the activities."""
    path = Path("devcoop.hxl.csv")
    assert hxl.recognizes(path, content)
    records = hxl.read(path, content, Hints()).records
    assert records is not None
    codes = {
        note.text: one
        for one in records.elements
        for note in one.notes
        if note.heading == "Code of the activity"
    }
    assert len(codes) == len(records.elements)
    return codes


@pytest.fixture(scope="module")
def tables(dataset: Dataset) -> dict[str, Table]:
    return read_tables(dataset.store)


def test_export_reads_back_as_the_same_who_what_where_and_when(
    dataset: Dataset, tables: Mapping[str, Table]
) -> None:
    files = Writer(dataset).render("hxl")
    read = _read(files["devcoop.hxl.csv"])
    labels = {row["concept"]: row["label"] for row in tables["concepts.csv"].records()}
    agencies = {row["agency"]: row for row in tables["agencies.csv"].records()}
    rows = tables["initiatives.csv"].records()
    assert set(read) == {row["initiative"] for row in rows}
    assert rows
    for row in rows:
        one, who = read[row["initiative"]], agencies[row["agency"]]
        assert one.agency
        assert (one.agency.name, one.agency.identifier) == (who["label"], who["iri"])
        assert one.titles[0].value == row["label"]
        assert [text.value for text in one.descriptions] == [row["description"]] * bool(
            row["description"]
        )
        said = [f for f in tables["facets.csv"].records() if f["initiative"] == row["initiative"]]
        sectors = {labels[f["concept"]] for f in said if f["facet"] == "sector"}
        assert {value.text for facet, value in one.facets if facet == "sector"} == sectors
        places = {f["concept"] for f in said if f["facet"] == "place"}
        codes = {one.removeprefix(PLACE) for one in places}
        countries = {code for code in codes if len(code) == 3 and code.isupper()}
        assert {p.text for p in one.places if p.scheme == "iso3"} == countries
        others = {labels[p] or p for p in places if p.removeprefix(PLACE) not in countries}
        assert {p.text for p in one.places if p.scheme == "region"} == others
        assert [str(day or "") for day in (one.start, one.end)] == [row["start"], row["end"]]


def test_there_is_one_row_for_each_initiative_and_country(
    dataset: Dataset, tables: Mapping[str, Table]
) -> None:
    text = Writer(dataset).render("hxl")["devcoop.hxl.csv"].decode()
    headings, tags, *rows = csv.reader(io.StringIO(text))
    assert len(headings) == len(tags) == len(set(tags)) + tags.count("#sector+name") - 1
    code, country, area = (
        tags.index(tag) for tag in ("#activity+code", "#country+code+iso3", "#region+name")
    )
    keys = [(row[code], row[country], row[area]) for row in rows]
    assert len(keys) == len(set(keys))
    placed = [f for f in tables["facets.csv"].records() if f["facet"] == "place"]
    without = {row["initiative"] for row in tables["initiatives.csv"].records()}
    without -= {f["initiative"] for f in placed}
    assert len(rows) == len(placed) + len(without)


def test_same_data_give_the_same_bytes(dataset: Dataset, tables: Mapping[str, Table]) -> None:
    assert Writer(dataset).render("hxl")["devcoop.hxl.csv"] == render_hxl(tables)


def _make(titles: list[str], agency: str, sector: str, place: str) -> dict[str, Table]:
    """Make tables of a dataset that has these texts."""
    records = {
        "initiatives": [
            {"initiative": f"I.{n}", "iri": f"urn:x:{n}", "label": title, "agency": "A"}
            for n, title in enumerate(titles)
        ],
        "agencies": [{"agency": "A", "iri": "urn:x:a", "label": agency}],
        "concepts": [
            {"concept": "urn:x:s", "label": sector},
            {"concept": f"{PLACE}KEN", "label": place},
        ],
        "facets": [
            {"initiative": f"I.{n}", "facet": facet, "concept": concept}
            for n in range(len(titles))
            for facet, concept in (("sector", "urn:x:s"), ("place", f"{PLACE}KEN"))
        ],
    }
    queries = {
        str(q.header["table"]["file"]): q for q in load_library().values() if q.topic == "export"
    }
    return {
        f"{name}.csv": Table(
            queries[f"{name}.csv"],
            tuple(
                tuple(one.get(column, "") for column in queries[f"{name}.csv"].header["columns"])
                for one in records[name]
            ),
        )
        for name in FILES
    }


@settings(max_examples=80, deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=4), _TEXTS, _TEXTS, _TEXTS)
def test_any_text_is_no_formula_and_reads_back(
    titles: list[str], agency: str, sector: str, place: str
) -> None:
    content = render_hxl(_make(titles, agency, sector, place))
    for row in csv.reader(io.StringIO(content.decode(), newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    read = _read(content)
    assert len(read) == len(titles)
    for number, title in enumerate(titles):
        wanted = " ".join(title.split())
        # An apostrophe before a formula is what protects it, and is taken for that.
        is_protected = wanted[:1] == "'" and wanted[1:2] in ("=", "+", "-", "@")
        if wanted and not is_protected and wanted.casefold() not in UNKNOWN:
            assert read[f"I.{number}"].titles[0].value == wanted
        assert [one.text for one in read[f"I.{number}"].places] == ["KEN"]
