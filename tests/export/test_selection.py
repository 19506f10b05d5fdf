from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from devcoop.dataset import restore_dataset
from devcoop.errors import UnknownResourceError
from devcoop.export import Selection, Writer, select_part
from devcoop.export.findings import mint_pair_finding
from devcoop.names import BASE, DEVC
from devcoop.store.rdf import parse_foreign

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.dataset import Dataset

SELECTIONS = [
    Selection(agencies=("iso",)),
    Selection(plans=("obor-2015-2017",)),
    Selection(types=("overlap",)),
    Selection(agencies=("UNIDO",), types=("continuity",)),
    Selection(agencies=("ISO",), plans=("unido-mic-2020",), types=("coverage-gap", "vagueness")),
]
_NAMES = {
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://purl.org/dc/terms/title",
    "http://purl.org/dc/terms/identifier",
    "http://purl.org/dc/terms/description",
    str(DEVC.locator),
}


def _described(dataset: Dataset) -> dict[str, set[str]]:
    said: dict[str, set[str]] = {}
    for quad in dataset.store:
        said.setdefault(str(quad.subject), set()).add(quad.predicate.value)
    return said


def _mentioned(dataset: Dataset) -> set[str]:
    ends = (end for q in dataset.store for end in (q.subject, q.predicate, q.object, q.graph_name))
    return {str(end) for end in ends if str(end).startswith(f"<{BASE}")}


def _findings(dataset: Dataset) -> dict[str, str]:
    quads = dataset.store.quads(predicate=ox.NamedNode(DEVC.findingType))
    return {quad.subject.value: quad.object.value.rpartition("/")[2] for quad in quads}  # type: ignore[union-attr]


@pytest.fixture(scope="module", params=SELECTIONS, ids=Selection.describe)
def taken(request: pytest.FixtureRequest, dataset: Dataset) -> tuple[Selection, Dataset]:
    return request.param, select_part(dataset, request.param)


def test_what_a_part_mentions_is_described_in_it(
    taken: tuple[Selection, Dataset], dataset: Dataset
) -> None:
    whole, here = _described(dataset), _described(taken[1])
    known = _mentioned(taken[1]) & whole.keys()
    assert known - here.keys() == set()
    for node in known:
        # All that is said of it, or its names if it has any.
        named = whole[node] & _NAMES
        assert named <= here[node] or not named
        assert named or here[node] == {p for p in whole[node] if "/void#" not in p}, node


def test_a_part_is_contained_in_the_whole_but_for_its_note(
    taken: tuple[Selection, Dataset], dataset: Dataset
) -> None:
    added = {str(quad) for quad in taken[1].store} - {str(quad) for quad in dataset.store}
    assert len(added) == 2
    assert all(line.startswith(f"<{BASE}graph> ") for line in added)
    assert any(f"<urn:sha256:{dataset.version}>" in line for line in added)
    assert any(taken[0].describe() in line for line in added)


def test_a_part_reads_back_as_itself(taken: tuple[Selection, Dataset], tmp_path: Path) -> None:
    path = tmp_path / "part.nq"
    path.write_bytes(Writer(taken[1]).render("nquads")["devcoop.nq"])
    again = restore_dataset(parse_foreign(path, path.read_bytes()))
    assert again.lines == taken[1].lines
    for form in ("csv", "sssom", "graphml"):
        assert Writer(again).render(form) == Writer(taken[1]).render(form)


def test_a_part_holds_the_types_asked_for_and_finds_its_pairs_again(
    taken: tuple[Selection, Dataset], dataset: Dataset
) -> None:
    selection, part = taken
    findings = _findings(part)
    assert findings
    assert set(findings.values()) <= set(selection.types) or not selection.types
    kinds = part.store.quads(object=ox.NamedNode(DEVC.PairFinding))
    pairs = {quad.subject.value for quad in kinds if not isinstance(quad.subject, ox.Triple)}
    again = {mint_pair_finding(pair): pair for pair in part.analysis.pairs}
    before = {mint_pair_finding(pair): pair for pair in dataset.analysis.pairs}
    assert pairs & findings.keys() <= again.keys()
    for finding in pairs & findings.keys():
        one, other = again[finding], before[finding]
        assert (one.type, one.timing, one.place_relation) == (
            other.type,
            other.timing,
            other.place_relation,
        )
        assert one.score == pytest.approx(other.score)


def test_a_plan_that_was_asked_for_is_whole(dataset: Dataset) -> None:
    part = select_part(dataset, Selection(agencies=("ISO",)))
    home = ox.NamedNode(f"{BASE}graph/plan/iso-2016-2020")
    assert set(part.store.quads(graph=home)) == set(dataset.store.quads(graph=home))
    other = ox.NamedNode(f"{BASE}graph/plan/unido-mic-2020")
    here = set(part.store.quads(graph=other))
    assert here < set(dataset.store.quads(graph=other))


@pytest.mark.parametrize(
    "selection",
    [
        Selection(agencies=(f"{BASE}agency/iso",)),
        Selection(plans=("plan:iso-2016-2020",)),
        Selection(agencies=("ag:iso",)),
    ],
)
def test_a_part_is_asked_for_by_iri_and_compact_iri(selection: Selection, dataset: Dataset) -> None:
    by_name = select_part(dataset, Selection(agencies=("ISO",)))
    assert _findings(select_part(dataset, selection)) == _findings(by_name)


def test_nothing_asked_for_is_everything(dataset: Dataset) -> None:
    assert select_part(dataset, Selection()) is dataset


@pytest.mark.parametrize(
    ("selection", "known"),
    [
        (Selection(agencies=("WHO",)), "ISO, OBOR, UNIDO"),
        (Selection(plans=("x",)), "iso-2016-2020, obor-2015-2017, unido-mic-2020"),
        (Selection(types=("x",)), "overlap"),
    ],
)
def test_unknown_names_are_refused_with_those_that_are_known(
    selection: Selection, known: str, dataset: Dataset
) -> None:
    with pytest.raises(UnknownResourceError, match=known):
        select_part(dataset, selection)
