"""Pages about agencies, plans, initiatives, themes, findings and everything else."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
from markupsafe import Markup
from tests.pages.conftest import choose_paths

from devcoop.model import FACETS, STATED_BY_FEW
from devcoop.names import BASE, DEVC
from devcoop.overlap.conversations import is_finding
from devcoop.pages.links import ServerLinks
from devcoop.pages.request import Request
from devcoop.pages.views import facts as looked_up
from devcoop.pages.views.agencies import build_agency, list_agencies
from devcoop.pages.views.concepts import KINDS, build_concept, list_rows
from devcoop.pages.views.elements import build_element
from devcoop.pages.views.facts import DESCRIPTION, TYPE, facts_of, make_gap
from devcoop.pages.views.findings import Findings
from devcoop.pages.views.initiatives import Filters, list_initiatives
from devcoop.pages.views.plans import Node, build_plan, build_tree
from devcoop.plans import get_undertaking
from devcoop.queries import get_query
from devcoop.store.terms import as_text
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.dataset import Dataset
    from devcoop.pages.site import Site
    from devcoop.pages.views.facts import Facts

    from .conftest import Ask

KINDS_OF_PAGES = (
    "agenc",
    "plan",
    "initiatives",
    "element",
    "theme",
    "sector",
    "beneficiary",
    "instrument",
    "function",
    "place",
    "group",
    "questions",
    "sparql",
    "ns",
)
OTHER_FILES = (".ttl", ".jsonld", ".nt", ".rdf", ".csv", ".tsv", ".json")
MOST = [7, pytest.param(60, marks=pytest.mark.gate)]
"""Pages of one kind that are rendered."""


@pytest.fixture(scope="session")
def facts(site: Site) -> Facts:
    return facts_of(site.content)


def read_rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode())))


def list_links(body: bytes) -> Iterator[str]:
    for href in re.findall(r'<a [^>]*?href="([^"]*)"', body.decode()):
        parts = urlsplit(href.replace("&amp;", "&"))
        if not parts.scheme and parts.path.startswith("/"):
            yield unquote(parts.path)


@pytest.mark.parametrize("most", MOST)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS_OF_PAGES)
def test_page_renders_and_leads_to_pages_that_there_are(
    site: Site, ask: Ask, kind: str, language: str, most: int
) -> None:
    paths = choose_paths((one for one in site.paths() if one.startswith(f"/{kind}")), most)
    assert paths
    found: set[str] = set()
    for path in paths:
        page = ask(path, language)
        assert page.status == 200, path
        found.update(list_links(page.body))
    pages = {
        path.removesuffix(".html")
        for path in found
        if not path.endswith(OTHER_FILES) and not path.startswith(("/static/", "/data/"))
    }
    assert [path for path in sorted(pages) if not site.knows(path)] == []


def test_every_subject_of_ours_has_a_page(site: Site) -> None:
    named = {as_text(quad.subject) for quad in site.content.store}
    subjects = [iri for iri in named if iri.startswith(BASE) and "#" not in iri]
    assert [iri for iri in subjects if not site.knows(f"/{iri.removeprefix(BASE)}")] == []


@pytest.mark.parametrize(
    "path", ["/theme/nothing", "/element/x", "/plan/..", "/agency/%00", "/x y"]
)
def test_there_is_no_page_of_what_nothing_is_said_of(site: Site, path: str) -> None:
    assert not site.knows(path)


def test_agencies_are_counted_as_by_hand(facts: Facts, dataset: Dataset) -> None:
    analysis = dataset.analysis
    rows = {row.code: row for row in list_agencies(facts, "en") if row.initiatives}
    counted = Counter(one.agency.name for one in analysis.undertakings.values())
    assert {code: row.initiatives for code, row in rows.items()} == counted
    for row in rows.values():
        both = ((pair, {pair.left_agency, pair.right_agency}) for pair in analysis.pairs)
        met = [pair for pair, agencies in both if row.iri in agencies]
        assert row.findings == sum(map(is_finding, met))


def test_agency_says_where_overlaps_are_not_linked(facts: Facts) -> None:
    neighbours = {
        (code, facts.content.agency(one.iri)): one
        for code, iri in facts.content.agencies.items()
        for one in build_agency(facts, iri, "en").neighbours
    }
    assert neighbours["ISO", "UNIDO"].unlinked == neighbours["ISO", "UNIDO"].meeting.overlaps > 0
    assert neighbours["ISO", "OBOR"].unlinked == 0
    assert neighbours["ISO", "OBOR"].links
    assert all(
        one.meeting.findings == neighbours[other, code].meeting.findings
        for (code, other), one in neighbours.items()
    )


def iter_nodes(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from iter_nodes(node.children)


def test_results_chain_holds_every_initiative_of_its_plan_once(facts: Facts) -> None:
    for plan in facts.plans:
        tree, loose = build_tree(facts, plan)
        grown = [node.iri for node in iter_nodes(tree) if not node.is_repeated]
        assert len(grown) == len(set(grown))
        mine = {one.iri for one in facts.content.initiatives.values() if one.plan == plan}
        assert mine <= {*grown, *loose}
        assert not set(grown) & set(loose)


def test_what_stands_below_something_serves_it_or_is_a_part_of_it(facts: Facts) -> None:
    checked = 0
    for plan in facts.plans:
        for node in iter_nodes(build_tree(facts, plan)[0]):
            for child in node.children:
                assert node.iri in facts.links(child.iri, DEVC.contributesTo, DEVC.partOf)
                checked += 1
    assert checked > 100


def test_results_chain_with_a_circle_ends(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = f"{DEVC.Outcome}"
    rows = [
        {"element": one, "class": kind, "servesElement": other}
        for one, other in (("urn:a", "urn:b"), ("urn:b", "urn:a"), ("urn:c", "urn:c"))
    ]
    monkeypatch.setattr("devcoop.pages.views.plans._ask", lambda *_: rows)
    tree, loose = build_tree(facts, "urn:plan")
    assert {node.iri for node in iter_nodes(tree)} == {"urn:a", "urn:b", "urn:c"}
    assert loose == ()


def test_plan_counts_what_it_leaves_open_as_by_hand(facts: Facts) -> None:
    for iri in facts.plans:
        page = build_plan(facts, iri, "en")
        left_open = ox.NamedNode(DEVC.facetNotStated)
        counted: Counter[str] = Counter()
        for one in facts.sources(iri, DEVC.inPlan):
            if one in facts.content.initiatives:
                quads = facts.store.quads(subject=ox.NamedNode(one), predicate=left_open)
                counted.update({quad.object.value for quad in quads})  # type: ignore[union-attr]
        assert dict(page.open_points) == counted


def test_initiative_says_what_is_not_known(facts: Facts, ask: Ask) -> None:
    silent = [
        one for one in facts.content.initiatives.values() if not one.facets.get("beneficiary")
    ]
    assert silent
    for one in silent:
        page = build_element(facts, one.iri, "en")
        assert [line.facet for line in page.facets] == [
            facet for facet in FACETS if facet not in STATED_BY_FEW
        ]
        body = ask(f"/{one.iri.removeprefix(BASE)}").body.decode()
        assert re.search(r"For whom</dt><dd><span class=\"unknown\">not known", body)


def test_initiative_lists_each_finding_about_it(facts: Facts) -> None:
    about: Counter[str] = Counter()
    for pair in facts.analysis.pairs:
        if is_finding(pair):
            about.update((pair.left, pair.right))
    for identifier, one in facts.analysis.undertakings.items():
        page = build_element(facts, one.iri, "en")
        assert len(page.findings) == about[identifier]
        assert all(identifier in (met.pair.left, met.pair.right) for met in page.meetings)


@pytest.mark.parametrize("kind", KINDS)
def test_concepts_count_initiatives_as_by_hand(facts: Facts, kind: str) -> None:
    rows = list_rows(facts, kind)
    assert rows
    for iri, row in rows.items():
        wanted = facts.below(iri)
        found = Counter(
            one.agency.name
            for one in facts.content.initiatives.values()
            if wanted.intersection(facts.links(one.iri, KINDS[kind]))
        )
        assert row.numbers == tuple(found[code] for code in facts.content.agencies), iri


def test_concept_lists_those_who_work_on_it(facts: Facts) -> None:
    for iri in facts.members(f"{BASE}theme"):
        page = build_concept(facts, iri, "en")
        listed = {code: len(several) for code, several in page.workers.items()}
        numbers = dict(zip(page.agencies, page.row.numbers, strict=True))
        assert listed == {code: number for code, number in numbers.items() if number}


@pytest.mark.parametrize(
    ("filters", "test"),
    [
        (Filters(agency="ISO"), lambda one: one.agency.name == "ISO"),
        (Filters(q="ISO-output-1.1"), lambda one: one.identifier == "ISO-output-1.1"),
        (
            Filters(place="group/asean"),
            lambda one: any(area.iri.endswith("/group/asean") for area in one.areas),
        ),
    ],
)
def test_list_of_initiatives_is_filtered(facts: Facts, filters: Filters, test: object) -> None:
    expected = [one for one in facts.analysis.undertakings.values() if test(one)]  # type: ignore[operator]
    assert expected
    assert list_initiatives(facts, filters) == expected


def test_list_of_initiatives_downloads_what_it_shows(ask: Ask) -> None:
    rows = read_rows(ask("/initiatives.csv", agency="OBOR", theme="standards-capacity").body)
    assert {row["agency"] for row in rows} == {"OBOR"}
    body = ask("/initiatives", agency="OBOR", theme="standards-capacity").body.decode()
    assert f"{len(rows)} of 165 pass" in body
    assert all(row["identifier"] in body for row in rows)


@pytest.mark.parametrize("name", ["agency", "theme", "place", "type"])
@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", "../../etc", "x" * 5000, "\x00", "group/"]
)
def test_list_of_initiatives_says_what_it_cannot_understand(
    ask: Ask, name: str, value: str
) -> None:
    page = ask("/initiatives", "en", **{name: value})
    assert page.status == 400
    assert b"<script>alert" not in page.body


def test_finding_of_a_pair_reads_as_its_reasons_do(ask: Ask, site: Site) -> None:
    findings = site.content.once(Findings)
    iri, pair = next(iter(findings.pairs.items()))
    told = ask(f"/{iri.removeprefix(BASE)}").body.decode()
    why = ask(site.content.path_of_pair(pair)).body.decode()
    assert re.findall("<h1>.*?</h1>", told) == re.findall("<h1>.*?</h1>", why)


def test_findings_are_those_of_the_graph(site: Site, dataset: Dataset) -> None:
    findings = site.content.once(Findings)
    kind, a = ox.NamedNode(DEVC.Finding), ox.NamedNode(TYPE)
    stated = {
        quad.subject.value  # type: ignore[union-attr]
        for quad in dataset.store.quads(predicate=a, object=kind)
    }
    assert {*findings.pairs, *findings.gaps} == stated


def test_gap_says_out_of_how_many(ask: Ask, facts: Facts) -> None:
    check = next(
        one for one in facts.analysis.gap_checks if one.name == "themes-without-undertaking"
    )
    gap = make_gap(facts.content, check, check.gaps[0])
    scope = [cell for cell in check.cells if cell.denominator == gap.cell.denominator]
    unserved = [cell for cell in scope if not cell.served]
    body = ask(f"/{gap.iri.removeprefix(BASE)}").body.decode()
    assert f"{len(unserved)} of {len(scope)} are left open" in body
    assert "/questions/themes-without-undertaking" in body


def test_passage_says_where_in_which_document(ask: Ask, facts: Facts) -> None:
    passage = get_undertaking(facts.analysis.undertakings, "ISO-output-1.1").evidence[0]
    body = ask(f"/passage/iso-2016-2020/{passage.locator}").body.decode()
    assert f"Characters {passage.start:,} to {passage.end:,} of" in body


def test_text_of_the_data_is_marked_with_its_language(ask: Ask, facts: Facts) -> None:
    one = get_undertaking(facts.analysis.undertakings, "ISO-output-1.1")
    body = ask(f"/{one.iri.removeprefix(BASE)}", "fr").body.decode()
    gist = facts.find_text(one.iri, DESCRIPTION, "fr")
    assert gist
    words = (
        gist.text if gist.language == "fr" else f'<span lang="{gist.language}">{gist.text}</span>'
    )
    assert f'<p class="lead">{words}</p>' in body
    title = facts.content.label(one.iri, "fr")
    assert title.language == "fr"
    assert str(Markup.escape(title.text)) in ask("/initiatives", "fr").body.decode()


def test_long_list_of_initiatives_on_a_theme_is_cut_and_leads_to_all(
    site: Site, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/theme/standards-capacity"
    whole, table = ask(path).body.decode(), ask(f"{path}.csv")
    monkeypatch.setattr(looked_up, "_MOST_LISTED", 1)
    page = site.render(Request(path, (), "en", ServerLinks(path, (), "en")))
    assert page is not None
    cut = page.body.decode()
    words = "All of its initiatives on this theme"
    assert (words in whole, words in cut) == (False, True)
    assert max(len(re.findall("<tr><th", part)) for part in cut.split("<h3>")[1:]) == 5 + 1
    again = site.render(Request(f"{path}.csv", (), "en", ServerLinks(f"{path}.csv", (), "en")))
    assert again == table


def test_answers_kept_from_the_search_for_gaps_are_those_of_all_that_is_published(
    dataset: Dataset,
) -> None:
    kept = dataset.analysis.gap_answers
    assert kept
    for name, answer in kept.items():
        asked = dataset.store.query(get_query(name).text)
        assert (answer.columns, answer.rows) == (asked.columns, asked.rows), name
