"""Texts of IATI: directly in an element, as version 1 has them, or in narratives, as version 2.

Children are taken as a slice, `node[:]`, here and by all who read elements of IATI: an iterator
over the one or two that most elements have takes longer to make than all else that is done.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.load.records import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.load.markup import Tag

LANGUAGE = f"{{{names.XML}}}lang"
"""Attribute that states a language."""
_MOST_CODES = 8192
"""Codes that are remembered."""


def squeeze(text: str | None) -> str:
    """Bring a text into one line."""
    return " ".join(text.split()) if text else ""


@lru_cache(maxsize=_MOST_CODES)
def squeeze_code(text: str | None) -> str:
    """Bring a code into one line: one of the few that a file has again and again."""
    return squeeze(text)


def lay_out(text: str | None) -> str:
    r"""Bring a text to lines without white space around them, and without empty lines.

    Examples:
        >>> lay_out("  so:\n\n   one  \n")
        'so:\none'
    """
    if not text or text.isspace():
        return ""
    if "\n" not in text and "\r" not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(filter(None, lines))


def read_texts(node: Tag, language: str) -> Iterator[Text]:
    """Read the texts of an element, in whichever languages there are.

    Args:
        node: The element.
        language: Language of what says no other.
    """
    language = node.get(LANGUAGE) or language
    if text := lay_out(node.text):
        yield Text(text, language)
    for one in node[:]:
        if one.tag == "narrative" and (text := lay_out(_whole(one))):
            yield Text(text, one.get(LANGUAGE) or language)


def _whole(node: Tag) -> str | None:
    """Give all text in an element, which hardly ever has others in it."""
    return "".join(node.itertext()) if len(node) else node.text


def read_line(node: Tag) -> str:
    """Give the first text of an element, in one line; empty if it has none."""
    if (text := node.text) and (words := text.split()):
        return " ".join(words)
    for one in node[:]:
        if one.tag == "narrative" and (text := squeeze(_whole(one))):
            return text
    return ""


def read_more_lines(node: Tag) -> list[str]:
    """Give all texts of an element but the first, each in one line."""
    number = len(node)
    if not number or (number == 1 and not squeeze(node.text)):
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
    text, items, number = node.text, node.items(), len(node)
    if not text and not number and len(items) == 1:
        # So are most codes written.
        name, value = items[0]
        if value and name[0] != "{":
            return f"{name} {value}"
    parts: list[str] = []
    if text and (words := text.split()):
        parts.append(" ".join(words))
    for name, value in items:
        if value and name != LANGUAGE:
            parts.append(f"{name if name[0] != '{' else local(name)} {value}")
    if number:
        for one in node[:]:
            if said := describe(one):
                name = str(one.tag)
                parts.append(said if name == "narrative" else f"{local(name)}: {said}")
            if (tail := one.tail) and not tail.isspace():
                parts.append(" ".join(tail.split()))
    return parts[0] if len(parts) == 1 else "; ".join(parts)
