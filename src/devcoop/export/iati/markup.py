"""Elements of IATI and texts in them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from devcoop import names
from devcoop.export.graphml import NOT_XML

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGE = f"{{{names.XML}}}lang"


def add(around: ET.Element, name: str, **attributes: str) -> ET.Element:
    """Add an element with those of its attributes that are not empty.

    Args:
        around: What it stands in.
        name: Its name.
        attributes: Their values by name, with an underscore for a hyphen.
    """
    written = {
        key.strip("_").replace("_", "-"): clean(value) for key, value in attributes.items() if value
    }
    return ET.SubElement(around, name, written)


def narrate(node: ET.Element, texts: Iterable[tuple[str, str]]) -> ET.Element:
    """Add texts to an element, each with its language, and give the element."""
    for language, text in texts:
        attributes = {LANGUAGE: language} if language else {}
        ET.SubElement(node, "narrative", attributes).text = clean(text)
    return node


def remark(node: ET.Element, words: str) -> None:
    """Add a comment for people."""
    node.append(ET.Comment(f" {words} "))


def clean(text: str) -> str:
    """Take out what XML cannot hold."""
    return NOT_XML.sub("\ufffd", text)
