"""The table of reviews goes out to a spreadsheet and comes back."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devcoop.errors import SourceError, TableError
from devcoop.overlap import Comparison
from devcoop.overlap.conversations import was_found
from devcoop.overlap.pairs import Pairs
from devcoop.pipeline import Analysis, analyze
from devcoop.plans import get_agency
from devcoop.reviews import Opinion, Reviewed, apply_reviews, key_of, make_review
from devcoop.reviews.table import (
    COLUMNS,
    Changes,
    find_changes,
    guard,
    opinion_of,
    read_table,
    render_table,
    unguard,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from devcoop.model import Pair
    from devcoop.overlap.pairs import PairSource
    from devcoop.reviews.records import Grounds, Key

DAY, LATER = date(2026, 11, 22), date(2026, 11, 23)
FORMULAS = st.sampled_from(
    ["=1+1", "'=x", "''@y", "-2", "\t", "\r", "a\r\nb", '"', ",", ";", "'tis"]
)
TEXTS = st.one_of(FORMULAS, st.text(st.characters(codec="utf-8"), max_size=20))
Rows = list[dict[str, str]]


class Table:
    """A table of some pairs, as it goes out and comes back."""

    def __init__(self, source: PairSource, grounds: Grounds) -> None:
        self.source, self.pairs, self.grounds = source, Pairs(source, {}), grounds

    def review(self, *said: Opinion) -> dict[Key, Reviewed]:
        pairs = zip(self.pairs, said, strict=False)
        reviews = [make_review(*one, self.grounds, on=DAY) for one in pairs]
        _, reviewed = apply_reviews(self.source, reviews, self.grounds)
        return {one.review.elements: one for one in reviewed}

    def export(self, path: Path, reviewed: dict[Key, Reviewed]) -> Rows:
        content = render_table(
            self.pairs.found, reviewed, self.grounds, lambda _: ("https://example.org/f", "=x")
        )
        path.write_bytes(content)
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))

    def changes(self, path: Path, reviewed: dict[Key, Reviewed]) -> Changes:
        return find_changes(path, self.pairs, reviewed, self.grounds, on=LATER)


@pytest.fixture(scope="module")
def grounds(analysis: Analysis) -> Grounds:
    return analysis.grounds


@pytest.fixture(scope="module")
def table(
    analysis: Analysis, grounds: Grounds, compare_only: Callable[[Sequence[Pair]], PairSource]
) -> Table:
    return Table(compare_only(analysis.pairs.found[:4]), grounds)


def _edit(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


@settings(deadline=None)
@given(text=TEXTS)
def test_guard_is_undone_for_any_text(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_table_comes_back_as_it_went_out(table: Table, tmp_path: Path, data: st.DataObject) -> None:
    said = [
        Opinion(
            data.draw(st.sampled_from(["confirm", "complementary"])),
            data.draw(TEXTS.filter(str.strip)),
            data.draw(TEXTS),
            data.draw(st.sampled_from(["", *table.grounds.agencies])),
        )
        for _ in table.pairs
    ]
    reviewed = table.review(*said)
    path = tmp_path / "t.csv"
    table.export(path, reviewed)
    read = {row.sides: row.opinion for row in read_table(path)}
    known = table.grounds.undertakings
    expected = {
        (known[pair.left].identifier, known[pair.right].identifier): opinion_of(
            reviewed[key_of(pair)]
        )
        for pair in table.pairs
    }
    assert read == expected
    assert table.changes(path, reviewed) == Changes((), ())


def test_table_has_its_columns_and_no_formula(table: Table, tmp_path: Path) -> None:
    reviewed = table.review(Opinion("dismiss", "@me", "=1+1", "ISO"))
    rows = table.export(tmp_path / "t.csv", reviewed)
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(table.pairs)
    assert (rows[0]["by"], rows[0]["note"], rows[0]["headline"]) == ("'@me", "'=1+1", "'=x")
    assert (rows[0]["verdict"], rows[0]["lead"], rows[0]["state"]) == ("dismissed", "ISO", "stands")
    assert rows[1]["state"] == ""


def test_edited_row_gives_a_review_and_emptied_row_takes_one_back(
    table: Table, tmp_path: Path
) -> None:
    reviewed = table.review(Opinion("confirm", "Me"), Opinion("confirm", "Me"))
    path = tmp_path / "t.csv"
    rows = table.export(path, reviewed)
    rows[1] |= {"verdict": "", "by": ""}
    rows[2] |= {"verdict": "Dismiss", "by": "You", "note": "two\nlines; and, more", "lead": "iso"}
    _edit(path, rows)
    changes = table.changes(path, reviewed)
    assert changes.drop == (key_of(table.pairs.found[1]),)
    (new,) = changes.put
    assert new.elements == key_of(table.pairs.found[2])
    assert (new.verdict, new.by, new.on) == ("dismissed", "You", LATER)
    assert (new.note, new.lead) == (
        "two\nlines; and, more",
        get_agency(table.grounds.agencies, "ISO").iri,
    )


def test_review_that_fell_behind_is_given_anew_only_when_it_is_edited(
    table: Table, tmp_path: Path
) -> None:
    (one,) = table.review(Opinion("confirm", "Me")).values()
    stale = {one.review.elements: Reviewed(one.review, one.pair, one.finding, "", ("facets",))}
    path = tmp_path / "t.csv"
    rows = table.export(path, stale)
    assert rows[0]["state"] == "look again: facets changed"
    assert table.changes(path, stale) == Changes((), ())
    rows[0]["note"] = "Still so."
    _edit(path, rows)
    assert [new.on for new in table.changes(path, stale).put] == [LATER]


def test_every_bad_row_is_named_with_its_line(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = table.export(path, {})
    rows[0] |= {"verdict": "confirm", "by": "Me", "note": "two\nlines"}
    rows[1] |= {"verdict": "dismiss", "by": "Me"}
    rows[2] |= {"verdict": "perhaps", "by": "Me"}
    rows[3] |= {"note": "no verdict"}
    rows += [rows[0], {**rows[0], "left": "nothing"}]
    _edit(path, rows)
    with pytest.raises(TableError) as caught:
        table.changes(path, {})
    lines = str(caught.value).splitlines()
    assert [line.split("t.csv:")[1].split(":")[0] for line in lines] == ["4", "5", "6", "7", "9"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no column left"),
        (b"a,b\n1,2\n", "t.csv:1: no column left"),
        (b"left,right,verdict,by,note,lead,state\nx,y\n", "t.csv:2: 2 cells, but 7 columns"),
        (b'left,right,verdict,by,note,lead,state\n"x,y\n', "t.csv:2: no CSV"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_file_that_is_no_such_table_is_refused(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=problem):
        read_table(path)


def test_table_of_a_whole_run_comes_back(
    tmp_path: Path, grounds: Grounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = analyze()
    table = Table(again.comparison, grounds)
    table.export(tmp_path / "t.csv", {})
    assert len(read_table(tmp_path / "t.csv")) == sum(map(was_found, again.pairs))
    # Thousands of rows would each cost a question.
    monkeypatch.setattr("devcoop.reviews.table._MANY", 1)
    monkeypatch.setattr(Comparison, "find_pair", lambda *_: pytest.fail("asked for by itself"))
    assert table.changes(tmp_path / "t.csv", {}) == Changes((), ())
