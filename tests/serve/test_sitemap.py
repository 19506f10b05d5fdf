"""The list of all pages has addresses that answer, and is split where the protocol wants it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from devcoop import names
from devcoop.pages.site import Site
from devcoop.pages.sitemap import render_sitemap

if TYPE_CHECKING:
    from tests.serve.conftest import Serving

    from devcoop.dataset import Dataset

PATHS = [f"/theme/t{number}" for number in range(7)]


def _read(body: bytes | None) -> tuple[str, list[str]]:
    assert body
    root = ET.fromstring(body)
    places = [one.text or "" for one in root.iter(f"{{{names.SITEMAP}}}loc")]
    return root.tag.removeprefix(f"{{{names.SITEMAP}}}"), places


def test_server_lists_all_its_pages(server: Serving, dataset: Dataset) -> None:
    answer = server.request("GET", "/sitemap.xml")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/xml")
    kind, places = _read(answer.body)
    assert kind == "urlset"
    assert len(places) == len(set(places)) == len(list(Site(dataset).paths()))
    for place in places[::97]:
        assert place.startswith(f"{server.url}/")
        assert server.request("GET", place.removeprefix(server.url)).status == 200, place


@pytest.mark.parametrize("path", ["/sitemap-1.xml", "/sitemap-0.xml", "/sitemap-x.xml"])
def test_there_is_no_other_file_where_one_is_enough(server: Serving, path: str) -> None:
    assert server.request("GET", path).status == 404


def test_many_pages_are_in_several_files() -> None:
    kind, files = _read(render_sitemap(PATHS, "http://a", most=3))
    assert (kind, files) == (
        "sitemapindex",
        [f"http://a/sitemap-{number}.xml" for number in (1, 2, 3)],
    )
    parts = [_read(render_sitemap(PATHS, "http://a", number, most=3)) for number in (1, 2, 3)]
    assert [len(places) for _, places in parts] == [3, 3, 1]
    listed = [place for _, places in parts for place in places]
    assert listed == [f"http://a{path}.html" for path in PATHS]
    assert render_sitemap(PATHS, "http://a", 4, most=3) is None


def test_files_are_no_longer_than_allowed() -> None:
    most = 1_200
    _, files = _read(render_sitemap(PATHS, "http://a", most_bytes=most))
    assert len(files) > 1
    for number in range(1, len(files) + 1):
        assert len(render_sitemap(PATHS, "http://a", number, most_bytes=most) or b"") <= most


def test_no_page_and_letters_of_xml_are_no_fault() -> None:
    assert _read(render_sitemap([], "http://a")) == ("urlset", [])
    _, [place] = _read(render_sitemap(["/iri/a&b<c"], "http://a"))
    assert re.fullmatch(r"http://a/iri/a(&|%26)b%3Cc(\.html)?", place)
