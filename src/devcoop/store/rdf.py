"""RDF as bytes: reading and writing it in six syntaxes, told by ending or by media type.

Nothing is fetched. XML that declares entities is refused before a parser sees it: a few bytes
of it can stand for gigabytes. What comes from outside is parsed with `parse_foreign`, in a
process that is ended at a deadline.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import json
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from devcoop import assets, killable, media, names
from devcoop.errors import SourceError
from devcoop.store.terms import DefaultGraph, NamedNode, Quad
from devcoop.store.xml import check_xml, refuse_entities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

    from devcoop.store.terms import Term, Triple

TURTLE, TRIG = media.TURTLE, media.TRIG
N_TRIPLES, N_QUADS = media.N_TRIPLES, media.N_QUADS
JSON_LD, RDF_XML = media.JSON_LD, media.RDF_XML
ENDINGS = {
    ".ttl": TURTLE,
    ".nt": N_TRIPLES,
    ".nq": N_QUADS,
    ".trig": TRIG,
    ".rdf": RDF_XML,
    ".owl": RDF_XML,
    ".jsonld": JSON_LD,
}
"""Media types by the ending of a file."""
DEEPEST = 50
"""How deep statements about statements may be nested."""
_NOWHERE = DefaultGraph()
_LINES = (N_TRIPLES, N_QUADS)
_LONG_VALUE = 65_536
_PIECE = 1 << 20
_LONG_QUOTES = re.compile(rb'"""|\'\'\'')
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')
_FORMATS = {
    TURTLE: ox.RdfFormat.TURTLE,
    TRIG: ox.RdfFormat.TRIG,
    N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    N_QUADS: ox.RdfFormat.N_QUADS,
    JSON_LD: ox.RdfFormat.JSON_LD,
    RDF_XML: ox.RdfFormat.RDF_XML,
}


def read_bytes(path: Path) -> bytes:
    """Read a regular file; what never ends, or never begins, is refused.

    Args:
        path: The file. A pipe is read if its name is that of something this process was given
            open, as in /dev/stdin.

    Raises:
        SourceError: There is no such file, or it may not be read.
    """
    try:
        # A pipe that nobody writes to would keep whoever opens it waiting.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            _refuse_endless(path, os.fstat(number).st_mode)
            os.set_blocking(number, True)
            with os.fdopen(number, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(number)
    except OSError as error:
        raise SourceError(path, error.strerror or str(error)) from error
    except MemoryError as error:
        raise SourceError(path, "this is larger than the memory") from error


def _refuse_endless(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise SourceError(path, os.strerror(errno.EISDIR))
    is_given = stat.S_ISFIFO(mode) and path.parts[:2] == ("/", "dev")
    if not (stat.S_ISREG(mode) or is_given):
        raise SourceError(path, "this is no file that can be read as a whole")


def parse_rdf(path: Path, content: bytes, graph: str | None = None) -> Iterator[Quad]:
    r"""Read RDF of a file that is trusted to end; nothing is fetched.

    Args:
        path: Names the file in messages and tells the format by its ending.
        content: The bytes.
        graph: IRI of the named graph for triples that name none; None keeps the default graph.

    Raises:
        SourceError: The ending is unknown, or the content is broken; with the line.

    Examples:
        >>> from pathlib import Path
        >>> [str(one) for one in parse_rdf(Path("a.nt"), b"<urn:a> <urn:b> <urn:c> .\n")]
        ['<urn:a> <urn:b> <urn:c>']
    """
    media_type = tell_media_type(path)
    home = NamedNode(graph) if graph else _NOWHERE
    with naming(path):
        for quad in parse(content, media_type):
            yield _bring_home(quad, home)


@dataclass
class FilePosition:
    """How far a file was read.

    Attributes:
        bytes: Number of the bytes that were given to the parser.
    """

    bytes: int = 0


def parse_file(path: Path, position: FilePosition | None = None) -> Iterator[Quad]:
    """Read N-Quads or N-Triples of a file that anybody may have written, line by line.

    Args:
        path: The file; its ending tells the syntax.
        position: Is told how far it was read.

    Yields:
        Statements, while the file is read: it is never held whole.

    Raises:
        SourceError: It is broken, with the line; or it cannot be read.
    """
    media_type = tell_media_type(path)
    try:
        with path.open("rb") as file, naming(path), _telling_limits():
            _refuse_deep_lines(file)
            file.seek(len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0)
            pieces = io.BufferedReader(CountedFile(file, position or FilePosition()), _PIECE)
            yield from ox.parse(pieces, format=_FORMATS[media_type], base_iri=names.BASE)
    except OSError as error:
        raise SourceError(path, error.strerror or str(error)) from error


class CountedFile(io.RawIOBase):
    """Gives a parser a file piece by piece, and tells how far it is.

    Args:
        file: The file, opened.
        position: Is told how far it was read.

    Examples:
        >>> position = FilePosition()
        >>> CountedFile(io.BytesIO(b"abc"), position).read(2), position.bytes
        (b'ab', 2)
    """

    def __init__(self, file: io.BufferedIOBase, position: FilePosition) -> None:
        super().__init__()
        self._file, self._position = file, position

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read the next bytes into a buffer, and tell how many they are."""
        size = self._file.readinto(buffer)
        self._position.bytes += size
        return size


def _refuse_deep_lines(file: IO[bytes]) -> None:
    """Refuse a file with lines that are nested too deep, without holding it whole."""
    last = b""
    while piece := file.read(_PIECE):
        if b"<<" in last[-1:] + piece:
            file.seek(0)
            for number, line in enumerate(file, start=1):
                _refuse_deep(line, number)
            break
        last = piece
    file.seek(0)


def _parse_numbered_rdf(
    path: Path, content: bytes, graph: str | None
) -> Iterator[tuple[int, Quad]]:
    media_type = tell_media_type(path)
    home = NamedNode(graph) if graph else _NOWHERE
    with naming(path):
        for line, quad in _parse_numbered(content, media_type):
            yield line, _bring_home(quad, home)


def _bring_home(quad: Quad, home: NamedNode | DefaultGraph) -> Quad:
    """Put a quad of the default graph into another."""
    if home == _NOWHERE or quad.graph_name != _NOWHERE:
        return quad
    return Quad(quad.subject, quad.predicate, quad.object, home)


def tell_media_type(path: Path) -> str:
    """Tell the syntax of a file by its ending.

    Args:
        path: The file.

    Raises:
        SourceError: The ending is unknown.

    Examples:
        >>> from pathlib import Path
        >>> tell_media_type(Path("plan.ttl"))
        'text/turtle'
    """
    media_type = ENDINGS.get(path.suffix.lower())
    if media_type is None:
        known = ", ".join(sorted(ENDINGS))
        raise SourceError(path, f"unknown kind of file; known endings are {known}")
    return media_type


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name the file, and the line if it is known, in what a parser says.

    Args:
        path: The file.

    Raises:
        SourceError: In the place of what the parser raised.
    """
    try:
        yield
    except (SyntaxError, ValueError) as error:
        problem = getattr(error, "msg", None) or str(error)
        raise SourceError(path, problem, getattr(error, "lineno", None)) from error


def parse(content: bytes, media_type: str, *, base: str = names.BASE) -> Iterator[Quad]:
    """Read RDF of a media type.

    Args:
        content: The bytes.
        media_type: One of those above.
        base: What relative IRIs are relative to.

    Raises:
        ValueError: The content is broken; a SyntaxError knows the line.

    Examples:
        >>> list(parse(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", RDF_XML))
        Traceback (most recent call last):
        ValueError: it declares entities of XML, which are refused; write what they stand for
    """
    content = _prepare(content, media_type)
    with _telling_limits():
        yield from ox.parse(content, format=_FORMATS[media_type], base_iri=base)


def _parse_numbered(content: bytes, media_type: str) -> Iterator[tuple[int, Quad]]:
    content = _prepare(content, media_type)
    # Of a long value each piece that is read would be looked at anew: it is not read by lines.
    source = content if _has_long_value(content, media_type) else _LineByLine(content)
    # An object of JSON-LD is read to its end before anything is known of it.
    is_told = media_type != JSON_LD
    with _telling_limits(), _telling_line(source if media_type == RDF_XML else content):
        for quad in ox.parse(source, format=_FORMATS[media_type], base_iri=names.BASE):
            yield source.line if is_told and isinstance(source, _LineByLine) else 0, quad


def _prepare(content: bytes, media_type: str) -> bytes:
    """Refuse what a parser must not see, and bring what it cannot fetch."""
    if media_type == RDF_XML:
        refuse_entities(content)
    if media_type in _LINES:
        _refuse_deep(content)
    content = content.removeprefix(codecs.BOM_UTF8)
    if media_type == JSON_LD and names.CONTEXT.encode() in content:
        content = json.dumps(_bring_context(json.loads(content))).encode()
    return content


@contextlib.contextmanager
def _telling_limits() -> Iterator[None]:
    """Say in plain words what a parser will not do."""
    try:
        yield
    except MemoryError as error:
        # The engine's word for a limit of its own; nothing is short of memory then.
        raise ValueError("a value in it is longer than the 16 MiB that one may have") from error
    except SyntaxError as error:
        if "LoadDocumentCallback" not in str(error):
            raise
        problem = "it names a context that lies elsewhere, which is not fetched"
        raise ValueError(f"{problem}; write the context into the file") from error


@contextlib.contextmanager
def _telling_line(source: bytes | _LineByLine) -> Iterator[None]:
    """Say in which line a parser stopped that does not say so itself, if it was read by lines."""
    try:
        yield
    except (SyntaxError, ValueError) as error:
        if not isinstance(source, _LineByLine) or getattr(error, "lineno", None):
            raise
        problem = getattr(error, "msg", None) or str(error)
        raise SyntaxError(problem, (None, source.line, None, None)) from error


def _refuse_deep(content: bytes, first: int = 1) -> None:
    """Refuse lines whose statements about statements are nested so deep that parsers break."""
    if b"<<" not in content:
        return
    for number, line in enumerate(content.split(b"\n"), start=first):
        if line.count(b"<<") > DEEPEST and _TEXT.sub(b"", line).count(b"<<") > DEEPEST:
            problem = f"statements about statements are nested deeper than {DEEPEST}"
            raise SyntaxError(problem, (None, number, None, None))


def _has_long_value(content: bytes, media_type: str) -> bool:
    """Tell whether something in RDF, a value or a line, is long; now and then something else is."""
    if media_type == RDF_XML:
        pieces = content.split(b"<")
    else:
        pieces = [*content.split(b"\n"), *_LONG_QUOTES.split(content)[1::2]]
    return max(map(len, pieces)) > _LONG_VALUE


class _LineByLine(io.BytesIO):
    """Gives a parser one line at a time: it does not tell where it is, and reads no further.

    Attributes:
        line: Number of the line that was given last, counted from 1.
    """

    line = 0
    _is_at_start = True

    def read(self, size: int | None = -1, /) -> bytes:
        piece = self.readline(size)
        self.line += self._is_at_start and bool(piece)
        self._is_at_start = piece.endswith(b"\n")
        return piece


def _bring_context(part: Any) -> Any:
    """Put our own context of JSON-LD in the place of its address, wherever it is named."""
    if isinstance(part, list):
        return [_bring_context(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _name_context(value) if key == "@context" else _bring_context(value)
        for key, value in part.items()
    }


def _name_context(context: Any) -> Any:
    if isinstance(context, list):
        return [_name_context(one) for one in context]
    if context != names.CONTEXT:
        return context
    return json.loads((assets.ONTOLOGY / "context.jsonld").read_bytes())["@context"]


def parse_foreign(
    path: Path, content: bytes, graph: str | None = None, *, seconds: float = killable.SECONDS
) -> list[Quad]:
    """Read RDF that anybody may have written, in a process that is ended at a deadline.

    Args:
        path: Names the file in messages and tells the format by its ending.
        content: The bytes.
        graph: IRI of the named graph for triples that name none; None keeps the default graph.
        seconds: When to give up.

    Raises:
        SourceError: The ending is unknown, or the content is broken; with the line.
        OutOfTimeError: It takes too long to read.
        OutOfMemoryError: It takes too much memory.
    """
    return [quad for _, quad in parse_numbered(path, content, graph, seconds=seconds)]


def parse_numbered(
    path: Path, content: bytes, graph: str | None = None, *, seconds: float = killable.SECONDS
) -> list[tuple[int, Quad]]:
    """Read RDF as `parse_foreign` does, and tell where it stands.

    Args:
        path: Names the file in messages and tells the format by its ending.
        content: The bytes.
        graph: IRI of the named graph for triples that name none; None keeps the default graph.
        seconds: When to give up.

    Returns:
        Statements, each with the number of the line that its object ends on; 0 in JSON-LD.

    Raises:
        SourceError: The ending is unknown, or the content is broken; with the line.
        OutOfTimeError: It takes too long to read.
        OutOfMemoryError: It takes too much memory.
    """
    # N-Quads are read line by line in time and memory that grow with their size alone.
    if ENDINGS.get(path.suffix.lower()) in _LINES:
        return list(_parse_numbered_rdf(path, content, graph))
    numbers, lines = killable.run(
        lambda: _write_numbered(_parse_numbered_rdf(path, content, graph)),
        what=str(path),
        seconds=seconds,
    )
    # What was short enough as it was written may be too long as a line.
    with naming(path):
        return list(zip(numbers, parse(lines, N_QUADS), strict=True))


def _write_numbered(numbered: Iterable[tuple[int, Quad]]) -> tuple[list[int], bytes]:
    """Write statements so that they are small on their way from one process to another."""
    numbers: list[int] = []

    def count() -> Iterator[Quad]:
        for number, quad in numbered:
            numbers.append(number)
            yield quad

    return numbers, serialize(count(), N_QUADS)


def serialize(
    statements: Iterable[Triple] | Iterable[Quad],
    media_type: str,
    *,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """Write statements in their order: the same bytes for the same statements.

    Args:
        statements: Triples, or quads for a format that knows named graphs.
        media_type: One of those above.
        prefixes: Namespaces by prefix; they are declared in alphabetical order.

    Raises:
        GraphError: The format cannot hold them.

    Examples:
        >>> one = NamedNode("https://w3id.org/devcoop/theme/metrology")
        >>> serialize([Quad(one, one, one)], N_QUADS).count(b"metrology")
        3
    """
    written = ox.serialize(
        statements, format=_FORMATS[media_type], prefixes=dict(prefixes) if prefixes else None
    )
    if media_type == RDF_XML:
        return check_xml(written or b"")
    if not prefixes or media_type not in (TURTLE, TRIG):
        return written or b""
    header, body = _split_header(written or b"")
    return header + body


def write(statements: Iterable[Triple] | Iterable[Quad], file: IO[bytes], media_type: str) -> None:
    """Write statements into a file while they are made, so that they need no memory.

    Args:
        statements: Triples, or quads for a format that knows named graphs.
        file: It is left open.
        media_type: One of those above.

    Raises:
        OSError: The file cannot be written.
    """
    ox.serialize(statements, file, format=_FORMATS[media_type])


def _split_header(written: bytes) -> tuple[bytes, bytes]:
    """Split Turtle into the declarations of its prefixes, in alphabetical order, and the rest.

    The engine writes the prefixes in the order of a hash table, which differs by run.
    """
    end = 0
    while written.startswith(b"@prefix ", end):
        end = written.index(b"\n", end) + 1
    return b"".join(sorted(written[:end].splitlines(keepends=True))), written[end:]


def iter_turtle(
    triples: Iterable[Triple], *, prefixes: Mapping[str, str], at_once: int = 20_000
) -> Iterator[bytes]:
    """Write triples as Turtle in their order, piece by piece, so that no text is held whole.

    Args:
        triples: Those of a subject stand together.
        prefixes: Namespaces by prefix; they are declared in alphabetical order.
        at_once: How many triples a piece has, and those of its last subject.

    Yields:
        Pieces that are together what `serialize` gives.

    Examples:
        >>> from devcoop.store.terms import NamedNode, Triple
        >>> one, two = NamedNode("urn:a"), NamedNode("urn:b")
        >>> triples = [Triple(one, one, two), Triple(two, one, two)]
        >>> pieces = list(iter_turtle(triples, prefixes={"ex": "urn:"}, at_once=1))
        >>> len(pieces), b"".join(pieces) == serialize(triples, TURTLE, prefixes={"ex": "urn:"})
        (2, True)
    """
    batch: list[Triple] = []
    is_first = True
    for triple in triples:
        if len(batch) >= at_once and triple.subject != batch[-1].subject:
            yield _write_piece(batch, prefixes, is_first=is_first)
            batch, is_first = [], False
        batch.append(triple)
    if batch or is_first:
        yield _write_piece(batch, prefixes, is_first=is_first)


def _write_piece(batch: list[Triple], prefixes: Mapping[str, str], *, is_first: bool) -> bytes:
    header, body = _split_header(serialize(batch, TURTLE, prefixes=prefixes))
    return header + body if is_first else body


def parse_term(text: str) -> Term:
    """Read one term as N-Triples write it.

    Args:
        text: Such as `"plan"@en`.

    Examples:
        >>> parse_term('"plan"@en')
        <Literal value=plan language=en>
    """
    [quad] = ox.parse(f"<urn:a> <urn:b> {text} .", format=ox.RdfFormat.N_TRIPLES)
    term: Term = quad.object
    return term


def get_format(media_type: str) -> ox.RdfFormat:
    """Give the engine's word for a media type; for the modules of this folder."""
    return _FORMATS[media_type]


def get_format_iri(media_type: str) -> str:
    """Give the IRI that the W3C has for a syntax.

    Args:
        media_type: One of those above.

    Examples:
        >>> get_format_iri(TURTLE)
        'http://www.w3.org/ns/formats/Turtle'
    """
    return str(_FORMATS[media_type].iri)
