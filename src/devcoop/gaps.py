"""Gaps: cells of a stated denominator that nobody serves.

Each query of `queries/gaps/` gives every cell of its denominator with the number that
serve it, so that the gaps and what they are out of come from the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.model import Cell, GapCheck, Remark
from devcoop.queries import load_library

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.queries import Query
    from devcoop.store import Answer, Store

TOPIC = "gaps"
CODES = ("of", "remark", "about", "number", "identifier", "found", "foundIn", "part")
"""Columns of such queries from which their texts can be made in any language."""


def ask_gaps(graph: Store) -> dict[str, Answer]:
    """Ask all queries about gaps.

    Args:
        graph: Where to look; absence is said of this graph only.

    Returns:
        Their answers by name of the query, in the order of names.
    """
    return {
        query.name: graph.recall(query.text)
        for query in load_library().values()
        if query.topic == TOPIC
    }


def read_gaps(answers: Mapping[str, Answer]) -> list[GapCheck]:
    """Read the answers of queries about gaps.

    Args:
        answers: By name of the query.

    Returns:
        One check for each query, in their order, with all its cells.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> checks = read_gaps(ask_gaps(build_graph()))
        >>> all(len(check.gaps) <= len(check.cells) for check in checks)
        True
    """
    library = load_library()
    return [read_check(library[name], answer) for name, answer in answers.items()]


def run_check(graph: Store, query: Query) -> GapCheck:
    """Run one query about gaps.

    Args:
        graph: Where to look.
        query: A query of `queries/gaps/`.
    """
    return read_check(query, graph.query(query.text))


def read_check(query: Query, answer: Answer) -> GapCheck:
    """Read the answer of a query about gaps.

    Args:
        query: A query of `queries/gaps/`.
        answer: Its rows.
    """
    header = query.header
    return GapCheck(
        name=query.name,
        type=header["finding"],
        cells=tuple(map(read_cell, answer.records())),
        scope=header["scope"],
        cell=header.get("cell", "thing"),
        detail=header.get("detail", "identifier"),
        is_folded=header.get("fold", False),
    )


def read_cell(record: Mapping[str, str]) -> Cell:
    """Read a cell from a row of a query about gaps.

    Args:
        record: Texts by column; those of `CODES` may be missing.

    Examples:
        >>> row = {"subject": "urn:it", "label": "it", "scope": "ISO", "served": "0", "detail": ""}
        >>> read_cell({**row, "of": "urn:iso"}).of
        ('urn:iso',)
    """
    of, found = record.get("of", ""), record.get("found", "")
    return Cell(
        subject=record["subject"],
        served=int(record["served"]),
        of=(of,) if of else (),
        remark=_read_remark(record) if record.get("remark") else None,
        found=Remark(found, record.get("foundIn", "")) if found else None,
        label=record["label"],
        scope=record["scope"],
        detail=record["detail"],
    )


def _read_remark(record: Mapping[str, str]) -> Remark:
    number = int(record.get("number") or 0)
    return Remark(record["remark"], record.get("about", ""), number, record.get("identifier", ""))
