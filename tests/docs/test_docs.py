from __future__ import annotations

import io
import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from devcoop.cli import main
from devcoop.load.form.template import build_workbook
from devcoop.queries import load_library

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^    (devcoop \S.*?)(?:   .*)?$", README, re.MULTILINE)
CATALOGUE = runpy.run_path(str(ROOT / "benchmarks" / "query_catalogue.py"))


def test_readme_has_two_commands_of_one_line() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert [len(block.strip().splitlines()) for block in blocks] == [1, 1]


def test_readme_shows_commands() -> None:
    assert len(SHOWN) >= 5


def _write_files() -> None:
    """Write what the README takes for somebody's own: a list of projects and a filled draft."""
    book = Workbook()
    rows = (("Project ID", "Title", "Country"), ("P-1", "Wells", "Kenya"), ("P-2", "Dams", "?"))
    for cells in rows:
        book.worksheets[0].append(cells)
    book.save("projects.xlsx")
    draft = load_workbook(io.BytesIO(build_workbook("en")))
    said = {"Title of the plan": "A draft", "Agency": "An agency"}
    for number in range(2, draft.worksheets[0].max_row + 1):
        name = str(draft.worksheets[0].cell(number, 1).value)
        draft.worksheets[0].cell(number, 2).value = said.get(name)
    for column, text in enumerate(("I-1", "Training in metrology"), 1):
        draft.worksheets[1].cell(4, column).value = text
    draft.save("draft.xlsx")


def test_commands_in_the_readme_run_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _write_files()
    for line in SHOWN:
        result = CliRunner().invoke(main, shlex.split(line)[1:])
        assert result.exit_code == 0, (line, result.output)
        if line.startswith("devcoop template"):
            shutil.copy("draft.xlsx", "plan.xlsx")  # somebody fills it in


def test_four_commands_of_a_new_officer_stand_together() -> None:
    block = next(one for one in README.split("\n\n") if one.startswith("    devcoop template"))
    commands = [shlex.split(line) for line in SHOWN if f"    {line}  " in block]
    said = [next(word for word in words if word in main.commands) for words in commands]
    assert said == ["template", "load", "report", "screen"]


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in main.commands if f"devcoop {name}" not in README] == []


def test_catalogue_of_queries_is_up_to_date() -> None:
    written = (ROOT / "queries" / "README.md").read_text(encoding="utf-8")
    assert written == CATALOGUE["render_catalogue"]()


@pytest.mark.parametrize("folder", ["ontology", "data", "queries"])
def test_folder_lists_what_is_in_it(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    inside = [p.name for p in (ROOT / folder).iterdir() if not p.name.startswith((".", "README"))]
    assert [name for name in sorted(inside) if name not in text] == []


def test_every_query_of_the_readme_exists() -> None:
    named = re.findall(r"devcoop query ([a-z][a-z-]+)", README)
    assert named
    assert [name for name in named if name not in load_library()] == []


def test_no_file_names_a_machine_path_or_a_package_host() -> None:
    words = ["/wo" + "rk/", "/ro" + "ot/", "pypi" + ".org", "python" + "hosted.org", "npm" + "js"]
    tracked = [
        path
        for folder in ("src", "ontology", "data", "queries", "tests", "benchmarks", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".ttl", ".rq", ".sql", ".md", ".yaml", ".csv", ".j2", ".css"}
    ]
    tracked += [*ROOT.glob("*.md"), *ROOT.glob("*.lock"), ROOT / "pyproject.toml"]
    named = [
        (path.relative_to(ROOT).as_posix(), word)
        for path in tracked
        for word in words
        # Some cases are in another encoding on purpose.
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert named == []
