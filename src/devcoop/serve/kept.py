"""Answers that are kept for whoever asks the same again.

The data of one version do not change, so that the same query has the same answer, word for
word, until the next version. Those asked for last are kept, up to a number of bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devcoop.serve.messages import QueryJob, Reply

_MOST = 65_536
_OVERHEAD = 1_000


class KeptReplies:
    """Small replies by version and job.

    Args:
        size: Bytes of all of them, their queries included.

    Examples:
        >>> from devcoop.serve.messages import QueryJob, Reply
        >>> kept, job = KeptReplies(4_000), QueryJob("ASK {}", ("text/csv", "text/csv", None))
        >>> kept.keep("v1", job, Reply(200, "text/csv", b"true"))
        >>> kept.find("v1", job).body, kept.find("v2", job)
        (b'true', None)
    """

    def __init__(self, size: int) -> None:
        self._size, self._used = size, 0
        self._replies: OrderedDict[tuple[str, QueryJob], Reply] = OrderedDict()

    def find(self, version: str, job: QueryJob) -> Reply | None:
        """Find the reply to a job; None if it is not kept.

        Args:
            version: The version of the data.
            job: The job.
        """
        key = (version, job)
        reply = self._replies.get(key)
        if reply is not None:
            self._replies.move_to_end(key)
        return reply

    def keep(self, version: str, job: QueryJob, reply: Reply) -> None:
        """Keep a reply if it is small; those that were asked for longest ago make room.

        Args:
            version: The version of the data that gave it.
            job: The job.
            reply: The reply.
        """
        weight = _weigh(job, reply)
        if weight > min(_MOST, self._size) or (version, job) in self._replies:
            return
        self._replies[version, job] = reply
        self._used += weight
        while self._used > self._size:
            (_, oldest), removed = self._replies.popitem(last=False)
            self._used -= _weigh(oldest, removed)


def _weigh(job: QueryJob, reply: Reply) -> int:
    graphs = (*(job.default_graphs or ()), *(job.named_graphs or ()))
    # A character takes up to four bytes.
    return len(reply.body) + 4 * sum(map(len, (job.text, *graphs))) + _OVERHEAD
