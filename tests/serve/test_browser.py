"""The served pages in a real browser that can reach no other host.

Chromium resolves no name but the loopback address; whatever a page asked of another host is
noted all the same, and is a fault.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from devcoop.focus import Asked, find_focus
from devcoop.graph import add_file, build_graph
from devcoop.load import load_files
from devcoop.pipeline import analyze
from devcoop.report import write_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
ACTIVITIES = Path(__file__).parents[1] / "figures" / "activities.ttl"
AXE = "axe-core@4.14.1"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
PAGES = (
    "/",
    "/search?q=metrology",
    "/search?q=nothing-of-this-name",
    "/overlaps",
    "/overlaps?agency=ISO&type=overlap",
    "/why/ISO-output-3.5/OBOR-IV.7.c",
    "/gaps",
    "/agencies",
    "/agency/iso.html",
    "/plans",
    "/plan/iso-2016-2020.html",
    "/initiatives",
    "/element/iso-2016-2020/output-3.5.html",
    "/passage/iso-2016-2020/ISO-output-3.5.html",
    "/themes",
    "/theme/metrology.html",
    "/places",
    "/place/KHM.html",
    "/group/developing-countries.html",
    "/questions",
    "/questions/undertakings-by-theme?theme=th:standards-skills",
    "/questions/undertakings-by-theme?theme=no-such-thing",
    "/sparql",
    "/about",
    "/ns?lang=fr",
    "/sector/textiles.html",
    "/instrument.html?lang=fr",
    "/plan/obor-2015-2017.html?lang=fr",
    "/place/SDN.html?on=2016-01-01&lang=fr",
    "/gaps?lang=fr",
    "/questions/theme-by-agency",
    "/document/iso-2016-2020.html",
    "/no/such/page",
)
WIDE, NARROW = 1400, 390
_BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.append(str(_BENCHMARKS))
LISTS, MANY = (
    runpy.run_path(str(_BENCHMARKS / f"{name}.py")) for name in ("lists_of_others", "many_pages")
)
PROJECTS = 12
"""Of each list; 250 make every page of the size that one ministry collects."""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker, out of its package."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run([npm, "pack", "--silent", AXE], cwd=folder, check=True, capture_output=True)
    (package,) = folder.glob("*.tgz")
    with tarfile.open(package) as archive:
        file = archive.extractfile("package/axe.min.js")
        assert file is not None
        source = file.read()
    assert hashlib.sha256(source).hexdigest() == AXE_SHA256
    return source.decode()


class Visit:
    """A window on the server that notes what went wrong in it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url, self.messages, self.hosts = url, list[str](), set[str]()
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: self.messages.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.messages.append(f"error: {error}"))
        self.page.on("request", lambda asked: self.hosts.add(urlsplit(asked.url).netloc))

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.url}{path}")
        return self.page

    def check(self, *expected: str) -> None:
        """Find neither messages, but for expected ones, nor requests to another host."""
        bad = [one for one in self.messages if not any(words in one for words in expected)]
        assert bad == []
        assert {host for host in self.hosts if host} <= {urlsplit(self.url).netloc}


@pytest.fixture
def visit(browser: Browser, server: Any) -> Iterator[Callable[..., Visit]]:
    """Opens windows: `visit(width=…, javascript=…, locale=…)`."""
    contexts: list[BrowserContext] = []

    def make(*, width: int = WIDE, javascript: bool = True, locale: str = "en-GB") -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, locale=locale
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Visit(context, server.url)

    yield make
    for context in contexts:
        context.close()


NOT_FOUND = "the server responded with a status of 40"


@pytest.mark.series(one_in=5)
@pytest.mark.parametrize("path", PAGES)
def test_page_holds_for_everybody(visit: Callable[..., Visit], axe: str, path: str) -> None:
    """No serious fault of accessibility, no message, no other host, no scrolling sideways."""
    window = visit(width=WIDE)
    hold_for_everybody(window.open(path), axe)
    window.check(NOT_FOUND)


def hold_for_everybody(page: Page, axe: str) -> None:
    """Find no serious fault of accessibility in a page, and no scrolling sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE
    # What is narrow has all that is wide, and boxes that scroll besides.
    page.set_viewport_size({"width": NARROW, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    # A script put in by the debugger is not held to the page's own policy.
    page.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    grave = [
        (one["id"], one["impact"], [node["html"][:200] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert grave == []
    assert len(found["passes"]) > 10


@pytest.fixture(scope="module")
def aid(tmp_path_factory: pytest.TempPathFactory, start: Callable[..., Any]) -> Iterator[Any]:
    """A server with activities that state money, purposes and sites in Cambodia."""
    folder = tmp_path_factory.mktemp("aid")
    load_files(folder / "store", [ACTIVITIES])
    with start(folder, store=folder / "store") as serving:
        yield serving


@pytest.mark.parametrize("path", ["/place/KHM.html", "/place/KHM.html?lang=fr"])
def test_page_of_a_country_with_money_holds_for_everybody(
    visit: Callable[..., Visit], axe: str, aid: Any, path: str
) -> None:
    window = visit(width=WIDE)
    window.url = aid.url
    page = window.open(path)
    for part in ("figure.map circle", "table.purposes td[class^='shade-']", "table.measures td"):
        assert page.locator(part).count()
    hold_for_everybody(page, axe)
    window.check()


def test_report_on_a_country_with_money_holds_for_everybody(
    visit: Callable[..., Visit], axe: str, tmp_path: Path
) -> None:
    graph = build_graph()
    add_file(graph, ACTIVITIES, "https://example.org/graph/aid")
    cambodia = analyze(graph, focus=find_focus(graph, Asked(places=("KHM",))))
    write_report(cambodia, tmp_path / "out")
    page = visit(width=WIDE).page
    page.goto((tmp_path / "out" / "index.html").as_uri())
    for part in ("figure.map circle", "table.purposes td[class^='shade-']", "table.measures td"):
        assert page.locator(part).count()
    hold_for_everybody(page, axe)


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory, start: Callable[..., Any]) -> Iterator[Any]:
    """A server with forty lists of projects, each of an agency of its own."""
    folder = tmp_path_factory.mktemp("forty")
    texts = folder / "texts.csv"
    write_texts(texts)
    lists = LISTS["write_lists"](texts, folder / "lists", 40, PROJECTS)
    options = ["--map", folder / "lists" / "map.yaml", "--store", folder / "store"]
    run = [sys.executable, "-m", "devcoop", "load", *lists, *options]
    subprocess.run(list(map(str, run)), check=True)
    with start(folder, "--workers", "2", store=folder / "store") as serving:
        # The first workers leave it to whoever asks to work out what all pages need.
        MANY["watch_processes"](serving.process.pid)
        yield serving


def write_texts(path: Path) -> None:
    """Write the titles of the built-in initiatives as those of activities with purposes."""
    purposes = ("15110", "32182", "33120", "11330", "14030", "31120", "41010", "")
    known = analyze(build_graph()).undertakings.values()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("title", "description", "dac-sector"))
        for number, one in enumerate(known):
            writer.writerow((one.label, one.gist, purposes[number % len(purposes)]))


@pytest.mark.gate
def test_pages_of_forty_lists_hold_for_everybody(
    visit: Callable[..., Visit], axe: str, forty: Any
) -> None:
    """One page of each kind that there is, found by its links."""
    kinds = MANY["find_pages"](forty.port, 1)
    assert {"agency", "element", "finding", "gaps", "overlaps", "place", "plan", "why"} <= set(
        kinds
    )
    window = visit(width=WIDE)
    window.url = forty.url
    faults = {}
    for path in {path for paths in kinds.values() for path in paths}:
        if path.startswith("/.well-known/"):
            continue
        try:
            hold_for_everybody(window.open(path), axe)
        except AssertionError as fault:
            faults[path] = str(fault)
    assert faults == {}
    window.check()


@pytest.mark.gate
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_tables_of_forty_agencies_do_not_widen_the_page(
    visit: Callable[..., Visit], forty: Any, width: int
) -> None:
    window = visit(width=width)
    window.url = forty.url
    page = window.open("/overlaps")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    window.check()


@pytest.mark.parametrize("javascript", [True, False])
def test_explorer_filters(visit: Callable[..., Visit], javascript: bool) -> None:
    window = visit(javascript=javascript)
    page = window.open("/overlaps")
    page.get_by_label("Agency", exact=True).select_option("OBOR")
    page.get_by_label("with", exact=True).select_option("UNIDO")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("agency=OBOR.*with=UNIDO"))
    rows = page.locator("table.pairs tbody tr, table.results tbody tr")
    assert rows.count() > 0
    assert all("OBOR" in text and "UNIDO" in text for text in rows.all_inner_texts())
    window.check()


def test_click_on_the_matrix_filters(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.open("/overlaps")
    cell = page.locator("table.heat a").first
    number = int(cell.inner_text().replace(",", ""))
    cell.click()
    expect(
        page.locator("table.heat [aria-current] a, table.heat a[aria-current]")
    ).not_to_have_count(0)
    link = page.locator("a[href*='overlaps.csv']").first.get_attribute("href") or ""
    table = page.request.get(f"{window.url}{link}")
    assert len(list(csv.DictReader(io.StringIO(table.text())))) == number
    window.check()


def test_row_leads_to_why_with_both_passages(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.open("/overlaps?type=overlap")
    page.locator("a[href^='/why/']").first.click()
    assert page.url.split("/")[3] == "why"
    sides = page.locator(".side-card")
    expect(sides).to_have_count(2)
    for side in sides.all():
        assert side.locator(".passages li").count() > 0
    left, right = (side.bounding_box() for side in sides.all())
    assert left
    assert right
    assert left["y"] == right["y"]
    window.check()


def test_question_form_answers_and_downloads(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.open("/questions/undertakings-by-theme")
    control = page.locator("form.question [name=theme]")
    value = "th:standards-skills"
    if control.evaluate("one => one.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(value)
    page.get_by_role("button", name="Ask", exact=True).click()
    rows = page.locator("section[aria-labelledby=answer] tbody tr")
    shown = rows.count()
    assert shown > 0
    link = page.get_by_role("link", name="CSV").first.get_attribute("href") or ""
    table = page.request.get(f"{window.url}{link}")
    assert len(list(csv.DictReader(io.StringIO(table.text())))) == shown
    assert "devcoop query undertakings-by-theme" in page.locator("pre").first.inner_text()
    window.check()


def test_plain_editor_answers_without_script(visit: Callable[..., Visit]) -> None:
    window = visit(javascript=False)
    page = window.open("/sparql")
    page.locator("textarea#query").fill("SELECT (6 * 7 AS ?n) WHERE {}")
    page.get_by_role("button", name="Show the answer").click()
    expect(page.locator("section[aria-labelledby=answer] td")).to_have_text("42")
    window.check()


def test_editor_asks_our_endpoint_and_lets_the_keyboard_leave(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.open("/sparql")
    if page.locator("form[data-editor]").count() == 0:
        pytest.skip("this installation was built without the editor")
    code = page.locator(".CodeMirror")
    expect(code.first).to_be_visible()
    page.evaluate(
        "document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT (6 * 7 AS ?n) {}')"
    )
    page.locator(".CodeMirror").first.click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("section[aria-labelledby=answer] td")).to_have_text("42")
    page.locator(".CodeMirror").first.click()
    for _ in range(3):
        page.keyboard.press("Tab")
    assert not page.evaluate("!!document.activeElement.closest('.CodeMirror')")
    window.check()


def test_language_switch_stays(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.open("/theme/metrology.html")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("h1")).to_contain_text("étrologie")
    page.get_by_role("navigation", name="Menu principal").get_by_role("link").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    window.check()


def test_language_of_the_browser_is_taken(visit: Callable[..., Visit]) -> None:
    page = visit(locale="fr-SN").open("/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_keyboard_alone_reaches_the_reason_of_an_overlap(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.open("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for prefix in ("/overlaps", "/why/"):
        _tab_to(page, prefix)
        assert _has_visible_focus(page)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{prefix}*" if prefix != "/why/" else "**/why/**")
    window.check()


def _tab_to(page: Page, prefix: str) -> None:
    """Press the tabulator until a link that begins with a prefix has the focus."""
    for _ in range(300):
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href') || ''")
        if href.startswith(prefix):
            return
    pytest.fail(f"the tabulator reaches no link to {prefix}")


def _has_visible_focus(page: Page) -> bool:
    style = "getComputedStyle(document.activeElement)"
    shown = page.evaluate(f"[{style}.outlineStyle, {style}.boxShadow, {style}.outlineWidth]")
    return bool(shown[1] != "none" or (shown[0] != "none" and shown[2] != "0px"))


def test_search_finds_without_accents(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.open("/")
    page.get_by_role("search").first.get_by_role("searchbox").fill("cote d'ivoire")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Côte d'Ivoire")
    window.check()
