"""The line of those who wait for a worker: bounded, and fair to every client."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Item = TypeVar("Item")


class WaitingLine(Generic[Item]):
    """Clients take turns, however many requests each of them has in the line.

    Args:
        size: Requests that may wait.
        share: Those of one client among them.

    Examples:
        >>> line = WaitingLine[int](size=9, share=2)
        >>> [line.add(*one) for one in [("a", 1), ("a", 2), ("a", 3), ("b", 4)]]
        [True, True, False, True]
        >>> [line.take() for _ in range(4)]
        [1, 4, 2, None]
    """

    def __init__(self, *, size: int, share: int) -> None:
        self._size, self._share, self._count = size, share, 0
        self._clients: OrderedDict[str, deque[Item]] = OrderedDict()

    def __len__(self) -> int:
        return self._count

    def is_full(self) -> bool:
        """Tell whether nobody else may wait."""
        return self._count >= self._size

    def add(self, client: str, item: Item) -> bool:
        """Let a request wait; False if the line is full, or the client's share of it is.

        Args:
            client: Its address.
            item: The request.
        """
        own = self._clients.get(client)
        if self.is_full() or (own is not None and len(own) >= self._share):
            return False
        if own is None:
            own = self._clients[client] = deque()
        own.append(item)
        self._count += 1
        return True

    def take(self, may: Callable[[str], bool] = lambda _: True) -> Item | None:
        """Take the next request out of the line.

        Args:
            may: Whether it may be one of this client.
        """
        client = next(filter(may, self._clients), None)
        if client is None:
            return None
        own = self._clients[client]
        item = own.popleft()
        self._count -= 1
        if own:
            self._clients.move_to_end(client)
        else:
            del self._clients[client]
        return item

    def discard(self, client: str, item: Item) -> None:
        """Take a certain request out of the line if it is in it.

        Args:
            client: Whose it is.
            item: The request.
        """
        own = self._clients.get(client)
        if own is None or item not in own:
            return
        own.remove(item)
        self._count -= 1
        if not own:
            del self._clients[client]

    def items(self) -> list[tuple[str, Item]]:
        """List who waits, with the requests."""
        return [(client, item) for client, own in self._clients.items() for item in own]
