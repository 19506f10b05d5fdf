"""Every command on a store: the answers are those of the same plans in memory."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from devcoop import bundle, names, origin
from devcoop.cli import main
from devcoop.errors import RemoteError
from devcoop.graph import build_graph
from devcoop.load import Wishes, load_files, read_files
from devcoop.load.sources import group_sources
from devcoop.origin import Origin
from devcoop.remote import pushing
from devcoop.reviews import read_reviews
from devcoop.store import Store

if TYPE_CHECKING:
    from devcoop.dataset import Dataset

FOURTH = Path(__file__).parents[1] / "load" / "fourth.ttl"
ISO = "https://w3id.org/devcoop/element/iso-2016-2020/output-3.5"
PAIR = ("ISO-output-3.5", "OBOR-IV.7.c")
DISMISS = ("review", *PAIR, "--verdict", "dismiss", "--by", "A. Officer", "--note", "Not so.")
ASKED = [
    ["gaps", "-f", "csv"],
    ["overlaps", "-f", "csv"],
    ["overlaps", "--all", "--top", "400", "-f", "csv"],
    ["explain", *PAIR],
    ["explain", "ISO-output-3.5", "EXA-1"],
    ["matrix", "-f", "csv"],
    ["query", "plan-periods", "-f", "csv"],
    ["query", "undertakings-by-theme", "-p", "theme=th:metrology", "-f", "csv"],
    ["validate", "-f", "csv"],
    ["sources", "-f", "csv"],
    ["export", "-f", "nquads"],
    ["export", "-f", "sssom"],
    ["screen", str(FOURTH), "-f", "csv"],
    ["check", "-f", "csv"],
    ["organizations", "-f", "csv"],
    ["suggest", "-f", "csv"],
    ["reason", str(FOURTH)],
    ["query", "findings-about-an-initiative", "-p", f"undertaking={ISO}", "-f", "csv"],
    ["gaps", "--place", "Kenya", "-f", "csv"],
]
FILES = [
    ["report", "-o"],
    ["report", "--place", "Kenya", "-o"],
    ["export", "-f", "csv", "-o"],
    ["export", "-f", "stratml", "-o"],
    ["review", "--export"],
]


def _call(words: list[str]) -> str:
    return " ".join(Path(word).name for word in words)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in plans and a fourth one."""
    folder = tmp_path_factory.mktemp("stores") / "four"
    load_files(folder, [FOURTH], Wishes(built_in=True))
    return folder


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the fourth plan among those that are built in."""
    [part], _ = group_sources(read_files([FOURTH]), retrieved=date.today().isoformat())

    def build() -> Store:
        graph = build_graph()
        graph.replace(part.source, part.quads)
        return graph

    monkeypatch.setattr(origin, "build_graph", build)


def _run(*words: str, code: int | None = 0) -> str:
    result = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert code is None or result.exit_code == code, result.output
    return result.stdout


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEVCOOP_REVIEWS", raising=False)
    monkeypatch.delenv("DEVCOOP_STORE", raising=False)
    return tmp_path


def _copy_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each store be too large to be copied into memory."""
    open_store = Store.open

    def open_files(path: Path, **how: Any) -> Store:
        return open_store(path, **how | {"most_copied": 0})

    monkeypatch.setattr(Store, "open", open_files)


@pytest.mark.usefixtures("in_memory")
@pytest.mark.parametrize("words", ASKED, ids=_call)
def test_store_on_disk_answers_as_the_plans_in_memory(
    words: list[str], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = _run(*words, code=None)
    assert expected
    assert _run("--store", str(store), *words, code=None) == expected
    _copy_nothing(monkeypatch)
    assert _run("--store", str(store), *words, code=None) == expected


@pytest.mark.usefixtures("in_memory")
@pytest.mark.parametrize("words", FILES, ids=_call)
def test_files_of_a_store_are_those_of_the_plans_in_memory(
    words: list[str], store: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(*words, "memory")
    expected = _read_files(here / "memory")
    assert expected
    _run("--store", str(store), *words, "copied")
    assert _read_files(here / "copied") == expected
    _copy_nothing(monkeypatch)
    _run("--store", str(store), *words, "read")
    assert _read_files(here / "read") == expected


def _read_files(place: Path) -> dict[str, bytes]:
    files = [place] if place.is_file() else sorted(place.rglob("*.*"))
    return {str(file.relative_to(place)): file.read_bytes() for file in files}


def test_store_may_come_from_the_environment(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEVCOOP_STORE", str(store))
    assert "Example plan" in _run("query", "plan-periods", "-f", "csv")


_SENT = {"bundle": ("-o", "stick.zip"), "push": ("--endpoint", "http://127.0.0.1:9/query")}
_VERDICT = str(names.DEVC.verdict)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the data that `bundle` and `push` are given hold a verdict; nothing is sent."""
    given: list[bool] = []

    def take(dataset: Dataset, *_: object, **__: object) -> None:
        graph = names.FINDINGS_GRAPH
        given.append(dataset.store.contains(predicate=_VERDICT, graph=graph))
        raise RemoteError("nothing is sent here")

    monkeypatch.setattr(bundle, "build_bundle", take)
    monkeypatch.setattr(pushing, "Push", take)
    monkeypatch.setattr(pushing, "find_doors", lambda *_, **__: None)
    return given


@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("home", ["store", "file"])
def test_dismissal_reaches_every_command(home: str, here: Path, seen: list[bool]) -> None:
    if home == "store":
        load_files(here / "own", [FOURTH], Wishes(built_in=True))
    before = ["--store", "own"] if home == "store" else []

    def run(*words: str, code: int = 0) -> str:
        return _run(*before, *words, code=code)

    count = len(run("overlaps", "-f", "csv").splitlines())
    assert "dismissed" not in run("explain", *PAIR).lower()
    run(*DISMISS)
    assert len(run("overlaps", "-f", "csv").splitlines()) == count - 1
    assert "dismissed" in run("explain", *PAIR).lower()
    run("report", "-o", "after")
    counted = {row["type"] for row in _rows((here / "after" / "overlaps.csv").read_text("utf-8"))}
    assert counted
    # What `gaps` counts is what the report counts.
    gaps = run("gaps", "-f", "csv")
    told = (here / "after" / "gaps.csv").read_text("utf-8")
    assert [row["subject"] for row in _rows(gaps)] == [row["subject"] for row in _rows(told)]
    assert _VERDICT in run("export", "-f", "nquads")
    for command, words in _SENT.items():
        run(command, *words, code=3)
    assert seen == [True, True]
    reviews = here / ("own/reviews.ttl" if home == "store" else "devcoop-reviews.ttl")
    assert len(read_reviews(reviews).reviews) == 1


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_push_and_serve_open_what_every_command_opens(store: Path) -> None:
    home = Origin(store, Path("nothing.ttl"))
    assert home.list_reviews() == []
    with home.open_plans() as plans:
        assert "https://w3id.org/devcoop/graph/plan/plan-b37cccab" in plans.graphs()


def test_store_has_its_own_reviews(store: Path) -> None:
    result = CliRunner().invoke(
        main, ["--store", str(store), "gaps", "--reviews", "devcoop-reviews.ttl"]
    )
    assert (result.exit_code, "a store has its own reviews" in result.stderr) == (2, True)


def test_load_says_what_it_did(here: Path) -> None:
    words = ("load", str(FOURTH), "--store", "new")
    first, second = _run(*words), _run(*words)
    assert "plan-b37cccab “Example plan for metrology”: new, with 2 initiatives" in first
    assert first.endswith("Loaded into new\n")
    assert second.endswith(
        "plan-b37cccab “Example plan for metrology”: the same as before\nNothing changed in new\n"
    )
    edited = here / "edited.ttl"
    text = FOURTH.read_text(encoding="utf-8").replace("Advice on", "Help with")
    edited.write_text(text, encoding="utf-8")
    changed = _run("--store", "new", "load", str(edited))
    assert "replaced; initiatives: 0 new, 0 gone, 1 changed; statements: 1 new, 1 gone" in changed
    gone = _run("unload", "plan-b37cccab", "--store", "new")
    assert "plan-b37cccab “Example plan for metrology”: taken out of new" in gone


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["load"], 2, "--built-in"),
        (["load", str(FOURTH)], 2, "which store?"),
        (["unload", "x"], 2, "which store?"),
        (["load", "nothing.ttl", "--store", "new"], 3, "nothing.ttl: No such file"),
        (["--store", "nothing", "report"], 3, "there is no store here"),
        (["--store", "nothing", "export", "-f", "turtle"], 3, "there is no store here"),
        (["unload", "x", "--store", "nothing"], 3, "no store"),
    ],
)
def test_what_a_store_cannot_is_one_line(words: list[str], code: int, said: str) -> None:
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
