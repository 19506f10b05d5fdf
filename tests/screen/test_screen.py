"""A draft held against the plans: the same as after a load, and nothing is loaded."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from devcoop import names
from devcoop.cli import main
from devcoop.errors import SourceError
from devcoop.gaps import run_check
from devcoop.graph import build_graph
from devcoop.load import load_files
from devcoop.load.draft import read_draft
from devcoop.queries import get_query
from devcoop.screening import screen
from devcoop.store.folder import open_store, read_edition_name
from devcoop.words.screening import tell_screening

LIST = """Code,Title,Where,Subject,Do,Form,For,From,To
D1,<b>Training</b> of staff,Kenya; Ghana,standards-skills,teach,training,nsb,2017-01-01,2018-12-31
D2,Advice on quality policy,Kenya,qi-policy,study,,,2017-01-01,2018-12-31
D3,Something else,,{theme},,,,2019,2021
"""
MAP = """
agency: Example Aid
language: en
columns: {identifier: Code, title: Title, country: Where, theme: Subject, function: Do,
  instrument: Form, beneficiary: For, start: From, end: To}
"""


def _find_unserved_theme() -> str:
    check = run_check(build_graph(), get_query("themes-without-undertaking"))
    found = [cell.subject for cell in check.gaps if not cell.found or cell.found.code == "nothing"]
    return names.slug_of(min(found))


@pytest.fixture(scope="module")
def theme() -> str:
    return _find_unserved_theme()


@pytest.fixture
def draft(tmp_path: Path, theme: str) -> list[str]:
    listed, column_map = tmp_path / "draft.csv", tmp_path / "map.yaml"
    listed.write_text(LIST.format(theme=theme), encoding="utf-8")
    column_map.write_text(MAP, encoding="utf-8")
    return [str(listed), "--map", str(column_map)]


def _run(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_findings_are_those_after_a_load(tmp_path: Path, draft: list[str]) -> None:
    store = str(tmp_path / "store")
    load_files(Path(store), [], built_in=True)
    before = read_edition_name(Path(store))
    screened = list(
        csv.DictReader(io.StringIO(_run("--store", store, "screen", *draft, "-f", "csv")))
    )
    assert read_edition_name(Path(store)) == before
    _run("load", *draft, "--store", store)
    listed = _run("--store", store, "overlaps", "--between", "Example Aid", "-f", "csv")
    expected = {
        (frozenset((row["left"], row["right"])), row["type"], row["score"])
        for row in csv.DictReader(io.StringIO(listed))
        if row["type"] != "fragmentation"
    }
    found = {
        (frozenset((row["draft"], row["other"])), row["type"], row["score"]) for row in screened
    }
    assert found == expected
    assert len(found) > 5


def test_page_says_whom_to_talk_to_and_what_is_open(draft: list[str], theme: str) -> None:
    text = _run("screen", *draft, "--title", "Draft plan")
    assert "Draft plan (Example Aid)" in text
    assert "A draft of 3 initiatives, held against 165 initiatives of 3 other agencies." in text
    assert "It meets work of ISO and OBOR" in " ".join(text.split())
    assert "What is done: not stated: 1 of 3" in text
    assert "1 of the 30 gaps that a plan could close" in text, theme


def test_page_is_whole_and_escaped(draft: list[str]) -> None:
    page = _run("screen", *draft, "-f", "html")
    assert "&lt;b&gt;Training&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_gap_is_closed_by_what_serves_it(tmp_path: Path, draft: list[str], theme: str) -> None:
    store = str(tmp_path / "store")
    load_files(Path(store), [], built_in=True)
    _run("load", *draft, "--store", store)
    rows = _run("--store", store, "gaps", "--type", "coverage-gap", "-f", "csv")
    without = _run("gaps", "--type", "coverage-gap", "-f", "csv")
    label = names.mint_concept("theme", theme)
    assert without.count(label) == rows.count(label) + 1


def test_newer_edition_of_a_plan_is_not_held_against_the_older(tmp_path: Path) -> None:
    fourth = Path(__file__).parents[1] / "load" / "fourth.ttl"
    store = tmp_path / "store"
    load_files(store, [fourth], built_in=True)
    text = _run("--store", str(store), "screen", str(fourth))
    assert "held against 165 initiatives of 3 other agencies." in " ".join(text.split())


def test_draft_is_one_plan(tmp_path: Path) -> None:
    two = tmp_path / "two.ttl"
    plan = "<urn:p{n}> a <https://w3id.org/devcoop/ns#Plan> .\n"
    two.write_text(plan.format(n=1) + plan.format(n=2), encoding="utf-8")
    with pytest.raises(SourceError, match="a draft is one plan"):
        read_draft(build_graph(), two)


def test_nothing_of_a_draft_is_kept_beside_a_store(tmp_path: Path, draft: list[str]) -> None:
    store = tmp_path / "store"
    load_files(store, [], built_in=True)
    first = _run("--store", str(store), "screen", *draft)
    kept = _list_files(store)
    # What hangs on the draft hangs on its title.
    _run("--store", str(store), "screen", *draft, "--title", "Another")
    assert _list_files(store) == kept
    answers = store / "derived" / "answers"
    assert [one.name for one in answers.iterdir()] == [_read_version(store)]
    assert _run("--store", str(store), "screen", *draft) == first


def _list_files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def _read_version(folder: Path) -> str:
    with open_store(folder) as store:
        return store.version[:40]


def test_gap_that_the_older_edition_closes_is_not_closed_again(
    tmp_path: Path, draft: list[str]
) -> None:
    store = str(tmp_path / "store")
    load_files(Path(store), [], built_in=True)
    _run("load", *draft, "--store", store)
    text = " ".join(_run("--store", store, "screen", *draft).split())
    assert "None of the 29 gaps that a plan could close." in text


def test_draft_without_anything_in_common_is_said_to_have_none() -> None:
    fourth = Path(__file__).parents[1] / "load" / "fourth.ttl"
    graph = build_graph()
    read = read_draft(graph, fourth)
    sheet = tell_screening(screen(graph, read.plan, read.source, read.quads))
    leads = [section.lead for section in sheet.sections]
    assert "Nothing was found that would need a conversation." in leads
