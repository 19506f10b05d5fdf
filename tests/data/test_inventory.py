"""The graph holds every passage and every undertaking of the three plans."""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.store import Store


ROOT = Path(__file__).resolve().parents[2]
PLANS = {
    "iso": ("iso-2016-2020", "iso-action-plan-2016-2020.txt"),
    "obor": ("obor-2015-2017", "obor-standardization-action-plan-2015-2017.txt"),
    "unido": ("unido-mic-2020", "unido-mic-workplan-2020.txt"),
}
PASSAGES = """
PREFIX devc: <https://w3id.org/devcoop/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT ?locator ?start ?end ?sha256 (COUNT(DISTINCT ?resource) AS ?uses)
WHERE {
  ?passage a devc:Passage ;
           devc:locator ?locator ;
           oa:hasSource ?document ;
           oa:hasSelector ?selector .
  ?selector oa:start ?start ;
            oa:end ?end .
  ?document devc:sha256 ?sha256 .
  OPTIONAL { ?resource devc:hasEvidence ?passage }
}
GROUP BY ?locator ?start ?end ?sha256
"""
UNDERTAKINGS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX devc: <https://w3id.org/devcoop/ns#>
SELECT ?identifier
  (COUNT(DISTINCT ?type) AS ?types) (COUNT(DISTINCT ?plan) AS ?plans)
  (COUNT(DISTINCT ?agency) AS ?agencies) (COUNT(DISTINCT ?theme) AS ?themes)
  (COUNT(DISTINCT ?form) AS ?forms)
WHERE {
  ?undertaking a devc:Undertaking ;
               dcterms:identifier ?identifier .
  OPTIONAL { ?undertaking devc:undertakingType ?type }
  OPTIONAL { ?undertaking devc:inPlan ?plan }
  OPTIONAL { ?undertaking devc:agency ?agency }
  OPTIONAL { ?undertaking devc:theme ?theme }
  OPTIONAL {
    { ?undertaking devc:instrument ?form }
    UNION
    { ?undertaking devc:facetNotStated ?form . FILTER (?form = devc:instrument) }
  }
}
GROUP BY ?identifier
"""


def _rows(documents: Path) -> list[dict[str, str]]:
    rows = []
    for name, (_, document) in PLANS.items():
        sha256 = hashlib.sha256((documents / "sources" / document).read_bytes()).hexdigest()
        with (documents / "inventory" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            rows += [row | {"sha256": sha256} for row in csv.DictReader(file)]
    return rows


@pytest.mark.documents
def test_every_locator_is_a_passage_with_its_offsets_and_document(
    graph: Store, documents: Path
) -> None:
    expected = {(r["locator"], r["start"], r["end"], r["sha256"]) for r in _rows(documents)}
    assert len(expected) == 865
    found = {
        (r["locator"], r["start"], r["end"], r["sha256"]) for r in graph.query(PASSAGES).records()
    }
    assert found == expected


def test_every_passage_is_evidence_for_something(graph: Store) -> None:
    records = graph.query(PASSAGES).records()
    assert len(records) == 865
    assert [record["locator"] for record in records if int(record["uses"]) == 0] == []


@pytest.mark.documents
def test_the_undertakings_are_those_of_the_inventory(graph: Store, documents: Path) -> None:
    expected = {row["locator"] for row in _rows(documents) if row["is_initiative"] == "yes"}
    assert len(expected) == 165
    found = {record["identifier"] for record in graph.query(UNDERTAKINGS).records()}
    assert found == expected


def test_every_undertaking_has_type_plan_agency_theme_and_form_or_says_so(
    graph: Store,
) -> None:
    records = graph.query(UNDERTAKINGS).records()
    assert len(records) == 165
    faulty = [
        r
        for r in records
        if (r["types"], r["plans"], r["agencies"]) != ("1", "1", "1")
        or int(r["themes"]) < 1
        or int(r["forms"]) < 1
    ]
    assert faulty == []


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _runs(words: list[str], length: int = 11) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - length + 1):
        yield tuple(words[start : start + length])


@pytest.mark.documents
def test_no_sentence_of_the_documents_is_copied(documents: Path) -> None:
    theirs = {
        run
        for path in sorted((documents / "sources").glob("*.txt"))
        for run in _runs(_words(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert theirs
    ours = [
        path
        for folder in ("ontology", "data", "queries", "src", "tests", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".ttl", ".rq", ".sql", ".py", ".md", ".csv", ".j2", ".css", ".yaml"}
    ]
    ours += sorted(ROOT.glob("*.md"))
    copied = [
        (path.relative_to(ROOT).as_posix(), " ".join(run))
        for path in ours
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        for run in _runs(_words(line))
        if run in theirs
    ]
    assert copied == []
