"""Questions as forms, their answers, and the editor."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.names import shorten
from devcoop.pages.links import ServerLinks
from devcoop.pages.request import Request
from devcoop.pages.views.facts import facts_of
from devcoop.pages.views.forms import read_controls, read_default
from devcoop.pages.views.questions import MOST_ROWS, TOPICS, build_question
from devcoop.queries import load_library
from devcoop.store.terms import as_text
from devcoop.terminal import defuse

if TYPE_CHECKING:
    from devcoop.dataset import Dataset
    from devcoop.pages.site import Site
    from devcoop.pages.views.facts import Facts
    from devcoop.queries import Query

    from .conftest import Ask

LIBRARY = load_library()
ASKED = [query for query in LIBRARY.values() if query.topic in TOPICS]
PUBLISHED = ("catalog", "export")
UNORDERED = {"stated-coordination"}
"""Queries without an order of their own."""
HOSTILE = [
    "<script>alert(1)</script>",
    '" onfocus="alert(1)',
    "} UNION { ?s ?p ?o",
    "plan:x> } #",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "th:metrology }",
    "\x00",
    "x" * 10_000,
]


def _name(query: Query) -> str:
    return query.name


@pytest.fixture(scope="session")
def facts(site: Site) -> Facts:
    return facts_of(site.content)


def read_command(body: str) -> list[str]:
    found = re.search(r"<pre[^>]*><code>(devcoop query .*?)</code>", body)
    assert found
    return shlex.split(html.unescape(found[1]))


@pytest.mark.parametrize("query", LIBRARY.values(), ids=_name)
def test_form_has_a_labelled_control_for_each_parameter(query: Query, ask: Ask) -> None:
    body = ask(f"/questions/{query.name}").body.decode()
    for name in query.params:
        assert f'<label for="p-{name}">' in body
        assert re.search(rf'<(select|input) id="p-{name}" name="{name}"', body)


@pytest.mark.parametrize("query", LIBRARY.values(), ids=_name)
def test_default_of_a_parameter_is_among_its_choices(query: Query, facts: Facts) -> None:
    request = Request(f"/questions/{query.name}", (), "en", ServerLinks("/"))
    for control in read_controls(facts, query, request):
        assert (control.value, control.error) == (control.default, "")
        assert bool(read_default(query, control.name)) == bool(control.value)
        assert control.is_optional == query.can_be_unset(control.name)
        assert control.value or control.is_optional
        if control.kind == "iri":
            assert control.choices, control.name
            assert control.value in ("", *map(shorten, control.choices))


@pytest.mark.series(one_in=7)
@pytest.mark.parametrize("query", ASKED, ids=_name)
def test_answer_downloads_the_rows_of_the_query(query: Query, ask: Ask, dataset: Dataset) -> None:
    answer = dataset.analysis.graph.query(query.text)
    page = ask(f"/questions/{query.name}.csv")
    result = CliRunner().invoke(main, ["query", query.name, "-f", "csv"])
    assert (page.status, page.body.decode()) == (200, result.stdout)
    assert page.body.count(b"\n") >= len(answer.rows)


@pytest.mark.parametrize("query", LIBRARY.values(), ids=_name)
def test_every_download_has_the_rows_of_the_page(query: Query, ask: Ask, dataset: Dataset) -> None:
    page, files = ask(f"/questions/{query.name}"), {}
    for form in ("csv", "tsv", "json"):
        link = f"/questions/{query.name}.{form}"
        assert f'href="{link}"' in page.body.decode()
        files[form] = ask(link)
        assert files[form].status == 200
    tables = {
        "csv": list(csv.reader(io.StringIO(files["csv"].body.decode(), newline=""))),
        "tsv": list(csv.reader(io.StringIO(files["tsv"].body.decode(), newline=""), "excel-tab")),
    }
    assert tables["csv"] == tables["tsv"]
    records = json.loads(files["json"].body)
    rows = [[defuse(cell) for cell in one.values()] for one in records]
    assert rows == tables["csv"][1:]
    graph = dataset.store if query.topic in PUBLISHED else dataset.analysis.graph
    assert records == graph.query(query.text).records()


@pytest.mark.parametrize(
    "query", [one for one in LIBRARY.values() if one.topic not in PUBLISHED], ids=_name
)
def test_question_has_the_same_answer_over_all_that_is_published(
    query: Query, dataset: Dataset
) -> None:
    published = dataset.store.query(query.text)
    plans = dataset.analysis.graph.query(query.text)
    assert published.columns == plans.columns
    if query.name in UNORDERED:
        assert sorted(map(str, published.rows)) == sorted(map(str, plans.rows))
    else:
        assert published.rows == plans.rows


@pytest.mark.parametrize("name", ["gap-table", "overlap-table", "dataset-size"])
def test_table_of_what_is_published_is_not_empty_and_names_its_command(name: str, ask: Ask) -> None:
    body = ask(f"/questions/{name}").body.decode()
    assert 'class="wide answer"' in body
    assert read_command(body) == ["devcoop", "query", name]


@pytest.mark.parametrize(
    ("name", "param"),
    [
        (query.name, param)
        for query in LIBRARY.values()
        for param in query.params
        if query.can_be_unset(param)
    ],
)
def test_parameter_that_can_be_unset_is_left_open(
    name: str, param: str, ask: Ask, facts: Facts
) -> None:
    query = LIBRARY[name]
    text = query.bind({param: ""})
    assert f"VALUES ?{param} {{ UNDEF }}" in text
    page = ask(f"/questions/{name}", "en", **{param: ""})
    assert page.status == 200
    rows = facts.analysis.graph.query(text).records()
    assert json.loads(ask(f"/questions/{name}.json", "en", **{param: ""}).body) == rows
    if read_default(query, param):
        body = page.body.decode()
        assert f'href="/questions/{name}.json?{param}="' in body
        assert f'href="/questions/{name}?{param}=&amp;lang=en"' in body
        assert read_command(body) == ["devcoop", "query", name, "-p", f"{param}="]
        default = facts.analysis.graph.query(query.text).records()
        assert len(rows) > len(default)
        assert all(one in rows for one in default)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("results-chain", {"plan": ""}),
        ("concept-search", {"text": 'it\'s "quality" & $HOME; `ls`'}),
        ("concept-search", {"text": "quality"}),
        ("theme-by-agency", {"theme": "https://w3id.org/devcoop/theme/standards-capacity"}),
        ("group-members-at-date", {"group": "gr:ldc", "date": "2018-01-01"}),
        ("results-chain", {"plan": "plan:unido-mic-2020"}),
        ("coordination-mechanisms", {"type": "https://w3id.org/devcoop/mechanism-type/dialogue"}),
    ],
)
def test_command_on_the_page_gives_the_rows_of_the_page(
    name: str, params: dict[str, str], ask: Ask
) -> None:
    command = read_command(ask(f"/questions/{name}", "en", **params).body.decode())
    assert command[:3] == ["devcoop", "query", name]
    result = CliRunner().invoke(main, [*command[1:], "-f", "csv"])
    assert result.exit_code == 0
    assert ask(f"/questions/{name}.csv", "en", **params).body.decode() == result.stdout


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    ("name", "param"),
    [
        ("theme-by-agency", "theme"),
        ("group-members-at-date", "date"),
        ("results-chain", "plan"),
        ("passages-of-concept", "concept"),
        ("score-of-pair", "unknown"),
    ],
)
def test_bad_value_is_said_beside_its_control(name: str, param: str, value: str, ask: Ask) -> None:
    page = ask(f"/questions/{name}", "en", **{param: value})
    body = page.body.decode()
    assert page.status == 400
    assert f'id="p-{param}-error"' in body
    assert html.escape(value[:100], quote=False).replace('"', "&#34;") in body or not value.strip(
        "\x00"
    )
    assert "<script>alert" not in body
    assert '" onfocus="' not in body
    assert ask(f"/questions/{name}.csv", "en", **{param: value}).status == 400


@pytest.mark.parametrize("value", HOSTILE)
def test_any_text_is_a_word_to_look_for(value: str, ask: Ask) -> None:
    page = ask("/questions/concept-search", "en", text=value)
    assert page.status == 200
    assert b"<script>alert" not in page.body


def test_a_parameter_that_the_question_does_not_have_is_left_alone(ask: Ask) -> None:
    plain, more = (ask("/questions/plan-periods", "en", **params) for params in ({}, {"x": "y"}))
    assert (more.status, more.body.count(b"<tr>")) == (200, plain.body.count(b"<tr>"))


def test_long_answer_is_cut_and_says_so(ask: Ask, facts: Facts) -> None:
    rows = {name: len(facts.analysis.graph.query(one.text).rows) for name, one in LIBRARY.items()}
    name = next(name for name, number in rows.items() if number > MOST_ROWS)
    body = ask(f"/questions/{name}").body.decode()
    assert f"The first {MOST_ROWS} of {rows[name]:,} rows" in body
    assert body.partition('class="wide answer"')[2].count("<tr>") == MOST_ROWS + 1


def test_answer_shows_each_row_and_no_column_twice(facts: Facts) -> None:
    query = LIBRARY["theme-by-agency"]
    params = (("theme", "th:standards-capacity"),)
    request = Request("/questions/theme-by-agency", params, "en", ServerLinks("/"))
    page = build_question(facts, query, request)
    assert page.answer
    names = [column.name for column in page.answer.columns]
    assert names == ["notation", "theme", "agency", "undertakings"]
    found = facts.analysis.graph.query(query.bind(dict(params)))
    numbers = [as_text(row[-1]) for row in found.rows]
    assert [row[-1].text.text for row in page.answer.rows] == numbers
    assert [f"{bar.number:g}" for bar in page.answer.bars] == numbers


def test_library_is_listed_whole(ask: Ask) -> None:
    body = ask("/questions").body.decode()
    assert [name for name in LIBRARY if f'href="/questions/{name}?lang=en"' not in body] == []


def test_editor_asks_and_leads_to_our_pages(ask: Ask) -> None:
    text = "SELECT ?x WHERE { VALUES ?x { <https://w3id.org/devcoop/theme/metrology> } }"
    page = ask("/sparql", "en", query=text, edit="1")
    assert page.status == 200
    assert 'href="/theme/metrology.html?lang=en">Metrology' in page.body.decode()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
        "DROP ALL",
        "SELECT",
        "</textarea><script>alert(1)</script>",
        "SELECT * { ?s ?p " + "?o" * 60_000 + " }",
    ],
)
def test_editor_refuses_what_reaches_outside_or_is_no_query(ask: Ask, text: str) -> None:
    page = ask("/sparql", "en", query=text, edit="1")
    assert page.status == 400
    assert b'id="query-error"' in page.body
    assert b"<script>alert" not in page.body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { ?s ?p ?o }", "true"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 2", "2 rows"),
        ("SELECT ?a WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "The first 500 rows"),
    ],
)
def test_editor_answers_every_form_and_takes_no_more_than_it_shows(
    ask: Ask, text: str, expected: str
) -> None:
    assert expected in ask("/sparql", "en", query=text, edit="1").body.decode()
