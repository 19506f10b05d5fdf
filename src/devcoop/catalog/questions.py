"""The query library as linked data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyoxigraph as ox


def build_questions() -> list[ox.Triple]:
    """State each query of the library as an executable of SHACL.

    Returns:
        Triples without blank nodes, sorted.
    """
    return []
