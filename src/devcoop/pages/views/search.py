"""Search over names: labels in all languages, titles, identifiers and what passages say."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.names import path_of
from devcoop.pages.routes import Parts, Route, View, only
from devcoop.store.terms import Literal, NamedNode
from devcoop.words.language import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.pages.content import Content
    from devcoop.pages.request import Request

KINDS = {
    "initiative": "Initiatives",
    "theme": "Themes",
    "agency": "Agencies",
    "plan": "Plans",
    "place": "Countries and regions",
    "group": "Country groups",
    "beneficiary": "Groups of people and bodies",
    "sector": "Sectors",
    "function": "What is done",
    "instrument": "Forms of help",
    "element": "Other parts of plans",
    "actor": "Actors",
    "document": "Documents, standards and agreements",
    "question": "Questions",
    "term": "Other terms",
    "passage": "Passages",
}
"""Kinds of things that can be found, in the order in which they are shown."""
SPOKEN = tuple(KINDS.values())
MOST = 20
"""Results of one kind that are shown at most."""
_WORDS = 8
_NOT = 9
"""Rank of what does not fit."""
_SUGGESTIONS = 5
_WORDS_HELPED = 3
_LENGTHS = range(3, 30)
"""Lengths of words that near ones are looked for."""
_KIND_OF = {
    "referenced-document": "document",
    "standard": "document",
    "agreement": "document",
}
_NO_NAMES = frozenset(
    {"finding", "graph", "group-membership", "run", "method", "review", "person", "similarity"}
)
"""First parts of IRIs of things that have no name of their own."""
_NAMED_BY = (
    names.term("skos:prefLabel"),
    names.term("rdfs:label"),
    names.term("dcterms:title"),
    names.term("skos:altLabel"),
    names.term("skos:notation"),
    names.term("dcterms:identifier"),
    str(names.DEVC.locator),
)
_SAID_BY = names.term("dcterms:description")


@dataclass(frozen=True)
class Name:
    """One name of one thing.

    Attributes:
        text: The name.
        kind: One of `KINDS`.
        path: Path of the page about the thing.
        language: Code of the name's language; empty for identifiers.
    """

    text: str
    kind: str
    path: str
    language: str


@dataclass(frozen=True)
class Entry:
    """A thing that can be found.

    Attributes:
        iri: The thing.
        kind: One of `KINDS`.
        path: Path of its page.
        names: Its names, with their languages.
        folded: The names as they are compared.
        all_folded: The same in one text.
    """

    iri: str
    kind: str
    path: str
    names: tuple[tuple[str, str], ...]
    folded: tuple[str, ...]
    all_folded: str


@dataclass(frozen=True)
class Hit:
    """A thing that was found.

    Attributes:
        entry: The thing.
        rank: The lower, the better it fits.
        matched: The name by which it was found.
        language: The language of that name.
    """

    entry: Entry
    rank: int
    matched: str
    language: str


def fold(text: str) -> str:
    """Make texts comparable: no accents, no capitals, straight apostrophes, single blanks.

    Examples:
        >>> fold("Métrologie  LÉGALE")
        'metrologie legale'
    """
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(plain.replace("’", "'").casefold().split())


def list_names(content: Content) -> list[Name]:
    """List every name of everything that can be found, for a search without a server.

    Args:
        content: What there is.

    Returns:
        Names in the order of the paths; passages by their locators only.
    """
    return [
        Name(text, entry.kind, entry.path, language)
        for entry in content.once(_build_index)
        for text, language in (entry.names[:1] if entry.kind == "passage" else entry.names)
    ]


def _build_index(content: Content) -> list[Entry]:
    """Index everything that has a name and a page, in the order of the paths."""
    found: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for predicate in (*_NAMED_BY, _SAID_BY):
        node = NamedNode(predicate)
        texts = sorted(
            (quad.subject.value, quad.object.value, quad.object.language or "")
            for quad in content.store.quads(predicate=node)
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
        )
        for iri, text, language in texts:
            # What a thing is said to be is searched for passages only: it is all they have.
            if predicate != _SAID_BY or names.kind_of(iri) == "passage":
                found[iri][text, language] = None
    entries = (_build_entry(content, iri, tuple(texts)) for iri, texts in sorted(found.items()))
    return [entry for entry in entries if entry is not None]


def _build_entry(content: Content, iri: str, texts: tuple[tuple[str, str], ...]) -> Entry | None:
    path = path_of(iri)
    first, _, rest = path[1:].partition("/")
    if not rest or "#" in iri or first in _NO_NAMES or not content.knows(iri):
        return None
    kind = _find_kind(content, iri, first)
    if kind == "question":
        path = f"/questions/{rest}"
    folded = tuple(fold(text) for text, _ in texts)
    return Entry(iri, kind, path, texts, folded, "\n".join(folded))


def _find_kind(content: Content, iri: str, first: str) -> str:
    if iri in content.initiatives:
        return "initiative"
    if iri in content.analysis.agencies:
        return "agency"
    if any(plan.iri == iri for plan in content.analysis.plans):
        return "plan"
    return _KIND_OF.get(first, first if first in KINDS else "term")


def find(content: Content, query: str) -> list[Hit]:
    """Find things by name.

    Args:
        content: What there is.
        query: Words; each must stand in a name of the thing.

    Returns:
        The best first; things that fit alike in the order of their kinds and names.
    """
    words = fold(query).split()[:_WORDS]
    if not words:
        return []
    whole, order = " ".join(words), list(KINDS)
    starts = [re.compile(rf"\b{re.escape(word)}") for word in words]
    hits = []
    for entry in content.once(_build_index):
        if not all(word in entry.all_folded for word in words):
            continue
        ranks = [_rank(text, whole, words, starts) for text in entry.folded]
        rank, best = min((rank, place) for place, rank in enumerate(ranks))
        if rank < _NOT:
            hits.append(Hit(entry, rank, *entry.names[best]))
    return sorted(hits, key=lambda hit: (hit.rank, order.index(hit.entry.kind), hit.entry.path))


def _rank(text: str, whole: str, words: list[str], starts: list[re.Pattern[str]]) -> int:
    """Rank a name: the same, begins so, has the words, has them as parts of words, or not."""
    if text == whole:
        return 0
    if text.startswith(whole):
        return 1
    if not all(word in text for word in words):
        return _NOT
    return 2 if all(start.search(text) for start in starts) else 3


def suggest(content: Content, query: str) -> list[str]:
    """Suggest words that are there for words that are not.

    Args:
        content: What there is.
        query: What was searched for without success.
    """
    known = content.once(_list_words)
    words = [word for word in fold(query).split() if len(word) in _LENGTHS]
    near = (
        one
        for word in words[:_WORDS_HELPED]
        for one in (word, *difflib.get_close_matches(word, known, _SUGGESTIONS, 0.7))
    )
    return [one for one in dict.fromkeys(near) if find(content, one)][:_SUGGESTIONS]


def _list_words(content: Content) -> list[str]:
    entries = (one for one in content.once(_build_index) if one.kind != "passage")
    words = {word for one in entries for text in one.folded for word in re.findall(r"\w+", text)}
    return sorted(word for word in words if len(word) > len("the"))


def _view(content: Content, request: Request, parts: Parts) -> View:
    del parts
    query = request.get("q")
    hits = find(content, query)
    groups: dict[str, list[Hit]] = {kind: [] for kind in KINDS}
    for hit in hits:
        groups[hit.entry.kind].append(hit)
    wanted = request.get("kind")
    shown = {wanted: groups[wanted]} if groups.get(wanted) else groups
    values = {
        "query": query,
        "count": len(hits),
        "groups": [(kind, list(_cut(found, wanted))) for kind, found in shown.items() if found],
        "totals": {kind: len(found) for kind, found in groups.items()},
        "kinds": KINDS,
        "wanted": wanted,
        "initiatives": content.initiatives,
        "also": lambda hit: _choose_also(content, request, hit),
        "suggestions": suggest(content, query) if query and not hits else [],
    }
    return View("search.html.j2", values)


def _cut(hits: Iterable[Hit], wanted: str) -> Iterator[Hit]:
    """Cut a long list, unless its kind was asked for."""
    most = 10 * MOST if wanted else MOST
    return (hit for hit, _ in zip(hits, range(most), strict=False))


def _choose_also(content: Content, request: Request, hit: Hit) -> Label | None:
    """Choose what to show beside the label: why it was found, if the label does not tell."""
    texts = hit.entry.names
    if hit.entry.kind == "passage" and texts[1:]:
        return Label(*texts[-1])
    words = fold(request.get("q")).split()[:_WORDS]
    shown = fold(content.label(hit.entry.iri, request.language).text)
    return None if all(word in shown for word in words) else Label(hit.matched, hit.language)


ROUTES = (Route("/search", _view, only("/search")),)
