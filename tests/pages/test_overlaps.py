from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.names import BASE
from devcoop.overlap.conversations import is_finding

if TYPE_CHECKING:
    from datetime import date

    from tests.pages.conftest import Ask

    from devcoop.model import Pair, Undertaking
    from devcoop.pages.site import Site
    from devcoop.pipeline import Analysis

AGENCIES = ("ISO", "OBOR", "UNIDO")
THEMES = (
    "standardization",
    "standards-capacity",
    "quality-infrastructure",
    "agrifood",
    "metrology",
)
PLANS = ("iso-2016-2020", "obor-2015-2017", "unido-mic-2020")
PLACES = ("KHM", "KAZ", "FRA", "group/asean", "central-asia", "group/mic", "group/ldc")
TYPES = ("overlap", "continuity", "complementarity", "fragmentation", "none", "any", "dismissed")
FILTERS: st.SearchStrategy[dict[str, Any]] = (
    st.fixed_dictionaries(
        {},
        optional={
            "agency": st.sampled_from(AGENCIES),
            "with": st.sampled_from(AGENCIES),
            "plan": st.lists(st.sampled_from(PLANS), max_size=2).map(tuple),
            "theme": st.sampled_from(THEMES),
            "place": st.sampled_from(PLACES),
            "from": st.integers(2013, 2024),
            "until": st.integers(2013, 2024),
            "type": st.sampled_from(TYPES),
            "min": st.floats(0, 1).map(lambda number: round(number, 2)),
            "sort": st.sampled_from(("score", "type", "subject", "left", "right", "time")),
        },
    )
    .map(dict[str, Any])
    .filter(lambda one: "agency" not in one or one["agency"] != one.get("with"))
    .filter(lambda one: one.get("from", 0) <= one.get("until", 9999))
)


class Judge:
    """Says which pairs pass, straight from the tables of the comparison."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        comparison = analysis.comparison
        self.broader = {
            (row["concept"], row["other"])
            for row in comparison.table("concept")
            if row["facet"] == "theme" and row["relation"] == "broader"
        }
        self.reach = {(row["undertaking"], row["country"]) for row in comparison.table("reach")}
        self.members = {(row["area"], row["country"]) for row in comparison.table("area_country")}

    def count(self, wanted: dict[str, Any]) -> int:
        return sum(self.passes(pair, wanted) for pair in self.analysis.pairs)

    def passes(self, pair: Pair, wanted: dict[str, Any]) -> bool:
        sides = [self.analysis.undertakings[key] for key in (pair.left, pair.right)]
        named = {wanted[name] for name in ("agency", "with") if name in wanted}
        kind = wanted.get("type")
        return (
            named <= {side.agency.name for side in sides}
            and (is_finding(pair) if kind is None else kind in ("any", pair.type))
            and self.is_of_plan(sides, wanted)
            and pair.score >= wanted.get("min", 0)
            and ("theme" not in wanted or all(self.is_about(side, wanted) for side in sides))
            and ("place" not in wanted or all(self.reaches(side, wanted) for side in sides))
            and all(self.runs(side, wanted) for side in sides)
        )

    @staticmethod
    def is_of_plan(sides: list[Undertaking], wanted: dict[str, Any]) -> bool:
        plans = {f"{BASE}plan/{slug}" for slug in wanted.get("plan", ())}
        return not plans or any(side.plan in plans for side in sides)

    def is_about(self, side: Undertaking, wanted: dict[str, Any]) -> bool:
        theme = f"{BASE}theme/{wanted['theme']}"
        return any(self.is_below(one.iri, theme) for one in side.facets.get("theme", ()))

    def is_below(self, concept: str, theme: str) -> bool:
        above = [other for one, other in self.broader if one == concept]
        return concept == theme or any(self.is_below(one, theme) for one in above)

    def reaches(self, side: Undertaking, wanted: dict[str, Any]) -> bool:
        value = wanted["place"]
        place = f"{BASE}{value}" if "/" in value else f"{BASE}place/{value}"
        countries = {country for area, country in self.members if area == place} | {place}
        named = {area.iri for area in side.areas}
        return bool(countries & named) or any((side.iri, one) in self.reach for one in countries)

    @staticmethod
    def runs(side: Undertaking, wanted: dict[str, Any]) -> bool:
        if not {"from", "until"} & wanted.keys():
            return True
        start, end = side.period.start or side.period.end, side.period.end
        years = range(wanted.get("from", 1000), wanted.get("until", 3000) + 1)
        return start is not None and any(_covers(start, end, year) for year in years)


def _covers(start: date, end: date | None, year: int) -> bool:
    return start.year <= year and (end is None or end.year >= year)


@pytest.fixture(scope="module")
def judge(site: Site) -> Judge:
    return Judge(site.content.analysis)


class Links(HTMLParser):
    """Collects the pairs that a table leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        path = unquote((dict(attrs).get("href") or "").partition("?")[0])
        if tag == "a" and path.startswith("/why/"):
            left, right = path.removeprefix("/why/").split("/")
            self.pairs.append((left, right))


def read_rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


@pytest.mark.parametrize("most", [15, pytest.param(60, marks=pytest.mark.gate)])
def test_filters_pass_what_the_tables_say(ask: Ask, judge: Judge, most: int) -> None:
    @settings(max_examples=most, deadline=None)
    @given(wanted=FILTERS)
    def check(wanted: dict[str, Any]) -> None:
        rows = read_rows(ask("/overlaps.csv", **wanted).body)
        assert len(rows) == judge.count(wanted)

    check()


@pytest.mark.parametrize("most", [8, pytest.param(25, marks=pytest.mark.gate)])
def test_table_and_csv_have_the_same_rows(ask: Ask, most: int) -> None:
    @settings(max_examples=most, deadline=None)
    @given(wanted=FILTERS.filter(lambda one: one.get("type") not in ("none", "any")))
    def check(wanted: dict[str, Any]) -> None:
        found = read_rows(ask("/overlaps.csv", **wanted).body)
        rows = [(row["left"], row["right"]) for row in found]
        pages = max(1, -(-len(rows) // 50))
        shown = []
        for page in range(1, pages + 1):
            text = ask("/overlaps", page=page, **wanted).body.decode()
            shown += Links(text).pairs
        assert shown == rows

    check()


def test_plans_are_chosen_by_form_and_address(ask: Ask) -> None:
    page = ask("/overlaps", plan=("iso-2016-2020", "unido-mic-2020")).body.decode()
    boxes = dict(
        re.findall(r'<input type="checkbox" name="plan" value="([^"]+)"( checked)?>', page)
    )
    assert boxes == {PLANS[0]: " checked", PLANS[1]: "", PLANS[2]: " checked"}
    # What else is clicked on keeps the plans.
    sorts = [one for one in re.findall(r'href="/overlaps\?([^"]+)"', page) if "sort=type" in one]
    assert len(sorts) == 1
    assert "plan=iso-2016-2020&amp;plan=unido-mic-2020&amp;" in sorts[0]


def test_plan_that_is_not_here_is_told(ask: Ask) -> None:
    answer = ask("/overlaps", plan=("iso-2016-2020", "nowhere"))
    assert answer.status == 400
    assert "“nowhere” is no plan that is compared here." in answer.body.decode()


def test_theme_is_asked_for_by_slug_compact_iri_and_iri(ask: Ask) -> None:
    ways = (
        "standards-skills",
        "th:standards-skills",
        "https://w3id.org/devcoop/theme/standards-skills",
    )
    one, *others = (read_rows(ask("/overlaps.csv", theme=way).body) for way in ways)
    assert one
    assert others == [one, one]


def test_matrix_counts_what_its_links_lead_to(ask: Ask) -> None:
    text = ask("/overlaps").body.decode()
    cells = re.findall(r'<a href="/overlaps\?([^"]+)" aria-label="[^"]*">(\d+)</a>', text)
    assert len(cells) > 12
    for query, number in cells:
        params: dict[str, Any] = dict(
            one.split("=") for one in query.replace("&amp;", "&").split("&") if "lang" not in one
        )
        params = {name: unquote(value) for name, value in params.items()}
        assert len(read_rows(ask("/overlaps.csv", **params).body)) == int(number), query


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agency", "NATO"),
        ("with", "<script>alert(1)</script>"),
        ("theme", "../../etc/passwd"),
        ("theme", "place/KHM"),
        ("place", "Atlantis"),
        ("from", "20x"),
        ("from", "٢٠١٦٧"),
        ("until", "-2016"),
        ("until", "1e3"),
        ("type", "duplicate"),
        ("min", "nan"),
        ("min", "2"),
        ("min", "inf"),
        ("page", "0"),
        ("page", "99999999999999999999"),
        ("page", "-1"),
        ("agency", "\x00\ud800"),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_value_without_sense_is_told_and_left_out(
    ask: Ask, name: str, value: str, language: str
) -> None:
    params: dict[str, Any] = {name: value}
    page = ask("/overlaps", language, **params)
    assert page.status == 400
    text = page.body.decode()
    assert 'class="problems"' in text
    assert "<script>alert" not in text
    if name != "page":
        assert ask("/overlaps.csv", language, **params).status == 400


def test_an_agency_is_not_compared_with_itself(ask: Ask) -> None:
    page = ask("/overlaps", **{"agency": "iso", "with": "ISO"})
    assert page.status == 400
    assert b"An agency is not compared with itself." in page.body


def test_years_that_end_before_they_begin_are_told(ask: Ask) -> None:
    assert ask("/overlaps", **{"from": 2020, "until": 2016}).status == 400


def test_place_tells_how_many_pairs_are_open(ask: Ask, judge: Judge) -> None:
    text = ask("/overlaps", place="KHM").body.decode()
    unknown = sum(
        is_finding(pair)
        and pair.place_relation in ("unknown", "global")
        and not judge.passes(pair, {"place": "KHM"})
        for pair in judge.analysis.pairs
    )
    assert f"For {unknown} more it is not known" in text


def test_formulas_in_a_table_are_defused(site: Site, ask: Ask) -> None:
    for path in ("/overlaps.csv", "/gaps.csv"):
        for row in csv.reader(io.StringIO(ask(path).body.decode(), newline="")):
            assert not any(cell[:1] in ("=", "+", "@", "\t", "\r") for cell in row)
