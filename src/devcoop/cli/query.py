"""`devcoop query`: the query library, or any SPARQL."""

from __future__ import annotations

import contextlib
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devcoop import names
from devcoop.cli.options import (
    Command,
    Measure,
    console,
    endpoint_option,
    find_limits,
    format_option,
    open_for_work,
    open_plans,
    open_published,
    output_option,
    read_credentials,
    reviews_option,
)
from devcoop.errors import QueryError, RemoteError
from devcoop.store.rdf import read_bytes
from devcoop.store.terms import BlankNode, as_text
from devcoop.terminal import TABLE_WRITERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from devcoop.queries import Query
    from devcoop.store import Answer, Store
    from devcoop.store.terms import Term


_NO_UNION = (
    "Warning: this server's default graph leaves out its named graphs, so an answer may lack "
    "what they say; `devcoop query --help` names the setting"
)


@click.command(cls=Command, epilog="Example: devcoop query plan-periods -f csv")
@click.argument("query", required=False)
@click.option("-p", "--param", multiple=True, metavar="KEY=VALUE", help="Value of a parameter.")
@click.option("--list", "listing", is_flag=True, help="List the query library.")
@click.option("--show", is_flag=True, help="Show the query instead of running it.")
@click.option("--similarities", is_flag=True, help="Add how alike concepts are to the graph.")
@endpoint_option()
@click.option("--plans", "plans_only", is_flag=True, help="Ask the plans alone: no findings.")
@click.option("--timeout", type=Measure(0, min_open=True), default=30.0, help="Seconds.")
@reviews_option
@format_option("table", "csv", "tsv", "json", "turtle")
@output_option
def query(
    query: str | None,
    param: tuple[str, ...],
    listing: bool,
    show: bool,
    similarities: bool,
    endpoint: str | None,
    plans_only: bool,
    timeout: float,
    reviews_path: Path,  # noqa: ARG001  read with the plans
    form: str,
    output: Any,
) -> None:
    """Ask QUERY: a name of the library, a file of SPARQL, or - for stdin.

    What is asked is the graph that `devcoop serve` answers from: the plans, the findings and
    gaps with their reviews, and the questions of the library. Those of its questions that are
    about plans alone do not wait for the comparison; with --plans, no question does.

    With --endpoint, a SPARQL server is asked instead of the built-in plans; `devcoop push`
    carries them there. The questions of the library look into all graphs at once, so the
    server must take the union of its graphs as default graph: oxigraph serve
    --union-default-graph, in Fuseki tdb2:unionDefaultGraph true, in others, as in Virtuoso,
    the default.
    Credentials come from DEVCOOP_ENDPOINT_USER and DEVCOOP_ENDPOINT_PASSWORD, or from
    DEVCOOP_ENDPOINT_TOKEN. The server is reached directly, never through a proxy.
    """
    from devcoop import queries  # noqa: PLC0415

    if listing or not query:
        rows = [[one.topic, one.name, one.question] for one in queries.load_library().values()]
        output.write(TABLE_WRITERS[form](("topic", "name", "question"), rows))
        return
    asked = _read_query(query, param)
    if show:
        output.write(asked.text)
        return
    if endpoint and (similarities or plans_only):
        raise click.UsageError(
            "--similarities and --plans are about the plans here, not --endpoint"
        )
    if endpoint:
        answer = _ask_endpoint(endpoint, asked.text_for_others, timeout)
    else:
        everything = not plans_only and asked.needs_findings
        store = _build(everything=everything, similarities=similarities)
        asked.check(store)
        answer = queries.run_guarded(store, asked.text, seconds=timeout)
    output.write(_render_answer(answer, form))


def _build(*, everything: bool, similarities: bool) -> Store:
    if not similarities:
        return open_published().store if everything else open_plans()
    from devcoop.facets import read_facet_table  # noqa: PLC0415
    from devcoop.findings import add_similarities  # noqa: PLC0415
    from devcoop.overlap import compare  # noqa: PLC0415

    graph = open_published().store if everything else open_for_work()
    add_similarities(graph, compare(read_facet_table(graph), limits=find_limits()))
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


@dataclass(frozen=True)
class _Asked:
    """What is asked: a question of the library with its values, or a text of somebody's own."""

    own: str = ""
    query: Query | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.query.bind(self.values) if self.query else self.own

    @property
    def text_for_others(self) -> str:
        return self.query.bind_for_others(self.values) if self.query else self.own

    @property
    def needs_findings(self) -> bool:
        # Nobody can tell what a text of somebody's own is about.
        return self.query is None or self.query.needs_findings

    def check(self, store: Store) -> None:
        """Refuse values that name nothing in a store."""
        from devcoop.queries import check_values  # noqa: PLC0415

        if self.query:
            check_values(store, self.query, self.values)


def _read_query(query: str, params: Sequence[str]) -> _Asked:
    """Read a query from the library, a file or stdin, and the values of its parameters."""
    from devcoop.queries import get_query  # noqa: PLC0415

    values = dict(_split_param(param) for param in params)
    if query == "-":
        return _Asked(sys.stdin.read().lstrip("\ufeff"))
    if query.endswith((".rq", ".sparql")):
        return _Asked(read_bytes(Path(query)).decode(errors="replace").lstrip("\ufeff"))
    return _Asked(query=get_query(query), values=values)


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
    rows = [[write(_tell(term)) for term in row] for row in answer.rows]
    return TABLE_WRITERS[form](answer.columns, rows)


def _tell(term: Term | None) -> str:
    """Give a term as text; what has no IRI is marked, so that it is not taken for a text."""
    return str(term) if isinstance(term, BlankNode) else as_text(term)


def _show(value: str) -> str:
    """Shorten a value for a person, without what would steer the terminal."""
    return "".join(one if one.isprintable() else " " for one in names.shorten(value))
