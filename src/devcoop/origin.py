"""Where plans and reviews come from: a store, or what is built in and a file of reviews.

Every command and the server work on one of these, so what holds for one holds for all.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from devcoop.graph import build_graph
from devcoop.reviews import ReviewFile, read_reviews
from devcoop.store.folder import MOST_COPIED, REVIEWS, copy_for_work, measure_store, open_store
from devcoop.store.quadstore import SMALL_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.reviews import GapReview, Review
    from devcoop.store import Store


@dataclass(frozen=True)
class Origin:
    """Plans and what people said about them.

    Attributes:
        store: Folder of a store; None for the built-in plans.
        reviews: File of reviews beside the built-in plans; a store has its own.
        must_have_reviews: Whether it is an error that the file of reviews is not there.
    """

    store: Path | None = None
    reviews: Path | None = None
    must_have_reviews: bool = False

    @contextlib.contextmanager
    def open_plans(self, *, most_copied: int = SMALL_BYTES) -> Iterator[Store]:
        """Open the plans for reading.

        Args:
            most_copied: Size in bytes of a store's files up to which a copy in memory is worth
                its time.

        Raises:
            StoreError: There is no store, or it is broken.

        Examples:
            >>> with Origin().open_plans() as store:
            ...     "https://w3id.org/devcoop/graph/plan/iso-2016-2020" in store.graphs()
            True
        """
        if self.store is None:
            yield build_graph()
        else:
            with open_store(self.store, most_copied=most_copied) as store:
                yield store

    @property
    def is_large(self) -> bool:
        """Whether the plans are so many that it takes a while to copy them into memory."""
        return self.store is not None and measure_store(self.store) > SMALL_BYTES

    @contextlib.contextmanager
    def open_for_work(self, *, most_copied: int = MOST_COPIED) -> Iterator[Store]:
        """Open a copy of the plans, which may be given graphs that are worked out from them.

        Args:
            most_copied: As for `open_plans`.

        Raises:
            StoreError: There is no store, or it cannot be copied.
        """
        if self.store is None:
            yield build_graph()
        else:
            with copy_for_work(self.store, most_copied=most_copied) as store:
                yield store

    def read_reviews(self) -> ReviewFile:
        """Read the reviews; without a file there are none.

        Raises:
            SourceError: The file cannot be read, or must be there and is not.
        """
        path = self.store / REVIEWS if self.store else self.reviews
        if path is None:
            return ReviewFile(Path(REVIEWS), frozenset(), {}, 0)
        return read_reviews(path, must_exist=self.must_have_reviews and not self.store)

    def list_reviews(self) -> list[Review | GapReview]:
        """List the review that counts for each pair.

        Raises:
            SourceError: The file cannot be read.
        """
        return list(self.read_reviews().reviews.values())
