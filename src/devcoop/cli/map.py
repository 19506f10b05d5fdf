"""`devcoop map`: what the columns of somebody's list may mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from devcoop import killable
from devcoop.cli.options import Command, open_plans, output_option


@click.command("map", cls=Command, epilog="Example: devcoop map projects.csv -o map.yaml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output_option
def propose_map(file: Path, output: Any) -> None:
    """Propose what the columns of a list of projects mean.

    FILE is a workbook or CSV. The map that is written is a small file to be corrected by a
    person; `devcoop load FILE --map map.yaml` then loads the list by it. Each line says how sure
    the proposal is, and shows an example.
    """
    from devcoop.load.readers.project_list.proposal import propose  # noqa: PLC0415
    from devcoop.load.recognition import Recognizer  # noqa: PLC0415
    from devcoop.load.registry import SECONDS  # noqa: PLC0415
    from devcoop.store.rdf import read_bytes  # noqa: PLC0415
    from devcoop.terminal import make_visible  # noqa: PLC0415

    known = Recognizer(open_plans())
    content = read_bytes(file)
    # A table can ask for any time.
    proposal = killable.run(lambda: propose(file, content, known), what=str(file), seconds=SECONDS)
    # YAML knows these escapes in quotes, and holds no controls.
    output.write(make_visible(proposal.render()))
