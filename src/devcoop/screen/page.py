"""Puts what was found about a draft on one page."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from devcoop import assets
from devcoop.layout.templates import render_template
from devcoop.model import FACETS
from devcoop.words.explanations import say_headline
from devcoop.words.screening import name_things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.drafts import Screening
    from devcoop.terminal import Cell
    from devcoop.words.screening import Sheet

_WIDTH = 88
_TEMPLATES = Path(__file__).parent / "templates"
COLUMNS = (
    "draft",
    "other",
    "other_agency",
    "type",
    "score",
    "headline",
    *FACETS,
    "timing",
    "place",
)
"""Columns of the table: the draft's initiative, the other one, and how close they are, 0 to 1."""


def render_text(sheet: Sheet) -> str:
    """Render a page for a terminal.

    Args:
        sheet: What is said.
    """
    return "\n".join(_iter_lines(sheet)) + "\n"


def _iter_lines(sheet: Sheet) -> Iterator[str]:
    yield sheet.title
    yield from textwrap.wrap(sheet.lead, _WIDTH)
    for section in sheet.sections:
        yield ""
        yield section.title.upper()
        yield from textwrap.wrap(section.lead, _WIDTH)
        for item in section.items:
            yield from textwrap.wrap(f"* {item.head}", _WIDTH, subsequent_indent="  ")
            for line in item.lines:
                yield from textwrap.wrap(
                    line, _WIDTH, initial_indent="    ", subsequent_indent="    "
                )


def render_html(sheet: Sheet) -> str:
    """Render a page of HTML that needs nothing else and loads nothing.

    Args:
        sheet: What is said.
    """
    style = "\n".join(
        one.read_text(encoding="utf-8").strip()
        for one in (assets.SHARED_STYLE, _TEMPLATES / "screen.css")
    )
    # The style is ours; it is the only thing on the page that is not escaped.
    values = {"sheet": sheet, "style": Markup(style)}  # noqa: S704
    return render_template("screen.html.j2", values, folder=_TEMPLATES)


def iter_rows(screening: Screening) -> Iterator[list[Cell]]:
    """Iterate over the findings as rows of a table, the strongest first.

    Args:
        screening: What was found.

    Yields:
        Cells in the order of `COLUMNS`.
    """
    lexicon = name_things(screening)
    for one in screening.meetings:
        ours, theirs = screening.side(one)
        pair = one.pair
        yield [
            ours.identifier,
            theirs.identifier,
            theirs.agency.name,
            pair.type,
            round(pair.score, 6),
            say_headline(one, lexicon),
            *(None if pair.parts[f] is None else round(pair.parts[f] or 0.0, 4) for f in FACETS),
            pair.timing,
            pair.place_relation,
        ]
