"""What texts speak of: how much their words say of each subject of a scheme.

A subject has names, in several languages, and texts that are said to be about it. Its vocabulary
is the words of its names and, half as much, those of these texts. A text that shares no word with
another can speak of the same subjects all the same: in other words, or in another language; and it
speaks of what it is about even where it is said to be about something else.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from devcoop.texts import measure_rarity_of, weigh_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from devcoop.texts import Terms

    Floats = NDArray[np.float32]
    Texts = Callable[[], Iterable[tuple[Sequence[str], Terms]]]

_TEXTS_SHARE = 0.5
"""How much the texts on a subject count beside its names: who files them may err."""
_MOST = 20
"""Of so many subjects a text speaks at most; what it says of others is by chance."""


class Subjects:
    """The subjects of a scheme, each with its vocabulary.

    Args:
        names: How often the names of each subject have each word.
        iter_texts: Iterates over texts, each time anew: the subjects that each is said to be
            about, and how much it says by each word.

    Examples:
        >>> texts = [(["water"], {"pump": 0.8, "vill": 0.6}), ([], {"vill": 0.6, "pump": 0.8})]
        >>> subjects = Subjects({"water": {"water": 1}, "roads": {"road": 1}}, lambda: texts)
        >>> subjects.measure({"pump": 1.0})
        {'water': 1.0}
        >>> subjects.measure({"mine": 1.0})
        {}
    """

    def __init__(self, names: Mapping[str, Mapping[str, float]], iter_texts: Texts) -> None:
        self._subjects = sorted(names)
        held: Counter[str] = Counter()
        number = 0
        for _, words in iter_texts():
            held.update(words.keys())
            number += 1
        rarity = measure_rarity_of(held, number)
        # What one text alone says brings no two together.
        known = {word for word, count in held.items() if count > 1}
        known |= {word for words in names.values() for word in words if word in held}
        self._places = {word: place for place, word in enumerate(sorted(known))}
        named = self._spread(weigh_terms(names[one], rarity) for one in self._subjects)
        self._vocabulary = named + _TEXTS_SHARE * self._gather(iter_texts)

    def measure(self, text: Terms) -> dict[str, float]:
        """Measure how much a text speaks of subjects, beyond what it says of most.

        Args:
            text: How much the text says by each word.

        Returns:
            A number above 0 and up to 1, by subject, so that their squares come to 1; of the 20
            subjects at most that it speaks of most. Empty if it speaks of none.
        """
        places, weights = self._find(text)
        near = weights @ self._vocabulary[places]
        order = np.argsort(-near, kind="stable")
        least = near[order[_MOST]] if len(near) > _MOST else np.float32(0)
        told = {place: float(near[place] - least) for place in order[:_MOST].tolist()}
        length = float(np.sqrt(sum(one * one for one in told.values())))
        return {self._subjects[place]: one / length for place, one in told.items() if one > 0}

    def _find(self, text: Terms) -> tuple[list[int], Floats]:
        known = {
            self._places[word]: weight for word, weight in text.items() if word in self._places
        }
        return [*known], np.array([*known.values()], dtype=np.float32)

    def _spread(self, texts: Iterable[Terms]) -> Floats:
        """Spread texts over a table with a row for each word and a column for each text."""
        table = self._make_table()
        for column, text in enumerate(texts):
            places, weights = self._find(text)
            table[places, column] = weights
        return table

    def _gather(self, iter_texts: Texts) -> Floats:
        """Gather what the texts on each subject say, so that the squares of each come to 1."""
        table, columns = self._make_table(), {one: at for at, one in enumerate(self._subjects)}
        for about, text in iter_texts():
            places, weights = self._find(text)
            for column in (columns[one] for one in about if one in columns):
                table[places, column] += weights / len(about)
        length = np.linalg.norm(table, axis=0)
        gathered: Floats = (table / np.where(length > 0, length, 1)).astype(np.float32)
        return gathered

    def _make_table(self) -> Floats:
        return np.zeros((len(self._places), len(self._subjects)), dtype=np.float32)
