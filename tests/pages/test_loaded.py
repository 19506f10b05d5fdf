"""Pages are true where plans were loaded, and can be read where many agencies have a part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pages.conftest import Ask


def _words(ask: Ask, path: str, language: str = "en") -> str:
    text = ask(path, language).body.decode().partition("<main")[2].partition("</main")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.mark.parametrize(
    ("language", "theirs"),
    [
        ("en", ("as these files give them", "ISO, OBOR and UNIDO: The plans themselves belong")),
        ("fr", ("tels que ces fichiers les donnent", "appartiennent aux propriétaires")),
    ],
)
def test_texts_that_were_loaded_are_not_told_to_be_ours(
    ask: Ask, ask_crowded: Ask, language: str, theirs: tuple[str, ...]
) -> None:
    words, before = _words(ask_crowded, "/about", language), _words(ask, "/about", language)
    for sentence in theirs:
        assert sentence in words
        assert sentence not in before
