"""What stands beside a title is a word of the document, never one that a reader made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from devcoop.model import Said
from devcoop.words.marks import write_mark

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis


def test_identifiers_of_the_plans_stand_as_they_are(analysis: Analysis) -> None:
    for one in analysis.undertakings.values():
        assert write_mark(one) == one.identifier


@pytest.mark.parametrize("made", ["x062db9e072", "02ce9dbd0cc0d8ef", "https://example.org/it"])
def test_what_a_reader_made_gives_way_to_the_place_in_the_file(
    analysis: Analysis, made: str
) -> None:
    one = next(iter(analysis.undertakings.values()))
    [passage, *_] = one.evidence
    said = Said(evidence=(replace(passage, locator="Sheet1.420"),))
    listed = replace(one, identifier=made, texts={one.iri: said})
    assert write_mark(listed) == "Sheet1.420"
    assert write_mark(replace(one, identifier=made, texts={})) == ""
