"""Spellings of one name: what differs in case, white space, punctuation or accents only."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def fold(text: str) -> str:
    """Bring the spellings of one name to one form, which is for comparing only.

    Marks are taken from Latin letters alone, since elsewhere they make other words; what stands
    between two digits keeps them apart.

    Examples:
        >>> fold("Shelter/ NFI") == fold("SHELTER-NFI"), fold("Éducation") == fold("education")
        (True, True)
        >>> fold("Annex 1.5") == fold("Annex 15"), fold("Zone A") == fold("Zone B"), fold("-")
        (False, False, '-')
    """
    folded = "".join(_iter_folded(unicodedata.normalize("NFKD", text).casefold()))
    return folded or text.strip()


def _iter_folded(text: str) -> Iterator[str]:
    last, is_apart, is_latin = "", False, False
    for char in text:
        category = unicodedata.category(char)
        if category == "Mn":
            if not is_latin:
                yield char
            continue
        if category[0] in "PZC":
            is_apart = True
            continue
        if is_apart and last.isdigit() and char.isdigit():
            yield " "
        yield char
        last, is_apart = char, False
        is_latin = char.isascii() or unicodedata.name(char, "").startswith("LATIN")


def join_spellings(counted: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Find names that are spelled in several ways.

    Args:
        counted: How often each spelling occurs.

    Returns:
        By the spelling that is most frequent, of equals the first in alphabetical order, all
        spellings of that name with their numbers, the most frequent first; only names that have
        several.

    Examples:
        >>> join_spellings({"Wash": 3, "WASH": 40, "Health": 9})
        {'WASH': {'WASH': 40, 'Wash': 3}}
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for text in sorted(counted, key=lambda one: (-counted[one], one)):
        groups[fold(text)].append(text)
    several = [texts for texts in groups.values() if len(texts) > 1]
    return {texts[0]: {text: counted[text] for text in texts} for texts in several}
