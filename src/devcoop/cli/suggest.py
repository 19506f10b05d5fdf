"""`devcoop suggest`: what publishers of IATI could mend at the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from devcoop.cli.options import Command, Place, console, format_option, open_plans
from devcoop.publication import write_files
from devcoop.terminal import TABLE_WRITERS
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command, epilog="Example: devcoop --store out/store suggest -o letters")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="Language of the letters.",
)
@format_option("table", "csv", "tsv", "json")
@click.option(
    "-o",
    "--output",
    type=Place(is_folder=True),
    metavar="FOLDER",
    help="Folder for a letter to each publisher and a table; without it, the table is shown.",
)
def suggest(language: str, form: str, output: Path | None) -> None:
    """Suggest to publishers of IATI what they could mend at the source.

    Looked at are the activities of IATI in the store: links that one side alone states,
    identifiers that two publishers use, activities without a country or a sector, percentages
    that do not make 100, days that stand for an unknown one. Each letter (Markdown) says what
    was seen and has XML to be pasted where the data bear a suggestion.
    """
    from devcoop.export.corrections import Mailing  # noqa: PLC0415
    from devcoop.figures.corrections import find_corrections  # noqa: PLC0415
    from devcoop.words.corrections import COLUMNS  # noqa: PLC0415

    plans = open_plans()
    corrections = find_corrections(plans)
    mailing = Mailing(plans, corrections, language)
    looked = sum(corrections.activities.values())
    told = f"{len(corrections.found)} suggestions on {looked} activities of IATI"
    if output is None:
        click.echo(TABLE_WRITERS[form](COLUMNS, [*mailing.iter_rows()]), nl=False)
        console.print(told, soft_wrap=True)
        return
    files = mailing.render()
    write_files(output, files)
    console.print(f"{told}; wrote {len(files)} files to {output}", soft_wrap=True)
