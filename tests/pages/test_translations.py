from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

import devcoop.pages
import devcoop.words
from devcoop.gaps import CODES, TOPIC
from devcoop.layout.templates import SHARED, get_environment
from devcoop.pages.html import TEMPLATES
from devcoop.pages.views.questions import TOPICS, name_column
from devcoop.queries import load_library
from devcoop.words.language import LANGUAGES, TRANSLATIONS, choose_language

if TYPE_CHECKING:
    from collections.abc import Iterator

Message = str | tuple[str, ...]
OTHERS = LANGUAGES[1:]


def find_messages() -> dict[Message, str]:
    """Find all messages, a tuple for one with a plural, and where each comes from first."""
    found: dict[Message, str] = {}
    for place, message in [*iter_template_messages(), *iter_spoken()]:
        found.setdefault(message, place)
    return found


def iter_template_messages() -> Iterator[tuple[str, Message]]:
    environment = get_environment(TEMPLATES, "en")
    for file in sorted([*TEMPLATES.glob("*.j2"), *SHARED.glob("*.j2")]):
        text = file.read_text(encoding="utf-8")
        for _, _, message in environment.extract_translations(text):  # type: ignore[attr-defined]
            words = (message,) if isinstance(message, str) else tuple(filter(None, message))
            yield file.name, words[0] if len(words) == 1 else words


def iter_spoken() -> Iterator[tuple[str, Message]]:
    for package in (devcoop.pages, devcoop.words):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for message in getattr(importlib.import_module(module.name), "SPOKEN", ()):
                yield module.name, message
    for query in load_library().values():
        if query.topic in TOPICS:
            for name, header in query.header["columns"].items():
                # What texts are made from is not shown.
                if query.topic != TOPIC or name not in CODES:
                    yield "columns of the questions", name_column(name, header or {})


def read_catalog(code: str) -> dict[Message, Message]:
    with (TRANSLATIONS / f"{code}.po").open("rb") as file:
        catalog = read_po(file, locale=code, abort_invalid=True)
    return {one.id: one.string for one in catalog if one.id}  # type: ignore[misc]


def list_places(text: Message) -> list[list[str]]:
    texts = (text,) if isinstance(text, str) else text
    return [sorted(re.findall(r"%\(\w+\)s|\{\w+\}", one)) for one in texts]


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_translated_and_no_translation_is_stale(code: str) -> None:
    messages, catalog = find_messages(), read_catalog(code)
    assert len(messages) > 200
    missing = [f"{place}: {one!r}" for one, place in messages.items() if one not in catalog]
    assert missing == []
    assert [one for one in catalog if one not in messages] == []


@pytest.mark.parametrize("code", OTHERS)
def test_translations_are_whole_and_keep_what_is_put_in(code: str) -> None:
    for message, text in read_catalog(code).items():
        assert all([text] if isinstance(text, str) else text), message
        assert list_places(text) == list_places(message), message


@pytest.mark.parametrize("code", OTHERS)
def test_no_message_is_translated_twice(code: str) -> None:
    text = (TRANSLATIONS / f"{code}.po").read_text(encoding="utf-8")
    messages = re.findall(r"^msgid (.+)$", text, re.MULTILINE)
    assert len(messages) == len(set(messages))


@pytest.mark.parametrize(
    ("accepted", "asked", "chosen"),
    [
        ("", "", "en"),
        ("fr", "", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.1", "", "fr"),
        ("en;q=0.1, fr;q=0.9", "", "fr"),
        ("zh, de", "", "en"),
        ("FR-ca", "", "fr"),
        ("*, fr;q=0.1", "", "fr"),
        ("fr;q=0", "", "en"),
        ("fr;q=nan;q=", "", "en"),
        (",;,;q,fr;q=1", "", "fr"),
        ("fr", "en", "en"),
        ("en", "zh", "en"),
        ("x" * 100_000, "", "en"),
    ],
)
def test_language_is_the_one_asked_for_or_accepted(accepted: str, asked: str, chosen: str) -> None:
    assert choose_language(accepted, asked) == chosen
