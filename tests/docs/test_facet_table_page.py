"""The page on the tables that others read says what is in them."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import duckdb

from devcoop.facets import ROOT_WORD, SIDE_WORK, SPOKEN_PURPOSE, read_facet_table
from devcoop.graph import build_graph
from devcoop.overlap import Comparison, compare

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "facet-table.md"
_TABLE = re.compile(r"^### `(\w+)`$(.*?)(?=^###|\Z)", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^\| `(\w+)` \| (\w+) \|", re.MULTILINE)


def test_page_is_current() -> None:
    made = runpy.run_path(str(ROOT / "benchmarks" / "facet_table_page.py"))["render_page"]()
    assert PAGE.read_text(encoding="utf-8") == made, "python benchmarks/facet_table_page.py --write"


def test_exported_tables_have_the_columns_of_the_page(tmp_path: Path) -> None:
    compared: Comparison = compare(read_facet_table(build_graph()))
    files = {path.stem: path for path in compared.write_tables(tmp_path)}
    tables = dict(_TABLE.findall(PAGE.read_text(encoding="utf-8")))
    assert set(files) - set(tables) == {"pairs", ROOT_WORD, SIDE_WORK, SPOKEN_PURPOSE}
    # Nothing is suggested for the built-in plans.
    assert set(tables) - set(files) == {"suggestion"}
    for name in sorted(files.keys() & tables.keys()):
        read = duckdb.connect().read_parquet(str(files[name]))
        types = list(map(str, read.dtypes))
        assert list(zip(read.columns, types, strict=True)) == _COLUMN.findall(tables[name]), name
