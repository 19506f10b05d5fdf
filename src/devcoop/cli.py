"""The command line: parse, call one function, print, exit.

Exit codes: 0 done · 1 a check found something · 2 usage · 3 could not · 4 out of time.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from devcoop import matrix as matrices
from devcoop import names
from devcoop.errors import DevcoopError, QueryError, QueryTimeoutError
from devcoop.graph import build_graph, read_bytes
from devcoop.model import FACETS
from devcoop.terminal import TABLE_WRITERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from devcoop.graph import KnowledgeGraph
    from devcoop.model import Pair
    from devcoop.pipeline import Analysis
    from devcoop.queries import Answer
    from devcoop.reviews import Opinion, Reviewed, ReviewFile
    from devcoop.validation import Result

_TYPES = (
    "duplication",
    "duplication-candidate",
    "overlap",
    "complementarity",
    "continuity",
    "fragmentation",
    "dismissed",
    "none",
)
_GAP_TYPES = ("coordination-gap", "coverage-gap", "results-chain-gap", "vagueness")
_console = Console(stderr=True, highlight=False)


class Failure(click.ClickException):
    """One line about what could not be done."""

    exit_code = 3


class OutOfTime(Failure):
    """One line about a question that took too long."""

    exit_code = 4


class Group(click.Group):
    """Shows this package's own errors as one line instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Args:
            ctx: Holds the options.

        Raises:
            Failure: The command raised an error of this package.
        """
        try:
            return super().invoke(ctx)
        except (DevcoopError, OSError) as error:
            if ctx.params.get("debug"):
                raise
            kind = OutOfTime if isinstance(error, QueryTimeoutError) else Failure
            raise kind(str(error)) from error


def _format_option(*formats: str) -> Callable[..., Any]:
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How the answer is written.",
    )


_output_option = click.option(
    "-o",
    "--output",
    type=click.File("w", lazy=True, atomic=True),
    default="-",
    help="File to write; stdout without it.",
)


_reviews_option = click.option(
    "--reviews",
    "reviews_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default="devcoop-reviews.ttl",
    show_default=True,
    envvar="DEVCOOP_REVIEWS",
    show_envvar=True,
    help="Turtle file that holds what people said about findings.",
)


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: devcoop report -o out",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="devcoop")
def main(*, debug: bool) -> None:
    """Find where development-cooperation plans overlap, duplicate each other or leave gaps.

    The built-in plans are those of ISO (2016-2020), of China's One Belt, One Road
    standardization office (OBOR, 2015-2017) and of UNIDO (2020).
    """
    if debug:
        _console.print(f"Python {sys.version.split()[0]}", style="dim")


@main.command(epilog="Example: devcoop report -o out")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default="report",
    show_default=True,
    help="Folder for the report.",
)
@_reviews_option
@click.option(
    "--since",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="An earlier report.json or findings.ttl: tells what is new and what has gone.",
)
def report(output: Path, reviews_path: Path, since: Path | None) -> None:
    """Build, validate and compare the plans; write the coordination report."""
    from devcoop.pipeline import analyze  # noqa: PLC0415
    from devcoop.report import compare_reports, read_earlier, write_report  # noqa: PLC0415
    from devcoop.validation import Severity, count_by_severity, validate  # noqa: PLC0415

    with _console.status("Reading and comparing the plans"):
        earlier = read_earlier(since) if since else None
        analysis = analyze(reviews=_read_reviews(reviews_path).reviews.values())
        counts = count_by_severity(validate(analysis.graph))
        files = write_report(analysis, output, earlier=earlier)
    for plan in analysis.plans:
        click.echo(f"{plan.agency:6} {plan.undertakings:4} initiatives  {plan.title}")
    click.echo(f"Pairs compared:            {len(analysis.pairs):6}")
    worth = sum(len(one.pairs) for one in analysis.conversations)
    click.echo(f"Pairs worth a conversation:{worth:6} on {len(analysis.conversations)} subjects")
    broken, warned = counts[Severity.VIOLATION], counts[Severity.WARNING]
    click.echo(f"Rules broken by the data:  {broken:6} violations, {warned} warnings")
    if analysis.reviewed:
        click.echo(f"Reviews:                   {_count_reviews(analysis.reviewed)}")
    if earlier:
        changed = compare_reports(analysis, earlier)
        click.echo(f"New since the last report: {len(changed.new):6}, and {len(changed.gone)} gone")
    for file in files:
        click.echo(f"Wrote {file}")


def _read_reviews(path: Path) -> ReviewFile:
    """Read the reviews; a file that nobody named on the command line need not be there."""
    from devcoop.reviews import read_reviews  # noqa: PLC0415

    source = click.get_current_context().get_parameter_source("reviews_path")
    return read_reviews(path, must_exist=source is click.core.ParameterSource.COMMANDLINE)


def _count_reviews(reviewed: Sequence[Reviewed]) -> str:
    stand = sum(one.stands for one in reviewed)
    return f"{stand:6} applied, {len(reviewed) - stand} to be looked at again"


@main.command(epilog="Example: devcoop validate --severity violation")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--severity",
    type=click.Choice(["violation", "warning", "info"]),
    default="info",
    show_default=True,
    help="Leave out what is less bad than this.",
)
@_format_option("table", "csv", "json", "turtle")
@_output_option
@click.pass_context
def validate(
    ctx: click.Context, files: tuple[Path, ...], severity: str, form: str, output: Any
) -> None:
    """Check FILES against the rules; without FILES, the built-in plans.

    FILES may be Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD. Exit code 1 means
    that a rule is broken; what a plan itself leaves vague is only told.
    """
    from devcoop.validation import Severity, to_report  # noqa: PLC0415

    results = _validate_files(files)
    ranks = list(Severity)
    shown = [one for one in results if ranks.index(one.severity) <= ranks.index(Severity(severity))]
    if form == "turtle":
        output.write(to_report(shown).decode())
    else:
        columns, rows = (_summary if form == "table" else _details)(shown)
        output.write(TABLE_WRITERS[form](columns, rows))
    violations = sum(one.severity is Severity.VIOLATION for one in results)
    _console.print(f"{len(results)} results, {violations} of them violations")
    ctx.exit(1 if violations else 0)


def _validate_files(files: Sequence[Path]) -> list[Result]:
    from devcoop.validation import validate as run  # noqa: PLC0415

    graph = build_graph()
    for file in files:
        graph.add_file(file, file.resolve().as_uri())
    only = [file.resolve().as_uri() for file in files] if files else None
    return run(graph, only=only)


def _summary(results: Sequence[Result]) -> tuple[list[str], list[list[Any]]]:
    """Group results by rule and source: violations one by one, the rest counted."""
    groups: dict[tuple[str, ...], list[Result]] = {}
    for one in results:
        node = one.node if one.severity == "violation" else ""
        groups.setdefault((one.severity, one.source, one.rule, node), []).append(one)
    rows = [
        [*key[:3], key[3] or f"{len(group)} nodes", group[0].message, group[0].fix]
        for key, group in groups.items()
    ]
    return ["severity", "source", "rule", "node", "what is wrong", "how to mend it"], rows


def _details(results: Sequence[Result]) -> tuple[list[str], list[list[Any]]]:
    columns = ["severity", "source", "rule", "node", "value", "message", "fix"]
    return columns, [[str(getattr(one, column)) for column in columns] for one in results]


@main.command(epilog="Example: devcoop query plan-periods -f csv")
@click.argument("query", required=False)
@click.option("-p", "--param", multiple=True, metavar="KEY=VALUE", help="Value of a parameter.")
@click.option("--list", "listing", is_flag=True, help="List the query library.")
@click.option("--show", is_flag=True, help="Show the query instead of running it.")
@click.option("--similarities", is_flag=True, help="Add how alike concepts are to the graph.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30.0, help="Seconds.")
@_format_option("table", "csv", "tsv", "json", "turtle")
@_output_option
def query(
    query: str | None,
    param: tuple[str, ...],
    listing: bool,
    show: bool,
    similarities: bool,
    timeout: float,
    form: str,
    output: Any,
) -> None:
    """Ask QUERY: a name of the library, a file of SPARQL, or - for stdin."""
    from devcoop import queries  # noqa: PLC0415

    if listing or not query:
        rows = [[one.topic, one.name, one.question] for one in queries.load_library().values()]
        output.write(TABLE_WRITERS[form](("topic", "name", "question"), rows))
        return
    text = _read_query(query, param)
    if show:
        output.write(text)
        return
    graph = build_graph()
    if similarities:
        from devcoop.findings import add_similarities  # noqa: PLC0415
        from devcoop.overlap import compare  # noqa: PLC0415

        add_similarities(graph, compare(graph))
    answer = queries.run_guarded(graph, text, seconds=timeout)
    output.write(_render_answer(answer, form))


def _read_query(query: str, params: Sequence[str]) -> str:
    """Read a query from the library, a file or stdin, and bind its parameters."""
    from devcoop import queries  # noqa: PLC0415

    values = dict(_split_param(param) for param in params)
    if query == "-":
        return sys.stdin.read()
    if query.endswith((".rq", ".sparql")):
        return read_bytes(Path(query)).decode("utf-8", errors="replace")
    return queries.get_query(query).bind(values)


def _split_param(param: str) -> tuple[str, str]:
    key, equals, value = param.partition("=")
    if not equals:
        raise click.BadParameter(f"{param!r} is no KEY=VALUE", param_hint="--param")
    return key, value


def _render_answer(answer: Answer, form: str) -> str:
    from devcoop import queries  # noqa: PLC0415

    if form == "turtle":
        if not answer.is_graph:
            raise QueryError("only CONSTRUCT and DESCRIBE can be written as turtle")
        return queries.serialize_graph(answer)
    # A person reads a prefixed name better than an IRI; a machine gets the IRI.
    write = names.shorten if form == "table" else str
    rows = [[write(value) for value in record.values()] for record in answer.records()]
    return TABLE_WRITERS[form](answer.columns, rows)


@main.command(epilog="Example: devcoop overlaps --between ISO --and OBOR --top 5")
@click.option("--between", metavar="AGENCY", help="One agency of the pair, such as ISO.")
@click.option("--and", "other", metavar="AGENCY", help="The other agency.")
@click.option("--type", "kind", type=click.Choice(_TYPES), help="Only this type of finding.")
@click.option("--min-score", type=click.FloatRange(0, 1), default=0.0, help="Least score.")
@click.option("--top", type=click.IntRange(1), help="Only the closest so many.")
@click.option("--all", "everything", is_flag=True, help="Every pair, findings or not.")
@click.option(
    "--without",
    multiple=True,
    type=click.Choice(FACETS),
    help="Leave out a facet, to see what hangs on it.",
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    help="YAML with other numbers than those of queries/comparison/parameters.yaml.",
)
@_reviews_option
@_format_option("table", "csv", "tsv", "json")
@_output_option
def overlaps(
    between: str | None,
    other: str | None,
    kind: str | None,
    min_score: float,
    top: int | None,
    everything: bool,
    without: tuple[str, ...],
    weights: Path | None,
    reviews_path: Path,
    form: str,
    output: Any,
) -> None:
    """List pairs of initiatives of different agencies, the closest first."""
    from devcoop.overlap import compare, load_parameters  # noqa: PLC0415

    numbers = load_parameters(weights) if weights else None
    graph = build_graph()
    compared = compare(graph, numbers, without=without)
    wanted = {agency.upper() for agency in (between, other) if agency}
    pairs = [
        pair
        for pair in _review_pairs(compared.iter_pairs(), graph, reviews_path)
        if (everything or pair.type not in _NO_FINDINGS or kind == pair.type)
        and wanted <= {pair.left_agency, pair.right_agency}
        and kind in (None, pair.type)
        and pair.score >= min_score
    ][:top]
    columns = _PAIR_COLUMNS if form != "table" else _PAIR_COLUMNS[:8]
    output.write(TABLE_WRITERS[form](columns, [_pair_row(pair)[: len(columns)] for pair in pairs]))


_NO_FINDINGS = ("none", "fragmentation", "dismissed")


def _review_pairs(pairs: Iterable[Pair], graph: KnowledgeGraph, path: Path) -> Iterable[Pair]:
    """Apply the reviews of a file to pairs, and say how many there were."""
    from devcoop.plans import read_undertakings  # noqa: PLC0415
    from devcoop.reviews import apply_reviews, read_grounds  # noqa: PLC0415

    reviews = _read_reviews(path).reviews
    if not reviews:
        return pairs
    grounds = read_grounds(graph, read_undertakings(graph))
    pairs, reviewed = apply_reviews(pairs, reviews.values(), grounds)
    _console.print(f"Reviews: {_count_reviews(reviewed).strip()}")
    return pairs


_PAIR_COLUMNS = (
    "left",
    "right",
    "left_agency",
    "right_agency",
    "type",
    "timing",
    "place_relation",
    "score",
    *FACETS,
    "shared_start",
    "shared_end",
    "shared_countries",
)


def _pair_row(pair: Pair) -> list[Any]:
    shared = pair.shared_period
    days = (shared.start, shared.end) if shared else (None, None)
    return [
        pair.left,
        pair.right,
        pair.left_agency,
        pair.right_agency,
        pair.type,
        pair.timing,
        pair.place_relation,
        round(pair.score, 6),
        *(None if pair.parts[f] is None else round(pair.parts[f] or 0.0, 4) for f in FACETS),
        *(day.isoformat() if day else None for day in days),
        pair.shared_countries,
    ]


@main.command(epilog="Example: devcoop review --list")
@click.argument("finding", nargs=-1)
@click.option("--verdict", type=click.Choice(["confirm", "dismiss", "complementary"]))
@click.option("--by", default="", metavar="NAME", help="Whose judgement it is.")
@click.option("--note", default="", metavar="TEXT", help="Why; a dismissal needs it.")
@click.option("--lead", default="", metavar="AGENCY", help="Who takes the next step.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="Its day, if not today.")
@click.option("--list", "listing", is_flag=True, help="List the reviews.")
@click.option("--export", type=click.Path(path_type=Path), help="Write all findings as CSV.")
@click.option("--import", "table", type=click.Path(path_type=Path), help="Read that CSV back.")
@_reviews_option
@_format_option("table", "csv", "tsv", "json")
@_output_option
def review(
    finding: tuple[str, ...],
    verdict: str | None,
    by: str,
    note: str,
    lead: str,
    on: datetime | None,
    listing: bool,
    export: Path | None,
    table: Path | None,
    reviews_path: Path,
    form: str,
    output: Any,
) -> None:
    """Say what you think of FINDING: it holds, it does not, or both sides fit together.

    FINDING is the IRI of a finding, its last part, or the identifiers of two initiatives.
    Reviews are kept in a file of yours and honoured by `report` and `overlaps`. In a CSV of
    --export, fill in verdict, by, note and lead, or empty all four to take a review back;
    a review to be looked at again counts as given anew when one of the four is changed.
    """
    from devcoop.pipeline import analyze  # noqa: PLC0415
    from devcoop.reviews import Opinion, read_reviews  # noqa: PLC0415

    if sum(map(bool, (finding, listing, export, table))) > 1:
        raise click.UsageError("one at a time: FINDING, --list, --export or --import")
    if bool(finding) != bool(verdict) or len(finding) > _PAIR:
        raise click.UsageError("a review needs FINDING, or two identifiers, and --verdict")
    file = read_reviews(reviews_path, must_exist=False)
    analysis = analyze(reviews=file.reviews.values())
    day = on.date() if on else date.today()
    if finding:
        _give_review(analysis, file, finding, Opinion(verdict or "", by, note, lead), day)
    elif table:
        _import_reviews(analysis, file, table, day)
    elif export:
        _export_reviews(analysis, export)
    else:
        _console.print(_describe_file(file))
        output.write(TABLE_WRITERS[form](_REVIEW_COLUMNS, list(_review_rows(analysis.reviewed))))


_PAIR = 2
_REVIEW_COLUMNS = ("left", "right", "type", "verdict", "by", "on", "lead", "state", "note")


def _describe_file(file: ReviewFile) -> str:
    others = f"; {file.others} more that are not of pairs, kept as they are" if file.others else ""
    return f"{file.path}: {len(file.reviews)} reviews{others}"


def _review_rows(reviewed: Iterable[Reviewed]) -> Iterator[list[Any]]:
    from devcoop.reviews.table import say_state  # noqa: PLC0415

    for one in reviewed:
        pair, said = one.pair, one.review
        sides = (pair.left, pair.right) if pair else map(names.shorten, said.elements)
        kind = pair.type if pair else None
        note = [said.verdict, said.by, said.on.isoformat(), one.lead, say_state(one), said.note]
        yield [*sides, kind, *note]


def _give_review(
    analysis: Analysis, file: ReviewFile, words: Sequence[str], opinion: Opinion, day: date
) -> None:
    from devcoop.reviews import get_pair, make_review, read_grounds, write_reviews  # noqa: PLC0415

    grounds = read_grounds(analysis.graph, analysis.undertakings)
    pair = get_pair(words, analysis.pairs, grounds)
    new = make_review(pair, opinion, grounds, on=day)
    old = file.reviews.get(new.elements)
    write_reviews(file.change([new]))
    click.echo(f"{pair.left} and {pair.right}: {new.verdict} by {new.by}, kept in {file.path}")
    if old:
        click.echo(f"It takes the place of: {old.verdict} by {old.by}, {old.on}")


def _import_reviews(analysis: Analysis, file: ReviewFile, table: Path, day: date) -> None:
    from devcoop.reviews import read_grounds, write_reviews  # noqa: PLC0415
    from devcoop.reviews.table import find_changes  # noqa: PLC0415

    grounds = read_grounds(analysis.graph, analysis.undertakings)
    reviewed = {one.review.elements: one for one in analysis.reviewed}
    changes = find_changes(table, analysis.pairs, reviewed, grounds, on=day)
    if changes.put or changes.drop:
        write_reviews(file.change(changes.put, changes.drop))
    click.echo(f"{len(changes.put)} reviews given, {len(changes.drop)} taken back: {file.path}")


def _export_reviews(analysis: Analysis, path: Path) -> None:
    from devcoop.findings import mint_pair  # noqa: PLC0415
    from devcoop.reviews import read_grounds  # noqa: PLC0415
    from devcoop.reviews.storage import write_whole  # noqa: PLC0415
    from devcoop.reviews.table import render_table  # noqa: PLC0415

    def describe(pair: Pair) -> tuple[str, str]:
        return mint_pair(pair, analysis.undertakings), analysis.explain(pair).headline

    grounds = read_grounds(analysis.graph, analysis.undertakings)
    reviewed = {one.review.elements: one for one in analysis.reviewed}
    content = render_table(analysis.pairs, reviewed, grounds, describe)
    if str(path) == "-":
        click.echo(content, nl=False)
    else:
        write_whole(path, content)
        click.echo(f"Wrote {path}", err=True)


@main.command(epilog="Example: devcoop explain ISO-output-3.5 OBOR-IV.7.c")
@click.argument("left")
@click.argument("right")
@_output_option
def explain(left: str, right: str, output: Any) -> None:
    """Say why the initiatives LEFT and RIGHT are close, or are not."""
    from devcoop.overlap.sentences import render_explanation  # noqa: PLC0415
    from devcoop.pipeline import analyze  # noqa: PLC0415
    from devcoop.plans import get_undertaking  # noqa: PLC0415

    analysis = analyze()
    wanted = {get_undertaking(analysis.undertakings, one).identifier for one in (left, right)}
    for pair in analysis.pairs:
        if {pair.left, pair.right} == wanted:
            output.write(render_explanation(analysis.explain(pair)))
            return
    raise click.UsageError("both are of one agency; only those of different ones are compared")


@main.command(epilog="Example: devcoop gaps --type coverage-gap -f csv")
@click.option("--type", "kind", type=click.Choice(_GAP_TYPES), help="Only this type of gap.")
@_format_option("table", "csv", "tsv", "json")
@_output_option
def gaps(kind: str | None, form: str, output: Any) -> None:
    """List what no plan serves, out of what was looked at."""
    from devcoop.pipeline import analyze  # noqa: PLC0415

    checks = [check for check in analyze().gap_checks if kind in (None, check.type)]
    if form == "table":
        columns = ["type", "looked at", "gaps", "of", "query"]
        rows: list[list[Any]] = [
            [check.type, check.title, len(check.gaps), len(check.cells), check.name]
            for check in checks
        ]
    else:
        columns = ["type", "subject", "label", "scope", "reason", "query", "of"]
        rows = [
            [
                check.type,
                gap.subject,
                gap.label,
                gap.scope,
                check.reason,
                check.name,
                len(check.cells),
            ]
            for check in checks
            for gap in check.gaps
        ]
    output.write(TABLE_WRITERS[form](columns, rows))


@main.command(epilog="Example: devcoop matrix --rows theme --columns agency")
@click.option("--rows", type=click.Choice(matrices.SIDES), default="theme", show_default=True)
@click.option("--columns", type=click.Choice(matrices.SIDES), default="agency", show_default=True)
@_format_option("table", "csv", "tsv", "json")
@_output_option
def matrix(rows: str, columns: str, form: str, output: Any) -> None:
    """Count initiatives by two facets: who does what, for whom, where."""
    from devcoop.plans import read_undertakings  # noqa: PLC0415

    undertakings = read_undertakings(build_graph())
    counted = matrices.count_by(undertakings.values(), rows=rows, columns=columns)
    table: list[list[Any]] = [
        [row, *(counted.counts.get((row, column), 0) for column in counted.columns)]
        for row in counted.rows
    ]
    output.write(TABLE_WRITERS[form]([rows, *counted.columns], table))
    _console.print(f"{counted.total} initiatives; one with several {rows}s stands in several rows")


@main.command(epilog="Example: devcoop reason")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def reason(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Ask a reasoner whether the ontology and the data, with FILES added, are consistent."""
    from devcoop.reasoning import reason as run  # noqa: PLC0415

    graph = build_graph()
    for file in files:
        graph.add_file(file, file.resolve().as_uri())
    with _console.status("Reasoning"):
        verdict = run(graph)
    click.echo("consistent" if verdict.is_consistent else "inconsistent")
    click.echo(f"{verdict.classes} classes, {len(verdict.unsatisfiable)} of them unsatisfiable")
    click.echo(f"{verdict.individuals} individuals")
    for iri in verdict.unsatisfiable:
        click.echo(f"unsatisfiable: {iri}")
    ctx.exit(0 if verdict.is_consistent and not verdict.unsatisfiable else 1)
