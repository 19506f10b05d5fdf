"""`devcoop organizations`: which of them may be one."""

from __future__ import annotations

from typing import Any

import click

from devcoop.cli.options import Command, format_option, open_plans, output_option, say
from devcoop.terminal import TABLE_WRITERS


@click.command(
    cls=Command, epilog="Example: devcoop --store out/store organizations -f csv -o same.csv"
)
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.9,
    show_default=True,
    help="Least likeness of two names.",
)
@format_option("table", "csv", "tsv", "json")
@output_option
def organizations(least: float, form: str, output: Any) -> None:
    """Propose which organizations may be one, by names that are alike.

    Nothing is joined by it. Of those that a person knows to be one, write under `meant` what is
    proposed, or another name, and give the table back with the list that has the name under
    `text`: `devcoop load LIST --decisions same.csv`. What is meant must be known beyond that list.
    """
    from devcoop.load.likeness import COLUMNS, propose_same  # noqa: PLC0415

    found = propose_same(open_plans(), least)
    output.write(TABLE_WRITERS[form](COLUMNS, [one.row() for one in found]))
    say(f"{len(found)} proposals with a likeness of {least:g} or more; none is decided", err=True)
