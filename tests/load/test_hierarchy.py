"""Parents and children of one agency are one work, wherever they stand: their money counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop import names
from devcoop.figures.money import attribute_money, read_activities, read_links
from devcoop.load import load_files
from devcoop.names import DEVC
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from pathlib import Path

BUDGET = """<budget><period-start iso-date="2012-04-01"/><period-end iso-date="2013-03-31"/>
<value currency="GBP" value-date="2012-04-01">{amount}</value></budget>"""
PARENT = '<related-activity type="1" ref="GB-1-203445"/>'


def write_item(key: str, level: int, amount: int, more: str = "") -> str:
    return f"""<iati-activity hierarchy="{level}"><iati-identifier>{key}</iati-identifier>
<reporting-org ref="GB-1" type="10">Department for International Development</reporting-org>
<title>Health programme</title><recipient-country code="CD"/>
{BUDGET.format(amount=amount) if amount else ""}{more}</iati-activity>"""


def write_list(path: Path, *items: str) -> Path:
    text = f'<iati-activities version="1.03">{"".join(items)}</iati-activities>'
    path.write_text(text, encoding="utf-8")
    return path


def add_up(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Add up the budgets that count, and count what does not."""
    with open_store(folder) as store:
        money = attribute_money(read_activities(store), links=read_links(store))
    sums = {names.slug_of(one.activity): int(one.amount) for one in money.entries}
    return sums, money.count_left_out()


@pytest.mark.parametrize("is_one_file", [True, False])
def test_parent_and_children_with_budgets_count_once(
    folder: Path, tmp_path: Path, *, is_one_file: bool
) -> None:
    whole = write_item("GB-1-203445", 1, 100)
    parts = [
        write_item("GB-1-203445-101", 2, 60, PARENT),
        write_item("GB-1-203445-102", 2, 30, PARENT),
    ]
    if is_one_file:
        paths = [write_list(tmp_path / "dfid.xml", whole, *parts)]
    else:
        paths = [
            write_list(tmp_path / "dfid-1.xml", whole),
            write_list(tmp_path / "dfid-2.xml", *parts),
        ]
    load_files(folder, paths)
    sums, left_out = add_up(folder)
    assert sums == {"GB-1-203445-101": 60, "GB-1-203445-102": 30}
    assert left_out == {"whole" if is_one_file else "passed-on": 1}


def test_parent_counts_where_its_children_have_no_money(folder: Path, tmp_path: Path) -> None:
    whole = write_item("GB-1-203445", 1, 100)
    part = write_item("GB-1-203445-101", 2, 0, PARENT)
    load_files(folder, [write_list(tmp_path / "dfid.xml", whole, part)])
    assert add_up(folder) == ({"GB-1-203445": 100}, {})


def test_same_title_in_two_countries_is_two_activities(folder: Path, tmp_path: Path) -> None:
    # An agency that works alike in many countries calls its work alike.
    here = write_item("GB-1-1", 1, 10)
    there = write_item("GB-1-2", 1, 10).replace('code="CD"', 'code="ML"')
    paths = [write_list(tmp_path / "cd.xml", here), write_list(tmp_path / "ml.xml", there)]
    load_files(folder, paths)
    assert add_up(folder) == ({"GB-1-1": 10, "GB-1-2": 10}, {})
    with open_store(folder) as store:
        found = store.quads(predicate=names.term("rdf:type"), object=DEVC.Undertaking)
        assert len(list(found)) == 2
