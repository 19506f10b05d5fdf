"""The pages for those who bring a plan: what they show works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.load import load_files
from devcoop.store.folder import open_store
from devcoop.validation import Severity, validate_files

if TYPE_CHECKING:
    from devcoop.validation import Result

DOCS = Path(__file__).resolve().parents[2] / "docs"
TURTLE = re.findall(
    r"^```turtle\n(.*?)^```$",
    (DOCS / "plan-in-turtle.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    [text] = TURTLE
    path = tmp_path / "plan.ttl"
    path.write_text(text, encoding="utf-8")
    return path


def _violations(results: list[Result]) -> list[str]:
    return [f"{one.rule} {one.node}" for one in results if one.severity is Severity.VIOLATION]


def test_plan_of_the_page_breaks_no_rule(plan: Path) -> None:
    assert _violations(validate_files([plan])) == []


def test_plan_of_the_page_is_loaded_with_five_initiatives(plan: Path, tmp_path: Path) -> None:
    [change] = load_files(tmp_path / "store", [plan]).changes
    assert (change.is_new, change.initiatives) == (True, (5, 0, 0))
    assert change.source.title == "Plan for metrology and testing 2026-2028"
    with open_store(tmp_path / "store") as store:
        assert any(one.graph == change.source.graph for one in store.sources)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("    devc:inPlan ex:plan ;\n", "PlanElement-inPlan"),
        ("    devc:agency ex:agency ;\n", "Undertaking-agency"),
        ("    devc:placeBasis basis:named .\n", "place-basis-missing"),
    ],
)
def test_what_the_page_calls_needed_is_needed(plan: Path, line: str, rule: str) -> None:
    text = plan.read_text(encoding="utf-8")
    assert line in text
    end = " .\n" if line.endswith(" .\n") else ""
    before, _, after = text.partition(line)
    plan.write_text((before.rstrip().removesuffix(";") + end if end else before) + after, "utf-8")
    assert [one for one in _violations(validate_files([plan])) if one.startswith(f"{rule} ")]


def test_commands_of_the_pages_exist() -> None:
    for page in ("bring-your-plan.md", "plan-in-turtle.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        named = set(re.findall(r"^    devcoop (?:--store \S+ )?(\w+)", text, re.MULTILINE))
        assert named
        # What checks a draft is told of in its own tests.
        assert named <= set(main.commands)


def test_template_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = CliRunner().invoke(main, ["template", "-o", "plan.xlsx"])
    assert (first.exit_code, first.output) == (0, "Wrote plan.xlsx\n")
    written = Path("plan.xlsx").read_bytes()
    again = CliRunner().invoke(main, ["template", "-o", "plan.xlsx", "--language", "fr"])
    assert again.exit_code == 3
    assert "--force" in again.output
    assert Path("plan.xlsx").read_bytes() == written
    forced = CliRunner().invoke(main, ["template", "--language", "fr", "--force"])
    assert forced.exit_code == 0
    assert Path("plan.xlsx").read_bytes() != written


def test_folder_of_csv_files_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["template", "--csv", "-o", "ours", "--language", "fr"])
    names = ["acteurs.csv", "initiatives.csv", "listes.csv", "plan.csv", "resultats.csv"]
    assert done.exit_code == 0
    assert sorted(path.name for path in Path("ours").iterdir()) == names
    Path("other").mkdir()
    (Path("other") / "initiatives.csv").write_text("mine", encoding="utf-8")
    refused = CliRunner().invoke(main, ["template", "--csv", "-o", "other"])
    assert refused.exit_code == 3
    assert [path.name for path in Path("other").iterdir()] == ["initiatives.csv"]
