"""The tree of themes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.pages.content import Content


class Themes:
    """Themes, each under its broader one.

    A theme that stands under two broader ones is listed under the first by label.

    Args:
        content: Where the themes are.
        language: In which those under one are sorted by name.
    """

    def __init__(self, content: Content, language: str = "en") -> None:
        self._labels: dict[str, str] = {}
        broader: dict[str, set[str]] = defaultdict(set)
        for row in content.analysis.comparison.table("concept"):
            if row["facet"] == "theme":
                self._labels[row["concept"]] = content.analysis.labels[row["concept"]]
                if row["relation"] == "broader":
                    broader[row["concept"]].add(row["other"])
        self._parent: dict[str, str] = {}
        self._children: dict[str, list[str]] = defaultdict(list)
        for theme in sorted(self._labels, key=self._by_label):
            above = sorted(broader[theme] & self._labels.keys(), key=self._by_label)
            self._parent[theme] = above[0] if above else ""
            self._children[self._parent[theme]].append(theme)
        for below in self._children.values():
            below.sort(key=lambda theme: content.label(theme, language).text.casefold())

    def _by_label(self, theme: str) -> tuple[str, str]:
        return self._labels[theme].lower(), theme

    def narrower(self, theme: str) -> list[str]:
        """List the themes right below one, by name; those on top for an empty IRI.

        Args:
            theme: IRI of the theme.
        """
        return self._children.get(theme, [])

    def path(self, theme: str) -> list[str]:
        """List the themes above one, the broadest first.

        Args:
            theme: IRI of the theme; empty for none.
        """
        above: list[str] = []
        current = self._parent.get(theme, "")
        while current and current not in above:
            above.insert(0, current)
            current = self._parent.get(current, "")
        return above

    @property
    def in_order(self) -> list[str]:
        """All themes, each after its broader one."""
        return list(self._walk("", frozenset()))

    def _walk(self, theme: str, above: frozenset[str]) -> Iterator[str]:
        for narrower in self.narrower(theme):
            if narrower not in above:
                yield narrower
                yield from self._walk(narrower, above | {narrower})

    def by_top(self, themes: Iterable[str]) -> list[tuple[str, list[str]]]:
        """Group themes by the theme on top of them.

        Args:
            themes: In the order of `in_order`.
        """
        groups: dict[str, list[str]] = defaultdict(list)
        for theme in themes:
            groups[(*self.path(theme), theme)[0]].append(theme)
        return list(groups.items())
