"""The environment that all templates run in, and the only place that knows Jinja.

Templates escape everything and know no undefined name. What they say in words comes from
`devcoop.words`, in the language that they are asked for.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from pickle import PickleError
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from devcoop.words import codes
from devcoop.words.counts import write_count
from devcoop.words.language import LANGUAGE_NAMES, Tongue, read_translations
from devcoop.words.marks import write_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.bccache import Bucket

SHARED = Path(__file__).resolve().parent / "shared"
"""Templates that the report and the pages share."""


class _CompiledBeside(FileSystemBytecodeCache):
    """Keeps compiled templates beside them, as Python keeps modules, where it may write there.

    Args:
        folder: Where the templates lie.
        language: What they are compiled for: constants in them are written in it.
    """

    def __init__(self, folder: Path, language: str) -> None:
        kept = folder / "__pycache__"
        with suppress(OSError):
            kept.mkdir(exist_ok=True)
        super().__init__(str(kept), f"%s.{language}.cache")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load what was kept; what is broken is compiled anew."""
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, TypeError, ValueError, PickleError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, if it can be written."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def shade(number: int) -> int:
    """Give the step of shading of a count: 0 none, 1 for 1, 2 to 3, 3 to 7, 4 to 15, 5 for more.

    Args:
        number: The count.

    Examples:
        >>> [shade(number) for number in (0, 1, 3, 4, 15, 400)]
        [0, 1, 2, 3, 4, 5]
    """
    return min(5, number.bit_length())


@cache
def get_environment(folder: Path, language: str) -> Environment:
    """Give the environment of a folder of templates for a language.

    Args:
        folder: Where the templates lie, beside those that all share.
        language: One of `LANGUAGES`.
    """
    environment = Environment(
        loader=FileSystemLoader([folder, SHARED]),
        bytecode_cache=_CompiledBeside(folder, language),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    translations = read_translations(language)
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    tongue = Tongue(language)
    environment.filters |= {
        "count": write_count,
        "day": tongue.day,
        "issuer": lambda agency: agency.name or tongue.say(codes.NO_ISSUER),
        "join_first": tongue.join_first,
        "join_words": tongue.join,
        "mark": write_mark,
        "number": tongue.number,
        "period": tongue.period,
        "say": tongue.say,
        "score": tongue.score,
        "shade": shade,
        "share": tongue.share,
        "span": tongue.span,
    }
    environment.globals |= {
        "facet_words": codes.FACETS,
        "gap_type_names": codes.GAP_TYPES,
        "left_out_names": codes.LEFT_OUT,
        "language_names": LANGUAGE_NAMES,
        "option_reasons": codes.OPTION_REASONS,
        "option_words": codes.OPTIONS,
        "timing_names": codes.TIMINGS,
        "type_names": codes.TYPES,
    }
    return environment


def render_template(
    name: str, values: Mapping[str, object], *, folder: Path, language: str = "en"
) -> str:
    """Render a template.

    Args:
        name: Its file name.
        values: Its variables.
        folder: Where it lies.
        language: One of `LANGUAGES`.

    Returns:
        The text without blank lines around it, with a line end.
    """
    text = get_environment(folder, language).get_template(name).render(values)
    return f"{text.strip()}\n"
