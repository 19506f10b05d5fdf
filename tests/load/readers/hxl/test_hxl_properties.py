"""What holds for any table: nothing is lost unsaid, and order and repetition mean nothing."""

from __future__ import annotations

import csv
import io
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.load.readers import hxl
from devcoop.load.readers.hxl.hashtags import parse_tag
from devcoop.load.records import Hints, Where
from devcoop.load.written.amounts import read_number
from devcoop.load.written.dates import read_days
from devcoop.load.written.spelling import fold, join_spellings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.load.records import Records

PATH = Path("table.csv")
TAGS = (
    "#org",
    "#org+type",
    "#org+impl+acronym",
    "#org+impl+code",
    "#sector",
    "#sector",
    "#cluster+code",
    "#activity+name",
    "#activity+code",
    "#service",
    "#country+name",
    "#country+code+iso3",
    "#adm1",
    "#adm1+pcode",
    "#geo+lat",
    "#date+start",
    "#date+end",
    "#status",
    "#value",
    "#reached",
    "#beneficiary",
    "#meta+id",
    "",
)
_WORDS = st.from_regex(r"[A-Zé]{1,3}( [a-z]{1,3})?", fullmatch=True)
_CELLS = st.one_of(
    st.just(""),
    _WORDS,
    st.integers(0, 10**6).map(str),
    st.dates().map(str),
    st.sampled_from(["#N/A", "=1+1", "'=1", "ann@example.org", "1,500", "3/4/2020", "\u202eabc"]),
)
_ROWS = st.lists(st.lists(_CELLS, min_size=len(TAGS), max_size=len(TAGS)), max_size=8)


def _read(rows: list[list[str]]) -> Records:
    file = io.StringIO()
    headings = [f"heading {number}" for number in range(len(TAGS))]
    csv.writer(file).writerows([headings, TAGS, *rows])
    records = hxl.read(PATH, file.getvalue().encode(), Hints()).records
    assert records is not None
    return records


def _iter_places(said: object) -> Iterator[tuple[int, int]]:
    """Iterate over all cells that records name, as row and column."""
    if isinstance(said, Where):
        yield said.row, said.column
    elif is_dataclass(said):
        for one in fields(said):
            yield from _iter_places(getattr(said, one.name))
    elif isinstance(said, tuple | list):
        for each in said:
            yield from _iter_places(each)


def _texts(said: object) -> Iterator[str]:
    if isinstance(said, Where):
        return
    if is_dataclass(said):
        for one in fields(said):
            yield from _texts(getattr(said, one.name))
    elif isinstance(said, tuple | list):
        for each in said:
            yield from _texts(each)
    elif said is not None:
        yield str(said)


@settings(max_examples=150, deadline=None)
@given(_ROWS)
def test_every_cell_is_in_an_element_a_note_or_told(rows: list[list[str]]) -> None:
    records = _read(rows)
    kept = list(_texts((records.elements, records.head)))
    folded, written = set(map(fold, kept)), " ".join(kept)
    told = " ".join(one.what for one in records.told)
    for row in rows:
        for tag, cell in zip(TAGS, row, strict=True):
            text = cell.removeprefix("'").strip()
            is_there = fold(text) in folded or text in told or not text or "@" in text
            assert is_there or _is_in_other_words(tag, text, written), (tag, cell)


def _is_in_other_words(tag: str, text: str, written: str) -> bool:
    if tag == "#value":
        number = read_number(text)
        return number is not None and str(number[0]) in written
    days = read_days(text) if tag.startswith("#date") else None
    return days is not None and any(day.isoformat() in written for day in days)


@settings(max_examples=60, deadline=None)
@given(_ROWS, st.randoms())
def test_order_and_repetition_of_rows_do_not_change_the_initiatives(
    rows: list[list[str]], random: object
) -> None:
    shuffled = rows + rows
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = _read(rows), _read(shuffled)
    assert {one.key for one in first.elements} == {one.key for one in second.elements}
    for one in first.elements:
        [same] = [other for other in second.elements if other.key == one.key]
        assert {(p.scheme, p.text) for p in same.places} == {(p.scheme, p.text) for p in one.places}
        assert (same.start, same.end) == (one.start, one.end)
        assert len(same.amounts) == len(one.amounts)
    assert first.counts["distinct data rows"] == second.counts["distinct data rows"]


@settings(max_examples=60, deadline=None)
@given(_ROWS)
def test_places_named_are_in_the_table(rows: list[list[str]]) -> None:
    for row, column in _iter_places(_read(rows).elements):
        assert 3 <= row <= len(rows) + 2 or (row, column) == (0, 0)
        assert 0 <= column <= len(TAGS)


@given(st.text(max_size=20))
def test_fold_is_stable_and_never_empties_a_name(text: str) -> None:
    assert fold(text) or not text.strip()
    assert fold(f" {text.upper()} ".lower()) == fold(text.upper().lower())


@given(st.dictionaries(st.text(max_size=4), st.integers(1, 5), max_size=6))
def test_spellings_that_are_joined_fold_alike(counted: dict[str, int]) -> None:
    joined = join_spellings(counted)
    for best, spellings in joined.items():
        assert {fold(one) for one in spellings} == {fold(best)}
        assert max(spellings.values()) == counted[best]
    chosen = {text for spellings in joined.values() for text in spellings}
    alone = [fold(text) for text in counted if text not in chosen]
    assert len(alone) == len(set(alone))


@given(st.dates())
def test_days_are_read_as_they_are_written(day: object) -> None:
    year, month, number = (int(part) for part in str(day).split("-"))
    assert read_days(str(day)) == (day, day)
    assert read_days(f"{number}/{month}/{year:04}") is not None
    assert read_days(f"{month:02}/{number:02}/{year:04}", month_first=True) == (day, day)
    if number > 12:
        assert read_days(f"{month}.{number}.{year:04}") == (day, day)


@given(st.text(max_size=40))
def test_any_text_is_read_as_a_number_a_day_a_tag_or_nothing(text: str) -> None:
    number = read_number(text)
    assert number is None or number[0].is_finite()
    days = read_days(text)
    assert days is None or days[0] <= days[1]
    tag = parse_tag(text)
    assert tag is None or tag[0] == tag[0].lower()
