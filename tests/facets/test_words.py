"""Words that an engine counts say what they would say counted one by one."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devcoop import names
from devcoop.facets import words
from devcoop.facets.words import Words
from devcoop.parquet import ParquetDoor
from devcoop.scratch import open_scratch
from devcoop.store import Store
from devcoop.store.terms import Literal, NamedNode, Quad
from devcoop.texts import count_roots, count_terms, measure_rarity, weigh_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import pytest

IRIS = [f"urn:activity-{number}" for number in range(6)]
PLACE = f"{names.BASE}place/KEN"
SAYINGS = [
    "clean water",
    "Water for schools, water",
    "écoles",
    "écoles propres",
    "in Kenya",
    "",
    "of",
]
LABEL, DESCRIPTION = names.term("rdfs:label"), names.term("dcterms:description")
TYPE, UNDERTAKING = names.term("rdf:type"), str(names.DEVC.Undertaking)

TEXTS = st.lists(
    st.tuples(
        st.sampled_from(IRIS),
        st.sampled_from([LABEL, DESCRIPTION]),
        st.sampled_from(SAYINGS),
        st.sampled_from(["en", "fr"]),
    ),
    unique=True,
    max_size=12,
)
LINKS = st.lists(st.tuples(st.sampled_from(IRIS), st.sampled_from(IRIS)), unique=True, max_size=4)
Row = tuple[str, ...]


def fill(texts: Iterable[Row], parts: Iterable[Row]) -> Store:
    """Give a store in which activities say texts, and some are parts of others."""
    store = Store()
    quads = [Quad(NamedNode(one), NamedNode(TYPE), NamedNode(UNDERTAKING)) for one in IRIS]
    quads += [
        Quad(NamedNode(one), NamedNode(kind), Literal(text, language=language))
        for one, kind, text, language in texts
    ]
    quads += [
        Quad(NamedNode(one), NamedNode(str(names.DEVC.partOf)), NamedNode(other))
        for one, other in parts
    ]
    quads.append(Quad(NamedNode(PLACE), NamedNode(LABEL), Literal("Kenya", language="en")))
    store.add(None, quads)
    return store


def read(write: Callable[[Path], None], *columns: str) -> dict[Row, float]:
    """Read the weights that are written, by all that stands before them."""
    with open_scratch() as folder:
        write(folder / "rows.parquet")
        rows = list(ParquetDoor().iter_rows(folder / "rows.parquet", [*columns, "weight"]))
    assert rows == sorted(rows)
    return {row[:-1]: float(row[-1]) for row in rows}


def count(
    texts: Iterable[Row], tell: Callable[[str, float], Counter[str]]
) -> dict[Row, Counter[str]]:
    counted: dict[Row, Counter[str]] = defaultdict(Counter)
    for one, kind, text, language in texts:
        counted[one, language].update(tell(text, 2.0 if kind == LABEL else 1.0))
    return counted


def assert_near(found: dict[Row, float], expected: dict[Row, float]) -> None:
    assert found.keys() == expected.keys()
    assert all(math.isclose(found[key], expected[key], abs_tol=2e-6) for key in found)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(texts=TEXTS)
def test_terms_weigh_what_they_weigh_one_by_one(texts: list[Row]) -> None:
    counted = count(texts, count_terms)
    rarity = measure_rarity(counted.values())
    held = Counter(term for terms in counted.values() for term in terms)
    expected = {
        (*key, term): weight
        for key, terms in counted.items()
        for term, weight in weigh_terms(terms, rarity).items()
        if held[term] > 1
    }
    found = read(Words(fill(texts, ()), (), (), ()).write_terms, "undertaking", "language", "term")
    assert_near(found, expected)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(texts=TEXTS, parts=LINKS, known=st.sets(st.sampled_from(IRIS)), there=st.booleans())
def test_roots_weigh_what_they_weigh_one_by_one(
    texts: list[Row], parts: list[Row], known: set[str], *, there: bool
) -> None:
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for (one, _), roots in count(texts, count_roots).items():
        said[one].update(roots)
    counted = {one: said[one].copy() for one in known}
    for part, whole in parts:
        for one, other in ((part, whole), (whole, part)):
            if one in known:
                counted[one].update({root: n / 2 for root, n in said[other].items()})
    areas = [(one, PLACE) for one in IRIS[:3]] if there else []
    for one, _ in areas:
        counted.get(one, Counter()).pop("kenya", None)
    rarity = measure_rarity(counted.values())
    expected: dict[Row, float] = {
        (one, root): weight
        for one, roots in counted.items()
        for root, weight in weigh_terms(roots, rarity).items()
    }
    made = Words(fill(texts, parts), known, areas, ())
    assert_near(read(made.write_roots, "undertaking", "root"), expected)


def test_other_words_speak_of_a_purpose_by_its_name_and_by_what_others_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [
        (IRIS[0], LABEL, "Drilling of boreholes", "en"),
        (IRIS[1], LABEL, "Boreholes drilled", "en"),
        (IRIS[2], LABEL, "Teachers for schools", "en"),
        (IRIS[3], LABEL, "Teachers at school", "en"),
    ]
    crs = names.PREFIXES["crs"]
    store = fill(texts, ())
    for code, name in (("14030", "water"), ("11220", "education"), ("21020", "roads")):
        concept = NamedNode(f"{crs}{code}")
        scheme = Quad(concept, NamedNode(names.term("skos:inScheme")), NamedNode(crs.rstrip("/")))
        label = Quad(concept, NamedNode(names.term("skos:prefLabel")), Literal(name, language="en"))
        store.add(None, [scheme, label])
    stated = [(IRIS[0], f"{crs}14030"), (IRIS[2], f"{crs}11220")]
    expected = {
        (IRIS[0], f"{crs}14030"): 1.0,
        (IRIS[1], f"{crs}14030"): 1.0,
        (IRIS[2], f"{crs}11220"): 1.0,
        (IRIS[3], f"{crs}11220"): 1.0,
    }
    for at_once in (1, 10_000):
        monkeypatch.setattr(words, "_UNDERTAKINGS_AT_ONCE", at_once)
        made = Words(store, IRIS, (), stated)
        assert read(made.write_spoken, "undertaking", "purpose") == expected


def test_who_prepares_work_is_told_by_titles_of_those_with_words() -> None:
    texts = [
        (IRIS[0], LABEL, "Evaluation of wells", "en"),
        (IRIS[1], LABEL, "Wells", "en"),
        (IRIS[1], DESCRIPTION, "With an evaluation", "en"),
        (IRIS[2], LABEL, "Audit", "en"),
    ]
    made = Words(fill(texts, ()), IRIS[:2], (), ())
    with open_scratch() as folder:
        made.write_side_work(folder / "rows.parquet")
        rows = list(ParquetDoor().iter_rows(folder / "rows.parquet", ["undertaking"]))
    assert rows == [(IRIS[0],)]
