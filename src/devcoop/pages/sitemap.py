"""The addresses of all pages, for those who collect pages (sitemaps.org, protocol 0.9).

A file has at most 50,000 addresses and 50 MB. Where that is not enough there are several, and
the first address gives the list of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from devcoop import names
from devcoop.pages.links import ServerLinks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_ADDRESSES = 50_000
"""Most addresses of a file, or files of a list."""
MOST_BYTES = 50_000_000
"""Most bytes of a file."""
_HEAD_BYTES = 1_000


def render_sitemap(
    paths: Iterable[str],
    address: str,
    number: int = 0,
    *,
    most: int = MOST_ADDRESSES,
    most_bytes: int = MOST_BYTES,
) -> bytes | None:
    """Write the addresses of pages, or the list of the files that have them.

    Args:
        paths: Paths of the pages.
        address: Address of the server, without a slash at the end.
        number: Which of several files, from 1; 0 for the first address.
        most: Most addresses of a file.
        most_bytes: Most bytes of a file.

    Returns:
        XML; None if there is no file of this number.

    Examples:
        >>> b"<loc>http://a/theme/metrology.html</loc>" in render_sitemap(
        ...     ["/theme/metrology"], "http://a"
        ... )
        True
    """
    links = ServerLinks("/")
    lines = (_write_place("url", address + links.page(path)) for path in paths)
    files = list(_split(lines, most, most_bytes - _HEAD_BYTES))
    if number:
        is_there = len(files) > 1 and number <= len(files)
        return _write("urlset", files[number - 1]) if is_there else None
    if len(files) == 1:
        return _write("urlset", files[0])
    listed = [f"{address}{place_sitemap(one)}" for one in range(1, len(files) + 1)]
    return _write("sitemapindex", [_write_place("sitemap", one) for one in listed])


def place_sitemap(number: int) -> str:
    """Give the path of one of several files.

    Args:
        number: Which, from 1.

    Examples:
        >>> place_sitemap(2)
        '/sitemap-2.xml'
    """
    return f"/sitemap-{number}.xml"


def _split(lines: Iterable[str], most: int, most_bytes: int) -> Iterator[list[str]]:
    """Put lines into files; one there is always."""
    part: list[str] = []
    size = 0
    for line in lines:
        if part and (len(part) == most or size + len(line) > most_bytes):
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line)
    yield part


def _write_place(element: str, address: str) -> str:
    return f"<{element}><loc>{escape(address)}</loc></{element}>\n"


def _write(root: str, lines: Sequence[str]) -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{names.SITEMAP}">\n'
    return f"{head}{''.join(lines)}</{root}>\n".encode()
