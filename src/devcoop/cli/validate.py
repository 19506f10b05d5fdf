"""`devcoop validate`: plans against the rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devcoop import names
from devcoop.cli.options import (
    Command,
    Measure,
    console,
    format_option,
    open_for_work,
    open_plans,
    output_option,
    say,
)
from devcoop.errors import SourceError
from devcoop.names import DEVC
from devcoop.store.terms import NamedNode, as_text
from devcoop.terminal import TABLE_WRITERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devcoop.store import Store
    from devcoop.validation import Result

_ROW = re.compile(r"(.+)!(\d+):\2")
"""What a selector of a row of a sheet says."""


@click.command(cls=Command, epilog="Example: devcoop validate --severity violation")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--severity",
    type=click.Choice(["violation", "warning", "info"]),
    default="info",
    show_default=True,
    help="Leave out what is less bad than this.",
)
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Shapes to check against instead of the rules; may be given again.",
)
@click.option(
    "--engine",
    type=click.Choice(["queries", "pyshacl"]),
    default="queries",
    show_default=True,
    help="What runs the shapes among the rules.",
)
@click.option(
    "--timeout",
    type=Measure(0, min_open=True),
    default=600.0,
    show_default=True,
    help="Seconds that it may take.",
)
@format_option("table", "csv", "json", "turtle")
@output_option
@click.pass_context
def validate(
    ctx: click.Context,
    files: tuple[Path, ...],
    severity: str,
    shapes: tuple[Path, ...],
    engine: str,
    timeout: float,
    form: str,
    output: Any,
) -> None:
    """Check FILES against the rules; without FILES, the built-in plans.

    FILES may be Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD. Exit code 1 means
    that a rule is broken; what a plan itself leaves vague is only told. Exit code 4 means that
    the time was not enough; reading a file may take a minute at most.

    With --shapes, pySHACL checks FILES beside the vocabulary against shapes of your own, which
    may use all of SHACL with SPARQL and the advanced features, but no JavaScript, and import
    or ask nothing from elsewhere.
    """
    from devcoop.validation import Engine, Severity, to_report, validate_files  # noqa: PLC0415

    _refuse_tables(files)
    results = validate_files(
        files,
        plans=open_for_work if files else open_plans,
        engine=Engine(engine),
        shapes=shapes,
        seconds=timeout,
        note=_tell_others,
    )
    ranks = list(Severity)
    shown = [one for one in results if ranks.index(one.severity) <= ranks.index(Severity(severity))]
    if form == "turtle":
        output.write(to_report(shown).decode())
    else:
        columns, rows = (
            _summary(shown, None if files else open_plans()) if form == "table" else _details(shown)
        )
        output.write(TABLE_WRITERS[form](columns, rows))
    violations = sum(one.severity is Severity.VIOLATION for one in results)
    console.print(f"{len(results)} results, {violations} of them violations")
    ctx.exit(1 if violations else 0)


def _refuse_tables(files: Sequence[Path]) -> None:
    """Refuse a table with a word on how it is checked."""
    from devcoop.load.tables import TEXTS, WORKBOOKS  # noqa: PLC0415

    for file in files:
        if file.suffix.lower() in (*WORKBOOKS, *TEXTS):
            problem = "a table is checked once it is loaded: `devcoop --store DIR validate`"
            raise SourceError(file, problem)


def _tell_others(shapes: Sequence[str]) -> None:
    listed = ", ".join(one.removeprefix(names.SHAPES) for one in shapes)
    say(f"checked by pySHACL, as they have no query form: {listed}", err=True)


def _summary(results: Sequence[Result], store: Store | None) -> tuple[list[str], list[list[Any]]]:
    """Group results by rule and place: violations one by one, the rest counted."""
    groups: dict[tuple[str, ...], list[Result]] = {}
    for one in results:
        node, value = (one.node, one.value) if one.severity == "violation" else ("", "")
        place = _say_place(one) if node else one.file or one.source
        groups.setdefault((one.severity, place, one.rule, node, value), []).append(one)
    rows = [
        [
            *key[:3],
            (key[3] or _count(group)) + (_say_rows(group, store) if store else ""),
            key[4],
            group[0].message,
            _say_fix(group[0]),
        ]
        for key, group in groups.items()
    ]
    columns = ["severity", "where", "rule", "node", "value", "what is wrong", "how to mend it"]
    return columns, rows


def _say_fix(result: Result) -> str:
    """Say how to mend it; who loaded a table mends that, and no statements."""
    from devcoop.words.mending import say_mending  # noqa: PLC0415

    path = as_text(result.terms.path) if isinstance(result.terms.path, NamedNode) else ""
    is_ours = not result.file and names.is_made_of_list(result.node)
    return (say_mending(result.rule, path) if is_ours else "") or result.fix


def _say_rows(group: Sequence[Result], store: Store) -> str:
    """Say in which rows of a workbook the nodes of some results stand, if they do."""
    from devcoop.load.records import Told, Where  # noqa: PLC0415

    wanted = [one.node for one in group if not one.file and names.is_made_of_list(one.node)]
    found = (_ROW.fullmatch(_find_place(store, node)) for node in dict.fromkeys(wanted))
    places = [Where(sheet=one[1], row=int(one[2])) for one in found if one]
    told = Told("", "", places=tuple(dict.fromkeys(places)))
    return f": {told.say_places()}" if places else ""


def _find_place(store: Store, node: str) -> str:
    """Find what tells where a node stands in the file that it came from; empty if nothing does."""
    for way in (str(DEVC.hasEvidence), names.term("oa:hasSelector"), names.term("rdf:value")):
        found = store.quads(subject=node, predicate=way)
        node = next((as_text(one.object) for one in found), "")
        if not node:
            break
    return node


def _say_place(result: Result) -> str:
    """Say where a result is as compilers do, which editors understand."""
    place = result.file or result.source
    return f"{place}:{result.line}" if result.line else place


def _count(group: Sequence[Result]) -> str:
    return "1 node" if len(group) == 1 else f"{len(group)} nodes"


def _details(results: Sequence[Result]) -> tuple[list[str], list[list[Any]]]:
    columns = ["severity", "source", "file", "line", "rule", "node", "value", "message", "fix"]
    rows = [[getattr(one, column) for column in columns] for one in results]
    return columns, [[cell if cell != 0 else None for cell in row] for row in rows]
