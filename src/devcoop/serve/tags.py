"""Entity tags: what a client already has, by version of the data and form of the answer."""

from __future__ import annotations


def tag_page(version: str, language: str) -> str:
    """Write the entity tag of a page.

    Examples:
        >>> tag_page("v1", "fr")
        '"v1.fr"'
    """
    return f'"{version}.{language}"'


def tag_document(version: str, media_type: str) -> str:
    """Write the entity tag of a document.

    Examples:
        >>> tag_document("v1", "text/turtle")
        '"v1.text/turtle"'
    """
    return f'"{version}.{media_type}"'


def tag_answer(version: str, kind: str, media_type: str) -> str:
    """Write the entity tag of a query's answer.

    It is a weak one: the same rows may come in another order, unless the query orders them.

    Examples:
        >>> tag_answer("v1", "t", "text/csv")
        'W/"v1.t.text/csv"'
    """
    return f'W/"{version}.{kind}.{media_type}"'


def has_tag(known: str, tag: str) -> bool:
    """Tell whether a client has what a tag stands for (RFC 9110, 13.1.2: weak comparison).

    Args:
        known: If-None-Match; empty if there is none.
        tag: The tag.

    Examples:
        >>> has_tag('"a", W/"v1.fr"', '"v1.fr"'), has_tag("*", '"v1.fr"'), has_tag("", '"v1.fr"')
        (True, True, False)
    """
    if not known:
        return False
    opaque = tag.removeprefix("W/")
    tags = [one.strip().removeprefix("W/") for one in known.split(",")]
    return opaque in tags or "*" in tags
