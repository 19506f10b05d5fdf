"""Values that the engine keeps in another form than they came in.

A store knows what a number or a date means and forgets how it was written: `01.50` and `1.5` are
one decimal, and an `xsd:int` is an integer. Who exports gets the form that is kept, so whoever
loads is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop import names
from devcoop.store.terms import Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.store.terms import Term

_TEXTS = frozenset({names.term("xsd:string"), names.term("rdf:langString")})
_ANY = NamedNode("urn:devcoop:value")
_AT_ONCE = 100_000


def find_rewritten(quads: Iterable[Quad]) -> dict[Term, Term]:
    """Find the values that the engine keeps in another form.

    Args:
        quads: Statements.

    Returns:
        The form that is kept, by the value as it was given.

    Examples:
        >>> number = Literal("007", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
        >>> from devcoop.store.terms import as_text
        >>> [as_text(one) for one in find_rewritten([Quad(_ANY, _ANY, number)]).values()]
        ['7']
    """
    forms = LexicalForms()
    for quad in quads:
        forms.add(quad.object)
    return forms.find_rewritten()


class LexicalForms:
    """Gathers values one by one, and remembers those that the engine keeps in another form."""

    def __init__(self) -> None:
        self._values: set[Term] = set()
        self._rewritten: dict[Term, Term] = {}

    def add(self, value: Term) -> None:
        """Look at a value, or any other term."""
        if _may_change(value):
            self._values.add(value)
            if len(self._values) >= _AT_ONCE:
                self._look()

    def add_lines(self, lines: Iterable[bytes]) -> None:
        """Look at the values in lines of N-Quads; those without a type of their own never change.

        Args:
            lines: Each with its line end.
        """
        typed = b"".join([line for line in lines if b'"^^<' in line])
        for quad in ox.parse(typed, format=ox.RdfFormat.N_QUADS):
            self.add(quad.object)

    def find_rewritten(self) -> dict[Term, Term]:
        """Give the form that is kept, by the value as it was given."""
        self._look()
        return dict(self._rewritten)

    def _look(self) -> None:
        values, self._values = list(self._values), set()
        subjects = [NamedNode(f"{_ANY.value}:{number}") for number in range(len(values))]
        engine = ox.Store()
        engine.extend(
            Quad(subject, _ANY, value) for subject, value in zip(subjects, values, strict=True)
        )
        kept = {quad.subject: quad.object for quad in engine}
        for subject, value in zip(subjects, values, strict=True):
            if kept[subject] != value:
                self._rewritten[value] = kept[subject]


def _may_change(term: object) -> bool:
    return isinstance(term, Literal) and term.datatype.value not in _TEXTS


def rewrite(quads: Iterable[Quad], kept: dict[Term, Term]) -> Iterable[Quad]:
    """Give statements with their values in the form that is kept.

    Args:
        quads: Statements.
        kept: As `find_rewritten` gives it.
    """
    if not kept:
        return quads
    return [
        Quad(one.subject, one.predicate, kept[one.object], one.graph_name)
        if one.object in kept
        else one
        for one in quads
    ]
