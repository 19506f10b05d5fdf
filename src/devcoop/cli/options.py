"""Options that several commands have, and what they stand for."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from devcoop import names
from devcoop.publication import check_place, write_whole
from devcoop.terminal import encode, make_visible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from devcoop.dataset import Dataset
    from devcoop.focus import Asked
    from devcoop.model import LeftOut, Period
    from devcoop.origin import Origin
    from devcoop.overlap import Limits
    from devcoop.overlap.spark import Cluster
    from devcoop.pipeline import Analysis
    from devcoop.remote.endpoint import Credentials
    from devcoop.reviews import Reviewed
    from devcoop.store import Store

_MOST_EXAMPLES = 3
_MOST_PAIRS = 3_000_000
"""Most pairs that are all scored where all are asked for; it takes some minutes."""
_COPIED_FOR_LITTLE = 16 << 20
"""Size of the files of a store that are copied into memory, within a second, for a few queries."""
_COPIED_FOR_ALL = 2 << 30
"""The same where all questions are yet to be asked: from a disk they take many times as long."""
_STATUS, _ASKED, _ENGINE = "devcoop.status", "devcoop.asked", "devcoop.engine"
_SPARK = "spark"
COUNT = click.IntRange(1, 1_000_000_000)
"""A number of rows; more than anybody can have would only break a counter."""
_FOR_PEOPLE = ("table", "text", "words")
"""Formats that nobody but people reads."""


class _SafeConsole(Console):
    """Shows text as it is: nothing in it is obeyed."""

    def print(self, *objects: Any, **options: Any) -> None:
        shown = (make_visible(one) if isinstance(one, str) else one for one in objects)
        super().print(*shown, **options)


console = _SafeConsole(stderr=True, highlight=False, markup=False)


def say(text: str, *, err: bool = False) -> None:
    """Say something to the person who runs a command, on a line of its own.

    Args:
        text: May hold what comes from anybody's file.
        err: Whether it goes to stderr.
    """
    click.echo(make_visible(text), err=err)


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


class Measure(click.FloatRange):
    """A number within bounds; what is no number is within none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take a number.

        Args:
            value: As it was written.
            param: The option.
            ctx: The command.
        """
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number to count with.", param, ctx)
        return number


class Destination(click.ParamType["Written"]):
    """Where the answer of a command goes: a file that is written whole or not at all, or stdout."""

    name = "filename"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,  # noqa: ARG002
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Written:
        """Take the name of a file; a hyphen is stdout.

        Args:
            value: The name.
            param: The option.
            ctx: The command.
        """
        if isinstance(value, Written):
            return value
        if str(value) != "-":
            check_place(Path(str(value)))
        return Written(str(value))


class Place(click.Path):
    """A file or folder that is written in the end, and can be, as is known from the start.

    Args:
        is_folder: Whether it is a folder; None if that hangs on another option, and is looked at
            by the command.
    """

    def __init__(self, *, is_folder: bool | None = False) -> None:
        may_be_file, may_be_folder = is_folder is not True, is_folder is not False
        super().__init__(file_okay=may_be_file, dir_okay=may_be_folder, path_type=Path)
        self._is_folder = is_folder

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take the name of a file or folder; a hyphen is stdout.

        Args:
            value: The name.
            param: The option.
            ctx: The command.

        Raises:
            OSError: It cannot be written.
        """
        path: Any = super().convert(value, param, ctx)
        if str(path) != "-" and self._is_folder is not None:
            check_place(path, is_folder=self._is_folder)
        return path


class Written:
    """A place that takes one answer.

    Args:
        name: Name of the file; a hyphen is stdout.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def path(self) -> Path | None:
        """The file; None for stdout."""
        return None if self._name == "-" else Path(self._name)

    def write(self, text: str | Iterable[str]) -> None:
        """Write the answer.

        Args:
            text: All of it, or its parts.

        Raises:
            OSError: It could not be written; the file is as it was.
        """
        form = click.get_current_context().params.get("form")
        is_shown = self.path is None and sys.stdout.isatty()
        is_for_people = is_shown or form in _FOR_PEOPLE
        parts = (text,) if isinstance(text, str) else text
        content = (encode(make_visible(part) if is_for_people else part) for part in parts)
        if self.path is None:
            for part in content:
                click.echo(part, nl=False)
        else:
            write_whole(self.path, content)


class Command(click.Command):
    """A command that never writes over what it reads."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Args:
            ctx: Holds the options.

        Raises:
            UsageError: A place to write is one that is read, or two are one.
        """
        for param in self.params:
            value = ctx.params.get(str(param.name))
            if isinstance(param, click.Option) and isinstance(value, str):
                # Words that no RDF can hold would be no name of anything.
                ctx.params[str(param.name)] = names.make_readable(value)
        written = [place for param in self.params for place in _list_places(param, ctx)]
        read = [one for param in self.params for one in _list_read(param, ctx)]
        stores = [ctx.find_root().params.get("store"), ctx.params.get("named")]
        for place in written:
            if sum(_is_same(place, one) for one in written) > 1:
                raise click.UsageError(f"two outputs would be written to {place}", ctx)
            is_read = any(_is_read(place, one) for one in read)
            if is_read or any(store and _is_below(place, store) for store in stores):
                raise click.UsageError(
                    f"{place} would be written over, and it is read: name another place", ctx
                )
        return super().invoke(ctx)


def _list_places(param: click.Parameter, ctx: click.Context) -> list[Path]:
    """List where an option lets its command write."""
    value = ctx.params.get(str(param.name))
    if isinstance(value, Written):
        return [value.path] if value.path else []
    if isinstance(param.type, Place) and isinstance(value, Path) and str(value) != "-":
        return [value]
    return []


def _list_read(param: click.Parameter, ctx: click.Context) -> list[Path]:
    """List the files and folders that an option or argument names to be read."""
    value = ctx.params.get(str(param.name))
    several = value if isinstance(value, tuple) else (value,)
    if isinstance(param.type, Place):
        return []
    named = [one for one in several if isinstance(one, Path)]
    if isinstance(param, click.Argument):
        # Words may name a file, as those of a query do.
        named += [Path(one) for one in several if isinstance(one, str) and os.path.isfile(one)]  # noqa: PTH113
    return named


def _is_read(place: Path, read: Path) -> bool:
    """Tell whether a place to write is what is read, by whatever name, or a file in it."""
    if place.exists() and not (place.is_file() or place.is_dir()):
        # A device or a pipe is not written over.
        return False
    return _is_same(place, read) or (place.is_file() and _is_below(place, read))


def _is_same(one: Path, other: Path) -> bool:
    return _follow(one) == _follow(other) or (
        one.exists() and other.exists() and one.samefile(other)
    )


def _is_below(place: Path, folder: Path) -> bool:
    return _follow(place).is_relative_to(_follow(folder))


def _follow(path: Path) -> Path:
    # Links in a circle are told where they are followed in earnest.
    return Path(os.path.realpath(path))


output_option = click.option(
    "-o",
    "--output",
    type=Destination(),
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
    help="Turtle file that holds what people said about findings; a store has its own.",
)


class Days(click.ParamType["Period"]):
    """Days of which at least one is to be met."""

    name = "days"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Period:
        """Take a year, a month, a day, or two of them.

        Args:
            value: As it was written.
            param: The option.
            ctx: The command.
        """
        from devcoop.focus import read_period  # noqa: PLC0415

        try:
            return read_period(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _keep_asked(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """Keep what a command is limited to until the plans are open, which alone know the names."""
    ctx.meta.setdefault(_ASKED, {})[param.name] = value
    return value


_FOCUS_OPTIONS = (
    (
        "--agency",
        "agencies",
        "AGENCY",
        "Limit to initiatives of this agency; of a pair, one side must be of it. May be repeated:"
        " of several agencies, plans, places or themes any will do.",
    ),
    ("--plan", "plans", "PLAN", "Limit to this plan; of a pair, one side must be of it."),
    (
        "--place",
        "places",
        "PLACE",
        "Limit to what is known to reach this country, region or group, such as KEN or Kenya: by"
        " name, or through a group; of a pair, both sides must.",
    ),
    (
        "--theme",
        "themes",
        "THEME",
        "Limit to this theme and all that is narrower; of a pair, both sides must be on it.",
    ),
)


def focus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what its plans can be limited to; `analyze_plans` reads it.

    Args:
        command: The command.
    """
    kept: dict[str, Any] = {"callback": _keep_asked, "expose_value": False}
    wanted = "Also take in that of which it is not known whether it meets place, theme and days."
    command = click.option("--possible", "with_possible", is_flag=True, help=wanted, **kept)(
        command
    )
    days = "Limit to what is stated to run on one of these days, such as 2016-2017 or 2016-07."
    command = click.option("--during", "period", type=Days(), metavar="DAYS", help=days, **kept)(
        command
    )
    for name, what, metavar, words in reversed(_FOCUS_OPTIONS):
        command = click.option(name, what, multiple=True, metavar=metavar, help=words, **kept)(
            command
        )
    return command


def find_asked() -> Asked:
    """Find out what this command is limited to, in the words of the person who runs it."""
    from devcoop.focus import Asked  # noqa: PLC0415

    return Asked(**click.get_current_context().meta.get(_ASKED, {}))


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command a choice of what scores the pairs; `analyze_plans` reads it.

    Args:
        command: The command.
    """
    kept: dict[str, Any] = {"callback": _keep_engine, "expose_value": False}
    where = "Master of Spark, such as spark://HOST:7077; without it, Spark runs on this machine."
    command = click.option("--master", metavar="URL", help=where, **kept)(command)
    kind = click.Choice(["duckdb", _SPARK])
    what = "What scores the pairs; what comes out is the same. Spark is an extra, and needs Java."
    return click.option(
        "--engine", type=kind, default="duckdb", show_default=True, help=what, **kept
    )(command)


def _keep_engine(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    ctx.meta.setdefault(_ENGINE, {})[param.name] = value


def find_cluster() -> Cluster | None:
    """Find out where this command has its pairs scored; None for this program."""
    ctx = click.get_current_context()
    asked = ctx.meta.get(_ENGINE, {})
    engine, master = asked.get("engine"), asked.get("master")
    if engine != _SPARK:
        if master is not None:
            raise click.UsageError("--master is where Spark runs: add --engine spark")
        return None
    from devcoop.overlap.spark import THIS_MACHINE, Cluster  # noqa: PLC0415

    return ctx.with_resource(Cluster(master or THIS_MACHINE, find_memory()))


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


def find_origin() -> Origin:
    """Find out where the plans and reviews of this command come from.

    A file of reviews that nobody named on the command line need not be there. A store has its
    own reviews.
    """
    from devcoop.origin import Origin  # noqa: PLC0415

    ctx = click.get_current_context()
    source = ctx.get_parameter_source("reviews_path")
    is_named = source is click.core.ParameterSource.COMMANDLINE
    folder = ctx.find_root().params.get("store")
    if folder and is_named:
        raise click.UsageError("a store has its own reviews: leave out --reviews, or --store")
    return Origin(folder, ctx.params.get("reviews_path"), must_have_reviews=is_named)


def open_plans() -> Store:
    """Open the plans that this command works on, until it ends."""
    return click.get_current_context().with_resource(find_origin().open_plans())


def open_for_work(*, for_all: bool = False) -> Store:
    """Open a copy of the plans, to which this command may add until it ends.

    Args:
        for_all: Whether all questions are asked of it, and not a few.
    """
    from devcoop.store.folder import MOST_COPIED  # noqa: PLC0415

    copied = _COPIED_FOR_ALL if for_all else MOST_COPIED
    opened = find_origin().open_for_work(most_copied=copied)
    return click.get_current_context().with_resource(opened)


def open_published() -> Dataset:
    """Compare the plans that this command works on, with all that is published of them."""
    from devcoop.dataset import open_dataset  # noqa: PLC0415

    opened = open_dataset(find_origin(), find_limits(), tell_progress)
    return click.get_current_context().with_resource(opened)


def find_memory() -> int:
    """Find out how much memory comparing may take, in MiB."""
    return int(click.get_current_context().find_root().params["memory"])


def find_best() -> int:
    """Find out how many findings of each two agencies are told one by one."""
    return int(click.get_current_context().find_root().params["best"])


def find_limits(*, every_pair: bool = False) -> Limits:
    """Find out how closely the comparison of this command looks, and with how much memory.

    Args:
        every_pair: Whether all pairs are asked for, so that more are scored one by one.
    """
    from devcoop.overlap import DEFAULT_LIMITS  # noqa: PLC0415

    most = _MOST_PAIRS if every_pair else DEFAULT_LIMITS.exhaustive
    return DEFAULT_LIMITS._replace(exhaustive=most, listed=find_best(), memory=find_memory())


@contextlib.contextmanager
def waiting(words: str) -> Iterator[None]:
    """Show that work goes on, for people who sit before a terminal.

    Args:
        words: What is done.
    """
    meta = click.get_current_context().meta
    with console.status(words) as status:
        meta[_STATUS] = (status, words)
        try:
            yield
        finally:
            del meta[_STATUS]


def tell_progress(share: float) -> None:
    """Say how much of the comparison is done, where somebody waits for it.

    Args:
        share: From 0 to 1.
    """
    status, words = click.get_current_context().meta.get(_STATUS, (None, ""))
    if status is not None:
        status.update(f"{words}: {share:.0%}")


def analyze_plans(
    parameters: Mapping[str, float] | None = None,
    *,
    without: Collection[str] = (),
    for_work: bool = False,
    every_pair: bool = False,
) -> Analysis:
    """Compare the plans that this command works on, with what people said.

    What could not be compared is told, and what the command is limited to.

    Args:
        parameters: Numbers that replace some of those of the comparison.
        without: Facets that are left out.
        for_work: Whether something will be put beside the plans.
        every_pair: Whether all pairs are asked for, findings or not.

    Raises:
        UnknownResourceError: It is to be limited to something that nothing is called.
    """
    from devcoop.focus import find_focus  # noqa: PLC0415
    from devcoop.pipeline import analyze  # noqa: PLC0415
    from devcoop.store.folder import MOST_COPIED  # noqa: PLC0415

    origin, asked = find_origin(), find_asked()
    ctx = click.get_current_context()
    copied = _COPIED_FOR_ALL
    if _is_worked_out(origin, is_limited=asked.is_set):
        # Of a look at some of the plans, most is answered from what is kept.
        copied = _COPIED_FOR_LITTLE if asked.is_set else MOST_COPIED
    opened = origin.open_for_work() if for_work else origin.open_plans(most_copied=copied)
    plans = ctx.with_resource(opened)
    focus, cluster = find_focus(plans, asked), find_cluster()
    is_shown = _STATUS in ctx.meta
    with contextlib.nullcontext() if is_shown else waiting("Reading and comparing the plans"):
        analysis = analyze(
            plans,
            parameters,
            without=without,
            reviews=origin.list_reviews(),
            limits=find_limits(every_pair=every_pair),
            tell=tell_progress,
            focus=focus,
            cluster=cluster,
        )
    tell_left_out(analysis.left_out)
    tell_focus(analysis)
    return analysis


def _is_worked_out(origin: Origin, *, is_limited: bool) -> bool:
    """Tell whether the answers of many queries are kept, so that few are asked of the store.

    Where it is limited all questions about gaps are asked, which another program may not have.
    """
    from devcoop.gaps import knows_gaps  # noqa: PLC0415

    if origin.store is None:
        return False
    with origin.open_plans(most_copied=0) as plans:
        is_known = plans.shelf is not None and plans.shelf.knows(plans.version)
        return is_known and (not is_limited or knows_gaps(plans))


def tell_focus(analysis: Analysis) -> None:
    """Say on stderr what a command is limited to, and what of that is not known.

    Args:
        analysis: What it works on.
    """
    words = analysis.focus_words
    if words is None:
        return
    say(words.limited(len(analysis.pairs)), err=True)
    for point in words.points:
        say(words.stands(point), err=True)
    if words.unknown:
        say(words.unknown, err=True)


def tell_left_out(left_out: Sequence[LeftOut]) -> None:
    """Say on stderr what could not be compared: a line for each reason.

    Args:
        left_out: What the plans hold and the comparison could not take.
    """
    from devcoop.words.codes import LEFT_OUT  # noqa: PLC0415

    by_reason: dict[str, list[str]] = {}
    for one in left_out:
        by_reason.setdefault(one.reason, []).append(names.shorten(one.what))
    for reason, several in by_reason.items():
        more = ", …" if len(several) > _MOST_EXAMPLES else ""
        examples = ", ".join(several[:_MOST_EXAMPLES])
        say(f"Left out, {len(several)}: {LEFT_OUT[reason]}: {examples}{more}", err=True)


def count_reviews(reviewed: Sequence[Reviewed]) -> str:
    """Say in words how many reviews are applied and how many are not."""
    stand = sum(one.stands for one in reviewed)
    return f"{stand:6} applied, {len(reviewed) - stand} to be looked at again"
