"""What stands beside the title of an initiative, so that it can be found in its document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devcoop.model import Undertaking

_MADE = re.compile(r"x?[0-9a-f]{10}|[0-9a-f]{16}|[a-z]+://\S*")
"""Hashes that readers of lists make where a row has no code of its own, and IRIs."""


def write_mark(one: Undertaking) -> str:
    """Write the identifier that a plan gives an initiative; else its place in the file.

    Args:
        one: The initiative.

    Returns:
        A word that its readers know from the document or the file; empty if there is none.

    Examples:
        >>> from devcoop.model import Agency, Passage, Period, Undertaking
        >>> agency = Agency("a", "X", "Agency X")
        >>> one = Undertaking("x", "X-1.2", "One", agency, "p", Period(None, None))
        >>> write_mark(one)
        'X-1.2'
    """
    if not _MADE.fullmatch(one.identifier):
        return one.identifier
    places = (passage.locator for passage in one.evidence)
    return next((place for place in places if not _MADE.fullmatch(place)), "")
