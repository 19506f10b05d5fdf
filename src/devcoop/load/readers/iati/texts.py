"""Texts of IATI: directly in an element, as version 1 has them, or in narratives, as version 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop import names
from devcoop.load.records import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.load.markup import Tag

LANGUAGE = f"{{{names.XML}}}lang"
"""Attribute that states a language."""


def squeeze(text: str | None) -> str:
    """Bring a text into one line."""
    return " ".join(text.split()) if text else ""


def lay_out(text: str | None) -> str:
    r"""Bring a text to lines without white space around them, and without empty lines.

    Examples:
        >>> lay_out("  so:\n\n   one  \n")
        'so:\none'
    """
    lines = (" ".join(line.split()) for line in (text or "").splitlines())
    return "\n".join(filter(None, lines))


def read_texts(node: Tag, language: str) -> Iterator[Text]:
    """Read the texts of an element, in whichever languages there are.

    Args:
        node: The element.
        language: Language of what says no other.
    """
    language = node.get(LANGUAGE) or language
    own = node.text
    if own and (text := lay_out(own)):
        yield Text(text, language)
    for one in node:
        if one.tag == "narrative":
            whole = one.text if not len(one) else "".join(one.itertext())
            if text := lay_out(whole):
                yield Text(text, one.get(LANGUAGE) or language)


def read_line(node: Tag) -> str:
    """Give the first text of an element, in one line; empty if it has none."""
    if text := squeeze(node.text):
        return text
    for one in node:
        if one.tag == "narrative" and (text := squeeze("".join(one.itertext()))):
            return text
    return ""


def read_more_lines(node: Tag) -> list[str]:
    """Give all texts of an element but the first, each in one line."""
    if len(node) < 2 and not (len(node) and squeeze(node.text)):  # noqa: PLR2004
        return []
    return [squeeze(one.value) for one in read_texts(node, "")][1:]


def local(name: str) -> str:
    """Give a name without its namespace."""
    return name.rpartition("}")[2] if name[0] == "{" else name


def describe(node: Tag) -> str:
    """Say in one line whatever an element and all in it say.

    Args:
        node: The element; how deep it may be is bounded by the parser.

    Examples:
        >>> from pathlib import Path
        >>> from devcoop.load.markup import parse_xml
        >>> content = b'<a code="7"><b><narrative>Word</narrative></b></a>'
        >>> describe(parse_xml(Path("a.xml"), content))
        'code 7; b: Word'
    """
    text, items = node.text, node.items()
    parts = [" ".join(text.split())] if text and not text.isspace() else []
    if items:
        parts += [
            f"{name if name[0] != '{' else local(name)} {value}"
            for name, value in items
            if value and name != LANGUAGE
        ]
    if len(node):
        parts += _iter_below(node)
    return parts[0] if len(parts) == 1 else "; ".join(parts)


def _iter_below(node: Tag) -> Iterator[str]:
    """Iterate over what the children of an element say, and what stands between them."""
    for one in node:
        if said := describe(one):
            name = str(one.tag)
            yield said if name == "narrative" else f"{local(name)}: {said}"
        tail = one.tail
        if tail and not tail.isspace():
            yield " ".join(tail.split())
