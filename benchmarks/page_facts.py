"""Print the facts that pages show: words, links and measures, without markup and looks.

What a reader sees of a page is the text of its main part, where its links lead, and the
measures of its drawings. Two versions of the program that print the same here show the same.

Run: python benchmarks/page_facts.py [--every N]
Run: python benchmarks/page_facts.py --pin tests/pages/facts.csv
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import sys
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from devcoop.dataset import build_dataset
from devcoop.pages.links import ServerLinks
from devcoop.pages.request import Request
from devcoop.pages.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.dataset import Dataset

LANGUAGES = ("en", "fr")
SMALL = 30
"""Kinds with no more pages than this are printed whole, whatever is left out."""
PINNED = 2
"""Pages of each kind whose facts are kept with the tests."""
ASKED = (
    "/overlaps?agency=ISO&type=overlap",
    "/overlaps?type=any&min=0.5&page=2",
    "/overlaps?theme=metrology&place=group/asean&from=2019&until=2021",
    "/overlaps?agency=nobody&from=12&type=x&min=7&theme=x&place=x&with=x&page=999",
    "/overlaps.csv?agency=OBOR&with=UNIDO",
    "/gaps?agency=ISO",
    "/gaps?type=vagueness",
    "/gaps?check=themes-without-undertaking&agency=nobody",
    "/gaps.csv?agency=ISO",
    "/initiatives?theme=quality-infrastructure&agency=ISO",
    "/initiatives?place=place/KHM&q=standards&page=2",
    "/initiatives?theme=x&place=x&type=x",
    "/initiatives.csv?agency=UNIDO",
    "/places?on=2020-01-01",
    "/places?show=named",
    "/places.csv?on=2020-01-01",
    "/place/KHM?on=2019-06-30",
    "/place/KHM?on=yesterday",
    "/group/asean?on=2019-06-30",
    "/search?q=metrology",
    "/search?q=metrologgy",
    "/search?q=",
    "/questions/plan-period-overlap?format=csv",
    "/nowhere",
)
"""Paths with parameters, since views answer those in other ways."""
_UNSTEADY = re.compile(r"/ns|/sparql|/run/.*")
"""Pages that show more where a build has added files, or are called otherwise for other data."""
NO_PAGE = ["no page"]
_SHOWN = frozenset(
    {
        "href",
        "lang",
        "hreflang",
        "aria-label",
        "x",
        "width",
        "value",
        "title",
        "datetime",
        "colspan",
    }
)
_SILENT = ("script", "style")


class Fact(NamedTuple):
    """One page and what it shows.

    Attributes:
        path: Path with its parameters.
        language: Code of the language.
        words: Words, links and measures in their order.
    """

    path: str
    language: str
    words: list[str]

    @property
    def digest(self) -> str:
        """Short hash of what is shown."""
        return _hash("\n".join(self.words))[:16]


class _Reader(HTMLParser):
    """Collects what stands within one element of a page."""

    def __init__(self, within: str) -> None:
        super().__init__()
        self._within, self._depth, self._is_silent = within, 0, False
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._depth += tag == self._within
        self._is_silent = tag in _SILENT
        if self._depth:
            self.words += [
                f"[{name}={value}]"
                for name, value in attrs
                if (name in _SHOWN or name.startswith("data-")) and not f"{value}".startswith("#")
            ]

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == self._within
        self._is_silent = False

    def handle_data(self, data: str) -> None:
        if self._depth and not self._is_silent:
            self.words += data.split()


def read_words(html: str, within: str = "main") -> list[str]:
    r"""Read what is shown within an element of a page.

    Args:
        html: The page.
        within: Name of the element.

    Returns:
        Words, and attributes that mean something as `[name=value]`; what a place on the same
        page is called means nothing.

    Examples:
        >>> read_words('<p>Not.<main><a class="b" href="/x">One\n two</a></main>')
        ['[href=/x]', 'One', 'two']
    """
    reader = _Reader(within)
    reader.feed(html)
    return reader.words


def choose_paths(paths: Iterable[str], every: int) -> list[str]:
    """Choose pages: all of small kinds, one of so many of the others, by their paths alone.

    Args:
        paths: Paths of all pages.
        every: One of how many; 1 takes all.

    Examples:
        >>> choose_paths(["/theme/a", "/theme/b", "/plan/c"], 1)
        ['/theme/a', '/theme/b', '/plan/c']
    """
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        kinds[path.split("/")[1]].append(path)
    return [
        path
        for kind in kinds.values()
        for path in kind
        if len(kind) <= SMALL or int(_hash(path), 16) % every == 0
    ]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def is_steady(path: str) -> bool:
    """Tell whether the facts of a page are kept.

    Args:
        path: Its path.
    """
    return not _UNSTEADY.fullmatch(path)


def choose_pinned(paths: Iterable[str]) -> list[str]:
    """Choose the pages whose facts are kept: of each kind those with the least hashes.

    Args:
        paths: Paths of all pages.
    """
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in sorted(filter(is_steady, paths), key=_hash):
        kinds[path.split("/")[1]].append(path)
    return [path for kind in sorted(kinds) for path in kinds[kind][:PINNED]]


def read_fact(site: Site, address: str, language: str) -> Fact:
    """Render a page or a table and read what it shows.

    Args:
        site: All pages.
        address: Path, with parameters or without.
        language: Code of the language.
    """
    parts = urlsplit(address)
    params = tuple(parse_qsl(parts.query, keep_blank_values=True))
    page = site.render(Request(parts.path, params, language, ServerLinks(parts.path, params)))
    if page is None:
        return Fact(address, language, NO_PAGE)
    text = _hide_versions(page.body.decode(), site.content.dataset)
    words = read_words(text) if page.media_type.startswith("text/html") else text.split()
    return Fact(address, language, [str(page.status), *words])


def _hide_versions(text: str, dataset: Dataset) -> str:
    """Take out what stands for the data as a whole, and differs if anything in it does."""
    # Earlier programs told the hash of the canonical dataset as its version.
    told = getattr(dataset, "fingerprint", dataset.version)
    for version in (told, dataset.version, dataset.analysis.run.data_hash):
        for length in (64, 16, 12):
            text = text.replace(version[:length], "version")
    return text


def iter_facts(site: Site, paths: Iterable[str]) -> Iterator[Fact]:
    """Iterate over the facts of pages, in all languages.

    Args:
        site: All pages.
        paths: Paths, with parameters or without.
    """
    for path in paths:
        for language in LANGUAGES:
            yield read_fact(site, path, language)


def render_pins(site: Site) -> str:
    """Render the table of facts that the tests keep.

    Args:
        site: All pages.

    Returns:
        CSV with a row for each page and language: how many words it shows, and their hash.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("path", "language", "words", "digest"))
    for fact in iter_facts(site, (*choose_pinned(site.paths()), *ASKED)):
        writer.writerow((fact.path, fact.language, len(fact.words), fact.digest))
    return text.getvalue()


def main(arguments: list[str]) -> None:
    """Print a line of JSON for each page and table, or keep the table of the tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="one of so many pages of large kinds")
    parser.add_argument("--pin", type=Path, help="write the table that the tests keep")
    options = parser.parse_args(arguments)
    site = Site(build_dataset())
    if options.pin:
        options.pin.write_text(render_pins(site), encoding="utf-8")
        return
    paths = choose_paths(site.paths(), options.every)
    tables = (f"{path}.csv" for path in paths)
    for fact in iter_facts(site, (*paths, *tables, *ASKED)):
        if fact.words != NO_PAGE or fact.path in ASKED:
            print(json.dumps(fact, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
