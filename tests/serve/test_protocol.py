"""The SPARQL protocol: the W3C's own tests, and what they leave open."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from devcoop.cli import main
from devcoop.load import load_files
from devcoop.queries import get_query
from devcoop.serve.negotiation import choose, read_ranges
from devcoop.serve.protocol import GRAPH_TYPES, TABLE_TYPES, read_params

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.serve.conftest import Serving

    Start = Callable[..., AbstractContextManager[Serving]]

ROOT = Path(__file__).resolve().parents[2]
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-query"}
ONE = "SELECT (1 AS ?one) {}"
THEMES = "https://w3id.org/devcoop/graph/schemes/theme"
OFFERS = (*TABLE_TYPES, *GRAPH_TYPES)


@pytest.fixture(scope="module")
def suite(documents: Path) -> Path:
    folder = documents / "suites" / "rdf-tests" / "sparql" / "sparql11" / "protocol"
    if not folder.is_dir():
        pytest.skip("the W3C's tests are not here")
    return folder


@pytest.fixture(scope="module")
def outcomes(suite: Path, tmp_path_factory: pytest.TempPathFactory, start: Start) -> dict[str, str]:
    runner = runpy.run_path(str(ROOT / "benchmarks" / "protocol_suite.py"))
    folder = tmp_path_factory.mktemp("protocol")
    runner["write_data"](suite, folder / "data.nq")
    found = {}
    load_files(folder / "store", [folder / "data.nq"])
    with start(folder, store=folder / "store") as serving:
        for case in runner["load_cases"](suite):
            judge = runner["refuse_case" if case.is_update else "run_case"]
            outcome = judge(case, f"{serving.url}/sparql")
            found[case.name] = "" if outcome.passed else outcome.what
    return found


@pytest.mark.documents
def test_every_protocol_test_of_the_w3c_passes(outcomes: dict[str, str]) -> None:
    assert len(outcomes) == 34
    assert {name: what for name, what in outcomes.items() if what} == {}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/xml;q=0.5, text/csv;q=0.1", "application/xml"),
        ("text/*, application/json;q=0.9", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
    ],
)
def test_select_comes_as_asked_for(server: Serving, accept: str, media_type: str) -> None:
    answer = server.get(f"/sparql?{urlencode({'query': ONE})}", accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    assert "accept" in answer.headers["vary"]


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_graphs_come_as_asked_for(server: Serving, media_type: str) -> None:
    query = urlencode({"query": "CONSTRUCT { <urn:s> <urn:p> 1 } {}"})
    answer = server.get(f"/sparql?{query}", accept=media_type)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert b"urn:s" in answer.body


@pytest.mark.parametrize(
    ("query", "accept"),
    [(ONE, "image/png"), (ONE, "text/turtle"), ("CONSTRUCT {} {}", "text/csv"), (ONE, "*/*;q=0")],
)
def test_nothing_acceptable_is_406(server: Serving, query: str, accept: str) -> None:
    answer = server.get(f"/sparql?{urlencode({'query': query})}", accept=accept)
    assert answer.status == 406


def test_format_parameter_counts_more_than_the_header(server: Serving) -> None:
    answer = server.query(ONE, format="csv")
    assert answer.text == "one\r\n1\r\n"
    assert server.query(ONE, format="pdf").status == 400


def test_text_is_decoded_once(server: Serving) -> None:
    text = 'SELECT ("100%25 a+b é" AS ?x) {}'
    for answer in (
        server.query(text, format="csv"),
        server.request("POST", "/sparql?format=csv", urlencode({"query": text}).encode(), FORM),
        server.request("POST", "/sparql?format=csv", text.encode(), DIRECT),
    ):
        assert answer.text.splitlines()[1] == "100%25 a+b é"


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status"),
    [
        ("GET", "/sparql?query=%FF", None, "", 400),
        ("GET", "/sparql?query=ASK%20%7B", None, "", 400),
        ("GET", "/sparql?query=ASK{}&query=ASK{}", None, "", 400),
        ("GET", "/sparql?query=CLEAR%20ALL", None, "", 400),
        ("GET", "/sparql?update=CLEAR%20ALL", None, "", 400),
        ("GET", "/sparql?query=ASK{}&timeout=soon", None, "", 400),
        ("GET", "/sparql?query=ASK{}&default-graph-uri=a%20b", None, "", 400),
        ("GET", f"/sparql?{'&'.join(['a=b'] * 300)}", None, "", 400),
        ("POST", "/sparql", b"query=ASK%20{}", "", 415),
        ("POST", "/sparql", b"ASK {}", "text/plain", 415),
        ("POST", "/sparql", b"ASK {}", "application/sparql-query; charset=utf-16", 415),
        ("POST", "/sparql", b"\xff", "application/sparql-query", 400),
        ("POST", "/sparql", b"nothing=1", "application/x-www-form-urlencoded", 400),
        ("POST", "/sparql?query=ASK{}", b"ASK {}", "application/sparql-query", 400),
        ("POST", "/sparql", b"CLEAR ALL", "application/sparql-update", 403),
        ("POST", "/sparql", b"update=CLEAR+ALL", "application/x-www-form-urlencoded", 403),
        ("PUT", "/sparql", b"ASK {}", "application/sparql-query", 405),
        ("DELETE", "/sparql", None, "", 405),
        ("PATCH", "/themes", None, "", 405),
    ],
)
def test_what_is_wrong_is_refused(  # noqa: PLR0917  one name for each part of a request
    server: Serving, method: str, path: str, body: bytes | None, content_type: str, status: int
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = server.request(method, path, body, headers)
    assert answer.status == status
    problem = json.loads(answer.body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert ("allow" in answer.headers) == (status == 405)


def test_syntax_error_says_where(server: Serving) -> None:
    problem = json.loads(server.query("SELECT *\nWHERE { ?s ?p }").body)
    assert (problem["line"], problem["status"]) == (2, 400)
    assert problem["column"] > 1


@pytest.mark.parametrize(
    ("accept", "start"),
    [("application/json", "{"), ("text/html", "<!doctype"), ("text/plain", "400 ")],
)
def test_errors_come_as_asked_for(server: Serving, accept: str, start: str) -> None:
    answer = server.get("/sparql?query=ASK%20%7B%3Cb%3E", accept=f"{accept}, */*;q=0.1")
    assert answer.status == 400
    assert answer.text.startswith(start)
    assert "<b>" not in answer.text.removeprefix("{") or accept == "application/json"


def test_head_and_options(server: Serving) -> None:
    path = f"/sparql?{urlencode({'query': ONE})}"
    full, head = server.get(path), server.request("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == full.headers["content-length"]
    preflight = server.request("OPTIONS", "/sparql", headers={"origin": "http://example.org"})
    assert preflight.status == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert full.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in full.headers


@pytest.mark.parametrize("media_type", GRAPH_TYPES[:4])
def test_without_query_the_service_describes_itself(server: Serving, media_type: str) -> None:
    answer = server.get("/sparql", accept=media_type)
    assert answer.headers["content-type"].startswith(media_type)
    for word in ("UnionDefaultGraph", "defaultDataset", "SPARQL_Results_CSV", THEMES):
        assert word in answer.text


def test_default_graph_is_the_union_unless_the_request_says_otherwise(server: Serving) -> None:
    themes = "ASK { <https://w3id.org/devcoop/theme/metrology> ?p ?o }"
    named = "ASK { GRAPH ?g { <https://w3id.org/devcoop/theme/metrology> ?p ?o } }"
    nothing = {"default-graph-uri": "http://example.org/nothing"}

    def said(query: str, **params: str) -> bool:
        return bool(json.loads(server.query(query, **params).body)["boolean"])

    assert said(themes)
    assert said(themes, **{"default-graph-uri": THEMES})
    assert not said(named, **{"default-graph-uri": THEMES})
    assert said(named, **{"named-graph-uri": THEMES})
    assert not said(themes, **{"named-graph-uri": THEMES})
    assert not said(themes, **nothing)
    inside = themes.replace("ASK", f"ASK FROM <{THEMES}>")
    assert said(inside)
    assert not said(inside, **nothing), "the request counts more"


@pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\ufeff"])
def test_a_mark_of_the_byte_order_is_no_part_of_a_query(server: Serving, mark: str) -> None:
    text = f"{mark}PREFIX d: <urn:d> ASK {{}}"
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert server.query(text).status == 200
    assert server.request("POST", "/sparql", text.encode(), DIRECT).status == 200
    body = urlencode({"query": text}).encode()
    assert server.request("POST", "/sparql", body, form).status == 200


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/tab-separated-values"])
def test_a_long_value_below_the_limit_is_answered(server: Serving, accept: str) -> None:
    steps = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(20))
    text = f'SELECT ?v20 {{ BIND("{"x" * 17}" AS ?v0) {steps} }}'
    answer = server.request("POST", "/sparql", text.encode(), DIRECT | {"accept": accept})
    assert answer.status == 200
    assert len(answer.body) > 17 << 20
    text = text.replace("SELECT ?v20", "CONSTRUCT { <urn:a> <urn:b> ?v20 } WHERE")
    assert server.request("POST", "/sparql", text.encode(), DIRECT).status == 200


def test_answers_are_tagged_by_version_and_form(server: Serving) -> None:
    path = f"/sparql?{urlencode({'query': ONE})}"
    first = server.get(path, accept="text/csv")
    tag = first.headers["etag"]
    again = server.get(path, accept="text/csv", if_none_match=f'"other", {tag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert server.get(path, accept="application/json", if_none_match=tag).status == 200
    assert server.get(path, accept="text/csv").headers["etag"] == tag
    posted = server.request("POST", "/sparql", ONE.encode(), DIRECT)
    assert "etag" not in posted.headers
    anyhow = server.request("POST", "/sparql", ONE.encode(), DIRECT | {"if-none-match": "*"})
    assert (anyhow.status, anyhow.body) == (412, b"")
    now = server.query("SELECT (NOW() AS ?now) {}")
    assert (now.headers["cache-control"], "etag" in now.headers) == ("no-store", False)


def test_less_time_may_be_asked_for_never_more(strict_server: Serving) -> None:
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    for timeout in ("0.3", "1000"):
        problem = json.loads(strict_server.query(cross, timeout=timeout).body)
        seconds = "0.3" if timeout == "0.3" else "2"
        assert f"within {seconds} seconds" in problem["detail"]


@pytest.mark.parametrize(("limit", "status"), [(999, 200), (1000, 200), (1001, 422), (5000, 422)])
@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_more_rows_than_allowed_are_refused_not_cut(
    strict_server: Serving, limit: int, status: int, form: str
) -> None:
    query = f"SELECT ?o ?nothing {{ ?s ?p ?o }} LIMIT {limit}"
    assert strict_server.query(query, format=form).status == status
    graph = f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER isIRI(?s) }} LIMIT {limit}"
    assert strict_server.query(graph, format="ntriples").status in (status, 200)


weights = st.sampled_from(["", ";q=0", ";q=0.0", ";q=0.3", ";q=1", ";q=1.0", "; q=0.5", ";q=x"])
ranges = st.sampled_from([*OFFERS, "*/*", "text/*", "application/*", "image/png", "text/html"])
accepts = st.lists(st.tuples(ranges, weights).map("".join), min_size=1, max_size=6)


@given(accepts, st.sampled_from([TABLE_TYPES, GRAPH_TYPES, OFFERS]))
def test_only_what_is_acceptable_is_chosen(accept: list[str], offers: tuple[str, ...]) -> None:
    weight = read_ranges(", ".join(accept))

    def weigh(offer: str) -> float:
        wide = [offer, f"{offer.partition('/')[0]}/*", "*/*"]
        return next((weight[one] for one in wide if one in weight), 0.0)

    chosen = choose(", ".join(accept), offers)
    if chosen is None:
        assert max(map(weigh, offers)) == 0
    else:
        assert weigh(chosen) == max(map(weigh, offers)) > 0


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=20))
def test_parameters_are_read_as_forms_write_them(params: list[tuple[str, str]]) -> None:
    fits = [(name, value) for name, value in params if _is_utf8(name + value)]
    assert read_params(urlencode(fits).encode()) == fits


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("name", ["overlap-table", "gap-table", "gap-subject-table"])
def test_server_and_command_answer_from_the_same_graph(server: Serving, name: str) -> None:
    asked = CliRunner().invoke(main, ["query", name, "-f", "json"])
    rows = json.loads(asked.stdout)
    served = json.loads(server.query(get_query(name).text).text)["results"]["bindings"]
    assert [{key: cell["value"] for key, cell in row.items()} for row in served] == [
        {key: value for key, value in row.items() if value != ""} for row in rows
    ]
