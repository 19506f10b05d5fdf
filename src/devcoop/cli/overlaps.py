"""`devcoop overlaps` and `devcoop explain`: which initiatives meet, and why."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devcoop.cli.options import (
    COUNT,
    Command,
    Measure,
    analyze_plans,
    console,
    count_reviews,
    engine_options,
    find_asked,
    focus_options,
    format_option,
    output_option,
    reviews_option,
    say,
)
from devcoop.model import FACETS, PAIR_COLUMNS, STRENGTH
from devcoop.terminal import iter_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from devcoop.model import Pair
    from devcoop.pipeline import Analysis

    Table = tuple[tuple[str, ...], Iterable[list[Any]]]


@click.command(cls=Command, epilog="Example: devcoop overlaps --between ISO --and OBOR --top 5")
@click.option("--between", metavar="AGENCY", help="One agency of the pair, such as ISO.")
@click.option("--and", "other", metavar="AGENCY", help="The other agency.")
@click.option("--type", "kind", type=click.Choice([*STRENGTH]), help="Only this type of finding.")
@click.option("--min-score", type=Measure(0, 1), default=0.0, help="Least score.")
@click.option("--top", type=COUNT, help="Only the closest so many.")
@click.option("--each", is_flag=True, help="In a table, every finding, not one for each subject.")
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
@engine_options
@focus_options
@reviews_option
@format_option("table", "csv", "tsv", "json")
@output_option
def overlaps(
    between: str | None,
    other: str | None,
    kind: str | None,
    min_score: float,
    top: int | None,
    each: bool,
    everything: bool,
    without: tuple[str, ...],
    weights: Path | None,
    reviews_path: Path,  # noqa: ARG001  read with the plans
    form: str,
    output: Any,
) -> None:
    """List pairs of initiatives of different agencies that are close.

    A table tells each subject of two agencies once, the most useful first: by the pair in which
    there is most to talk about, and by how many more there are. With --each, and in the other
    formats, there is a row for every pair, the closest first.

    A pair is in a place, on a theme or in a period if both sides are known to be; it is of an
    agency or a plan if one side is.
    """
    from devcoop.overlap import load_parameters  # noqa: PLC0415
    from devcoop.plans import find_sides  # noqa: PLC0415

    if "theme" in without and find_asked().themes:
        raise click.UsageError("--theme asks for what --without theme leaves out")
    numbers = load_parameters(weights) if weights else None
    analysis = analyze_plans(numbers, without=without, every_pair=everything)
    if analysis.reviewed:
        console.print(f"Reviews: {count_reviews(analysis.reviewed).strip()}")
    wanted = find_sides(analysis.parties, between, other)
    chosen = (
        pair
        for pair in _choose_pairs(analysis, kind, wanted, everything=everything)
        if pair.score >= min_score
    )
    is_folded = form == "table" and not (each or everything or analysis.pairs.is_cut)
    if is_folded and (not kind or STRENGTH[kind]):
        columns, rows = _fold(analysis, chosen, top)
    else:
        columns = _COLUMNS[:8] if form == "table" else _COLUMNS
        is_long = form == "table" and analysis.pairs.is_cut and not (each or everything or top)
        listed: Iterable[Pair] = _list_first(chosen) if is_long else islice(chosen, top)
        if is_long or (top and top <= _MOST_READ):
            listed = list(listed)
            analysis.read_sides(listed)
        rows = (_pair_row(analysis, pair)[: len(columns)] for pair in listed)
    output.write(iter_table(form, columns, rows))


def _list_first(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Iterate over as many pairs as somebody reads, and say so if there are more."""
    from devcoop.words.report import say_first  # noqa: PLC0415

    yield from islice(pairs, _MOST_READ)
    if next(pairs, None):
        say(say_first(_MOST_READ), err=True)


def _fold(analysis: Analysis, pairs: Iterable[Pair], top: int | None) -> Table:
    """Give a row for each subject of two agencies, and say how many pairs are left out so."""
    from devcoop.overlap.conversations import group_conversations  # noqa: PLC0415
    from devcoop.plans import read_concrete  # noqa: PLC0415
    from devcoop.words.report import say_folded  # noqa: PLC0415

    subjects = group_conversations(pairs, read_concrete(analysis.graph))
    if subjects:
        console.print(say_folded(len(subjects), sum(len(one.pairs) for one in subjects)))
    analysis.read_sides(one.best for one in subjects[:top])
    rows = [
        [*_pair_row(analysis, one.best)[:8], len(one.pairs) - 1 or None] for one in subjects[:top]
    ]
    return (*_COLUMNS[:8], "more"), rows


def _choose_pairs(
    analysis: Analysis, kind: str | None, agencies: Collection[str], *, everything: bool
) -> Iterable[Pair]:
    """Choose what is looked through of some agencies: one type, every pair, or what was found."""
    if not analysis.pairs.is_exhaustive and (everything or (kind and not STRENGTH[kind])):
        from devcoop.words.report import say_scored  # noqa: PLC0415

        console.print(say_scored(*analysis.comparison.scope[1:]))
    if kind:
        return analysis.pairs.select(kind, agencies)
    pairs = analysis.pairs
    return pairs.iter_all(agencies) if everything else pairs.iter_findings(agencies)


_MOST_READ = 1_000
"""Rows of a table of very many pairs, unless somebody asks for more."""
_COLUMNS = (*PAIR_COLUMNS, "shared_start", "shared_end", "shared_countries")


def _pair_row(analysis: Analysis, pair: Pair) -> list[Any]:
    shared = pair.shared_period
    sides = [analysis.undertakings[side] for side in (pair.left, pair.right)]
    days = (shared.start, shared.end) if shared else (None, None)
    return [
        *(side.identifier for side in sides),
        *(side.agency.name for side in sides),
        pair.type,
        pair.timing,
        pair.place_relation,
        round(pair.score, 6),
        *(None if pair.parts[f] is None else round(pair.parts[f] or 0.0, 4) for f in FACETS),
        *(day.isoformat() if day else None for day in days),
        pair.shared_countries,
    ]


@click.command(cls=Command, epilog="Example: devcoop explain ISO-output-3.5 OBOR-IV.7.c")
@click.argument("left")
@click.argument("right")
@reviews_option
@output_option
def explain(left: str, right: str, reviews_path: Path, output: Any) -> None:  # noqa: ARG001
    """Say why the initiatives LEFT and RIGHT are close, or are not."""
    from devcoop.plans import get_undertaking  # noqa: PLC0415
    from devcoop.words.terminal import render_explanation  # noqa: PLC0415

    analysis = analyze_plans()
    one, other = (get_undertaking(analysis.undertakings, word).iri for word in (left, right))
    pair = analysis.pairs.get(one, other)
    if pair is None:
        raise click.UsageError("both are of one agency; only those of different ones are compared")
    output.write(render_explanation(analysis.explain(pair), analysis.lexicon))
