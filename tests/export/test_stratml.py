"""Plans as StratML: valid, and the same when they are read back."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from devcoop import names
from devcoop.cli import main
from devcoop.export import Selection, Writer, find_plans
from devcoop.export.stratml import render_stratml
from devcoop.load.readers import stratml
from devcoop.load.records import Element, Hints, Records
from devcoop.names import DEVC
from devcoop.store import Store
from devcoop.store.rdf import parse_foreign
from devcoop.store.terms import Literal, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.dataset import Dataset

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = (
    Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared"))
    / "formats/stratml/xsd/PerformancePlanOrReport20160216.xsd"
)
TOWN, TOWN_GRAPH = "https://w3id.org/devcoop/plan/town", "https://w3id.org/devcoop/graph/plan/town"
_NOT_A_BREAK = st.characters(exclude_characters="^", exclude_categories=["Cs", "Cc", "Zl", "Zp"])


def read(content: bytes) -> Records:
    records = stratml.read(Path("plan.xml"), content, Hints()).records
    assert records is not None
    return records


def check_valid(content: bytes) -> None:
    """Check against the schema if it is here, and always against our own list of its parts."""
    assert read(content).counts["XSD errors"] == 0
    if SCHEMA.exists():
        schema = etree.XMLSchema(etree.parse(SCHEMA))
        schema.assertValid(etree.fromstring(content))


def of_kind(records: Records, *kinds: str) -> list[Element]:
    return [one for one in records.elements if one.kind in kinds]


def titles(elements: Iterable[Element]) -> list[str]:
    return [one.titles[0].value for one in elements]


def ask_labels(store: Store, plan: str, kind: str) -> Counter[str]:
    """Ask the store for the English labels of a plan's elements of a class."""
    answer = store.query(
        f"""SELECT ?iri (SAMPLE(?label) AS ?one) WHERE {{
          ?iri a <{kind}> ; <{DEVC.inPlan}> <{plan}> ;
            <http://www.w3.org/2000/01/rdf-schema#label> ?label .
          FILTER(LANG(?label) = "en") }} GROUP BY ?iri"""
    )
    return Counter(record["one"] for record in answer.records())


@pytest.fixture(scope="module")
def town() -> Store:
    store = Store()
    path = Path(__file__).parent / "town.ttl"
    store.add(TOWN_GRAPH, parse_foreign(path, path.read_bytes()))
    return store


@pytest.fixture(scope="module")
def town_read(town: Store) -> Records:
    return read(render_stratml(town, TOWN))


def test_town_is_valid_and_has_all_that_stratml_can_say(town: Store) -> None:
    check_valid(render_stratml(town, TOWN))


def test_head_is_read_back(town_read: Records) -> None:
    head = town_read.head
    assert (head.key, titles([Element("", "", titles=head.titles)])) == (
        "_7_town_plan",
        ["Town plan"],
    )
    assert head.descriptions[0].value == "First paragraph.\n\nSecond.\nThird line & <b>."
    assert str(head.start) == "2025-01-01"
    # A year is no day, and StratML has days only.
    assert head.end is None
    assert head.agency is not None
    assert (head.agency.name, head.agency.acronym) == ("Town Hall", "TH")
    assert [(one.name, one.role) for one in head.bodies] == [("Bank", "data-provider")]


def test_elements_are_read_back(town_read: Records) -> None:
    said = [(one.kind, one.key, one.titles[0].value, one.part_of) for one in town_read.elements]
    assert said == [
        ("Impact", "v", "Vision", ""),
        ("Objective", "m", "Mission", ""),
        ("Principle", "value-1", "Care", ""),
        ("Objective", "_10", "Water", ""),
        ("Indicator", "i2", "Wells", "_10"),
        ("Indicator", "n4", "Inhabitants", "_10"),
        ("Objective", "_9", "Trees", ""),
        ("Undertaking", "u_1", "Plant trees", "_9"),
        ("Indicator", "i1", "Trees planted", "u_1"),
        ("Undertaking", "u_1-2", "Water the young trees", "u_1"),
        ("Indicator", "i3", "Loose", ""),
        ("Undertaking", "u3", "Alone", ""),
    ]
    vision, mission = town_read.elements[:2]
    assert [one.descriptions[0].value for one in (vision, mission)] == [
        "A green town.",
        "To serve.",
    ]


def test_figures_are_read_back(town_read: Records) -> None:
    by_key = {one.key: one for one in town_read.elements}
    said = [
        (one.kind, str(one.number), one.unit, str(one.start), str(one.end), one.text)
        for one in by_key["i1"].figures
    ]
    assert said == [
        ("target", "500.5", "trees", "2025-01-01", "2025-12-31", ""),
        ("actual", "12", "trees", "None", "None", "a dozen"),
        ("baseline", "0", "trees", "None", "None", ""),
    ]
    context = by_key["n4"].figures[0]
    assert (context.kind, str(context.number), context.unit) == ("context", "9000", "people")


def test_stakeholders_are_read_back(town_read: Records) -> None:
    by_key = {one.key: one for one in town_read.elements}
    farmers = [(one.name, one.role, one.is_group) for one in by_key["u_1"].bodies]
    assert sorted(farmers) == [
        ("Bank", "implementing", False),
        ("Farmers", "beneficiary", True),
        ("Farmers", "implementing", True),
    ]
    assert [(one.name, one.role) for one in by_key["_9"].bodies] == [("Bank", "funding")]


def test_larger_undertaking_is_read_back(town_read: Records) -> None:
    by_key = {one.key: one for one in town_read.elements}
    assert (by_key["u_1-2"].part_of, by_key["u_1-2"].contributes_to) == ("u_1", ("_9",))


def test_every_built_in_plan_is_valid_and_read_back(dataset: Dataset) -> None:
    plans = find_plans(dataset.store, Selection())
    assert len(plans) == 3
    files = Writer(dataset, plans).render("stratml")
    assert sorted(files) == sorted(f"{names.slug_of(plan)}.xml" for plan in plans)
    for plan in plans:
        content = files[f"{names.slug_of(plan)}.xml"]
        check_valid(content)
        records = read(content)
        store = dataset.store
        for kind, ours in (("Undertaking", DEVC.Undertaking), ("Principle", DEVC.Principle)):
            wanted = ask_labels(store, plan, ours)
            if kind == "Principle":
                wanted -= ask_labels(store, plan, DEVC.Undertaking)
                wanted -= ask_labels(store, plan, DEVC.Objective)
            assert Counter(titles(of_kind(records, kind))) == wanted
        assert not ask_labels(store, plan, DEVC.Indicator) - Counter(
            titles(of_kind(records, "Indicator"))
        )
        numbers = ask_labels(store, plan, DEVC.IndicatorValue)
        figures = [figure for one in records.elements for figure in one.figures]
        assert len(figures) == numbers.total()


def test_only_plans_that_are_asked_for_are_written(dataset: Dataset, tmp_path: Path) -> None:
    assert [
        names.slug_of(one) for one in find_plans(dataset.store, Selection(agencies=("ISO",)))
    ] == ["iso-2016-2020"]
    words = ["export", "-f", "stratml", "--plan", "unido-mic-2020", "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["unido-mic-2020.xml"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "name a folder with -o"),
        (["--type", "overlap", "-o", "x"], "holds no findings"),
    ],
)
def test_options_that_do_not_fit_are_refused(words: list[str], problem: str) -> None:
    done = CliRunner().invoke(main, ["export", "-f", "stratml", *words])
    assert done.exit_code == 2
    assert problem in done.output


# Any plan

_WORDS = st.text(_NOT_A_BREAK, max_size=20)
_PLANS = st.lists(
    st.tuples(
        _WORDS,
        _WORDS,
        _WORDS,
        st.integers(0, 3),
        st.lists(
            st.tuples(
                st.sampled_from(["target", "actual", "baseline", "context"]),
                st.decimals(
                    allow_nan=False, allow_infinity=False, places=2, min_value=-9, max_value=99
                ),
            ),
            max_size=3,
        ),
    ),
    min_size=1,
    max_size=6,
)


def _build(plan: list[tuple[str, str, str, int, list[tuple[str, object]]]]) -> Store:
    """Build a plan: undertakings with an identifier, a label and a description, each measured."""
    triples: list[Triple] = []

    def say(iri: str, predicate: str, value: str, *, is_text: bool = False) -> None:
        term = Literal(value) if is_text else NamedNode(value)
        triples.append(Triple(NamedNode(iri), NamedNode(names.expand(predicate)), term))

    def add(iri: str, kind: str, identifier: str, label: str) -> None:
        say(iri, "rdf:type", kind)
        say(iri, DEVC.inPlan, TOWN)
        say(iri, "dcterms:identifier", identifier, is_text=True)
        say(iri, "rdfs:label", label, is_text=True)

    add(TOWN, DEVC.Plan, "plan", "Plan")
    base = "https://w3id.org/devcoop/element/town/"
    for goal in range(3):
        add(f"{base}g{goal}", DEVC.Objective, f"g{goal}", f"Goal {goal}")
    for number, (identifier, label, description, goal, figures) in enumerate(plan):
        iri = f"{base}u{number}"
        add(iri, DEVC.Undertaking, identifier, f"L{label}")
        say(iri, "dcterms:description", description, is_text=True)
        if goal < 3:
            say(iri, DEVC.contributesTo, f"{base}g{goal}")
        add(f"{iri}-i", DEVC.Indicator, f"i{number}", f"I{label}")
        say(f"{iri}-i", DEVC.measures, iri)
        for place, (kind, value) in enumerate(figures):
            add(f"{iri}-v{place}", DEVC.IndicatorValue, f"{number}-{place}", "value")
            say(f"{iri}-v{place}", DEVC.valueOf, f"{iri}-i")
            say(f"{iri}-v{place}", DEVC.valueKind, names.mint_concept("value-kind", kind))
            say(f"{iri}-v{place}", DEVC.numericValue, f"{value:f}", is_text=True)
            say(f"{iri}-v{place}", DEVC.unitText, "trees", is_text=True)
    store = Store()
    store.add(TOWN_GRAPH, triples)
    return store


@given(_PLANS)
@settings(max_examples=30, deadline=None)
def test_any_plan_is_valid_and_read_back(
    plan: list[tuple[str, str, str, int, list[tuple[str, object]]]],
) -> None:
    content = render_stratml(_build(plan), TOWN)
    if SCHEMA.exists():
        etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(content))
    # In this process, since it is not hostile and there are many.
    _, records = stratml._read(Path("plan.xml"), content, Hints())
    assert records.counts["XSD errors"] == 0
    undertakings = of_kind(records, "Undertaking")
    said = Counter(
        (one.titles[0].value, "".join(text.value for text in one.descriptions), one.part_of)
        for one in undertakings
    )
    assert said == Counter(
        (" ".join(f"L{label}".split()), " ".join(told.split()), f"g{goal}" if goal < 3 else "")
        for _, label, told, goal, _ in plan
    )
    figures = Counter(
        (one.titles[0].value, figure.kind, figure.number, figure.unit)
        for one in of_kind(records, "Indicator")
        for figure in one.figures
    )
    assert figures == Counter(
        (" ".join(f"I{label}".split()), kind, value, "trees")
        for _, label, _, _, numbers in plan
        for kind, value in numbers
    )
