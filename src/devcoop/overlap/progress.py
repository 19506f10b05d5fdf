"""How far a comparison is, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[float], object]
"""Is given the share of the pairs that were looked at, from 0 to 1, now and then."""


def tell_nobody(share: float) -> None:
    """Keep it to oneself.

    Args:
        share: Of the pairs that were looked at.
    """
