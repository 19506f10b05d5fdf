"""`devcoop template`: the empty workbook for a plan."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devcoop.cli.options import Command, Place, say
from devcoop.publication import write_files, write_whole
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable


@click.command(cls=Command, epilog="Example: devcoop template -o plan.xlsx")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The workbook, plan.xlsx without it; with --csv the folder, plan without it.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="Language of headings, help and lists.",
)
@click.option("--csv", "as_text", is_flag=True, help="Write a folder of CSV files instead.")
@click.option("--force", is_flag=True, help="Write over what is there.")
def template(*, output: Path | None, language: str, as_text: bool, force: bool) -> None:
    """Write an empty workbook to fill in with a plan, which `devcoop load` takes.

    It has sheets for the plan, its initiatives, its results and those who take part, with help,
    an example in each and lists to choose from. What is there already is not written over.
    """
    from devcoop.load.form.template import build_texts, build_workbook  # noqa: PLC0415

    place = output or Path("plan" if as_text else "plan.xlsx")
    Place(is_folder=as_text).convert(place, None, None)
    files = {place / name: text for name, text in build_texts(language).items()} if as_text else {}
    _keep(files or [place], force=force)
    if as_text:
        write_files(place, {path.name: text for path, text in files.items()})
    else:
        write_whole(place, build_workbook(language))
    for path in files or [place]:
        say(f"Wrote {path}")


def _keep(paths: Iterable[Path], *, force: bool) -> None:
    """Refuse to write over a plan that somebody has filled in."""
    for path in paths:
        if path.is_file() and not force:
            raise FileExistsError(
                errno.EEXIST, f"{os.strerror(errno.EEXIST)}; --force writes over it", str(path)
            )
