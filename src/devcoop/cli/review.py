"""`devcoop review`: what a person thinks of a finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devcoop import names
from devcoop.cli.options import (
    Command,
    Place,
    console,
    find_limits,
    find_origin,
    format_option,
    open_plans,
    output_option,
    reviews_option,
    say,
)
from devcoop.terminal import TABLE_WRITERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from devcoop.model import Pair
    from devcoop.pipeline import Analysis
    from devcoop.reviews import GapReview, Opinion, Review, ReviewFile


@click.command(cls=Command, epilog="Example: devcoop review --list")
@click.argument("finding", nargs=-1)
@click.option("--verdict", type=click.Choice(["confirm", "dismiss", "complementary"]))
@click.option("--by", default="", metavar="NAME", help="Whose judgement it is.")
@click.option("--note", default="", metavar="TEXT", help="Why; a dismissal needs it.")
@click.option("--lead", default="", metavar="AGENCY", help="Who takes the next step.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="Its day, if not today.")
@click.option("--list", "listing", is_flag=True, help="List the reviews.")
@click.option("--export", type=Place(), help="Write the findings as CSV.")
@click.option("--import", "table", type=click.Path(path_type=Path), help="Read that CSV back.")
@reviews_option
@format_option("table", "csv", "tsv", "json")
@output_option
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
    reviews_path: Path,  # noqa: ARG001  read with the plans
    form: str,
    output: Any,
) -> None:
    """Say what you think of FINDING: it holds, it does not, or both sides fit together.

    FINDING is the IRI of a finding, its last part, or the identifiers of two initiatives.
    Reviews are kept in the store, or in a file of yours, and every command honours them. In a
    CSV of --export, fill in verdict, by, note and lead, or empty all four to take a review back;
    a review to be looked at again counts as given anew when one of the four is changed.
    """
    from devcoop.pipeline import analyze  # noqa: PLC0415
    from devcoop.reviews import Opinion  # noqa: PLC0415

    if sum(map(bool, (finding, listing, export, table))) > 1:
        raise click.UsageError("one at a time: FINDING, --list, --export or --import")
    if bool(finding) != bool(verdict) or len(finding) > _PAIR:
        raise click.UsageError("a review needs FINDING, or two identifiers, and --verdict")
    origin = find_origin()
    # The first review of all makes the file.
    file = replace(origin, must_have_reviews=False).read_reviews()
    analysis = analyze(open_plans(), reviews=file.reviews.values(), limits=find_limits())
    day = on.date() if on else date.today()
    if finding:
        _give_review(analysis, file, finding, Opinion(verdict or "", by, note, lead), day)
    elif table:
        _import_reviews(analysis, file, table, day)
    elif export:
        _export_reviews(analysis, export)
    else:
        console.print(_describe_file(file))
        output.write(TABLE_WRITERS[form](_REVIEW_COLUMNS, list(_review_rows(analysis))))


_PAIR = 2
_REVIEW_COLUMNS = ("left", "right", "type", "verdict", "by", "on", "lead", "state", "note")


def _describe_file(file: ReviewFile) -> str:
    others = f"; {file.others} more that say too little, kept as they are" if file.others else ""
    return f"{file.path}: {len(file.reviews)} reviews{others}"


def _review_rows(analysis: Analysis) -> Iterator[list[Any]]:
    from devcoop.reviews.table import say_state  # noqa: PLC0415

    for one in analysis.reviewed:
        pair, said = one.pair, one.review
        known = [analysis.undertakings[side] for side in ((pair.left, pair.right) if pair else ())]
        sides = [side.identifier for side in known] or map(names.shorten, said.elements)
        kind = pair.type if pair else None
        note = [said.verdict, said.by, said.on.isoformat(), one.lead, say_state(one), said.note]
        yield [*sides, kind, *note]
    for gap in analysis.reviewed_gaps:
        check, cell, opinion = gap.check, gap.cell, gap.review
        about = analysis.gap_words.cell(check, cell).text if check and cell else ""
        scope = analysis.gap_words.scope(check, cell).text if check and cell else ""
        state = "stands" if gap.stands else "no longer found"
        said_of = [opinion.verdict, opinion.by, opinion.on.isoformat(), gap.lead, state]
        yield [about, scope, opinion.type, *said_of, opinion.note]


def _give_review(
    analysis: Analysis, file: ReviewFile, words: Sequence[str], opinion: Opinion, day: date
) -> None:
    from devcoop.errors import UnknownResourceError  # noqa: PLC0415
    from devcoop.reviews import (  # noqa: PLC0415
        get_gap,
        get_pair,
        make_gap_review,
        make_review,
        write_reviews,
    )

    grounds = analysis.grounds
    new: Review | GapReview
    try:
        pair = get_pair(words, analysis.pairs, grounds)
    except UnknownResourceError:
        if len(words) == _PAIR:
            raise
        check, finding = get_gap(words[0], analysis.gap_checks, analysis.gap_words)
        new, about = make_gap_review(check, finding, opinion, grounds.agencies, on=day), finding
    else:
        new = make_review(pair, opinion, grounds, on=day)
        sides = (analysis.undertakings[side] for side in (pair.left, pair.right))
        about = " and ".join(side.identifier for side in sides)
    old = file.reviews.get(new.elements)
    write_reviews(file.change([new]))
    say(f"{about}: {new.verdict} by {new.by}, kept in {file.path}")
    if old:
        say(f"It takes the place of: {old.verdict} by {old.by}, {old.on}")


def _import_reviews(analysis: Analysis, file: ReviewFile, table: Path, day: date) -> None:
    from devcoop.reviews import write_reviews  # noqa: PLC0415
    from devcoop.reviews.table import find_changes  # noqa: PLC0415

    grounds = analysis.grounds
    reviewed = {one.review.elements: one for one in analysis.reviewed}
    changes = find_changes(table, analysis.pairs, reviewed, grounds, on=day)
    if changes.put or changes.drop:
        write_reviews(file.change(changes.put, changes.drop))
    say(f"{len(changes.put)} reviews given, {len(changes.drop)} taken back: {file.path}")


def _export_reviews(analysis: Analysis, path: Path) -> None:
    from devcoop.findings import mint_pair  # noqa: PLC0415
    from devcoop.publication import write_whole  # noqa: PLC0415
    from devcoop.reviews.table import render_table  # noqa: PLC0415
    from devcoop.words.explanations import say_headline  # noqa: PLC0415

    def describe(pair: Pair) -> tuple[str, str]:
        return mint_pair(pair), say_headline(analysis.explain(pair), analysis.lexicon)

    found, reviewed = analysis.pairs.found, {one.review.elements: one for one in analysis.reviewed}
    analysis.read_ahead(found)
    content = render_table(found, reviewed, analysis.grounds, describe)
    if str(path) == "-":
        click.echo(content, nl=False)
    else:
        write_whole(path, content)
        say(f"Wrote {path}", err=True)
    if analysis.selection:
        say(analysis.selection, err=True)
