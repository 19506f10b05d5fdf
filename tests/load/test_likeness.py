"""Organizations that may be one, by names that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.load import load_files
from devcoop.load.likeness import propose_same
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ACTIVITY = (
    '<iati-activity><iati-identifier>{key}</iati-identifier><reporting-org ref="{ref}" type="10">'
    "<narrative>{name}</narrative></reporting-org><title><narrative>Wells</narrative></title>"
    '<recipient-country code="KE"/></iati-activity>'
)
NAMES = (
    "Fund for Rural Electrification of Lakeland",
    "Lakeland Fund for Rural Electrification",
    "Lakelnd Fund for Rural Electrification",
    "Fund for Urban Sanitation of Lakeland",
)


def write_list(folder: Path, title: str, names: Iterable[str]) -> Path:
    inner = "".join(
        ACTIVITY.format(key=f"XX-{title}-{n}-1", ref=f"XX-{title}-{n}", name=name)
        for n, name in enumerate(names)
    )
    file = folder / f"{title}.xml"
    file.write_text(f'<iati-activities version="2.03">{inner}</iati-activities>', encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("likeness")
    others = [one for one in NAMES if one != NAMES[2]]
    load_files(
        made / "store", [write_list(made, "aid", others), write_list(made, "more", [NAMES[2]])]
    )
    return made


def test_alike_names_are_proposed_and_others_are_not(folder: Path) -> None:
    with open_store(folder / "store") as store:
        found = [{one.text, one.proposed} for one in propose_same(store) if "Lakel" in one.text]
    # The first two have the same words but for one; the fourth is another fund.
    assert {NAMES[1], NAMES[2]} in found
    assert all(NAMES[3] not in pair for pair in found)


def test_least_likeness_is_what_is_asked_for(folder: Path) -> None:
    with open_store(folder / "store") as store:
        few, many = (len(propose_same(store, least)) for least in (0.99, 0.7))
        likeness = [one.likeness for one in propose_same(store)]
    assert few < many
    assert likeness == sorted(likeness, reverse=True)
    assert min(likeness) >= 0.9


def test_table_of_proposals_decides_nothing_until_somebody_does(folder: Path) -> None:
    store, table = str(folder / "store"), folder / "same.csv"
    done = CliRunner().invoke(
        main, ["--store", store, "organizations", "-f", "csv", "-o", str(table)]
    )
    assert done.exit_code == 0, done.output
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "about,text,meant,proposed,likeness,iri,proposed_iri"
    assert all(line.split(",")[2] == "" for line in lines[1:])
    words = ["load", str(folder / "more.xml"), "--store", store, "--decisions"]
    again = CliRunner().invoke(main, [*words, str(table)])
    assert again.exit_code == 0, again.output
    assert "Nothing changed" in again.output
    table.write_text(f"about,text,meant\nbody,{NAMES[2]},{NAMES[1]}\n", encoding="utf-8")
    decided = CliRunner().invoke(main, [*words, str(table)])
    assert decided.exit_code == 0, decided.output
    with open_store(folder / "store") as opened:
        found = [{one.text, one.proposed} for one in propose_same(opened)]
    assert {NAMES[1], NAMES[2]} not in found
