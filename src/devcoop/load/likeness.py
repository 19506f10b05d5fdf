"""Organizations whose names are so alike that they may be one: proposals, for a person to decide.

Words are sorted and compared letter by letter, so that their order does not matter. Nothing is
joined by it: a name that is alike is often that of another body, of another country or another
year.
"""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from devcoop.load.recognition import plain
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devcoop.store import Store

LEAST = 0.9
"""Names are proposed from this likeness on, from 0 to 1."""
COLUMNS = ("about", "text", "meant", "proposed", "likeness", "iri", "proposed_iri")
"""Columns of a table of proposals: the first three are those of a table of decisions."""
_LEAST_LETTERS = 4
"""Names are compared if they share a word of so many letters or begin alike."""
_MOST_SHARING = 300
"""A word that more organizations share tells too little to compare them all by it."""
_OWN = re.compile(r"-[0-9a-f]{8}$")
"""Ends the IRI of an organization that is known from lists only."""


class Proposal(NamedTuple):
    """Two organizations that may be one.

    Attributes:
        text: A name of one, as written.
        proposed: A name of the other, by which it would be recognised.
        likeness: How alike these names are, from 0 to 1.
        iri: The one.
        proposed_iri: The other.
    """

    text: str
    proposed: str
    likeness: float
    iri: str
    proposed_iri: str

    def row(self) -> tuple[str | float, ...]:
        """Give a row of `COLUMNS`, in which nothing is decided yet."""
        likeness = round(self.likeness, 3)
        return "body", self.text, "", self.proposed, likeness, self.iri, self.proposed_iri


def propose_same(store: Store, least: float = LEAST) -> list[Proposal]:
    """Propose which organizations of a store may be one, by their names.

    Args:
        store: Where they are.
        least: Least likeness of two names, from 0 to 1.

    Returns:
        One for each two organizations, the most alike first. What has the same name is no
        proposal: that is one already, or was decided to be two.
    """
    names = _read_names(store)
    found = (_compare(*both, names, least) for both in _iter_candidates(names))
    proposals = [one for one in found if one is not None]
    return sorted(proposals, key=lambda one: (-one.likeness, one.text, one.iri))


def measure_likeness(one: str, other: str) -> float:
    """Measure how alike two names are.

    Args:
        one: A name.
        other: Another.

    Returns:
        Twice the letters that they share in order, of all their letters, with sorted words.

    Examples:
        >>> measure_likeness("Ministry of Health", "Health Ministry, of")
        1.0
        >>> round(measure_likeness("World Food Programme", "World Food Program"), 2)
        0.95
    """
    return SequenceMatcher(None, _sort(one), _sort(other), autojunk=False).ratio()


def _sort(name: str) -> str:
    return " ".join(sorted(re.findall(r"\w+", plain(name))))


def _read_names(store: Store) -> dict[str, list[str]]:
    """Read the names of all organizations, by IRI."""
    names: dict[str, list[str]] = defaultdict(list)
    for row in store.recall(get_query("names-to-recognise").text).records():
        # A code that is like another is another.
        if row["kind"] == "body" and row["isCode"] != "true":
            names[row["thing"]].append(row["name"])
    return names


def _iter_candidates(names: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """Iterate over the organizations that share a word, or the beginning of one, two by two."""
    sharing: dict[str, set[str]] = defaultdict(set)
    for iri, several in names.items():
        for name in several:
            for word in re.findall(r"\w+", plain(name)):
                if len(word) >= _LEAST_LETTERS:
                    sharing[word].add(iri)
                    sharing[f"{word[:_LEAST_LETTERS]}-"].add(iri)
    pairs = {
        both
        for some in sharing.values()
        if len(some) <= _MOST_SHARING
        for both in combinations(sorted(some), 2)
    }
    yield from sorted(pairs)


def _compare(
    one: str, other: str, names: Mapping[str, Iterable[str]], least: float
) -> Proposal | None:
    # What is known beyond lists is proposed for what is not.
    text, proposed = sorted((one, other), key=lambda iri: (not _OWN.search(iri), iri))
    best = max(
        (measure_likeness(a, b), a, b) for a in sorted(names[text]) for b in sorted(names[proposed])
    )
    is_same = plain(best[1]) == plain(best[2])
    return None if is_same or best[0] < least else Proposal(*best[1:], best[0], text, proposed)
