"""What cannot be done is told at once, in one line, with exit code 3."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from devcoop.cli import main
from devcoop.cli.group import Group
from devcoop.cli.options import Command
from devcoop.load.form.template import build_workbook

LIST = str(Path(__file__).parent / "projects.csv")
WRITING = {
    "report": [],
    "bundle": [],
    "export": ["-f", "turtle"],
    "export --all": ["--all"],
    "query": ["plan-periods"],
    "validate": [],
    "overlaps": [],
    "gaps": [],
    "organizations": [],
    "sources": [],
    "explain": ["ISO-1", "OBOR-1"],
    "check": [],
    "suggest": [],
    "matrix": ["--rows", "theme", "--columns", "agency"],
    "review": ["--list"],
    "review --export": [],
    "diff": ["old.nq", "new.nq"],
    "patch": ["old.nq", "changes.rdfp"],
    "map": [LIST],
    "screen": [LIST],
    "template": [],
}
"""Every command that writes a file, with what it needs beside."""


def _fail(*words: str) -> str:
    """Run a command that has to fail; give its one line."""
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 3, result.output
    [line] = result.stderr.splitlines()
    return line.removeprefix("Error: ")


def _command(name: str, place: Path, missing: Path) -> list[str]:
    command, *_ = name.split()
    option = "--export" if name.endswith("--export") else "-o"
    return ["--store", str(missing), command, *WRITING[name], option, str(place)]


@pytest.mark.parametrize("name", WRITING)
def test_place_that_cannot_be_written_is_told_before_any_work(tmp_path: Path, name: str) -> None:
    # There is no store either, which is found out later.
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    place = tmp_path / "file" / "a.txt"
    assert _fail(*_command(name, place, tmp_path / "no-store")) == f"{place}: Not a directory"
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(
    "name", [one for one in WRITING if one not in ("report", "export --all", "suggest")]
)
def test_file_is_not_put_where_there_is_no_folder(tmp_path: Path, name: str) -> None:
    place = tmp_path / "missing" / "a.txt"
    told = _fail(*_command(name, place, tmp_path / "no-store"))
    assert told == f"{place}: No such file or directory"
    assert not place.parent.exists()


def test_every_command_with_an_output_is_among_those() -> None:
    assert isinstance(main, Group)
    with_output = {
        name
        for name, command in main.commands.items()
        if any("-o" in one.opts or one.name == "export" for one in command.params)
    }
    assert with_output == {name.split()[0] for name in WRITING}


@pytest.mark.parametrize("missing", [0, 1])
def test_missing_file_is_told_before_the_other_is_read(tmp_path: Path, missing: int) -> None:
    broken = tmp_path / "broken.nq"
    broken.write_text("no statement", encoding="utf-8")
    files = [str(broken), str(broken)]
    files[missing] = str(tmp_path / "missing.nq")
    assert _fail("diff", *files) == f"{files[missing]}: No such file or directory"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "there is not enough memory"),
        (OverflowError("int too big to convert"), "a number cannot be worked with: int too big"),
        (ZeroDivisionError("division by zero"), "a number cannot be worked with: division by"),
        (RecursionError("maximum recursion depth exceeded"), "this is nested too deep"),
        (PermissionError(13, "Permission denied", "a.ttl"), "a.ttl: Permission denied"),
        (OSError("no space"), "no space"),
    ],
)
def test_what_the_machine_cannot_do_is_one_line(error: Exception, told: str) -> None:
    group = Group("devcoop")

    @group.command()
    def work() -> None:
        raise error

    result = CliRunner().invoke(group, ["work"])
    assert result.exit_code == 3
    [line] = result.stderr.splitlines()
    assert line.startswith(f"Error: {told}")


@pytest.mark.parametrize(
    "words",
    [
        ["query", "plan-periods", "--timeout", "1e300"],
        ["query", "plan-periods", "--timeout", "nan"],
        ["overlaps", "--top", str(10**30)],
        ["overlaps", "--min-score", "nan"],
        ["validate", "--engine", "pyshacl", "--timeout", "1e300"],
    ],
)
def test_numbers_beyond_all_measure_are_no_traceback(words: list[str]) -> None:
    result = CliRunner().invoke(main, words)
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code in (0, 2, 3)


READING = {
    "screen": ["FILE", "-o", "OUT"],
    "map": ["FILE", "-o", "OUT"],
    "validate": ["FILE", "-o", "OUT"],
    "validate --shapes": ["--shapes", "FILE", "-o", "OUT"],
    "query": ["FILE", "-o", "OUT"],
    "overlaps": ["--weights", "FILE", "-o", "OUT"],
    "diff": ["FILE", "new.nq", "-o", "OUT"],
    "patch": ["old.nq", "FILE", "-o", "OUT"],
    "review": ["--import", "FILE", "-o", "OUT"],
    "review --export": ["--reviews", "FILE", "--export", "OUT"],
    "export": ["-f", "turtle", "--reviews", "FILE", "-o", "OUT"],
    "bundle": ["--reviews", "FILE", "-o", "OUT"],
    "load --told": ["FILE", "--store", "store", "--told", "OUT"],
    "load --marked": ["FILE", "--store", "store", "--marked", "OUT"],
    "load --decisions": ["--decisions", "FILE", "--store", "store", "--told", "OUT"],
}
"""Commands that read a file and write one, with how both are named."""


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("through", ["itself", "link"])
def test_what_is_read_is_not_written_over(tmp_path: Path, name: str, through: str) -> None:
    read = tmp_path / "read.csv"
    read.write_text("kept", encoding="utf-8")
    place = read if through == "itself" else tmp_path / "link.csv"
    if through == "link":
        place.symlink_to(read)
    names = {"FILE": str(read), "OUT": str(place)}
    command = [name.split(maxsplit=1)[0], *(names.get(word, word) for word in READING[name])]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2, result.output
    assert f"{place} would be written over, and it is read" in result.output.replace("\n", " ")
    assert read.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (["--store", "store", "gaps", "-o", "store/gaps.csv"], "store/gaps.csv"),
        (["--store", "store", "report", "-o", "store"], "store"),
        (["load", "plans", "--store", "s", "--told", "plans/a.csv"], "plans/a.csv"),
        (["load", "plans", "--store", "store", "--marked", "store/a.xlsx"], "store/a.xlsx"),
    ],
)
def test_what_stands_in_what_is_read_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("store", "plans"):
        (tmp_path / folder).mkdir()
    (tmp_path / "plans" / "a.csv").write_text("kept", encoding="utf-8")
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2, result.output
    assert f"{place} would be written over" in result.output.replace("\n", " ")


def test_two_outputs_in_one_place_are_refused(tmp_path: Path) -> None:
    out = str(tmp_path / "out.xlsx")
    words = ["load", LIST, "--store", str(tmp_path / "s"), "--told", out, "--marked", out]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "two outputs would be written to" in result.output


def test_every_command_looks_after_what_it_reads() -> None:
    assert {type(command) for command in main.commands.values()} == {Command}


@pytest.mark.parametrize("option", ["--told", "--marked"])
def test_folder_in_place_of_a_file_is_refused_before_the_load(tmp_path: Path, option: str) -> None:
    words = ["load", LIST, "--store", str(tmp_path / "store"), option, str(tmp_path)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "is a directory" in result.output
    assert not (tmp_path / "store").exists()


def test_copy_that_cannot_be_marked_hides_no_fault(tmp_path: Path) -> None:
    broken = tmp_path / "plan.xlsx"
    broken.write_bytes(b"PK no workbook")
    marked = tmp_path / "marked.xlsx"
    words = ["load", str(broken), "--store", str(tmp_path / "store"), "--marked", str(marked)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 3
    told, fault = result.stderr.splitlines()
    assert told.startswith(f"No copy is marked: {broken}: ")
    assert fault.startswith(f"Error: {broken}: ")
    assert not marked.exists()


def test_faults_in_a_folder_are_marked_too(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    book = load_workbook(io.BytesIO(build_workbook("en")))
    book.worksheets[1].cell(4, 1).value = "I-1"
    book.save(folder / "plan.xlsx")
    marked = tmp_path / "marked.xlsx"
    words = ["load", str(folder), "--store", str(tmp_path / "store"), "--marked", str(marked)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 3
    assert f"mended in {folder / 'plan.xlsx'} is marked in {marked}" in result.stderr
    assert marked.exists()
