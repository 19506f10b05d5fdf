"""What is read of the files that others published, against counts made without devcoop."""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from devcoop.errors import SourceError
from devcoop.load.readers import stratml
from devcoop.load.readers.stratml.stakeholders import ROLES
from devcoop.load.records import Hints, Records

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[4]
SHARED = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared")) / "formats"
READ_AS_SUCH = (
    *("StartDate", "EndDate", "Date", "PublicationDate"),
    *("NumberOfUnits", "MeasureValue", "RoleType"),
)
XPATHS = {
    "Stakeholder with a name": '//*[local-name()="Stakeholder"][*[local-name()="Name"]'
    "[normalize-space()]]",
    "Goal with a name": '//*[local-name()="Goal"][*[local-name()="Name"][normalize-space()]]',
    "TargetResult with NumberOfUnits": '//*[local-name()="TargetResult"]'
    '[*[local-name()="NumberOfUnits"][normalize-space()]]',
}

pytestmark = pytest.mark.skipif(
    not (SHARED / "EXPECTED.csv").exists(), reason="the files are not here; see DEVCOOP_SHARED"
)


def _expected() -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    if (SHARED / "EXPECTED.csv").exists():
        with (SHARED / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["file"].startswith("stratml/"):
                    rows[row["file"]][row["what"]] = row["count"]
    return dict(rows)


EXPECTED = _expected()
READABLE = [name for name, rows in EXPECTED.items() if "parse error" not in rows]


def read(name: str) -> Records:
    path = SHARED / name
    content = path.read_bytes()
    assert stratml.recognizes(path, content)
    records = stratml.read(path, content, Hints()).records
    assert records is not None
    return records


def test_there_are_files() -> None:
    assert len(READABLE) >= 7


@pytest.mark.parametrize("name", READABLE)
def test_counts_are_those_of_others(name: str) -> None:
    wanted = {what: int(n) for what, n in EXPECTED[name].items() if what != "root"}
    assert wanted
    counts = read(name).counts
    assert {what: counts[what] for what in wanted} == wanted


@pytest.mark.parametrize("name", READABLE)
def test_counts_are_those_of_an_xpath(name: str) -> None:
    root = etree.parse(SHARED / name).getroot()
    counts = read(name).counts
    paths = XPATHS | {one: f'//*[local-name()="{one}"]' for one in stratml.COUNTED}
    assert {what: len(root.xpath(path)) for what, path in paths.items()} == {
        what: counts[what] for what in paths
    }
    assert etree.QName(root).localname == EXPECTED[name]["root"]


@pytest.mark.parametrize("name", READABLE)
def test_every_element_is_read_or_told(name: str) -> None:
    records = read(name)
    for tag in ("Goal", "Objective", "Value"):
        read_ones = [one for one in records.elements if _tag_of(one.where.xpath) == tag]
        told = [one for one in records.told if re.match(rf"An? {tag} ", one.what)]
        left_out = sum(one.number for one in told if "names it" not in one.what)
        assert len(read_ones) + left_out == records.counts[tag]
    unnamed = sum(one.number for one in records.told if one.what.startswith("A stakeholder has no"))
    assert records.counts["Stakeholder with a name"] + unnamed == records.counts["Stakeholder"]


def _tag_of(xpath: str) -> str:
    return xpath.rpartition("/")[2].partition("[")[0]


PERSONAL = {"GivenName", "FirstName", "Surname", "LastName", "PhoneNumber", "EmailAddress"}


@pytest.mark.parametrize("name", READABLE)
def test_data_of_the_person_who_sent_a_plan_are_left_out_and_told(name: str) -> None:
    root = etree.parse(SHARED / name).getroot()
    given = [one for one in root.iter(etree.Element) if etree.QName(one).localname in PERSONAL]
    records = read(name)
    left = [one.number for one in records.told if one.kind == "lost" and "who sent" in one.what]
    assert sum(left) == sum(bool((one.text or "").strip()) for one in given)
    kept = "\n".join(_iter_texts(astuple(records.head)))
    assert all(address not in kept for one in given if "@" in (address := one.text or ""))


@pytest.mark.parametrize("name", READABLE)
def test_no_text_is_dropped(name: str) -> None:
    """Every word of the file stands in a record; days, numbers and roles are read as such."""
    root = etree.parse(SHARED / name).getroot()
    records = read(name)
    said = "\n".join(_iter_texts(astuple(records.head))) + "\n".join(
        text for one in records.elements for text in _iter_texts(one)
    )
    for node in root.iter(etree.Element):
        tag = etree.QName(node).localname
        is_role = (node.text or "").strip().lower() in ROLES
        if tag not in READ_AS_SUCH and tag not in PERSONAL and not is_role:
            words = [word for word in (node.text or "").split() if "^" not in word]
            assert [(tag, word) for word in words if word not in said] == []


def _iter_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _iter_texts(one)


def test_target_and_actual_are_context_where_they_are_amounts_of_money() -> None:
    records = read("stratml/us-assistance-to-albania.xml")
    figures = [figure for one in records.elements for figure in one.figures]
    assert {one.kind for one in figures} == {"context"}
    assert {one.unit for one in figures} == {"$"}
    assert len(figures) == 2 * 411
    root = etree.parse(SHARED / "stratml/us-assistance-to-albania.xml").getroot()
    numbers = root.xpath('//*[local-name()="NumberOfUnits"]/text()')
    assert [str(one.number) for one in figures] == numbers
    assert any("Constant Amount = 24264" in one.text for one in figures)


def test_who_pays_which_sectors_and_which_country_are_read() -> None:
    """Twenty objectives each name who pays and two sectors; a stakeholder is the country."""
    records = read("stratml/us-assistance-to-albania.xml")
    undertakings = [one for one in records.elements if one.kind == "Undertaking"]
    assert len(undertakings) == 20
    assert {tuple(body.role for body in one.bodies) for one in undertakings} == {("funding",)}
    assert {tuple(facet for facet, _ in one.facets) for one in undertakings} == {("sector",) * 2}
    assert [one.text for one in records.head.places] == ["Albania"]


def test_marks_are_breaks_of_paragraphs() -> None:
    records = read("stratml/hilton-head-action-plan-2025.xml")
    description = records.head.descriptions[0].value
    assert "^" not in description
    assert description.count("\n") == 6


@pytest.mark.parametrize("name", READABLE)
def test_every_plan_with_objectives_has_something_to_compare(name: str) -> None:
    records = read(name)
    undertakings = [one for one in records.elements if one.kind == "Undertaking"]
    goals = {one.key for one in records.elements if one.kind == "Objective"}
    assert bool(undertakings) == any(one.kind == "Objective" for one in records.elements)
    assert all(set(one.contributes_to) <= goals for one in undertakings)


def test_broken_file_is_one_line_with_its_line() -> None:
    name = next(name for name, rows in EXPECTED.items() if "parse error" in rows)
    path = SHARED / name
    assert stratml.recognizes(path, path.read_bytes())
    with pytest.raises(SourceError) as caught:
        stratml.read(path, path.read_bytes(), Hints())
    assert (
        str(caught.value)
        == f'{path}:5: not well-formed XML: a bare "&"; it must be written "&amp;"'
    )
