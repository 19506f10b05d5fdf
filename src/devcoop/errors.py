"""What can go wrong.

DevcoopError                 base of everything raised on purpose
├── SourceError              a file cannot be read as what it claims to be: path, line
├── StoreError               a folder is no store, or is in use, or cannot be written
├── GraphError               RDF that cannot become part of the graph
├── QueryError               a query, or a value for one of its parameters, is wrong
│   └── QueryRefusedError    the query would reach outside the graph
├── OutOfTimeError           work was not done before its deadline
├── OutOfMemoryError         work wanted more memory than it may have
├── RemoteError              another server could not, or may not be asked: its status
│   ├── RemoteCutError       it gave only the beginning of its answer; parts may be asked for
│   └── RemoteTimeoutError   it gave no whole answer in time; an OutOfTimeError, too
├── ServingError             the server cannot start
├── ComparisonError          the comparison engine refused a step: name, SQL
├── ClusterError             a cluster that the comparison is to run on is not there, or failed
├── ReasoningError           the reasoner could not run
├── UnknownResourceError     an identifier that no loaded plan has
├── PatchError               a patch does not fit the data, or does not lead where it says
├── OpinionError             a review that leaves something out or cannot be understood
└── TableError               rows of a table that are wrong: path and line of each

Data that breaks a shape and plans that overlap are no errors: they are findings,
and findings are returned.
"""

from __future__ import annotations

import textwrap
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_MOST_SUGGESTIONS = 3
_MOST_LISTED = 12
# Ratio of matching letters, from 0 to 1; a word with one wrong letter of three has 0.67.
_LEAST_LIKENESS = 0.6
_LONGEST_WORD = 200
"""Longer ones take long to compare, since the time grows with the square of the length."""
# A parser that expects one of all characters of all scripts lists them.
_LONGEST = 160


class DevcoopError(Exception):
    """Base of every error that devcoop raises on purpose.

    It passes from one process to another as it is, whatever it was made of.
    """

    def __reduce__(self) -> tuple[object, ...]:
        """Let it be made again without what made it."""
        return _remake, (type(self), self.args, vars(self))


def _remake(
    kind: type[DevcoopError], said: tuple[object, ...], known: dict[str, object]
) -> DevcoopError:
    error = kind.__new__(kind, *said)
    error.args = said
    vars(error).update(known)
    return error


class Place(Protocol):
    """A place in a file that is more than a line, such as the cell of a sheet."""

    @property
    def address(self) -> str:
        """How it is written behind the name of the file, such as `Data!B7`."""

    @property
    def heading(self) -> str:
        """What stands at the head of its column; empty if nothing does."""


class SourceError(DevcoopError):
    """A file cannot be read as what it claims to be.

    Args:
        path: The file.
        problem: What is wrong and what would be right.
        line: Where, counted from 1; None if no place can be named.
        where: Where, if a line does not tell it.
    """

    def __init__(
        self,
        path: Path | str,
        problem: str,
        line: int | None = None,
        *,
        where: Place | None = None,
    ) -> None:
        place = str(line or "") or _say_place(where)
        super().__init__(f"{path}:{place}: {problem}" if place else f"{path}: {problem}")
        self.path, self.problem, self.line, self.where = path, problem, line, where


def _say_place(where: Place | None) -> str:
    if where is None:
        return ""
    return f"{where.address} ({where.heading})" if where.heading else where.address


class StoreError(DevcoopError):
    """A folder is no store, is being written by somebody else, or cannot be written."""


class GraphError(DevcoopError):
    """RDF cannot become part of the graph."""


class QueryError(DevcoopError):
    """A query, or a value for one of its parameters, is wrong."""

    @classmethod
    def of_parser(cls, error: Exception) -> QueryError:
        r"""Say in one line that a text is no query.

        Args:
            error: What the parser said, which may list all that could stand there instead.

        Examples:
            >>> str(QueryError.of_parser(SyntaxError("error at 1:9:\nexpected one of a, b")))
            'this is no SPARQL query: error at 1:9: expected one of a, b'
        """
        problem = textwrap.shorten(str(error), _LONGEST, placeholder=" …")
        return cls(f"this is no SPARQL query: {problem}")


class QueryRefusedError(QueryError):
    """The query would read files, other servers or graphs that are not loaded."""


class OutOfTimeError(DevcoopError):
    """Work was not done before its deadline and was stopped."""


class OutOfMemoryError(DevcoopError):
    """Work wanted more memory than it may have and was stopped."""


class RemoteError(DevcoopError):
    """Another server refused, failed, broke off, or answered what is no answer.

    Args:
        problem: Which server, and what it said.
        status: The HTTP status; None if it did not come to one.
    """

    def __init__(self, problem: str, status: int | None = None) -> None:
        super().__init__(problem)
        self.status = status


class RemoteCutError(RemoteError):
    """Another server gives no more than some rows, and the answer may have more.

    Args:
        problem: Which server, and what it gives.
        most: How many rows.
    """

    def __init__(self, problem: str, most: int) -> None:
        super().__init__(problem)
        self.most = most


class RemoteTimeoutError(RemoteError, OutOfTimeError):
    """Another server gave no whole answer before the deadline."""


class ServingError(DevcoopError):
    """The server cannot start: its address is taken, or its data cannot be opened."""


class ComparisonError(DevcoopError):
    """The comparison engine refused a step.

    Args:
        step: Name of the step.
        sql: Its text.
        problem: What the engine said.
    """

    def __init__(self, step: str, sql: str, problem: str) -> None:
        super().__init__(f"step {step}: {problem}")
        self.step, self.sql, self.problem = step, sql, problem


class ClusterError(DevcoopError):
    """A cluster is not there, or could not do what it was asked to; the own machine may."""


class ReasoningError(DevcoopError):
    """The reasoner could not run, for instance for lack of Java."""


class UnknownResourceError(DevcoopError):
    """No loaded plan has a resource with this identifier."""


class PatchError(DevcoopError):
    """A patch is made for other data, or does not lead to the data that it promises."""


class OpinionError(DevcoopError):
    """A review leaves out something, or says what cannot be understood."""


class TableError(DevcoopError):
    """Rows of a table are wrong; one line for each.

    Args:
        faults: What is wrong with which row.
    """

    def __init__(self, faults: Sequence[SourceError]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def list_known(known: Sequence[str]) -> str:
    """List in a message what there is: of more than a line holds, the first, and how many.

    Args:
        known: What there is, as it is told.

    Examples:
        >>> list_known(["ISO", "OBOR"]), list_known([])
        ('ISO, OBOR', 'none')
        >>> list_known([str(number) for number in range(100)])
        '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 88 more'
    """
    first = ", ".join(known[:_MOST_LISTED]) or "none"
    return f"{first} and {left} more" if (left := len(known) - _MOST_LISTED) > 0 else first


def suggest(word: str, known: Mapping[str, str]) -> str:
    """Say what somebody may have meant by a word that names nothing.

    Args:
        word: What was written.
        known: What would name something, with how it is told.

    Returns:
        The end of a message, the nearest first; nothing if nothing is near, or the word is longer
        than a name.

    Examples:
        >>> suggest("IS0", {"ISO": "ISO", "OBOR": "OBOR"}), suggest("ILO-7", {"OBOR": "OBOR"})
        ('; did you mean ISO?', '')
    """
    near = find_near(word, known)
    return f"; did you mean {', '.join(near)}?" if near else ""


def find_near(word: str, known: Mapping[str, str]) -> list[str]:
    """Find what somebody may have meant by a word that names nothing, the nearest first.

    Args:
        word: What was written.
        known: What would name something, with how it is told.

    Returns:
        Nothing if nothing is near, or the word is longer than a name.

    Examples:
        >>> find_near("IS0", {"ISO": "ISO", "OBOR": "OBOR"})
        ['ISO']
    """
    if len(word) > _LONGEST_WORD:
        return []
    by_key = {name.lower(): told for name, told in known.items() if len(name) <= _LONGEST_WORD}
    near = get_close_matches(word.lower(), by_key, n=_MOST_SUGGESTIONS, cutoff=_LEAST_LIKENESS)
    return list(dict.fromkeys(by_key[key] for key in near))


def say_error(error: Exception) -> str:
    """Say in one line what could not be done; of files as `SourceError` does.

    Args:
        error: What was raised.

    Examples:
        >>> say_error(FileNotFoundError(2, "No such file or directory", "plan.ttl"))
        'plan.ttl: No such file or directory'
    """
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if isinstance(error, ArithmeticError):
        return f"a number cannot be worked with: {error}"
    if isinstance(error, RecursionError):
        return f"this is nested too deep: {error}"
    return str(error)
