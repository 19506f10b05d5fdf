"""Whatever is nested in whatever: no word is dropped, keys are unique, and ends are there."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop import killable
from devcoop.load.readers import stratml
from devcoop.load.records import Hints, Records

TAGS = (
    "Name",
    "Description",
    "Identifier",
    "Acronym",
    "Goal",
    "Objective",
    "PerformanceIndicator",
    "MeasurementDimension",
    "UnitOfMeasurement",
    "MeasurementInstance",
    "TargetResult",
    "ActualResult",
    "Descriptor",
    "DescriptorName",
    "DescriptorValue",
    "Stakeholder",
    "Stakeholders",
    "Role",
    "RoleType",
    "Organization",
    "ReferenceIdentifier",
    "Vision",
    "Mission",
    "Value",
    "Relationship",
    "AdministrativeInformation",
    "StartDate",
    "PublicationDate",
    "NumberOfUnits",
    "OtherInformation",
    "Unheard",
)
Shape = tuple[str, bool, list["Shape"]]
_LEAVES: st.SearchStrategy[Shape] = st.tuples(st.sampled_from(TAGS), st.booleans(), st.just([]))
SHAPES: st.SearchStrategy[Shape] = st.recursive(
    _LEAVES,
    lambda below: st.tuples(st.sampled_from(TAGS), st.booleans(), st.lists(below, max_size=6)),
    max_leaves=30,
)


def build(shapes: list[Shape]) -> tuple[bytes, list[str]]:
    """Build a file in which every text is a word of its own."""
    numbers, words = count(), list[str]()
    root = ET.Element("StrategicPlan")

    def add(around: ET.Element, shape: Shape) -> None:
        tag, has_text, below = shape
        node = ET.SubElement(around, tag)
        if has_text:
            words.append(f"w{next(numbers)}q")
            node.text = words[-1]
        for one in below:
            add(node, one)

    for shape in shapes:
        add(root, shape)
    return ET.tostring(root), words


def read(content: bytes) -> Records:
    # One process for all examples: none of them is hostile.
    return stratml._read(Path("plan.xml"), content, Hints())[1]


@given(st.lists(SHAPES, max_size=5))
@settings(max_examples=300, deadline=None)
def test_no_word_is_dropped_and_keys_fit(shapes: list[Shape]) -> None:
    content, words = build(shapes)
    records = read(content)
    said = str((records.head, records.elements))
    assert [word for word in words if word not in said] == []
    keys = [one.key for one in records.elements]
    assert len(keys) == len(set(keys))
    ends = {one.part_of for one in records.elements} - {""}
    ends |= {end for one in records.elements for end in (*one.contributes_to, *one.measures)}
    assert ends <= set(keys)


@given(st.lists(SHAPES, max_size=5))
@settings(max_examples=100, deadline=None)
def test_counts_in_are_elements_and_told(shapes: list[Shape]) -> None:
    content, _ = build(shapes)
    records = read(content)
    root = ET.fromstring(content)
    for tag in stratml.COUNTED:
        assert records.counts[tag] == sum(node.tag == tag for node in root.iter())


def test_records_pass_from_a_process_to_another() -> None:
    content, _ = build([("Goal", True, [("Name", True, [])])])
    assert killable.run(lambda: read(content), what="a test") == read(content)
