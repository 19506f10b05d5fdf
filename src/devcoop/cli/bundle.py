"""`devcoop bundle`: everything in one archive that opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from devcoop.cli.options import (
    Command,
    Place,
    console,
    open_published,
    reviews_option,
    say,
    waiting,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command, epilog="Example: devcoop bundle -o devcoop.zip")
@click.option(
    "-o",
    "--output",
    type=Place(),
    default="devcoop.zip",
    show_default=True,
    help="The archive.",
)
@reviews_option
def bundle(output: Path, reviews_path: Path) -> None:  # noqa: ARG001
    """Write all pages, data and questions into one archive for a USB stick."""
    from rich.progress import track  # noqa: PLC0415

    from devcoop.bundle import build_bundle, write_bundle  # noqa: PLC0415

    with waiting("Reading and comparing the plans"):
        dataset = open_published()

    def show(paths: object) -> object:
        return track(list(paths), "Writing pages", console=console, transient=True)  # type: ignore[call-overload]

    built = build_bundle(dataset, show)  # type: ignore[arg-type]
    write_bundle(built, output)
    say(f"{len(built.pages)} pages, {len(built.files)} files")
    say(f"Wrote {output}")
