from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from devcoop.cli import main
from devcoop.export import iter_all_findings, read_edition, render_nquads
from devcoop.load import load_files
from devcoop.names import DEVC, FINDINGS_GRAPH
from devcoop.overlap import DEFAULT_LIMITS, pairs
from devcoop.pipeline import analyze
from devcoop.store import rdf

if TYPE_CHECKING:
    from devcoop.dataset import Dataset
    from devcoop.store import Store


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def old(release: Path) -> str:
    return str(release / "devcoop.nq")


@pytest.fixture(scope="session")
def store(release: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("loaded") / "store"
    load_files(folder, [release / "devcoop.nq"])
    return str(folder)


def test_export_of_what_was_loaded_keeps_its_plans(store: str, part: Dataset) -> None:
    result = _run("--store", store, "export", "-f", "nquads")
    assert result.exit_code == 0, result.output
    again = set(result.stdout.splitlines())
    plans = [graph for graph in part.graphs() if "/graph/plan/" in graph]
    assert plans
    for line in part.lines:
        if any(line.endswith(f"<{graph}> .") for graph in plans):
            assert line in again


def test_a_hyphen_is_stdout(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = _run("--store", store, "export", "-f", "sssom", "-o", "-")
    assert told.exit_code == 0
    assert told.stdout.startswith("#curie_map") or "subject_id" in told.stdout
    assert _run("--store", store, "export", "-f", "csv", "-o", "-").exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_what_we_export_breaks_no_rule(old: str) -> None:
    result = _run("validate", old, "--severity", "violation")
    assert result.exit_code == 0, result.output


def test_export_of_tables_fills_a_folder(store: str, release: Path, tmp_path: Path) -> None:
    result = _run("--store", store, "export", "-f", "csv", "-o", str(tmp_path / "tables"))
    assert result.exit_code == 0, result.output
    names = {path.name for path in (tmp_path / "tables").iterdir()}
    assert names == {path.name for path in release.iterdir()} & names
    content = (tmp_path / "tables" / "initiatives.csv").read_bytes()
    assert content == (release / "initiatives.csv").read_bytes()


def test_export_of_a_release_names_the_one_before(store: str, tmp_path: Path) -> None:
    export = ("--store", store, "export", "--all", "-o")
    first = _run(*export, str(tmp_path / "first"))
    assert first.exit_code == 0, first.output
    words = ["--type", "continuity", "--agency", "unido", "--previous", str(tmp_path / "first")]
    result = _run(*export, str(tmp_path / "out"), *words)
    assert result.exit_code == 0, result.output
    assert b"previousVersion" in (tmp_path / "out" / "dcat.ttl").read_bytes()
    again = _run(*export, str(tmp_path / "x"), "--previous", str(tmp_path / "first"))
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
def test_export_says_what_it_could_not(words: list[str], code: int, said: str, store: str) -> None:
    result = _run("--store", store, "export", *words)
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
    assert (tmp_path / "got.nq").read_bytes() == render_nquads(read_edition(Path(new)).lines)
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


def test_all_findings_are_those_of_any_other_export(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "findings.nq"
    for words in ([], ["-f", "nquads"]):
        told = _run("export", "--all-findings", *words, "-o", str(path))
        assert told.exit_code == 0, told.output
        stated = rdf.serialize(dataset.store.quads(graph=FINDINGS_GRAPH), rdf.N_QUADS)
        assert sorted(path.read_bytes().splitlines()) == sorted(stated.splitlines())


def test_all_findings_are_as_many_as_were_found_where_others_hold_the_closest(
    crowded_graph: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "MOST_LISTED", 10)
    analysis = analyze(crowded_graph, limits=DEFAULT_LIMITS._replace(listed=1))
    found = sum(1 for _ in analysis.pairs.iter_findings())
    assert analysis.pairs.is_cut
    assert len(analysis.pairs.found) < found == analysis.pairs.count_findings()
    lines = b"".join(iter_all_findings(analysis)).decode().splitlines()
    assert len({one for one in lines if f"<{DEVC.PairFinding}>" in one}) == found
    assert len(set(lines)) == len(lines)
    assert not any("comment>" in one for one in lines)


@pytest.mark.parametrize("words", [["-f", "turtle"], ["--agency", "ISO"], ["--all"]])
def test_all_findings_go_with_no_choice_of_some(words: list[str]) -> None:
    told = _run("export", "--all-findings", *words)
    assert told.exit_code == 2
    assert "give no more than -o" in told.output
