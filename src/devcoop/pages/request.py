"""What a page is asked for, and what comes back.

A page knows nothing of HTTP: who asks says which path, which parameters and which language,
and brings along how links are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop import media
from devcoop.media import in_utf8

if TYPE_CHECKING:
    from devcoop.pages.links import Links

HTML, CSV, TSV, JSON = map(in_utf8, (media.HTML, media.CSV, media.TSV, media.JSON))
MOST_TEXT = 200
"""Longer parameters than this, in characters, are cut: no filter needs more."""


@dataclass(frozen=True)
class Request:
    """One page asked for.

    Attributes:
        path: Begins with a slash, percent-decoded; without suffix for pages, with `.csv`,
            `.tsv` or `.json` for their tables.
        params: Query parameters in order; a name may come several times.
        language: One of `LANGUAGES`.
        links: How links are written on this page.
    """

    path: str
    params: tuple[tuple[str, str], ...]
    language: str
    links: Links

    def get(self, name: str) -> str:
        """Give the first value of a parameter without blanks around it; empty if there is none.

        Args:
            name: Name of the parameter.
        """
        return next(iter(self.get_all(name)), "")

    def get_all(self, name: str) -> list[str]:
        """Give all values of a parameter, each as `get` gives the first one.

        Args:
            name: Name of the parameter.
        """
        return [value.strip()[:MOST_TEXT] for key, value in self.params if key == name]


@dataclass(frozen=True)
class Page:
    """An answer, ready to be sent or written.

    Attributes:
        status: HTTP status.
        media_type: Media type with charset.
        body: The bytes.
    """

    status: int
    media_type: str
    body: bytes
