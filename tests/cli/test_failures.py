"""What cannot be done is told at once, in one line, with exit code 3."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.cli.group import Group

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
    "sources": [],
    "explain": ["ISO-1", "OBOR-1"],
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


@pytest.mark.parametrize("name", [one for one in WRITING if one not in ("report", "export --all")])
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
