"""What may be chosen in a column: the concepts of the schemes, with their labels."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name

from devcoop import assets, names
from devcoop.store.rdf import parse_rdf
from devcoop.store.terms import Literal, NamedNode, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from devcoop.store.terms import Term

_SCHEMES = {
    "theme": "theme",
    "function": "function",
    "instrument": "instrument",
    "beneficiary": "beneficiary",
    "sector": "sector",
    "arena": "arena",
    "type": "undertaking-type",
    "status": "status",
    "level": "result-level",
    "role": "role",
    "kind": "organization-kind",
}
_LABEL, _MEANING = names.term("skos:prefLabel"), names.term("skos:definition")
_OTHER_NAMES = (names.term("skos:altLabel"), names.term("skos:notation"))
_BROADER = names.term("skos:broader")
# Longer texts are descriptions, which seldom come twice.
_SHORT = 120
_TONGUES = ("en", "fr", "es", "pt", "ar", "zh", "ru")
_MUCH_USED = ("USD", "EUR", "GBP", "JPY", "CNY", "CHF")
"""Currencies in which most plans count; they come first in the list."""
_SIGNS = {"EUR": ("€",), "USD": ("US$", "$US")}
"""Signs of one currency alone, as $ and £ are not."""


@dataclass(frozen=True)
class Choice:
    """Something that may be chosen.

    Attributes:
        slug: Last part of its IRI, or what stands for it in a record.
        labels: What it is called, by language.
        others: Further names and its notation.
        meanings: Its definition, by language.
        depth: How many broader concepts are above it.
    """

    slug: str
    labels: Mapping[str, str]
    others: tuple[str, ...] = ()
    meanings: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0

    def label(self, language: str) -> str:
        """Give its label in a language, or else in English."""
        return self.labels.get(language) or self.labels["en"]


@cache
def read_choices(what: str) -> tuple[Choice, ...]:
    """Read what may be chosen.

    Args:
        what: A column of the form that has a list, such as `theme` or `places`.

    Returns:
        In the order in which a person should see them.

    Examples:
        >>> [one.slug for one in read_choices("status")][:2]
        ['planned', 'pilot']
    """
    if what in _SCHEMES:
        return tuple(_read(assets.ONTOLOGY / "schemes" / f"{_SCHEMES[what]}.ttl").values())
    if what == "language":
        return tuple(_name_language(code) for code in _TONGUES)
    if what == "currency":
        return tuple(map(_name_currency, _list_currencies()))
    if what == "licence":
        return tuple(Choice(iri, {"en": name}) for name, iri in names.LICENCES.items())
    return _read_places()


def find_choice(what: str, text: str) -> Choice | None:
    """Find what somebody chose by its label, another name, its notation or its slug.

    Args:
        what: The column.
        text: As it is written.

    Examples:
        >>> find_choice("role", "mise en oeuvre").slug
        'implementing'
    """
    return _by_name(what).get(fold(text))


@cache
def _by_name(what: str) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for one in read_choices(what):
        for name in (one.slug, *one.labels.values(), *one.others):
            found.setdefault(fold(name), one)
    return found


def fold(text: str) -> str:
    """Bring a text to what stays the same when somebody types it in haste.

    Examples:
        >>> fold("  Mise en œuvre "), fold("L’État *")
        ('mise en oeuvre', "l'etat")
    """
    return _fold_kept(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("’", "'"))
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"\s+", " ", letters).strip(" *:.")


_fold_kept = lru_cache(50_000)(_fold)


def _name_language(code: str) -> Choice:
    labels = {one: str(Locale(one).languages[code]) for one in ("en", "fr")}
    return Choice(code, labels, (str(Locale(code).languages[code]),))


def _list_currencies() -> list[str]:
    """List the codes of ISO 4217 of what is money somewhere now, the much used first."""
    used = {
        code
        for currencies in get_global("territory_currencies").values()
        for code, _, end, is_tender in currencies
        if is_tender and end is None
    }
    return [*_MUCH_USED, *sorted(used - set(_MUCH_USED))]


def _name_currency(code: str) -> Choice:
    """Name a currency by its code, which all languages share."""
    meanings = {one: get_currency_name(code, locale=one) for one in ("en", "fr")}
    several = (get_currency_name(code, count=2, locale=one) for one in ("en", "fr"))
    others = (*meanings.values(), *several, *_SIGNS.get(code, ()))
    return Choice(code, {"en": code, "fr": code}, others, meanings)


def _read_places() -> tuple[Choice, ...]:
    """List groups and regions, then countries in the order of their names."""
    folder = assets.ONTOLOGY / "reference"
    places = _read(folder / "places.ttl")
    countries = [one for iri, one in places.items() if names.is_country(iri)]
    wider = [one for iri, one in places.items() if not names.is_country(iri)]
    groups = _read(folder / "country-groups.ttl")
    return (*groups.values(), *wider, *sorted(countries, key=lambda one: one.labels["en"]))


def _read(path: Path) -> dict[str, Choice]:
    """Read the concepts of a file in its order, by IRI."""
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for quad in parse_rdf(path, path.read_bytes()):
        if isinstance(quad.subject, NamedNode):
            said[quad.subject.value][quad.predicate.value].append(quad.object)
    return {
        iri: Choice(
            names.slug_of(iri),
            _by_language(about[_LABEL]),
            tuple(as_text(one) for key in _OTHER_NAMES for one in about[key]),
            _by_language(about[_MEANING]),
            _measure_depth(iri, said),
        )
        for iri, about in list(said.items())
        if about[_LABEL]
    }


def _by_language(values: Iterable[Term]) -> dict[str, str]:
    return {
        str(one.language or ""): one.value
        for one in values
        if isinstance(one, Literal) and one.language in ("en", "fr")
    }


def _measure_depth(iri: str, said: Mapping[str, Mapping[str, list[Term]]]) -> int:
    depth = 0
    while (broader := said[iri][_BROADER]) and depth < len(said):
        iri, depth = as_text(broader[0]), depth + 1
    return depth
