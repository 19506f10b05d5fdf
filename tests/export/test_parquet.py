"""What was compared, and all pairs, as Parquet that other programs read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.facets import read_facet_table

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.pipeline import Analysis


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet") / "tables"
    done = CliRunner().invoke(main, ["export", "-f", "parquet", "-o", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def read(path: Path) -> list[dict[str, Any]]:
    read = duckdb.connect().read_parquet(str(path))
    return [dict(zip(read.columns, row, strict=True)) for row in read.fetchall()]


def test_every_table_that_is_compared_is_there_as_typed(folder: Path, analysis: Analysis) -> None:
    facets = read_facet_table(analysis.graph)
    # Nothing is suggested for the built-in plans, and words are not written at all.
    names = set(facets.tables) - {"suggestion", "text_term"}
    assert {path.stem for path in folder.iterdir()} == {*names, "pairs"}
    for name in sorted(names):
        wanted = Counter(tuple(row.items()) for row in facets.records(name))
        written = Counter(tuple(row.items()) for row in read(folder / f"{name}.parquet"))
        assert _plain(written) == _plain(wanted)


def _plain(rows: Counter[tuple[tuple[str, Any], ...]]) -> Counter[tuple[tuple[str, Any], ...]]:
    """Count rows whose unknown values are left out."""
    plain: Counter[tuple[tuple[str, Any], ...]] = Counter()
    for row, number in rows.items():
        plain[tuple((key, value) for key, value in row if value not in ("", None))] += number
    return plain


def test_every_scored_pair_is_there(folder: Path, analysis: Analysis) -> None:
    rows = {(row["left"], row["right"]): row for row in read(folder / "pairs.parquet")}
    assert len(rows) == len(analysis.pairs) == 8876
    for pair in analysis.pairs:
        row = rows[pair.left, pair.right]
        assert row["score"] == pytest.approx(pair.score, abs=1e-9)
        assert (row["type"], row["timing"]) == (pair.found_type, pair.timing)
        assert row["shared_countries"] == pair.shared_countries


def test_tables_say_their_version(folder: Path) -> None:
    told = duckdb.connect().execute(
        "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)",
        [str(folder / "pairs.parquet")],
    )
    said = dict(told.fetchall())
    assert said["devcoop_table"] == "pairs"
    assert said["devcoop_tables"] == "1"


def test_part_of_the_plans_has_its_own_pairs(tmp_path: Path) -> None:
    words = ["export", "-f", "parquet", "--agency", "ISO", "-o", str(tmp_path / "iso")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    agencies = {row["agency"] for row in read(tmp_path / "iso" / "undertaking.parquet")}
    assert "https://w3id.org/devcoop/agency/iso" in agencies


def test_several_files_need_a_folder() -> None:
    done = CliRunner().invoke(main, ["export", "-f", "parquet"])
    assert done.exit_code == 2
    assert "name a folder with -o" in done.output
