"""Gaps: cells of a stated denominator that nobody serves.

Each query of `queries/gaps/` gives every cell of its denominator with the number that
serve it, so that the gaps and what they are out of come from the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING

from devcoop.model import AsAsked, Cell, GapCheck, Remark
from devcoop.names import kind_of
from devcoop.queries import load_topic
from devcoop.texts import in_one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from devcoop.model import Extent
    from devcoop.queries import Query
    from devcoop.store import Answer, Store

TOPIC = "gaps"
CODES = ("of", "remark", "about", "number", "identifier", "found", "foundIn", "part")
"""Columns of such queries from which their texts can be made in any language."""


class AnswersAsAsked(Mapping[str, "Answer"]):
    """Answers of questions, each asked when somebody first looks at it.

    Whoever shows pairs looks at none of them.

    Args:
        graph: Where to look.
        queries: By name.
    """

    def __init__(self, graph: Store, queries: Mapping[str, Query]) -> None:
        self._graph, self._queries = graph, queries
        self._asked: dict[str, Answer] = {}

    def __getitem__(self, name: str) -> Answer:
        """Give the answer of one, which may have to be asked now."""
        query = self._queries[name]
        if name not in self._asked:
            self._asked[name] = self._graph.recall(query.text)
        return self._asked[name]

    def read_cells(self, name: str) -> tuple[Sequence[str], Sequence[tuple[str, ...]]]:
        """Read the answer of one as plain cells: of a large store they are very many.

        Args:
            name: The question.

        Returns:
            The names of the columns, and texts in their order, row by row.
        """
        return self._graph.recall_cells(self._queries[name].text)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._queries)

    def __len__(self) -> int:
        """Count them."""
        return len(self._queries)


def ask_gaps(graph: Store) -> Mapping[str, Answer]:
    """Ask all queries about gaps, each when its answer is first looked at.

    Args:
        graph: Where to look; absence is said of this graph only.

    Returns:
        Their answers by name of the query, in the order of names.
    """
    return AnswersAsAsked(graph, load_topic(TOPIC))


def knows_gaps(graph: Store) -> bool:
    """Tell whether the answers of all queries about gaps are kept, so that none is asked anew.

    Args:
        graph: Where to look.
    """
    return all(graph.knows_answer(query.text) for query in load_topic(TOPIC).values())


def read_limited_gaps(graph: Store, bounds: Bounds) -> tuple[list[GapCheck], tuple[str, ...]]:
    """Ask all queries about gaps, and read what is in a focus.

    Args:
        graph: Where to look.
        bounds: What tells what is in it.

    Returns:
        As `limit_checks` gives them. Of undertakings outside, of which there may be many, the
        cells are not even read.
    """
    outside = frozenset(bounds.undertakings) - bounds.extent.undertakings
    queries = load_topic(TOPIC).values()
    texts = (query.text for query in queries)
    answers = graph.recall_cells_of_each(texts, "subject", outside, others=True)
    checks = (
        replace(describe_check(query), cells=tuple(_iter_cells(*answer)))
        for query, answer in zip(queries, answers, strict=True)
    )
    return limit_checks(checks, bounds)


def read_gaps(answers: Mapping[str, Answer]) -> list[GapCheck]:
    """Read the answers of queries about gaps.

    Args:
        answers: By name of the query.

    Returns:
        One check for each query, in their order, with all its cells, read as they are asked for.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> checks = read_gaps(ask_gaps(build_graph()))
        >>> all(len(check.gaps) <= len(check.cells) for check in checks)
        True
    """
    library = load_topic(TOPIC)
    return [_read_as_asked(library[name], answers) for name in answers]


def _read_as_asked(query: Query, answers: Mapping[str, Answer]) -> GapCheck:
    cells = AsAsked(lambda: _iter_cells(*_read_rows(answers, query.name)))
    return replace(describe_check(query), cells=cells)


def run_check(graph: Store, query: Query) -> GapCheck:
    """Run one query about gaps.

    Args:
        graph: Where to look.
        query: A query of `queries/gaps/`.
    """
    return read_check(query, graph.query(query.text))


def read_check(query: Query, answer: Answer) -> GapCheck:
    """Read the answer of a query about gaps.

    Args:
        query: A query of `queries/gaps/`.
        answer: What it gave.
    """
    return replace(describe_check(query), cells=tuple(_iter_cells(*_list_rows(answer))))


def describe_check(query: Query) -> GapCheck:
    """Describe a question about gaps, as its header does, before anything is looked at.

    Args:
        query: A query of `queries/gaps/`.
    """
    header = query.header
    return GapCheck(
        name=query.name,
        type=header["finding"],
        cells=(),
        scope=header["scope"],
        cell=header.get("cell", "thing"),
        detail=header.get("detail", "identifier"),
        is_folded=header.get("fold", False),
    )


def _read_rows(
    answers: Mapping[str, Answer], name: str
) -> tuple[Sequence[str], Sequence[tuple[str, ...]]]:
    if isinstance(answers, AnswersAsAsked):
        return answers.read_cells(name)
    return _list_rows(answers[name])


def _list_rows(answer: Answer) -> tuple[Sequence[str], Sequence[tuple[str, ...]]]:
    return answer.columns, [tuple(one.values()) for one in answer.records()]


def _iter_cells(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[Cell]:
    """Read the cells of a question, each once.

    Where two sources call an agency differently, there is a row for each name; a cell counted
    twice is a wrong denominator. A large store has very many cells, so that each column is read
    at once, and what stands in it often only once.

    Args:
        columns: Names of the columns of the answer; those of `CODES` may be missing.
        rows: Texts in their order.
    """
    first: dict[tuple[str, ...], tuple[str, ...]] = {}
    codes = [place for place, name in enumerate(columns) if name in ("subject", *CODES)]
    for row in rows:
        first.setdefault(tuple([row[place] for place in codes]), row)
    texts = dict(zip(columns, zip(*first.values(), strict=True), strict=True)) if first else {}

    def get(name: str) -> Iterable[str]:
        return texts.get(name) or repeat("", len(first))

    number = tuple(map(cache(_read_number), get("number")))
    return map(
        Cell,
        get("subject"),
        map(cache(int), get("served")),
        repeat(()),
        map(cache(_read_of), get("of")),
        map(_read_remark, get("remark"), get("about"), number, get("identifier")),
        map(cache(_read_found), get("found"), get("foundIn"), number),
        map(cache(in_one_line), get("label")),
        map(cache(in_one_line), get("scope")),
        map(in_one_line, get("detail")),
    )


def _read_number(text: str) -> int:
    return int(text or 0)


def _read_of(iri: str) -> tuple[str, ...]:
    return (iri,) if iri else ()


def _read_remark(code: str, about: str, number: int, identifier: str) -> Remark | None:
    return Remark(code, about, number, identifier) if code else None


def _read_found(code: str, about: str, number: int) -> Remark | None:
    return Remark(code, about, number) if code else None


@dataclass(frozen=True)
class Bounds:
    """What tells whether a cell of a question about gaps is in a focus.

    Attributes:
        extent: What is in the focus.
        undertakings: IRIs of all undertakings, in it or not.
        plans: IRIs of the plans of each agency, by its IRI.
    """

    extent: Extent
    undertakings: Collection[str]
    plans: Mapping[str, frozenset[str]]

    def decide(self, cell: Cell) -> bool | None:
        """Tell whether a cell is in the focus; None if that cannot be told.

        Args:
            cell: An undertaking or a plan is in the focus or not. Of anything else only that can
                be told which it is about itself: a theme, a place, what an agency promises.
        """
        if cell.subject in self.undertakings:
            return cell.subject in self.extent.undertakings
        if any(cell.subject in plans for plans in self.plans.values()):
            return cell.subject in self.extent.plans
        told = list(self._iter_decisions(cell))
        return False if False in told else None if None in told else True

    def _iter_decisions(self, cell: Cell) -> Iterator[bool | None]:
        focus = self.extent.focus
        if focus.of_issuers:
            yield self._is_asked(cell)
        if focus.places:
            places = {part.iri for part in focus.parts}
            is_place = kind_of(cell.subject) in ("place", "group")
            yield cell.subject in places or (False if is_place else None)
        if focus.themes:
            about = [one for one in (cell.subject, *cell.of) if kind_of(one) == "theme"]
            yield about[0] in self.extent.themes if about else None
        if focus.period:
            yield None

    def _is_asked(self, cell: Cell) -> bool | None:
        """Tell whether a cell is about what an agency or plan of the focus promises."""
        focus = self.extent.focus
        issuers = [one for one in cell.of if one in self.plans]
        if not issuers:
            return None
        if focus.agencies and not set(issuers) & set(focus.agencies):
            return False
        plans = frozenset().union(*(self.plans[one] for one in issuers))
        wanted = plans & set(focus.plans)
        return True if not focus.plans or wanted == plans else None if wanted else False


def limit_checks(
    checks: Iterable[GapCheck], bounds: Bounds
) -> tuple[list[GapCheck], tuple[str, ...]]:
    """Limit questions about gaps to the cells that are in a focus.

    Args:
        checks: The questions.
        bounds: What tells what is in it.

    Returns:
        The questions with the cells that are known to be in it, only those that have any; and the
        names of those that have none of which that could be told.
    """
    limited, untold = [], []
    # Most cells are about undertakings, and there may be very many.
    known = bounds.extent.undertakings
    for check in checks:
        decided = [cell.subject in known or bounds.decide(cell) for cell in check.cells]
        cells = tuple(cell for cell, is_in in zip(check.cells, decided, strict=True) if is_in)
        if cells:
            limited.append(replace(check, cells=cells))
        elif None in decided:
            untold.append(check.name)
    return limited, tuple(untold)
