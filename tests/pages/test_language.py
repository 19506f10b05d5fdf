"""French pages speak French: a language guesser reads every kind of page, sentence by sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import py3langid
import pytest
from tests.pages.conftest import choose_paths

from devcoop.names import DEVC, term
from devcoop.pages.content import count_untranslated
from devcoop.store.terms import as_text
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.pages.conftest import Ask

    from devcoop.pages.site import Site

_UNMARKED = {term("dcterms:title"), str(DEVC.unitText)}
LEAST_WORDS = 7  # shorter texts are names more often than sentences, and guesses at them are poor
MOST_OF_A_KIND = 4
SKIPPED = {"script", "style", "code", "pre", "option", "textarea"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
BLOCKS = {
    "p",
    "li",
    "td",
    "th",
    "dd",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "summary",
    "caption",
    "title",
}
BLOCKS |= {"a", "label", "button", "strong", "div", "section", "figcaption"}


@dataclass
class Texts(HTMLParser):
    """Collects the texts of a page by the language that they are marked with."""

    found: list[tuple[str, str]] = field(default_factory=list)
    _open: list[tuple[str, str, bool]] = field(default_factory=list)
    _text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        _, language, is_hidden = self._open[-1] if self._open else ("", "", False)
        code = said.get("lang") or language
        if tag in BLOCKS or code != language:
            self._end_text()
        if tag not in VOID:
            is_code = tag in SKIPPED or "id" in (said.get("class") or "").split()
            self._open.append((tag, code, is_hidden or is_code))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS or (self._open and len(self._open) > 1
                             and self._open[-1][1] != self._open[-2][1]):  # fmt: skip
            self._end_text()
        while self._open:
            name, _, _ = self._open.pop()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._open and not self._open[-1][2]:
            self._text += data

    def _end_text(self) -> None:
        text = " ".join(self._text.split())
        if text and self._open:
            self.found.append((self._open[-1][1], text))
        self._text = ""


@pytest.fixture(scope="module", autouse=True)
def two_languages() -> Iterator[None]:
    """The guesser chooses among the languages that the pages are written in."""
    py3langid.set_languages([*LANGUAGES])
    yield
    py3langid.set_languages()


def guess(sentence: str) -> str:
    """Guess the language of a sentence."""
    language: str = py3langid.classify(sentence)[0]
    return language


def iter_sentences(text: str) -> Iterable[str]:
    """Iterate over the sentences of a text that are long enough to guess at."""
    for sentence in re.split(r"(?<=[.!?…]) |[:;] ", text):
        if (
            len(re.findall(r"(?<!\S)[^\W\d_]+(?:[’'][^\W\d_]+)?[,.)]?(?!\S)", sentence))
            >= LEAST_WORDS
        ):
            yield sentence


def list_texts(body: bytes) -> list[tuple[str, str]]:
    reader = Texts()
    reader.feed(body.decode())
    reader.close()
    return reader.found


def test_guesser_tells_english_from_french() -> None:
    assert guess("The list of members ends before the plan begins.") == "en"
    assert guess("La liste des membres s’arrête avant le début du plan.") == "fr"


@pytest.fixture(scope="module")
def english(site: Site) -> set[str]:
    """Texts of the data that are marked as English, names of documents among them."""
    literals = {
        " ".join(as_text(quad.object).split())
        for quad in site.content.store.quads()
        if getattr(quad.object, "language", None) == "en" or quad.predicate.value in _UNMARKED
    }
    literals |= {query.header["grain"] for query in site.content.library.values()}
    columns = (query.header["columns"].values() for query in site.content.library.values())
    return literals | {one["about"] for several in columns for one in several if "about" in one}


def _plain(text: str) -> str:
    return text.removesuffix(" · devcoop").replace("’", "'")


def _is_of(text: str, english: set[str]) -> bool:
    plain = _plain(text)
    return not {text, plain, plain.removesuffix(".")}.isdisjoint(english)


def test_no_text_of_a_french_page_is_english(site: Site, ask: Ask, english: set[str]) -> None:
    read, found = 0, []
    for path in choose_paths(site.paths(), MOST_OF_A_KIND):
        for language, text in list_texts(ask(path, "fr").body):
            # The title of a page about a document is the document's, and cannot be marked.
            is_name = text.endswith(" · devcoop") and _is_of(text, english)
            for sentence in iter_sentences(text) if language == "fr" and not is_name else ():
                read += 1
                if guess(sentence) == "en":
                    found.append((path, sentence))
    assert read > 1000
    assert not found, "\n".join(map(str, found[:60]))


def test_what_is_marked_as_english_is_a_text_of_the_data_and_is_counted(
    site: Site, ask: Ask, english: set[str]
) -> None:
    told, joined = [], "\n".join(english)
    for path in choose_paths(site.paths(), MOST_OF_A_KIND):
        for language, text in list_texts(ask(path, "fr").body):
            if language == "en" and not _is_of(text, english):
                told += [(path, one) for one in iter_sentences(text) if _plain(one) not in joined]
    assert not told, "\n".join(map(str, told[:20]))
    lacking, of = count_untranslated(site.content, "fr")
    assert 0 <= lacking < of
    about = re.sub(r"[\s\u202f\u00a0]", "", ask("/about", "fr").body.decode())
    assert (f"{lacking}descriptions" in about) == bool(lacking)


def test_count_of_untranslated_texts_finds_what_is_missing(site: Site) -> None:
    lacking, of = count_untranslated(site.content, "zh")
    assert lacking == of > 1000
    assert count_untranslated(site.content, "en") == (0, of)
