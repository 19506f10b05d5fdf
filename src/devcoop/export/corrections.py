"""Corrections at the source: a letter to each publisher of IATI, and a table of all."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.export.iati import write_place
from devcoop.plans import read_labels
from devcoop.terminal import render_csv
from devcoop.words.corrections import COLUMNS, Letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.figures.corrections import Corrections
    from devcoop.store import Store

TABLE = "suggestions.csv"
"""Name of the table of all suggestions."""


class Mailing:
    """What is written of corrections.

    Args:
        store: The data.
        corrections: What publishers could mend.
        language: Code of the language of the letters.
    """

    def __init__(self, store: Store, corrections: Corrections, language: str = "en") -> None:
        self._corrections = corrections
        self._labels = read_labels(store, language)
        places = {
            iri
            for one in corrections.found
            for iri in (*one.suggested, one.about)
            if names.kind_of(iri) in ("place", "group")
        }
        codes = {iri: write_place(store, iri) for iri in places}
        self._letters = Letters(self._labels, codes, language)

    def iter_rows(self) -> Iterator[list[str]]:
        """Iterate over the rows of the table, with the columns of `COLUMNS`."""
        letters = self._letters
        for one in self._corrections.found:
            yield [
                self._labels.get(one.publisher, one.publisher),
                one.activity,
                one.kind,
                letters.say_there(one),
                letters.write_snippet(one),
                letters.say(one),
            ]

    def render(self) -> dict[str, bytes]:
        """Render a letter for each publisher, and the table.

        Returns:
            Bytes by file name.
        """
        files = {TABLE: render_csv(COLUMNS, self.iter_rows()).encode()}
        for publisher, some in groupby(self._corrections.found, key=lambda one: one.publisher):
            of = self._corrections.activities[publisher]
            letter = self._letters.write(publisher, some, of)
            files[f"{names.slug_of(publisher) or 'unknown'}.md"] = letter.encode()
        return files
