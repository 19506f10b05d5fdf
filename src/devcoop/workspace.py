"""Plans, findings and gaps for Python: one object, tables as Arrow.

    import devcoop
    plans = devcoop.open()                       # the built-in plans
    plans.overlaps(top=5).to_pandas()            # pandas, by one call
    polars.from_arrow(plans.gaps())              # or polars

Tables are `pyarrow.Table`: `pip install devcoop[arrow]`.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devcoop.errors import DevcoopError, QueryError, UnknownResourceError
from devcoop.export.findings import (
    GAP_COLUMNS,
    OVERLAP_COLUMNS,
    iter_gap_rows,
    iter_overlap_rows,
)
from devcoop.load import Wishes, load_files
from devcoop.model import GAP_TYPES, STRENGTH
from devcoop.origin import Origin
from devcoop.pipeline import Analysis, analyze
from devcoop.plans import find_sides, get_undertaking
from devcoop.queries import check_values, get_query, load_library, run_guarded
from devcoop.store.folder import MOST_COPIED
from devcoop.store.terms import Literal, as_text
from devcoop.words.terminal import render_explanation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType

    import pyarrow as pa

    from devcoop.load import Loaded
    from devcoop.model import Pair
    from devcoop.store import Answer, Store
    from devcoop.store.terms import Term


class Workspace:
    """Plans, and what comparing them found; opened by `devcoop.open`.

    The comparison runs when it is first needed. What a store has kept of it is used.

    Args:
        store: Folder of a store; None for the built-in plans.
    """

    def __init__(self, store: Path | None = None) -> None:
        """Open the plans for reading."""
        self._origin = Origin(store)
        self._opened = ExitStack()
        # A folder that is no store is told now and not at the first question.
        if store is None or store.exists():
            _ = self.graph

    def __enter__(self) -> Workspace:
        """Use it until the end of a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        self.close()

    def close(self) -> None:
        """Close what was opened; the next question opens it again."""
        self._opened.close()
        for name in ("graph", "analysis"):
            with suppress(AttributeError):
                delattr(self, name)

    @cached_property
    def graph(self) -> Store:
        """The graph of the plans, without findings."""
        return self._opened.enter_context(self._origin.open_plans(most_copied=MOST_COPIED))

    @cached_property
    def analysis(self) -> Analysis:
        """The comparison with all its records, for those who need more than tables."""
        return analyze(self.graph, reviews=self._origin.list_reviews())

    def query(self, asked: str, **values: str) -> pa.Table:
        """Ask the graph of the plans.

        Args:
            asked: Name of a question of the library, or SPARQL that gives rows.
            values: Values of the question's parameters; an IRI may have a known prefix.

        Returns:
            A column for each variable. Numbers and truth values are such where a whole column
            has them; all else is text. What is not bound is null.

        Raises:
            QueryError: It is no query, reaches outside, or a value names nothing or has no place.
            OutOfTimeError: It takes too long.

        Examples:
            >>> import devcoop
            >>> table = devcoop.open().query("plan-periods")
            >>> table.num_rows
            3
        """
        if asked not in load_library():
            if values:
                raise QueryError("only a question of the library has parameters: give its name")
            return _build(*_read_answer(run_guarded(self.graph, asked)))
        question = get_query(asked)
        check_values(self.graph, question, values)
        return _build(*_read_answer(run_guarded(self.graph, question.bind(values))))

    def overlaps(
        self,
        between: str | None = None,
        other: str | None = None,
        *,
        type: str | None = None,  # noqa: A002  what the column is called
        min_score: float = 0.0,
        top: int | None = None,
    ) -> pa.Table:
        """List findings about pairs of initiatives, the closest first.

        Args:
            between: One agency, by short name, full name or IRI.
            other: The other agency.
            type: Only findings of this type, such as `overlap`.
            min_score: Least closeness, from 0 to 1.
            top: Only so many.

        Returns:
            One row per pair; the columns are those of `overlaps.csv`.

        Raises:
            UnknownResourceError: There is no such agency or type, or both are one agency.
            ValueError: A number is none that can be asked for.

        Examples:
            >>> import devcoop
            >>> devcoop.open().overlaps("ISO", "OBOR", top=2).column("type").to_pylist()
            ['overlap', 'overlap']
        """
        if type is not None and type not in STRENGTH:
            raise UnknownResourceError(
                f"there is no type {type!r}; there are: {', '.join(STRENGTH)}"
            )
        if not 0 <= min_score <= 1:
            raise ValueError(f"min_score is {min_score}; it is from 0 to 1")
        if top is not None and top < 0:
            raise ValueError(f"top is {top}; it is 0 or more")
        wanted = find_sides(self.analysis.agencies, between, other)
        pairs = self.analysis.pairs
        chosen = (
            pair
            for pair in (pairs.select(type) if type else pairs.iter_findings())
            if wanted <= {pair.left_agency, pair.right_agency} and pair.score >= min_score
        )
        rows = iter_overlap_rows(self.analysis, islice(chosen, top))
        return _build(OVERLAP_COLUMNS, rows)

    def explain(self, one: str, other: str) -> str:
        """Say why two initiatives are close, or are not.

        Args:
            one: Identifier or IRI of an initiative.
            other: That of one of another agency.

        Raises:
            UnknownResourceError: There is no such initiative, or both are of one agency.

        Examples:
            >>> import devcoop
            >>> print(devcoop.open().explain("ISO-output-3.5", "OBOR-IV.7.c")[:31])
            ISO and OBOR both teach and tra
        """
        pair = self._find_pair(one, other)
        return render_explanation(self.analysis.explain(pair), self.analysis.lexicon)

    def _find_pair(self, one: str, other: str) -> Pair:
        known = self.analysis.undertakings
        iris = [get_undertaking(known, word).iri for word in (one, other)]
        pair = self.analysis.pairs.get(*iris)
        if pair is None:
            raise UnknownResourceError(f"{one} and {other} are of one agency, and not compared")
        return pair

    def gaps(self, type: str | None = None) -> pa.Table:  # noqa: A002
        """List what the plans leave open, out of what was looked at.

        Args:
            type: Only gaps of this type, such as `coverage-gap`.

        Returns:
            One row per gap; the columns are those of `gaps.csv`.

        Raises:
            UnknownResourceError: There is no such type.

        Examples:
            >>> import devcoop
            >>> "subject" in devcoop.open().gaps("coverage-gap").column_names
            True
        """
        if type is not None and type not in GAP_TYPES:
            raise UnknownResourceError(
                f"there is no type {type!r}; there are: {', '.join(GAP_TYPES)}"
            )
        checks = [one for one in self.analysis.gap_checks if type in (None, one.type)]
        return _build(GAP_COLUMNS, iter_gap_rows(checks, self.analysis.gap_words))

    def load(self, *files: str | Path, wishes: Wishes | None = None) -> Loaded:
        """Load files into the store, all or none; the next question sees them.

        Args:
            files: Files and folders.
            wishes: What `devcoop load` has options for.

        Raises:
            DevcoopError: The built-in plans are open and no store, or a file cannot be read.
        """
        folder = self._origin.store
        if folder is None:
            raise DevcoopError("the built-in plans stay as they are: open a store to load into it")
        self.close()
        return load_files(folder, map(Path, files), wishes or Wishes())


def open_workspace(store: str | Path | None = None) -> Workspace:
    """Open plans and what comparing them finds.

    Args:
        store: Folder of a store that `devcoop load` fills; None for the built-in plans. One that
            is not there is made by the first load.

    Raises:
        StoreError: The folder is no store.

    Examples:
        >>> import devcoop
        >>> with devcoop.open() as plans:
        ...     plans.query("plan-periods").num_rows
        3
    """
    return Workspace(None if store is None else Path(store))


def _read_answer(answer: Answer) -> tuple[Sequence[str], list[list[object]]]:
    """Read an answer into columns of one type each."""
    columns = [[row[place] for row in answer.rows] for place in range(len(answer.columns))]
    read = [_read_column(column) for column in columns]
    return answer.columns, [list(row) for row in zip(*read, strict=True)]


def _read_column(terms: Sequence[Term | None]) -> list[object]:
    """Read a column: as numbers or truth values if it has nothing else, as text otherwise."""
    kinds = {_find_kind(term) for term in terms if term is not None}
    kind = kinds.pop() if len(kinds) == 1 else ""
    texts = [None if term is None else as_text(term) for term in terms]
    try:
        read = _READERS.get(kind, str)
        return [None if text is None else read(text) for text in texts]
    except ValueError:
        # Data may call a number what is none, or more than a table can hold.
        return [*texts]


def _find_kind(term: Term) -> str:
    return term.datatype.value.rpartition("#")[2] if isinstance(term, Literal) else ""


def _is_true(text: str) -> bool:
    if text not in ("true", "1", "false", "0"):
        raise ValueError(text)
    return text in ("true", "1")


def _read_integer(text: str) -> int:
    number = int(text)
    if not -_MOST <= number < _MOST:
        raise ValueError(text)
    return number


_MOST = 1 << 63
"""What an integer of a table is below."""


_READERS: Mapping[str, Any] = {
    "integer": _read_integer,
    "decimal": float,
    "double": float,
    "boolean": _is_true,
}
"""How values become values of Python, by the last part of their datatype."""


def _build(columns: Iterable[str], rows: Iterable[Sequence[object]]) -> pa.Table:
    """Build a table from rows."""
    try:
        import pyarrow as pa  # noqa: PLC0415
    except ImportError as error:
        raise DevcoopError("tables need pyarrow: pip install 'devcoop[arrow]'") from error
    names, listed = list(columns), list(rows)
    cells = zip(*listed, strict=True) if listed else [() for _ in names]
    return pa.table({name: list(column) for name, column in zip(names, cells, strict=True)})
