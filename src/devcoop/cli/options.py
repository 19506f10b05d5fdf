"""Options that several commands have, and what they stand for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from devcoop.remote.endpoint import Credentials
    from devcoop.reviews import Reviewed, ReviewFile

console = Console(stderr=True, highlight=False)


def format_option(*formats: str) -> Callable[..., Any]:
    """Give a command `-f`.

    Args:
        formats: What may be chosen; the first is the default.
    """
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How the answer is written.",
    )


output_option = click.option(
    "-o",
    "--output",
    type=click.File("w", lazy=True, atomic=True),
    default="-",
    help="File to write; stdout without it.",
)


reviews_option = click.option(
    "--reviews",
    "reviews_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default="devcoop-reviews.ttl",
    show_default=True,
    envvar="DEVCOOP_REVIEWS",
    show_envvar=True,
    help="Turtle file that holds what people said about findings.",
)


data_option = click.option(
    "--data",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A dataset that `devcoop export` wrote, instead of the built-in plans.",
)


def endpoint_option(*, required: bool = False) -> Callable[..., Any]:
    """Give a command `--endpoint`.

    Args:
        required: Whether it makes no sense without.
    """
    return click.option(
        "--endpoint",
        metavar="URL",
        required=required,
        callback=check_address,
        help="Address of a SPARQL server, as in http://127.0.0.1:7878/query.",
    )


def check_address(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no address of a web server, or has a password in it."""
    from devcoop.errors import RemoteError  # noqa: PLC0415
    from devcoop.remote.endpoint import check_url  # noqa: PLC0415

    try:
        return check_url(value) if value else value
    except RemoteError as error:
        raise click.BadParameter(str(error), ctx, param) from error


def read_credentials() -> Credentials:
    """Read from the environment what a server wants to see; options would end in a history."""
    from devcoop.remote.endpoint import Credentials  # noqa: PLC0415

    user, password, token = (
        os.environ.get(f"DEVCOOP_ENDPOINT_{name}", "") for name in ("USER", "PASSWORD", "TOKEN")
    )
    return Credentials(user, password, token)


def read_given_reviews(path: Path) -> ReviewFile:
    """Read the reviews; a file that nobody named on the command line need not be there."""
    from devcoop.reviews import read_reviews  # noqa: PLC0415

    source = click.get_current_context().get_parameter_source("reviews_path")
    return read_reviews(path, must_exist=source is click.core.ParameterSource.COMMANDLINE)


def count_reviews(reviewed: Sequence[Reviewed]) -> str:
    """Say in words how many reviews are applied and how many are not."""
    stand = sum(one.stands for one in reviewed)
    return f"{stand:6} applied, {len(reviewed) - stand} to be looked at again"
