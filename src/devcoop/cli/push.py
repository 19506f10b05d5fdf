"""`devcoop push`: carry the plans and findings to a SPARQL server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from devcoop.cli.options import (
    Command,
    Measure,
    check_address,
    console,
    endpoint_option,
    format_option,
    open_published,
    read_credentials,
    reviews_option,
)
from devcoop.terminal import TABLE_WRITERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from devcoop.remote.pushing import Push, Step
    from devcoop.terminal import Cell


@click.command(
    cls=Command, epilog="Example: devcoop push --endpoint http://127.0.0.1:7878/query --dry-run"
)
@endpoint_option(required=True)
@click.option(
    "--update", metavar="URL", callback=check_address, help="Where it takes SPARQL Update."
)
@click.option(
    "--graph-store",
    metavar="URL",
    callback=check_address,
    help="Where it takes whole graphs (Graph Store protocol).",
)
@reviews_option
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="IRI",
    help="Only this graph, or 'description'; may be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.option("--prune", is_flag=True, help="Remove our graphs that the data no longer have.")
@click.option(
    "--timeout",
    type=Measure(0, min_open=True),
    default=120.0,
    show_default=True,
    help="Seconds for each request, with its repetitions.",
)
@format_option("table", "csv", "tsv", "json")
def push(
    endpoint: str,
    update: str | None,
    graph_store: str | None,
    reviews_path: Path,  # noqa: ARG001  read with the plans
    graphs: tuple[str, ...],
    dry_run: bool,
    prune: bool,
    timeout: float,
    form: str,
) -> None:
    """Carry the plans and findings to a SPARQL server, graph by graph.

    What is there already is left alone, so a push that broke off goes on where it stopped.
    Each graph is read back and compared; a graph is never half old and half new. Graphs of
    others are not touched. Do not run two at once. The server is reached directly, never
    through a proxy.

    Where data go is looked up at the server, or named with --update and --graph-store, which
    must be on the same server. With --graph-store alone, each graph is replaced in one request,
    and some servers then show half of it meanwhile, as Virtuoso does; named by its /sparql-auth
    alone, it does not. Who asks for all graphs at once during a push may see old and new side
    by side. Where there is no default graph of its own, the description is a named graph.

    Credentials come from DEVCOOP_ENDPOINT_USER and DEVCOOP_ENDPOINT_PASSWORD, or from
    DEVCOOP_ENDPOINT_TOKEN; they are sent to this server only.
    """
    from devcoop.remote.endpoint import Endpoint  # noqa: PLC0415
    from devcoop.remote.pushing import Push, find_doors  # noqa: PLC0415

    if prune and graphs:
        raise click.UsageError("--prune looks at all graphs; leave out --graph")
    with Endpoint(endpoint, credentials=read_credentials(), seconds=timeout) as server:
        doors = find_doors(server, update=update or "", graph_store=graph_store or "")
        pushing = Push(open_published(), server, doors, only=graphs)
        if unknown := sorted(set(graphs) - set(pushing.graphs)):
            raise click.BadParameter(f"there is no graph {unknown[0]}", param_hint="--graph")
        _run(pushing, form, dry=dry_run, prune=prune)


def _run(pushing: Push, form: str, *, dry: bool, prune: bool) -> None:
    """Show what became of each graph; also of those before one that failed."""
    steps: list[Step] = []
    try:
        steps.extend(_show_progress(pushing.run(dry=dry, prune=prune), len(pushing.graphs)))
    finally:
        rows: list[list[Cell]] = [[one.graph, one.triples, one.state] for one in steps]
        click.echo(TABLE_WRITERS[form](("graph", "triples", "state"), rows), nl=False)


def _show_progress(steps: Iterable[Step], total: int) -> Iterable[Step]:
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Carrying graphs", total=total)
        for step in steps:
            bar.advance(task)
            yield step
