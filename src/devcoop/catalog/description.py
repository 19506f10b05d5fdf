"""VoID and DCAT: what is in a dataset, how much of it, under which licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyoxigraph as ox

    from devcoop.pipeline import Analysis


def describe_dataset(store: ox.Store, analysis: Analysis) -> list[ox.Quad]:
    """Describe a dataset for its default graph.

    Args:
        store: Its named graphs.
        analysis: The run that its findings come from.

    Returns:
        Quads of the default graph, without blank nodes.
    """
    del store, analysis
    return []
