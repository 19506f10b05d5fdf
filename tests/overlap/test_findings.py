from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.findings import serialize
from devcoop.graph import add_file, build_graph
from devcoop.overlap.conversations import is_finding
from devcoop.pipeline import analyze
from devcoop.validation import Severity, validate

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.pipeline import Analysis

FINDINGS = "https://example.org/findings"
COUNT = """
PREFIX devc: <https://w3id.org/devcoop/ns#>
SELECT ?type (COUNT(?finding) AS ?findings)
WHERE { ?finding a devc:Finding ; devc:findingType ?type }
GROUP BY ?type
"""


def test_findings_are_the_same_bytes_in_two_runs(analysis: Analysis) -> None:
    assert serialize(analysis.findings()) == serialize(analyze().findings())


def test_findings_conform_to_their_shapes(analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "findings.ttl"
    path.write_bytes(serialize(analysis.findings()))
    graph = build_graph()
    add_file(graph, path, FINDINGS)
    serious = [r for r in validate(graph, only=[FINDINGS]) if r.severity is not Severity.INFO]
    assert serious == []


def test_every_finding_is_stated_once(analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "findings.ttl"
    path.write_bytes(serialize(analysis.findings()))
    graph = build_graph()
    add_file(graph, path, FINDINGS)
    counts = {
        r["type"].rpartition("/")[2]: int(r["findings"]) for r in graph.query(COUNT).records()
    }
    pairs = [pair.type for pair in analysis.pairs if is_finding(pair)]
    gaps = [check.type for check in analysis.gap_checks for _ in check.found]
    assert counts == {kind: [*pairs, *gaps].count(kind) for kind in {*pairs, *gaps}}
