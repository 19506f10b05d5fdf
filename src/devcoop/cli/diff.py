"""`devcoop diff` and `devcoop patch`: from one export to the next."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from devcoop.cli.options import Command, Place, console, format_option
from devcoop.terminal import encode

_EXPORT = click.Path(path_type=Path)
_output_option = click.option(
    "-o",
    "--output",
    type=Place(),
    help="File to write; stdout without it.",
)


@click.command(cls=Command, epilog="Example: devcoop diff old.nq new.nq")
@click.argument("old", type=_EXPORT)
@click.argument("new", type=_EXPORT)
@format_option("words", "patch", "json")
@_output_option
def diff(old: Path, new: Path, form: str, output: Path | None) -> None:
    """Say what changed from the export OLD to the export NEW.

    Both are files that `devcoop export` wrote, or folders of releases. With -f patch the
    answer is an RDF Patch: who has OLD gets NEW from it with `devcoop patch`.
    """
    from devcoop import export  # noqa: PLC0415

    # It takes a while to read the first.
    export.check_there(old, new)
    with console.status("Comparing"):
        before, after = export.read_edition(old), export.read_edition(new)
        export.check_alike(before, after)
        if form == "patch":
            content = export.render_patch(export.make_patch(before.lines, after.lines))
        else:
            render = export.render_words if form == "words" else export.render_changes
            content = encode(render(export.compare_editions(before, after)))
    _write(content, output)


@click.command(cls=Command, epilog="Example: devcoop patch old.nq changes.rdfp -o new.nq")
@click.argument("old", type=_EXPORT)
@click.argument("patch", type=click.Path(path_type=Path, dir_okay=False))
@_output_option
def patch(old: Path, patch: Path, output: Path | None) -> None:
    """Make the next export from the export OLD and the file PATCH of `devcoop diff -f patch`.

    What is written is N-Quads, byte for byte the export that the patch leads to. Nothing is
    written if the patch is for other data or does not lead where it says.
    """
    from devcoop import export  # noqa: PLC0415
    from devcoop.store.rdf import read_bytes  # noqa: PLC0415

    with console.status("Applying the patch"):
        changes = export.read_patch(patch, read_bytes(patch))
        lines = export.apply_patch(
            export.read_edition(old).lines, changes, export.canonize_nquads(patch)
        )
    _write(export.render_nquads(lines), output)


def _write(content: bytes, output: Path | None) -> None:
    from devcoop.publication import write_whole  # noqa: PLC0415

    if output:
        write_whole(output, content)
        console.print(f"Wrote {output}", soft_wrap=True)
    else:
        sys.stdout.buffer.write(content)
