"""Plans and lists as IATI: valid, and the same when they are read back."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from lxml import etree

from devcoop import names
from devcoop.cli import main
from devcoop.export import Selection, Tally, find_plans, prepare_iati
from devcoop.graph import build_graph
from devcoop.load.encoding import encode
from devcoop.load.readers.iati import read_records
from devcoop.load.reading import Reading
from devcoop.load.recognition import Recognizer
from devcoop.load.records import Hints, Records
from devcoop.names import DEVC
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from devcoop.dataset import Dataset
    from devcoop.store import Store
    from devcoop.store.terms import Quad

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared"))
SCHEMA = SHARED / "refdata/iati-standard/2-03/iati-activities-schema.xsd"
MADE = Path(__file__).parent / "activities.xml"
STATUSES = ROOT / "tests/load/readers/iati/cases/statuses/list.xml"
PREFIX = "https://w3id.org/devcoop/element/activities-35fcd48e/"
NOT_KEPT = ("/note/", "/passage/", "/document/", "/suggestion/")
"""Parts of the IRIs of what is only kept beside an activity."""


def check_valid(content: bytes) -> None:
    if SCHEMA.exists():
        etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(content))


@cache
def find_known() -> Recognizer:
    return Recognizer(build_graph())


def load(path: Path, content: bytes) -> tuple[Records, tuple[Quad, ...]]:
    """Read a file and state what it says."""
    form, records = read_records(path, content, Hints())
    reading = Reading(path, "0" * 64, records=records, format=form)
    return records, tuple(encode(reading, records, find_known()).quads)


@cache
def read_shared() -> Store:
    return build_graph()


def rewrite(path: Path) -> bytes:
    return write_quads(load(path, path.read_bytes())[1])[0]


def write_quads(quads: tuple[Quad, ...]) -> tuple[bytes, Tally]:
    """Write the one plan of some quads, beside what all plans share."""
    plan = next(as_text(one.subject) for one in quads if as_text(one.object) == str(DEVC.Plan))
    graph = names.mint_plan_graph(plan)
    store = read_shared()
    store.add(graph, quads)
    return write(store, plan)


def write(store: Store, plan: str) -> tuple[bytes, Tally]:
    tally = Tally()
    files = prepare_iati(store, [plan], tally)
    return b"".join(next(iter(files.values()))), tally


def _is_name_as_written(one: Quad) -> bool:
    """Tell whether it is how a file calls somebody, who is written by the first of its names."""
    is_of_part = any(part in as_text(one.subject) for part in ("/participation/", "/link/"))
    return is_of_part and names.term_name(as_text(one.predicate)) in ("label", "description")


def say(quads: tuple[Quad, ...]) -> set[tuple[str, str, str]]:
    """Give what is stated, without what is only kept."""
    return {
        (as_text(one.subject), names.term_name(as_text(one.predicate)), str(one.object))
        for one in quads
        if not any(part in as_text(one.subject) for part in NOT_KEPT)
        and names.term_name(as_text(one.predicate)) != "hasEvidence"
        and not _is_name_as_written(one)
    }


@pytest.fixture(scope="module")
def made() -> tuple[bytes, Tally]:
    return write_quads(load(MADE, MADE.read_bytes())[1])


def test_made_file_is_valid(made: tuple[bytes, Tally]) -> None:
    check_valid(made[0])


def test_made_file_is_read_back_but_for_what_has_no_place(made: tuple[bytes, Tally]) -> None:
    _, before = load(MADE, MADE.read_bytes())
    _, after = load(MADE, made[0])
    lost, new = say(before) - say(after), say(after) - say(before)
    assert {subject.rpartition("/")[2] for subject, _, _ in lost} == {
        "XX-1-11",
        "own-e882943c5603",
        "XX-1-9",
        "XX-1-9%2Fresult%2F2",
        "5",
        "value",
        "period",
    }
    about = {what for subject, what, _ in lost if subject.endswith("/XX-1-9")}
    assert about == {"contributesTo", "hasFunding"}
    # A part names its whole as well, and the title stands where there is no description.
    assert {one for one in new if "/reference/parent-" not in one[0]} == {
        (f"{PREFIX}XX-1-10", "description", '"Pumps of Mopti"@en')
    }


def test_what_has_no_place_is_counted(made: tuple[bytes, Tally]) -> None:
    assert [*made[1]] == [
        ("no-day", 1, 3),
        ("no-description", 1, 3),
        ("money-kind", 1, 5),
        ("no-indicator", 1, 2),
    ]


def test_what_has_no_place_is_told_with_its_denominator(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = CliRunner().invoke(main, ["export", "-f", "iati", "--agency", "ISO", "-o", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "41 of 42 initiatives state no day; they have the days of their plan." in ran.stderr
    assert "Wrote 42 activities in 1 files" in " ".join(ran.stderr.split())
    assert [one.name for one in out.iterdir()] == ["iso-2016-2020.xml"]
    check_valid((out / "iso-2016-2020.xml").read_bytes())


def read_statuses(content: bytes) -> dict[str, tuple[str, str]]:
    """Give the codes of status and of the day, by identifier."""
    return {
        str(one.findtext("iati-identifier")): (
            str(one.xpath("string(activity-status/@code)"))
            or str(one.findtext("activity-status/narrative")),
            str(one.xpath("string(activity-date/@type)")),
        )
        for one in etree.fromstring(content).iter("iati-activity")
    }


def test_every_status_is_written_as_it_was_read() -> None:
    content = rewrite(STATUSES)
    before, after = read_statuses(STATUSES.read_bytes()), read_statuses(content)
    check_valid(content)
    codes = {"Cancelled": "5", "Suspended": "6", "Post-completion": "4", "9": "2"}
    assert after == {
        identifier: (codes.get(status, status), day if status != "9" else "1")
        for identifier, (status, day) in before.items()
    }
    assert {status for status, _ in after.values()} == set("123456")


def test_findings_are_refused() -> None:
    ran = CliRunner().invoke(main, ["export", "-f", "iati", "--type", "overlap", "-o", "x"])
    assert (ran.exit_code, "holds no findings" in ran.stderr) == (2, True)


def test_built_in_plans_are_valid_and_keep_what_their_initiatives_are_called(
    dataset: Dataset,
) -> None:
    for plan in find_plans(dataset.store, Selection()):
        content, tally = write(dataset.store, plan)
        check_valid(content)
        records, _ = load(Path(f"{names.slug_of(plan)}.xml"), content)
        found = [one for one in records.elements if one.kind == "Undertaking"]
        assert len(found) == tally.written == tally.seen["initiative"] > 0
        assert all({one.language for one in it.titles} == {"en", "fr"} for it in found)


def test_themes_are_read_back_from_tags(dataset: Dataset) -> None:
    plan = find_plans(dataset.store, Selection(agencies=("ISO",)))[0]
    content, _ = write(dataset.store, plan)
    _, quads = load(Path("iso.xml"), content)
    after = sorted(as_text(one.object) for one in quads if one.predicate.value == str(DEVC.theme))
    before = sorted(
        as_text(one.object)
        for one in dataset.store.quads(predicate=DEVC.theme, graph=names.mint_plan_graph(plan))
        if dataset.store.contains(
            subject=one.subject, predicate=names.term("rdf:type"), object=DEVC.Undertaking
        )
    )
    assert after == before


def test_the_same_data_give_the_same_bytes(made: tuple[bytes, Tally]) -> None:
    assert rewrite(MADE) == made[0]


@pytest.mark.parametrize("name", ["pwyf-dfid-ml", "ds-complex_example_dfid", "ds-tearfund-cd"])
def test_files_of_others_are_valid_and_read_back(name: str) -> None:
    path = SHARED / "iati" / f"{name}.xml"
    if not path.exists():
        pytest.skip("the file is not here; see DEVCOOP_SHARED")
    _, before = load(path, path.read_bytes())
    content, _ = write_quads(before)
    check_valid(content)
    _, after = load(path, content)
    assert say(before) - say(after) == set()
