"""Organizations under several identifiers and names are one, by the table or by who reports."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.load import Wishes, load_files
from devcoop.load.bodies import normalise_identifier
from devcoop.load.organizations import TABLE, find_listed_name
from devcoop.load.records import Body
from devcoop.names import DEVC
from devcoop.store.folder import open_store
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from pathlib import Path

ITEM = """<iati-activity><iati-identifier>{key}</iati-identifier>
<reporting-org ref="{ref}" type="10"><narrative>{name}</narrative></reporting-org>
<title><narrative>Wells</narrative></title>{more}</iati-activity>"""


def write(path: Path, ref: str, name: str, more: str = "") -> Path:
    item = ITEM.format(key=f"{path.stem}-1", ref=ref, name=name, more=more)
    path.write_text(f'<iati-activities version="2.03">{item}</iati-activities>', encoding="utf-8")
    return path


def list_agencies(folder: Path) -> list[str]:
    with open_store(folder) as store:
        issuers = {as_text(one.object) for one in store.quads(predicate=str(DEVC.issuedBy))}
        return sorted(
            {
                str(one.object)
                for iri in issuers
                for one in store.quads(subject=iri, predicate=names.term("rdfs:label"))
                if not str(one.object).endswith(("@fr", "@zh"))
            }
        )


def test_table_has_each_identifier_once_with_its_source() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    identifiers = [row["identifier"] for row in rows]
    assert sorted(set(identifiers)) == sorted(identifiers)
    assert [one for one in identifiers if normalise_identifier(one) != one] == []
    assert [row["identifier"] for row in rows if not row["source"] or not row["name"]] == []
    assert {row["kind"] for row in rows} == {"agency", "government"}


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("US-GOV-1", "U.S. Agency for International Development"),
        ("US-1", "Agency for International Development"),
        ("US-USAGOV", "United States"),
        ("302", "UNITED STATES"),
        ("US", "USA"),
        ("", "USAID"),
    ],
)
def test_identifiers_of_the_us_government_are_one_agency(identifier: str, name: str) -> None:
    assert find_listed_name(Body(name, identifier=identifier)) == "United States government"


def test_old_and_new_identifiers_are_one_agency(folder: Path, tmp_path: Path) -> None:
    load_files(
        folder,
        [
            write(tmp_path / "a.xml", "US-GOV-1", "U.S. Agency for International Development"),
            write(tmp_path / "b.xml", "302", "UNITED STATES"),
            write(tmp_path / "c.xml", "GB-1", "DFID"),
            write(tmp_path / "d.xml", "GB-GOV-1", "Department for International Development"),
            write(tmp_path / "e.xml", "44000", "World Bank"),
            write(tmp_path / "f.xml", "XM-DAC-44000", "World Bank Group"),
        ],
    )
    assert list_agencies(folder) == [
        '"Department for International Development"@en',
        '"United States government"@en',
        '"World Bank"@en',
    ]


@pytest.mark.parametrize("together", [True, False])
def test_who_reports_under_one_identifier_is_one_agency(
    folder: Path, tmp_path: Path, *, together: bool
) -> None:
    one = write(tmp_path / "a.xml", "XX-REG-7", "Example Aid")
    other = write(tmp_path / "b.xml", "xx-reg-7", "Example Aid Agency")
    for paths in [[one, other]] if together else [[one], [other]]:
        load_files(folder, paths)
    assert list_agencies(folder) == ['"Example Aid"@und']


def test_ministry_beside_the_identifier_of_its_government_keeps_its_name(
    folder: Path, tmp_path: Path
) -> None:
    more = (
        '<participating-org role="1" ref="US-USAGOV"><narrative>Peace Corps</narrative>'
        "</participating-org>"
    )
    load_files(folder, [write(tmp_path / "a.xml", "XX-REG-7", "Example Aid", more)])
    with open_store(folder) as store:
        found = store.quads(predicate=str(DEVC.participant))
        assert {names.slug_of(as_text(one.object)).rpartition("-")[0] for one in found} == {
            "peace-corps"
        }


def test_identifier_of_one_that_only_takes_part_names_nobody_who_reports(
    folder: Path, tmp_path: Path
) -> None:
    # Some publishers write their own identifier beside every partner.
    more = (
        '<participating-org role="4" ref="XX-REG-7"><narrative>Ministry of Water</narrative>'
        "</participating-org>"
    )
    load_files(folder, [write(tmp_path / "a.xml", "XX-REG-8", "Other Aid", more)])
    load_files(folder, [write(tmp_path / "b.xml", "XX-REG-7", "Example Aid")])
    assert list_agencies(folder) == ['"Example Aid"@und', '"Other Aid"@und']


def test_what_a_person_decided_goes_before_the_table(folder: Path, tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.csv"
    decisions.write_text("about,text,meant\nbody,USAID,Example Aid\n", encoding="utf-8")
    load_files(folder, [write(tmp_path / "a.xml", "XX-REG-7", "Example Aid")])
    usaid = write(tmp_path / "b.xml", "US-GOV-1", "USAID")
    load_files(folder, [usaid], Wishes(decisions=decisions))
    assert list_agencies(folder) == ['"Example Aid"@und']
