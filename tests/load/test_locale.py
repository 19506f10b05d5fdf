"""What recognises names of countries leaves the locale data as they are for all others."""

from __future__ import annotations

from babel import localedata

from devcoop.graph import build_graph
from devcoop.load.recognition import Recognizer
from devcoop.load.records import Value


def test_names_of_countries_leave_numbers_of_a_language_whole() -> None:
    localedata._cache.pop("fr", None)
    assert Recognizer(build_graph()).find("place", Value("Moçambique"))
    assert None in localedata.load("fr")["decimal_formats"]
