"""Results of a validation, and their form as a SHACL report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from devcoop import names
from devcoop.store import rdf
from devcoop.store.terms import BlankNode, Literal, NamedNode, Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.store.terms import Term

_SH = names.PREFIXES["sh"]
# What we tell of these is a language, which is no value of the data (SHACL, 4.4.5).
_NO_VALUE = "UniqueLangConstraintComponent"
_TYPE = NamedNode(names.term("rdf:type"))
OF_CHECKS = names.term("sh:SPARQLConstraintComponent")
"""IRI of the component of every check, which is a query."""


class Severity(StrEnum):
    """How bad a broken rule is.

    A violation makes queries answer wrongly, a warning incompletely; an info tells what a
    plan itself leaves open and asks for nothing.
    """

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Terms:
    """What a report in RDF says of a result beyond its texts.

    Attributes:
        focus: The node that breaks the rule.
        shape: The shape, or the IRI of the check.
        value: The value at fault, if there is one.
        path: What the shape looks at; None if it looks at the node itself.
        described_by: Statements about the path, if it is more than a property.
        message: What is wrong, in the language of whoever wrote the rule.
        severity: How bad it is, where whoever wrote the rule has words of their own for it.
    """

    focus: Term
    shape: Term
    value: Term | None = None
    path: Term | None = None
    described_by: tuple[Triple, ...] = ()
    message: Literal | None = None
    severity: Term | None = None


@dataclass(frozen=True, order=True)
class Result:
    """One place where a rule is broken.

    Attributes:
        severity: How bad it is.
        rule: Name of the rule: the shape's IRI without its namespace, or the check's name.
        source: The file, or the named graph of the built-in plans, that has the node.
        node: IRI of the node that breaks the rule, or its label.
        value: The value at fault, if there is one.
        message: What is wrong.
        fix: How to mend it.
        component: The SHACL constraint component's IRI.
        terms: The same for a report in RDF.
        file: The file that has it, as it was named; empty if it is in none.
        line: The line there that has the value, or else the node; 0 if that is not known.
    """

    severity: Severity
    rule: str
    source: str
    node: str
    value: str
    message: str
    fix: str
    component: str
    terms: Terms = field(compare=False, repr=False)
    # A report is the same wherever its files lie.
    file: str = field(default="", compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)


def say(term: Term | None) -> str:
    """Write a term as a table shows it: an IRI, a text, or the label of a blank node."""
    return str(term) if isinstance(term, BlankNode) else as_text(term)


def order_results(results: Iterable[Result]) -> list[Result]:
    """Order results: worst first, then by rule, source and node."""
    ranks = {severity: rank for rank, severity in enumerate(Severity)}
    return sorted(results, key=lambda one: (ranks[one.severity], one))


def count_by_severity(results: Iterable[Result]) -> dict[Severity, int]:
    """Count results by severity, worst first; severities without a result count 0."""
    counts = Counter(result.severity for result in results)
    return {severity: counts[severity] for severity in Severity}


def to_report(results: Iterable[Result]) -> bytes:
    """Give results as a SHACL validation report in Turtle.

    Args:
        results: What was found.

    Returns:
        A `sh:ValidationReport` whose nodes have IRIs made from what they say. It conforms if
        there is no result, however light.

    Source:
        SHACL, 3.6.
    """
    listed = order_results(results)
    report = NamedNode(names.mint_validation("\n".join(map(repr, listed))))
    triples = [
        Triple(report, _TYPE, NamedNode(_SH + "ValidationReport")),
        Triple(report, NamedNode(_SH + "conforms"), Literal(not listed)),
    ]
    for number, result in enumerate(listed, 1):
        node = NamedNode(f"{report.value}/{number}")
        triples.append(Triple(report, NamedNode(_SH + "result"), node))
        triples.append(Triple(node, _TYPE, NamedNode(_SH + "ValidationResult")))
        said = (Triple(node, NamedNode(_SH + name), one) for name, one in _describe(result))
        triples.extend(_number_path([*said, *result.terms.described_by], result.terms, number))
    return rdf.serialize(triples, rdf.TURTLE, prefixes={"sh": _SH})


def _number_path(triples: list[Triple], terms: Terms, number: int) -> Iterator[Triple]:
    """Give each result a path of its own, since blank nodes of a list belong to one list."""
    parts = {triple.subject for triple in terms.described_by}

    def rename(node: Any) -> Any:
        return BlankNode(f"{node.value}r{number}") if node in parts else node

    for triple in triples:
        yield Triple(rename(triple.subject), triple.predicate, rename(triple.object))


def _describe(result: Result) -> Iterator[tuple[str, Term]]:
    terms = result.terms
    yield "focusNode", terms.focus
    severity = terms.severity or NamedNode(_SH + result.severity.value.capitalize())
    yield "resultSeverity", severity
    yield "resultMessage", terms.message or Literal(result.message, language="en")
    yield "sourceConstraintComponent", NamedNode(result.component)
    yield "sourceShape", terms.shape
    if terms.path is not None:
        yield "resultPath", terms.path
    if terms.value is not None and not result.component.endswith(_NO_VALUE):
        yield "value", terms.value
