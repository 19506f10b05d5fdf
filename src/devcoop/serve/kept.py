"""Answers that are kept for whoever asks the same again.

The data of one version do not change, so that the same query has the same answer, word for
word, until the next version. Those asked for last are kept, up to a number of bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devcoop.serve.messages import QueryJob
    from devcoop.serve.replies import Outgoing

_MOST = 65_536
_OVERHEAD = 1_000


class KeptAnswers:
    """Small answers by version and job, as they go out.

    Args:
        size: Bytes of all of them, their queries included.

    Examples:
        >>> from devcoop.serve.messages import QueryJob
        >>> from devcoop.serve.replies import Outgoing
        >>> kept, job = KeptAnswers(4_000), QueryJob("ASK {}", ("text/csv", "text/csv", None))
        >>> kept.keep("v1", job, Outgoing(200, [], b"true"))
        >>> kept.find("v1", job).body, kept.find("v2", job)
        (b'true', None)
    """

    def __init__(self, size: int) -> None:
        self._size, self._used = size, 0
        self._answers: OrderedDict[tuple[str, QueryJob], Outgoing] = OrderedDict()

    def find(self, version: str, job: QueryJob) -> Outgoing | None:
        """Find the answer to a job; None if it is not kept.

        Args:
            version: The version of the data.
            job: The job.
        """
        key = (version, job)
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def keep(self, version: str, job: QueryJob, answer: Outgoing) -> None:
        """Keep an answer if it is small; those that were asked for longest ago make room.

        Args:
            version: The version of the data that gave it.
            job: The job.
            answer: The answer; no bytes of it are held.
        """
        weight = _weigh(job, answer)
        if weight > min(_MOST, self._size) or (version, job) in self._answers:
            return
        self._answers[version, job] = answer
        self._used += weight
        while self._used > self._size:
            (_, oldest), removed = self._answers.popitem(last=False)
            self._used -= _weigh(oldest, removed)


def _weigh(job: QueryJob, answer: Outgoing) -> int:
    graphs = (*(job.default_graphs or ()), *(job.named_graphs or ()))
    # A character takes up to four bytes.
    return len(answer.body) + 4 * sum(map(len, (job.text, *graphs))) + _OVERHEAD
