"""What two agencies finance together and both report is one activity, reported twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.facets import read_facet_table
from devcoop.figures.money import attribute_money, read_activities, read_links
from devcoop.joint import measure_titles
from devcoop.load import load_files
from devcoop.overlap import compare
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from pathlib import Path

BANKS = {"ADB": ("XM-DAC-46004", "Asian Development Bank"), "WB": ("44000", "World Bank")}
TITLE = "Rural Roads Rehabilitation Project"
PAID = """<transaction><transaction-type code="3"/><transaction-date iso-date="{day}"/>
<value currency="USD" value-date="{day}">{amount}</value></transaction>"""
FUNDED_BY_WORLD_BANK = (
    '<participating-org role="1" ref="44000"><narrative>World Bank</narrative></participating-org>'
)


def write_item(
    bank: str,
    key: str = "1",
    *more: str,
    title: str = TITLE,
    country: str = "KH",
    start: str = "2014-01-01",
    end: str = "2018-12-31",
) -> str:
    reference, name = BANKS[bank]
    return f"""<iati-activity><iati-identifier>{reference}-P{key}</iati-identifier>
<reporting-org ref="{reference}" type="40"><narrative>{name}</narrative></reporting-org>
<title><narrative>{title}</narrative></title>
<activity-date type="2" iso-date="{start}"/><activity-date type="4" iso-date="{end}"/>
<recipient-country code="{country}"/><sector vocabulary="1" code="21020"/>
{PAID.format(amount=100, day=start)}{"".join(more)}</iati-activity>"""


def load(folder: Path, to: Path, *items: str) -> None:
    for bank in BANKS:
        own = [one for one in items if f">{BANKS[bank][0]}-P" in one]
        (to / f"{bank}.xml").write_text(
            f'<iati-activities version="2.03">{"".join(own)}</iati-activities>', encoding="utf-8"
        )
    load_files(folder, [to / f"{bank}.xml" for bank in BANKS])


def find_twice(folder: Path) -> list[tuple[str, str, str]]:
    with open_store(folder) as store:
        found = compare(read_facet_table(store)).iter_pairs(["reported-twice"])
        return [(names.slug_of(one.left), names.slug_of(one.right), one.evidence) for one in found]


def test_project_of_two_banks_is_reported_twice_and_its_money_counts_once(
    folder: Path, tmp_path: Path
) -> None:
    load(
        folder,
        tmp_path,
        write_item("ADB", "1", FUNDED_BY_WORLD_BANK),
        write_item("WB", "9", title="Cambodia: Rehabilitation of Rural Roads", start="2015-01-01"),
        write_item("WB", "10", title="Rural electricity networks"),
    )
    assert find_twice(folder) == [("XM-DAC-46004-P1", "44000-P9", "joint")]
    with open_store(folder) as store:
        money = attribute_money(read_activities(store), links=read_links(store))
    assert sum(one.amount for one in money.entries) == 200
    assert money.count_left_out() == {"twice": 1}


def test_related_activity_of_the_other_bank_says_it_as_well(folder: Path, tmp_path: Path) -> None:
    related = '<related-activity type="4" ref="44000-UNKNOWN"/>'
    load(folder, tmp_path, write_item("ADB", "1", related), write_item("WB", "9"))
    assert find_twice(folder) == [("XM-DAC-46004-P1", "44000-P9", "joint")]


@pytest.mark.parametrize(
    "change",
    [
        {"country": "LA"},
        {"title": "Rural Roads Rehabilitation Project II"},
        {"title": "Urban water supply"},
        {"start": "2019-06-01", "end": "2022-01-01"},
    ],
)
def test_what_differs_in_place_phase_title_or_time_is_two(
    folder: Path, tmp_path: Path, change: dict[str, str]
) -> None:
    load(folder, tmp_path, write_item("ADB", "1", FUNDED_BY_WORLD_BANK), write_item("WB", **change))
    assert find_twice(folder) == []


def test_same_title_alone_is_two(folder: Path, tmp_path: Path) -> None:
    load(folder, tmp_path, write_item("ADB"), write_item("WB"))
    assert find_twice(folder) == []


def test_title_that_anything_may_have_is_two(folder: Path, tmp_path: Path) -> None:
    title = "Technical assistance project for Cambodia"
    load(
        folder,
        tmp_path,
        write_item("ADB", "1", FUNDED_BY_WORLD_BANK, title=title),
        write_item("WB", title=title),
    )
    assert find_twice(folder) == []


def test_of_two_that_may_be_meant_none_is(folder: Path, tmp_path: Path) -> None:
    load(
        folder,
        tmp_path,
        write_item("ADB", "1", FUNDED_BY_WORLD_BANK),
        write_item("WB", "8"),
        write_item("WB", "9"),
    )
    assert find_twice(folder) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Health Sector Support Programme", "Programme d'appui au secteur de la santé", 0.0),
        ("Wells, phase ii, in the north", "Wells, phase iii, in the north", 0.0),
        ("Wells of the north, phase II", "Phase ii: wells of the north", 1.0),
        ("Rural Roads 2015", "Rural Roads 2016", 0.0),
    ],
)
def test_titles_are_alike_by_words_that_say_something(one: str, other: str, alike: float) -> None:
    assert measure_titles(one, other) == alike
