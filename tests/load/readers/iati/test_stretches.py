"""A file that several processes read is the same as one that a single one reads."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.errors import SourceError
from devcoop.load.readers.iati import stretches
from devcoop.load.readers.iati.stretches import Said, cut, read_all, read_beside
from devcoop.load.spool import spooling

if TYPE_CHECKING:
    from devcoop.load.records import Body, Element

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("DEVCOOP_SHARED", HERE.parents[4] / "shared"))
CASES = sorted((HERE / "cases").glob("*/list.xml"))
REAL = sorted((SHARED / "iati").glob("*.xml")) + sorted((SHARED / "formats").glob("iati*/*"))
PATH = Path("list.xml")
IDENTIFIERS = ("a", "b", "a (2)", "", "c")
ACTIVITY = (
    "<iati-activity xml:lang='{language}'><iati-identifier>{key}</iati-identifier>"
    "<reporting-org ref='{agency}'/><title>{text}</title>{more}</iati-activity>"
)
MORE = (
    "",
    "<related-activity type='1' ref='a'/>",
    "<related-activity type='2' ref='b'/>",
    "<result type='1'><indicator/></result>",
    "<transaction><value value-date='2019-01-01' currency='EUR'>5</value></transaction>",
    "<activity-status code='99'/>",
    "<location><name>a</name><coordinates latitude='0' longitude='0'/></location>",
    "<location><point><pos>1,5 2</pos></point></location>",
)
BESIDE = "<note>{}</note>"


def make(items: list[str]) -> bytes:
    """Make a file that is long enough to be read in several portions."""
    fill = f"<iati-activity><filler>{'x' * 9_000}</filler></iati-activity>"
    between = f"\n{fill}\n"
    return f"<iati-activities>{fill}{between.join(items)}{fill}</iati-activities>".encode()


def without_place(body: Body | None) -> Body | None:
    """Leave out where an organisation stands: its first place is that in its own stretch."""
    return body and body._replace(where=type(body.where)())


def lay_out(element: Element) -> Element:
    bodies = tuple(one._replace(where=type(one.where)()) for one in element.bodies)
    return element._replace(agency=without_place(element.agency), bodies=bodies)


def say(said: Said) -> dict[str, object]:
    """Give all that comes of what is said, in its order."""
    file = said.whole.file
    counted = ("counts", "tags", "languages", "defaults")
    return {
        "version": said.version,
        "edition": said.edition,
        "head": said.head,
        "notes": said.whole.make_notes(),
        "elements": [lay_out(one) for one in said.activities],
        "number": len(said.activities),
        "told": file.tell_all(),
        "language": file.find_language(),
        "parents": file.parents,
        "children": file.children,
        "first": {text: key for text, key in file.first.items() if text},
        **{name: [*(+getattr(file, name)).items()] for name in counted},
    }


def check(path: Path, content: bytes, number: int) -> None:
    with spooling():
        assert say(read_beside(path, content, number)) == say(read_all(path, content))


def test_there_are_cases() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize(
    "path", [*CASES, *REAL], ids=lambda path: f"{path.parent.name}-{path.name}"
)
@pytest.mark.parametrize("number", [2, 3])
def test_file_is_the_same_whoever_reads_it(path: Path, number: int) -> None:
    content = path.read_bytes()
    if (fault := find_fault(path, content, 1)) is None:
        check(path, content, number)
    assert find_fault(path, content, number) == fault


def find_fault(path: Path, content: bytes, number: int) -> str | None:
    try:
        with spooling():
            read_beside(path, content, number)
    except SourceError as error:
        return str(error)
    return None


activities = st.builds(
    ACTIVITY.format,
    language=st.sampled_from(["en", "fr"]),
    key=st.sampled_from(IDENTIFIERS),
    agency=st.sampled_from(["", "XM-1", "XM-2"]),
    text=st.sampled_from(["", "a title", "write to a@b.org"]),
    more=st.lists(st.sampled_from(MORE), max_size=3).map("".join),
)
beside = st.builds(BESIDE.format, st.sampled_from(["one", "other"]))


@given(st.lists(activities | beside, min_size=1, max_size=14), st.integers(2, 4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_list_is_the_same_in_any_stretches(items: list[str], number: int, is_packed: bool) -> None:
    content = make(items)
    check(PATH, gzip.compress(content) if is_packed else content, number)


def test_stretches_are_read_by_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of a file's activities is read in one stretch, and in no other."""
    key = "<iati-activity><iati-identifier>{}</iati-identifier></iati-activity>"
    content = make([key.format(number) for number in range(20)])
    monkeypatch.setattr(stretches, "read_all", lambda *_: pytest.fail("it was read alone"))
    with spooling():
        parts = [stretches._read_stretch(PATH, content, one) for one in cut(3)]
        said = read_beside(PATH, content, 3)
    assert all(len(one.activities) > 5 for one in parts)
    assert sum(len(one.activities) for one in parts) == len(said.activities) == 41
    assert [one.since for one in parts] == [0, *(one.until for one in parts[:-1])]


@pytest.mark.parametrize("key", ["a/result/1", "a/result/1/indicator/1"])
@pytest.mark.parametrize("is_first", [True, False])
def test_identifier_like_the_key_of_a_result_is_no_trap(key: str, is_first: bool) -> None:
    """A result wants the key that an activity in another stretch has."""
    one = ACTIVITY.format(language="en", key="a", agency="XM-1", text="", more=MORE[3])
    other = ACTIVITY.format(language="en", key=key, agency="XM-1", text="", more="")
    # So far apart that each is read in a stretch of its own.
    between = ["<iati-activity/>"] * 8
    items = [other, *between, one] if is_first else [one, *between, other]
    with spooling():
        found = [one.key for one in read_beside(PATH, make(items), 2).activities]
    assert len(set(found)) == len(found)
    check(PATH, make(items), 2)


def test_fault_in_any_stretch_is_told() -> None:
    good = ACTIVITY.format(language="en", key="a", agency="XM-1", text="", more="")
    for place in range(10):
        items = [good] * 10
        items[place] = "<iati-activity><title></iati-activity>"
        content = make(items)
        assert (fault := find_fault(PATH, content, 1)) is not None
        assert find_fault(PATH, content, 2) == fault
