from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import DCTERMS, ORG, PROV, SKOS

import devcoop
from devcoop import assets, names
from devcoop.errors import ReasoningError
from devcoop.graph import add_file, build_graph
from devcoop.reasoning import find_java, reason
from devcoop.store import Store
from devcoop.validation import Severity, run_checks
from devcoop.validation.rules import CHECKS

CORE = assets.ONTOLOGY / "devcoop.ttl"
MUTANTS = sorted((Path(__file__).parent / "mutants").glob("*.ttl"))
TERM = re.compile(r"^devc:(\w+) a (\S+)", re.MULTILINE)
BORROWED = {"prov": PROV, "skos": SKOS, "dcterms": DCTERMS, "org": ORG}


def _declared() -> list[tuple[str, str]]:
    return TERM.findall(CORE.read_text(encoding="utf-8"))


def _core() -> Store:
    """Load the ontology and the schemes, which its checks are about."""
    graph = Store()
    for path in [CORE, *assets.iter_turtle(assets.ONTOLOGY / "schemes")]:
        add_file(graph, path, "https://example.org/ontology")
    return graph


def test_ontology_breaks_none_of_its_checks() -> None:
    found = [r for r in run_checks(_core(), CHECKS / "ontology") if r.severity != Severity.INFO]
    assert found == []


def test_names_are_the_terms_of_the_ontology() -> None:
    listed = {name for name in names.DEVC.__annotations__ if not name.startswith("_")}
    assert listed == {name for name, _ in _declared()}


@pytest.mark.parametrize("kind", ["owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty"])
def test_terms_stand_in_alphabetical_order(kind: str) -> None:
    terms = [name for name, declared in _declared() if declared == kind]
    assert terms == sorted(terms)
    assert terms


def test_every_term_is_used() -> None:
    paths = [*assets.DATA.rglob("*.ttl"), *assets.QUERIES.rglob("*.rq")]
    paths += (assets.ONTOLOGY / "shapes").glob("*.ttl")
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    findings = (Path(devcoop.__file__).parent / "findings.py").read_text(encoding="utf-8")
    used = set(re.findall(r"devc:(\w+)", text)) | set(re.findall(r"DEVC\.(\w+)", findings))
    assert [name for name, _ in _declared() if name not in used] == []


def test_borrowed_terms_exist_where_they_come_from() -> None:
    paths = [CORE, *assets.DATA.rglob("*.ttl"), *assets.QUERIES.rglob("*.rq")]
    paths += (assets.ONTOLOGY / "shapes").glob("*.ttl")
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    for prefix, namespace in BORROWED.items():
        used = set(re.findall(rf"\b{prefix}:([A-Za-z]\w*)", text))
        assert used
        assert [name for name in sorted(used) if name not in namespace] == []


def test_ontology_is_owl_rl_in_what_it_puts_on_the_right() -> None:
    text = CORE.read_text(encoding="utf-8")
    beyond = ["owl:someValuesFrom", "owl:minCardinality", "owl:unionOf", "owl:complementOf"]
    assert [construct for construct in beyond if construct in text] == []


def test_there_are_mutants() -> None:
    assert len(MUTANTS) == 2


@pytest.mark.java
@pytest.mark.series(one_in=2)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda path: path.stem)
def test_mutant_is_inconsistent(mutant: Path) -> None:
    pytest.importorskip("owlready2")
    _skip_without_java()
    graph = _core()
    add_file(graph, mutant, "https://example.org/mutant")
    assert not reason(graph).is_consistent


@pytest.mark.java
def test_ontology_and_plans_are_consistent() -> None:
    _skip_without_java()
    verdict = reason(build_graph())
    assert verdict.is_consistent
    assert verdict.unsatisfiable == ()
    assert verdict.individuals > 1000


def _skip_without_java() -> None:
    try:
        find_java()
    except ReasoningError as error:
        pytest.skip(str(error))


def test_reasoner_says_what_is_missing_without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReasoningError, match="install one"):
        reason(_core())
