"""`devcoop serve`: pages and data over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from devcoop.cli.options import (
    COUNT,
    Command,
    Measure,
    console,
    find_best,
    find_memory,
    find_origin,
    reviews_option,
)

if TYPE_CHECKING:
    from pathlib import Path

_MEBIBYTE = 1024 * 1024


@click.command(cls=Command, epilog="Example: devcoop serve --port 8000")
@reviews_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=4,
    show_default=True,
    help="How many requests are worked on at the same time.",
)
@click.option(
    "--timeout",
    type=Measure(0, 3600, min_open=True),
    default=10.0,
    show_default=True,
    help="Seconds that one answer may take.",
)
@click.option(
    "--max-rows",
    type=COUNT,
    default=100_000,
    show_default=True,
    help="Rows that one answer may have; a longer one is refused, never cut.",
)
@click.option(
    "--memory",
    type=click.IntRange(64, 1_048_576),
    default=1024,
    show_default=True,
    metavar="MB",
    help="Memory that one worker may take on top of the data.",
)
@click.option(
    "--load-timeout",
    type=Measure(0, min_open=True),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="Time to read and compare the plans, at the start and after a HUP.",
)
@click.option(
    "--public-url",
    default="",
    metavar="URL",
    help="How the server is reached from outside, if that is not where it listens.",
)
def serve(
    reviews_path: Path,  # noqa: ARG001  read with the plans
    host: str,
    port: int,
    workers: int,
    timeout: float,
    max_rows: int,
    memory: int,
    load_timeout: float,
    public_url: str,
) -> None:
    """Answer pages, data and SPARQL queries over HTTP, read-only, until stopped.

    The signal HUP makes it read the data again without a pause.
    """
    from devcoop.serve.server import serve as run  # noqa: PLC0415
    from devcoop.serve.settings import Settings  # noqa: PLC0415

    settings = Settings(
        workers=workers,
        seconds=timeout,
        max_rows=max_rows,
        memory_bytes=memory * _MEBIBYTE,
        load_seconds=load_timeout,
        load_bytes=max(Settings.load_bytes, 2 * find_memory() * _MEBIBYTE),
        compare_mebibytes=find_memory(),
        listed=find_best(),
    )
    run(find_origin(), settings, host=host, port=port, address=public_url, announce=_say)


def _say(words: str) -> None:
    console.print(words, soft_wrap=True)
