"""The workbook in which an officer fills in her plan: its sheets, columns and lists.

One description for whoever writes the empty workbook and whoever reads a filled one. Sheets and
headings are known by their names in any language, as `words.form` and the catalogues have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from devcoop.load.form.choices import find_choice, fold, read_choices
from devcoop.words import form as words
from devcoop.words.language import LANGUAGES, Tongue

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAN, INITIATIVES, RESULTS, ACTORS, LISTS, FAULTS = words.SHEETS
"""Keys of the sheets."""
_WIDE = {"title": 34, "name": 34, "description": 48, "indicator": 34, "partners": 34}
_NARROW = {
    *("identifier", "start", "end", "baseline", "target", "short", "is_group", "part_of"),
    *("budget", "currency", "budget_period"),
}
_LIST_OF = {"is_group": "yes", **{key: key for key in words.LISTS if key != "yes"}}
_NEEDED = {
    PLAN: {"title", "agency"},
    INITIATIVES: {"identifier", "title"},
    RESULTS: {"identifier", "title", "level"},
    ACTORS: {"name"},
}
_SEVERAL = {"theme", "function", "instrument", "beneficiary", "sector", "places"}
_OF_MONEY = {"budget", "currency", "budget_period"}
# What stands in the row of the example: concepts by slug, so that they come in each language.
_EXAMPLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    PLAN: {"places": ("eastern-africa",), "currency": ("EUR",)},
    INITIATIVES: {
        "theme": ("metrology",),
        "function": ("teach",),
        "instrument": ("training",),
        "beneficiary": ("nsb",),
        "arena": ("partner-countries",),
        "type": ("project",),
        "status": ("planned",),
        "places": ("KEN", "UGA"),
        "currency": ("EUR",),
    },
    RESULTS: {"level": ("outcome",)},
    ACTORS: {"kind": ("standards-organization",), "role": ("implementing",)},
}


@dataclass(frozen=True)
class Column:
    """A column of a sheet, or a line of that of the plan.

    Attributes:
        key: What the program calls it.
        words: What a person reads, in English.
        choices: The list that it is from, as `read_choices` names it; empty if there is none.
        has_several: Whether it may hold several values.
        is_needed: Whether nothing can be done without it.
        width: How wide it is, in characters.
        example: Slugs of the concepts of the example, where it is from a list.
    """

    key: str
    words: words.Words
    choices: str = ""
    has_several: bool = False
    is_needed: bool = False
    width: int = 22
    example: tuple[str, ...] = ()

    def show_example(self, language: str) -> str:
        """Write the example in a language."""
        # Who writes in French sees that French can be chosen.
        slugs = (language,) if self.key == "language" else self.example
        labels = [
            one.label(language)
            for slug in slugs
            if (one := find_choice(self.choices, slug)) is not None
        ]
        return "; ".join(labels) or Tongue(language).say(self.words.example)


def _build(sheet: str, said: Mapping[str, words.Words]) -> tuple[Column, ...]:
    examples = _EXAMPLES[sheet]
    return tuple(
        Column(
            key,
            one,
            _LIST_OF.get(key, ""),
            key in _SEVERAL,
            key in _NEEDED[sheet],
            _WIDE.get(key, 16 if key in _NARROW else 24),
            examples.get(key, ()),
        )
        for key, one in said.items()
    )


COLUMNS = {
    PLAN: _build(PLAN, words.PLAN),
    INITIATIVES: _build(INITIATIVES, words.INITIATIVES),
    RESULTS: _build(RESULTS, words.RESULTS),
    ACTORS: _build(ACTORS, words.ACTORS),
}
"""Columns by sheet, in the order in which they stand there."""
FIRST_COLUMNS = {
    key: sum(one.key not in _OF_MONEY for one in columns) for key, columns in COLUMNS.items()
}
"""How many columns each sheet had before it asked for money; older workbooks have no more."""


@cache
def name_sheets() -> Mapping[str, str]:
    """Give the key of each sheet by its folded name in any language."""
    return _by_name(words.SHEETS)


@cache
def name_columns(sheet: str) -> Mapping[str, str]:
    """Give the key of each column of a sheet by its folded heading in any language."""
    return _by_name({one.key: one.words.heading for one in COLUMNS[sheet]})


@cache
def name_plan_columns() -> Mapping[str, str]:
    """Give the English heading of each column of the sheet of the plan by any folded one."""
    return _by_name({one: one for one in words.PLAN_COLUMNS})


@cache
def list_helps(sheet: str) -> Mapping[str, frozenset[str]]:
    """Give the folded help of each column of a sheet in all languages."""
    return {
        one.key: frozenset(fold(Tongue(language).say(one.words.help)) for language in LANGUAGES)
        for one in COLUMNS[sheet]
    }


def _by_name(names: Mapping[str, str]) -> Mapping[str, str]:
    return {
        fold(Tongue(language).say(name)): key
        for language in LANGUAGES
        for key, name in names.items()
    }


def is_mark(text: str, word: str) -> bool:
    """Tell whether a text begins with a word in any language, as marks of rows do.

    Args:
        text: What stands in the first cell of a row.
        word: The mark, in English.
    """
    return fold(text).startswith(tuple(fold(Tongue(one).say(word)) for one in LANGUAGES))


def is_yes(text: str) -> bool | None:
    """Read a yes or a no in any language; None if it is neither."""
    for word, meaning in ((words.YES, True), (words.NO, False)):
        if fold(text) in {fold(Tongue(one).say(word)) for one in LANGUAGES}:
            return meaning
    return None


def list_choices(choices: str, language: str) -> list[str]:
    """List what a person may choose, in her language."""
    if choices == "yes":
        return [Tongue(language).say(one) for one in (words.YES, words.NO)]
    return [one.label(language) for one in read_choices(choices)]
