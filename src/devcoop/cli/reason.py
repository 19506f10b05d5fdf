"""`devcoop reason`: are ontology and data consistent?"""

from __future__ import annotations

from pathlib import Path

import click

from devcoop.cli.options import Command, console, open_for_work, open_plans, say
from devcoop.graph import add_file


@click.command(cls=Command, epilog="Example: devcoop reason")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def reason(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Ask a reasoner whether the ontology and the data, with FILES added, are consistent."""
    from devcoop.reasoning import reason as run  # noqa: PLC0415

    graph = open_for_work() if files else open_plans()
    for file in files:
        add_file(graph, file, file.resolve().as_uri())
    with console.status("Reasoning"):
        verdict = run(graph)
    say("consistent" if verdict.is_consistent else "inconsistent")
    say(f"{verdict.classes} classes, {len(verdict.unsatisfiable)} of them unsatisfiable")
    say(f"{verdict.individuals} individuals")
    for iri in verdict.unsatisfiable:
        say(f"unsatisfiable: {iri}")
    ctx.exit(0 if verdict.is_consistent and not verdict.unsatisfiable else 1)
