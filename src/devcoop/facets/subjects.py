"""What texts speak of: how much their words say of each subject of a scheme.

A subject has names, in several languages, and texts that are said to be about it. Its vocabulary
is the words of its names and, half as much, those of these texts. A text that shares no word with
another can speak of the same subjects all the same: in other words, or in another language; and it
speaks of what it is about even where it is said to be about something else.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from devcoop.texts import measure_rarity_of, weigh_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float32]

_TEXTS_SHARE = 0.5
"""How much the texts on a subject count beside its names: who files them may err."""
_MOST = 20
"""Of so many subjects a text speaks at most; what it says of others is by chance."""
_NUMBERS_AT_ONCE = 20_000_000
"""Of the largest array on the way: how much each word of some texts says of each subject."""


class Entries(NamedTuple):
    """Entries of a sparse table, as arrays of one length.

    Attributes:
        rows: Number of the row of each.
        columns: Number of the column.
        weights: What stands there.
    """

    rows: Numbers
    columns: Numbers
    weights: Floats

    def choose(self, which: slice | NDArray[np.bool_]) -> Entries:
        """Give some of them.

        Args:
            which: Their places, or whether each is wanted.
        """
        return Entries(self.rows[which], self.columns[which], self.weights[which])


class Subjects:
    """The subjects of a scheme, each with its vocabulary.

    Args:
        names: How often the names of each subject have each word.
        held: In how many texts each word is; words that are in none of them are none.
        number: How many texts there are.
        said: How much the texts that are said to be about each subject say by each word: words
            by their place in `held`, subjects by their place in the order of their names.

    Examples:
        >>> names = {"water": {"water": 1}, "roads": {"road": 1}}
        >>> at, one = np.array([0, 1]), np.float32([0.8, 0.6])
        >>> said = Entries(at, np.array([1, 1]), one)
        >>> subjects = Subjects(names, {"pump": 2, "vill": 2, "road": 1}, 3, said)
        >>> found = subjects.measure(Entries(np.array([7, 7]), at, one))
        >>> found.rows.tolist(), found.columns.tolist(), found.weights.tolist()
        ([7], [1], [1.0])
    """

    def __init__(
        self,
        names: Mapping[str, Mapping[str, float]],
        held: Mapping[str, int],
        number: int,
        said: Entries,
    ) -> None:
        subjects = sorted(names)
        rarity = measure_rarity_of(held, number)
        # What one text alone says brings no two together.
        known = {word for word, count in held.items() if count > 1}
        known |= {word for words in names.values() for word in words if word in held}
        places = {word: place for place, word in enumerate(sorted(known))}
        self._places = np.array([places.get(word, -1) for word in held], dtype=np.int64)
        named = np.zeros((len(places), len(subjects)), dtype=np.float32)
        for column, one in enumerate(subjects):
            for word, weight in weigh_terms(names[one], rarity).items():
                named[places[word], column] = weight
        self._vocabulary = named + _TEXTS_SHARE * self._gather(said, named.shape)

    def _gather(self, said: Entries, shape: tuple[int, int]) -> Floats:
        """Gather what the texts on each subject say, so that the squares of each come to 1."""
        table = np.zeros(shape, dtype=np.float32)
        places = self._places[said.rows]
        known = said.choose(places >= 0)
        table[self._places[known.rows], known.columns] = known.weights
        length = np.linalg.norm(table, axis=0)
        gathered: Floats = (table / np.where(length > 0, length, 1)).astype(np.float32)
        return gathered

    def measure(self, texts: Entries) -> Entries:
        """Measure how much texts speak of subjects, beyond what they say of most.

        Args:
            texts: How much each text says by each word, text by text: words as for `said`.

        Returns:
            Texts, subjects, and numbers above 0 and up to 1, so that the squares of those of a
            text come to 1: of the 20 subjects at most that it speaks of most. A text that speaks
            of none is not among them.
        """
        parts = [self._measure(part) for part in self._divide(texts)]
        return Entries(*map(np.concatenate, zip(*parts, strict=True))) if parts else texts

    def _divide(self, texts: Entries) -> Iterator[Entries]:
        """Divide texts such that no array on the way is too long."""
        is_known = self._places[texts.columns] >= 0
        texts = texts.choose(is_known)
        begins = _find_begins(texts.rows)
        at_once = max(1, _NUMBERS_AT_ONCE // max(1, self._vocabulary.shape[1]))
        cuts = begins[_find_begins(begins // at_once)]
        for first, end in pairwise([*cuts.tolist(), len(texts.rows)]):
            yield texts.choose(slice(first, end))

    def _measure(self, texts: Entries) -> Entries:
        begins = _find_begins(texts.rows)
        said = self._vocabulary[self._places[texts.columns]] * texts.weights[:, None]
        near = np.add.reduceat(said, begins, axis=0)
        place = near.shape[1] - _MOST - 1
        least = np.partition(near, place, axis=1)[:, [place]] if place >= 0 else 0
        beyond = np.maximum(near.astype(np.float64) - least, 0)
        length = np.sqrt((beyond * beyond).sum(axis=1, keepdims=True))
        which, subjects = np.nonzero(beyond)
        weights = (beyond / np.where(length > 0, length, 1))[which, subjects].astype(np.float32)
        return Entries(texts.rows[begins][which], subjects, weights)


def _find_begins(rows: Numbers) -> Numbers:
    """Find where each row begins."""
    begins: Numbers = np.flatnonzero(np.diff(rows, prepend=-1))
    return begins
