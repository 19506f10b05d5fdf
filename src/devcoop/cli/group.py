"""The group that holds the commands, and how an error becomes one line and an exit code."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

import click

from devcoop.cli.options import console
from devcoop.errors import DevcoopError, OutOfTimeError, say_error
from devcoop.terminal import make_visible


class Failure(click.ClickException):
    """One line about what could not be done."""

    exit_code = 3


class TimedOut(Failure):
    """One line about a question that took too long."""

    exit_code = 4


_MOST_MADE = 100_000
"""Objects that may be made before Python looks for those that nobody needs."""
# What a machine cannot do for lack of room, or with a number that somebody gave.
_FAILURES = (DevcoopError, OSError, ArithmeticError, MemoryError, RecursionError)


class Group(click.Group):
    """Shows errors that are no mistake of this program as one line instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Args:
            ctx: Holds the options.

        Raises:
            Failure: The command raised an error of this package, or the machine could not do it.
        """
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            # What was given may be the name of anybody's file.
            error.message = make_visible(error.message)  # type: ignore[misc]
            raise
        except _FAILURES as error:
            if ctx.params.get("debug"):
                raise
            kind = TimedOut if isinstance(error, OutOfTimeError) else Failure
            raise kind(make_visible(say_error(error))) from error


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: devcoop report -o out",
)
@click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    envvar="DEVCOOP_STORE",
    show_envvar=True,
    help="A store that `devcoop load` filled, instead of the built-in plans.",
)
@click.option(
    "--memory",
    type=click.IntRange(256, 1_048_576),
    default=1024,
    show_default=True,
    metavar="MB",
    envvar="DEVCOOP_MEMORY",
    show_envvar=True,
    help="Memory that comparing may take, about; what comes out does not hang on it.",
)
@click.option(
    "--best",
    type=click.IntRange(1, 1_000_000),
    default=10,
    show_default=True,
    metavar="N",
    help="Findings of each two agencies that are told one by one, where all are more than 5,000.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="devcoop")
def main(*, store: Path | None, memory: int, best: int, debug: bool) -> None:  # noqa: ARG001
    """Find where development-cooperation plans overlap, duplicate each other or leave gaps.

    The built-in plans are those of ISO (2016-2020), of China's One Belt, One Road
    standardization office (OBOR, 2015-2017) and of UNIDO (2020). With --store, every command
    works on what `devcoop load` put into a store.
    """
    # Looking so often for what is garbage takes a fifth of the time, and finds nothing.
    gc.set_threshold(_MOST_MADE)
    if debug:
        console.print(f"Python {sys.version.split()[0]}", style="dim")
