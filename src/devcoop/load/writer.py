"""The one writer: sources into a store, compared with what is there, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.errors import (
    SourceError,
    TableError,
    UnknownResourceError,
    list_known,
    suggest,
)
from devcoop.graph import read_built_in
from devcoop.load.bulk import find_same, read_graphs, scan_large
from devcoop.load.decisions import FILE as DECISIONS
from devcoop.load.decisions import find_decisions, keep_decisions
from devcoop.load.editions import restore, settle
from devcoop.load.encoding import encode, name_graph
from devcoop.load.recognition import Recognizer
from devcoop.load.records import NO_HINTS, UNCLEAR, Hints
from devcoop.load.registry import find_rdf, read_files
from devcoop.load.sources import Part, group_sources
from devcoop.names import is_plan_graph
from devcoop.reviews.storage import ReviewFile, read_reviews, write_reviews
from devcoop.store.canonical import hash_quads, order_triples
from devcoop.store.folder import REVIEWS, change_store, is_store, read_edition_name
from devcoop.store.lexical import find_rewritten, rewrite
from devcoop.store.terms import Literal, NamedNode, Triple, as_text, has_blank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from devcoop.load.bulk import Large
    from devcoop.load.decisions import Decisions
    from devcoop.load.encoding import Encoded
    from devcoop.load.lines import Digest
    from devcoop.load.reading import Reading
    from devcoop.load.records import Told
    from devcoop.store import Source, Store
    from devcoop.store.terms import Term

Tell = Callable[[str, float], object]
"""Is given what is done, and the share of it that is done."""
_TYPE, _UNDERTAKING = NamedNode(names.term("rdf:type")), NamedNode(names.DEVC.Undertaking)
_PLAN = NamedNode(names.DEVC.Plan)


@dataclass(frozen=True)
class Change:
    """What became of one source.

    Attributes:
        source: Its record.
        is_new: Whether its graph was not there before.
        is_same: Whether it was there, the same to the last byte.
        statements: How many it has now, how many of them are new, and how many have gone.
        initiatives: How many are new, how many have gone, and how many say something else.
        told: What a person should know of a file that is no RDF.
        counts: What was counted while such a file was read, in the order told.
        title: What it or its plan is called; empty if neither says it.
        before: What it was called before; empty if that is not known.
    """

    source: Source
    is_new: bool
    is_same: bool
    statements: tuple[int, int, int]
    initiatives: tuple[int, int, int]
    told: tuple[Told, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    title: str = ""
    before: str = ""


@dataclass(frozen=True)
class Loaded:
    """What became of a load.

    Attributes:
        changes: What became of each source, in the order of the graphs.
        reviews: How many reviews came with it and were not there yet.
        rewritten: Values that the store keeps in another form, as they were given and as they
            are kept, in the order of the former.
    """

    changes: tuple[Change, ...]
    reviews: int
    rewritten: tuple[tuple[Term, Term], ...] = ()


class _NothingNewError(Exception):
    """Leaves a store as it is."""


@dataclass(frozen=True)
class Wishes:
    """What the person who loads asks for.

    Attributes:
        built_in: Whether to load the built-in plans as well.
        hints: What she says of files that are no RDF.
        decisions: A table of what she decided about words that were not known before.
        strict: Whether to load nothing if anything was not understood.
    """

    built_in: bool = False
    hints: Hints = NO_HINTS
    decisions: Path | None = None
    strict: bool = False


_NO_WISHES = Wishes()


def load_files(
    folder: Path,
    paths: Iterable[Path],
    wishes: Wishes = _NO_WISHES,
    *,
    today: date | None = None,
    tell: Tell | None = None,
) -> Loaded:
    """Load files into a store on disk, all or nothing; it is on the disk when this returns.

    A new store gets the shared vocabularies first. A source takes the place of what its graph
    held; what is the same stays, and if all is the same, nothing is written.

    Args:
        folder: The store; made if it is missing.
        paths: Files, and folders that stand for all files below them.
        wishes: What the person who loads asks for.
        today: The day of the load.
        tell: Is given what is done with large files and lists, and the share of it that is done,
            now and then.

    Returns:
        What became of each source that was named.

    Raises:
        SourceError: A file cannot be read.
        TableError: Several places cannot be read.
        StoreError: The store cannot be written, or is being changed by somebody else.
        OutOfTimeError: A file takes too long to read.
    """
    day = (today or date.today()).isoformat()
    paths = list(paths)
    large = scan_large(find_rdf(paths, wishes.hints), retrieved=day, tell=_tell_as("Reading", tell))
    readings = read_files(paths, wishes.hints, but=[one.path for one in large])
    lists = [reading for reading in readings if reading.records]
    parts, findings = group_sources([one for one in readings if not one.records], retrieved=day)
    del readings
    findings = findings.union(*(one.findings for one in large))
    if wishes.built_in:
        parts += _read_built_in(is_plan_graph)
    changes: list[Change] = []
    decisions: Decisions = {}
    kept: dict[Term, Term] = {}
    try:
        with change_store(folder) as store:
            if not store.graphs():
                _put(store, _read_built_in(lambda graph: not is_plan_graph(graph)))
            before = {one.graph: one.title for one in store.sources}
            changes = _change(store, parts, kept)
            for one in large:
                changes += _take_in(store, one, kept, _tell_as("Writing", tell))
            if lists or wishes.decisions:
                known = Recognizer(store, without=_name_graphs(lists))
                decisions = find_decisions(known, folder, wishes.decisions)
                known.decide(decisions)
                encoded = _encode(store, lists, known, day, _tell_as("Finding what is meant", tell))
                _refuse_unclear(encoded, wishes)
                changes += _change_lists(store, encoded, kept)
            changes = [_name_change(store, one, before) for one in changes]
            _leave_if_same(folder, changes)
            changes = _settle(store, changes)
    except _NothingNewError:
        pass
    if wishes.decisions:
        keep_decisions(folder / DECISIONS, decisions)
    rewritten = tuple(sorted(kept.items(), key=str))
    changes.sort(key=lambda change: change.source.graph)
    return Loaded(tuple(changes), _keep_reviews(folder / REVIEWS, findings), rewritten)


def _change(store: Store, parts: Iterable[Part], kept: dict[Term, Term]) -> list[Change]:
    """Put what is not the same, and say what became of each part."""
    parts = list(parts)
    kept |= find_rewritten(quad for part in parts for quad in part.quads)
    parts = [replace(part, quads=tuple(restore(rewrite(part.quads, kept)))) for part in parts]
    parts = [_name_anew(store, part) for part in parts]
    changes = [_compare(store, part) for part in parts]
    _put(store, (p for p, one in zip(parts, changes, strict=True) if not one.is_same))
    return changes


def _tell_as(what: str, tell: Tell | None) -> Callable[[float], object] | None:
    return partial(tell, what) if tell else None


def _take_in(
    store: Store,
    large: Large,
    kept: dict[Term, Term],
    tell: Callable[[float], object] | None,
) -> list[Change]:
    """Put the graphs of a large file that are not the same, and say what became of each."""
    kept |= large.kept
    had = set(store.graphs())
    same = find_same(large, store) if had else set[str]()
    new = [one for one in large.sources if one.graph not in had]
    changes = _change(store, read_graphs(large, had & large.lines.keys() - same), kept)
    if new:
        if large.can_be_put_as_lines:
            large.put_lines(store, new, tell)
        else:
            store.take_in(new, large.iter_quads([one.graph for one in new], tell))
    known = {} if large.kept else {one.graph: large.digests.get(one.graph) for one in new}
    statements, initiatives = _count(store, [one.graph for one in large.sources], known)
    for one in large.sources:
        if one.graph in same or one.graph not in had:
            is_new, number = one.graph not in had, statements.get(one.graph, 0)
            added = (number, 0) if is_new else (0, 0)
            people = (initiatives.get(one.graph, 0) if is_new else 0, 0, 0)
            changes.append(Change(one, is_new, not is_new, (number, *added), people))
    return changes


def _encode(
    store: Store,
    lists: list[Reading],
    known: Recognizer,
    day: str,
    tell: Callable[[float], object] | None,
) -> list[tuple[Reading, Encoded]]:
    """State what lists say, by what is known, and what is suggested where they say nothing.

    The lists are taken out one by one, so that their elements can go from memory.
    """
    encoded = []
    while lists:
        reading = lists.pop(0)
        if reading.records:
            one = encode(reading, reading.records, known, retrieved=day, tell=tell)
            known.learn(one.named)
            # What is stated takes the place of the elements: memory need not hold both.
            told = replace(reading.records, elements=())
            encoded.append((replace(reading, records=told), one))
    _refuse_twice(encoded)
    if any(one.bare for _, one in encoded):
        # It takes a while to load, and most files state their themes.
        from devcoop.load.suggest import build_suggester  # noqa: PLC0415

        suggester = build_suggester(store, without=[one.source.graph for _, one in encoded])
        encoded = [(reading, one.suggest(suggester)) for reading, one in encoded]
    return [(reading, one.seal()) for reading, one in encoded]


def _name_graphs(lists: Iterable[Reading]) -> list[str]:
    return [name_graph(one, one.records) for one in lists if one.records]


def _refuse_twice(encoded: list[tuple[Reading, Encoded]]) -> None:
    """Refuse two files that would take each other's place."""
    seen: dict[str, Reading] = {}
    for reading, one in encoded:
        if other := seen.get(one.source.graph):
            raise SourceError(reading.path, f"it would take the place of {other.path}; load one")
        seen[one.source.graph] = reading


def _refuse_unclear(encoded: list[tuple[Reading, Encoded]], wishes: Wishes) -> None:
    """Refuse, if that is asked for, what was not understood whole."""
    faults = [
        SourceError(reading.path, told.say_fault(), where=where)
        for reading, one in encoded
        for told in one.told
        if told.kind in UNCLEAR
        for where in told.all_places or (told.where,)
    ]
    if wishes.strict and faults:
        raise TableError(faults)


def _change_lists(
    store: Store, encoded: list[tuple[Reading, Encoded]], kept: dict[Term, Term]
) -> list[Change]:
    """Put what lists say, and tell what a person should know of them."""
    had = set(store.graphs())
    old = [one for _, one in encoded if one.source.graph in had]
    new = [one for _, one in encoded if one.source.graph not in had]
    parts = [Part(one.source, tuple(one.quads)) for one in old]
    changes = {
        one.source.graph: one for one in [*_change(store, parts, kept), *_add(store, new, kept)]
    }
    return [
        replace(change, told=one.told, counts=reading.records.counts if reading.records else {})
        for reading, one in encoded
        for change in (changes[one.source.graph],)
    ]


def _add(store: Store, lists: Sequence[Encoded], kept: dict[Term, Term]) -> Iterator[Change]:
    """Put lists that are not there yet, which are never held, and say what they add."""
    for one in lists:
        kept |= one.rewritten
        store.take_in_lines([one.source], one.quads.iter_pieces())
    known = {one.source.graph: None if one.rewritten else one.digest for one in lists}
    statements, initiatives = _count(store, [*known], known)
    for graph, source in ((one.source.graph, one.source) for one in lists):
        number, people = statements.get(graph, 0), initiatives.get(graph, 0)
        yield Change(source, True, False, (number, number, 0), (people, 0, 0))


def _count(
    store: Store, graphs: Iterable[str], known: Mapping[str, Digest | None]
) -> tuple[dict[str, int], dict[str, int]]:
    """Count the statements and the initiatives of some graphs.

    Args:
        store: It holds them.
        graphs: Their IRIs.
        known: What lines come to, of which the store keeps each as it is.
    """
    counted = [one for graph in graphs if (one := known.get(graph))]
    statements = {one.graph: one.statements for one in counted}
    initiatives = {one.graph: one.initiatives for one in counted}
    if others := [graph for graph in graphs if graph not in statements]:
        statements |= store.count_by_graph(graphs=others)
        initiatives |= store.count_by_graph(str(names.DEVC.Undertaking), others)
    return statements, initiatives


def _settle(store: Store, changes: Iterable[Change]) -> list[Change]:
    """Let the newest list stand for an activity that several have, and tell it."""
    told = settle(store)
    return [replace(one, told=(*one.told, *told.get(one.source.graph, ()))) for one in changes]


def _leave_if_same(folder: Path, changes: Iterable[Change]) -> None:
    if is_store(folder) and all(one.is_same for one in changes):
        raise _NothingNewError


def _read_built_in(is_wanted: Callable[[str], bool]) -> Iterator[Part]:
    return (Part(source, tuple(quads)) for source, quads in read_built_in(is_wanted))


def _put(store: Store, parts: Iterable[Part]) -> None:
    store.replace_all((part.source, part.quads) for part in parts)


def _name_anew(store: Store, part: Part) -> Part:
    """Give an export that was edited by hand another hash than the one it still states."""
    graph, sha256 = part.source.graph, part.source.sha256
    if sha256 not in [one.sha256 for one in store.sources if one.graph == graph]:
        return part
    before, after = (
        _triples(quad.triple for quad in quads)
        for quads in (restore(store.quads(graph=graph)), part.quads)
    )
    if before == after:
        return part
    return replace(part, source=replace(part.source, sha256=hash_quads(part.quads)))


def _compare(store: Store, part: Part) -> Change:
    """Say what replacing a source would change."""
    known = {one.graph: one.sha256 for one in store.sources}
    if part.source.graph not in known and not any(map(has_blank, part.quads)):
        return _describe_new(part)
    quads = restore(store.quads(graph=part.source.graph))
    before = _triples(quad.triple for quad in quads)
    after = _triples(quad.triple for quad in part.quads)
    old, new = _initiatives(before), _initiatives(after)
    changed = sum(old[iri] != new[iri] for iri in old.keys() & new.keys())
    return Change(
        part.source,
        is_new=part.source.graph not in known,
        is_same=before == after and known.get(part.source.graph) == part.source.sha256,
        statements=(len(after), len(after - before), len(before - after)),
        initiatives=(len(new.keys() - old.keys()), len(old.keys() - new.keys()), changed),
    )


def _describe_new(part: Part) -> Change:
    """Say what a source adds of which nothing is there yet; its statements are only counted."""
    statements = len(set(part.quads))
    initiatives = {
        as_text(one.subject)
        for one in part.quads
        if one.predicate == _TYPE and one.object == _UNDERTAKING
    }
    return Change(
        part.source,
        is_new=True,
        is_same=False,
        statements=(statements, statements, 0),
        initiatives=(len(initiatives), 0, 0),
    )


def _triples(triples: Iterable[Triple]) -> set[Triple]:
    """Collect statements, with names for nodes that have none."""
    found = set(triples)
    return set(order_triples(found)) if any(map(has_blank, found)) else found


def _initiatives(triples: Iterable[Triple]) -> dict[str, set[Triple]]:
    """Collect what is said of each initiative."""
    triples = set(triples)
    said: dict[str, set[Triple]] = {
        as_text(one.subject): set()
        for one in triples
        if one.predicate == _TYPE and one.object == _UNDERTAKING
    }
    for one in triples:
        if as_text(one.subject) in said:
            said[as_text(one.subject)].add(one)
    return said


def _keep_reviews(path: Path, findings: frozenset[Triple]) -> int:
    """Keep the reviews among findings that are newer than what the store has of their pairs."""
    # A file of reviews understands what it says when it is changed, here by nothing.
    given = ReviewFile(path, findings, {}, 0).change().reviews
    if not given:
        return 0
    file = read_reviews(path, must_exist=False)
    known = file.reviews
    newer = [one for key, one in given.items() if key not in known or known[key].on < one.on]
    if newer:
        write_reviews(file.change(newer))
    return len(newer)


def _name_change(store: Store, change: Change, before: Mapping[str, str]) -> Change:
    """Give a change the title of its source, and the one that it had."""
    graph = change.source.graph
    return replace(change, title=find_title(store, change.source), before=before.get(graph, ""))


def find_title(store: Store, source: Source) -> str:
    """Find what a source or its plans are called, in English if they say it.

    Args:
        store: It holds the source.
        source: Its record.

    Returns:
        Titles of several plans with semicolons between; empty if there is none.
    """
    if source.title:
        return source.title
    plans = store.quads(predicate=_TYPE, object=_PLAN, graph=source.graph)
    found = {as_text(one.subject): _find_label(store, as_text(one.subject)) for one in plans}
    return "; ".join(filter(None, (found[iri] for iri in sorted(found))))


def _find_label(store: Store, iri: str) -> str:
    found = store.quads(subject=iri, predicate=names.term("rdfs:label"))
    labels = [one.object for one in found if isinstance(one.object, Literal)]
    english = [one.value for one in labels if one.language == "en"]
    return min(english or [one.value for one in labels], default="")


def unload(folder: Path, name: str) -> Source:
    """Take a source out of a store; it is out on the disk when this returns.

    Args:
        folder: The store.
        name: IRI of its graph or of its plan, in full or with a prefix, or their last part.

    Returns:
        The record of what was taken out.

    Raises:
        UnknownResourceError: The store has no such source, or several.
        StoreError: There is no store, or it cannot be written.
    """
    # A folder without a store is told, not made into one.
    read_edition_name(folder)
    with change_store(folder) as store:
        source = _find_source(store, name)
        source = replace(source, title=find_title(store, source))
        store.drop(source.graph)
        settle(store)
    return source


def _find_source(store: Store, name: str) -> Source:
    whole = names.expand(name)
    wanted = {whole, names.mint_plan_graph(whole)}
    exact = [one for one in store.sources if one.graph in wanted]
    found = exact or [one for one in store.sources if names.slug_of(one.graph) == name]
    if len(found) == 1:
        return found[0]
    if found:
        several = list_known([one.graph for one in found])
        raise UnknownResourceError(f"{name} may be any of: {several}")
    known = [names.slug_of(one.graph) for one in store.sources]
    hint = suggest(name, dict(zip(known, known, strict=True)))
    raise UnknownResourceError(
        f"the store has no source {name!r}{hint}; it has: {list_known(known)}"
    )
