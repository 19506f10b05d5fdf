"""XML that any parser reads: what the engine writes, checked while it is written.

XML 1.0 cannot hold all that RDF can: most control characters have no way to be written, and
a property whose IRI ends in a digit or a slash has no name in RDF/XML. A bare carriage return
would be read as a line feed, so it is written as a reference.
"""

from __future__ import annotations

import io
import json
import re
from typing import Protocol
from xml.parsers import expat

from devcoop.errors import GraphError

_RETURN = b"&#13;"
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
# Every IRI of a namespace ends before this in the names that the parser gives.
_APART = " "


class Sink(Protocol):
    """Where bytes can be written to."""

    def write(self, data: bytes, /) -> int:
        """Take bytes."""


class XmlSink:
    """Takes XML, passes it on, and refuses what is not well-formed.

    Args:
        sink: Takes the bytes.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._parser = expat.ParserCreate(namespace_separator=_APART)

    def write(self, data: bytes, /) -> int:
        """Take bytes.

        Args:
            data: The bytes.

        Raises:
            GraphError: They are no XML 1.0.
        """
        written = bytes(data).replace(b"\r", _RETURN)
        self._parse(written, is_last=False)
        self._sink.write(written)
        return len(data)

    def flush(self) -> None:
        """Do nothing; who writes expects this."""

    def finish(self) -> None:
        """See that the document is whole.

        Raises:
            GraphError: It is not.
        """
        self._parse(b"", is_last=True)

    def _parse(self, data: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            problem = expat.ErrorString(error.code)
            raise GraphError(
                f"XML cannot hold this ({problem}): it has a control character, or a property whose"
                " IRI ends without a name; take another format"
            ) from error


def check_xml(content: bytes) -> bytes:
    r"""Give XML back as every parser reads it.

    Args:
        content: What the engine wrote.

    Raises:
        GraphError: It is no XML 1.0.

    Examples:
        >>> check_xml(b"<a>\r</a>")
        b'<a>&#13;</a>'
    """
    whole = io.BytesIO()
    sink = XmlSink(whole)
    sink.write(content)
    sink.finish()
    return whole.getvalue()


class _DeclaredError(Exception):
    """An entity is declared."""


def _is_said_only(content: bytes) -> bool:
    """Tell whether the words stand in a text or a comment of XML that declares no entity."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise _DeclaredError

    parser.EntityDeclHandler = refuse
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (_DeclaredError, expat.ExpatError):
        return False
    return True


def refuse_entities(content: bytes) -> None:
    """Refuse XML that declares entities, wherever the words stand and whether they are used.

    Args:
        content: XML.

    Raises:
        ValueError: It declares some.
    """
    # It tells UTF-16 and UTF-32 by their empty bytes, with and without a mark.
    encoding = json.detect_encoding(content)
    said = _ENTITY.search(content.decode(encoding, errors="replace"))
    if said and not _is_said_only(content):
        raise ValueError(
            "it declares entities of XML, which are refused; write what they stand for"
        )
