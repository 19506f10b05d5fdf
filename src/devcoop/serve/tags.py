"""Entity tags: what a client already has, by version of the data, address and form of the answer.

A tag knows its address, so that no other address is answered by it: whether something exists
there has not been looked at yet when tags are compared.
"""

from __future__ import annotations

from zlib import crc32

ANY = "*"


def tag_page(version: str, language: str, address: str) -> str:
    """Write the entity tag of a page.

    Args:
        version: Of the data.
        language: Of the page.
        address: Its path and parameters.

    Examples:
        >>> tag_page("v1", "fr", "/about")
        '"v1.fr.34eec3be"'
    """
    return f'"{version}.{language}.{_mark(address)}"'


def tag_document(version: str, media_type: str, address: str) -> str:
    """Write the entity tag of a document.

    Args:
        version: Of the data.
        media_type: Of the document.
        address: Its path, or its name.

    Examples:
        >>> tag_document("v1", "text/turtle", "/about")
        '"v1.text/turtle.34eec3be"'
    """
    return f'"{version}.{media_type}.{_mark(address)}"'


def tag_answer(version: str, kind: str, media_type: str, asked: str) -> str:
    """Write the entity tag of a query's answer.

    It is a weak one: the same rows may come in another order, unless the query orders them.

    Args:
        version: Of the data.
        kind: Kind of the answer, in a letter.
        media_type: Of the answer.
        asked: The query and the graphs that it asks.

    Examples:
        >>> tag_answer("v1", "t", "text/csv", "ASK {}")
        'W/"v1.t.text/csv.9c52f911"'
    """
    return f'W/"{version}.{kind}.{media_type}.{_mark(asked)}"'


def _mark(text: str) -> str:
    return f"{crc32(text.encode(errors='replace')):08x}"


def has_tag(known: str, tag: str) -> bool:
    """Tell whether a client has what a tag stands for (RFC 9110, 13.1.2: weak comparison).

    Args:
        known: If-None-Match; empty if there is none. A star stands for whatever exists, which
            is told only after it was looked for: see `has_any`.
        tag: The tag.

    Examples:
        >>> has_tag('"a", W/"v1.fr"', '"v1.fr"'), has_tag("*", '"v1.fr"'), has_tag("", '"v1.fr"')
        (True, False, False)
    """
    if not known:
        return False
    opaque = tag.removeprefix("W/")
    return opaque in [one.strip().removeprefix("W/") for one in known.split(",")]


def has_any(known: str) -> bool:
    """Tell whether a client wants nothing of what exists.

    Args:
        known: If-None-Match.

    Examples:
        >>> has_any("*"), has_any('"a"')
        (True, False)
    """
    return known.strip() == ANY
