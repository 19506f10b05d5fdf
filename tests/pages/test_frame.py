from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from tests.pages.conftest import choose_paths

from devcoop.names import BASE
from devcoop.pages.links import STATIC, VIEWS, BundleLinks, ServerLinks, name_file
from devcoop.pages.request import Request
from devcoop.pages.site import Site
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from devcoop.dataset import Dataset

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "rect", "line", "use"}
OUTSIDE = {
    "https://creativecommons.org/licenses/by/4.0/",
    "https://www.apache.org/licenses/LICENSE-2.0",
}
"""Addresses of other hosts that a reader may follow; nothing is ever loaded from them."""
DATA = (".ttl", ".jsonld", ".nt", ".rdf")
TABLES = (".csv", ".tsv", ".json")
SERVED = ("/data/", "/.well-known/void", "/sparql", "/context.jsonld", "/ns")
"""Paths that the server answers without the pages."""


@dataclass
class Outline(HTMLParser):
    """What is wrong with a page, and what it refers to."""

    problems: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    refers: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _captioned: list[bool] = field(default_factory=list)
    _labelled: set[str] = field(default_factory=set)
    _controls: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if len(values) != len(attrs):
            self.problems.append(f"an attribute twice: {tag} {attrs}")
        self._check_inline(tag, values)
        self._check_parts(tag, values)
        self._collect(tag, values)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")
        if tag == "table" and not self._captioned.pop():
            self.problems.append("a table without caption")

    def _check_inline(self, tag: str, values: dict[str, str]) -> None:
        if tag == "style" or "style" in values or (tag == "script" and "src" not in values):
            self.problems.append(f"inline style or script: {tag} {values}")
        if any(name.startswith("on") for name in values):
            self.problems.append(f"inline handler: {tag} {values}")

    def _check_parts(self, tag: str, values: dict[str, str]) -> None:
        if tag == "th" and "scope" not in values:
            self.problems.append("th without scope")
        if tag == "nav" and "aria-label" not in values:
            self.problems.append("nav without name")
        if tag == "img" and "alt" not in values:
            self.problems.append("img without alt")
        if "scroll" in values.get("class", "").split() and not (
            values.get("tabindex") == "0" and values.get("role") and values.get("aria-label")
        ):
            self.problems.append(f"a scroll area that no keyboard reaches: {values}")
        if tag == "table":
            self._captioned.append(False)
        if tag == "caption":
            self._captioned[-1] = True

    def _collect(self, tag: str, values: dict[str, str]) -> None:
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("for", "aria-labelledby", "aria-describedby", "headers"):
            self.refers += values.get(name, "").split()
        self.links += [values[name] for name in ("href", "src", "action") if name in values]
        if tag[0] == "h" and tag[1:].isdecimal():
            self.headings.append(int(tag[1:]))
        if "lang" in values:
            self.languages.append(values["lang"])
        if tag == "label" and "for" in values:
            self._labelled.add(values["for"])
        if tag in ("input", "select", "textarea") and values.get("type") != "hidden":
            named = "aria-label" in values or "aria-labelledby" in values or "label" in self._open
            self._controls.append((values.get("id", ""), named))

    def finish(self) -> list[str]:
        problems = list(self.problems)
        problems += [f"never closed: {tag}" for tag in self._open]
        counts = Counter(self.ids)
        problems += [f"id twice: {one}" for one, number in counts.items() if number > 1]
        problems += [f"no such id: {one}" for one in self.refers if one not in counts]
        problems += [
            f"a field without label: {name}"
            for name, named in self._controls
            if not named and name not in self._labelled
        ]
        if self.headings.count(1) != 1 or self.headings[:1] != [1]:
            problems.append(f"headings do not begin with one h1: {self.headings[:5]}")
        steps = zip(self.headings, self.headings[1:], strict=False)
        problems += [f"h{one} is followed by h{other}" for one, other in steps if other > one + 1]
        return problems


def read_outline(text: str) -> Outline:
    outline = Outline()
    outline.feed(text.partition("\n")[2])
    outline.close()
    return outline


@dataclass
class Known:
    """Tells whether an address of a server leads anywhere."""

    site: Site
    found: dict[str, bool] = field(default_factory=dict)

    def __contains__(self, link: str) -> bool:
        parts = urlsplit(link)
        path = unquote(parts.path)
        if parts.scheme or parts.netloc:
            return link in OUTSIDE
        if path not in self.found:
            self.found[path] = self._knows(path)
        return self.found[path]

    def _knows(self, path: str) -> bool:
        if path.startswith("/static/"):
            return (STATIC / path.removeprefix("/static/")).is_file()
        if path.startswith(SERVED):
            return True
        if path.endswith(TABLES):
            request = Request(path, (), "en", ServerLinks(path))
            return self.site.render(request) is not None
        if path.endswith(DATA):
            iri = BASE + path[1:].rpartition(".")[0]
            return self.site.content.knows(iri)
        is_view = path.split("/")[1] in VIEWS
        return self.site.knows(path) if is_view else self.site.knows(path.removesuffix(".html"))


@pytest.fixture(scope="module")
def known(site: Site) -> Known:
    return Known(site)


GATE = pytest.mark.gate
MOST = [("en", 9), ("fr", 3), *(pytest.param(*one, marks=GATE) for one in (("en", 60), ("fr", 15)))]
"""Pages of one kind that are read closely; the templates are the same in all languages."""


def test_every_page_is_listed_once_and_known(site: Site) -> None:
    paths = list(site.paths())
    assert len(paths) == len(set(paths)) > 300
    assert [path for path in paths if not site.knows(path)] == []
    assert {"/", "/overlaps", "/gaps", "/about", "/themes", "/places", "/plans"} <= set(paths)


@pytest.mark.parametrize(("language", "most"), MOST)
def test_page_is_sound_and_leads_on(site: Site, known: Known, language: str, most: int) -> None:
    problems = []
    for path in choose_paths(site.paths(), most):
        outline = read_outline(render(site, path, language))
        found = outline.finish()
        found += [
            f"leads nowhere: {one}" for one in set(outline.links) if not leads(one, outline, known)
        ]
        problems += [f"{path}: {one}" for one in found]
    assert problems == []


def render(site: Site, path: str, language: str) -> str:
    page = site.render(Request(path, (), language, ServerLinks(path, (), language)))
    assert page is not None, path
    assert (page.status, page.media_type) == (200, "text/html; charset=utf-8"), path
    text = page.body.decode()
    assert text.startswith(f'<!doctype html>\n<html lang="{language}">'), path
    return text


def leads(link: str, outline: Outline, known: Known) -> bool:
    return link[1:] in outline.ids if link.startswith("#") else link in known


@pytest.mark.parametrize("status", [400, 404, 405, 406, 500, 503])
@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_stand_in_the_same_frame(
    site: Site, known: Known, status: int, language: str
) -> None:
    request = Request("/no/such<page>", (), language, ServerLinks("/no/such<page>"))
    page = site.error(status, request, "Nothing at <b>here</b>.")
    outline = read_outline(page.body.decode())
    assert page.status == status
    assert outline.finish() == []
    assert "<b>here" not in page.body.decode()


def test_a_link_keeps_the_language_only_if_it_was_asked_for() -> None:
    assert ServerLinks("/").page("/gaps") == "/gaps"
    assert ServerLinks("/", asked="fr").page("/gaps", type="x") == "/gaps?type=x&lang=fr"


def test_the_same_page_in_another_language_keeps_its_parameters() -> None:
    links = ServerLinks("/overlaps", (("agency", "ISO"), ("lang", "en"), ("q", "a&b=c")), "en")
    parts = urlsplit(links.language("fr"))
    assert parts.path == "/overlaps"
    assert parse_qsl(parts.query) == [("agency", "ISO"), ("q", "a&b=c"), ("lang", "fr")]


@pytest.mark.parametrize(
    "path", ["/theme/metrology", "/place/a b", "/x/100%25", "/x/ü?#", "/x/<y>"]
)
def test_a_link_leads_back_to_the_path_it_was_made_from(path: str) -> None:
    link = urlsplit(ServerLinks("/").page(path.partition("#")[0]))
    assert unquote(link.path) == f"{path.partition('#')[0]}.html"
    assert link.query == ""


def test_files_of_a_bundle_do_not_meet_on_any_disk(site: Site) -> None:
    files = [name_file(path).lower() for path in site.paths()]
    assert len(files) == len(set(files))


@pytest.mark.parametrize("most", [2, pytest.param(8, marks=GATE)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_links_of_a_bundle_lead_to_its_files(site: Site, language: str, most: int) -> None:
    paths = list(site.paths())
    files = {f"{code}/{name_file(path)}" for path in paths for code in LANGUAGES}
    files |= {f"static/{one.relative_to(STATIC).as_posix()}" for one in STATIC.rglob("*")}
    files |= {"static/names.js"}
    problems = set()
    for path in choose_paths(paths, most):
        page = site.render(Request(path, (), language, BundleLinks(path, language)))
        assert page is not None
        home = f"{language}/{name_file(path)}"
        outline = read_outline(page.body.decode())
        assert outline.finish() == [], path
        problems |= {
            f"{path}: {one}"
            for one in outline.links
            if not one.startswith("#") and one not in OUTSIDE and resolve(home, one) not in files
        }
    assert sorted(problems) == []


def resolve(home: str, link: str) -> str:
    parts = home.split("/")[:-1]
    for part in unquote(urlsplit(link).path).split("/"):
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def test_pages_are_the_same_twice(dataset: Dataset, site: Site) -> None:
    other = Site(dataset)
    for path in ("/", "/overlaps", "/gaps", "/about", "/search"):
        request = Request(path, (("q", "standards"),), "en", ServerLinks(path))
        assert site.render(request) == other.render(request)
