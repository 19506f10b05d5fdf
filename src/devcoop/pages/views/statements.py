"""Everything that the dataset says about one thing, as properties and their values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.pages.views.facts import TYPE, read_node
from devcoop.store.terms import Literal, NamedNode
from devcoop.words.language import Label, typeset

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from devcoop.pages.views.facts import Facts

_PARTS = ("position", "period")
MOST_VALUES = 40
"""More values of one property than this are counted, not listed; the downloads have all."""


@dataclass(frozen=True)
class Statements:
    """All values that one property has, or all things that have something by it.

    Attributes:
        predicate: IRI of the property.
        values: IRIs, or texts with their languages; the first ones only.
        number: How many there are.
    """

    predicate: str
    values: tuple[str | Label, ...]
    number: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.number - len(self.values)


def owner_of(iri: str) -> str:
    """Give the thing on whose page something is shown: itself, or what it is a part of.

    Examples:
        >>> owner_of("https://w3id.org/devcoop/plan/iso-2016-2020/period")
        'https://w3id.org/devcoop/plan/iso-2016-2020'
        >>> owner_of("https://w3id.org/devcoop/finding/0123/theme")
        'https://w3id.org/devcoop/finding/0123'
        >>> owner_of("https://w3id.org/devcoop/theme/metrology")
        'https://w3id.org/devcoop/theme/metrology'
    """
    owner = names.parent_of(iri)
    is_part = names.slug_of(iri) in _PARTS or owner.startswith(names.FINDINGS)
    return owner if is_part and names.is_ours(iri) else iri


def list_parts(facts: Facts, iri: str) -> list[str]:
    """List what hangs on a thing and is shown on its page.

    Args:
        facts: Where to look.
        iri: The thing.
    """
    node = read_node(iri)
    quads = facts.store.quads(subject=node) if node else ()
    found = {quad.object.value for quad in quads if isinstance(quad.object, NamedNode)}
    return sorted(one for one in found if one.startswith(f"{iri}/") and owner_of(one) == iri)


def list_out(
    facts: Facts, iri: str, language: str, without: Collection[str] = frozenset()
) -> tuple[Statements, ...]:
    """List what is said about a thing.

    Args:
        facts: Where to look.
        iri: The thing.
        language: In which properties and things are sorted by name.
        without: IRIs of properties that are left out.
    """
    node = read_node(iri)
    quads = facts.store.quads(subject=node) if node else ()
    found = ((quad.predicate.value, quad.object) for quad in quads)
    return _group(facts, iri, found, language, without)


def list_in(
    facts: Facts, iri: str, language: str, without: Collection[str] = frozenset()
) -> tuple[Statements, ...]:
    """List what is said of other things with this one as the value.

    Args:
        facts: Where to look.
        iri: The thing.
        language: In which properties and things are sorted by name.
        without: IRIs of properties that are left out.
    """
    node = read_node(iri)
    quads = facts.store.quads(object=node) if node else ()
    found = ((quad.predicate.value, quad.subject) for quad in quads)
    return _group(facts, iri, found, language, without)


def _group(
    facts: Facts,
    iri: str,
    found: Iterable[tuple[str, object]],
    language: str,
    without: Collection[str],
) -> tuple[Statements, ...]:
    by_property: dict[str, set[object]] = defaultdict(set)
    for predicate, value in found:
        shown = _owner(value)
        # A part has no place of its own in a list, and none on the page that shows it.
        if predicate not in without and (shown == value or shown != read_node(iri)):
            by_property[predicate].add(shown)
    names = facts.by_name(by_property, language)
    ordered = sorted(names, key=lambda iri: iri != TYPE)
    return tuple(_make(facts, predicate, by_property[predicate], language) for predicate in ordered)


def _owner(value: object) -> object:
    return NamedNode(owner_of(value.value)) if isinstance(value, NamedNode) else value


def _make(facts: Facts, predicate: str, values: set[object], language: str) -> Statements:
    # A long list is cut before names are looked up.
    kept = sorted(values, key=str)[:MOST_VALUES]
    iris = facts.by_name((one.value for one in kept if isinstance(one, NamedNode)), language)
    texts = [_read(one) for one in kept if not isinstance(one, NamedNode)]
    return Statements(predicate, (*iris, *texts), len(values))


def _read(value: object) -> Label:
    if isinstance(value, Literal):
        return Label(typeset(value.value, value.language or ""), value.language or "")
    return Label(str(value), "")
