"""The archive for a USB stick: complete, sound, alike for like data, and usable from a file."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect, sync_playwright
from tests.pages.conftest import choose_paths

from devcoop import assets
from devcoop.bundle import Bundle, write_bundle
from devcoop.cli import main
from devcoop.pages.site import Site
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
LONGEST = 120  # characters of a name; old file systems and unpackers stop at 255 of a path
EVERY, SOME = "every page", "some pages"
SAMPLE = 2
"""Pages of one kind that stand for all where not every page is written."""
SEARCHED = "/place/CIV"


@pytest.fixture(scope="module", params=[SOME, pytest.param(EVERY, marks=pytest.mark.gate)])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of ISO's plan alone, which has every kind of page but those about pairs."""
    folder = tmp_path_factory.mktemp("bundle")
    store, archive = folder / "store", folder / "stick.zip"
    with pytest.MonkeyPatch.context() as patch:
        if request.param == SOME:
            patch.setattr(Site, "paths", _choose_some)
        for words in (
            ["load", str(assets.DATA / "iso-2016-2020"), "--store", str(store)],
            ["--store", str(store), "bundle", "-o", str(archive)],
            ["--store", str(store), "export", "-f", "nquads", "-o", str(folder / "iso.nq")],
        ):
            result = CliRunner().invoke(main, words)
            assert result.exit_code == 0, result.output
    return archive


_list_paths = Site.paths


def _choose_some(site: Site) -> Iterator[str]:
    paths = list(_list_paths(site))
    assert SEARCHED in paths
    return iter({**dict.fromkeys(choose_paths(paths, SAMPLE)), SEARCHED: None})


@pytest.fixture(scope="module")
def folder(archive: Path) -> Path:
    with zipfile.ZipFile(archive) as file:
        file.extractall(archive.parent)
    return archive.parent / "stick"


def _list_files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_checksums_cover_every_file(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    stated = {line[66:]: line[:64] for line in lines}
    assert sorted([*stated, "SHA256SUMS"]) == _list_files(folder)
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in stated}
    assert found == stated


def test_names_suit_every_file_system(folder: Path) -> None:
    names = _list_files(folder)
    assert len({name.casefold() for name in names}) == len(names)
    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9._/-]+", name)] == []
    assert max(map(len, names)) <= LONGEST
    reserved = {
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
    }
    parts = {part.partition(".")[0].lower() for name in names for part in name.split("/")}
    assert parts & reserved == set()


class Targets(HTMLParser):
    """Collects what a page links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


@pytest.mark.parametrize("archive", [pytest.param(EVERY, marks=pytest.mark.gate)], indirect=True)
def test_links_stay_inside_and_lead_somewhere(folder: Path) -> None:
    names = set(_list_files(folder))
    pages = [name for name in names if name.endswith(".html")]
    assert len(pages) > 1000
    broken = set()
    for name in pages:
        for target in Targets((folder / name).read_text(encoding="utf-8")).found:
            parts = urlsplit(target)
            if parts.scheme in ("http", "https", "mailto") or not parts.path:
                continue
            joined = os.path.normpath(str(PurePosixPath(name).parent / unquote(parts.path)))
            if joined not in names:
                broken.add((re.sub(r"[^/]+\.html$", "*", name), target))
    assert sorted(broken) == []


def test_first_page_says_what_it_is_and_where_to_begin(folder: Path) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    sections = page.split("<section ")[1:]
    assert [one[:9] for one in sections] == [f'lang="{code}"' for code in LANGUAGES]
    for code, section in zip(LANGUAGES, sections, strict=True):
        told = re.sub(r"<[^>]*>", " ", section)
        assert "ISO" in told
        assert "42" in told
        assert f"{code}/index.html" in Targets(section).found
        assert f"{code}/overlaps.html" in Targets(section).found
    assert "no network" in sections[0]
    assert "sans réseau" in sections[1]


def test_each_number_that_stands_for_the_data_has_a_name_of_its_own(folder: Path) -> None:
    version = json.loads((folder / "data" / "manifest.json").read_bytes())["version"]
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    about = (folder / "en" / "about.html").read_text(encoding="utf-8")
    (fingerprint,) = re.findall(r"Data fingerprint, .*: ([0-9a-f]{64})", readme)
    assert re.findall(r"Version, .*: ([0-9a-f]{64})", readme) == [version]
    assert version != fingerprint
    told = dict(re.findall(r'<dt>([^<]*)</dt><dd class="hash">([0-9a-f]{64})', about))
    assert told.keys() == {"Data fingerprint", "Data hash"}
    assert told["Data fingerprint"] == fingerprint
    assert "data version" not in (readme + about).lower()


def test_every_page_stands_in_every_language(folder: Path) -> None:
    pages = [
        {name.partition("/")[2] for name in _list_files(folder) if name.startswith(f"{code}/")}
        for code in LANGUAGES
    ]
    assert pages[0]
    assert all(one == pages[0] for one in pages)


def test_data_of_a_bundle_are_an_export(folder: Path, archive: Path) -> None:
    (quads,) = (folder / "data").glob("*.nq")
    assert quads.read_bytes() == (archive.parent / "iso.nq").read_bytes()


def test_archive_has_the_same_bytes_again(tmp_path: Path) -> None:
    bundle = Bundle(("/",), {"b/x.html": b"2", "a.html": b"1"})
    again = Bundle(("/",), {"a.html": b"1", "b/x.html": b"2"})
    write_bundle(bundle, tmp_path / "one.zip")
    first = (tmp_path / "one.zip").read_bytes()
    write_bundle(again, tmp_path / "one.zip")
    assert (tmp_path / "one.zip").read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert file.namelist() == ["one/a.html", "one/b/x.html"]


def test_archive_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "no" / "such" / "folder.zip"
    command = [sys.executable, "-m", "devcoop", "bundle", "-o", str(target)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert f"{target}: No such file or directory" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Page]:
    if BROWSER is None:
        pytest.skip("Chromium is not installed")
    flags = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=BROWSER, args=flags)
        yield browser.new_page()
        browser.close()


@pytest.mark.browser
def test_search_finds_in_a_folder(folder: Path, window: Page) -> None:
    messages: list[str] = []
    window.on("console", lambda said: messages.append(said.text))
    window.on("pageerror", lambda error: messages.append(str(error)))
    window.goto((folder / "index.html").as_uri())
    window.get_by_role("link", name="Français").click()
    expect(window.locator("html")).to_have_attribute("lang", "fr")
    window.get_by_role("searchbox").first.fill("cote d'ivoire")
    window.keyboard.press("Enter")
    window.get_by_role("link", name="Côte d’Ivoire").or_(
        window.get_by_role("link", name="Côte d'Ivoire")
    ).first.click()
    expect(window.locator("h1")).to_contain_text("Ivoire")
    assert messages == []
