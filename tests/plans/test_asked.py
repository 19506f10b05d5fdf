"""Undertakings that are read when somebody looks at them."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from devcoop import plans
from devcoop.errors import UnknownResourceError
from devcoop.facets import read_facet_table
from devcoop.model import Agency, Period, Undertaking
from devcoop.plans import (
    UndertakingsAsAsked,
    get_undertaking,
    read_agencies,
    read_labels,
    read_texts,
    read_undertakings,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from devcoop.model import Said
    from devcoop.store import Store


class Shop:
    """Undertakings, with how many were read each time."""

    def __init__(
        self, graph: Store, patch: pytest.MonkeyPatch, only: Collection[str] | None = None
    ) -> None:
        table, labels = read_facet_table(graph), read_labels(graph)
        agencies = read_agencies(table, labels)
        self.read: list[int] = []
        self.read_texts: list[int] = []

        def count(only: Collection[str] | None) -> int:
            return len(table.records("undertaking") if only is None else only)

        def read(
            *where: Any, only: Collection[str] | None, texts: Mapping[str, Said]
        ) -> dict[str, Undertaking]:
            self.read.append(count(only))
            return read_undertakings(*where, only=only, texts=texts)

        def read_said(graph: Store, *, only: Collection[str] | None) -> dict[str, Said]:
            self.read_texts.append(count(only))
            return read_texts(graph, only=only)

        patch.setattr(plans, "read_undertakings", read)
        patch.setattr(plans, "read_texts", read_said)
        self.undertakings = UndertakingsAsAsked(graph, table, agencies, labels, only)
        said = read_texts(graph, only=only)
        self.whole = read_undertakings(graph, table, agencies, labels, only=only, texts=said)


@pytest.fixture
def shop(graph: Store, monkeypatch: pytest.MonkeyPatch) -> Shop:
    # As if 165 were many.
    monkeypatch.setattr(plans, "_MOST_APART", 10)
    return Shop(graph, monkeypatch)


def test_whoever_looks_at_some_has_those_read(shop: Shop) -> None:
    first, *others = [*shop.whole][:6]
    assert shop.undertakings[first] == shop.whole[first]
    shop.undertakings.read_ahead([first, *others])
    assert [shop.undertakings[iri] for iri in others] == [shop.whole[iri] for iri in others]
    assert shop.read == [1, 5]


def test_whoever_iterates_has_all_in_their_order(shop: Shop) -> None:
    assert shop.undertakings[[*shop.whole][-1]]
    assert [*shop.undertakings.items()] == [*shop.whole.items()]
    assert shop.undertakings == shop.whole
    assert shop.read == [1, 165]


def test_whoever_looks_at_one_after_the_other_has_all_read_soon(shop: Shop) -> None:
    for iri in shop.whole:
        assert shop.undertakings[iri] == shop.whole[iri]
    assert shop.read == [1, 1, 1, 1, 165]


def test_of_few_all_are_read_at_once(graph: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(graph, monkeypatch)
    assert shop.undertakings[[*shop.whole][3]]
    assert shop.undertakings[[*shop.whole][4]]
    assert shop.read == [165]


def test_nothing_is_read_to_count_them_or_to_know_one_by_its_identifier(shop: Shop) -> None:
    iri, one = next(iter(shop.whole.items()))
    assert len(shop.undertakings) == 165
    assert iri in shop.undertakings
    assert "https://example.org/none" not in shop.undertakings
    with pytest.raises(UnknownResourceError, match="no plan has an initiative 'none'"):
        get_undertaking(shop.undertakings, "none")
    with pytest.raises(KeyError):
        shop.undertakings["https://example.org/none"]
    assert shop.read == []
    assert shop.undertakings.find_called(one.identifier.upper()) == [iri]
    assert shop.undertakings.find_called("none") == ()
    assert get_undertaking(shop.undertakings, one.identifier.lower()) == one
    assert shop.read == [1]


def test_of_a_part_there_are_no_others(graph: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [*Shop(graph, monkeypatch).whole][7:9]
    part = Shop(graph, monkeypatch, frozenset(some))
    assert {*part.undertakings} == {*some} == {*part.undertakings.identifiers}
    assert part.undertakings == part.whole


def _tell(one: Undertaking) -> tuple[object, ...]:
    return one.gist, one.evidence


def test_what_is_said_is_read_when_somebody_looks_at_it(shop: Shop) -> None:
    first, second, *others = [*shop.whole][:6]
    shop.undertakings.read_ahead([first, second])
    assert shop.read_texts == []
    assert _tell(shop.undertakings[first]) == _tell(shop.whole[first])
    assert shop.read_texts == [1]
    shop.undertakings.read_ahead_with_texts([first, second, *others])
    for iri in (second, *others):
        assert _tell(shop.undertakings[iri]) == _tell(shop.whole[iri])
    assert (shop.read, shop.read_texts) == ([2, 4], [1, 5])
    assert any(one.gist for one in shop.whole.values())
    assert any(one.evidence for one in shop.whole.values())


def test_whoever_reads_what_one_after_the_other_says_has_all_read_soon(shop: Shop) -> None:
    assert [*map(_tell, shop.undertakings.values())] == [*map(_tell, shop.whole.values())]
    assert (shop.read, shop.read_texts) == ([165], [1, 1, 1, 1, 165])


def test_of_a_part_no_more_is_read_than_the_part_says(
    graph: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = [*Shop(graph, monkeypatch).whole][7:9]
    part = Shop(graph, monkeypatch, frozenset(some))
    assert [_tell(part.undertakings[iri]) for iri in some] == [*map(_tell, part.whole.values())]
    assert part.read_texts == [2]


def test_nothing_is_said_of_an_undertaking_of_which_no_text_is_known() -> None:
    one = Undertaking("urn:a", "A-1", "One", Agency("urn:b", "B", "B"), "p", Period(None, None))
    assert _tell(one) == ("", ())


def test_what_was_read_goes_when_nobody_needs_it(shop: Shop) -> None:
    assert [*map(_tell, shop.undertakings.values())]
    left = weakref.ref(shop.undertakings)
    gc.disable()
    try:
        del shop.undertakings
        # Circles wait until somebody looks for them, with hundreds of thousands of records.
        assert left() is None
    finally:
        gc.enable()
