"""`devcoop screen`: a draft beside the plans, before it is approved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from devcoop.cli.load import hint_options
from devcoop.cli.options import (
    Command,
    find_limits,
    find_origin,
    format_option,
    open_for_work,
    output_option,
    waiting,
)
from devcoop.terminal import TABLE_WRITERS


@click.command(cls=Command, epilog="Example: devcoop screen draft.ttl")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@hint_options
@format_option("text", "html", "csv", "tsv", "json")
@output_option
def screen(
    file: Path,
    decisions: Path | None,
    form: str,
    output: Any,
    column_map: Path | None,
    **hints: Any,
) -> None:
    """Hold the draft in FILE against the plans, without loading it.

    FILE is one plan in any format that `devcoop load` takes. Said is what it would duplicate or
    overlap and with whom to talk, what it would continue, which gaps it would close and what it
    leaves vague.
    """
    from devcoop.load import Hints  # noqa: PLC0415
    from devcoop.load.draft import finish_draft  # noqa: PLC0415
    from devcoop.load.records import UNCLEAR  # noqa: PLC0415
    from devcoop.load.registry import begin_reading  # noqa: PLC0415
    from devcoop.screen import COLUMNS, iter_rows, render_html, render_text  # noqa: PLC0415
    from devcoop.screening import ask_closable  # noqa: PLC0415
    from devcoop.screening import screen as run  # noqa: PLC0415
    from devcoop.words.screening import tell_screening  # noqa: PLC0415

    asked = Hints(map=column_map, **hints)
    with waiting("Reading and comparing"), begin_reading(file, asked) as begun:
        if find_origin().is_large:
            # What cannot be read is told before much is done.
            begun.finish()
        store = open_for_work(for_all=True)
        before = ask_closable(store)
        draft = finish_draft(store, file, begun, decisions, find_origin().store)
        found = run(store, draft.plan, draft.source, draft.quads, find_limits(), before=before)
    unclear = tuple(str(one) for one in draft.told if one.kind in UNCLEAR)
    read = tuple(str(one) for one in draft.told if one.kind not in UNCLEAR)
    sheet = tell_screening(found, unclear, read)
    if form == "text":
        output.write(render_text(sheet))
    elif form == "html":
        output.write(render_html(sheet))
    else:
        output.write(TABLE_WRITERS[form](COLUMNS, list(iter_rows(found))))
