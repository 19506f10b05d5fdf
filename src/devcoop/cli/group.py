"""The group that holds the commands, and how an error becomes one line and an exit code."""

from __future__ import annotations

import sys
from typing import Any

import click

from devcoop.cli.options import console
from devcoop.errors import DevcoopError, OutOfTimeError


class Failure(click.ClickException):
    """One line about what could not be done."""

    exit_code = 3


class TimedOut(Failure):
    """One line about a question that took too long."""

    exit_code = 4


class Group(click.Group):
    """Shows this package's own errors as one line instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Args:
            ctx: Holds the options.

        Raises:
            Failure: The command raised an error of this package.
        """
        try:
            return super().invoke(ctx)
        except (DevcoopError, OSError) as error:
            if ctx.params.get("debug"):
                raise
            kind = TimedOut if isinstance(error, OutOfTimeError) else Failure
            raise kind(str(error)) from error


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: devcoop report -o out",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="devcoop")
def main(*, debug: bool) -> None:
    """Find where development-cooperation plans overlap, duplicate each other or leave gaps.

    The built-in plans are those of ISO (2016-2020), of China's One Belt, One Road
    standardization office (OBOR, 2015-2017) and of UNIDO (2020).
    """
    if debug:
        console.print(f"Python {sys.version.split()[0]}", style="dim")
