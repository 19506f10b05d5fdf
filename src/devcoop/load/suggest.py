"""Suggests facets of initiatives of which nothing is known but a title and a description.

1. Each name of a concept (label or synonym, in each language) makes a text with the concept's
   definition in that language and, faintly, the name of the concept above. What initiatives that
   state the concept say of themselves counts beside it (Rocchio). A text is as near to a concept
   as to the nearest of its names.
2. The nearest initiatives that state the facet vote, each by the square of how near it is.
3. Nearness becomes a confidence by a logistic curve for each facet: about how often such a
   suggestion was what the built-in plans state, with the plan in question left out.

A purpose that is stated tells the theme better than words: where an alignment says that a theme
is close to it or takes it in, that theme is suggested, or a narrower one that words make likely.
A purpose that is wider than every theme tells none. What states no purpose gets those suggested
that its words tell (`devcoop.load.purposes`).

Texts are compared by TF-IDF (`devcoop.texts`): nothing is fetched, and the same store and text
give the same suggestions.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from devcoop.load.purposes import read_purposes
from devcoop.load.suggestions import DIGITS
from devcoop.model import Suggestion
from devcoop.names import DEVC, is_made_of_list, is_of_list, is_plan_graph, term
from devcoop.queries import get_query
from devcoop.store.terms import NamedNode, as_text
from devcoop.texts import TITLE_WEIGHT, count_terms, measure_rarity, weigh_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from devcoop.load.purposes import Purposes
    from devcoop.store import Store
    from devcoop.texts import Terms

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

_TYPE, _PLAN = term("rdf:type"), NamedNode(DEVC.Plan)
_NAME_WEIGHT, _DEFINITION_WEIGHT, _BROADER_WEIGHT = 3.0, 1.0, 0.5
"""How often the words of a name, a definition and the name above count."""
_SYNONYM_SHARE = 0.8
"""How much a synonym counts beside the name: one of many is met by chance more easily."""
_ENCODED_SHARE = 0.5
"""How much the initiatives that state a concept count beside its names."""
_NEIGHBOURS, _NEIGHBOUR_SHARE = 20, 0.3
"""How many of the nearest initiatives vote, and how much their votes count."""
_MOST, _LEAST_SHARE = 3, 0.85
"""How many concepts are suggested for a facet, none of them much further than the nearest."""


_PURPOSE_SURE = 0.9
"""How sure a theme is that follows from a purpose: codes may be wrong, and close is not same."""

_MOST_GRAPHS = 100
"""Graphs of which a question is asked together; where there are more, it is asked of the store."""
_LIKELY = 0.5
"""From here on words are more often right than wrong."""


class _Curve(NamedTuple):
    """How sure a nearness is.

    Attributes:
        middle: Nearness at which every second suggestion was right.
        spread: How slowly that changes.
        least: Confidence below which nothing is said.
    """

    middle: float
    spread: float
    least: float


_CURVES = {
    "theme": _Curve(0.28, 0.06, 0.05),
    "function": _Curve(0.17, 0.12, 0.05),
    "beneficiary": _Curve(0.24, 0.08, 0.05),
    "instrument": _Curve(0.17, 0.07, 0.05),
    # Hardly better than always naming the commonest, but for texts that say it outright.
    "sector": _Curve(0.40, 0.08, 0.50),
    "arena": _Curve(0.22, 0.05, 0.50),
}
"""Read off `benchmarks/bare_lists.py`, which prints how often suggestions are right."""


class _Index:
    """Texts by the terms they have.

    Args:
        documents: Terms of each text.
    """

    def __init__(self, documents: Sequence[Terms]) -> None:
        self._size = len(documents)
        self._held: dict[str, dict[int, float]] = defaultdict(dict)
        for place, document in enumerate(documents):
            for one, weight in document.items():
                self._held[one][place] = weight
        # Few of all terms are ever asked for.
        self._postings: dict[str, tuple[Indices, Floats]] = {}

    def measure(self, text: Terms) -> Floats:
        """Measure how near a text is to each: the product of the weights of what both say."""
        near = np.zeros(self._size)
        for one, weight in text.items():
            if one in self._held:
                places, weights = self._find_postings(one)
                near[places] += weight * weights
        return near

    def _find_postings(self, one: str) -> tuple[Indices, Floats]:
        """Find the places of the texts that have a term, and its weights there."""
        if one not in self._postings:
            held = self._held[one]
            self._postings[one] = np.array([*held]), np.array([*held.values()])
        return self._postings[one]


class _Concepts:
    """The concepts of one facet, and how near a text is to each.

    Args:
        iris: The concepts, sorted.
        owners: Place of the concept of each name.
        shares: How much each name counts.
        names: Terms of each name.
        centres: Terms of what states a concept, in a language; the last of nothing.
        encoded: Place of the centre of each name's concept, in the name's language.
        votes: For each encoded text, the places of the concepts that it states.
    """

    def __init__(
        self,
        iris: Sequence[str],
        *,
        owners: Indices,
        shares: Floats,
        names: Sequence[Terms],
        centres: Sequence[Terms],
        encoded: Indices,
        votes: Sequence[Sequence[int]],
    ) -> None:
        self.iris, self._owners, self._shares, self._votes = iris, owners, shares, votes
        self._names, self._centres, self._encoded = _Index(names), _Index(centres), encoded
        squares = [_ENCODED_SHARE**2 * _multiply(one, one) for one in centres]
        self._lengths = np.array(
            [
                _measure_length(name, centres[place], squares[place])
                for name, place in zip(names, encoded.tolist(), strict=True)
            ]
        )

    def measure(self, text: Terms, near: Floats, neighbours: Indices) -> Floats:
        """Measure how near a text is to each concept: a number of 0 or more."""
        centres = self._centres.measure(text)
        named = self._names.measure(text) + _ENCODED_SHARE * centres[self._encoded]
        nearness = np.zeros(len(self.iris))
        np.maximum.at(nearness, self._owners, self._shares * named / self._lengths)
        for place in neighbours.tolist():
            vote = _NEIGHBOUR_SHARE * near[place] ** 2
            nearness[list(self._votes[place])] += vote
        return nearness


def _measure_length(name: Terms, centre: Terms, square: float) -> float:
    """Measure the length of a name with what is encoded beside it.

    Args:
        name: Terms of the name.
        centre: Terms of what is encoded.
        square: What their squares come to, as they count here.
    """
    both = 2 * _ENCODED_SHARE * _multiply(name, centre) if centre else 0.0
    return math.sqrt(_multiply(name, name) + both + square) or 1.0


def _multiply(one: Terms, other: Terms) -> float:
    # Rounded once, at the end, so that the order of what is added up does not matter.
    return math.fsum(weight * other.get(word, 0.0) for word, weight in one.items())


class Suggester:
    """Suggests facets, by what a store held when it was built.

    Args:
        rarity: How much each term says.
        encoded: Terms of the texts of initiatives that state facets.
        build: Builds the concepts of a facet, when they are first asked for.
        themes: The themes that follow from each purpose.
        above: The themes above each theme.
        read: Reads what finds the purposes that a text speaks of, likewise.
    """

    def __init__(
        self,
        rarity: Mapping[str, float],
        encoded: Sequence[Terms],
        build: Callable[[str], _Concepts],
        themes: Mapping[str, Sequence[Suggestion]],
        above: Mapping[str, frozenset[str]],
        *,
        read: Callable[[], Purposes],
    ) -> None:
        self._rarity, self._encoded, self._build = rarity, _Index(encoded), cache(build)
        self._themes, self._above, self._read = themes, above, cache(read)

    def suggest_themes(
        self, purposes: Iterable[str], said: Sequence[Suggestion] = ()
    ) -> tuple[Suggestion, ...]:
        """Suggest the themes that follow from purposes.

        Args:
            purposes: IRIs of purposes that an initiative states.
            said: What its words suggest.

        Returns:
            What words suggest as likely within a theme that follows; else each theme that
            follows, once, with the confidence of the surest purpose; none where no alignment
            names a theme that is close to a purpose or takes it in.
        """
        surest: dict[str, Suggestion] = {}
        for made in (one for purpose in purposes for one in self._themes.get(purpose, ())):
            known = surest.get(made.concept, made)
            surest[made.concept] = max(made, known, key=lambda one: one.confidence)
        narrower = [
            one
            for one in said
            if one.confidence >= _LIKELY and surest.keys() & self._above.get(one.concept, ())
        ]
        return tuple(narrower) or tuple(surest[theme] for theme in sorted(surest))

    def suggest_purposes(self, texts: Sequence[str]) -> list[list[Suggestion]]:
        """Suggest purposes of aid from texts, each by itself.

        Args:
            texts: As for `suggest`.

        Returns:
            For each text the purposes that it tells, the surest first, three at most.
        """
        purposes = self._read()
        return [purposes.suggest(text) for text in texts]

    def suggest(
        self, texts: Sequence[str], *, without: Collection[str] = ()
    ) -> list[list[Suggestion]]:
        """Suggest facets but purposes from texts, each by itself.

        Args:
            texts: Titles with descriptions, as `compose` puts them together: the first line
                counts more.
            without: Facets that are not asked for.

        Returns:
            For each text its suggestions: facet by facet, the surest first, three of a facet at
            most; none where the text says nothing that is known.
        """
        facets = [facet for facet in _CURVES if facet not in without]
        return [list(self._suggest(text, facets)) for text in texts]

    def _suggest(self, text: str, facets: Iterable[str]) -> Iterator[Suggestion]:
        terms = weigh_terms(_count(*_divide(text)), self._rarity)
        if not terms:
            return
        near = self._encoded.measure(terms)
        nearest = np.argsort(-near, kind="stable")[:_NEIGHBOURS]
        neighbours = nearest[near[nearest] > 0]
        for facet in facets:
            concepts = self._build(facet)
            nearness = concepts.measure(terms, near, neighbours)
            yield from _choose(facet, concepts.iris, nearness)


def _choose(facet: str, iris: Sequence[str], nearness: Floats) -> Iterator[Suggestion]:
    """Choose the nearest concepts of a facet that are near enough."""
    curve = _CURVES[facet]
    order = np.argsort(-nearness, kind="stable")[:_MOST].tolist()
    for place in order:
        near = float(nearness[place])
        confidence = round(1 / (1 + math.exp((curve.middle - near) / curve.spread)), DIGITS)
        is_near = 0 < near >= _LEAST_SHARE * float(nearness[order[0]])
        if is_near and confidence >= curve.least:
            yield Suggestion(facet, iris[place], confidence)


def _divide(text: str) -> tuple[str, str]:
    title, _, description = text.strip().partition("\n")
    return title, description


def _count(title: str, description: str) -> Counter[str]:
    return count_terms(title, TITLE_WEIGHT) + count_terms(description)


def build_suggester(store: Store, without: Collection[str] = ()) -> Suggester:
    """Read the concepts of all facets, and the initiatives that state any.

    Initiatives of lists are no examples: what is suggested for a list would change with the
    lists that were loaded beside it, and in which order.

    Args:
        store: Where schemes and plans are.
        without: IRIs of other graphs whose initiatives are no examples.

    Raises:
        QueryError: A query is broken.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> suggester = build_suggester(build_graph())
        >>> [found] = suggester.suggest(["Calibration services for metrology institutes"])
        >>> found[0].facet, found[0].concept.rpartition("/")[2]
        ('theme', 'metrology')
    """
    words, graphs = _read_words(store), _list_graphs(store)
    texts = _read_texts(_ask(store, "texts", graphs))
    stated = _read_stated(_ask(store, "undertaking-facets", graphs))
    for quad in (one for graph in without for one in store.quads(predicate=_TYPE, graph=graph)):
        stated.pop(as_text(quad.subject), None)
    encoded = [key for key in sorted(texts) if key[0] in stated and not is_of_list(key[0])]
    of_concepts: dict[str, dict[str, float]] = defaultdict(dict)
    for word in words:
        of_concepts[f"{word.concept} {word.language}"].update(_count_word(word.text))
    documents = [texts[key] for key in encoded]
    rarity = measure_rarity([*of_concepts.values(), *documents])
    weighed = [weigh_terms(document, rarity) for document in documents]

    def build(facet: str) -> _Concepts:
        return _build_concepts(
            [word for word in words if word.facet == facet],
            rarity,
            [(language, stated[iri].get(facet, ())) for iri, language in encoded],
            weighed,
        )

    themes, above = _read_themes(store), _read_above(store)
    # It takes a while, and most texts are asked for neither all facets nor for purposes.
    read = partial(read_purposes, store)
    return Suggester(rarity, weighed, build, themes, above, read=read)


def _read_above(store: Store) -> dict[str, frozenset[str]]:
    """Read the themes above each theme, at whatever distance."""
    next_above: dict[str, set[str]] = defaultdict(set)
    for row in store.recall(get_query("concepts").text).records():
        if row["facet"] == "theme" and row["relation"] == "broader":
            next_above[row["concept"]].add(row["other"])
    return {theme: _find_above(theme, next_above) for theme in sorted(next_above)}


def _find_above(theme: str, next_above: Mapping[str, Collection[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [theme]
    while waiting:
        more = set(next_above.get(waiting.pop(), ())) - found
        found |= more
        waiting += sorted(more)
    return frozenset(found)


def _read_themes(store: Store) -> dict[str, list[Suggestion]]:
    """Read the themes that follow from each purpose: those that are close, or else take it in.

    Where several are close, any one of them may be meant, and each is as much less sure.
    """
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in store.recall(get_query("purpose-themes").text).records():
        said[row["purpose"]][row["match"]].append(row["theme"])
    return {
        purpose: [
            Suggestion("theme", theme, round(_PURPOSE_SURE / len(found["close"] or [""]), DIGITS))
            for theme in found["close"] or found["within"]
        ]
        for purpose, found in said.items()
    }


class _Word(NamedTuple):
    facet: str
    concept: str
    kind: str
    language: str
    text: str


def _read_words(store: Store) -> list[_Word]:
    rows = store.recall(get_query("concept-words").text).records()
    return [_Word(**row) for row in rows]


def _list_graphs(store: Store) -> list[str] | None:
    """List the graphs that are of no list; None where that makes no difference, or many are left.

    A store may hold a million activities of lists, of which none is an example.
    """
    of_lists = {
        graph
        for graph in filter(is_plan_graph, store.graphs())
        for quad in store.quads(predicate=_TYPE, object=_PLAN, graph=graph)
        if is_made_of_list(as_text(quad.subject))
    }
    left = [graph for graph in store.graphs() if graph not in of_lists]
    return left if of_lists and len(left) <= _MOST_GRAPHS else None


def _ask(store: Store, query: str, graphs: Iterable[str] | None) -> Iterable[Mapping[str, str]]:
    """Ask a question of some graphs, or of all."""
    text = get_query(query).text
    if graphs is None:
        return store.recall(text).records()
    return store.query_among(text, graphs).records()


def _read_texts(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], Counter[str]]:
    """Read the terms of titles and descriptions, by undertaking and language."""
    texts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        weight = TITLE_WEIGHT if row["kind"] == "title" else 1.0
        texts[row["undertaking"], row["language"]].update(count_terms(row["text"], weight))
    return texts


def _read_stated(rows: Iterable[Mapping[str, str]]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Read the concepts that undertakings state, by undertaking and facet."""
    stated: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for row in rows:
        said = stated[row["undertaking"]]
        said[row["facet"]] = (*said.get(row["facet"], ()), row["concept"])
    return stated


def _build_concepts(
    words: Sequence[_Word],
    rarity: Mapping[str, float],
    stated: Sequence[tuple[str, tuple[str, ...]]],
    encoded: Sequence[Terms],
) -> _Concepts:
    """Build the concepts of a facet.

    Args:
        words: Their names and definitions.
        rarity: How much each term says.
        stated: Language of each encoded text, and the concepts of the facet that it states.
        encoded: Its terms.
    """
    iris = sorted({word.concept for word in words})
    place = {iri: number for number, iri in enumerate(iris)}
    around = _gather_surroundings(words)
    centres = _gather_centres(stated, encoded)
    names = [word for word in words if word.kind in ("name", "synonym")]
    centre = {key: number for number, key in enumerate(centres)}
    return _Concepts(
        iris,
        owners=np.array([place[word.concept] for word in names], dtype=np.int64),
        shares=np.array([1.0 if word.kind == "name" else _SYNONYM_SHARE for word in names]),
        names=[
            weigh_terms(
                around[word.concept, word.language] + _weigh_word(word.text, _NAME_WEIGHT), rarity
            )
            for word in names
        ],
        centres=[*centres.values(), {}],
        encoded=np.array(
            [centre.get((word.concept, word.language), len(centre)) for word in names],
            dtype=np.int64,
        ),
        votes=[[place[iri] for iri in concepts if iri in place] for _, concepts in stated],
    )


@lru_cache(maxsize=16_384)
def _count_word(text: str) -> Mapping[str, float]:
    """Count the terms of a name or a definition, which stand for several concepts."""
    return count_terms(text)


def _weigh_word(text: str, weight: float) -> Counter[str]:
    counts = {one: count * weight for one, count in _count_word(text).items()}
    return Counter(counts)


def _gather_surroundings(words: Sequence[_Word]) -> dict[tuple[str, str], Counter[str]]:
    """Gather definition and name above, by concept and language."""
    weights = {"definition": _DEFINITION_WEIGHT, "broader": _BROADER_WEIGHT}
    around: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for word in words:
        if word.kind in weights:
            terms = _weigh_word(word.text, weights[word.kind])
            around[word.concept, word.language].update(terms)
    return around


def _gather_centres(
    stated: Sequence[tuple[str, tuple[str, ...]]], encoded: Sequence[Terms]
) -> dict[tuple[str, str], Terms]:
    """Gather the terms of what states each concept, by concept and language.

    They are added up and divided by the root of how many they are: what many say counts more
    than what one says, but not as much more as they are.
    """
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    numbers: Counter[tuple[str, str]] = Counter()
    for (language, concepts), terms in zip(stated, encoded, strict=True):
        for concept in concepts:
            sums[concept, language].update(terms)
            numbers[concept, language] += 1
    return {
        key: {one: float(weight) / math.sqrt(numbers[key]) for one, weight in total.items()}
        for key, total in sums.items()
    }
