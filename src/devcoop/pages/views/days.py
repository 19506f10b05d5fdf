"""Days that people write into an address or a form."""

from __future__ import annotations

import re
from datetime import date

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_day(text: str) -> date | None:
    """Read a day.

    Args:
        text: As ISO 8601 writes it, such as `2016-01-01`.

    Returns:
        None if there is no such day.

    Examples:
        >>> read_day("2016-02-29"), read_day("2015-02-29"), read_day("20160229")
        (datetime.date(2016, 2, 29), None, None)
    """
    if not _DAY.fullmatch(text) or not text.isascii():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
