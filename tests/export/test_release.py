from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
from datetime import date
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS

from devcoop.dataset import restore_dataset
from devcoop.errors import SourceError
from devcoop.export import FORMATS, ReleaseNote, build_release, read_version
from devcoop.names import mint_release
from devcoop.store.rdf import parse_foreign

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devcoop.dataset import Dataset

SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")


def test_release_has_every_format_and_its_papers(release: Path) -> None:
    names = {path.name for path in release.iterdir()}
    papers = {"manifest.json", "SHA256SUMS", "dcat.ttl", "dcat.jsonld", "context.jsonld"}
    assert {name for name in FORMATS.values() if name} | papers <= names
    assert len([name for name in names if name.endswith(".csv")]) >= 10


def test_checksums_are_those_of_the_files(release: Path) -> None:
    lines = (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    said = {line[66:]: line[:64] for line in lines}
    files = {path.name: path.read_bytes() for path in release.iterdir()}
    del files["SHA256SUMS"]
    assert said == {name: hashlib.sha256(text).hexdigest() for name, text in files.items()}
    checker = shutil.which("sha256sum")
    if checker:
        subprocess.run(
            [checker, "--check", "--strict", "SHA256SUMS"],
            cwd=release,
            check=True,
            capture_output=True,
        )


def test_manifest_lists_the_files_and_the_version(release: Path, part: Dataset) -> None:
    manifest = json.loads((release / "manifest.json").read_bytes())
    assert manifest["version"] == part.version
    assert manifest["statements"] == len(part.lines)
    content = (release / "devcoop.nq").read_bytes()
    assert hashlib.sha256(content).hexdigest() == part.version
    sizes = {one["name"]: one["bytes"] for one in manifest["files"]}
    assert all((release / name).stat().st_size == size for name, size in sizes.items())


def test_record_describes_every_file_of_data(release: Path, part: Dataset) -> None:
    graph = rdflib.Graph().parse(release / "dcat.ttl")
    node = rdflib.URIRef(mint_release(part.version))
    files = list(graph.objects(node, DCAT.distribution))
    assert len(files) >= 19
    for file in files:
        name = str(graph.value(file, DCTERMS.title))
        digest = graph.value(graph.value(file, SPDX.checksum), SPDX.checksumValue)
        content = (release / name).read_bytes()
        assert str(digest).lower() == hashlib.sha256(content).hexdigest()
        assert int(str(graph.value(file, DCAT.byteSize))) == len(content)
        assert graph.value(file, DCAT.mediaType)


@pytest.mark.parametrize("name", ["", "manifest.json", "dcat.ttl", "dcat.jsonld"])
def test_release_names_the_one_before_it(name: str, part: Dataset, release: Path) -> None:
    assert read_version(release / name if name else release) == part.version


def test_record_tells_previous_version_and_day(part: Dataset) -> None:
    files = build_release(part, ReleaseNote("part", date(2027, 1, 2), "ab" * 32))
    graph = rdflib.Graph().parse(data=files["dcat.ttl"], format="turtle")
    node = rdflib.URIRef(mint_release(part.version))
    previous = graph.value(node, rdflib.URIRef(str(DCAT) + "previousVersion"))
    assert str(previous) == "https://w3id.org/devcoop/release/abababababababab"
    assert str(graph.value(node, DCTERMS.issued)) == "2027-01-02"
    assert json.loads(files["manifest.json"])["previous_version"] == "ab" * 32


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 5}', "[" * 100_000])
def test_what_is_no_release_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match="no record of a release"):
        read_version(path)


def test_a_release_that_is_read_back_is_the_same_release(part: Dataset, release: Path) -> None:
    path = release / "devcoop.jsonld"
    again = build_release(restore_dataset(parse_foreign(path, path.read_bytes())))
    assert again == {path.name: path.read_bytes() for path in sorted(release.iterdir())}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_every_file_is_read_by_somebody_else(release: Path) -> None:
    readers: dict[str, Callable[[Path], Any]] = {
        ".json": lambda path: json.loads(path.read_bytes()),
        ".jsonld": lambda path: json.loads(path.read_bytes()),
        ".csv": lambda path: list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")))),
        ".tsv": lambda path: path.read_text(encoding="utf-8").splitlines(),
        ".graphml": _parse_xml,
        ".rdf": _parse_xml,
        ".ttl": lambda path: list(rdflib.Graph().parse(path)),
        ".nq": lambda path: list(rdflib.Dataset().parse(path, format="nquads")),
        ".trig": lambda path: list(rdflib.Dataset().parse(path, format="trig")),
    }
    for path in release.iterdir():
        if path.name != "SHA256SUMS":
            assert readers[path.suffix](path), path.name


def _parse_xml(path: Path) -> list[ET.Element]:
    content = path.read_bytes()
    assert b"<!DOCTYPE" not in content
    assert b"<!ENTITY" not in content
    return list(ET.fromstring(content))
