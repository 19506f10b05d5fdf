"""How numbers, days and kinds of finding are put in English.

The page says the same thing in the same words everywhere, and a translator finds all of
them here. Words of an explanation are those of `devcoop.overlap.explanation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.overlap.conversations import STRENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from devcoop.model import Period

TYPE_NAMES = {
    "duplication": ("duplication", "duplications"),
    "duplication-candidate": ("possible duplication", "possible duplications"),
    "overlap": ("overlap", "overlaps"),
    "complementarity": ("complementary pair", "complementary pairs"),
    "continuity": ("continuity", "continuities"),
    "fragmentation": ("same broad area", "in the same broad area"),
    "dismissed": ("dismissed", "dismissed"),
    "none": ("no finding", "without finding"),
}
TIMING_NAMES = {
    "concurrent": "at the same time",
    "possibly-concurrent": "possibly at the same time",
    "successive": "one after the other",
    "unknown": "not known",
}
PLACE_NAMES = {
    "named": "both name the country",
    "named-and-group": "named by one, through a group by the other",
    "via-group": "through groups",
    "global": "one means all countries",
    "none": "no country in common",
    "unknown": "not known",
}
BASIS_NAMES = {
    "inferred": "inferred from the text",
    "assumed": "assumed",
    "unknown": "not stated",
}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SMALL = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


def write_number(value: int) -> str:
    """Write a number with commas between the thousands.

    Examples:
        >>> write_number(8876)
        '8,876'
    """
    return f"{value:,}"


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
    return f"{write_number(value)} {one if value == 1 else many or one + 's'}"


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


def join_words(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    Examples:
        >>> join_words(["ISO", "OBOR", "UNIDO"])
        'ISO, OBOR and UNIDO'
    """
    if len(words) < 2:  # noqa: PLR2004  one word needs no joining
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def write_day(day: date) -> str:
    """Write a day in words.

    Examples:
        >>> from datetime import date
        >>> write_day(date(2020, 11, 23))
        '23 November 2020'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def write_period(period: Period) -> str:
    """Write a period in words; whole years as years.

    Examples:
        >>> from datetime import date
        >>> from devcoop.model import Period
        >>> write_period(Period(date(2016, 1, 1), date(2020, 12, 31), "stated"))
        '2016 to 2020'
        >>> write_period(Period(date(2020, 11, 23), None, "inferred"))
        'from 23 November 2020, no end stated (inferred from the text)'
    """
    start, end = period.start, period.end
    note = f" ({BASIS_NAMES[period.basis]})" if period.basis in ("inferred", "assumed") else ""
    if start and end:
        whole = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
        first, last = (
            (str(start.year), str(end.year)) if whole else (write_day(start), write_day(end))
        )
        return (first if first == last else f"{first} to {last}") + note
    if start:
        return f"from {write_day(start)}, no end stated{note}"
    return f"until {write_day(end)}, no beginning stated{note}" if end else "no period stated"


def write_types(counts: Mapping[str, int]) -> str:
    """Write how many findings there are of each kind, the strongest kind first.

    Args:
        counts: Number by slug of the finding type.

    Examples:
        >>> write_types({"continuity": 2, "overlap": 1})
        '1 overlap and 2 continuities'
    """
    order = sorted(counts, key=lambda slug: (-STRENGTH.get(slug, 0), slug))
    return join_words([write_count(counts[slug], *name_type(slug)) for slug in order])


def name_type(slug: str) -> tuple[str, str]:
    """Name a kind of finding, for one and for several.

    Examples:
        >>> name_type("overlap")
        ('overlap', 'overlaps')
    """
    return TYPE_NAMES.get(slug, (slug.replace("-", " "), slug.replace("-", " ")))


def say_initiative(text: str) -> str:
    """Use the reader's word for what the ontology calls an undertaking.

    Examples:
        >>> say_initiative("Undertakings that lead nowhere: no undertaking")
        'Initiatives that lead nowhere: no initiative'
    """
    return text.replace("undertaking", "initiative").replace("Undertaking", "Initiative")
