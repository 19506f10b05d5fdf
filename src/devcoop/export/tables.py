"""The dataset as tables: CSV files with a description after CSVW, for spreadsheets and statistics.

Each table is the answer to a query of `queries/export/`, whose header says the file's name, its
key, the type of each column and the table that a column points into. A row whose key another
row has already is left out: a thing with two values in one column shows the first.

CSVW: Metadata Vocabulary for Tabular Data, W3C Recommendation of 17 December 2015.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devcoop import names
from devcoop.queries import load_library
from devcoop.terminal import render_csv

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.queries import Query
    from devcoop.store import Store

METADATA_FILE = "csv-metadata.json"
_TOPIC = "export"
_DATATYPES = {"iri": "anyURI"}
_NOTE = (
    "A text that a spreadsheet would run as a formula, because it begins with = + - @, a tab or"
    " an end of line, begins with an apostrophe here; take it away to have the text itself."
)


@dataclass(frozen=True)
class Table:
    """A table of the dataset.

    Attributes:
        query: The question it answers.
        rows: Cells in the order of the query's columns; empty text for no value.
    """

    query: Query
    rows: tuple[tuple[str, ...], ...]

    @property
    def file(self) -> str:
        """Name of its file."""
        return str(self.query.header["table"]["file"])

    @property
    def columns(self) -> dict[str, dict[str, str]]:
        """What is known of each column, by name and in order."""
        return dict(self.query.header["columns"])

    def records(self) -> list[dict[str, str]]:
        """Give the rows as texts by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def read_tables(store: Store) -> dict[str, Table]:
    """Read all tables of a dataset.

    Args:
        store: Its quads.

    Returns:
        Tables by the name of their file, in alphabetical order.
    """
    queries = (query for query in load_library().values() if query.topic == _TOPIC)
    tables = (Table(query, tuple(_read_rows(store, query))) for query in queries)
    return {table.file: table for table in sorted(tables, key=lambda table: table.file)}


def _read_rows(graph: Store, query: Query) -> Iterable[tuple[str, ...]]:
    key = query.header["table"]["key"]
    first: dict[tuple[str, ...], tuple[str, ...]] = {}
    for record in graph.query(query.text).records():
        first.setdefault(tuple(record[name] for name in key), tuple(record.values()))
    return first.values()


def render_tables(tables: Iterable[Table], licence: str = "") -> dict[str, bytes]:
    """Render tables as CSV in UTF-8, and the file that describes them.

    Args:
        tables: As `read_tables` gives them.
        licence: IRI of the licence; empty if none is known.

    Returns:
        Bytes by file name; the same for the same data.
    """
    tables = list(tables)
    files = {table.file: render_csv(list(table.columns), table.rows).encode() for table in tables}
    text = json.dumps(describe_tables(tables, licence), indent=2, ensure_ascii=False) + "\n"
    return files | {METADATA_FILE: text.encode()}


def describe_tables(tables: Iterable[Table], licence: str = "") -> dict[str, Any]:
    """Describe tables after CSVW.

    Args:
        tables: As `read_tables` gives them.
        licence: IRI of the licence; empty if none is known.
    """
    tables = list(tables)
    keys = {table.file: table.query.header["table"]["key"] for table in tables}
    return {
        "@context": [names.CSVW, {"@language": "en"}],
        "dc:title": "devcoop: plans of development cooperation, as tables",
        "dc:description": _NOTE,
        **({"dc:license": {"@id": licence}} if licence else {}),
        "null": "",
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tables": [_describe_table(table, keys) for table in tables],
    }


def _describe_table(table: Table, keys: dict[str, list[str]]) -> dict[str, Any]:
    key, about = keys[table.file], table.query.header["table"].get("about")
    schema: dict[str, Any] = {
        "columns": [
            _describe_column(name, said, is_key=name in key) for name, said in table.columns.items()
        ],
        "primaryKey": key,
        "foreignKeys": [
            {
                "columnReference": [name],
                "reference": {"resource": said["links"], "columnReference": keys[said["links"]]},
            }
            for name, said in table.columns.items()
            if "links" in said
        ],
    }
    return {
        "url": table.file,
        "dc:title": table.query.title,
        "dc:description": f"{table.query.question} {table.query.header['grain'].capitalize()}.",
        "tableSchema": schema | ({"aboutUrl": about} if about else {}),
    }


def _describe_column(name: str, said: dict[str, str], *, is_key: bool) -> dict[str, Any]:
    column: dict[str, Any] = {
        "name": name,
        "titles": name,
        "datatype": _DATATYPES.get(said["type"], said["type"]),
        "required": is_key,
    }
    if "about" in said:
        column["dc:description"] = said["about"]
    if "property" in said:
        column["propertyUrl"] = names.term(said["property"])
    if said["type"] == "iri":
        column["valueUrl"] = f"{{+{name}}}"
    return column
