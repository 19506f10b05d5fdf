"""Activities that several lists of one agency have are one, and the newest list stands for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.figures.money import attribute_money, read_activities, read_links
from devcoop.load import load_files, unload
from devcoop.names import DEVC
from devcoop.queries import get_query
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.load import Loaded

ITEM = """<iati-activity {attributes}>
<iati-identifier>{key}</iati-identifier>
<reporting-org ref="XM-EX-1" type="10"><narrative>{agency}</narrative></reporting-org>
<title><narrative>{title}</narrative></title>
<recipient-country code="KH"/>
{more}
</iati-activity>"""
PAID = """<transaction><transaction-type code="3"/><transaction-date iso-date="{year}-05-01"/>
<value currency="USD" value-date="{year}-05-01">{amount}</value></transaction>"""
PART = '<related-activity type="1" ref="XM-EX-1-1"/>'


def write_item(
    key: str, *more: str, title: str = "Wells", agency: str = "Example Aid", attributes: str = ""
) -> str:
    return ITEM.format(
        key=key, more="\n".join(more), title=title, agency=agency, attributes=attributes
    )


def paid(year: int, amount: int) -> str:
    return PAID.format(year=year, amount=amount)


def write_list(path: Path, day: str, *items: str) -> Path:
    generated = f' generated-datetime="{day}T00:00:00Z"' if day else ""
    inner = "\n".join(items)
    path.write_text(
        f'<iati-activities version="2.03"{generated}>{inner}</iati-activities>', encoding="utf-8"
    )
    return path


@pytest.fixture
def years(tmp_path: Path) -> tuple[Path, Path]:
    old = write_list(
        tmp_path / "aid-2024.xml",
        "2024-12-31",
        write_item("XM-EX-1-1", paid(2023, 10), paid(2024, 20), title="Wells and pumps"),
        write_item("XM-EX-1-2", paid(2024, 7), PART, title="Pumps"),
    )
    new = write_list(
        tmp_path / "aid-2025.xml",
        "2025-12-31",
        write_item("XM-EX-1-1", paid(2024, 25), paid(2025, 30)),
        write_item("XM-EX-1-3", paid(2025, 3), title="Schools"),
    )
    return old, new


def list_lines(folder: Path) -> list[str]:
    with open_store(folder) as store:
        return store.canonical_lines()


def list_undertakings(folder: Path) -> list[str]:
    with open_store(folder) as store:
        rows = store.query(get_query("undertakings").text).records()
        return sorted(f"{names.slug_of(row['plan'])[:8]} {row['identifier']}" for row in rows)


def list_told(loaded: Loaded) -> list[str]:
    return [
        f"{one.number} {one.say()}"
        for change in loaded.changes
        for one in change.told
        if one.kind == "joined"
    ]


@pytest.mark.parametrize("is_new_first", [False, True])
def test_newest_list_stands_for_an_activity_in_whatever_order_they_come(
    folder: Path, years: tuple[Path, Path], *, is_new_first: bool
) -> None:
    for path in reversed(years) if is_new_first else years:
        load_files(folder, [path])
    assert list_undertakings(folder) == [
        "aid-2024 XM-EX-1-2",
        "aid-2025 XM-EX-1-1",
        "aid-2025 XM-EX-1-3",
    ]


def test_money_of_older_lists_counts_for_years_of_which_the_newest_has_none(
    folder: Path, years: tuple[Path, Path]
) -> None:
    load_files(folder, years)
    with open_store(folder) as store:
        activities = read_activities(store)
        sums = {}
        for iri, one in activities.items():
            paid_by_year = {(each.year, int(each.amount)) for each in one.payments}
            sums[names.slug_of(iri)] = sorted(paid_by_year)
        # 2024 is in both lists, and the newer decides.
        assert sums["XM-EX-1-1"] == [(2023, 10), (2024, 25), (2025, 30)]
        # Its component is in the older list alone, and is its component still.
        money = attribute_money(activities, links=read_links(store))
        assert money.count_left_out() == {"whole": 1}


def test_what_two_lists_say_differently_is_told(folder: Path, years: tuple[Path, Path]) -> None:
    old, new = years
    assert not list_told(load_files(folder, [old]))
    assert list_told(load_files(folder, [new])) == [
        "1 an activity that an older list of the same agency has as well; this one stands for both",
        "1 where two lists have an activity, they differ, and the newer one decides, in 'title'",
    ]


def test_list_that_goes_gives_back_what_it_stood_for(
    folder: Path, years: tuple[Path, Path]
) -> None:
    old, new = years
    load_files(folder, [old])
    alone = list_lines(folder)
    [change] = load_files(folder, [new]).changes
    both = list_lines(folder)
    assert both != alone
    unload(folder, change.source.graph)
    assert list_lines(folder) == alone
    load_files(folder, [new])
    assert list_lines(folder) == both


def test_same_lists_again_change_nothing(folder: Path, years: tuple[Path, Path]) -> None:
    load_files(folder, years)
    before = list_lines(folder)
    assert [one.is_same for one in load_files(folder, years).changes] == [True, True]
    assert list_lines(folder) == before


def test_of_three_lists_no_year_counts_twice(folder: Path, tmp_path: Path) -> None:
    paths = [
        write_list(tmp_path / f"aid-{year}.xml", f"{year}-06-01", write_item("X", *some))
        for year, some in (
            (2021, [paid(2019, 1), paid(2020, 2)]),
            (2022, [paid(2020, 3), paid(2021, 4)]),
            (2023, [paid(2022, 5)]),
        )
    ]
    load_files(folder, paths)
    with open_store(folder) as store:
        [one] = read_activities(store).values()
    payments = sorted((each.year or 0, int(each.amount)) for each in one.payments)
    assert payments == [(2019, 1), (2020, 3), (2021, 4), (2022, 5)]


def test_day_of_the_activity_decides_where_lists_state_none(folder: Path, tmp_path: Path) -> None:
    stated = 'last-updated-datetime="{}-01-01T00:00:00Z"'
    newer = write_item("X", title="Newer", attributes=stated.format(2022))
    older = write_item("X", title="Older", attributes=stated.format(2021))
    load_files(
        folder,
        [write_list(tmp_path / "a.xml", "", newer), write_list(tmp_path / "b.xml", "", older)],
    )
    assert [one.split("-")[0] for one in list_undertakings(folder)] == ["a"]


def test_concept_that_is_replaced_stays_what_it_is(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "concepts.ttl"
    path.write_text(
        "<urn:old> <http://purl.org/dc/terms/isReplacedBy> <urn:new> .", encoding="utf-8"
    )
    load_files(folder, [path])
    with open_store(folder) as store:
        [kept] = store.quads(subject="urn:old")
        assert kept.predicate.value == names.term("dcterms:isReplacedBy")


def test_identifier_of_two_agencies_replaces_nothing(folder: Path, tmp_path: Path) -> None:
    one = write_list(tmp_path / "one.xml", "2021-01-01", write_item("X"))
    item = write_item("X", agency="Other Aid").replace("XM-EX-1", "XM-EX-2")
    other = write_list(tmp_path / "two.xml", "2022-01-01", item)
    load_files(folder, [one, other])
    with open_store(folder) as store:
        assert (
            len(list(store.quads(predicate=names.term("rdf:type"), object=DEVC.Undertaking))) == 2
        )
        assert not store.contains(predicate=names.term("dcterms:isReplacedBy"))
