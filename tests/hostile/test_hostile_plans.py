"""Plans of others, with what others leave out: each is compared, shown and exported, or told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml
from markupsafe import escape

from devcoop import names
from devcoop.dataset import Dataset, build_dataset
from devcoop.errors import UnknownResourceError
from devcoop.export import Writer
from devcoop.graph import add_file, build_graph
from devcoop.pages.links import ServerLinks
from devcoop.pages.request import Page, Request
from devcoop.pages.site import Site
from devcoop.plans import get_agency, get_undertaking
from devcoop.report import write_report
from devcoop.validation import Result, Severity, validate
from devcoop.words.codes import LEFT_OUT
from devcoop.words.language import LANGUAGES, Tongue

if TYPE_CHECKING:
    from devcoop.model import Undertaking
    from devcoop.pipeline import Analysis

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/plan.ttl"))
HOME = "https://example.org/graph/case"
BUILT_IN, BUILT_IN_PAIRS = 165, 8876
NOT_COMPARED = ("no-plan", "no-agency", "cancelled")
"""Reasons for which the whole initiative is left out, not only a part of what it says."""


@dataclass(frozen=True)
class House:
    """The built-in plans with one more."""

    expected: dict[str, Any]
    dataset: Dataset

    @property
    def analysis(self) -> Analysis:
        return self.dataset.analysis

    @property
    def guests(self) -> list[Undertaking]:
        """Initiatives of the case that are compared."""
        every = self.analysis.undertakings.values()
        return [one for one in every if one.plan == self.expected["plan"]]

    @cached_property
    def site(self) -> Site:
        return Site(self.dataset)

    def ask(self, path: str, language: str, **params: str) -> Page:
        pairs = tuple(params.items())
        links = ServerLinks(path, pairs, language)
        page = self.site.render(Request(path, pairs, language, links))
        assert page is not None, f"there is no page at {path}"
        return page

    def read(self, path: str, language: str, **params: str) -> str:
        page = self.ask(path, language, **params)
        assert page.status == 200, path
        return page.body.decode()

    def title(self, iri: str, language: str) -> str:
        """Give the label of something as a page writes it."""
        return str(escape(self.site.content.label(iri, language).text))


def open_house(case: Path) -> House:
    graph = build_graph()
    add_file(graph, case / "plan.ttl", HOME)
    expected = yaml.safe_load((case / "case.yaml").read_text(encoding="utf-8"))
    return House(expected, build_dataset(graph))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def house(request: pytest.FixtureRequest) -> House:
    return open_house(cast("Path", request.param))


def test_there_are_cases() -> None:
    assert CASES
    assert {path.parent for path in HERE.glob("*/case.yaml")} == set(CASES)


def test_what_is_broken_is_said(house: House) -> None:
    results = validate(house.dataset.store, only=[HOME])
    serious = {kind: _codes(results, kind) for kind in (Severity.VIOLATION, Severity.WARNING)}
    assert serious == {
        Severity.VIOLATION: set(house.expected["broken"]),
        Severity.WARNING: set(house.expected["warned"]),
    }


def _codes(results: list[Result], severity: Severity) -> set[str]:
    return {one.rule for one in results if one.severity is severity}


def test_every_initiative_is_compared_or_told(house: House) -> None:
    answer = house.dataset.store.query(
        f"SELECT DISTINCT ?one WHERE {{ GRAPH ?g {{ ?one a <{names.DEVC.Undertaking}> }} }}"
    )
    stated = {record["one"] for record in answer.records()}
    told = {one.what for one in house.analysis.left_out if one.reason in NOT_COMPARED}
    assert len(stated) == BUILT_IN + house.expected["initiatives"]
    assert stated == set(house.analysis.undertakings) | told
    assert not told & set(house.analysis.undertakings)


def test_what_is_left_out_is_told_with_its_reason(house: House) -> None:
    told = [[one.what, one.reason] for one in house.analysis.left_out]
    assert told == house.expected["left_out"]
    assert all(one.graph in house.analysis.graph.named_graphs() for one in house.analysis.left_out)


def test_pairs_are_those_of_every_two_agencies(house: House) -> None:
    compared = house.expected["compared"]
    assert len(house.guests) == compared
    assert len(house.analysis.pairs) == BUILT_IN_PAIRS + BUILT_IN * compared
    pairs = [(pair.left, pair.right) for pair in house.analysis.pairs]
    assert len({frozenset(pair) for pair in pairs}) == len(pairs) == len(house.analysis.pairs)


def test_agency_has_a_name_of_its_own(house: House) -> None:
    agency = house.analysis.agencies[house.expected["agency"]]
    assert agency.name == house.expected["agency_name"]
    named = [one.name for one in house.analysis.agencies.values()]
    assert len(set(named)) == len(named)
    for word in (agency.iri, agency.name):
        assert get_agency(house.analysis.agencies, word) == agency
    assert {one.agency for one in house.guests} <= {agency}


def test_initiative_is_got_by_iri_and_by_identifier(house: House) -> None:
    known, ambiguous = house.analysis.undertakings, house.expected["ambiguous"]
    for one in house.guests:
        assert get_undertaking(known, one.iri) == one
        if one.identifier in ambiguous:
            with pytest.raises(UnknownResourceError, match="give the IRI of one") as caught:
                get_undertaking(known, one.identifier)
            assert one.iri in str(caught.value)
        else:
            assert get_undertaking(known, one.identifier) == one


def test_every_pair_can_be_explained(house: House) -> None:
    other = get_undertaking(house.analysis.undertakings, "OBOR-IV.7.c")
    for one in house.guests:
        pair = house.analysis.pairs.get(one.iri, other.iri)
        assert pair
        assert {pair.left, pair.right} == {one.iri, other.iri}
        for language in LANGUAGES:
            told = house.read(house.site.content.path_of_pair(pair), language)
            assert house.title(one.iri, language) in told


def test_gaps_count_every_initiative(house: House) -> None:
    guests = {one.iri for one in house.guests}
    checks = [one for one in house.analysis.gap_checks if one.name.startswith("undertakings-")]
    assert checks
    for check in checks:
        subjects = [cell.subject for cell in check.cells]
        assert guests <= set(subjects), check.name
        assert len(subjects) == len(set(subjects)), check.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_shown_on_every_kind_of_page(house: House, language: str) -> None:
    plan, agency = (names.path_of(house.expected[kind]) for kind in ("plan", "agency"))
    name = house.expected["agency_name"]
    page_of_plan = house.read(plan, language)
    assert house.title(house.expected["plan"], language) in page_of_plan
    assert house.title(house.expected["agency"], language) in house.read(agency, language)
    gaps, plans = house.read("/gaps", language), house.read("/plans", language)
    assert house.title(house.expected["plan"], language) in plans
    if not house.guests:
        return
    listed = house.read("/initiatives", language, agency=name)
    for one in house.guests:
        title = house.title(one.iri, language)
        own = house.read(names.path_of(one.iri), language)
        found = house.read("/search", language, q=one.identifier)
        assert [title in text for text in (listed, page_of_plan, own, found)] == [True] * 4
    assert escape(name) in gaps
    assert house.read("/overlaps", language, agency=name, type="any").count("/why/") >= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_to_it_leads_somewhere(house: House, language: str) -> None:
    paths = [path for path in house.site.paths() if "/seed/" in path or "/iri/" in path]
    paths += [names.path_of(house.expected[kind]) for kind in ("plan", "agency")]
    for path in paths:
        assert house.ask(path, language).status == 200, path


@pytest.mark.series(one_in=14)
@pytest.mark.parametrize("form", ["nquads", "jsonld", "csv", "sssom", "graphml", "hxl"])
def test_it_is_exported(house: House, form: str) -> None:
    files = Writer(house.dataset).render(form)
    assert files
    written = b"".join(files.values()).decode()
    if form != "sssom":  # which lists findings only, and an initiative need not have one
        # Tables and networks name by IRI what shares its identifier with another.
        called = [(one.identifier, one.iri) for one in house.guests]
        assert [both for both in called if not any(name in written for name in both)] == []


def test_it_is_reported(house: House, tmp_path: Path) -> None:
    files = write_report(house.analysis, tmp_path / "out")
    page = next(file for file in files if file.suffix == ".html").read_text(encoding="utf-8")
    assert all(one.identifier in page for one in house.guests)
    assert "<script>alert" not in page
    assert all(LEFT_OUT[one.reason] in page for one in house.analysis.left_out)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_out_is_told_on_a_page(house: House, language: str) -> None:
    page, tongue = house.read("/about", language), Tongue(language)
    assert ('id="left-out"' in page) == bool(house.analysis.left_out)
    for one in house.analysis.left_out:
        assert f">{house.title(one.what, language)}</a>" in page
        assert str(escape(tongue.say(LEFT_OUT[one.reason]))) in page
