"""The report's files: what is in them and what they are called."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from itertools import accumulate
from typing import IO, TYPE_CHECKING

from devcoop import killable
from devcoop.export.findings import write_gaps, write_overlaps
from devcoop.export.sssom import render_sssom
from devcoop.findings import iter_serialized
from devcoop.publication import write_files
from devcoop.report.html import Links, render_page
from devcoop.report.page import build_page
from devcoop.report.summary import write_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from devcoop.figures.money import Rates
    from devcoop.pipeline import Analysis
    from devcoop.report.page import Limits, Page
    from devcoop.report.since import EarlierReport


MOST_BYTES = 1_000_000
"""A page that goes through any mail server."""
_MANY = 1_000
"""Findings from which on several processes take less time than one."""
_PIECE = 1 << 20
_GOES = 0.45
"""What part of a page goes with its rows, before anything is known of it."""
_FAR_ABOVE = 1.05 * MOST_BYTES
_MOST_HALVED = 7
"""How often its numbers of rows are halved at most."""


def fit_page(
    analysis: Analysis, earlier: EarlierReport | None = None, rates: Rates | None = None
) -> tuple[Page, str]:
    """Work out and render the page, with fewer rows until it is below `MOST_BYTES`.

    Args:
        analysis: The run to report on.
        earlier: The report before this one, if what is new is asked for.
        rates: As for `build_page`.

    Returns:
        The page and its HTML. What stays whatever the limits are, one column for each agency,
        may still be larger where hundreds of agencies are compared.
    """
    whole = build_page(analysis, earlier=earlier, rates=rates)
    limits = list(accumulate(range(_MOST_HALVED), lambda one, _: one.halve(), initial=whole.limits))
    links = Links()

    @cache
    def render(halved: int) -> tuple[Page, str]:
        page = whole.within(limits[halved]) if halved else whole
        return page, render_page(page, links)

    def measure(halved: int) -> int:
        return len(render(halved)[1].encode())

    return render(_find_fewest(measure, [_weigh(one, whole.limits) for one in limits]))


def _weigh(limits: Limits, most: Limits) -> float:
    """Give about what part is left of what goes when there are fewer rows; most are findings."""
    findings = limits.findings / max(1, most.findings)
    return (2 * findings + limits.initiatives / max(1, most.initiatives)) / 3


def _find_fewest(measure: Callable[[int], int], left: Sequence[float]) -> int:
    """Find how often something is halved at least until it is below `MOST_BYTES`, with few tries.

    Args:
        measure: Gives the bytes that it has, halved so often.
        left: About what part is then left of what can go, for each number of times.

    Returns:
        How often; the last of `left`, whether it is below then or not, if nothing before it is.
        Where it is far above at one time less by all that was seen, that is not tried.
    """
    whole, few, enough = measure(0), 0, len(left) - 1
    if whole < MOST_BYTES:
        return 0
    goes, is_sure = whole * _GOES, False
    while enough - few > 1:
        expected = [whole - goes * (1 - part) for part in left]
        between = range(few + 1, enough)
        tried = next((one for one in between if expected[one] < MOST_BYTES), enough - 1)
        if is_sure and expected[tried] > _FAR_ABOVE:
            break
        size = measure(tried)
        goes = (whole - size) / (1 - left[tried])
        if size < MOST_BYTES:
            enough, is_sure = tried, True
        else:
            few = tried
    return enough


def render_html(analysis: Analysis) -> str:
    """Render the report as one HTML file that opens without a network.

    Args:
        analysis: The run to report on.

    Examples:
        >>> from devcoop.pipeline import analyze
        >>> render_html(analyze()).startswith("<!doctype html>")
        True
    """
    return fit_page(analysis)[1]


def write_report(
    analysis: Analysis,
    folder: Path,
    *,
    earlier: EarlierReport | None = None,
    rates: Rates | None = None,
) -> list[Path]:
    """Write the report into a folder: all its files, or none.

    Args:
        analysis: The run to report on.
        folder: Where the files shall be; made if it is missing.
        earlier: The report before this one, if what is new is asked for.
        rates: Convert the money of a country to one currency; None leaves each in its own.

    Returns:
        `index.html`, `overlaps.csv`, `overlaps.sssom.tsv`, `gaps.csv`, `findings.ttl` and
        `report.json`; the same bytes for the same data.

    Raises:
        SourceError: A rate is missing.
        OSError: They could not be written; the folder is as it was.

    Examples:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from devcoop.pipeline import analyze
        >>> with tempfile.TemporaryDirectory() as place:
        ...     sorted(path.suffix for path in write_report(analyze(), Path(place) / "report"))
        ['.csv', '.csv', '.html', '.json', '.tsv', '.ttl']
    """
    with _write_aside(analysis, folder) as written:
        page, html = fit_page(analysis, earlier, rates)
        contents: dict[str, bytes | Iterable[bytes]] = {
            "index.html": html.encode(),
            "overlaps.csv": b"",
            "overlaps.sssom.tsv": render_sssom(analysis, analysis.pairs.found).encode(),
            "gaps.csv": write_gaps(analysis),
            "findings.ttl": b"",
            "report.json": write_summary(analysis, page),
        }
        return write_files(folder, contents | written())


@contextmanager
def _write_aside(
    analysis: Analysis, folder: Path
) -> Iterator[Callable[[], dict[str, Iterable[bytes]]]]:
    """Write the files that have rows for each finding: of many, while the page is made.

    Args:
        analysis: The run to report on.
        folder: Where they shall be; there is room for them beside it.

    Yields:
        What gives these files by their names, once; it raises what writing them raised.
    """
    pieces: dict[str, Iterable[bytes]] = {
        "overlaps.csv": write_overlaps(analysis),
        "findings.ttl": _state_findings(analysis),
    }
    if analysis.pairs.count_findings() < _MANY:
        yield lambda: pieces
        return
    # All read what the other processes would else have to read as well.
    analysis.read_ahead(analysis.pairs.found)
    analysis.read_all_ahead()
    if not analysis.comparison.may_be_forked:
        yield lambda: pieces
        return
    place = next(one for one in folder.absolute().parents if one.is_dir())
    with ExitStack() as stack:
        files = {name: stack.enter_context(tempfile.TemporaryFile(dir=place)) for name in pieces}
        # Each in a process of its own: which of them takes longest hangs on the store.
        ends = [
            stack.enter_context(
                killable.begin(
                    partial(_fill, analysis, files[name], some), what=name, **killable.OWN_WORK
                )
            )
            for name, some in pieces.items()
        ]

        def read() -> dict[str, Iterable[bytes]]:
            for finish in ends:
                finish()
            for file in files.values():
                file.seek(0)
            return {name: _iter_pieces(file) for name, file in files.items()}

        yield read


def _fill(analysis: Analysis, file: IO[bytes], pieces: Iterable[bytes]) -> None:
    with analysis.comparison.forked():
        file.writelines(pieces)
    file.flush()


def _state_findings(analysis: Analysis) -> Iterator[bytes]:
    """State the findings as Turtle, as soon as somebody asks for the first piece."""
    yield from iter_serialized(analysis.findings())


def _iter_pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Iterate over the pieces of a file."""
    return iter(partial(file.read, _PIECE), b"")
