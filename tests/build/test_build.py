from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("src", "ontology", "data", "queries", "docs", "pyproject.toml", "hatch_build.py")
TEXTS = ("README.md", "LICENSE", "LICENSE-DATA", ".gitignore")
STATIC = "devcoop/pages/static"
BUILD = (
    "import sys, hatchling.build as backend;"
    "print(getattr(backend, 'build_' + sys.argv[1])(sys.argv[2]))"
)

pytest.importorskip("hatchling", reason="the maker of wheels is not here")


needs_pylode = pytest.mark.skipif(
    importlib.util.find_spec("pylode") is None, reason="pyLODE is not here"
)


@pytest.fixture
def hook() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "hatch_build.py"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a clone has, without anything that a build made."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    made = shutil.ignore_patterns("vendor", "__pycache__")
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=made)
        else:
            shutil.copy(source, copy / name)
    for name in TEXTS:
        shutil.copy(ROOT / name, copy / name)
    shutil.rmtree(copy / "src" / STATIC / "ontology", ignore_errors=True)
    _git(copy, "init", "--quiet")
    _git(copy, "add", "--all")
    return copy


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _build(checkout: Path, kind: str = "wheel", *, npm: bool = False) -> tuple[Path, str]:
    """Build without isolation, as the gate does; give the wheel and what was said."""
    out = checkout.parent / "dist"
    out.mkdir(exist_ok=True)
    path = os.environ["PATH"] if npm else str(checkout.parent / "nothing")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, kind, str(out)],
        cwd=checkout,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return out / done.stdout.split()[-1], done.stdout + done.stderr


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_is_built_without_npm_and_says_so(checkout: Path) -> None:
    wheel, said = _build(checkout)
    names = _names(wheel)
    assert "built without the SPARQL editor: npm is not installed" in said
    assert not [name for name in names if "/vendor/" in name]
    assert "devcoop/assets_/ontology/devcoop.ttl" in names
    assert "devcoop/assets_/queries/catalog/dataset-size.rq" in names
    assert _git(checkout, "status", "--porcelain", "--untracked-files=all").count("??") == 0


@pytest.mark.gate
@needs_pylode
def test_wheel_has_the_page_of_the_ontology(checkout: Path) -> None:
    wheel, said = _build(checkout)
    assert "without the ontology page" not in said
    assert {f"{STATIC}/ontology/index.html", f"{STATIC}/ontology/ontology.css"} <= _names(wheel)


@pytest.mark.gate
@needs_pylode
def test_editable_install_has_the_page_of_the_ontology(checkout: Path) -> None:
    _build(checkout, "editable")
    assert (checkout / "src" / STATIC / "ontology" / "index.html").is_file()


@pytest.mark.gate
def test_wheel_has_the_editor_and_a_second_build_fetches_nothing(
    checkout: Path, hook: dict[str, Any]
) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not here")
    wheel, said = _build(checkout, npm=True)
    if "built without the SPARQL editor" in said:
        pytest.skip("the registry of npm cannot be reached")
    folder = f"{STATIC}/vendor/yasgui-{hook['VERSION']}"
    wanted = {"yasgui.min.js", "yasgui.min.css", "package.json", "vendored.json"}
    found = {name for name in _names(wheel) if "/vendor/" in name}
    assert found == {f"{folder}/{name}" for name in wanted}
    with zipfile.ZipFile(wheel) as archive:
        record = json.loads(archive.read(f"{folder}/vendored.json"))
        for name, digest in record["sha256"].items():
            assert hashlib.sha256(archive.read(f"{folder}/{name}")).hexdigest() == digest
        assert json.loads(archive.read(f"{folder}/package.json"))["license"] == record["licence"]
    again, said = _build(checkout)
    assert "without the SPARQL editor" not in said
    assert again.read_bytes() == wheel.read_bytes()
    changed = checkout / "src" / folder / "yasgui.min.js"
    changed.write_bytes(b"alert(1)")
    _, said = _build(checkout)
    assert "built without the SPARQL editor" in said
    assert _git(checkout, "status", "--porcelain", "--untracked-files=all").count("??") == 0


def _pack(members: dict[str, bytes | None]) -> bytes:
    """Pack files as npm does; None makes a link that leads out."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/hostname"
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def test_package_with_another_hash_is_refused(hook: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="another hash than expected"):
        hook["read_package"](_pack({"package/build/yasgui.min.js": b"alert(1)"}))


@pytest.mark.parametrize(
    "members",
    [
        {"package/build/yasgui.min.js": b"alert(1)"},
        {"package/build/yasgui.min.js": None},
        {"../../yasgui.min.js": b"alert(1)"},
        {"/tmp/yasgui.min.js": b"alert(1)"},  # a path that tar would write to
    ],
)
def test_files_of_a_package_are_taken_by_name_and_hash_alone(
    members: dict[str, bytes | None], hook: dict[str, Any]
) -> None:
    packed = _pack(members)
    # Even a package whose hash were the right one could not bring another file in.
    digest = base64.b64encode(hashlib.sha512(packed).digest()).decode()
    hook["read_package"].__globals__["INTEGRITY"] = digest
    with pytest.raises(ValueError, match="lacks a file"):
        hook["read_package"](packed)


class _Requests(HTMLParser):
    """Collects what a page makes a browser ask for, and its languages."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[str] = []
        self.languages: list[str] = []
        self.anchors: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.requests += [
            given[name] for name in ("src", "srcset", "data", "poster") if name in given
        ]
        if tag == "link":
            self.requests.append(given.get("href", ""))
        self.languages += [given["lang"]] if "lang" in given else []
        self.anchors += [given["id"]] if "id" in given else []


@needs_pylode
@pytest.mark.gate
def test_page_of_the_ontology_is_the_same_again(tmp_path: Path) -> None:
    assert _make_page(tmp_path / "one") == _make_page(tmp_path / "two")


def _make_page(folder: Path) -> tuple[str, str]:
    """Make the page, and give it and its style."""
    # In a process of its own: pyLODE sets up logging for everybody.
    command = [sys.executable, str(ROOT / "docs" / "ontology_page.py"), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    page, style = (folder / name for name in ("index.html", "ontology.css"))
    return page.read_text(encoding="utf-8"), style.read_text(encoding="utf-8")


@needs_pylode
def test_page_of_the_ontology_asks_no_other_host(tmp_path: Path) -> None:
    page, style = _make_page(tmp_path / "one")
    reader = _Requests()
    reader.feed(page)
    assert reader.requests == ["../icon.svg", "ontology.css"]
    beside = ROOT / "src" / "devcoop" / "pages" / "static" / "ontology"
    assert all((beside / request).is_file() for request in reader.requests)
    assert re.findall(r"url\(|@import|//", style) == []
    assert "<style" not in page
    assert reader.languages[0] == "en"
    assert "fr" in reader.languages
    core = (ROOT / "ontology" / "devcoop.ttl").read_text(encoding="utf-8")
    terms = set(re.findall(r"^devc:(\w+) a ", core, re.MULTILINE))
    assert terms
    assert terms <= set(reader.anchors)
    assert sorted(set(reader.anchors)) == sorted(reader.anchors)
