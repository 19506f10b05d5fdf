"""Suggestions on their way: the text that they are made from, and what they are in RDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.names import DEVC, FACET_PROPERTIES, mint_suggestion, term
from devcoop.store.terms import Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.model import Suggestion
    from devcoop.store.terms import Term

DIGITS = 2
"""Digits of a confidence; more would look surer than it is."""
_DECIMAL = NamedNode(term("xsd:decimal"))


def compose(title: str, description: str = "") -> str:
    r"""Put a title and a description together, as `suggest.Suggester` reads them.

    Examples:
        >>> compose("Food\nsafety", "Inspectors are trained.")
        'Food safety\nInspectors are trained.'
    """
    return "\n".join((" ".join(title.split()), description))


def state(element: str, suggestions: Iterable[Suggestion]) -> Iterator[Quad]:
    """State suggestions in RDF, apart from what the element itself states.

    Args:
        element: IRI of the initiative.
        suggestions: What is suggested for it.

    Yields:
        Five statements for each suggestion, in the default graph.

    Examples:
        >>> from devcoop.model import Suggestion
        >>> made = Suggestion("theme", term("th:metrology"), 0.8)
        >>> len(list(state("urn:element", [made])))
        5
    """
    for one in suggestions:
        node = NamedNode(mint_suggestion(element, one.facet, one.concept))
        said: dict[str, Term] = {
            term("rdf:type"): NamedNode(DEVC.Suggestion),
            str(DEVC.suggestedFor): NamedNode(element),
            str(DEVC.suggestedFacet): NamedNode(FACET_PROPERTIES[one.facet]),
            str(DEVC.suggestedConcept): NamedNode(one.concept),
            str(DEVC.confidence): Literal(f"{one.confidence:.{DIGITS}g}", datatype=_DECIMAL),
        }
        for predicate, value in said.items():
            yield Quad(node, NamedNode(predicate), value)
