"""`devcoop query`: the query library, or any SPARQL."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devcoop import names
from devcoop.cli.options import (
    console,
    endpoint_option,
    format_option,
    open_plans,
    output_option,
    read_credentials,
)
from devcoop.errors import QueryError, RemoteError
from devcoop.store.rdf import read_bytes
from devcoop.terminal import TABLE_WRITERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devcoop.store import Answer, Store


_NO_UNION = (
    "Warning: this server's default graph leaves out its named graphs, so an answer may lack "
    "what they say; `devcoop query --help` names the setting"
)


@click.command(epilog="Example: devcoop query plan-periods -f csv")
@click.argument("query", required=False)
@click.option("-p", "--param", multiple=True, metavar="KEY=VALUE", help="Value of a parameter.")
@click.option("--list", "listing", is_flag=True, help="List the query library.")
@click.option("--show", is_flag=True, help="Show the query instead of running it.")
@click.option("--similarities", is_flag=True, help="Add how alike concepts are to the graph.")
@endpoint_option()
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30.0, help="Seconds.")
@format_option("table", "csv", "tsv", "json", "turtle")
@output_option
def query(
    query: str | None,
    param: tuple[str, ...],
    listing: bool,
    show: bool,
    similarities: bool,
    endpoint: str | None,
    timeout: float,
    form: str,
    output: Any,
) -> None:
    """Ask QUERY: a name of the library, a file of SPARQL, or - for stdin.

    With --endpoint, a SPARQL server is asked instead of the built-in plans; `devcoop push`
    carries them there. The questions of the library look into all graphs at once, so the
    server must take the union of its graphs as default graph: oxigraph serve
    --union-default-graph, in Fuseki tdb2:unionDefaultGraph true, in others the default.
    Credentials come from DEVCOOP_ENDPOINT_USER and DEVCOOP_ENDPOINT_PASSWORD, or from
    DEVCOOP_ENDPOINT_TOKEN. The server is reached directly, never through a proxy.
    """
    from devcoop import queries  # noqa: PLC0415

    if listing or not query:
        rows = [[one.topic, one.name, one.question] for one in queries.load_library().values()]
        output.write(TABLE_WRITERS[form](("topic", "name", "question"), rows))
        return
    text = _read_query(query, param)
    if show:
        output.write(text)
        return
    if endpoint and similarities:
        raise click.UsageError("--similarities adds to the built-in plans; leave out --endpoint")
    if endpoint:
        answer = _ask_endpoint(endpoint, text, timeout)
    else:
        answer = queries.run_guarded(_build(similarities=similarities), text, seconds=timeout)
    output.write(_render_answer(answer, form))


def _build(*, similarities: bool) -> Store:
    graph = open_plans()
    if similarities:
        from devcoop.facets import read_facet_table  # noqa: PLC0415
        from devcoop.findings import add_similarities  # noqa: PLC0415
        from devcoop.overlap import compare  # noqa: PLC0415

        add_similarities(graph, compare(read_facet_table(graph)))
    return graph


def _ask_endpoint(url: str, text: str, seconds: float) -> Answer:
    """Ask a server; the query is refused here as it is for the built-in plans."""
    from devcoop import queries  # noqa: PLC0415
    from devcoop.remote.endpoint import Endpoint  # noqa: PLC0415

    queries.refuse_outside(text)
    until = time.monotonic() + seconds
    with Endpoint(url, credentials=read_credentials(), seconds=seconds) as server:
        answer = server.ask(text)
        # Whether all graphs were looked at is good to know, but not worth an error.
        with contextlib.suppress(RemoteError):
            if server.shows_named_graphs(seconds=until - time.monotonic()) is False:
                console.print(_NO_UNION, soft_wrap=True)
    return answer


def _read_query(query: str, params: Sequence[str]) -> str:
    """Read a query from the library, a file or stdin, and bind its parameters."""
    from devcoop import queries  # noqa: PLC0415

    values = dict(_split_param(param) for param in params)
    if query == "-":
        return sys.stdin.read().removeprefix("\ufeff")
    if query.endswith((".rq", ".sparql")):
        return read_bytes(Path(query)).decode("utf-8-sig", errors="replace")
    return queries.get_query(query).bind(values)


def _split_param(param: str) -> tuple[str, str]:
    key, equals, value = param.partition("=")
    if not equals:
        raise click.BadParameter(f"{param!r} is no KEY=VALUE", param_hint="--param")
    return key, value


def _render_answer(answer: Answer, form: str) -> str:

    if form == "turtle":
        if not answer.is_graph:
            raise QueryError("only CONSTRUCT and DESCRIBE can be written as turtle")
        return answer.render_turtle()
    # A person reads a prefixed name better than an IRI; a machine gets the IRI.
    write = _show if form == "table" else str
    rows = [[write(value) for value in record.values()] for record in answer.records()]
    return TABLE_WRITERS[form](answer.columns, rows)


def _show(value: str) -> str:
    """Shorten a value for a person, without what would steer the terminal."""
    return "".join(one if one.isprintable() else " " for one in names.shorten(value))
