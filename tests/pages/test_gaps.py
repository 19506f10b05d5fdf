from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from tests.pages.conftest import make_request

from devcoop.export.findings import GAP_COLUMNS
from devcoop.pages.views import gaps

if TYPE_CHECKING:
    from tests.pages.conftest import Ask

    from devcoop.pages.content import Content
    from devcoop.pages.site import Site

FILTERS: list[dict[str, str]] = [
    {},
    {"type": "coordination-gap"},
    {"type": "coverage-gap"},
    {"type": "vagueness", "agency": "ISO"},
    {"agency": "UNIDO"},
    {"check": "themes-without-undertaking"},
    {"check": "themes-without-undertaking", "type": "vagueness"},
]


def select(content: Content, wanted: dict[str, str]) -> list[tuple[str, str, str]]:
    return [
        (check.type, check.name, cell.subject)
        for check in content.analysis.gap_checks
        for cell in check.findings
        if wanted.get("type", check.type) == check.type
        and wanted.get("check", check.name) == check.name
        and ("agency" not in wanted or content.agencies[wanted["agency"]] in cell.of)
    ]


def count_missing(content: Content, wanted: dict[str, str]) -> int:
    """Count what nobody serves, one by one, where a finding tells several at once."""
    named = {(kind, name) for kind, name, _ in select(content, wanted)}
    agency = content.agencies.get(wanted.get("agency", ""))
    return sum(
        (check.type, check.name) in named and agency in (None, *cell.of)
        for check in content.analysis.gap_checks
        for cell in check.gaps
    )


@pytest.mark.parametrize("wanted", FILTERS)
def test_gaps_are_those_of_the_checks(site: Site, ask: Ask, wanted: dict[str, str]) -> None:
    expected = select(site.content, wanted)
    rows = list(csv.DictReader(io.StringIO(ask("/gaps.csv", **wanted).body.decode(), newline="")))
    assert [(row["type"], row["query"], row["subject"]) for row in rows] == expected
    missing = count_missing(site.content, wanted)
    text = ask("/gaps", **wanted).body.decode()
    assert f"{missing} gaps of " in text
    lists = re.findall(r'<ul class="run">.*?</ul>', text, re.DOTALL)
    assert sum(one.count("<li>") for one in lists) == missing


def test_table_has_the_columns_of_the_report(ask: Ask) -> None:
    assert ask("/gaps.csv").body.decode().splitlines()[0] == ",".join(GAP_COLUMNS)


@pytest.mark.parametrize("name", ["type", "agency", "check"])
def test_a_value_without_sense_is_told(ask: Ask, name: str) -> None:
    params = {name: "<b>none</b>"}
    page = ask("/gaps", **params)
    assert page.status == 400
    assert b"&lt;b&gt;none&lt;/b&gt;" in page.body
    assert ask("/gaps.csv", **params).status == 400


def test_a_gap_between_two_initiatives_leads_to_why(ask: Ask) -> None:
    assert b'href="/why/ISO-' in ask("/gaps", type="coordination-gap").body


@pytest.mark.parametrize("language", ["en", "fr"])
def test_long_list_is_cut_counted_and_leads_to_all(
    site: Site, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    check = next(
        one for one in site.content.analysis.gap_checks if one.name == "plans-without-amount"
    )
    monkeypatch.setattr(gaps, "MOST", 1)
    page = site.render(make_request("/gaps", language, {"check": check.name}))
    assert page is not None
    shown = page.body.decode()
    cut = re.findall(r"(?:and|et) (\d+) (?:more|de plus)", shown)
    assert sum(map(int, cut)) == len(check.gaps) - gaps.MOST > 0
    assert f"/gaps.csv?check={check.name}" in shown
