"""XML of others, read so that it can do no harm: the one door to its parser.

Files of XML are parsed here, and the parts of XML that workbooks pack. No entity is resolved,
nothing is fetched, and no DTD is loaded; a file that declares entities is refused. What is wrong
is told in one line, with the line of the file or the name of the part. Comments and processing
instructions say nothing of a plan and are left out.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections import Counter
from typing import IO, TYPE_CHECKING, Any, cast

from lxml import etree

from devcoop import names
from devcoop.errors import SourceError
from devcoop.load.content import open_bytes
from devcoop.load.records import Where
from devcoop.store.rdf import CountedFile, FilePosition

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from devcoop.load.content import Content

Tag = etree._Element
"""An element of a file."""
MOST_LEVELS = 100
"""How deep elements may be nested."""
LAST_LINE = 65_535
"""From here on, libxml2 no longer counts lines."""
MOST_BYTES = 1 << 30
"""Size that a packed file may have when it is unpacked."""
MOST_TIMES = 200
"""How many times larger than packed it may be; XML of lists shrinks to a tenth or a thirtieth."""
_FEW_BYTES = 16 << 20
"""Up to this size, a file may be as much larger as it likes."""
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_LANG = f"{{{names.XML}}}lang"
_ENTITIES = "it declares entities; XML with entities is not read"
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_HARMLESS: Mapping[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_PLAIN = {
    "ERR_TAG_NOT_FINISHED": "it ends in the middle",
    "ERR_DOCUMENT_EMPTY": "there is no XML in it",
    "ERR_UNKNOWN_ENCODING": "it names an unknown encoding",
}

_MEANT = {
    "xmlParseEntityRef: no name": 'a bare "&"; it must be written "&amp;"',
    "EntityRef: expecting": 'a bare "&"; it must be written "&amp;"',
    "StartTag: invalid element name": 'a bare "<"; it must be written "&lt;"',
}
"""What is wrong, by what the message of the parser has."""
_UNDECLARED = re.compile(r"Entity '(.+)' not defined")
_LIMITS = {
    "Text node too long": "a text is too long",
    "Buffer size limit exceeded": "an attribute or a comment is too long",
    "Comment too big": "an attribute or a comment is too long",
    "Excessive depth": "elements are nested too deeply",
}
"""What the parser refuses to read, by what its message has."""


def parse_xml(path: Path, content: bytes) -> Tag:
    """Parse XML of others; call it in a process that can be ended.

    Args:
        path: Names it in messages.
        content: Its bytes.

    Returns:
        The root. It can be handed to another process no more than the parser itself.

    Raises:
        SourceError: It is not well-formed, declares or uses entities, or is nested too deeply.
    """
    if content.startswith(_ZIP):
        raise SourceError(path, "this is a ZIP file, perhaps a workbook, and no XML")
    if b"<!DOCTYPE" in content and _ENTITY.search(content):
        raise SourceError(path, _ENTITIES)
    try:
        root: Tag = etree.fromstring(content, etree.XMLParser(**_HARMLESS))
    except etree.XMLSyntaxError as error:
        raise _explain(path, error) from None
    except ValueError as error:
        raise SourceError(path, f"this is no XML: {error}") from None
    _refuse_entities(path, root)
    _refuse_deep(path, root)
    return root


def parse_part(path: Path, part: str, content: bytes) -> Tag:
    """Parse a part of a packed file; call it in a process that can be ended.

    Args:
        path: Names the file in messages.
        part: Names the part.
        content: The bytes of the part.

    Raises:
        SourceError: It is not well-formed.
    """
    try:
        root: Tag = etree.fromstring(content, etree.XMLParser(**_HARMLESS))
    except etree.XMLSyntaxError as error:
        raise _explain(path, error, part) from None
    return root


def iter_tags(path: Path, part: str, file: IO[bytes], tag: str) -> Iterator[Tag]:
    """Iterate over elements of a part that may be too large to be held in memory.

    Args:
        path: Names the file in messages.
        part: Names the part.
        file: The part, opened.
        tag: Name of the elements, with their namespace. Each is emptied when the next is wanted.

    Raises:
        SourceError: It is not well-formed.
    """
    try:
        for _, node in etree.iterparse(file, tag=tag, **_HARMLESS):
            yield node
            node.clear(keep_tail=False)
    except etree.XMLSyntaxError as error:
        raise _explain(path, error, part) from None


def open_xml(path: Path, content: Content) -> XmlFile:
    """Open a file of XML that may be packed with gzip, which is seen from its first bytes.

    Args:
        path: Names it in messages.
        content: What it holds, which may be large.

    Returns:
        Its bytes unpacked, in portions. Reading raises SourceError if it is broken, or grows out
        of all measure.

    Raises:
        SourceError: It is a ZIP file.
    """
    begin = open_bytes(content).read(len(_ZIP))
    if begin == _ZIP:
        raise SourceError(path, "this is a ZIP file, perhaps a workbook, and no XML")
    return XmlFile(path, content, is_packed=begin.startswith(_GZIP))


class XmlFile(io.RawIOBase, IO[bytes]):
    """A file of XML, unpacked; `open_xml` opens it."""

    def __init__(self, path: Path, content: Content, *, is_packed: bool) -> None:
        self._position, self._size = FilePosition(), max(len(content), 1)
        stored = CountedFile(open_bytes(content), self._position)
        self._file = _Unpacked(path, stored, len(content)) if is_packed else stored

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes more, unpacked; all that are left if nothing is said."""
        return self._file.read(size) or b""

    @property
    def part(self) -> float:
        """Which part of the file was read, as it is stored: 1 at its end.

        It is the same whoever reads the file, if all read it in the same portions.
        """
        return self._position.bytes / self._size


class _Unpacked(io.RawIOBase, IO[bytes]):
    """What a file packed with gzip holds, up to a measure."""

    def __init__(self, path: Path, packed: io.RawIOBase, size: int) -> None:
        self._path, self._file = path, gzip.GzipFile(mode="rb", fileobj=packed)
        self._left = min(MOST_BYTES, max(_FEW_BYTES, size * MOST_TIMES))

    def read(self, size: int = -1) -> bytes:
        try:
            read = self._file.read(size)
        except (EOFError, OSError, zlib.error) as error:
            raise SourceError(self._path, f"it cannot be unpacked: {error}") from error
        self._left -= len(read)
        if self._left < 0:
            problem = "it is packed so tightly that it may be made to do harm; unpack it first"
            raise SourceError(self._path, problem)
        return read


def find_first_names(content: IO[bytes], number: int) -> list[str]:
    """Find the names of the first elements of XML, without their namespaces.

    Args:
        content: The file, opened.
        number: How many names are wanted.

    Returns:
        As many as there are in front of what is broken, if something is.
    """
    found: list[str] = []
    try:
        for _, node in etree.iterparse(content, events=("start",), **_HARMLESS):
            found.append(read_name(node))
            if len(found) == number:
                break
    except (etree.XMLSyntaxError, SourceError, ValueError):
        pass
    return found


def iter_children(
    path: Path, content: IO[bytes], around: Collection[str], names_of_items: Collection[str]
) -> Iterator[Tag]:
    """Iterate over an element and then its children, of which there may be too many for memory.

    Args:
        path: Names the file in messages.
        content: The file, opened.
        around: Local names that the element may have; the first that occurs is meant. It comes
            first, without its children.
        names_of_items: Local names of its children that come one by one. One of them that is
            not within such an element comes twice: before and after what is in it is read.

    Returns:
        The element, its items and what other children it has, in their order. Each goes when
        the next is wanted. Names in the namespace of the element lose it.

    Raises:
        SourceError: It is not well-formed, declares or uses entities, or is nested too deeply.
    """
    tags = [f"{{*}}{one}" for one in (*around, *names_of_items)]
    root: Tag | None = None
    namespace, has_dtd = "", False
    parsed = etree.iterparse(content, events=("start", "end"), tag=tags, **_HARMLESS)
    try:
        for event, node in parsed:
            if root is None:
                root, namespace = node, read_namespace(node)
                has_dtd = node.getroottree().docinfo.internalDTD is not None
                _refuse_entities(path, root)
                yield root
            elif event == "end" and (node.getparent() is root or node is root):
                for one in _find_ready(node, root, names_of_items):
                    _make_plain(path, one, namespace, has_dtd=has_dtd)
                    yield one
                    if one is not root:
                        root.remove(one)
    except etree.XMLSyntaxError as error:
        raise _find_undeclared(path, parsed.error_log) or _explain(path, error) from None
    except ValueError as error:
        raise SourceError(path, f"this is no XML: {error}") from None


def _find_ready(node: Tag, root: Tag, names_of_items: Collection[str]) -> list[Tag]:
    """Find what has been read when an element ends; what stands behind it may be half there."""
    if node is not root:
        is_alone = node.getprevious() is None
        before = [] if is_alone else [*node.itersiblings(preceding=True)]
        return [*reversed(before), node]
    return [root] if read_name(root) in names_of_items else [*root]


def _make_plain(path: Path, node: Tag, namespace: str, *, has_dtd: bool) -> None:
    """Take the namespace of a file from the names in it; refuse entities, which a DTD may have."""
    if has_dtd:
        _refuse_entities(path, node)
    if namespace:
        for one in node.iter(f"{{{namespace}}}*"):
            one.tag = read_name(one)


def _find_undeclared(path: Path, log: Iterable[Any]) -> SourceError | None:
    """Find the entity at which a parser stopped that then said that there is nothing to parse."""
    last = next(reversed([*log]), None)
    if last is None or not (found := _UNDECLARED.match(last.message)):
        return None
    return SourceError(path, _say_undeclared(f"&{found[1]};"), last.line or None)


def _say_undeclared(entity: str) -> str:
    return f"the entity {entity} is not declared in the file; write the character itself"


def _explain(path: Path, error: etree.XMLSyntaxError, part: str = "") -> SourceError:
    """Say in plain words why XML is not well-formed, and on which line or in which part.

    Raises:
        MemoryError: It may be, but there was no memory to read it.
    """
    if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError
    message = error.msg or ""
    # Once a schema was read, the log has what went wrong before as well, in this file or another.
    meant = (one.type_name for one in reversed([*error.error_log]) if _is_meant(one, message))
    kind = next(meant, "")
    if found := _UNDECLARED.match(message):
        return SourceError(path, _say_undeclared(f"&{found[1]};"), error.lineno or None)
    limits = (problem for mark, problem in _LIMITS.items() if mark in message)
    plain = (problem for mark, problem in _MEANT.items() if message.startswith(mark))
    told = (
        next(plain, "")
        or _PLAIN.get(kind)
        or re.sub(r"( line \d+)?(, line \d+, column \d+)? ?(\(.*\))?$", "", message)
    )
    if limit := next(limits, ""):
        return SourceError(path, f"{limit} to be read", where=Where(line=error.lineno or 0))
    problem = f"not well-formed XML: {' '.join(told.split())}"
    if part:
        return SourceError(path, problem, where=Where(xpath=part))
    return SourceError(path, problem, error.lineno or None)


def _is_meant(entry: Any, message: str) -> bool:
    return bool(entry.message) and message.startswith(entry.message)


def _refuse_entities(path: Path, root: Tag) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise SourceError(path, _ENTITIES)
    for one in root.iter(etree.Entity):
        raise SourceError(path, _say_undeclared(one.text or ""), one.sourceline)


def _refuse_deep(path: Path, root: Tag) -> None:
    level = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        if level > MOST_LEVELS:
            problem = f"elements are nested more than {MOST_LEVELS} deep"
            raise SourceError(path, problem, node.sourceline)


def write_xml(node: Tag) -> str:
    """Write an element with all in it as XML: what is alike is written alike."""
    return etree.tostring(node, with_tail=False, encoding="unicode")


def make_finder(path: str) -> Callable[[Tag], list[str]]:
    """Make a function that finds texts or attributes below an element.

    Args:
        path: As XPath 1.0 writes it; it ends in `text()` or in an attribute.

    Examples:
        >>> from pathlib import Path
        >>> make_finder("b/@c")(parse_xml(Path("a.xml"), b"<a><b c='1'/><b c='2'/></a>"))
        ['1', '2']
    """
    return cast("Callable[[Tag], list[str]]", etree.XPath(path, smart_strings=False))


def read_name(node: Tag) -> str:
    """Give the name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def read_namespace(node: Tag) -> str:
    """Give the namespace of an element; empty if it has none."""
    return str(etree.QName(node).namespace or "")


def read_own_text(node: Tag) -> str:
    """Give the text that stands in an element itself, in front of and between its children."""
    parts = [node.text, *(one.tail for one in node)]
    return " ".join(" ".join(part.split()) for part in parts if part and part.strip())


def iter_places(node: Tag, place: str) -> Iterator[tuple[Tag, str]]:
    """Iterate over an element and all below it, each with its place.

    Args:
        node: The element.
        place: Its own place.

    Returns:
        Elements with a path of local names, such as `/StrategicPlan/Goal[2]/Name`; a number
        stands where several of the name are beside each other.
    """
    # `MOST_LEVELS` makes recursion safe.
    yield node, place
    all_of = Counter(map(read_name, node))
    seen: Counter[str] = Counter()
    for child in node:
        name = read_name(child)
        seen[name] += 1
        number = f"[{seen[name]}]" if all_of[name] > 1 else ""
        yield from iter_places(child, f"{place}/{name}{number}")


def find_language(node: Tag) -> str:
    """Find the language that an element or one around it states; empty if none does."""
    here: Tag | None = node
    while here is not None:
        if language := here.get(_LANG, "").strip():
            return language
        here = here.getparent()
    return ""
