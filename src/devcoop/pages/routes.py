"""Which view answers which path, and what a view gives back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request


@dataclass(frozen=True)
class View:
    """A template and what it shows.

    Attributes:
        template: Its file name.
        values: Variables of the template.
        section: Path of the entry of the main menu that the page belongs to; empty for none.
        status: HTTP status.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    section: str = ""
    status: int = 200


@dataclass(frozen=True)
class Table:
    """Rows that are downloaded as CSV, TSV or JSON.

    Attributes:
        columns: Names of the columns.
        rows: Cells in the order of the columns.
        status: HTTP status.
    """

    columns: Sequence[str]
    rows: Iterable[Sequence[object]]
    status: int = 200


Parts = Mapping[str, str]
"""What stood at the places in braces of a route's pattern."""


@dataclass(frozen=True)
class Route:
    """Pages of one kind.

    Attributes:
        pattern: Path; `{name}` stands for one part of it, `{name*}` for one or more parts.
        view: Gives the page; None if there is none at this path.
        paths: Gives the paths of all such pages that a bundle shall have.
        table: Gives the page's table for the same path with `.csv` at its end, if it has one.
        has: Tells whether there is a page, where `paths` does not give them all.
    """

    pattern: str
    view: Callable[[Content, Request, Parts], View | None]
    paths: Callable[[Content], Iterable[str]]
    table: Callable[[Content, Request, Parts], Table | None] | None = None
    has: Callable[[Content, Parts], bool] | None = None

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        pieces = re.split(r"\{(\w+)(\*?)\}", self.pattern)
        text = re.escape(pieces[0])
        for name, many, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            text += f"(?P<{name}>{'.+' if many else '[^/]+'}){re.escape(after)}"
        return re.compile(text, re.DOTALL)

    def match(self, path: str) -> Parts | None:
        """Give the parts of a path that the pattern leaves open; None if it does not fit.

        Args:
            path: Begins with a slash.

        Examples:
            >>> route = Route("/theme/{slug}", lambda *_: None, lambda _: ())
            >>> route.match("/theme/metrology"), route.match("/theme")
            ({'slug': 'metrology'}, None)
        """
        found = self._regex.fullmatch(path)
        return found.groupdict() if found else None


def only(*paths: str) -> Callable[[Content], Iterable[str]]:
    """Give the paths of a route without open parts.

    Args:
        paths: The paths.
    """
    return lambda _content: paths
