"""Blocks of pairs that may be findings, as arrays with a cell for each pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.overlap.sets import Flags, Floats, Indices


class Block(NamedTuple):
    """What became of the pairs of some undertakings with those that come after them.

    Attributes:
        left: Codes of the left undertakings of the pairs that may be findings.
        right: Codes of the right ones.
        agencies: A number for the two agencies of each pair.
        score: About how close they are in substance.
        is_sure: Whether they are findings for sure.
        near: How many pairs were looked at one by one: near in subject, and in one place perhaps.
    """

    left: Indices
    right: Indices
    agencies: Indices
    score: Floats
    is_sure: Flags
    near: int

    def take(self, those: Flags | slice) -> Block:
        """Take some of the pairs.

        Args:
            those: For each pair, whether to take it; or which stretch.
        """
        return Block(
            self.left[those],
            self.right[those],
            self.agencies[those],
            self.score[those],
            self.is_sure[those],
            self.near,
        )

    def leave_out_among(self, those: Indices) -> Block:
        """Leave out the pairs of which both sides are among some undertakings.

        Args:
            those: Their codes.
        """
        return self.take(~(np.isin(self.left, those) & np.isin(self.right, those)))


NO_PAIRS = Block(
    left=np.array([], dtype=np.int64),
    right=np.array([], dtype=np.int64),
    agencies=np.array([], dtype=np.int64),
    score=np.array([], dtype=np.float32),
    is_sure=np.array([], dtype=bool),
    near=0,
)
"""A block without pairs."""


def join_blocks(blocks: list[Block]) -> Block:
    """Put the pairs of blocks together.

    Args:
        blocks: Any number of them.
    """
    blocks = [NO_PAIRS, *blocks]
    return Block(
        left=np.concatenate([block.left for block in blocks]),
        right=np.concatenate([block.right for block in blocks]),
        agencies=np.concatenate([block.agencies for block in blocks]),
        score=np.concatenate([block.score for block in blocks]),
        is_sure=np.concatenate([block.is_sure for block in blocks]),
        near=sum(block.near for block in blocks),
    )


def split_block(block: Block, pairs: int) -> Iterator[Block]:
    """Split a block into smaller ones.

    Args:
        block: The block.
        pairs: Most pairs of each.

    Yields:
        The blocks, one at least; the first says how many pairs were near, the others none.
    """
    for start in range(0, max(1, len(block.left)), pairs):
        part = block.take(slice(start, start + pairs))
        yield part if start == 0 else part._replace(near=0)
