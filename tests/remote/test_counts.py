"""What a server counts is held to be a number before it is taken for one."""

from __future__ import annotations

import pytest

from devcoop.errors import RemoteError
from devcoop.remote.comparing import count_graph
from devcoop.store.results import Answer
from devcoop.store.terms import Literal, Term


class Counting:
    """An endpoint that counts as it is told."""

    url = "http://127.0.0.1:1/query?key=secret"

    def __init__(self, *counts: str | None) -> None:
        self._counts = counts

    def ask(self, _query: str) -> Answer:
        rows: list[tuple[Term | None, ...]] = [
            (None if one is None else Literal(one),) for one in self._counts
        ]
        return Answer(("n",), rows)


@pytest.mark.parametrize("count", ["abc", "9" * 5_000, "1.5", "-1", "1e3", "", "٣", None])
def test_wrong_numbers_are_one_line(count: str | None) -> None:
    with pytest.raises(RemoteError, match="no number") as told:
        count_graph(Counting(count), "urn:g")  # type: ignore[arg-type]
    assert "secret" not in str(told.value)
    assert len(str(told.value)) < 200


def test_right_numbers_are_added() -> None:
    assert count_graph(Counting("38"), "urn:g") == 38  # type: ignore[arg-type]
    assert count_graph(Counting(), "urn:g") == 0  # type: ignore[arg-type]
