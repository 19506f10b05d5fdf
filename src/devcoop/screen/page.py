"""Puts what was found about a draft on one page."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from devcoop import assets
from devcoop.model import FACETS
from devcoop.words.explanations import say_headline
from devcoop.words.lexicon import Lexicon

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
    "draft_label",
    "other_label",
    "suggested",
    "same_agency",
)
"""Columns of the table: the draft's initiative, the other one, and how close they are, 0 to 1.

A part is empty where one side leaves it open; under `suggested` stand the facets of which a side
has only what is suggested. `same_agency` tells what plans of its own agency have already.
"""


def render_text(sheet: Sheet) -> str:
    """Render a page for a terminal.

    Args:
        sheet: What is said.
    """
    return "\n".join(_iter_lines(sheet)) + "\n"


def _iter_lines(sheet: Sheet) -> Iterator[str]:
    yield sheet.title
    yield from _wrap(sheet.lead)
    for section in sheet.sections:
        yield ""
        yield section.title.upper()
        yield from _wrap(section.lead)
        for item in section.items:
            yield from _wrap(f"* {item.head}", more="  ")
            for line in item.lines:
                yield from _wrap(line, "    ", "    ")


def _wrap(text: str, first: str = "", more: str = "") -> list[str]:
    # An identifier is copied whole.
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=more, break_on_hyphens=False
    )


def render_html(sheet: Sheet) -> str:
    """Render a page of HTML that needs nothing else and loads nothing.

    Args:
        sheet: What is said.
    """
    # Who reads a terminal does not wait for them.
    from markupsafe import Markup  # noqa: PLC0415

    from devcoop.layout.templates import render_template  # noqa: PLC0415

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
    lexicon = Lexicon.of_english(screening.labels)
    for one in (*screening.meetings, *screening.doubled):
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
            ours.label,
            theirs.label,
            "; ".join(match.facet for match in one.matches if match.suggested),
            "yes" if ours.agency == theirs.agency else "no",
        ]
