from __future__ import annotations

import pytest

from devcoop.graph import build_graph
from devcoop.load.recognition import Recognizer
from devcoop.load.records import Value


@pytest.mark.parametrize("word", ["organizations", "organisations"])
def test_concept_is_known_in_british_and_american_spelling(word: str) -> None:
    known = Recognizer(build_graph())
    assert known.find("beneficiary", Value(f"Regional standards {word}"))
    assert not known.find("beneficiary", Value(f"Rational standards {word}"))
