"""Data of persons in a table: columns that hold them, and addresses in other cells.

devcoop compares plans. Whom to call about one is no part of a plan, and is kept nowhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LEFT_OUT = "[left out]"
"""What stands instead of an address."""
_HEADING = re.compile(
    r"\b(e-?mails?|courriels?|correo|phones?|t[eé]l(|[eé]phones?|[eé]fonos?)|mobile|whatsapp|skype|"
    r"contacts?(?! trac)|contactos?|focal ?points?|points? focal|punto focal|surname|"
    r"reported by|submitted by|enumerator|respondent|encuestador)\b",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHONE = re.compile(
    r"\+\d[\d ()./-]{6,20}\d|\b(?:t[eé]l|phone|mobile|whatsapp)\w{0,8}[.: ]{1,3}"
    r"[+(\d][\d ()./-]{4,20}\d",
    re.IGNORECASE,
)
_MARKS = ("+", "tel", "tél", "phone", "mobile", "whatsapp")
"""What a telephone number begins with, in small letters."""
_HAS_DIGIT = re.compile(r"\d")
_DIGITS = range(9, 16)
"""Digits that an international telephone number has (ITU-T E.164), with its country's code."""
_SHORT = 200


def is_personal(heading: str) -> bool:
    """Tell whether a column holds data of persons, by its heading.

    Examples:
        >>> is_personal("Contact e-mail"), is_personal("Contact tracing")
        (True, False)
    """
    return bool(_HEADING.search(heading.replace("_", " ")))


def leave_out_addresses(text: str) -> tuple[str, int]:
    """Leave out e-mail addresses and telephone numbers, and count them.

    Returns:
        The text, empty if it was an address and nothing else; and the number.

    Examples:
        >>> leave_out_addresses("Ask a.b@c.org"), leave_out_addresses("+1 000 000")
        (('Ask [left out]', 1), ('+1 000 000', 0))
    """
    return _mask_short(text) if len(text) < _SHORT else _mask(text)


def _mask(text: str) -> tuple[str, int]:
    text, mails = _MAIL.subn(LEFT_OUT, text) if "@" in text else (text, 0)
    masked = _mask_phones(text) if _HAS_DIGIT.search(text) else text
    number = mails + masked.count(LEFT_OUT) - text.count(LEFT_OUT)
    return "" if masked == LEFT_OUT else masked, number


_mask_short = lru_cache(maxsize=20_000)(_mask)
"""Most texts of a table come often; long ones are not kept."""


def _mask_phones(text: str) -> str:
    """Leave out telephone numbers; the pattern is tried only where one may begin."""
    parts, end = [], 0
    for start in sorted(_iter_starts(text)):
        if start >= end and (found := _PHONE.match(text, start)):
            parts += [text[end:start], _mask_phone(found)]
            end = found.end()
    return "".join([*parts, text[end:]])


def _iter_starts(text: str) -> Iterator[int]:
    """Iterate over the places where a text has a plus sign or a word for a telephone."""
    lower = text.lower()
    if len(lower) != len(text):
        # A few letters become two, so that places in one are none in the other.
        yield from range(len(text))
        return
    for mark in _MARKS:
        start = lower.find(mark)
        while start >= 0:
            yield start
            start = lower.find(mark, start + 1)


def _mask_phone(found: re.Match[str]) -> str:
    """Leave a number that only has a plus sign, such as +1 000 000."""
    is_phone = found[0][0] != "+" or sum(map(str.isdigit, found[0])) in _DIGITS
    return LEFT_OUT if is_phone else found[0]
