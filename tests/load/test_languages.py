"""Texts that seem to be in another language than they declare."""

from __future__ import annotations

import sys

import pytest

from devcoop.errors import DevcoopError
from devcoop.load import languages
from devcoop.load.languages import tell_languages
from devcoop.load.records import Element, Head, Records, Text, Where

FRENCH = (
    "Le projet améliore l'accès à l'eau potable dans les zones rurales de la province et forme "
    "les comités de gestion des puits."
)
ENGLISH = (
    "The project improves access to drinking water in the rural areas of the province and trains "
    "the committees that look after the wells."
)


def tell(*texts: Text) -> list[tuple[str, int]]:
    element = Element("Undertaking", "A", Where(line=3), descriptions=texts)
    told = tell_languages(Records(Head(), (element,))).told
    assert {one.kind for one in told} == {"read"}
    return [(one.what, one.number) for one in told]


def test_text_in_another_language_is_told_with_what_was_looked_at() -> None:
    assert tell(Text(FRENCH, "en"), Text(FRENCH, "EN-gb"), Text(ENGLISH, "en")) == [
        ("A text declares 'en' and seems to be in 'fr'.", 2),
        ("Languages: 2 of 3 texts that declare one and have 60 letters or more seem to be in "
         "another.", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [Text("Accès à l'eau potable", "en"), Text(FRENCH), Text(FRENCH, "sw"), Text("1" * 200, "en")],
)
def test_short_text_and_one_that_declares_no_likely_language_are_not_looked_at(text: Text) -> None:
    ((what, _),) = tell(text)
    assert what.startswith("Languages: 0 of 0 texts")


def test_missing_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    languages._get_detector.cache_clear()
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    with pytest.raises(DevcoopError, match=r"pip install 'devcoop\[languages\]'"):
        tell(Text(FRENCH, "en"))
