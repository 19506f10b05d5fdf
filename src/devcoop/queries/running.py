"""Queries of users: refused if they reach outside, run where they can be ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop import killable
from devcoop.errors import QueryError
from devcoop.queries.guard import refuse_outside

if TYPE_CHECKING:
    from devcoop.store import Answer, Store

DEADLINE_SECONDS = 30.0
MAX_ROWS = 100_000


def run_guarded(
    store: Store, text: str, *, seconds: float = DEADLINE_SECONDS, max_rows: int = MAX_ROWS
) -> Answer:
    """Run a user's query: refused if it reaches outside, stopped at a deadline.

    The process it runs in can open no file and no connection, whatever the guard may have
    missed.

    Args:
        store: Where to look.
        text: SPARQL.
        seconds: Deadline.
        max_rows: More rows than this are an error, never a cut answer.

    Raises:
        QueryError: It is no query, or gives too many rows.
        QueryRefusedError: It would reach outside the graph.
        OutOfTimeError: It ran past the deadline.
        OutOfMemoryError: It used up the memory it may have.

    Examples:
        >>> from devcoop.store import Store
        >>> run_guarded(Store(), "SELECT ?s WHERE { ?s ?p ?o }").rows
        []
    """
    refuse_outside(text)
    return killable.run(
        lambda: _answer(store, text, max_rows),
        what="the query",
        seconds=seconds,
        prepare=store.wake,
        # The engine opens some of its files when it first looks into them.
        may_open=store.count_closed_files,
    )


def _answer(store: Store, text: str, max_rows: int) -> Answer:
    try:
        answer = store.start(text).collect(max_rows + 1)
    except (SyntaxError, ValueError) as error:
        raise QueryError.of_parser(error) from error
    if len(answer.rows) > max_rows:
        raise QueryError(f"stopped: more than {max_rows} rows; ask for fewer with LIMIT")
    return answer
