from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import DCTERMS, SKOS

from devcoop import assets, killable
from devcoop.errors import UnknownResourceError
from devcoop.facets import read_facet_table
from devcoop.focus import Asked, find_focus, read_parts, read_period
from devcoop.gaps import read_limited_gaps
from devcoop.graph import build_graph, iter_built_in
from devcoop.model import WAYS_OF, Focus, Pair, Period
from devcoop.names import expand, shorten
from devcoop.overlap import Comparison, Limits, compare
from devcoop.pipeline import Analysis, _bound, analyze
from devcoop.plans import read_undertakings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.store import Store

DEVC = rdflib.Namespace("https://w3id.org/devcoop/ns#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
GRAPH = build_graph()
FACETS = read_facet_table(GRAPH)
WHOLE = compare(FACETS)
EVERY = {(pair.left, pair.right): pair for pair in WHOLE.iter_pairs()}
PLACES = ["pl:KEN", "pl:africa", "gr:ldc", "gr:mic", "pl:world", "pl:KHM", "gr:asean", "pl:ATA"]
AGENCIES = sorted({row["agency"] for row in FACETS.records("agency")})
PLANS = sorted({row["plan"] for row in FACETS.records("undertaking")})
THEMES = sorted({row["concept"] for row in FACETS.records("concept") if row["facet"] == "theme"})
PARTS = {expand(place): tuple(read_parts(GRAPH, expand(place))) for place in PLACES}
DAYS = st.dates(date(2014, 1, 1), date(2022, 1, 1))


def _some(values: list[str], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


@st.composite
def periods(draw: st.DrawFn) -> Period | None:
    days = sorted(draw(st.lists(DAYS, min_size=2, max_size=2)))
    shape = draw(st.sampled_from(["none", "both", "start", "end"]))
    start, end = days if shape == "both" else (days[0] if shape == "start" else None, None)
    end = days[1] if shape == "end" else end
    return None if shape == "none" else Period(start, end, "stated")


@st.composite
def focuses(draw: st.DrawFn) -> Focus:
    places = draw(_some(sorted(PARTS)))
    return Focus(
        agencies=draw(_some(AGENCIES)),
        plans=draw(_some(PLANS, 1)),
        places=places,
        themes=draw(_some(THEMES, 3)),
        period=draw(periods()),
        parts=tuple(part for place in places for part in PARTS[place]),
        with_possible=draw(st.booleans()),
    )


def _pairs(comparison: Comparison) -> dict[tuple[str, str], Pair]:
    return {(pair.left, pair.right): pair for pair in comparison.iter_pairs()}


@settings(max_examples=15, deadline=None)
@given(focuses())
def test_pairs_of_a_focus_are_those_whose_sides_are_in_it(focus: Focus) -> None:
    narrowed = WHOLE.narrow(focus)
    extent = narrowed.extent
    assert extent is not None
    expected = {
        sides: pair
        for sides, pair in EVERY.items()
        if {*sides} <= extent.all_undertakings and not {*sides} <= extent.partners
    }
    assert _pairs(narrowed) == expected
    assert sum(narrowed.count_pairs().values()) == len(expected)
    assert all(narrowed.takes_in(*sides) for sides in expected)
    assert all(narrowed.takes_in(*sides) == (sides in expected) for sides in EVERY)


@settings(max_examples=15, deadline=None)
@given(focuses())
def test_every_undertaking_stands_in_one_way_to_each_point(focus: Focus) -> None:
    extent = WHOLE.narrow(focus).extent
    assert extent is not None
    asked = {"place": focus.places, "theme": focus.themes, "time": focus.period}
    for point, ways in WAYS_OF.items():
        counts = extent.count_ways(point)
        assert counts.keys() <= ways.keys()
        assert counts.total() == (extent.of if asked[point] else 0)


@settings(max_examples=15, deadline=None)
@given(focuses(), focuses())
def test_a_wider_focus_takes_in_no_less(one: Focus, other: Focus) -> None:
    def taken(focus: Focus) -> frozenset[str]:
        extent = WHOLE.narrow(focus).extent
        assert extent is not None
        return extent.undertakings

    own = taken(one)
    assert own <= taken(replace(one, with_possible=True))
    assert own <= taken(replace(one, period=None))
    if one.themes:
        assert own <= taken(replace(one, themes=one.themes + other.themes))
    if one.places:
        both = replace(one, places=one.places + other.places, parts=one.parts + other.parts)
        assert own <= taken(both)
    assert own <= taken(replace(one, agencies=()))


@settings(max_examples=10, deadline=None)
@given(focuses())
def test_what_was_not_all_scored_is_limited_likewise(focus: Focus) -> None:
    every, few = WHOLE.narrow(focus), CANDIDATES.narrow(focus)
    found = {sides for sides, pair in _pairs(every).items() if pair.type in FOUND}
    assert {(pair.left, pair.right) for pair in few.iter_pairs(FOUND)} == found
    counts = [sum(one.count_pairs().values()) for one in (every, few)]
    assert counts[0] == counts[1]
    assert every.count_subjects() == few.count_subjects()


CANDIDATES = compare(FACETS, limits=Limits(exhaustive=0))
FOUND = ("duplication-candidate", "overlap", "complementarity", "continuity")


def test_a_focus_on_everything_is_no_focus() -> None:
    narrowed = WHOLE.narrow(Focus(agencies=tuple(AGENCIES), plans=tuple(PLANS)))
    assert _pairs(narrowed) == EVERY
    assert narrowed.count_pairs() == WHOLE.count_pairs()
    assert narrowed.count_reaching() == WHOLE.count_reaching()
    assert sorted(map(str, narrowed.iter_ways())) == sorted(map(str, WHOLE.iter_ways()))


@pytest.fixture(scope="module")
def read() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in iter_built_in():
        graph.parse(path, format="turtle")
    assert assets.ROOT.is_dir()
    return graph


def _iter_areas(read: rdflib.Graph, one: rdflib.term.Node) -> Iterator[rdflib.term.Node]:
    """Where an undertaking is meant for; what is done at home is meant for nobody else."""
    own = list(read.objects(one, DEVC.targetArea))
    arenas = list(read.objects(one, DEVC.arena))
    apart = ("isBeyondCountries", "isGivingSide", "isOwnHouse")
    is_apart = any(
        (arena, DEVC[mark], rdflib.Literal(True)) in read for arena in arenas for mark in apart
    )
    abroad = rdflib.URIRef("https://w3id.org/devcoop/arena/partner-countries") in arenas
    if own or (is_apart and not abroad):
        yield from own
        return
    for plan in read.objects(one, DEVC.inPlan):
        yield from read.objects(plan, DEVC.targetArea)


def _list_reaching(read: rdflib.Graph, country: str) -> set[str]:
    """List what names a country, or a region or group that it is in while the plan runs."""
    place = rdflib.URIRef(expand(country))
    above = set(read.transitive_objects(place, SKOS.broader))
    found = set()
    for one in read.subjects(rdflib.RDF.type, DEVC.Undertaking):
        plan = next(read.objects(one, DEVC.inPlan))
        groups = {
            group
            for membership in read.subjects(DEVC.memberPlace, place)
            if _meets(read, membership, plan)
            for own in read.objects(membership, DEVC.ofGroup)
            for group in read.transitive_objects(own, SKOS.broader)
        }
        if (above | groups) & set(_iter_areas(read, one)):
            found.add(str(one))
    return found


def _meets(read: rdflib.Graph, membership: rdflib.term.Node, plan: rdflib.term.Node) -> bool:
    start, end = _read_period(read, plan)
    days = (read.value(membership, one) for one in (DEVC.validFrom, DEVC.validUntil))
    since, until = map(_read_day, days)
    return not (since and end and since > end) and not (until and start and until < start)


def _read_day(node: rdflib.term.Node | None) -> date | None:
    return node.toPython() if isinstance(node, rdflib.Literal) else None


def _read_period(read: rdflib.Graph, thing: rdflib.term.Node) -> tuple[date | None, date | None]:
    period = read.value(thing, DCTERMS.temporal)
    days = (read.value(period, one) for one in (DCAT.startDate, DCAT.endDate))
    start, end = map(_read_day, days)
    return start, end


@pytest.mark.parametrize("place", ["pl:KEN", "pl:KHM", "pl:SDN", "pl:CHN", "pl:ATA"])
def test_place_takes_in_what_names_it_or_a_group_it_is_in(place: str, read: rdflib.Graph) -> None:
    focus = find_focus(GRAPH, Asked(places=(place,)))
    extent = WHOLE.narrow(focus).extent
    assert extent is not None
    assert extent.undertakings == _list_reaching(read, place)


@pytest.mark.parametrize(
    "theme", ["th:standardization", "th:quality-infrastructure", "th:standards-capacity"]
)
def test_theme_takes_in_what_is_below_it(theme: str, read: rdflib.Graph) -> None:
    focus = find_focus(GRAPH, Asked(themes=(theme,)))
    below = set(read.transitive_subjects(SKOS.broader, rdflib.URIRef(expand(theme))))
    expected = {
        str(one)
        for one in read.subjects(rdflib.RDF.type, DEVC.Undertaking)
        if below & set(read.objects(one, DEVC.theme))
    }
    extent = WHOLE.narrow(focus).extent
    assert extent is not None
    assert extent.undertakings == expected
    assert extent.themes == {str(one) for one in below}


def test_days_take_in_what_is_stated_to_run_then(read: rdflib.Graph) -> None:
    expected = set()
    for one in read.subjects(rdflib.RDF.type, DEVC.Undertaking):
        plan = next(read.objects(one, DEVC.inPlan))
        home = one if read.value(one, DCTERMS.temporal) else plan
        start, end = _read_period(read, home)
        is_stated = str(read.value(home, DEVC.periodBasis)).endswith("/stated")
        if is_stated and start and end and start <= date(2017, 12, 31) and end >= date(2017, 1, 1):
            expected.add(str(one))
    extent = WHOLE.narrow(Focus(period=read_period("2017"))).extent
    assert extent is not None
    assert expected
    assert extent.undertakings == expected


def test_records_of_a_focus_are_those_of_all(analysis: Analysis) -> None:
    only = set(list(analysis.undertakings)[::7])
    records = read_undertakings(GRAPH, FACETS, analysis.agencies, analysis.labels, only=only)
    assert records == {
        iri: analysis.undertakings[iri] for iri in analysis.undertakings if iri in only
    }


@pytest.mark.parametrize(
    "asked",
    [
        Asked(places=("Kenya",)),
        Asked(themes=("quality-infrastructure",)),
        Asked(agencies=("UNIDO",)),
        Asked(plans=("iso-2016-2020",), period=read_period("2016")),
    ],
    ids=str,
)
def test_gaps_of_a_focus_are_some_of_all(asked: Asked, analysis: Analysis) -> None:
    limited = analyze(GRAPH, focus=find_focus(GRAPH, asked))
    assert limited.extent is not None
    every = {check.name: check for check in analysis.gap_checks}
    known = analysis.undertakings
    for check in limited.gap_checks[1:]:
        assert check.cells
        assert set(check.cells) <= set(every[check.name].cells)
        own = {cell.subject for cell in check.cells if cell.subject in known}
        looked_at = {cell.subject for cell in every[check.name].cells}
        if own:
            assert own == looked_at & limited.extent.undertakings
    assert not {check.name for check in limited.gap_checks} & set(limited.unlimited)


def test_gaps_are_the_same_however_they_are_read(analysis: Analysis) -> None:
    focus = find_focus(GRAPH, Asked(agencies=("ISO",)))
    extent = WHOLE.narrow(focus).extent
    assert extent is not None
    bounds = _bound(extent, FACETS, analysis.plans)
    checks, _ = read_limited_gaps(GRAPH, bounds)
    every = {check.name: check for check in analysis.gap_checks}
    for check in checks:
        expected = tuple(cell for cell in every[check.name].cells if bounds.decide(cell))
        assert check.cells == expected


@pytest.mark.parametrize(
    ("words", "kind", "iri"),
    [
        ("KEN", "places", "pl:KEN"),
        ("kenya", "places", "pl:KEN"),
        ("pl:KEN", "places", "pl:KEN"),
        ("https://w3id.org/devcoop/place/KEN", "places", "pl:KEN"),
        ("Afrique", "places", "pl:africa"),
        ("PMA", "places", "gr:ldc"),
        ("pays les moins avances", "places", "gr:ldc"),
        ("Métrologie", "themes", "th:metrology"),
        ("metrology", "themes", "th:metrology"),
        ("1.3", "themes", "th:standardization"),
        ("onudi", "agencies", "ag:unido"),
        ("iso-2016-2020", "plans", "plan:iso-2016-2020"),
    ],
)
def test_focus_knows_a_thing_by_code_name_prefix_and_iri(words: str, kind: str, iri: str) -> None:
    focus = find_focus(GRAPH, Asked(**{kind: (words,)}))  # type: ignore[arg-type]
    assert [shorten(one) for one in getattr(focus, kind)] == [iri]


@pytest.mark.parametrize(
    ("words", "kind", "hint"),
    [
        ("Kenia", "places", "did you mean Kenya"),
        ("metrologie legal", "themes", "Métrologie légale"),
        ("IS0", "agencies", "did you mean ISO"),
        ("nothing", "plans", "there are: plan:iso-2016-2020"),
    ],
)
def test_focus_suggests_where_nothing_is_called_so(words: str, kind: str, hint: str) -> None:
    with pytest.raises(UnknownResourceError, match=hint):
        find_focus(GRAPH, Asked(**{kind: (words,)}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-2017", date(2016, 1, 1), date(2017, 12, 31)),
        ("2016–2017", date(2016, 1, 1), date(2017, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2016-02-03", date(2016, 2, 3), date(2016, 2, 3)),
        ("2016-02-03/2017", date(2016, 2, 3), date(2017, 12, 31)),
        ("2016-", date(2016, 1, 1), None),
        ("/2016", None, date(2016, 12, 31)),
    ],
)
def test_days_are_read_as_people_write_them(text: str, start: date, end: date | None) -> None:
    period = read_period(text)
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    "text", ["", "-", "/", "soon", "2017-2016", "2016-13", "2016-02-30", "2016/2017/2018", "٢٠١٦"]
)
def test_days_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_period(text)


def test_nothing_asked_limits_nothing(graph: Store) -> None:
    assert not find_focus(graph, Asked()).is_set
    assert analyze(graph).extent is None


@pytest.mark.parametrize("asked", [Asked(places=("KHM",)), Asked(agencies=("ISO",))])
def test_gaps_that_another_process_reads_are_the_same(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    focus = find_focus(GRAPH, asked)
    here = analyze(GRAPH, focus=focus)
    begun = []
    begin = killable.begin
    monkeypatch.setattr("devcoop.pipeline._MANY", 1)
    monkeypatch.setattr(
        "devcoop.killable.begin",
        lambda work, **words: begun.append(words["what"]) or begin(work, **words),  # type: ignore[func-returns-value]
    )
    there = analyze(GRAPH, focus=focus)
    assert begun == ["gaps"]
    assert there.gap_checks == here.gap_checks
    assert len(there.gap_checks) > 1
    assert there.unlimited == here.unlimited
