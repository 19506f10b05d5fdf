"""The order of elements that the schemas of StratML ask for, and where a file departs from it.

Real files often depart: an element in another place, an identifier that begins with a digit.
They are read all the same, so this only counts. It counts as a validator of XML Schema does:
what follows a misplaced element within its parent is not looked at.

The schemas themselves would say the same through `lxml.etree.XMLSchema`, but their files name no
licence under which they could be shipped. So their rules stand here in short, and tests hold them
against the counts of a validator.

Source: ISO 17469-1:2015 (StrategicPlan, 1 April 2014) and 17469-2 (PerformancePlanOrReport,
16 February 2016), and ANSI/AIIM 21:2009.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODELS_OF_BOTH = {
    "StrategicPlanCore": "Organization* Vision? Mission? Value* Goal+",
    "Organization": "Name? Acronym? Identifier? Description? Stakeholder*",
    "Vision": "Description? Identifier?",
    "Mission": "Description? Identifier?",
    "Value": "Name? Description?",
    "Goal": "Name Description Identifier? SequenceIndicator? Stakeholder* OtherInformation?"
    " Objective*",
}
"""What the elements hold, in order, by name: `?` may be missing, `*` and `+` may be repeated."""
PART_1 = MODELS_OF_BOTH | {
    "StrategicPlan": "Name Description? OtherInformation? StrategicPlanCore"
    " AdministrativeInformation?",
    "Stakeholder": "Name Description?",
    "Objective": "Name? Description? Identifier? SequenceIndicator? Stakeholder* OtherInformation?",
    "AdministrativeInformation": "StartDate? EndDate? PublicationDate? Source? Submitter?",
    "Submitter": "GivenName? Surname? PhoneNumber? EmailAddress?",
}
PART_1_OF_2009 = PART_1 | {"Submitter": "FirstName? LastName? PhoneNumber? EmailAddress?"}
PART_2 = MODELS_OF_BOTH | {
    "PerformancePlanOrReport": "Name Description? OtherInformation? StrategicPlanCore"
    " AdministrativeInformation? Submitter?",
    "Stakeholder": "Name Description? Role*",
    "Role": "Name Description? RoleType? RoleType?",
    "Objective": "Name? Description? Identifier? SequenceIndicator? Stakeholder*"
    " OtherInformation? PerformanceIndicator*",
    "PerformanceIndicator": "SequenceIndicator? MeasurementDimension UnitOfMeasurement"
    " Identifier? Relationship* MeasurementInstance* OtherInformation?",
    "Relationship": "Identifier? ReferentIdentifier* Name? Description?",
    "MeasurementInstance": "TargetResult* ActualResult*",
    "TargetResult": "StartDate? EndDate? NumberOfUnits? Descriptor? Description?",
    "ActualResult": "StartDate? EndDate? NumberOfUnits? Descriptor? Description?",
    "Descriptor": "DescriptorName? DescriptorValue?",
    "AdministrativeInformation": "Identifier? StartDate? EndDate? PublicationDate? Source?",
    "Submitter": "Identifier? GivenName? Surname? PhoneNumber? EmailAddress?",
}
_STAGES = ("Outcome", "Output_Processing", "Output", "Input_Processing", "Input")
_ATTRIBUTES: dict[str, dict[str, tuple[str, ...]]] = {
    "PerformancePlanOrReport": {
        "Type": ("Strategic_Plan", "Performance_Plan", "Performance_Report")
    },
    "Stakeholder": {"StakeholderTypeType": ("Person", "Organization", "Generic_Group")},
    "PerformanceIndicator": {
        "ValueChainStage": _STAGES,
        "PerformanceIndicatorType": ("Quantitative", "Qualitative"),
    },
    "Relationship": {"RelationshipType": ("Broader_Than", "Peer_To", "Narrower_Than")},
}
# NCName of Namespaces in XML 1.0, third edition.
_LETTER = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_DAY = re.compile(r"-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?")
_VALUES = {
    "Identifier": re.compile(f"[{_LETTER}][{_LETTER}0-9.\u00b7\u0300-\u036f\u203f\u2040-]*"),
    "StartDate": _DAY,
    "EndDate": _DAY,
    "PublicationDate": _DAY,
    "NumberOfUnits": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)"),
    "RoleType": re.compile(r"Performer|Beneficiary"),
}
_MAY_BE_EMPTY = ("StartDate", "EndDate", "PublicationDate", "NumberOfUnits")


@dataclass(frozen=True)
class Node:
    """An element of an XML file, without its namespace.

    Attributes:
        name: Its local name.
        path: Where it stands.
        text: Its own text, stripped.
        attributes: Those without a namespace.
        children: The elements in it.
    """

    name: str
    path: str
    text: str
    attributes: Mapping[str, str]
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Departure:
    """A place where a file departs from its schema.

    Attributes:
        path: Where.
        problem: What is wrong, in a few words.
    """

    path: str
    problem: str


def find_departures(root: Node, models: Mapping[str, str]) -> list[Departure]:
    """Find where a file departs from a schema.

    Args:
        root: Its root.
        models: What elements hold, such as `PART_2`.

    Returns:
        Departures in the order of the file; below a misplaced element none is looked for.

    Examples:
        >>> plan = Node("Vision", "/Vision", "", {}, (Node("Name", "/Vision/Name", "", {}, ()),))
        >>> [one.problem for one in find_departures(plan, PART_2)]
        ['Name is not expected in Vision']
    """
    return list(_check(root, models, set()))


def _check(node: Node, models: Mapping[str, str], known: set[str]) -> Iterator[Departure]:
    yield from _check_attributes(node)
    if node.name not in models:
        yield from _check_value(node, known)
    fitting, problem = _fit(node, models.get(node.name, ""))
    for child in node.children[:fitting]:
        yield from _check(child, models, known)
    if problem:
        yield problem


def _fit(node: Node, model: str) -> tuple[int, Departure | None]:
    """Count the children that stand where they may, and say what is wrong with the next."""
    parts = [(part.rstrip("?*+"), part[-1]) for part in model.split()]
    place = 0
    for number, child in enumerate(node.children):
        here = place
        while here < len(parts) and parts[here][0] != child.name and parts[here][1] in "?*":
            here += 1
        if here == len(parts) or parts[here][0] != child.name:
            problem = f"{child.name} is not expected in {node.name}"
            return number, Departure(child.path, problem)
        # What may be repeated is marked as done once: the next of its kind is not required.
        again = parts[here][1] in "*+"
        parts[here] = (child.name, "*") if again else parts[here]
        place = here if again else here + 1
    missing = [name for name, mark in parts[place:] if mark not in "?*"]
    if missing:
        return len(node.children), Departure(node.path, f"{node.name} has no {missing[0]}")
    return len(node.children), None


def _check_attributes(node: Node) -> Iterator[Departure]:
    known = _ATTRIBUTES.get(node.name, {})
    for name, value in node.attributes.items():
        if name not in known:
            yield Departure(node.path, f"{node.name} has an attribute {name}")
        elif value not in known[name]:
            yield Departure(node.path, f"{name} is none of {', '.join(known[name])}")
    if node.name == "PerformancePlanOrReport" and "Type" not in node.attributes:
        yield Departure(node.path, f"{node.name} has no attribute Type")


def _check_value(node: Node, known: set[str]) -> Iterator[Departure]:
    shape = _VALUES.get(node.name)
    if shape is None or (not node.text and node.name in _MAY_BE_EMPTY):
        return
    if not shape.fullmatch(node.text):
        yield Departure(node.path, f"{node.name} has a value that its type does not allow")
    elif node.name == "Identifier" and node.text in known:
        yield Departure(node.path, "the identifier occurs before")
    known |= {node.text} if node.name == "Identifier" else set()
