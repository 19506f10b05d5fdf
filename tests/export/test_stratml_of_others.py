"""StratML of others, as hostile as it comes: written out it is valid, and is read back the same."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from devcoop.export.stratml import render_stratml
from devcoop.load.encoding import encode
from devcoop.load.readers import stratml
from devcoop.load.reading import Reading
from devcoop.load.recognition import Recognizer
from devcoop.load.records import NO_HINTS, Element, Figure, Records
from devcoop.names import DEVC
from devcoop.store import Store
from devcoop.store.terms import Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = (
    Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared"))
    / "formats/stratml/xsd/PerformancePlanOrReport20160216.xsd"
)
ROOTS = (
    ("StrategicPlan", "http://www.stratml.net"),
    ("StrategicPlan", "urn:ISO:std:iso:17469:tech:xsd:stratml_core"),
    ("PerformancePlanOrReport", "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"),
    ("OrganizationalStrategyDocument", "http://schemas.stratml.us/3.5"),
    ("StrategicPlan", ""),
)
Node = tuple[str, str, list["Node"]]

_TEXT = st.sampled_from(
    ["", " ", "Water", "wells", "7", "a b", "é", "0000-00-00", "^^ x ^ y", "<&"]
)
_DAY = st.sampled_from(["0000-00-00", "2020-02-30", "2020", "2020-03-01", "2021-Q2", "soon", ""])
_ID = st.sampled_from(["", "same", "same", "7", "_1", "a b", "ä/ö"])
_NUMBER = st.sampled_from(["0", "-1", "2.50", "many", "", "1e5", "NaN", "12345678901234567890"])
_ROLE = st.sampled_from(["Performer", "Beneficiary", "Funder", "Chair", ""])


def _leaf(name: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Node]:
    return texts.map(lambda text: (name, text, []))


def _node(
    name: str, *below: st.SearchStrategy[Node] | st.SearchStrategy[list[Node]]
) -> st.SearchStrategy[Node]:
    """Build an element of which any child may be missing, in any order."""

    def join(parts: list[Node | list[Node] | None]) -> Node:
        nodes = [one if isinstance(one, list) else [one] for one in parts if one is not None]
        return name, "", [node for some in nodes for node in some]

    options = [st.one_of(st.none(), one) for one in below]
    return st.tuples(*options).flatmap(st.permutations).map(list).map(join)


def _some(one: st.SearchStrategy[Node]) -> st.SearchStrategy[list[Node]]:
    return st.lists(one, max_size=3)


_SAID = (_leaf("Name", _TEXT), _leaf("Description", _TEXT), _leaf("Identifier", _ID))
_STAKEHOLDER = _node("Stakeholder", *_SAID, _node("Role", _leaf("RoleType", _ROLE)))
_RESULT = (
    _leaf("Description", _TEXT),
    _leaf("StartDate", _DAY),
    _leaf("EndDate", _DAY),
    _leaf("NumberOfUnits", _NUMBER),
)
_INDICATOR = _node(
    "PerformanceIndicator",
    _leaf("MeasurementDimension", _TEXT),
    _leaf("UnitOfMeasurement", _TEXT),
    _leaf("Identifier", _ID),
    _some(_node("MeasurementInstance", _node("TargetResult", *_RESULT))),
    _some(_node("MeasurementInstance", _node("ActualResult", *_RESULT))),
)
_INNER = _node("Objective", *_SAID, _some(_INDICATOR))
_OBJECTIVE = _node("Objective", *_SAID, _some(_STAKEHOLDER), _some(_INDICATOR), _some(_INNER))
_GOAL = _node("Goal", *_SAID, _some(_STAKEHOLDER), _some(_OBJECTIVE), _some(_INDICATOR))
_CORE = _node(
    "StrategicPlanCore",
    _node("Organization", *_SAID, _some(_STAKEHOLDER)),
    _node("Vision", *_SAID),
    _node("Mission", *_SAID),
    _some(_node("Value", *_SAID)),
    st.lists(_GOAL, max_size=4),
)
_ABOUT = _node("AdministrativeInformation", _leaf("StartDate", _DAY), _leaf("EndDate", _DAY))
_FILES = st.tuples(st.sampled_from(ROOTS), _node("root", *_SAID, _CORE, _ABOUT))


def _write(root: tuple[str, str], top: Node) -> bytes:
    name, namespace = root

    def build(node: Node) -> ET.Element:
        made = ET.Element(f"{{{namespace}}}{node[0]}" if namespace else node[0])
        made.text = node[1]
        made.extend(map(build, node[2]))
        return made

    return ET.tostring(build((name, top[1], top[2])))


def _read(content: bytes) -> Records:
    # In this process: there are many, and none of them is deep or long.
    return stratml._read(Path("plan.xml"), content, NO_HINTS)[1]


def _write_out(records: Records, known: Recognizer) -> bytes:
    reading = Reading(Path("plan.xml"), "0" * 64, records=records)
    encoded = encode(reading, records, known)
    store = Store()
    triples = [Triple(one.subject, one.predicate, one.object) for one in encoded.quads]
    store.add(encoded.source.graph, triples)
    plan = next(one for one in store.quads(object=DEVC.Plan))
    return render_stratml(store, as_text(plan.subject))


def _see(records: Records) -> Counter[tuple[object, ...]]:
    """See what a file says that StratML can say again, whatever keys and places it has."""
    titles = {one.key: one.titles[0].value for one in records.elements}
    return Counter((*_see_texts(one, titles), *_see_more(one)) for one in records.elements)


def _see_head(records: Records) -> tuple[object, ...]:
    head = records.head
    bodies = {(one.name, one.role or "stakeholder") for one in head.bodies}
    agency = head.agency.name if head.agency else ""
    title = head.titles[0].value if head.titles else "plan"
    return title, str(head.start), str(head.end), agency, sorted(bodies)


def _see_texts(one: Element, titles: dict[str, str]) -> Iterator[object]:
    yield one.kind
    yield titles[one.key]
    yield tuple(" ".join(text.value.split()) for text in one.descriptions)
    yield titles.get(one.part_of, "")
    yield tuple(titles[key] for key in (*one.contributes_to, *one.measures))


def _see_more(one: Element) -> Iterator[object]:
    yield tuple(sorted({(body.name, body.role or "stakeholder") for body in one.bodies}))
    # The same words are kept once, as all notes are; the same numbers as often as they are said.
    words = {_see_number(figure) for figure in one.figures if figure.number is None}
    numbers = [
        (*_see_number(figure), f"{figure.number.normalize()}")
        for figure in one.figures
        if figure.number is not None
    ]
    yield tuple(sorted(words)), tuple(sorted(numbers))


def _see_number(figure: Figure) -> tuple[str, ...]:
    days = str(figure.start), str(figure.end)
    return (figure.kind, figure.unit, " ".join(figure.text.split()), *days)


@pytest.fixture(scope="module")
def known(graph: Store) -> Recognizer:
    return Recognizer(graph)


@given(file=_FILES)
@settings(max_examples=60, deadline=None)
def test_file_of_others_is_written_out_valid_and_read_back(
    known: Recognizer, file: tuple[tuple[str, str], Node]
) -> None:
    records = _read(_write(*file))
    content = _write_out(records, known)
    if SCHEMA.exists():
        etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(content))
    again = _read(content)
    assert again.counts["XSD errors"] == 0
    assert _see(again) == _see(records)
    assert _see_head(again) == _see_head(records)


def test_who_is_named_beside_having_a_role_is_read_back_as_both(known: Recognizer) -> None:
    name: Node = ("Name", "Water", [])
    role: Node = ("Role", "", [("RoleType", "Performer", [])])
    goal = [("Description", "Water", []), ("Stakeholder", "", [name])]
    goal.append(("Stakeholder", "", [name, role]))
    root = ("root", "", [("StrategicPlanCore", "", [("Goal", "", goal)])])
    records = _read(_write(("StrategicPlan", "http://www.stratml.net"), root))
    roles = {(one.name, one.role) for element in records.elements for one in element.bodies}
    assert len(roles) == 2
    assert _see(_read(_write_out(records, known))) == _see(records)


def test_two_names_beside_one_identifier_stay_two(known: Recognizer) -> None:
    goals: list[Node] = [
        (
            "Goal",
            "",
            [
                ("Description", "Water", []),
                ("Stakeholder", "", [("Name", name, []), ("Identifier", "same", [])]),
            ],
        )
        for name in ("Water", "wells")
    ]
    root: Node = ("root", "", [("StrategicPlanCore", "", goals)])
    records = _read(_write(("StrategicPlan", "http://www.stratml.net"), root))
    assert {body.name for one in records.elements for body in one.bodies} == {"Water", "wells"}
    assert _see(_read(_write_out(records, known))) == _see(records)


@given(file=_FILES)
@settings(max_examples=60, deadline=None)
def test_every_element_is_read_or_told(file: tuple[tuple[str, str], Node]) -> None:
    records = _read(_write(*file))
    read = Counter(one.where.xpath.rpartition("/")[2].partition("[")[0] for one in records.elements)
    for tag in ("Goal", "Objective", "Value", "PerformanceIndicator"):
        told = (one for one in records.told if tag in one.what or "An indicator does" in one.what)
        left_out = sum(one.number for one in told if _is_left_out(one.what, tag))
        assert read[tag] + left_out == records.counts[tag]


def _is_left_out(what: str, tag: str) -> bool:
    if tag == "PerformanceIndicator":
        return what.startswith("An indicator does not say")
    return what.startswith((f"A {tag} ", f"An {tag} ")) and "names it" not in what


def _build_indicator(*results: tuple[str, str, str]) -> bytes:
    """Build a document with one indicator: kind of each result, its number and its description."""
    instances: list[Node] = [
        (
            "MeasurementInstance",
            "",
            [
                (
                    kind,
                    "",
                    [
                        ("StartDate", f"{year}-01-01", []),
                        ("EndDate", f"{year}-12-31", []),
                        ("NumberOfUnits", number, []),
                        ("Description", words, []),
                    ],
                )
            ],
        )
        for year, (kind, number, words) in enumerate(results, 2020)
    ]
    named: list[Node] = [("MeasurementDimension", "Wells", []), ("UnitOfMeasurement", "wells", [])]
    indicator: Node = ("PerformanceIndicator", "", [*named, *instances])
    goal: Node = ("Goal", "", [("Name", "Water", []), ("Objective", "", [("Name", "Dig", [])])])
    goal[2][1][2].append(indicator)
    core: Node = ("StrategicPlanCore", "", [goal])
    return _write(ROOTS[2], ("root", "", [("Name", "Plan", []), core]))


@pytest.mark.parametrize(
    "results",
    [
        [("TargetResult", "about half", "")],
        [("TargetResult", "", "Fewer"), ("TargetResult", "", "Fewer"), ("ActualResult", "", "Few")],
        [("TargetResult", "12", "as told"), ("ActualResult", "many", "by then")],
        [("TargetResult", "", "Current US dollars")],
    ],
)
def test_figure_in_words_is_written_out_and_read_back(
    known: Recognizer, results: list[tuple[str, str, str]]
) -> None:
    records = _read(_build_indicator(*results))
    [indicator] = [one for one in records.elements if one.kind == "Indicator"]
    assert len(indicator.figures) == len(results)
    assert _see(_read(_write_out(records, known))) == _see(records)
