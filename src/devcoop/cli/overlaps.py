"""`devcoop overlaps` and `devcoop explain`: which initiatives meet, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devcoop.cli.options import (
    console,
    count_reviews,
    format_option,
    output_option,
    read_given_reviews,
    reviews_option,
)
from devcoop.graph import build_graph
from devcoop.model import FACETS
from devcoop.terminal import TABLE_WRITERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.model import Pair
    from devcoop.store import Store


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


@click.command(epilog="Example: devcoop overlaps --between ISO --and OBOR --top 5")
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
@reviews_option
@format_option("table", "csv", "tsv", "json")
@output_option
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


def _review_pairs(pairs: Iterable[Pair], graph: Store, path: Path) -> Iterable[Pair]:
    """Apply the reviews of a file to pairs, and say how many there were."""
    from devcoop.plans import read_undertakings  # noqa: PLC0415
    from devcoop.reviews import apply_reviews, read_grounds  # noqa: PLC0415

    reviews = read_given_reviews(path).reviews
    if not reviews:
        return pairs
    grounds = read_grounds(graph, read_undertakings(graph))
    pairs, reviewed = apply_reviews(pairs, reviews.values(), grounds)
    console.print(f"Reviews: {count_reviews(reviewed).strip()}")
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


@click.command(epilog="Example: devcoop explain ISO-output-3.5 OBOR-IV.7.c")
@click.argument("left")
@click.argument("right")
@output_option
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
