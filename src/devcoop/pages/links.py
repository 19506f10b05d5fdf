"""How links are written: as paths of a server, or relative to a file in a folder.

A path here is that of an IRI, as `names.path_of` gives it: `…/devcoop/theme/metrology` has the
page `/theme/metrology`. The server shows it at `/theme/metrology.html`, a bundle in the file
`en/theme/metrology.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlencode

STATIC = Path(__file__).parent / "static"
"""Folder of the files that pages ask for by `Links.static`."""
VIEWS = frozenset(
    {
        "",
        "about",
        "bring-your-plan",
        "agencies",
        "gaps",
        "initiatives",
        "overlaps",
        "places",
        "plans",
        "questions",
        "search",
        "sparql",
        "themes",
        "why",
    }
)
"""First parts of paths that are no IRIs of ours; the server shows them without a suffix."""
_SAFE = "/:@!$&'()*+,;=~"

Value = str | int | float | None | Iterable[str]
EMPTY = ("",)
"""Value of a parameter that is written though it is empty: it is to be left open."""
Params = tuple[tuple[str, str], ...]


def list_params(params: Mapping[str, Value]) -> Params:
    """Write parameters as pairs, without those that are empty unless they are to be `EMPTY`.

    Args:
        params: A value, or several, by name.

    Examples:
        >>> list_params({"agency": "ISO", "type": "", "page": 2, "with": None})
        (('agency', 'ISO'), ('page', '2'))
        >>> list_params({"plan": EMPTY})
        (('plan', ''),)
    """
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        several = [value] if value is None or isinstance(value, str | int | float) else list(value)
        kept = [one for one in several if value == EMPTY or one not in (None, "")]
        pairs += [(name, str(one)) for one in kept]
    return tuple(pairs)


class Links(Protocol):
    """How links are written on one page."""

    @property
    def is_static(self) -> bool:
        """Whether the page is a file, without a server that could answer a form."""

    def page(self, path: str, /, **params: Value) -> str:
        """Link to a page of ours.

        Args:
            path: Its path, such as `/theme/metrology`.
            params: Its parameters; empty ones are left out.
        """

    def download(self, path: str, /, **params: Value) -> str:
        """Link to a table or to data; empty if there is no such file.

        Args:
            path: With its suffix, such as `/overlaps.csv` or `/theme/metrology.ttl`.
            params: Its parameters; empty ones are left out.
        """

    def static(self, name: str, /) -> str:
        """Link to a file that belongs to the pages, such as `site.css`."""

    def language(self, code: str, /) -> str:
        """Link to this same page in a language."""


def _has_suffix(path: str) -> bool:
    """Tell whether the server shows a path with `.html` at its end."""
    return path.lstrip("/").partition("/")[0].partition("#")[0] not in VIEWS


@dataclass(frozen=True)
class ServerLinks:
    """Links as absolute paths of a server.

    Attributes:
        path: Path of the page that they stand on.
        params: Its parameters.
        asked: Language that was asked for by name and is kept in links; empty for none.
    """

    path: str
    params: Params = ()
    asked: str = ""
    is_static: bool = field(default=False, init=False)

    def page(self, path: str, /, **params: Value) -> str:
        """Link to a page.

        Examples:
            >>> ServerLinks("/").page("/theme/metrology"), ServerLinks("/").page("/gaps", type="x")
            ('/theme/metrology.html', '/gaps?type=x')
            >>> ServerLinks("/", asked="fr").page("/ns#Plan")
            '/ns?lang=fr#Plan'
        """
        language = {"lang": self.asked} if self.asked else {}
        path, hash_, fragment = path.partition("#")
        suffix = ".html" if _has_suffix(path) and path != "/ns" else ""
        return _write(f"{path}{suffix}", {**params, **language}) + hash_ + quote(fragment)

    def download(self, path: str, /, **params: Value) -> str:
        """Link to a table or to data."""
        return _write(path, params)

    def static(self, name: str, /) -> str:
        """Link to a file that belongs to the pages."""
        return f"/static/{quote(name)}"

    def language(self, code: str, /) -> str:
        """Link to this same page in a language."""
        kept = [pair for pair in self.params if pair[0] != "lang"]
        suffix = ".html" if _has_suffix(self.path) else ""
        query = urlencode([*kept, ("lang", code)], errors="replace")
        return f"{quote(self.path, safe=_SAFE, errors='replace')}{suffix}?{query}"


def _write(path: str, params: Mapping[str, Value]) -> str:
    query = urlencode(list_params(params), errors="replace")
    return quote(path, safe=_SAFE, errors="replace") + (f"?{query}" if query else "")


def name_file(path: str) -> str:
    """Name the file in which a bundle keeps a page, below the folder of its language.

    Args:
        path: Path of the page.

    Returns:
        A path of letters, digits, dots and hyphens, which every file system and every link
        takes as it is.

    Examples:
        >>> name_file("/"), name_file("/theme/metrology"), name_file("/place/a b")
        ('index.html', 'theme/metrology.html', 'place/a_20_b.html')
    """
    inside = re.sub(r"[^A-Za-z0-9./-]", lambda found: f"_{ord(found[0]):x}_", path.strip("/"))
    # A part of dots alone would climb out of the folder.
    parts = [part if part.strip(".") else "_" * len(part) for part in inside.split("/")]
    return f"{'/'.join(parts) or 'index'}.html"


@dataclass(frozen=True)
class BundleLinks:
    """Links relative to a file `<language>/<path>.html` in a folder.

    Attributes:
        path: Path of the page that they stand on.
        language_code: Its language.
        files: Where downloads lie below the folder, by path such as `/overlaps.csv`.
    """

    path: str
    language_code: str
    files: Mapping[str, str] = field(default_factory=dict)
    is_static: bool = field(default=True, init=False)

    def page(self, path: str, /, **params: Value) -> str:
        """Link to a page; its parameters are read by the script of a bundle, if one runs.

        Examples:
            >>> BundleLinks("/theme/metrology", "en").page("/gaps")
            '../gaps.html'
        """
        path, hash_, fragment = path.partition("#")
        return _write(f"{self._up}{name_file(path)}", params) + hash_ + quote(fragment)

    def download(self, path: str, /, **params: Value) -> str:
        """Link to a table or to data; empty if the bundle has no such file, or not filtered."""
        file = "" if list_params(params) else self.files.get(path, "")
        return file and quote(f"{self._up}../{file}", safe=_SAFE)

    def static(self, name: str, /) -> str:
        """Link to a file that belongs to the pages."""
        return f"{self._up}../static/{quote(name)}"

    def language(self, code: str, /) -> str:
        """Link to this same page in a language."""
        return f"{self._up}../{code}/{name_file(self.path)}"

    @property
    def _up(self) -> str:
        return "../" * name_file(self.path).count("/")
