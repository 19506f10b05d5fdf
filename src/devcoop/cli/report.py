"""`devcoop report`: the main job."""

from __future__ import annotations

from pathlib import Path

import click

from devcoop.cli.options import (
    Place,
    analyze_plans,
    count_reviews,
    find_limits,
    reviews_option,
    waiting,
)


@click.command(epilog="Example: devcoop report -o out")
@click.option(
    "-o",
    "--output",
    type=Place(is_folder=True),
    default="report",
    show_default=True,
    help="Folder for the report.",
)
@reviews_option
@click.option(
    "--since",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="An earlier report.json or findings.ttl: tells what is new and what has gone.",
)
def report(output: Path, reviews_path: Path, since: Path | None) -> None:  # noqa: ARG001
    """Build, validate and compare the plans; write the coordination report."""
    from devcoop.dataset import keep_dataset  # noqa: PLC0415
    from devcoop.report import compare_reports, read_earlier, write_report  # noqa: PLC0415
    from devcoop.validation import Severity, count_by_severity, validate  # noqa: PLC0415

    with waiting("Reading and comparing the plans"):
        earlier = read_earlier(since) if since else None
        analysis = analyze_plans(for_work=True)
        counts = count_by_severity(validate(analysis.graph))
        files = write_report(analysis, output, earlier=earlier)
    for plan in analysis.plans:
        click.echo(f"{plan.agency.name:6} {plan.undertakings:4} initiatives  {plan.title}")
    click.echo(f"Pairs compared:            {len(analysis.pairs):6}")
    worth = analysis.pairs.count_findings()
    click.echo(f"Pairs worth a conversation:{worth:6} on {analysis.subject_count} subjects")
    broken, warned = counts[Severity.VIOLATION], counts[Severity.WARNING]
    click.echo(f"Rules broken by the data:  {broken:6} violations, {warned} warnings")
    if analysis.reviewed:
        click.echo(f"Reviews:                   {count_reviews(analysis.reviewed)}")
    if earlier:
        changed = compare_reports(analysis, earlier)
        click.echo(f"New since the last report: {len(changed.new):6}, and {len(changed.gone)} gone")
    for file in files:
        click.echo(f"Wrote {file}")
    with waiting("Keeping what is published for the next command"):
        keep_dataset(analysis, find_limits())
