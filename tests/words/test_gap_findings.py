"""What was found instead is told with its number, and with all that it names."""

from __future__ import annotations

import pytest

from devcoop.model import Cell, Remark
from devcoop.words.gaps import GapWords
from devcoop.words.lexicon import Lexicon

NAMES = {"urn:well": "Wells", "urn:iso-1": "ISO 1", "urn:donors": "Donors", "urn:banks": "Banks"}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            Remark("suggested", "urn:well", 1),
            "only suggested for one initiative, not stated: Wells",
        ),
        (
            Remark("suggested", "urn:well", 3),
            "only suggested for 3 initiatives, not stated; one of them: Wells",
        ),
        (
            Remark("in-measures", "urn:well"),
            "figures in money are stated in its measures, for example: Wells",
        ),
        (
            Remark("of-kind", others=("urn:donors", "urn:banks")),
            "a plan names kinds of organization that the other may be one of: Donors, Banks",
        ),
        (
            Remark("named-and-of-kind", "urn:iso-1", others=("urn:donors",)),
            "a plan names it for another reason: ISO 1; and kinds of organization that the other "
            "may be one of: Donors",
        ),
    ],
)
def test_what_was_found_instead_is_told_in_words(found: Remark, words: str) -> None:
    gap_words = GapWords(Lexicon.of_english(NAMES), {})
    assert gap_words.found(Cell("urn:theme", 0, found=found)) == words
