"""A release: every format in one folder, with checksums and a catalogue record after DCAT 3.

Nothing in it depends on the clock: the same data give the same bytes, and a day stands in the
record only if one is given. The record names the release before it, so that a partner finds
the way from one to the next.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from rdflib.namespace import DCAT, DCTERMS, PROV, RDF, XSD

from devcoop import names
from devcoop.catalog.formats import render_rdf
from devcoop.catalog.statements import english, iri, state
from devcoop.errors import SourceError
from devcoop.export.context import CONTEXT_FILE
from devcoop.export.formats import FORMATS, MEDIA_TYPES, Writer, find_stated
from devcoop.export.jsonld import render_jsonld
from devcoop.store.canonical import order_quads
from devcoop.store.rdf import parse_foreign, read_bytes
from devcoop.store.terms import Literal, NamedNode, Quad, Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from devcoop.dataset import Dataset

MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
RECORD = "dcat"
_SPDX = names.SPDX
_SHA256 = f"{_SPDX}checksumAlgorithm_sha256"
_DCAT = names.PREFIXES["dcat"]
_VERSION = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ReleaseNote:
    """What a release says of itself beyond its data.

    Attributes:
        part: What part of a larger dataset it is, in words; empty if it is whole.
        issued: Its day, if one is given.
        previous: Version of the release before it, in hexadecimal; empty if there is none.
    """

    part: str = ""
    issued: date | None = None
    previous: str = ""


def build_release(dataset: Dataset, note: ReleaseNote | None = None) -> dict[str, bytes]:
    """Write a dataset in all formats, with context, record, manifest and checksums.

    Args:
        dataset: What is released.
        note: What is said of the release.

    Returns:
        Bytes by file name, in alphabetical order but for the checksums at the end.

    Raises:
        GraphError: A format cannot hold these data.
    """
    note = note or ReleaseNote()
    writer = Writer(dataset)
    files: dict[str, bytes] = {}
    for form in FORMATS:
        files |= writer.render(form)
    record = order_quads(_describe(dataset, note, files))
    files[f"{RECORD}.ttl"] = render_rdf([quad.triple for quad in record], "ttl")
    files[f"{RECORD}.jsonld"] = render_jsonld(record)
    files[CONTEXT_FILE.name] = CONTEXT_FILE.read_bytes()
    files[MANIFEST] = _render_manifest(dataset, note, files)
    files = dict(sorted(files.items()))
    return files | {CHECKSUMS: render_checksums(files)}


def render_checksums(files: Mapping[str, bytes]) -> bytes:
    r"""Render checksums as `sha256sum --check` reads them.

    Args:
        files: Bytes by file name.

    Examples:
        >>> render_checksums({"a.nq": b""})[-8:]
        b'5  a.nq\n'
    """
    return "".join(f"{_hash(content)}  {name}\n" for name, content in files.items()).encode()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _render_manifest(dataset: Dataset, note: ReleaseNote, files: Mapping[str, bytes]) -> bytes:
    manifest: dict[str, Any] = {
        "dataset": names.mint_release(dataset.version),
        "version": dataset.version,
        "previous_version": note.previous or None,
        "issued": note.issued.isoformat() if note.issued else None,
        "part": note.part or None,
        "licenses": [str(one.value) for one in find_stated(dataset.store, DCTERMS.license)],
        "statements": len(dataset.lines),
        "files": [
            {"name": name, "bytes": len(content), "sha256": _hash(content)}
            for name, content in sorted(files.items())
        ],
    }
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def _describe(dataset: Dataset, note: ReleaseNote, files: Mapping[str, bytes]) -> Iterator[Quad]:
    triples = [*_describe_release(dataset, note)]
    licences = find_stated(dataset.store, DCTERMS.license)
    for name, content in files.items():
        triples += _describe_file(dataset.version, name, content, licences)
    for triple in triples:
        yield Quad(triple.subject, triple.predicate, triple.object)


def _describe_release(dataset: Dataset, note: ReleaseNote) -> Iterator[Triple]:
    node = names.mint_release(dataset.version)
    yield from state(node, RDF.type, iri(DCAT.Dataset))
    part = f" ({note.part})" if note.part else ""
    title = f"devcoop: plans of development cooperation{part}, version {dataset.version[:16]}"
    yield from state(node, DCTERMS.title, english(title))
    yield from state(node, DCTERMS.identifier, Literal(f"urn:sha256:{dataset.version}"))
    yield from state(node, f"{_DCAT}version", Literal(dataset.version))
    yield from state(node, f"{_DCAT}isVersionOf", iri(names.CATALOG))
    # What the data say of themselves; for data of other people nothing is claimed.
    for predicate in (DCTERMS.license, DCTERMS.publisher, DCTERMS.creator):
        yield from state(node, predicate, *find_stated(dataset.store, predicate))
    if note.issued:
        day = Literal(note.issued.isoformat(), datatype=iri(XSD.date))
        yield from state(node, DCTERMS.issued, day)
    if note.previous:
        previous = names.mint_release(note.previous)
        yield from state(node, f"{_DCAT}previousVersion", iri(previous))
        yield from state(node, PROV.wasRevisionOf, iri(previous))
        yield from state(previous, DCTERMS.identifier, Literal(f"urn:sha256:{note.previous}"))


def _describe_file(
    version: str, name: str, content: bytes, licences: list[NamedNode]
) -> Iterator[Triple]:
    release = names.mint_release(version)
    node, checksum = f"{release}#{name}", f"{release}#{name}-sha256"
    media_type = MEDIA_TYPES[PurePath(name).suffix]
    size = Literal(str(len(content)), datatype=iri(XSD.nonNegativeInteger))
    digest = Literal(_hash(content), datatype=iri(XSD.hexBinary))
    yield from state(release, DCAT.distribution, iri(node))
    yield from state(node, RDF.type, iri(DCAT.Distribution))
    yield from state(node, DCTERMS.title, Literal(name))
    yield from state(node, DCTERMS.license, *licences)
    yield from state(node, DCAT.accessURL, iri(release))
    yield from state(node, DCAT.mediaType, iri(names.MEDIA_TYPES + media_type))
    yield from state(node, DCAT.byteSize, size)
    yield from state(node, f"{_SPDX}checksum", iri(checksum))
    yield from state(checksum, RDF.type, iri(f"{_SPDX}Checksum"))
    yield from state(checksum, f"{_SPDX}algorithm", iri(_SHA256))
    yield from state(checksum, f"{_SPDX}checksumValue", digest)


def read_version(path: Path) -> str:
    """Read which version of the data an earlier release holds.

    Args:
        path: Its folder, its `manifest.json` or its DCAT record.

    Returns:
        SHA-256 of its canonical N-Quads, in hexadecimal.

    Raises:
        SourceError: It is none of these.
    """
    path = path / MANIFEST if path.is_dir() else path
    said = _read_manifest(path) if path.suffix == ".json" else _read_record(path)
    if len(said) != 1 or not _VERSION.fullmatch(next(iter(said))):
        problem = "no record of a release; give its folder, manifest.json or dcat.ttl"
        raise SourceError(path, problem)
    return said.pop()


def _read_manifest(path: Path) -> set[str]:
    try:
        return {str(json.loads(read_bytes(path))["version"])}
    except (ValueError, KeyError, TypeError, RecursionError):
        return set()


def _read_record(path: Path) -> set[str]:
    version = NamedNode(f"{_DCAT}version")
    quads = parse_foreign(path, read_bytes(path))
    return {as_text(quad.object) for quad in quads if quad.predicate == version}
