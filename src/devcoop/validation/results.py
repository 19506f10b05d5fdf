"""Results of a validation, and their form as a SHACL report."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.store import rdf
from devcoop.store.terms import Literal, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable

_SH = names.PREFIXES["sh"]
_TYPE = NamedNode(names.PREFIXES["rdf"] + "type")


class Severity(StrEnum):
    """How bad a broken rule is.

    A violation makes queries answer wrongly, a warning incompletely; an info tells what a
    plan itself leaves open and asks for nothing.
    """

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, order=True)
class Result:
    """One place where a rule is broken.

    Attributes:
        severity: How bad it is.
        rule: Name of the rule: the shape's IRI without its namespace, or the check's name.
        source: The file, or the named graph of the built-in plans, that has the node.
        node: IRI of the node that breaks the rule.
        value: The value at fault, if there is one.
        message: What is wrong.
        fix: How to mend it.
        component: The SHACL constraint component's IRI; empty for a check.
        path: The property that the shape looks at, as SPARQL; empty for a check.
    """

    severity: Severity
    rule: str
    source: str
    node: str
    value: str = ""
    message: str = ""
    fix: str = ""
    component: str = ""
    path: str = ""


def count_by_severity(results: Iterable[Result]) -> dict[Severity, int]:
    """Count results by severity, worst first; severities without a result count 0."""
    counts = Counter(result.severity for result in results)
    return {severity: counts[severity] for severity in Severity}


def to_report(results: Iterable[Result]) -> bytes:
    """Give results as a SHACL validation report in Turtle.

    Args:
        results: What was found.

    Returns:
        A `sh:ValidationReport` whose nodes have IRIs made from what they say.
    """
    listed = sorted(results)
    said = hashlib.sha256("\n".join(map(repr, listed)).encode()).hexdigest()[:16]
    report = NamedNode(f"{names.BASE}validation/{said}")
    conforms = not any(result.severity is Severity.VIOLATION for result in listed)
    triples = [
        Triple(report, _TYPE, NamedNode(_SH + "ValidationReport")),
        Triple(report, NamedNode(_SH + "conforms"), Literal(conforms)),
    ]
    for number, result in enumerate(listed, 1):
        node = NamedNode(f"{report.value}/{number}")
        triples.append(Triple(report, NamedNode(_SH + "result"), node))
        triples.extend(
            Triple(node, NamedNode(_SH + name), value) for name, value in _describe(result)
        )
    return rdf.serialize(triples, rdf.TURTLE, prefixes={"sh": _SH})


def _describe(result: Result) -> list[tuple[str, NamedNode | Literal]]:
    shape = NamedNode(names.SHAPES + result.rule)
    said: list[tuple[str, NamedNode | Literal]] = [
        ("focusNode", NamedNode(result.node)),
        ("resultSeverity", NamedNode(_SH + result.severity.value.capitalize())),
        ("resultMessage", Literal(result.message, language="en")),
        ("sourceShape", shape),
    ]
    if result.component:
        said.append(("sourceConstraintComponent", NamedNode(result.component)))
    if result.value:
        said.append(("value", Literal(result.value)))
    return said
