"""`devcoop gaps` and `devcoop matrix`: what nobody serves, and who does what where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from devcoop.cli.options import (
    Command,
    analyze_plans,
    console,
    focus_options,
    format_option,
    output_option,
    reviews_option,
    say,
)
from devcoop.figures import matrix as matrices
from devcoop.model import GAP_TYPES
from devcoop.terminal import TABLE_WRITERS

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command, epilog="Example: devcoop gaps --type coverage-gap -f csv")
@click.option("--type", "kind", type=click.Choice(GAP_TYPES), help="Only this type of gap.")
@focus_options
@reviews_option
@format_option("table", "csv", "tsv", "json")
@output_option
def gaps(kind: str | None, reviews_path: Path, form: str, output: Any) -> None:  # noqa: ARG001
    """List what no plan serves, out of what was looked at.

    Limited to an agency, a plan, a place, a theme or days, a question is asked of what is known
    to be in that; questions of which that cannot be told are named and left out.
    """
    from devcoop.export.findings import GAP_COLUMNS, iter_gap_rows  # noqa: PLC0415
    from devcoop.words.gaps import say_check  # noqa: PLC0415

    analysis = analyze_plans()
    checks = [check for check in analysis.gap_checks if kind in (None, check.type)]
    if form == "table":
        columns = ["type", "looked at", "gaps", "of", "query"]
        rows: list[list[Any]] = [
            [check.type, title, len(check.gaps), len(check.cells), check.name]
            for check in checks
            for title in (say_check(check, "title").text,)
        ]
    else:
        columns = ["of" if one == "checked_of" else one for one in GAP_COLUMNS]
        rows = [list(row) for row in iter_gap_rows(checks, analysis.gap_words)]
    output.write(TABLE_WRITERS[form](columns, rows))
    if analysis.unlimited and not kind:
        untold = ", ".join(analysis.unlimited)
        say(f"Left out, since what of it is in these limits is not told: {untold}", err=True)


@click.command(cls=Command, epilog="Example: devcoop matrix --rows theme --columns agency")
@click.option("--rows", type=click.Choice(matrices.SIDES), default="theme", show_default=True)
@click.option("--columns", type=click.Choice(matrices.SIDES), default="agency", show_default=True)
@focus_options
@format_option("table", "csv", "tsv", "json")
@output_option
def matrix(rows: str, columns: str, form: str, output: Any) -> None:
    """Count initiatives by two facets: who does what, for whom, where."""
    analysis = analyze_plans()
    counted = matrices.count_by(analysis.counted.values(), rows=rows, columns=columns)
    table: list[list[Any]] = [
        [row, *(counted.counts.get((row, column), 0) for column in counted.columns)]
        for row in counted.rows
    ]
    output.write(TABLE_WRITERS[form]([rows, *counted.columns], table))
    of = f" of {analysis.extent.of}" if analysis.extent else ""
    console.print(
        f"{counted.total}{of} initiatives; one with several {rows}s stands in several rows"
    )
