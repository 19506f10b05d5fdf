"""Workers answer from a comparison that stands in a file, although they close what they can."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.overlap import Limits, compare
from devcoop.serve.worker import keep_only

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.overlap import Comparison

FEW = Limits(exhaustive=0)


def describe(comparison: Comparison, sides: tuple[str, str]) -> str:
    """Say all that a page about two initiatives and their country asks."""
    country = comparison.list_countries()[0]
    asked = (
        comparison.find_pair(*sides),
        comparison.places(*sides),
        sorted(map(repr, comparison.iter_ways(country))),
        [pair.right for pair in comparison.iter_pairs(of=sides[0])],
    )
    return repr(asked)


def test_worker_reads_on_in_a_kept_comparison(tmp_path: Path) -> None:
    facets = read_facet_table(build_graph())
    alone = compare(facets, limits=FEW, folder=tmp_path)
    rows = facets.records("undertaking")
    left = next(one["undertaking"] for one in rows if one["agency"].endswith("/iso"))
    right = next(one["undertaking"] for one in rows if one["agency"].endswith("/unido"))
    expected = describe(alone, (left, right))
    kept = compare(facets, limits=FEW, folder=tmp_path)
    assert kept.list_descriptors()
    here, there = socket.socketpair()
    child = os.fork()
    if child == 0:
        try:
            here.detach()
            channel = keep_only(there, kept.list_descriptors())
            # Numbers that were closed are given to other files.
            for _ in range(20):
                os.open(os.devnull, os.O_RDONLY)
            channel.sendall(describe(kept, (left, right)).encode())
            channel.close()
        finally:
            os._exit(0)
    there.close()
    with here, here.makefile("rb") as told:
        assert told.read().decode() == expected
    os.waitpid(child, 0)


def test_comparison_in_memory_needs_no_descriptors() -> None:
    assert compare(read_facet_table(build_graph()), limits=FEW).list_descriptors() == []
