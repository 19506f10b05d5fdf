from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from lxml import html as markup

from devcoop import assets
from devcoop.model import LeftOut, Said
from devcoop.overlap.pairs import Pairs
from devcoop.report import render_html
from devcoop.report.anchors import anchor_check
from devcoop.report.html import render_page
from devcoop.report.page import Limits, build_page
from devcoop.report.summary import write_summary
from devcoop.words.codes import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.model import Pair
    from devcoop.pipeline import Analysis

LOADING = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "video": "src",
}
VOID = {"br", "col", "input", "link", "meta", "line", "rect"}
JARGON = re.compile(r"\b(node|triple|facet|RDF|SPARQL|undertaking|graph)s?\b", re.IGNORECASE)


class Reader(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    @staticmethod
    def words_of(source: str) -> list[str]:
        return re.findall(r"(?<=>)[^<>]+(?=<)", f">{source}<")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if values.get("id"):
            self.ids.append(values["id"] or "")
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script", "code"} & set(self.open):
            self.words.append(data)


@pytest.fixture(scope="module")
def reader(html: str) -> Reader:
    return Reader(html)


def test_page_closes_every_element(reader: Reader) -> None:
    assert reader.open == []


def test_page_loads_nothing(html: str, reader: Reader) -> None:
    loading = [
        (tag, values) for tag, values in reader.tags if tag in LOADING and LOADING[tag] in values
    ]
    assert loading == []
    assert not re.search(r"@import|url\((?!#)", html)


def test_page_stays_below_one_megabyte(html: str) -> None:
    assert len(html.encode()) < 1_000_000


def test_link_has_its_target(reader: Reader) -> None:
    inside = {link[1:] for link in reader.links if link.startswith("#")}
    assert inside - set(reader.ids) == set()


def test_link_leads_into_page_or_to_known_file_or_licence(reader: Reader) -> None:
    others = {link for link in reader.links if not link.startswith(("#", "data:text/csv"))}
    assert others <= {
        "overlaps.csv",
        "gaps.csv",
        "findings.ttl",
        "report.json",
        "https://creativecommons.org/licenses/by/4.0/",
    }


def test_id_is_unique(reader: Reader) -> None:
    assert sorted(reader.ids) == sorted(set(reader.ids))


def test_headings_skip_no_level(reader: Reader) -> None:
    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= level + 1 for level, later in itertools.pairwise(levels))


def test_drawing_has_title_and_description(html: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert drawings
    assert all("<title" in drawing and "<desc" in drawing for drawing in drawings)


def test_table_has_caption_and_scoped_headers(html: str, reader: Reader) -> None:
    tables = re.findall(r"<table.*?</table>", html, re.DOTALL)
    assert all("<caption" in table for table in tables)
    assert all("scope" in values for tag, values in reader.tags if tag == "th")


def test_page_has_landmarks_and_language(reader: Reader) -> None:
    tags = [tag for tag, _ in reader.tags]
    assert {"header", "nav", "main", "footer"} <= set(tags)
    assert dict(reader.tags)["html"] == {"lang": "en"}
    assert reader.links[0] == "#main"


def test_policy_allows_the_script_of_the_page(html: str) -> None:
    script = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert len(script) == 1
    assert f"script-src &#39;sha256-{digest}&#39;" in html or f"'sha256-{digest}'" in html


def test_page_uses_no_jargon_before_it_says_how_to_reproduce() -> None:
    sections = [path for path in assets.TEMPLATES.glob("*.j2") if path.name != "cite.html.j2"]
    assert sections
    for path in sections:
        source = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))
        assert JARGON.findall(" ".join(Reader.words_of(source))) == []


def test_gaps_call_undertakings_initiatives(html: str) -> None:
    gaps = html.split('<section id="gaps"')[1].split("</section>", maxsplit=1)[0]
    assert re.findall("undertaking", re.sub(r'(id|href)="[^"]*"', "", gaps)) == []


def test_every_list_of_gaps_says_whose_they_are_and_out_of_how_many(
    html: str, analysis: Analysis
) -> None:
    asked = {anchor_check(one.name): one for one in analysis.gap_checks if one.scope == "agency"}
    told = markup.fromstring(html).xpath("//article[@class='gap']")
    about = [(one, asked[one.get("id")]) for one in told if one.get("id") in asked]
    assert len(about) > len(asked) / 2
    for article, check in about:
        text = " ".join(article.text_content().split())
        names = {cell.denominator: cell.scope for cell in check.cells}
        for denominator, (gaps, of) in check.sizes.items():
            if gaps:
                assert f"{names[denominator]} {gaps:,} of {of:,}" in text, check.name
            elif not check.gaps:
                assert f"{names[denominator]} {of:,}" in text, check.name


def test_page_escapes_labels(analysis: Analysis) -> None:
    evil = '<script>alert("1")</script><img src=x onerror=alert(1)>'
    undertakings = {
        key: replace(one, label=evil, texts={key: Said(evil, one.evidence)})
        for key, one in analysis.undertakings.items()
    }
    labels = dict.fromkeys(analysis.labels, evil)
    plans = [replace(plan, title=evil) for plan in analysis.plans]
    changed = replace(analysis, undertakings=undertakings, labels=labels, plans=plans)
    page = render_html(changed)
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_page_is_the_same_twice(analysis: Analysis, html: str) -> None:
    assert render_html(analysis) == html


class NoPairs(Pairs):
    """What one agency alone has."""

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Pair]:
        return iter(())

    def count(self) -> Counter[tuple[str, str, str]]:
        return Counter()

    @property
    def found(self) -> tuple[Pair, ...]:
        return ()


def test_page_says_so_when_there_is_no_finding(analysis: Analysis) -> None:
    nothing = NoPairs(analysis.comparison, {})
    bare = replace(analysis, pairs=nothing, conversations=[], gap_checks=[], links=[])
    page = Reader(render_html(bare))
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside - set(page.ids) == set()
    assert "No two initiatives" in " ".join(page.words)


def test_link_has_its_target_when_not_all_is_listed(analysis: Analysis) -> None:
    page = Reader(render_page(build_page(analysis, Limits(findings=5, initiatives=10, gaps=30))))
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside - set(page.ids) == set()


def test_page_stays_small_when_there_are_many_findings(analysis: Analysis) -> None:
    many = replace(
        analysis,
        conversations=[replace(one, subject=f"{one.subject}-{n}")
                       for n in range(200) for one in analysis.conversations],
    )  # fmt: skip
    assert len(render_html(many).encode()) < 1_000_000


def test_page_and_summary_tell_what_could_not_be_compared(analysis: Analysis) -> None:
    iri = next(iter(analysis.undertakings))
    left_out = tuple(LeftOut(iri, reason, "<b>", f"{iri}/graph") for reason in LEFT_OUT)
    changed = replace(analysis, left_out=left_out)
    page = build_page(changed)
    text = " ".join(" ".join(Reader(render_page(page)).words).split())
    assert f"The plans hold {len(left_out)} statements" in text
    for words in LEFT_OUT.values():
        assert f"{analysis.labels[iri]} {words}" in text
    told = json.loads(write_summary(changed, page))["left_out"]
    assert [one["reason"] for one in told] == list(LEFT_OUT)
    assert "left_out" not in json.loads(write_summary(analysis, page))
