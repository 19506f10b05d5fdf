"""RDF Patch: what to take out of one dataset, and to put in, to have another.

The format is that of Apache Jena: a header, then deletions and additions of quads in one
transaction. The names in the header are `urn:sha256:` with the versions of the two datasets.

A patch is about lines: the canonical N-Quads of the old dataset without the deleted ones and
with the added ones are the canonical N-Quads of the new one, byte for byte. Blank nodes need
nothing more. Their labels are those that RDFC-1.0 gives them, and where a label means another
node in the new dataset, the lines that bear it differ and stand in the patch.
"""

from __future__ import annotations

import hashlib
import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.errors import PatchError, SourceError
from devcoop.export.rdf import render_nquads
from devcoop.store import rdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_URN = "urn:sha256:"
_HEADER = re.compile(r'H\s+"?(?P<key>[A-Za-z][\w-]*)"?\s+(?:<(?P<iri>[^<>\s]*)>|"[^"]*")\s*\.')
_CHANGE = re.compile(r"(?P<operation>[AD])\s+(?P<quad>\S.*)", re.DOTALL)
_IGNORED = re.compile(r"(?:(?:TX|TC)\s*\.|(?:PA|PD)\s+\S.*|#.*)?")
_SHOWN = 60


@dataclass(frozen=True)
class Patch:
    """The way from one dataset to another.

    Attributes:
        previous: Version of the old dataset, in hexadecimal.
        version: Version of the new one.
        deleted: Canonical lines that the old dataset has and the new one has not.
        added: Canonical lines that only the new one has.
    """

    previous: str
    version: str
    deleted: tuple[str, ...]
    added: tuple[str, ...]


def hash_lines(lines: Iterable[str]) -> str:
    """Hash canonical lines: the version of the dataset that they are."""
    return hashlib.sha256(render_nquads(lines)).hexdigest()


def make_patch(old: Iterable[str], new: Iterable[str]) -> Patch:
    """Compare two datasets line by line.

    Args:
        old: Canonical lines of the one.
        new: Canonical lines of the other.

    Examples:
        >>> patch = make_patch(["<urn:a> <urn:b> _:c14n0 ."], [])
        >>> patch.deleted, patch.added
        (('<urn:a> <urn:b> _:c14n0 .',), ())
    """
    before, after = set(old), set(new)
    return Patch(
        previous=hash_lines(sorted(before)),
        version=hash_lines(sorted(after)),
        deleted=tuple(sorted(before - after)),
        added=tuple(sorted(after - before)),
    )


def render_patch(patch: Patch) -> bytes:
    """Write a patch in the format of Apache Jena.

    Args:
        patch: The patch.
    """
    lines = [f"H id <{_URN}{patch.version}> .", f"H prev <{_URN}{patch.previous}> .", "TX ."]
    lines += [f"D {line}" for line in patch.deleted]
    lines += [f"A {line}" for line in patch.added]
    return render_nquads([*lines, "TC ."])


def read_patch(path: Path, content: bytes) -> Patch:
    """Read a patch.

    Args:
        path: Names the file in messages.
        content: Its bytes. Prefixes in it mean nothing for the data and are passed over.

    Raises:
        SourceError: It is no RDF Patch, or does not say from which version to which; with the line.
    """
    headers: dict[str, str] = {}
    changes: dict[str, dict[str, None]] = {"A": {}, "D": {}}
    for number, line in _iter_lines(path, content):
        if header := _HEADER.fullmatch(line):
            headers[header["key"]] = header["iri"] or ""
        elif change := _CHANGE.fullmatch(line):
            changes[change["operation"]][_read_quad(path, number, change["quad"])] = None
        elif not _IGNORED.fullmatch(line):
            raise SourceError(path, f"this is no line of an RDF Patch: {_shorten(line)}", number)
    versions = {key: headers.get(key, "").removeprefix(_URN) for key in ("id", "prev")}
    for key, version in versions.items():
        if not re.fullmatch(r"[0-9a-f]{64}", version):
            raise SourceError(path, f"its header names no version: H {key} <{_URN}…> is missing")
    return Patch(versions["prev"], versions["id"], tuple(changes["D"]), tuple(changes["A"]))


def _iter_lines(path: Path, content: bytes) -> Iterator[tuple[int, str]]:
    # Only a line feed ends a line: other ends of line may stand in a text.
    for number, line in enumerate(content.removeprefix(BOM_UTF8).split(b"\n"), start=1):
        try:
            yield number, line.decode().strip(" \t\r")
        except UnicodeDecodeError as error:
            raise SourceError(path, "this is no text in UTF-8", number) from error


def _read_quad(path: Path, number: int, text: str) -> str:
    """Read one quad and give its canonical line."""
    try:
        quads = list(rdf.parse(text.encode(), rdf.N_QUADS))
    except (SyntaxError, ValueError) as error:
        raise SourceError(path, f"this is no quad: {_shorten(text)}", number) from error
    if len(quads) != 1:
        raise SourceError(path, f"this is no single quad: {_shorten(text)}", number)
    return f"{quads[0]} ."


def _shorten(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def apply_patch(
    old: Iterable[str], patch: Patch, canonize: Callable[[bytes], Iterable[str]]
) -> list[str]:
    """Apply a patch, if it is made for these data and leads where it says.

    Args:
        old: Canonical lines of the old dataset.
        patch: The patch.
        canonize: Gives the canonical lines of N-Quads.

    Returns:
        Canonical lines of the new dataset, exactly as promised.

    Raises:
        PatchError: The patch is for another version, deletes what is not there, adds what is
            there already, or does not lead to the version that it names.
    """
    lines = set(old)
    version = hash_lines(sorted(lines))
    if version != patch.previous:
        raise PatchError(
            f"the patch is for version {patch.previous[:16]}, these data are version {version[:16]}"
        )
    for line in patch.deleted:
        if line not in lines:
            raise PatchError(f"the patch deletes what is not there: {_shorten(line)}")
    deleted = set(patch.deleted)
    for line in patch.added:
        if line in lines and line not in deleted:
            raise PatchError(f"the patch adds what is there already: {_shorten(line)}")
    new = sorted((lines - deleted) | set(patch.added))
    if hash_lines(new) != patch.version or new != list(canonize(render_nquads(new))):
        raise PatchError(f"the patch does not lead to version {patch.version[:16]}, as it says")
    return new
