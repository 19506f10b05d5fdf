"""A draft beside the plans of a store, for as long as it is looked at: nothing is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.errors import SourceError
from devcoop.load.decisions import find_decisions
from devcoop.load.encoding import encode, name_graph
from devcoop.load.recognition import Recognizer, list_country_names, read_names
from devcoop.load.records import NO_HINTS
from devcoop.load.registry import begin_reading
from devcoop.load.sources import group_sources
from devcoop.names import DEVC, term
from devcoop.store.terms import NamedNode, as_text

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.load.reading import Reading
    from devcoop.load.recognition import Name
    from devcoop.load.records import Hints, Told
    from devcoop.load.registry import Begun
    from devcoop.store import Source, Store
    from devcoop.store.terms import Quad


@dataclass(frozen=True)
class Draft:
    """A plan that is not approved yet.

    Attributes:
        plan: IRI of the plan.
        source: The record that its graph would have.
        quads: What it says.
        told: What a person should know about how it was read.
    """

    plan: str
    source: Source
    quads: tuple[Quad, ...]
    told: tuple[Told, ...]


def read_draft(
    store: Store,
    path: Path,
    hints: Hints = NO_HINTS,
    decided: Path | None = None,
    folder: Path | None = None,
) -> Draft:
    """Read a draft in any format that can be loaded.

    Args:
        store: Tells what is meant by names; it is not changed.
        path: The file.
        hints: What the person who asks says of it.
        decided: A table of what people decided about names.
        folder: The store that has earlier decisions; None for the built-in plans.

    Raises:
        SourceError: It cannot be read, or is not one plan.
        TableError: Several places cannot be read.
    """
    with begin_reading(path, hints) as begun:
        return finish_draft(store, path, begun, decided, folder)


def finish_draft(
    store: Store,
    path: Path,
    begun: Begun,
    decided: Path | None = None,
    folder: Path | None = None,
) -> Draft:
    """Finish a draft that is being read: say what is meant by it.

    Args:
        store: As for `read_draft`, and so on.
        path: The file.
        begun: What `begin_reading` gave for it.
        decided: A table of what people decided about names.
        folder: The store that has earlier decisions.

    Raises:
        SourceError: It cannot be read, or is not one plan.
        TableError: Several places cannot be read.
    """
    # While another process reads, this one does what needs no draft.
    read: list[Name] = []
    if begun.states_records:
        read = read_names(store)
        list_country_names()
    source, quads, told = _state(store, begun.finish(), read, decided, folder)
    plans = {
        as_text(quad.subject)
        for quad in quads
        if quad.predicate.value == term("rdf:type") and quad.object == NamedNode(DEVC.Plan)
    }
    if len(plans) != 1:
        raise SourceError(path, f"a draft is one plan, and this states {len(plans)}")
    return Draft(plans.pop(), source, quads, told)


def _state(
    store: Store, reading: Reading, read: list[Name], decided: Path | None, folder: Path | None
) -> tuple[Source, tuple[Quad, ...], tuple[Told, ...]]:
    if reading.records:
        known = Recognizer(store, [name_graph(reading, reading.records)], read)
        known.decide(find_decisions(known, folder, decided))
        encoded = encode(reading, reading.records, known)
        if encoded.bare:
            # It takes a while to load, and most files state their themes.
            from devcoop.load.suggest import build_suggester  # noqa: PLC0415

            suggester = build_suggester(store, without=[encoded.source.graph])
            has_purposes = bool(encoded.purposes) or _has_purposes(store)
            encoded = encoded.suggest(suggester, with_purposes=has_purposes)
        return encoded.source, tuple(dict.fromkeys(encoded.quads)), encoded.told
    parts, _ = group_sources([reading])
    if len(parts) != 1:
        raise SourceError(reading.path, f"a draft is one plan, and this is {len(parts)} sources")
    return parts[0].source, parts[0].quads, ()


def _has_purposes(store: Store) -> bool:
    """Tell whether anybody states a purpose of aid, beside which a suggested one would count."""
    return any(store.quads(predicate=str(DEVC.purpose)))
