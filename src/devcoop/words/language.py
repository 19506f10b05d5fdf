"""The languages: choice, words, numbers, days and labels.

Messages are English in the templates and in this package, and translated by the gettext
catalogue of each other language. Labels of the data have their own languages; where one is
missing, the English one is shown and marked as English.
"""

from __future__ import annotations

import gettext
import io
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.core import negotiate_locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from devcoop.model import Period

LANGUAGES = ("en", "fr")
"""Codes of the languages; the first is that of the messages."""
LANGUAGE_NAMES = {"en": "English", "fr": "Français"}
TRANSLATIONS = Path(__file__).parent / "translations"


def choose_language(accept_language: str, asked: str = "") -> str:
    """Choose the language of a page.

    Args:
        accept_language: Header of that name; may be empty or nonsense.
        asked: What the reader asked for by name; counts if we have it.

    Examples:
        >>> choose_language("de, fr-CH;q=0.8, en;q=0.5"), choose_language("fr", "en")
        ('fr', 'en')
        >>> choose_language("en;q=0, fr;q=x")
        'en'
    """
    if asked in LANGUAGES:
        return asked
    wanted = sorted(_read_ranges(accept_language), key=lambda entry: -entry[1])
    return negotiate_locale([code for code, _ in wanted], LANGUAGES, sep="-") or LANGUAGES[0]


def _read_ranges(header: str) -> Iterator[tuple[str, float]]:
    """Read language ranges with their weights (RFC 9110, 12.5.4); broken ones are skipped."""
    for entry in header.split(",")[:50]:
        code, _, weight = entry.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if quality > 0:
            yield code.strip().lower(), quality


@cache
def read_translations(code: str) -> gettext.NullTranslations:
    """Read the catalogue of a language; that of English leaves messages as they are.

    Args:
        code: One of `LANGUAGES`.
    """
    if code == LANGUAGES[0]:
        return gettext.NullTranslations()
    with (TRANSLATIONS / f"{code}.po").open("rb") as file:
        catalog = read_po(file, locale=code)
    for message in catalog:
        texts = [message.string] if isinstance(message.string, str) else message.string or []
        written = tuple(typeset(one, code) for one in texts)
        message.string = written if message.pluralizable else "".join(written)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=10_000)
def _write_day(code: str, day: date) -> str:
    text = format_date(day, format="d MMMM y", locale=code)
    is_first = code == "fr" and day.day == 1
    return text.replace("1", "1er", 1) if is_first else text


@lru_cache(10_000)
def _format(value: float, code: str, pattern: str | None) -> str:
    """Write a number; kept, since a page has hundreds and many are the same."""
    return format_decimal(value, format=pattern, locale=code)


@dataclass(frozen=True)
class Tongue:
    """How one language says things.

    Attributes:
        code: One of `LANGUAGES`.
    """

    code: str

    def say(self, message: str) -> str:
        """Translate a message.

        Examples:
            >>> Tongue("en").say("overlap")
            'overlap'
        """
        return read_translations(self.code).gettext(message) if message else ""

    @property
    def colon(self) -> str:
        """What stands between a name and what is said of it, with the blanks around it."""
        return self.say(_COLON)

    @property
    def semicolon(self) -> str:
        """What stands between parts that have commas inside, with the blanks around it."""
        return self.say(_SEMICOLON)

    def number(self, value: float) -> str:
        """Write a number.

        Examples:
            >>> Tongue("en").number(8876)
            '8,876'
        """
        return _format(value, self.code, None)

    def score(self, value: float) -> str:
        """Write a number from 0 to 1 with two decimals.

        Examples:
            >>> Tongue("en").score(0.5), Tongue("fr").score(0.5)
            ('0.50', '0,50')
        """
        return _format(value, self.code, "0.00")

    def share(self, value: float) -> str:
        """Write a number from 0 to 1 as a percentage.

        Examples:
            >>> Tongue("en").share(0.8)
            '80%'
        """
        return _format(value, self.code, "0%" if self.code == "en" else "0\u202f%")

    def day(self, day: date) -> str:
        """Write a day in words.

        Examples:
            >>> from datetime import date
            >>> Tongue("en").day(date(2020, 11, 23)), Tongue("fr").day(date(2020, 11, 23))
            ('23 November 2020', '23 novembre 2020')
            >>> Tongue("fr").day(date(2016, 1, 1))
            '1er janvier 2016'
        """
        return _write_day(self.code, day)

    def period(self, period: Period) -> str:
        r"""Write a period in words; whole years as years.

        Examples:
            >>> from datetime import date
            >>> from devcoop.model import Period
            >>> Tongue("fr").period(Period(date(2016, 1, 1), date(2020, 12, 31), "stated"))
            '2016\xa0–\xa02020'
        """
        start, end = period.start, period.end
        first, last = (self.day(one) if one else "" for one in (start, end))
        if start and end and is_whole_years(period):
            first, last = str(start.year), str(end.year)
        if not (first or last):
            return self.say("no period stated")
        text = first if first == last else self.say(_PERIOD[bool(first), bool(last)])
        note = self.say(_BASIS[period.basis]) if period.basis in _BASIS else ""
        return text.format(first=first, last=last) + (f" ({note})" if note else "")

    def span(self, period: Period) -> str:
        """Write a period in years and months, as short as a table needs it.

        Examples:
            >>> from datetime import date
            >>> from devcoop.model import Period
            >>> Tongue("en").span(Period(date(2020, 11, 23), None)), Tongue("en").span(
            ...     Period(date(2016, 1, 1), date(2017, 12, 31))
            ... )
            ('from 2020', '2016–2017')
        """
        start, end = (one.year if one else None for one in (period.start, period.end))
        if start and end:
            return str(start) if start == end else f"{start}–{end}"
        if start:
            return self.say(_OPEN).format(first=start)
        return str(end or "")

    def join(self, words: list[str] | tuple[str, ...]) -> str:
        """Join words as a sentence does.

        Examples:
            >>> Tongue("fr").join(["ISO", "OBOR", "UNIDO"])
            'ISO, OBOR et UNIDO'
        """
        if not words[1:]:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self.say('and')} {words[-1]}"

    def join_first(self, words: list[str] | tuple[str, ...], most: int) -> str:
        """Join the first words as a sentence does, and say how many more there are.

        Args:
            words: The words.
            most: How many are written; all, if only one would be left out.

        Examples:
            >>> Tongue("en").join_first(["ISO", "OBOR", "UNIDO", "WHO"], 2)
            'ISO, OBOR and 2 more'
        """
        more = len(words) - most
        return self.join([*words[:most], self.more(more)] if more > 1 else words)

    def more(self, number: int) -> str:
        """Say how many more there are.

        Examples:
            >>> Tongue("en").more(3)
            '3 more'
        """
        return self.say(_MORE).format(number=self.number(number))


def is_whole_years(period: Period) -> bool:
    """Tell whether a period is one of whole years, as plans state most of them.

    Examples:
        >>> from datetime import date
        >>> from devcoop.model import Period
        >>> is_whole_years(Period(date(2016, 1, 1), date(2020, 12, 31)))
        True
        >>> is_whole_years(Period(date(2020, 11, 23), None))
        False
    """
    start, end = period.start, period.end
    ends = (start.month, start.day, end.month, end.day) if start and end else ()
    return ends == (1, 1, 12, 31)


ENGLISH = Tongue(LANGUAGES[0])
"""The language of the report and of the terminal."""


def typeset(text: str, language: str) -> str:
    r"""Set a text as its language is printed: in French, with curly apostrophes and firm blanks.

    Args:
        text: The text as it was typed.
        language: Its code.

    Examples:
        >>> typeset("Qu'est-ce qu'un « plan » ?", "fr")
        'Qu’est-ce qu’un «\xa0plan\xa0»\xa0?'
        >>> typeset("the plan's aim", "en")
        "the plan's aim"
    """
    if language != "fr":
        return text
    return _BEFORE.sub("\N{NO-BREAK SPACE}", _APOSTROPHE.sub("’", text))


_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w|«| «)")
_BEFORE = re.compile(r"(?<=«) | (?=[:;?!»])")
_PERIOD = {
    (True, True): "{first} to {last}",
    (True, False): "from {first}, no end stated",
    (False, True): "until {last}, no beginning stated",
}
_OPEN = "from {first}"
_BASIS = {"inferred": "inferred from the text", "assumed": "assumed"}
_MORE = "{number} more"
_COLON = ": "
_SEMICOLON = "; "
SPOKEN: tuple[str, ...] = (
    "no period stated",
    "and",
    _OPEN,
    _MORE,
    _COLON,
    _SEMICOLON,
    *_PERIOD.values(),
    *_BASIS.values(),
)
"""Messages of this module, for those who look for what has to be translated."""


@dataclass(frozen=True)
class Label:
    """A text and the language it is in.

    Attributes:
        text: The text.
        language: Its code; empty if it is in no language, as an identifier.
    """

    text: str
    language: str

    def mark(self, page_language: str) -> Markup:
        """Write it as HTML, with its language if that is not the page's.

        Args:
            page_language: Code of the page's language.

        Examples:
            >>> Label("<b>", "en").mark("fr")
            Markup('<span lang="en">&lt;b&gt;</span>')
        """
        if self.language in ("", page_language):
            return Markup.escape(self.text)
        return Markup('<span lang="{}">{}</span>').format(self.language, self.text)


def choose_label(labels: Mapping[str, str], language: str, otherwise: str = "") -> Label:
    """Choose a label: in the language, else in English, else in none, else in any.

    Args:
        labels: Texts by language; the code is empty for texts in no language.
        language: The language wanted.
        otherwise: What to show if there is no label at all.

    Examples:
        >>> choose_label({"en": "metrology", "zh": "计量"}, "fr")
        Label(text='metrology', language='en')
    """
    for code in (language, LANGUAGES[0], "", *sorted(labels)):
        if code in labels:
            return Label(labels[code], code)
    return Label(otherwise, "")
