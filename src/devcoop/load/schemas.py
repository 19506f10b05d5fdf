"""Schemas of XML and paths in it, out of a folder that a person gives: nothing is fetched.

A schema is read only if all that it includes lies in its folder.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from devcoop.errors import SourceError
from devcoop.names import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devcoop.load.markup import Tag

_XSD = f"{{{PREFIXES['xsd'].removesuffix('#')}}}"
_INCLUDES = tuple(f"{_XSD}{name}" for name in ("include", "import", "redefine", "override"))


class Breach(NamedTuple):
    """A place where a file breaks a schema.

    Attributes:
        line: Line of the file.
        problem: What is wrong there.
    """

    line: int
    problem: str


class Schema:
    """A schema of XML.

    Args:
        path: Its file.

    Raises:
        SourceError: It is no schema, or includes what does not lie in its folder.
    """

    def __init__(self, path: Path) -> None:
        _refuse_others(path, path.parent.resolve(), set())
        try:
            self._schema = etree.XMLSchema(_parse(path))
        except etree.XMLSchemaParseError as error:
            raise SourceError(path, f"this is no schema: {error}") from error

    def find_breaches(self, node: Tag, within: Tag | None = None) -> list[Breach]:
        """Find where an element breaks the schema, with all that is in it.

        Args:
            node: The element.
            within: What it is in, if the attributes of that are to be looked at, too.
        """
        if within is not None:
            shell = etree.Element(within.tag, dict(within.attrib), within.nsmap)
            shell.append(copy(node))
            node = shell
        if self._schema.validate(node):
            return []
        return [Breach(one.line, one.message) for one in self._schema.error_log]


def _parse(path: Path) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.parse(str(path), parser)
    except (OSError, etree.XMLSyntaxError) as error:
        raise SourceError(path, f"this is no schema: {error}") from error


def _refuse_others(path: Path, folder: Path, seen: set[Path]) -> None:
    """Refuse a schema that includes what does not lie in its folder, at whatever distance."""
    seen.add(path)
    for one in _parse(path).getroot().iter(*_INCLUDES):
        place = one.get("schemaLocation", "")
        if not place:
            continue
        other = (path.parent / place).resolve()
        if "://" in place or not other.is_relative_to(folder) or not other.is_file():
            problem = f"{place} is not beside it, and nothing is fetched"
            raise SourceError(path, problem, one.sourceline)
        if other not in seen:
            _refuse_others(other, folder, seen)


class Below:
    """A path of XPath 1.0 below an element.

    Args:
        path: As written.

    Raises:
        ValueError: It is no such path.
    """

    def __init__(self, path: str) -> None:
        try:
            self._find = etree.XPath(path, smart_strings=False)
        except etree.XPathError as error:
            raise ValueError(f"{path!r} is no path: {error}") from error

    def iter_nodes(self, node: Tag) -> Iterator[Tag]:
        """Iterate over the elements that it finds below an element."""
        found = self._find(node)
        for one in found if isinstance(found, list) else ():
            if not isinstance(one, str):
                yield one

    def list_texts(self, node: Tag) -> list[str]:
        """List the texts of the elements and attributes that it finds."""
        found = self._find(node)
        if not isinstance(found, list):
            return [str(found)] if found else []
        return [(one if isinstance(one, str) else "".join(one.itertext())).strip() for one in found]
