"""`devcoop export`: the data in the formats that partners use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devcoop.cli.options import (
    Command,
    Place,
    analyze_plans,
    console,
    open_plans,
    open_published,
    reviews_option,
    say,
    waiting,
)
from devcoop.publication import check_place, write_files, write_whole

if TYPE_CHECKING:
    from datetime import datetime

    from devcoop.export import Selection

_FOLDERS = ("csv", "iati", "parquet", "stratml")
_OF_PLANS = ("iati", "stratml")
"""Formats that hold whole plans and no findings."""
_FORMATS = (
    "turtle",
    "trig",
    "nquads",
    "jsonld",
    "rdfxml",
    "sssom",
    "csv",
    "graphml",
    "hxl",
    "iati",
    "parquet",
    "stratml",
)


@click.command(cls=Command, epilog="Example: devcoop export -f turtle --agency ISO -o iso.ttl")
@click.option("-f", "--format", "form", type=click.Choice(_FORMATS), help="Which format.")
@click.option("--all", "everything", is_flag=True, help="A whole release: every format.")
@click.option(
    "--all-findings",
    is_flag=True,
    help="Every finding as N-Quads, also where the other formats hold the closest alone.",
)
@click.option(
    "-o",
    "--output",
    type=Place(is_folder=None),
    help="File to write, stdout without it; for csv, iati, parquet, stratml and --all a folder.",
)
@click.option("--agency", multiple=True, metavar="AGENCY", help="Only plans of this agency.")
@click.option("--plan", multiple=True, metavar="PLAN", help="Only this plan.")
@click.option("--type", "kind", multiple=True, metavar="TYPE", help="Only findings of this type.")
@reviews_option
@click.option(
    "--previous",
    type=click.Path(path_type=Path, exists=True),
    metavar="FILE",
    help="The release before this one: its folder, manifest.json or dcat.ttl.",
)
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the release.")
def export(
    form: str | None,
    everything: bool,
    all_findings: bool,
    output: Path | None,
    agency: tuple[str, ...],
    plan: tuple[str, ...],
    kind: tuple[str, ...],
    reviews_path: Path,  # noqa: ARG001  read with the plans
    previous: Path | None,
    on: datetime | None,
) -> None:
    """Write plans and findings as files for partners, statistics and other programs.

    nquads, trig and jsonld hold everything, and `devcoop load` reads them back. turtle and rdfxml
    hold the same statements without saying which plan or source each is from. csv is a folder of
    tables with their description; sssom lists the initiatives that meet; graphml is a network for
    Gephi and the like; hxl is a 3W table, one row for each initiative and country, with HXL
    hashtags; iati is a folder with a file of activities (IATI 2.03) for each plan, and tells what
    has no place there; parquet is a folder of what was compared and of all pairs that were
    scored, for pandas, DuckDB and Spark; stratml is a folder with a StratML document (part 2) for
    each plan, without findings. --agency, --plan and --type take out a part, with all that it
    speaks of; several of a kind add up. The same data give the same bytes every time.

    Of more than a few thousand findings, all of these but parquet hold the closest of each two
    agencies. --all-findings writes every one, as N-Quads and without the plans, one after the
    other, so that a million take no more memory than a thousand.
    """
    from devcoop import export as exports  # noqa: PLC0415

    # A hyphen is stdout, as for every other command.
    output = None if output == Path("-") else output
    of_release = bool(previous or on)
    if all_findings:
        is_other = everything or form not in (None, "nquads")
        _check_findings(output, is_alone=not any((is_other, agency, plan, kind, of_release)))
        _write_findings(output)
        return
    form = _check_usage(form, output, everything=everything, of_release=of_release)
    if form in _OF_PLANS and kind:
        name = "StratML" if form == "stratml" else "IATI"
        raise click.UsageError(f"a document of {name} holds no findings: leave out --type")
    earlier = exports.read_version(previous) if previous else ""
    selection = exports.Selection(agency, plan, kind)
    if form == "iati" and output:
        _write_activities(selection, output)
        return
    with waiting("Reading, comparing and writing the plans"):
        whole = open_published()
        plans: tuple[str, ...] = ()
        if form == "stratml":
            # Such a document holds a whole plan and no findings: no part is taken out.
            dataset, plans = whole, exports.find_plans(whole.store, selection)
        else:
            dataset = exports.select_part(whole, selection)
        if not everything:
            files = exports.Writer(dataset, plans).render(form)
        else:
            day = on.date() if on else None
            if earlier == dataset.version:
                raise click.UsageError("--previous is this very version: nothing has changed")
            note = exports.ReleaseNote(selection.describe(), day, earlier)
            files = exports.build_release(dataset, note)
    _write(files, output, is_folder=everything or form in _FOLDERS)


def _write_activities(selection: Selection, output: Path) -> None:
    """Write plans as IATI, which compares nothing, and tell what has no place there."""
    from devcoop import export as exports  # noqa: PLC0415
    from devcoop.words.iati import say_left_out  # noqa: PLC0415

    tally = exports.Tally()
    with waiting("Reading and writing the plans"):
        plans = open_plans()
        files = exports.prepare_iati(plans, exports.find_plans(plans, selection), tally)
        write_files(output, files)
    for line in say_left_out(tally):
        say(line, err=True)
    what = f"{tally.written} activities in {len(files)} files"
    console.print(f"Wrote {what} to {output}", soft_wrap=True)


def _check_usage(
    form: str | None, output: Path | None, *, everything: bool, of_release: bool
) -> str:
    """Refuse options that do not go together."""
    if everything == bool(form):
        raise click.UsageError("give one format with -f, or --all for a whole release")
    is_folder = everything or form in _FOLDERS
    if is_folder and output is None:
        raise click.UsageError("this makes several files: name a folder with -o")
    if output and output.exists() and output.is_dir() != is_folder:
        kind = "a file" if is_folder else "a folder"
        raise click.UsageError(f"{output} is {kind}")
    if output:
        check_place(output, is_folder=is_folder)
    if of_release and not everything:
        raise click.UsageError("--previous and --date belong to a release: give --all")
    return form or ""


def _check_findings(output: Path | None, *, is_alone: bool) -> None:
    """Refuse what does not go together with all findings."""
    if not is_alone:
        raise click.UsageError("--all-findings is N-Quads of all plans: give no more than -o")
    if output:
        check_place(output)


def _write_findings(output: Path | None) -> None:
    """Write every finding while it is worked out."""
    from devcoop.export import iter_all_findings  # noqa: PLC0415

    with waiting("Reading, comparing and writing the findings"):
        pieces = iter_all_findings(analyze_plans())
        if output is None:
            sys.stdout.buffer.writelines(pieces)
            return
        write_whole(output, pieces)
    console.print(f"Wrote {output}", soft_wrap=True)


def _write(files: dict[str, bytes], output: Path | None, *, is_folder: bool) -> None:
    if is_folder and output:
        write_files(output, files)
        console.print(f"Wrote {len(files)} files to {output}", soft_wrap=True)
    elif output:
        write_whole(output, *files.values())
        console.print(f"Wrote {output}", soft_wrap=True)
    else:
        sys.stdout.buffer.write(*files.values())
