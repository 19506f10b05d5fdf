"""What all pages look up: labels, initiatives, agencies and pairs, each indexed once."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from devcoop import names
from devcoop.figures.coverage import Scheme
from devcoop.figures.meetings import count_meetings
from devcoop.figures.reach import Reach
from devcoop.queries import load_library
from devcoop.store.terms import GraphName, Literal, NamedNode
from devcoop.texts import in_one_line
from devcoop.words.gaps import GapWords
from devcoop.words.language import Label, choose_label, typeset
from devcoop.words.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from devcoop.dataset import Dataset
    from devcoop.figures.meetings import Meeting
    from devcoop.model import Pair, Undertaking
    from devcoop.pipeline import Analysis
    from devcoop.queries import Query
    from devcoop.store import Store
    from devcoop.store.terms import Quad

_LABELS = (
    names.term("skos:prefLabel"),
    names.term("rdfs:label"),
    names.term("dcterms:title"),
)
"""What a thing is called by, the best first."""
_DESCRIPTION = names.term("dcterms:description")
_TEXTS = (_DESCRIPTION, names.term("skos:definition"), names.term("skos:scopeNote"))
_SAID_ANEW = tuple(f"{names.BASE}{kind}/" for kind in ("finding", "review", "question", "run"))
_MARKS = (str(names.DEVC.locator), names.term("dcterms:identifier"))
"""What stands for a thing that is called by nothing in any language."""
Built = TypeVar("Built")


class Content:
    """A dataset with the indexes that pages read.

    Args:
        dataset: What the pages show.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._kept: dict[object, object] = {}
        self._of_plans: dict[GraphName, bool] = {}

    @property
    def analysis(self) -> Analysis:
        """The run that the findings come from."""
        return self.dataset.analysis

    @property
    def store(self) -> Store:
        """All quads."""
        return self.dataset.store

    def once(self, build: Callable[..., Built], *words: str) -> Built:
        """Give what a function makes of the content, made the first time only.

        Args:
            build: Makes an index; called with the content, once for each choice of words.
            words: What else it is called with, of which there are few: a language, a scheme.
        """
        key = (build, *words)
        if key not in self._kept:
            self._kept[key] = build(self, *words)
        return cast("Built", self._kept[key])

    @cached_property
    def library(self) -> dict[str, Query]:
        """The questions that can be asked, by name."""
        return load_library()

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """Labels by IRI and language; of several in one language the best, then the first."""
        return _gather_labels(lambda predicate: self.store.quads(predicate=predicate))

    def label(self, iri: str, language: str) -> Label:
        """Give the label of something, in the language if there is one, else in English.

        Args:
            iri: The thing.
            language: Code of the language.
        """
        return self.lexicon.find(iri, language)

    def gist(self, iri: str, language: str) -> Label:
        """Give what something says in our words, in the language if it is there, else in English.

        Args:
            iri: A passage, or anything else that is described; without a description, empty.
            language: Code of the language.
        """
        quads = self.store.quads(subject=iri, predicate=_DESCRIPTION)
        texts = {code: typeset(text, code) for _, code, text in sorted(_read_literals(quads))}
        return choose_label(texts, language) if texts else Label("", "")

    @cached_property
    def lexicon(self) -> Lexicon:
        """What everything is called, in all languages."""
        return Lexicon(_LabelsAsAsked(self))

    @cached_property
    def gap_words(self) -> GapWords:
        """Says in any language what was looked for and what is missing."""
        return GapWords(self.lexicon, self.analysis.agencies)

    def knows(self, iri: str) -> bool:
        """Tell whether something has a page: ours that the data speak of, and others in the plans.

        Args:
            iri: The thing.
        """
        try:
            if names.is_ours(iri):
                return self.store.contains(subject=iri)
            return any(self._is_of_plan(one.graph_name) for one in self.store.quads(subject=iri))
        except ValueError:
            # It is no IRI.
            return False

    def _is_of_plan(self, graph: GraphName) -> bool:
        if graph not in self._of_plans:
            is_one = self.store.contains(predicate=names.DEVC.inPlan, graph=graph)
            self._of_plans[graph] = is_one
        return self._of_plans[graph]

    def iter_known(self) -> Iterator[str]:
        """Iterate over the IRIs of all that has a page, once for each statement about it."""
        for quad in self.store.quads():
            if isinstance(quad.subject, NamedNode) and (
                names.is_ours(quad.subject.value) or quad.graph_name in self._plan_graphs
            ):
                yield quad.subject.value

    @cached_property
    def _plan_graphs(self) -> frozenset[GraphName]:
        return frozenset(one.graph_name for one in self.store.quads(predicate=names.DEVC.inPlan))

    @property
    def initiatives(self) -> Mapping[str, Undertaking]:
        """Initiatives by IRI."""
        return self.analysis.undertakings

    @cached_property
    def agencies(self) -> dict[str, str]:
        """IRIs of the agencies compared, by short name, in the order of the names."""
        return {one.name: one.iri for one in self.analysis.agencies.values()}

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """What was found between every two agencies, in both orders."""
        return tuple(count_meetings(self.analysis))

    @cached_property
    def reach(self) -> Reach:
        """Which initiative reaches which country."""
        return Reach(self.analysis)

    def scheme(self, facet: str, language: str = "en") -> Scheme:
        """Give the concepts of a facet as a tree.

        Args:
            facet: Name of the facet.
            language: In which those under one are sorted by name.
        """
        return self.once(_read_scheme, facet, language)

    @cached_property
    def words(self) -> dict[str, str]:
        """What an address calls each initiative: its identifier, marked where plans share it."""
        often = Counter(one.identifier.lower() for one in self.initiatives.values())
        return {
            iri: one.identifier
            if often[one.identifier.lower()] == 1
            else f"{one.identifier}~{hashlib.sha256(iri.encode()).hexdigest()[:8]}"
            for iri, one in self.initiatives.items()
        }

    def agency(self, iri: str) -> str:
        """Give the short name of an agency.

        Args:
            iri: The agency.
        """
        return self.analysis.agencies[iri].name

    def path_of_pair(self, pair: Pair) -> str:
        """Give the path of the page that says why two initiatives meet.

        Args:
            pair: The pair.
        """
        return self.path_of_sides(pair.left, pair.right)

    def path_of_sides(self, left: str, right: str) -> str:
        """Give the path of the page about two initiatives.

        Args:
            left: IRI of one.
            right: IRI of the other.
        """
        return f"/why/{self.words[left]}/{self.words[right]}"


class _LabelsAsAsked(Mapping[str, Mapping[str, str]]):
    """Labels by IRI, each read when it is asked for, until all of them are known.

    The first page has few names on it, and a large store has many.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self._read: dict[str, dict[str, str]] = {}

    def __getitem__(self, iri: str) -> Mapping[str, str]:
        if "labels" in vars(self._content):
            return self._content.labels[iri]
        if iri not in self._read:
            self._read[iri] = self._find(iri)
        if not self._read[iri]:
            raise KeyError(iri)
        return self._read[iri]

    def _find(self, iri: str) -> dict[str, str]:
        store = self._content.store
        try:
            found = _gather_labels(lambda one: store.quads(subject=iri, predicate=one))
        except ValueError:
            # It is no IRI.
            return {}
        return found.get(iri, {})

    def __iter__(self) -> Iterator[str]:
        return iter(self._content.labels)

    def __len__(self) -> int:
        return len(self._content.labels)


def _gather_labels(read: Callable[[str], Iterable[Quad]]) -> dict[str, dict[str, str]]:
    """Gather labels by IRI and language.

    Args:
        read: Gives what is stated by a property.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for predicate in _LABELS:
        for subject, code, text in sorted(_read_literals(read(predicate))):
            found[subject].setdefault(code, typeset(in_one_line(text), code))
    for predicate in _MARKS:
        for subject, code, text in sorted(_read_literals(read(predicate))):
            if subject not in found:
                found[subject] = {code: typeset(in_one_line(text), code)}
    return dict(found)


def count_untranslated(content: Content, language: str) -> tuple[int, int]:
    """Count the texts that are not there in a language, and all of them.

    Args:
        content: Everything that the pages show.
        language: Code of the language.

    Returns:
        Descriptions, definitions and scope notes that lack it, and how many there are; findings
        and reviews are left out, since pages say these anew in each language.
    """
    spoken: dict[tuple[str, str], set[str]] = defaultdict(set)
    for predicate in _TEXTS:
        for subject, code, _ in _read_literals(content.store.quads(predicate=predicate)):
            if not subject.startswith(_SAID_ANEW):
                spoken[subject, predicate].add(code)
    return sum(language not in codes for codes in spoken.values()), len(spoken)


def _read_scheme(content: Content, facet: str, language: str) -> Scheme:
    def name(concept: str) -> str:
        return content.label(concept, language).text.casefold()

    return Scheme(content.analysis, facet, name)


def _read_literals(quads: object) -> list[tuple[str, str, str]]:
    """Read subject, language and text of quads whose object is a literal."""
    return [
        (one.subject.value, one.object.language or "", one.object.value)
        for one in quads  # type: ignore[attr-defined]
        if isinstance(one.object, Literal) and isinstance(one.subject, NamedNode)
    ]
