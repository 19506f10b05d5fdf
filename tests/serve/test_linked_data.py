"""Addresses that are looked up: pages, resources in every form, documents, files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from devcoop.load import load_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.serve.conftest import Serving

    Start = Callable[..., AbstractContextManager[Serving]]

THEME = "/theme/metrology"
FORMS = {
    "text/turtle": ".ttl",
    "application/ld+json": ".jsonld",
    "application/n-triples": ".nt",
    "application/rdf+xml": ".rdf",
    "text/html": ".html",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": ".html",
    "*/*": ".html",
    "application/rdf+xml;q=0.3, text/turtle;q=0.2": ".rdf",
}
PAGES = ["/", "/overlaps", "/gaps", "/agencies", "/plans", "/initiatives", "/themes", "/places"]
MORE_PAGES = ["/questions", "/about", "/search?q=metrology", "/sparql", "/theme/metrology.html"]
SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize(("accept", "suffix"), FORMS.items())
def test_a_resource_leads_to_the_form_that_was_asked_for(
    server: Serving, accept: str, suffix: str
) -> None:
    answer = server.get(THEME, accept=accept)
    assert (answer.status, answer.headers["location"]) == (303, THEME + suffix)
    assert answer.headers["vary"] == "accept"
    found = server.get(answer.headers["location"])
    assert found.status == 200
    assert b"metrology" in found.body.lower()


def test_parameters_and_escapes_are_kept_on_the_way(server: Serving) -> None:
    answer = server.get(f"{THEME}?lang=fr", accept="text/html")
    assert answer.headers["location"] == f"{THEME}.html?lang=fr"


@pytest.mark.parametrize("path", ["/theme/nothing", "/nothing", "/theme/nothing.ttl", "/x.html"])
def test_what_is_not_known_is_not_found(server: Serving, path: str) -> None:
    assert server.get(path).status == 404


def test_forms_that_do_not_exist_are_not_acceptable(server: Serving) -> None:
    assert server.get(THEME, accept="image/png").status == 406
    assert server.get("/.well-known/void", accept="image/png").status == 406


@pytest.mark.parametrize("path", ["/.well-known/void", "/ns", f"{THEME}.ttl"])
def test_documents_are_data(server: Serving, path: str) -> None:
    answer = server.get(path, accept="text/turtle")
    assert answer.status == 200
    triples = list(ox.parse(answer.body, format=ox.RdfFormat.TURTLE))
    assert len(triples) > 10
    again = server.get(path, accept="text/turtle", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_both_dumps_are_the_whole_dataset(server: Serving) -> None:
    counted = server.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", format="csv")
    for name, form in (("nq", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG)):
        answer = server.get(f"/data/devcoop.{name}")
        assert answer.status == 200
        assert int(answer.headers["content-length"]) == len(answer.body)
        quads = list(ox.parse(io.BytesIO(answer.body), format=form))
        named = [quad for quad in quads if quad.graph_name != ox.DefaultGraph()]
        assert len(named) == int(counted.text.split()[1])


def test_context_is_json(server: Serving) -> None:
    answer = server.get("/context.jsonld")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/ld+json")
    assert answer.text.startswith("{")


@pytest.mark.parametrize("path", PAGES + MORE_PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_come_in_the_reader_s_language(server: Serving, path: str, language: str) -> None:
    answer = server.get(path, accept="text/html", accept_language=f"{language}, *;q=0.1")
    assert (answer.status, answer.headers["content-language"]) == (200, language)
    assert f'<html lang="{language}"' in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    for name in ("x-content-type-options", "referrer-policy", "x-frame-options"):
        assert name in answer.headers
    tag = answer.headers["etag"]
    kept = server.get(path, accept="text/html", accept_language=language, if_none_match=tag)
    assert kept.status == 304
    other = "en" if language == "fr" else "fr"
    fresh = server.get(path, accept="text/html", accept_language=other, if_none_match=tag)
    assert fresh.status == 200


def test_a_pair_is_explained_by_a_worker(server: Serving) -> None:
    answer = server.get("/why/ISO-output-1.1/OBOR-IV.1.a", accept="text/html")
    assert answer.status == 200
    assert "Traceback" not in server.said()


def test_tables_download_as_csv(server: Serving) -> None:
    answer = server.get("/overlaps.csv?agency=ISO")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")


def test_static_files_come_from_the_package_only(server: Serving) -> None:
    icon = server.get("/static/icon.svg")
    assert (icon.status, icon.headers["content-type"]) == (
        200,
        "image/svg+xml; charset=utf-8",
    )
    assert server.get("/static/icon.svg", if_none_match=icon.headers["etag"]).status == 304
    for name in ("", "nothing", "../site.py", "..%2fsite.py", "icon.svg/"):
        assert server.get(f"/static/{name}").status == 404


def test_markup_in_a_label_stays_text(tmp_path: Path, start: Start) -> None:
    theme = "https://w3id.org/devcoop/theme/trick"
    label = f'<http://www.w3.org/2004/02/skos/core#prefLabel> "{SCRIPT}"@en'
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    concept = "<http://www.w3.org/2004/02/skos/core#Concept>"
    graph = "<https://w3id.org/devcoop/graph/schemes/theme>"
    path = tmp_path / "data.nq"
    path.write_text(
        f"<{theme}> {label} {graph} .\n<{theme}> {kind} {concept} {graph} .\n", encoding="utf-8"
    )
    load_files(tmp_path / "store", [path])
    with start(tmp_path, store=tmp_path / "store") as serving:
        for place in ("/theme/trick.html", "/themes", "/search?q=script", f"/search?q={SCRIPT}"):
            answer = serving.get(place, accept="text/html")
            assert answer.status in (200, 400, 404)
            assert SCRIPT.encode() not in answer.body
        page = serving.get("/theme/trick.html", accept="text/html")
        assert b"&lt;script&gt;" in page.body
        for form in ("xml", "rdfxml"):
            query = "SELECT ?l { ?s ?p ?l }" if form == "xml" else "DESCRIBE <" + theme + ">"
            answer = serving.query(query, format=form)
            assert SCRIPT.encode() not in answer.body
            assert "sandbox" in answer.headers["content-security-policy"]
