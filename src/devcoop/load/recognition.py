"""Which place, concept or organization somebody means, by code, name or another name.

What is known is what the store holds: the reference data, the schemes and the organizations of
all its sources. Names of countries in more languages come from the Unicode locale data. What
may mean several things means none; what a person decided before is honoured.
"""

from __future__ import annotations

import pickle
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from babel import localedata
from babel.core import get_global

from devcoop import names
from devcoop.load.bodies import Bodies
from devcoop.plans import read_labels
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from devcoop.load.records import Value
    from devcoop.store import Store
    from devcoop.store.terms import Quad, Triple

_QUERY = "names-to-recognise"
_LANGUAGES = (
    "ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "hi", "hu", "id", "it",
    "ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "sw", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""Languages in which agencies that publish lists write; English and French go before others."""
_FILLERS = frozenset(
    {"the", "of", "and", "a", "la", "le", "les", "de", "du", "des", "et", "l", "d", "el", "los"}
    | {"las", "y", "da", "do", "e", "der", "die", "das"}
)
"""Small words of European languages that may be missing in a name."""
_COUNTRY_CODE = 3
_MOST_KEPT = 65_536
"""Texts whose plain form is remembered: lists say the same words again and again."""
_MOST_PARTS = 4
"""Commas that a name may have, and one more."""
_LEAST_LIKENESS = 0.78
"""How alike letters are of a name that is told where another was written, at least."""
_MOST_LOOKED_THROUGH, _LONGEST_NEAR, _MOST_NEAR = 10_000, 60, 100
"""Names that are looked through, letters of one, and texts for which that is done: no more."""
_MOST_NAMED = 1_000
"""Names in one value; what has more is a text and no list of names."""
_WITHIN_COUNTRIES = re.compile(r"(adm[1-5]|loc)$")
"""Lists of places below a country: a district may be called like a country, and is none."""
_SEPARATORS = re.compile(r"[;,|/\n]")
_PURPOSE = re.compile(r"(?:^|[;,|/\n])\s*(\d{5})(?!\d)")
"""A purpose code of the DAC where a part of a value begins, whatever name follows it."""
_WHOLE_REGION = frozenset(
    ["regional", "region", "unspecified", "multiple", "several", "countries", "country", "wide"]
)
_BRITISH = re.compile(
    r"(?<=\w{3})is(?=(?:e|ed|es|ing|ations?|ational)\b)|(?<=lab)our|(?<=neighb)our"
)
"""Where British spelling differs from American in words that labels of concepts have."""
_NAMED_AS_THEY_ARE = frozenset({"body", "place"})
"""What has names of its own, which are not respelt."""
NOTHING = "nothing"
"""What is written in a decision where nothing that is known is meant."""
Index = dict[str, dict[str, str]]
"""What a name means, by kind and plain name; empty text where it may mean several things."""


@dataclass(frozen=True)
class Meant:
    """What a value means that may name several things.

    Attributes:
        known: IRIs of what is known.
        unknown: Words of which it is not known what they mean.
        ignored: Words of which a person decided that nothing is meant that is known here.
        decided: Words of which a person decided what is meant, those included.
    """

    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()


class Recognizer:
    """Finds what is meant by what somebody wrote.

    Args:
        store: Holds what is known.
        without: Graphs that are about to be replaced: a body that only they state is not known.
        read: What `read_names` gave of the store, if it was asked already.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> from devcoop.load.records import Value
        >>> known = Recognizer(build_graph())
        >>> names.shorten(known.find("place", Value("Moçambique")))
        'pl:MOZ'
        >>> names.shorten(known.find("theme", Value("metrology")))
        'th:metrology'
        >>> known.find("place", Value("Atlantis"))
        ''
    """

    def __init__(
        self, store: Store, without: Collection[str] = (), read: Iterable[Name] | None = None
    ) -> None:
        """Read what is known, once."""
        self._store = store
        self._by_spelling: dict[str, dict[str, str]] = {}
        self._decisions: dict[tuple[str, str], tuple[str, ...]] = {}
        self._bodies = Bodies(store, without)
        self._names, self._codes, self._written = _sort_names(
            read_names(store) if read is None else read, self._bodies.gone
        )
        self._near: dict[tuple[str, str], str] = {}
        self._by_iri = {
            kind: {
                iri: iri for one in (self._names, self._codes) for iri in one[kind].values() if iri
            }
            for kind in self._names.keys() | self._codes.keys()
        }
        self._by_slug = {
            kind: {names.slug_of(iri): iri for iri in known} for kind, known in self._by_iri.items()
        }

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of things of which any is known."""
        return frozenset(self._by_iri)

    def decide(self, decisions: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
        """Honour what people decided, as far as what they meant is still known.

        Args:
            decisions: The IRIs that are meant by kind and plain name; none where nothing known
                is meant.
        """
        self._decisions.update(
            (key, iris)
            for key, iris in decisions.items()
            if all(iri in self._by_iri.get(key[0], {}) for iri in iris)
        )

    def learn(self, quads: Collection[Quad]) -> None:
        """Learn the bodies that one more source names; what is known stays as it is."""
        for iri, name, is_code in self._bodies.learn(quads):
            if is_code:
                self._codes["body"].setdefault(name.upper(), iri)
            self._names["body"].setdefault(plain(name), iri)
            self._by_iri["body"][iri] = iri

    def is_decided(self, kind: str, text: str) -> bool:
        """Tell whether a person decided what a text means.

        Args:
            kind: As for `find`.
            text: What somebody wrote.
        """
        return (kind, plain(text)) in self._decisions

    def name_decided(self, kind: str, text: str) -> tuple[str, ...]:
        """Name what a person decided that is meant, by names that are recognised again.

        Args:
            kind: As for `find`.
            text: What somebody wrote.

        Returns:
            Labels, or IRIs with a prefix where a label may be that of others; nothing if nothing
            known is meant, or nothing was decided.
        """
        iris = self._decisions.get((kind, plain(text)), ())
        labels = {iri: self._labels.get(iri, "") for iri in iris}
        return tuple(
            label if self._names[kind].get(plain(label)) == iri else names.shorten(iri)
            for iri, label in labels.items()
        )

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        return read_labels(self._store)

    def find_reporter(self, identifier: str) -> str:
        """Find the body that answers for a list in the store under an identifier.

        Args:
            identifier: As `bodies.normalise_identifier` writes it.

        Returns:
            Its IRI; empty text if there is none, or several.
        """
        return self._bodies.find_issuer(identifier)

    def describe(self, iri: str) -> tuple[Triple, ...]:
        """Give what a list that names a body is to state of it; nothing if it is shared."""
        return self._bodies.describe(iri)

    def find(self, kind: str, value: Value) -> str:
        """Find what a value means.

        Args:
            kind: `place`, `body`, a facet, `type`, `status` or `level`.
            value: What somebody wrote.

        Returns:
            Its IRI; empty text if it is not known, or may be several.
        """
        found = self._look_up(kind, value) or ()
        return found[0] if len(found) == 1 else ""

    def find_all(self, kind: str, value: Value) -> Meant:
        """Find what a value that may name several things means.

        Args:
            kind: As for `find`.
            value: What somebody wrote, such as "Chad; Congo, Democratic Republic".

        Examples:
            >>> from devcoop.graph import build_graph
            >>> from devcoop.load.records import Value
            >>> Recognizer(build_graph()).find_all("place", Value("Chad, Atlantis")).unknown
            ('Atlantis',)
        """
        whole = self._look_up(kind, value)
        if whole is not None:
            text = value.text.strip()
            decided = (text,) if self.is_decided(kind, text) else ()
            return Meant(whole, ignored=() if whole else (text,), decided=decided)
        parts = [part.strip() for part in _SEPARATORS.split(value.text) if part.strip()]
        said = [*self._iter_parts(kind, parts, value)] if len(parts) <= _MOST_NAMED else []
        if not any(iris is not None for _, iris in said):
            return Meant(unknown=(value.text.strip(),))
        return Meant(
            tuple(dict.fromkeys(iri for _, iris in said for iri in iris or ())),
            tuple(text for text, iris in said if iris is None),
            tuple(text for text, iris in said if iris == ()),
            tuple(text for text, _ in said if self.is_decided(kind, text)),
        )

    def find_near(self, kind: str, text: str) -> str:
        """Find a known name that is written nearly so; it may be what is meant, or not.

        Args:
            kind: As for `find`.
            text: What somebody wrote.

        Returns:
            The name as it is known; empty if none is near, or if there are too many names, or
            texts of which none is known, to look through them.

        Examples:
            >>> from devcoop.graph import build_graph
            >>> Recognizer(build_graph()).find_near("place", "Keyna")
            'Kenya'
        """
        wanted, known = plain(text), self._written.get(kind, {})
        asked = (kind, wanted)
        is_little = len(known) <= _MOST_LOOKED_THROUGH and len(wanted) <= _LONGEST_NEAR
        if asked not in self._near and is_little and len(self._near) < _MOST_NEAR:
            near = get_close_matches(wanted, known, n=1, cutoff=_LEAST_LIKENESS)
            self._near[asked] = known[near[0]] if near else ""
        return self._near.get(asked, "")

    def find_purposes(self, value: Value) -> tuple[str, ...]:
        """Find the purposes whose five-digit codes begin the parts of a value.

        Args:
            value: What somebody wrote for a sector, such as "12220 - Basic health care; 11110".

        Returns:
            Their IRIs; none if it does not begin with a code, or has one that is not known.

        Examples:
            >>> from devcoop.graph import build_graph
            >>> from devcoop.load.records import Value
            >>> known = Recognizer(build_graph())
            >>> [names.shorten(one) for one in known.find_purposes(Value("15144; 11330"))]
            ['crs:15144', 'crs:11330']
            >>> known.find_purposes(Value("Health (12220)")), known.find_purposes(Value("99999"))
            ((), ())
        """
        text = value.text.strip()
        codes = _PURPOSE.findall(text) if _PURPOSE.match(text) else []
        found = [self._codes["purpose"].get(code, "") for code in dict.fromkeys(codes)]
        return tuple(found) if all(found) else ()

    def find_coded(self, kind: str, value: Value) -> tuple[str, ...]:
        """Find what a value means by the codes in it, as against names.

        Args:
            kind: As for `find`.
            value: What somebody wrote, such as "15144; Health".

        Examples:
            >>> from devcoop.graph import build_graph
            >>> from devcoop.load.records import Value
            >>> known = Recognizer(build_graph())
            >>> [names.shorten(one) for one in known.find_coded("purpose", Value("15144"))]
            ['crs:15144']
            >>> known.find_coded("theme", Value("metrology"))
            ()
        """
        codes = self._codes.get(kind, {})
        parts = (value.text, *_SEPARATORS.split(value.text)) if codes else ()
        found = (codes.get(part.strip().upper(), "") for part in parts)
        return tuple(dict.fromkeys(filter(None, found)))

    def _look_up(self, kind: str, value: Value) -> tuple[str, ...] | None:
        """Find what is meant; nothing if that was decided, None if it is not known."""
        text = value.text.strip()
        decided = self._decisions.get((kind, plain(text)))
        if decided is not None:
            return decided
        if kind == "place" and _WITHIN_COUNTRIES.match(value.scheme):
            return None
        whole = names.expand(text)
        known = self._codes[kind].get(text.upper()) or self._by_iri.get(kind, {}).get(whole)
        found = known or self._names[kind].get(plain(text), "") or self._find_more(kind, text)
        if not found and kind not in _NAMED_AS_THEY_ARE:
            found = self._spelt(kind).get(_spell(plain(text)), "")
        return (found,) if found else None

    def _spelt(self, kind: str) -> dict[str, str]:
        """Index names of concepts whether they are in British or American spelling."""
        if kind not in self._by_spelling:
            known = self._names[kind].items()
            self._by_spelling[kind] = _index((_spell(name), iri) for name, iri in known)
        return self._by_spelling[kind]

    def _iter_parts(
        self, kind: str, parts: list[str], value: Value
    ) -> Iterator[tuple[str, tuple[str, ...] | None]]:
        """Iterate over the longest runs of parts that name one thing, and what it is."""
        at = 0
        while at < len(parts):
            text = parts[at]
            for number in range(min(len(parts) - at, _MOST_PARTS), 0, -1):
                text = ", ".join(parts[at : at + number])
                found = self._look_up(kind, value._replace(text=text))
                if found is not None:
                    break
            yield text, found
            at += number

    def _find_more(self, kind: str, text: str) -> str:
        if kind != "place":
            return self._by_slug.get(kind, {}).get(text, "")
        return (
            self._countries.get(plain(text), "")
            or self._turned.get(_turn(plain(text)), "")
            or self._by_slug.get(kind, {}).get(text, "")
            or self._find_region(text)
        )

    def _find_region(self, text: str) -> str:
        """Find a region that is named with words for "several countries of it"."""
        words = [word for word in plain(text).split() if word not in _WHOLE_REGION]
        found = self._names["place"].get(" ".join(words), "") if words else ""
        return "" if names.is_country(found) or len(words) == len(plain(text).split()) else found

    @cached_property
    def _turned(self) -> dict[str, str]:
        """Names of places whatever the order of their words, as in "Congo, Democratic Republic"."""
        return _index((_turn(name), iri) for name, iri in self._names["place"].items() if iri)

    @cached_property
    def _countries(self) -> dict[str, str]:
        """Names of countries in the languages of the locale data, and codes of two letters."""
        by_code = {code: iri for code, iri in self._codes["place"].items() if _is_country(code)}
        two = {
            short[0]: by_code[code]
            for code, short in get_global("territory_aliases").items()
            if code in by_code and len(short) == 1
        }
        named = ((name, two[code]) for name, code in list_country_names() if code in two)
        return _index(named) | {plain(code): iri for code, iri in two.items()}


@cache
def list_country_names() -> tuple[tuple[str, str], ...]:
    """List the names of territories in the languages of the locale data, with their codes.

    Returns:
        Plain name and code of two letters, language by language.
    """
    return tuple(
        (plain(name), code)
        for language in _LANGUAGES
        for code, name in _name_territories(language).items()
    )


def _name_territories(language: str) -> Mapping[str, str]:
    """Give the names of territories in a language, without what it takes over from others."""
    # Merging the data of thirty languages takes longer than all else that recognises a name.
    # The library's own loading would keep them so, and no number could be written any more.
    with Path(localedata.resolve_locale_filename(language)).open("rb") as file:
        found: Mapping[str, str] = pickle.load(file)["territories"]  # noqa: S301  shipped with it
    return found


def _is_country(code: str) -> bool:
    return len(code) == _COUNTRY_CODE and code.isalpha()


class Name(NamedTuple):
    """A name or a code of something that is known.

    Attributes:
        kind: Kind of the thing.
        thing: Its IRI.
        written: The name as the store has it.
        meant: As it is looked for: a name plainly, a code in capitals.
        is_code: Whether it is a code.
    """

    kind: str
    thing: str
    written: str
    meant: str
    is_code: bool


def read_names(store: Store) -> list[Name]:
    """Read what names and codes mean, in the order of the query.

    Args:
        store: Holds what is known.

    Raises:
        QueryError: The query is broken.
    """
    return [
        Name(
            row["kind"],
            row["thing"],
            row["name"],
            row["name"].upper() if row["isCode"] == "true" else plain(row["name"]),
            row["isCode"] == "true",
        )
        for row in store.query(get_query(_QUERY).text).records()
    ]


def _sort_names(
    read: Iterable[Name], gone: Collection[str]
) -> tuple[Index, Index, dict[str, dict[str, str]]]:
    """Sort names and codes by kind, and tell how names are written that are told plainly."""
    written: dict[str, dict[str, str]] = defaultdict(dict)
    said: dict[bool, dict[str, list[tuple[str, str]]]] = {
        True: defaultdict(list),
        False: defaultdict(list),
    }
    for one in read:
        if one.thing in gone:
            continue
        said[one.is_code][one.kind].append((one.meant, one.thing))
        if not one.is_code:
            written[one.kind].setdefault(one.meant, one.written)
        # A short name of an organization is written in any case.
        if one.is_code:
            said[False][one.kind].append((plain(one.written), one.thing))
    found = {
        is_code: defaultdict(dict, {kind: _index(pairs) for kind, pairs in by_kind.items()})
        for is_code, by_kind in said.items()
    }
    return found[False], found[True], written


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Index what names mean; a name of several things means none of them."""
    found: dict[str, str] = {}
    for name, iri in pairs:
        if name:
            found[name] = iri if found.get(name, iri) == iri else ""
    return found


@lru_cache(maxsize=_MOST_KEPT)
def plain(text: str) -> str:
    """Give a name without what does not tell it from others: case, accents, marks, small words.

    Examples:
        >>> plain("Côte d'Ivoire") == plain("COTE D IVOIRE")
        True
        >>> plain("Congo, Dem. Rep."), plain("The Gambia")
        ('congo dem rep', 'gambia')
    """
    whole = text.replace("&", " and ").lower() if text.isascii() else "".join(_iter_plain(text))
    words = re.sub(r"[^\w]+|_", " ", whole).split()
    return " ".join([word for word in words if word not in _FILLERS] or words)


def _spell(name: str) -> str:
    """Give a plain name in American spelling."""
    return _BRITISH.sub(lambda found: "iz" if found[0] == "is" else "or", name)


def _turn(name: str) -> str:
    return " ".join(sorted(name.split()))


def _iter_plain(text: str) -> Iterator[str]:
    apart = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    for character in unicodedata.normalize("NFKD", apart):
        if not unicodedata.combining(character):
            yield character
