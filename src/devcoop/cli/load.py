"""`devcoop load`, `sources` and `unload`: what a store holds."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devcoop import names
from devcoop.cli.options import (
    Command,
    Measure,
    Place,
    console,
    endpoint_option,
    find_origin,
    format_option,
    open_plans,
    output_option,
    read_credentials,
    say,
)
from devcoop.errors import DevcoopError, SourceError, TableError, say_error
from devcoop.names import DEVC
from devcoop.publication import write_whole
from devcoop.store.rdf import read_bytes
from devcoop.store.terms import NamedNode, as_text
from devcoop.terminal import TABLE_WRITERS, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from devcoop.load import Change
    from devcoop.load.records import Told
    from devcoop.store import Store

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MOST_TOLD = 8
_TOLD_COLUMNS = ("kind", "about", "text", "meant", "near", "what", "where", "number", "source")
_store_option = click.option(
    "--store",
    "named",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The store, if it is not named before the command.",
)


def hint_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options by which a person says what a file does not say itself."""
    options = (
        click.option("--map", "column_map", type=_FILE, help="What the columns of a list mean."),
        click.option("--agency", default="", help="Who issues a file that does not say it."),
        click.option("--place", default="", help="The country of a file that does not say it."),
        click.option("--language", default="", help="Language of its texts, such as fr."),
        click.option("--title", default="", help="What a file is called that does not say it."),
        click.option(
            "--decisions", type=_FILE, help="What you meant by words that were not known."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command(cls=Command, epilog="Example: devcoop load --built-in --store out/store")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--built-in", is_flag=True, help="Load the built-in plans as well.")
@endpoint_option()
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="IRI",
    help="With --endpoint: this named graph; may be repeated.",
)
@click.option(
    "--timeout",
    type=Measure(0, min_open=True),
    default=120.0,
    show_default=True,
    help="With --endpoint: seconds for each request, with its repetitions.",
)
@hint_options
@click.option(
    "--told", "told_file", type=Place(), help="Write all that is told there, as CSV or JSON."
)
@click.option(
    "--check",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Hold files of IATI against the schema and the rules in this folder.",
)
@click.option("--languages", is_flag=True, help="Tell texts in another language than they declare.")
@click.option("--strict", is_flag=True, help="Load nothing if anything is not understood.")
@click.option(
    "--marked",
    type=Place(),
    metavar="COPY.xlsx",
    help="A copy of a workbook with what has to be mended or is not known marked and explained.",
)
@_store_option
def load(
    files: tuple[Path, ...],
    built_in: bool,
    endpoint: str | None,
    graphs: tuple[str, ...],
    timeout: float,
    decisions: Path | None,
    told_file: Path | None,
    check: Path | None,
    languages: bool,
    strict: bool,
    marked: Path | None,
    named: Path | None,
    column_map: Path | None,
    **hints: Any,
) -> None:
    """Load FILES into a store on disk: all of them or none.

    FILES may be a workbook of `devcoop template`, IATI, StratML, a table with HXL hashtags, a
    list of projects with --map, RDF (Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD), what
    `devcoop export` wrote, or folders of these. Files of RDF about one plan are one source. A
    source that is there already is replaced whole, and it is told what changed. A new store gets
    the ontology, the schemes and the reference data first. Nothing in the files is run or
    fetched.

    What is not understood in a file that is no RDF is kept as notes and told. --told writes it
    to a table; write what is meant under `meant`, and give the table back with --decisions.

    --check tells where files of IATI break the standard: DIR, or a folder in it named after the
    version, holds iati-activities-schema.xsd, iati-organisations-schema.xsd and a file of rules,
    *ruleset*.json. What is broken is told and loaded all the same, unless --strict is given.

    --languages looks at texts of 60 letters or more that declare a language of those that are
    likely, and tells those that seem to be in another; it needs `pip install 'devcoop[languages]'`.

    --endpoint takes sources from a SPARQL server, page by page: the named graphs that --graph
    names, or else all that are described with a hash of their source, as `devcoop push` and
    `devcoop serve` do. What has arrived is kept beside the store, in STORE.arriving, until all
    is loaded: the same command goes on where one was broken off. If the graphs change
    meanwhile, nothing is loaded. Reviews come with the graph of findings, if that is named.
    Credentials come from the environment, as for `devcoop push`.
    """
    from devcoop.load import Hints, Wishes, find_left, load_files  # noqa: PLC0415

    if not (files or built_in or decisions or endpoint):
        raise click.UsageError("name files to load, or --built-in, or --endpoint")
    if graphs and not endpoint:
        raise click.UsageError("--graph names a graph of a server: add --endpoint")
    folder = _find_store(named)
    said = Hints(map=column_map, check=check, languages=languages, **hints)
    wishes = Wishes(built_in, said, decisions=decisions, strict=strict)
    with _marking(files, marked), _telling_progress() as tell, ExitStack() as stack:
        paths = list(files)
        if endpoint:
            fetching = _fetching(endpoint, folder, graphs, timeout, tell)
            paths.append(stack.enter_context(fetching))
        loaded = load_files(folder, paths, wishes, tell=tell)
    for file in find_left(files, wishes.hints):
        say(f"{file}: not loaded, since it is not known what it is")
    for change in loaded.changes:
        say(f"{_name(change.source.graph, change.title)}: {_say_change(change)}")
        _tell_of_list(change)
    _write_told(loaded.changes, told_file)
    _mark_unknown(files, loaded.changes, marked)
    if loaded.rewritten:
        given, kept = loaded.rewritten[0]
        number = len(loaded.rewritten)
        what = "one value is" if number == 1 else f"{number} values are"
        say(f"{what} kept in another form, such as {given} as {kept}")
    if loaded.reviews:
        say(f"{loaded.reviews} reviews came with it")
    if all(change.is_same for change in loaded.changes):
        say(f"Nothing changed in {folder}")
    else:
        say(f"Loaded into {folder}")


@contextmanager
def _fetching(
    url: str,
    folder: Path,
    graphs: Sequence[str],
    seconds: float,
    tell: Callable[[str, float], object],
) -> Iterator[Path]:
    """Take sources from a server into a file that is there while they are loaded."""
    from devcoop.remote.endpoint import Endpoint  # noqa: PLC0415
    from devcoop.remote.fetching import PAGE_BYTES, fetch_sources, place_beside  # noqa: PLC0415

    known = read_credentials()
    with (
        Endpoint(url, credentials=known, seconds=seconds, max_bytes=PAGE_BYTES) as server,
        fetch_sources(
            server,
            place_beside(folder),
            graphs=graphs,
            tell=lambda share: tell("Fetching", share),
            note=say,
        ) as path,
    ):
        yield path


@contextmanager
def _telling_progress() -> Iterator[Callable[[str, float], object]]:
    """Show on a terminal that something is done, and of large files how much."""
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Reading and writing", total=None)
        yield lambda what, share: bar.update(task, description=what, total=1, completed=share)


@contextmanager
def _marking(files: Sequence[Path], marked: Path | None) -> Iterator[None]:
    """Write a marked copy of the first file that has to be mended, if that is asked for."""
    try:
        yield
    except (SourceError, TableError) as error:
        faults = error.faults if isinstance(error, TableError) else (error,)
        if marked:
            say(_mark(files, faults, marked), err=True)
        raise


def _mark_unknown(files: Sequence[Path], changes: Sequence[Change], marked: Path | None) -> None:
    """Write a copy of the one file that was loaded with the words marked that are not known."""
    told = [one for change in changes for one in change.told if _is_unknown(one)]
    if marked is None or not told:
        return
    if len(files) != 1:
        say("No copy is marked: name one file alone")
        return
    faults = [
        SourceError(files[0], one.say_fault(), where=place)
        for one in told
        for place in one.all_places
    ]
    say(_mark(files, faults, marked, "is not known"))


def _mark(
    files: Sequence[Path],
    faults: Sequence[SourceError],
    marked: Path,
    what: str = "has to be mended",
) -> str:
    """Write a copy with faults marked, and say what they are; what goes wrong hides no fault."""
    from devcoop.load.form.marking import mark_faults  # noqa: PLC0415

    of = list(dict.fromkeys(str(fault.path) for fault in faults))
    wrong = [one for one in files if str(one) in of] or [Path(one) for one in of]
    wrong = [one for one in wrong if one.is_file()]
    if not wrong:
        return "No copy is marked: what is wrong is in no file that could be copied"
    try:
        write_whole(marked, mark_faults(wrong[0], read_bytes(wrong[0]), faults))
    except (DevcoopError, OSError) as error:
        return f"No copy is marked: {say_error(error)}"
    more = f"; the other files are not: {len(wrong) - 1}" if wrong[1:] else ""
    return f"What {what} in {wrong[0]} is marked in {marked}{more}"


def _tell_of_list(change: Change) -> None:
    """Say what was counted in a file that is no RDF, and what a person should know."""
    if change.counts:
        say("  read: " + ", ".join(f"{what} {n}" for what, n in change.counts.items()))
    alike: dict[tuple[str, str], list[Told]] = {}
    for one in change.told:
        alike.setdefault((one.kind, f"{one.what} {one.about}"), []).append(one)
    for several in alike.values():
        say(f"  {_say_told(several)}")


def _say_told(alike: Sequence[Told]) -> str:
    """Say things that are alike, the most frequent words first; those with places one by one."""
    first = alike[0]
    what = f"{first.what}: {_name_topics(alike)}" if first.about else first.what
    words = sorted((one for one in alike if one.text), key=lambda one: -one.number)
    shown = [_say_words(one) for one in words[:_MOST_TOLD]]
    more = [f"and {len(words) - _MOST_TOLD} more; --told lists all"] if words[_MOST_TOLD:] else []
    if len(words) > 1 and all(one.all_places for one in words[:_MOST_TOLD]):
        places = [one.say_places() for one in words[:_MOST_TOLD]]
        lines = [f"{word}; {place}" for word, place in zip(shown, places, strict=True)]
        return "\n    ".join([f"{what}:", *lines, *more])
    listed = f": {', '.join(shown + more)}" if shown else ""
    number = "" if words or first.number == 1 else f" ({first.number} times)"
    return f"{what}{number}{listed}{_say_where(first)}"


def _name_topics(alike: Iterable[Told]) -> str:
    return ", ".join(dict.fromkeys(one.topic for one in alike))


def _say_where(told: Told) -> str:
    """Say where something is: all rows and cells, or the first place that is no such thing."""
    if not (places := told.say_places()):
        return ""
    return f"; first in {places}" if told.number > 1 and not told.places else f"; {places}"


def _say_words(one: Told) -> str:
    """Say which words, how often they occur, and what was perhaps meant by them."""
    often = [f"{one.number} times"] if one.number > 1 else []
    remarks = "; ".join([*often, *([f"did you mean {one.near}?"] if one.near else [])])
    word = f"{one.text!r} is {one.meant}" if one.meant else repr(one.text)
    return f"{word} ({remarks})" if remarks else word


def _render_told(changes: Iterable[Change], path: Path) -> str:
    from devcoop.load.records import MOST_PLACES  # noqa: PLC0415

    rows = [
        (
            one.kind,
            one.about,
            one.text,
            one.meant,
            one.near,
            f"{one.what}: {one.topic}" if one.about else one.what,
            one.say_places(MOST_PLACES),
            one.number,
            change.source.graph,
        )
        for change in changes
        for one in change.told
    ]
    write = TABLE_WRITERS["json" if path.suffix.lower() == ".json" else "csv"]
    return write(_TOLD_COLUMNS, rows)


def _write_told(changes: Sequence[Change], file: Path | None) -> None:
    """Write all that is told, or say how what is not known can be written."""
    if file:
        write_whole(file, encode(_render_told(changes, file)))
        say(f"All that is told: {file}")
    elif any(_is_unknown(one) for change in changes for one in change.told):
        say("What is not known: --told FILE.csv lists it, and --decisions takes it back, decided")


def _is_unknown(told: Told) -> bool:
    return told.kind == "unknown" and bool(told.about)


def _name(graph: str, title: str) -> str:
    return f"{graph} “{title}”" if title else graph


def _say_change(change: Change) -> str:
    """Say in words what became of a source."""
    total, new, gone = change.statements
    added, dropped, changed = change.initiatives
    if change.is_same:
        return "the same as before"
    if change.is_new:
        return f"new, with {added} initiatives and {total} statements"
    if not new and not gone:
        return "another file that says the same"
    other = change.before if change.before not in ("", change.title) else ""
    # Without a code of its own, a plan is known by the name of its file, as others may be.
    was = f" (it was “{other}”)" if other else ""
    return (
        f"replaced{was}; initiatives: {added} new, {dropped} gone, {changed} changed;"
        f" statements: {new} new, {gone} gone, {total} in all"
    )


@click.command(cls=Command, epilog="Example: devcoop sources -f csv")
@click.option("--all", "everything", is_flag=True, help="Shared schemes and places, too.")
@format_option("table", "csv", "tsv", "json")
@output_option
def sources(*, everything: bool, form: str, output: Any) -> None:
    """List what the plans come from, source by source."""
    rows = list(_rows(is_short=form == "table", everything=everything))
    output.write(TABLE_WRITERS[form](_COLUMNS, rows))


_COLUMNS = (
    "source",
    "title",
    "initiatives",
    "statements",
    "edition",
    "publisher",
    "licence",
    "retrieved",
    "sha256",
)


def _rows(*, is_short: bool, everything: bool) -> Iterator[list[Any]]:
    from devcoop.plans import read_labels  # noqa: PLC0415

    store = open_plans()
    write = names.shorten if is_short else str
    labels = {} if all(one.title for one in store.sources) else read_labels(store)
    statements = store.count_by_graph()
    initiatives = store.count_by_graph(str(DEVC.Undertaking))
    for one in store.sources:
        if names.is_shared_graph(one.graph) and not everything:
            continue
        yield [
            names.slug_of(one.graph) if is_short else one.graph,
            one.title or "; ".join(labels[iri] for iri in _list_plans(store, one.graph)),
            initiatives.get(one.graph, 0),
            statements.get(one.graph, 0),
            one.edition,
            write(one.publisher),
            write(one.licence),
            one.retrieved,
            one.sha256[:12] if is_short else one.sha256,
        ]


def _list_plans(store: Store, graph: str) -> list[str]:
    """List the plans that a graph states."""
    plan = NamedNode(DEVC.Plan)
    found = store.quads(predicate=names.term("rdf:type"), object=plan, graph=graph)
    return sorted({as_text(quad.subject) for quad in found})


@click.command(cls=Command, epilog="Example: devcoop unload iso-2016-2020 --store out/store")
@click.argument("source")
@_store_option
def unload(source: str, named: Path | None) -> None:
    """Take SOURCE out of a store; reviews stay.

    SOURCE is the IRI of a graph or of a plan, in full or with a prefix, or their last part, as
    `devcoop sources` lists it.
    """
    from devcoop.load import unload as run  # noqa: PLC0415

    folder = _find_store(named)
    gone = run(folder, source)
    say(f"{_name(gone.graph, gone.title)}: taken out of {folder}")


def _find_store(named: Path | None) -> Path:
    folder = named or find_origin().store
    if folder is None:
        raise click.UsageError("which store? Name its folder with --store, or in DEVCOOP_STORE")
    return folder
