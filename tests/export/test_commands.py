from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from devcoop.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def old(release: Path) -> str:
    return str(release / "devcoop.nq")


def test_export_writes_to_stdout_what_it_read(old: str, release: Path) -> None:
    result = _run("export", "--data", old, "-f", "trig")
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes == (release / "devcoop.trig").read_bytes()


def test_export_of_tables_fills_a_folder(old: str, release: Path, tmp_path: Path) -> None:
    result = _run("export", "--data", old, "-f", "csv", "-o", str(tmp_path / "tables"))
    assert result.exit_code == 0, result.output
    for path in (tmp_path / "tables").iterdir():
        assert path.read_bytes() == (release / path.name).read_bytes()


def test_export_of_a_release_names_the_one_before(old: str, release: Path, tmp_path: Path) -> None:
    words = ["--type", "continuity", "--agency", "unido", "--previous", str(release)]
    result = _run("export", "--data", old, "--all", "-o", str(tmp_path / "out"), *words)
    assert result.exit_code == 0, result.output
    assert b"previousVersion" in (tmp_path / "out" / "dcat.ttl").read_bytes()
    again = _run(
        "export", "--data", old, "--all", "-o", str(tmp_path / "x"), "--previous", old[:-11]
    )
    assert again.exit_code == 2
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "one format"),
        (["-f", "trig", "--all"], 2, "one format"),
        (["-f", "csv"], 2, "folder"),
        (["--all"], 2, "folder"),
        (["-f", "turtle", "-o", "."], 2, "is a folder"),
        (["-f", "turtle", "--date", "2027-01-01"], 2, "release"),
        (["-f", "turtle", "--agency", "WHO"], 3, "there are: "),
        (["-f", "turtle", "--plan", "x"], 3, "there are: "),
        (["-f", "turtle", "--type", "x"], 3, "there are: "),
    ],
)
def test_export_says_what_it_could_not(words: list[str], code: int, said: str, old: str) -> None:
    result = _run("export", "--data", old, *words)
    assert result.exit_code == code, result.output
    assert said in result.stderr


def test_diff_and_patch_carry_an_export_to_the_next(
    old: str, release: Path, tmp_path: Path
) -> None:
    lines = (release / "devcoop.nq").read_text(encoding="utf-8").split("\n")
    lines = [line.replace('"2020-11-23"', '"2020-11-24"') for line in lines]
    lines.insert(0, "_:new <http://www.w3.org/2002/07/owl#onProperty> _:other .")
    (tmp_path / "edited.nq").write_text("\n".join(lines), encoding="utf-8")
    new, patch, got = (str(tmp_path / name) for name in ("edited.nq", "x.rdfp", "got.nq"))
    assert _run("diff", old, old).stdout.startswith("Nothing changed")
    told = _run("diff", old, new)
    assert (told.exit_code, "period starts 2020-11-24 instead of 2020-11-23" in told.stdout) == (
        0,
        True,
    )
    assert _run("diff", str(release), new, "-f", "patch", "-o", patch).exit_code == 0
    result = _run("patch", str(release), patch, "-o", got)
    assert result.exit_code == 0, result.output
    want = _run("export", "--data", new, "-f", "nquads").stdout_bytes
    assert (tmp_path / "got.nq").read_bytes() == want
    assert _run("patch", new, patch, "-o", str(tmp_path / "no.nq")).exit_code == 3
    assert not (tmp_path / "no.nq").exists()


def test_broken_files_are_one_line(old: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.nq"
    broken.write_bytes(b"<urn:a> <urn:b>\n\xff")
    for words in (
        ["diff", old, str(broken)],
        ["diff", old, str(tmp_path)],
        ["patch", old, str(broken)],
    ):
        result = _run(*words)
        assert result.exit_code == 3, result.output
        assert len(result.stderr.strip().splitlines()) == 1
