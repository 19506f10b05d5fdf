"""`devcoop report`: the main job."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from devcoop.cli.options import (
    Command,
    Place,
    analyze_plans,
    count_reviews,
    find_asked,
    find_limits,
    find_origin,
    focus_options,
    reviews_option,
    say,
    waiting,
)

_MOST_PLANS = 30
"""Plans that are told one by one on the terminal."""


@click.command(cls=Command, epilog="Example: devcoop report -o out")
@click.option(
    "-o",
    "--output",
    # An earlier report in it is read whole before the new one takes its place, as for --since.
    type=Place(is_folder=True),
    default="report",
    show_default=True,
    help="Folder for the report.",
)
@focus_options
@reviews_option
@click.option(
    "--since",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="An earlier report.json or findings.ttl: tells what is new and what has gone.",
)
@click.option(
    "--rates",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Exchange rates (CSV: currency,year,to,rate), to tell the money of one country in one"
    " currency. A rate that is missing stops the report.",
)
def report(output: Path, reviews_path: Path, since: Path | None, rates: Path | None) -> None:  # noqa: ARG001
    """Build, validate and compare the plans; write the coordination report.

    Limited to an agency, a plan, a place, a theme or days, it tells of what is known to be in
    that, and how much there is of which it is not known. Rules are then not looked at.
    """
    from devcoop.figures.money import read_rates  # noqa: PLC0415
    from devcoop.report import (  # noqa: PLC0415
        compare_reports,
        find_country,
        read_earlier,
        write_report,
    )
    from devcoop.validation import Severity, count_by_severity, validate  # noqa: PLC0415

    with waiting("Reading and comparing the plans"):
        earlier, known = (
            read_earlier(since) if since else None,
            read_rates(rates) if rates else None,
        )
        is_limited = find_asked().is_set
        analysis = analyze_plans(for_work=not is_limited)
        if known and not find_country(analysis):
            raise click.UsageError("--rates is for the money of one country: name it with --place")
        # All plans take long to validate, and a look at some of them asks for little.
        counts = None if is_limited else count_by_severity(validate(analysis.graph))
        files = write_report(analysis, output, earlier=earlier, rates=known)
    own = Counter(one.plan for one in analysis.counted.values())
    for plan in analysis.plans[:_MOST_PLANS]:
        counted = f"{plan.undertakings:4}"
        if is_limited:
            counted = f"{own[plan.iri]:4} of {counted}"
        say(f"{plan.agency.name:6} {counted} initiatives  {plan.title}")
    if len(analysis.plans) > _MOST_PLANS:
        say(f"… and {len(analysis.plans) - _MOST_PLANS:,} more, which report.json lists")
    say(f"Pairs compared:            {len(analysis.pairs):6}")
    worth = analysis.pairs.count_findings()
    say(f"Close enough to talk about:{worth:6} on {analysis.subject_count} subjects")
    if counts is not None:
        broken, warned = counts[Severity.VIOLATION], counts[Severity.WARNING]
        store = find_origin().store
        command = f"devcoop{f' --store {store}' if store else ''} validate --severity warning"
        where = f"; `{command}` lists them" if broken or warned else ""
        say(f"Rules broken by the data:  {broken:6} violations, {warned} warnings{where}")
    if analysis.reviewed:
        say(f"Reviews:                   {count_reviews(analysis.reviewed)}")
    if earlier:
        changed = compare_reports(analysis, earlier)
        say(f"New since the last report: {len(changed.new):6}, and {len(changed.gone)} gone")
    for file in files:
        say(f"Wrote {file}")
    if not is_limited:
        from devcoop.dataset import keep_dataset  # noqa: PLC0415

        with waiting("Keeping what is published for the next command"):
            keep_dataset(analysis, find_limits())
