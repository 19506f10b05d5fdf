import hashlib
from itertools import islice

import pytest
from generated_activities import Activities, Vocabulary

from devcoop import validation
from devcoop.graph import build_graph
from devcoop.load.reading import Reading
from devcoop.load.sources import group_sources
from devcoop.names import DEVC, is_of_list
from devcoop.store import Store
from devcoop.store.rdf import N_QUADS, parse
from devcoop.store.terms import NamedNode, as_text


@pytest.fixture(scope="module")
def vocabulary(graph: Store) -> Vocabulary:
    return Vocabulary(graph, None)


def write(vocabulary: Vocabulary, number: int) -> str:
    return "".join(Activities(vocabulary, number, 1).iter_quads())


def test_one_seed_gives_the_same_bytes(vocabulary: Vocabulary) -> None:
    digests = {hashlib.sha256(write(vocabulary, 60).encode()).hexdigest() for _ in range(2)}

    assert len(digests) == 1


@pytest.mark.parametrize("number", [5, 60])
def test_there_are_as_many_activities_as_asked_for(vocabulary: Vocabulary, number: int) -> None:
    assert write(vocabulary, number).count("ns#Undertaking> <") == number


def test_lines_come_before_all_are_made(vocabulary: Vocabulary) -> None:
    first = list(islice(Activities(vocabulary, 10**7, 1).iter_quads(), 3))

    assert all(line.endswith(" .\n") for line in first)


def test_what_is_generated_is_of_lists(vocabulary: Vocabulary) -> None:
    made = Store()
    made.adopt((), parse(write(vocabulary, 30).encode(), N_QUADS))
    kind = NamedNode(DEVC.Undertaking)
    undertakings = {as_text(one.subject) for one in made.quads(object=kind)}

    assert len(undertakings) == 30
    assert all(map(is_of_list, undertakings))


def test_generated_activities_break_no_rule(vocabulary: Vocabulary) -> None:
    content = write(vocabulary, 60).encode()
    graph = build_graph()
    parts, _ = group_sources([Reading(None, "", tuple(parse(content, N_QUADS)))])  # type: ignore[arg-type]
    for part in parts:
        graph.replace(part.source, part.quads)

    results = validation.validate(graph, only=[part.source.graph for part in parts])

    assert [one for one in results if one.severity is validation.Severity.VIOLATION] == []
