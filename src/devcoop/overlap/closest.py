"""The closest pairs of each undertaking and of each two agencies, out of more than can be kept.

Pairs come block by block. Once a side has enough findings that are sure, a pair that is further
apart than the last of them is of no use to it; and a pair that is of no use to either side nor to
the two agencies goes. Nothing else goes, so that what is left holds the closest of each exactly.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from devcoop.overlap.blocks import NO_PAIRS, Block, join_blocks
from devcoop.overlap.bounds import SLACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devcoop.overlap.sets import Floats, Indices

_MOST_WAITING = 8_000_000
"""Pairs that are kept before those of no use are sorted out."""
_MOST_SECONDS = 60
"""How long a run goes on before it keeps how far it came, so that hardly more is ever lost."""


class Progress(NamedTuple):
    """How far a run came.

    Attributes:
        blocks: How many blocks it went through.
        left: What is left of their pairs.
    """

    blocks: int = 0
    left: Block = NO_PAIRS


class Closest:
    """Keeps the closest pairs.

    Args:
        best: How many findings of each undertaking, and of each two agencies, are kept.
        undertakings: A number above all codes of undertakings.
        agencies: A number above all of two agencies.
    """

    def __init__(self, best: int, undertakings: int, agencies: int) -> None:
        self._best = best
        self._of_sides = np.full(undertakings, -np.inf, dtype=np.float32)
        self._of_agencies = np.full(agencies, -np.inf, dtype=np.float32)
        self._kept = NO_PAIRS

    def choose(
        self, blocks: Iterable[Block], keep: Callable[[int, Block], None], start: Progress
    ) -> Block:
        """Choose the closest pairs of all.

        Args:
            blocks: All pairs that may be findings, from where an earlier run was ended.
            keep: Is given the number of blocks so far, and what is left of them, now and then.
            start: What an earlier run kept last.

        Returns:
            Those that are among the closest, and those of which that is not sure.
        """
        self._sort_out([start.left])
        waiting: list[Block] = []
        since = time.monotonic()
        for number, block in enumerate(blocks, start=start.blocks + 1):
            waiting.append(self._drop_useless(block))
            # The closer the pairs are that are kept already, the fewer wait, and the longer.
            is_long = time.monotonic() - since > _MOST_SECONDS
            if is_long or sum(len(one.left) for one in waiting) > _MOST_WAITING:
                self._sort_out(waiting)
                waiting = []
                keep(number, self._kept)
                since = time.monotonic()
        self._sort_out(waiting)
        return self._kept

    def _sort_out(self, waiting: list[Block]) -> None:
        pairs = join_blocks([self._kept, *waiting])
        sure = pairs.take(pairs.is_sure)
        sides, score = np.concatenate([sure.left, sure.right]), np.tile(sure.score, 2)
        self._raise(self._of_sides, sides, score)
        self._raise(self._of_agencies, sure.agencies, sure.score)
        self._kept = self._drop_useless(pairs)

    def _drop_useless(self, pairs: Block) -> Block:
        floors = np.minimum(self._of_sides[pairs.left], self._of_sides[pairs.right])
        floors = np.minimum(floors, self._of_agencies[pairs.agencies])
        return pairs.take(pairs.score >= floors)

    def _raise(self, floors: Floats, owners: Indices, score: Floats) -> None:
        """Raise the floor of each owner to its last pair of use, a little below."""
        order = np.lexsort((-score, owners))
        owners, score = owners[order], score[order]
        last = np.zeros(len(owners), dtype=bool)
        # The pair that many places before is of the same owner: this one is its last or later.
        earlier = owners[: max(0, len(owners) - self._best + 1)]
        last[self._best - 1 :] = owners[self._best - 1 :] == earlier
        np.maximum.at(floors, owners[last], score[last] - 2 * np.float32(SLACK))
