"""Pairs of initiatives as SSSOM, the exchange format for mappings (version 1.1).

Partners open it in a spreadsheet or with any tool that reads SSSOM. The metadata block says
what was compared, by which method and under which licence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop import names
from devcoop.findings import mint_pair
from devcoop.overlap.comparison import METHOD
from devcoop.overlap.conversations import is_finding
from devcoop.terminal import render_csv

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.model import Pair
    from devcoop.pipeline import Analysis

COLUMNS = (
    "record_id",
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "similarity_score",
    "similarity_measure",
    "mapping_tool",
    "comment",
)
_HEAD = """#mapping_set_id: {base}mapping/pairs/{hash}
#mapping_set_title: Initiatives of different agencies that meet
#license: {licence}
#sssom_version: "1.1"
#mapping_tool: devcoop
#mapping_tool_version: {version}
#curie_map:
#  element: {base}element/
#  finding: {base}finding/
#  ft: {base}finding-type/
#  semapv: {semapv}
"""


def render_sssom(analysis: Analysis, pairs: Iterable[Pair]) -> str:
    """Render the findings about pairs as SSSOM/TSV.

    Args:
        analysis: The run to report on.
        pairs: What it found, closest first; those that a person dismissed are left out.

    Returns:
        A metadata block and one row per finding about a pair, closest first.
    """
    run = analysis.run
    head = _HEAD.format(
        base=names.BASE,
        hash=run.data_hash[:16],
        licence=names.CC_BY,
        semapv=names.SEMAPV,
        version=run.version,
    )
    if analysis.selection:
        head += f"#comment: {analysis.selection}\n"
    rows = [_row(analysis, pair) for pair in pairs if is_finding(pair)]
    return head + render_csv(COLUMNS, rows, "\t")


def _row(analysis: Analysis, pair: Pair) -> list[str | float]:
    left, right = analysis.undertakings[pair.left], analysis.undertakings[pair.right]
    finding = mint_pair(pair)
    return [
        finding.replace(names.FINDINGS, "finding:"),
        left.iri.replace(f"{names.BASE}element/", "element:"),
        left.label,
        f"ft:{pair.type}",
        right.iri.replace(f"{names.BASE}element/", "element:"),
        right.label,
        "semapv:SemanticSimilarityThresholdMatching",
        round(pair.score, 6),
        METHOD,
        "devcoop",
        f"{pair.timing}; places: {pair.place_relation}",
    ]
