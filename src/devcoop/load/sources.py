"""Which statements of which files belong together, and what their graph is called.

1. What names a graph stays in it. What is worked out anew (findings, questions, description)
   is left out; reviews among the findings are kept apart.
2. A file that declares or refers to exactly one plan belongs to that plan.
3. A file that speaks of no plan belongs to the plan whose files mention what it describes, if
   that is one plan; if several mention it, to that of the files beside it.
4. Any other file is a source of its own, called after its name.

Nothing of this depends on where the files lie, so a graph has the same IRI on every machine.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.store import Source, hash_files
from devcoop.store.canonical import hash_quads
from devcoop.store.terms import DefaultGraph, Literal, NamedNode, Quad, Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from devcoop.load.reading import Reading

DERIVED = (names.FINDINGS_GRAPH, names.QUESTIONS_GRAPH)
"""Named graphs that are worked out from the others."""
_TYPE = NamedNode(names.term("rdf:type"))
_PLAN, _IN_PLAN = NamedNode(names.DEVC.Plan), NamedNode(names.DEVC.inPlan)
_CATALOG, _CATALOG_TYPE = NamedNode(names.CATALOG), NamedNode(names.term("dcat:Catalog"))
_TITLE, _LABEL, _LICENCE = (
    names.term("dcterms:title"),
    names.term("rdfs:label"),
    names.term("dcterms:license"),
)
_PUBLISHER, _EDITION = names.term("dcterms:publisher"), names.term("dcat:version")


@dataclass(frozen=True)
class Part:
    """One source as it was read.

    Attributes:
        source: Its record.
        quads: Its statements.
    """

    source: Source
    quads: tuple[Quad, ...]


_File = tuple["Reading", tuple[Quad, ...]]


def group_sources(
    readings: Iterable[Reading], *, retrieved: str = ""
) -> tuple[list[Part], frozenset[Triple]]:
    """Put statements that belong together into sources.

    Args:
        readings: Files that were read in one go.
        retrieved: Day on which that was, as in 2026-11-27.

    Returns:
        The sources in the order of their graphs; and what the files say as findings, for the
        reviews among it.
    """
    plain: list[_File] = []
    named: dict[str, list[Quad]] = defaultdict(list)
    described: list[Quad] = []
    for reading in readings:
        rest = tuple(_split(reading.quads, named))
        if is_description(rest):
            described += rest
        elif rest:
            plain.append((reading, rest))
    findings = frozenset(quad.triple for quad in named.pop(names.FINDINGS_GRAPH, ()))
    for graph in DERIVED:
        named.pop(graph, None)
    parts = [
        *_restore_parts(named, described, retrieved),
        *_build_parts(plain, retrieved),
    ]
    return sorted(parts, key=lambda part: part.source.graph), findings


def _split(quads: Iterable[Quad], named: dict[str, list[Quad]]) -> Iterator[Quad]:
    """Put what names a graph where it belongs, and iterate over the rest."""
    for quad in quads:
        if isinstance(quad.graph_name, DefaultGraph):
            yield quad
        else:
            named[as_text(quad.graph_name)].append(quad)


def is_description(quads: Iterable[Quad]) -> bool:
    """Tell whether statements are what an export says of its graphs.

    Args:
        quads: The statements of one file that are in no named graph.
    """
    wanted = Triple(_CATALOG, _TYPE, _CATALOG_TYPE)
    return any(quad.triple == wanted for quad in quads)


def _restore_parts(
    named: Mapping[str, list[Quad]], described: Iterable[Quad], retrieved: str
) -> Iterator[Part]:
    """Iterate over the graphs of an export, with the records that it has of them."""
    sources = restore_sources(named, described, lambda graph: hash_quads(named[graph]), retrieved)
    for source in sources:
        yield Part(source, tuple(named[source.graph]))


def restore_sources(
    graphs: Iterable[str],
    described: Iterable[Quad],
    make_hash: Callable[[str], str],
    retrieved: str = "",
) -> Iterator[Source]:
    """Iterate over the records that an export has of its graphs.

    Args:
        graphs: IRIs of the graphs.
        described: What it says of them.
        make_hash: Makes the hash of a graph of which none is stated.
        retrieved: Day on which they were read.
    """
    about: dict[str, list[Quad]] = defaultdict(list)
    for quad in described:
        about[as_text(quad.subject)].append(quad)
    whole = _describe(names.CATALOG, about[names.CATALOG])
    # A catalogue states a licence only if all that is in it has one publisher.
    publisher = whole.get(_PUBLISHER, "") if _LICENCE in whole else ""
    for graph in graphs:
        said = _describe(graph, about[graph])
        yield Source(
            graph,
            said.get(str(names.DEVC.sha256), "") or make_hash(graph),
            title=said.get(_TITLE, ""),
            licence=said.get(_LICENCE, ""),
            publisher=publisher,
            retrieved=retrieved,
        )


def _build_parts(files: Iterable[_File], retrieved: str) -> Iterator[Part]:
    """Iterate over the sources that plain files make."""
    files = list(files)
    homes = _find_plans(files)
    groups: dict[str, list[_File]] = defaultdict(list)
    for reading, quads in files:
        plan = homes[reading.path]
        stem = reading.stem
        graph = names.mint_plan_graph(plan) if plan else names.mint_source_graph(stem)
        groups[graph].append((reading, quads))
    for graph, members in groups.items():
        yield _build_part(graph, homes[members[0][0].path], members, retrieved)


def _build_part(graph: str, plan: str, members: list[_File], retrieved: str) -> Part:
    quads = tuple(quad for _, content in members for quad in content)
    digest = hash_files([reading.sha256 for reading, _ in members])
    title = ", ".join(reading.name for reading, _ in members)
    return Part(
        describe_source(graph, plan, quads, digest, title=title, retrieved=retrieved), quads
    )


def describe_source(
    graph: str, plan: str, quads: Iterable[Quad], sha256: str, *, title: str, retrieved: str = ""
) -> Source:
    """Make the record of a source of plain files.

    Args:
        graph: IRI of its graph.
        plan: IRI of the plan that it is about; empty for none.
        quads: What is said of the plan, among anything else.
        sha256: Hash of its files.
        title: What it is called if the plan has no title.
        retrieved: Day on which it was read.
    """
    said = _describe(plan, quads) if plan else {}
    return Source(
        graph,
        sha256,
        title=said.get(_TITLE) or said.get(_LABEL) or title,
        licence=said.get(_LICENCE, ""),
        publisher=said.get(_PUBLISHER, "") or said.get(str(names.DEVC.issuedBy), ""),
        retrieved=retrieved,
        edition=said.get(_EDITION, ""),
    )


def _describe(iri: str, quads: Iterable[Quad]) -> dict[str, str]:
    """Collect what is said of a thing; of texts in several languages the English one."""
    said: dict[str, str] = {}
    for quad in quads:
        if as_text(quad.subject) == iri:
            is_english = isinstance(quad.object, Literal) and quad.object.language == "en"
            if is_english or quad.predicate.value not in said:
                said[quad.predicate.value] = as_text(quad.object)
    return said


def _find_plans(files: list[_File]) -> dict[object, str]:
    """Find the plan of each file; empty text for what has none, or several."""
    named = {reading.path: list_plans(quads) for reading, quads in files}
    homes: dict[object, str] = {
        path: next(iter(plans)) if len(plans) == 1 else "" for path, plans in named.items()
    }
    mentioned: dict[str, set[str]] = defaultdict(set)
    beside: dict[object, set[str]] = defaultdict(set)
    for reading, quads in files:
        if plan := homes[reading.path]:
            beside[reading.path.parent].add(plan)
            mentioned[plan].update(as_text(quad.object) for quad in quads)
    for reading, quads in files:
        if not named[reading.path]:
            subjects = {as_text(quad.subject) for quad in quads}
            near = {plan for plan, iris in mentioned.items() if subjects & iris}
            if len(near) > 1:
                near &= beside[reading.path.parent]
            homes[reading.path] = next(iter(near)) if len(near) == 1 else ""
    return homes


def list_plans(quads: Iterable[Quad]) -> set[str]:
    """List the plans that statements declare or refer to.

    Args:
        quads: The statements.
    """
    found = set()
    for quad in quads:
        if quad.predicate == _TYPE and quad.object == _PLAN:
            found.add(as_text(quad.subject))
        elif quad.predicate == _IN_PLAN:
            found.add(as_text(quad.object))
    return found
