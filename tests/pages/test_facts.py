"""Pages show the facts they showed: words, links and measures, by their hashes.

`python benchmarks/page_facts.py --pin tests/pages/facts.csv` keeps what pages show now, and
`python benchmarks/same_outputs.py --pages` says what differs from another commit.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import page_facts
import pytest

from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from devcoop.pages.site import Site

KEPT = Path(__file__).with_name("facts.csv")


def read_rows() -> list[dict[str, str]]:
    with KEPT.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_kind_of_page_is_kept_in_every_language(site: Site) -> None:
    kinds = {path.split("/")[1] for path in filter(page_facts.is_steady, site.paths())}
    kept = {(row["path"].partition("?")[0].split("/")[1], row["language"]) for row in read_rows()}
    missing = {(kind, code) for kind in kinds for code in LANGUAGES} - kept
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_show_what_they_showed(site: Site, language: str) -> None:
    rows = [row for row in read_rows() if row["language"] == language]
    facts = [page_facts.read_fact(site, row["path"], language) for row in rows]
    shown = {fact.path: (len(fact.words), fact.digest) for fact in facts}
    assert shown == {row["path"]: (int(row["words"]), row["digest"]) for row in rows}


def test_a_word_or_a_link_changed_is_seen() -> None:
    page = "<main><h1>Two</h1> <a class='x' href='/a'>plans</a></main>"
    same, word, link = (
        page_facts.read_words(page.replace(*change))
        for change in (("class='x'", "class='y'"), ("Two", "Three"), ("'/a'", "'/b'"))
    )
    assert same == page_facts.read_words(page)
    assert same not in (word, link)
