"""Numbers with what is counted, and kinds of finding, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.model import STRENGTH
from devcoop.words.codes import TYPES
from devcoop.words.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Mapping

_SMALL = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def write_count(value: int, one: str, many: str = "") -> str:
    """Write a number with the word for what is counted.

    Args:
        value: How many.
        one: The word for one of them.
        many: The word for several; `one` with an s if left out.

    Examples:
        >>> write_count(1, "plan"), write_count(3, "plan")
        ('1 plan', '3 plans')
    """
    return f"{ENGLISH.number(value)} {one if value == 1 else many or one + 's'}"


def spell_count(value: int, one: str, many: str = "") -> str:
    """Write a count with a small number spelled out, as at the beginning of a sentence.

    Args:
        value: How many.
        one: The word for one of them.
        many: The word for several; `one` with an s if left out.

    Examples:
        >>> spell_count(3, "plan"), spell_count(40, "plan")
        ('Three plans', '40 plans')
    """
    if value >= len(_SMALL):
        return write_count(value, one, many)
    return f"{_SMALL[value].capitalize()} {one if value == 1 else many or one + 's'}"


def write_types(counts: Mapping[str, int]) -> str:
    """Write how many findings there are of each kind, the strongest kind first.

    Args:
        counts: Number by slug of the finding type.

    Examples:
        >>> write_types({"continuity": 2, "overlap": 1})
        '1 overlap and 2 continuities'
    """
    order = sorted(counts, key=lambda slug: (-STRENGTH.get(slug, 0), slug))
    return ENGLISH.join([write_count(counts[slug], *name_type(slug)) for slug in order])


def name_type(slug: str) -> tuple[str, str]:
    """Name a kind of finding, for one and for several.

    Examples:
        >>> name_type("overlap")
        ('overlap', 'overlaps')
    """
    return TYPES.get(slug, (slug.replace("-", " "), slug.replace("-", " ")))
