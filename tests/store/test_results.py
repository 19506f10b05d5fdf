"""Results of queries as they were written: counted without leaving anything behind."""

from __future__ import annotations

import csv

import pytest

from devcoop import media
from devcoop.store import Store
from devcoop.store.results import CSV, JSON, TSV, XML, KeptAnswer, has_more
from devcoop.store.terms import Literal, NamedNode, Triple


def test_counting_a_small_table_does_not_narrow_what_a_later_one_may_hold() -> None:
    # Another test may have asked for so much that a longer cell would fill the memory.
    usual = csv.field_size_limit(before := 131_072)
    assert has_more(b"a\r\n1\r\n2\r\n", CSV, 1)
    assert csv.field_size_limit() >= before
    long = b"a\r\n" + b"x" * (before + 1) + b"\r\n2\r\n"
    assert has_more(long, CSV, 1)
    csv.field_size_limit(usual)


LONG = "x" * (17 << 20)
"""Longer than what the engine reads as one value."""


@pytest.mark.parametrize("media_type", [CSV, TSV, JSON, XML])
def test_rows_with_long_values_are_counted(media_type: str) -> None:
    text = f'SELECT ?a WHERE {{ VALUES ?a {{ "{LONG}" "a\\nb" "<result>" }} }}'
    written = Store().start(text).render(media_type)
    assert has_more(written, media_type, 2)
    assert not has_more(written, media_type, 3)


@pytest.mark.parametrize("media_type", [media.TURTLE, media.N_TRIPLES, media.JSON_LD])
def test_triples_with_long_values_are_written_and_counted(media_type: str) -> None:
    store, one = Store(), NamedNode("urn:a")
    store.add("urn:g", [Triple(one, one, Literal(LONG)), Triple(one, one, Literal("b"))])
    result = store.start("CONSTRUCT WHERE { ?s ?p ?o }")
    written = result.render(media_type)
    assert result.triples == 2
    assert len(written) > len(LONG)


def test_kept_answer_has_the_records_of_a_new_one_with_statements_about_statements() -> None:
    text = """SELECT ?a ?b ?c WHERE { VALUES (?a ?b ?c) {
      ("\\"type\\":\\"triple\\"" <<( <urn:a> <urn:b> "\\"type\\":\\"triple\\"" )>> UNDEF)
      ("x" "y"@en 5)
    } }"""
    store = Store()
    for asked in (text, text.replace("<<( <urn:a> <urn:b>", "").replace(")>>", "")):
        kept = KeptAnswer(store.start(asked).render(JSON))
        assert kept.records() == store.query(asked).records()
