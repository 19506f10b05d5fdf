"""Which of several forms a client gets (RFC 9110, section 12)."""

from __future__ import annotations

from functools import lru_cache

_MOST_RANGES = 64


@lru_cache(maxsize=512)
def choose(accept: str, offers: tuple[str, ...]) -> str | None:
    """Choose the media type that a client likes best.

    Args:
        accept: Its Accept header; empty if there is none.
        offers: Media types without parameters, the one that we like best first.

    Returns:
        One of the offers; None if none is acceptable.

    Examples:
        >>> choose("text/csv;q=0.5, */*;q=0.1", ("application/json", "text/csv"))
        'text/csv'
        >>> choose("", ("application/json", "text/csv"))
        'application/json'
        >>> choose("image/png", ("application/json", "text/csv")) is None
        True
    """
    if not accept.strip():
        return offers[0]
    ranges = read_ranges(accept)
    best = max(offers, key=lambda offer: _weigh(offer, ranges))
    return best if _weigh(best, ranges) > 0 else None


def read_ranges(header: str) -> dict[str, float]:
    """Read the ranges of an Accept header with their weights; broken ones are left out.

    Args:
        header: The header.

    Examples:
        >>> read_ranges("text/turtle; charset=utf-8; q=0.3, */*")
        {'text/turtle': 0.3, '*/*': 1.0}
    """
    ranges: dict[str, float] = {}
    for entry in header.split(",")[:_MOST_RANGES]:
        name, *params = (part.strip().lower() for part in entry.split(";"))
        weight = _read_weight(params)
        if "/" in name and weight is not None:
            ranges[name] = max(weight, ranges.get(name, 0.0))
    return ranges


def _read_weight(params: list[str]) -> float | None:
    """Read q among the parameters: 1 if it is missing, None if it is no weight."""
    written = next((value[2:] for value in params if value.startswith("q=")), "1")
    try:
        weight = float(written)
    except ValueError:
        return None
    return weight if 0 <= weight <= 1 else None


def _weigh(offer: str, ranges: dict[str, float]) -> float:
    """Weigh an offer by the most exact range that covers it."""
    for covering in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        if covering in ranges:
            return ranges[covering]
    return 0.0
