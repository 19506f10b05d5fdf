"""Results of a validation, and their form as a SHACL report."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop import names

if TYPE_CHECKING:
    from collections.abc import Iterable

_SH = names.PREFIXES["sh"]
_TYPE = ox.NamedNode(names.PREFIXES["rdf"] + "type")


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
    report = ox.NamedNode(f"{names.BASE}validation/{said}")
    conforms = not any(result.severity is Severity.VIOLATION for result in listed)
    triples = [
        ox.Triple(report, _TYPE, ox.NamedNode(_SH + "ValidationReport")),
        ox.Triple(report, ox.NamedNode(_SH + "conforms"), ox.Literal(conforms)),
    ]
    for number, result in enumerate(listed, 1):
        node = ox.NamedNode(f"{report.value}/{number}")
        triples.append(ox.Triple(report, ox.NamedNode(_SH + "result"), node))
        triples.extend(
            ox.Triple(node, ox.NamedNode(_SH + name), value) for name, value in _describe(result)
        )
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes={"sh": _SH}) or b""


def _describe(result: Result) -> list[tuple[str, ox.NamedNode | ox.Literal]]:
    shape = ox.NamedNode(names.SHAPES + result.rule)
    said: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        ("focusNode", ox.NamedNode(result.node)),
        ("resultSeverity", ox.NamedNode(_SH + result.severity.value.capitalize())),
        ("resultMessage", ox.Literal(result.message, language="en")),
        ("sourceShape", shape),
    ]
    if result.component:
        said.append(("sourceConstraintComponent", ox.NamedNode(result.component)))
    if result.value:
        said.append(("value", ox.Literal(result.value)))
    return said
