"""XML of others, read so that it can do no harm: the one door to its parser.

Files of XML are parsed here, and the parts of XML that workbooks pack. No entity is resolved,
nothing is fetched, and no DTD is loaded; a file that declares entities is refused. What is wrong
is told in one line, with the line of the file or the name of the part. Comments and processing
instructions say nothing of a plan and are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import IO, TYPE_CHECKING, Any

from lxml import etree

from devcoop import names
from devcoop.errors import SourceError
from devcoop.load.records import Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Tag = etree._Element
"""An element of a file."""
MOST_LEVELS = 100
"""How deep elements may be nested."""
LAST_LINE = 65_535
"""From here on, libxml2 no longer counts lines."""
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
    "ERR_NAME_REQUIRED": 'a bare "&"; it must be written "&amp;"',
    "ERR_ENTITYREF_SEMICOL_MISSING": 'a bare "&"; it must be written "&amp;"',
    "ERR_TAG_NOT_FINISHED": "it ends in the middle",
    "ERR_DOCUMENT_EMPTY": "there is no XML in it",
    "ERR_UNKNOWN_ENCODING": "it names an unknown encoding",
}


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
    if content.startswith(b"PK\x03\x04"):
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


def _explain(path: Path, error: etree.XMLSyntaxError, part: str = "") -> SourceError:
    """Say in plain words why XML is not well-formed, and on which line or in which part."""
    kind = error.error_log[0].type_name if len(error.error_log) else ""
    told = _PLAIN.get(kind) or re.sub(
        r"( line \d+)?(, line \d+, column \d+)? ?(\(.*\))?$", "", error.msg or ""
    )
    problem = f"not well-formed XML: {' '.join(told.split())}"
    if part:
        return SourceError(path, problem, where=Where(xpath=part))
    return SourceError(path, problem, error.lineno or None)


def _refuse_entities(path: Path, root: Tag) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise SourceError(path, _ENTITIES)
    for one in root.iter(etree.Entity):
        problem = f"the entity {one.text} is not declared in the file; write the character itself"
        raise SourceError(path, problem, one.sourceline)


def _refuse_deep(path: Path, root: Tag) -> None:
    level = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        if level > MOST_LEVELS:
            problem = f"elements are nested more than {MOST_LEVELS} deep"
            raise SourceError(path, problem, node.sourceline)


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
