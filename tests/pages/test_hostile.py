"""Labels that are markup must stay text, on every page."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from devcoop.dataset import build_dataset
from devcoop.graph import build_graph
from devcoop.pages.links import BundleLinks, ServerLinks
from devcoop.pages.request import Request
from devcoop.pages.site import Site
from devcoop.store import Store
from devcoop.words.language import LANGUAGES

HOSTILE = "\"'><script src=//evil.example/x.js></script><img src=x onerror=alert(1)>{{ 7*7 }}%(x)s"
TEXTS = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/title",
    "http://purl.org/dc/terms/description",
    "http://www.w3.org/2004/02/skos/core#definition",
    "http://www.w3.org/2004/02/skos/core#altLabel",
)


def spoil(graph: Store) -> Store:
    """Put markup at the end of every label, title and description."""
    spoiled = Store()
    spoiled.adopt(graph.sources, map(_spoil, graph))
    return spoiled


def _spoil(quad: ox.Quad) -> ox.Quad:
    text = quad.object
    if quad.predicate.value in TEXTS and isinstance(text, ox.Literal) and text.language:
        text = ox.Literal(text.value + HOSTILE, language=text.language)
    return ox.Quad(quad.subject, quad.predicate, text, quad.graph_name)


@pytest.fixture(scope="module")
def spoiled() -> Site:
    return Site(build_dataset(spoil(build_graph())))


@pytest.mark.parametrize("most", [25, pytest.param(250, marks=pytest.mark.gate)])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_static", [False, True])
def test_markup_in_labels_stays_text(
    spoiled: Site, language: str, is_static: bool, most: int
) -> None:
    paths = list(spoiled.paths())
    met = 0
    for path in paths[:: max(1, len(paths) // most)]:
        links = BundleLinks(path, language) if is_static else ServerLinks(path, (), language)
        page = spoiled.render(Request(path, (), language, links))
        assert page is not None
        text = page.body.decode()
        assert "<img" not in text, path
        assert "<script src=//" not in text, path
        assert "49%(x)s" not in text, path
        met += "evil.example" in text
    assert met > most * 0.4


def test_markup_in_labels_stays_text_in_answers_to_a_search(spoiled: Site) -> None:
    request = Request("/search", (("q", "metrology"),), "en", ServerLinks("/search"))
    page = spoiled.render(request)
    assert page is not None
    assert b"&lt;script" in page.body
    assert b"<script" not in page.body
