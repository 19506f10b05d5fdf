"""Files that are broken, hostile or something else: one line that says what and where, in time."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from devcoop import killable
from devcoop.errors import DevcoopError, OutOfMemoryError
from devcoop.load.markup import iter_children, open_xml
from devcoop.load.readers import iati
from devcoop.load.records import Hints, Records
from devcoop.load.registry import find_files, read_files

PATH = Path("list.xml")
ONE = "<iati-activity><iati-identifier>{}</iati-identifier>{}</iati-activity>"
BOMB = '<!DOCTYPE iati-activities [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">'
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
DECLARES = "list.xml: it declares entities; XML with entities is not read"


def wrap(text: str) -> bytes:
    return f'<iati-activities version="2.03">{text}</iati-activities>'.encode()


def read(content: bytes, path: Path = PATH) -> Records:
    assert iati.recognizes(path, content)
    records = iati.read(path, content, Hints()).records
    assert records is not None
    return records


FAULTS = {
    "bomb": (f"{BOMB}]>".encode() + wrap(ONE.format("a", "<title>&i;</title>")), DECLARES),
    "bomb in an attribute": (
        f"{BOMB}]>".encode() + wrap("<iati-activity default-currency='&i;'/>"),
        DECLARES,
    ),
    "bomb in UTF-16": (f"{BOMB}]><iati-activities/>".encode("utf-16"), DECLARES),
    "file outside": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><iati-activities>&x;'
        b"</iati-activities>",
        DECLARES,
    ),
    "entity of a DTD elsewhere": (
        b'<!DOCTYPE a SYSTEM "https://example.org/a.dtd">\n'
        + wrap(ONE.format("a", "<title>&nbsp;</title>")),
        "list.xml:2: the entity &nbsp; is not declared in the file; write the character itself",
    ),
    "long text": (
        wrap(ONE.format("a", f"<title>{'x' * 11_000_000}</title>")),
        "list.xml:1: a text is too long to be read",
    ),
    "long attribute": (
        wrap(ONE.format("a", f"<title a='{'x' * 11_000_000}'/>")),
        "list.xml:1: an attribute or a comment is too long to be read",
    ),
    "long comment": (
        wrap(ONE.format("a", f"<!--{'x' * 11_000_000}-->")),
        "list.xml:1: an attribute or a comment is too long to be read",
    ),
    "deep": (
        b"<iati-activities><iati-activity>" + b"<a>" * 1_000_000,
        "list.xml:1: elements are nested too deeply to be read",
    ),
    "cut": (
        wrap("<iati-activity>")[:-18],
        "list.xml:1: not well-formed XML: it ends in the middle",
    ),
    "beyond the last line that is counted": (
        wrap("<iati-activity>" + "\n" * 70_000 + "<title>&</title></iati-activity>"),
        'list.xml:70001: not well-formed XML: a bare "&"; it must be written "&amp;"',
    ),
    "entity without a DTD": (
        wrap("\n" + ONE.format("a", "\n<title>a &nbsp; b</title>")),
        "list.xml:3: the entity &nbsp; is not declared in the file; write the character itself",
    ),
    "bare less than": (
        wrap("\n" + ONE.format("a", "<title>a < b</title>")),
        'list.xml:2: not well-formed XML: a bare "<"; it must be written "&lt;"',
    ),
    "bare ampersand with a word": (
        wrap(ONE.format("a", "<title>a &b b</title>")),
        'list.xml:1: not well-formed XML: a bare "&"; it must be written "&amp;"',
    ),
    "packed bomb": (
        gzip.compress(wrap(f"<iati-activity>{'x' * 9_000_000}</iati-activity>" * 4)),
        "list.xml: it is packed so tightly that it may be made to do harm; unpack it first",
    ),
    "packed and cut": (
        gzip.compress(wrap(ONE.format("a", "")))[:-20],
        "list.xml.gz: it cannot be unpacked: Compressed file ended before the end-of-stream marker"
        " was reached",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_broken_file_is_told_in_one_line(fault: str) -> None:
    content, message = FAULTS[fault]
    path = Path(message.partition(":")[0])
    assert iati.recognizes(path, content)
    with pytest.raises(DevcoopError) as caught:
        iati.read(path, content, Hints())
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["a.xml.gz", "b.gz"])
def test_packed_file_that_is_something_else_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"<html/>"))
    with pytest.raises(DevcoopError, match="none of the formats"):
        read_files([path])
    path.write_bytes(b"\x1f\x8bthis is broken")
    with pytest.raises(DevcoopError, match=f"{name}: it "):
        read_files([path])


@pytest.mark.parametrize("root", ["StrategicPlan", "rdf", "html"])
def test_other_xml_is_left_to_others(root: str) -> None:
    assert not iati.recognizes(PATH, f"<{root}><Goal/></{root}>".encode())


@pytest.mark.parametrize(
    "content",
    [
        wrap(ONE.format("é", "<title>Ä ß</title>")),
        "<?xml version='1.0' encoding='utf-16'?>".encode("utf-16")
        + wrap(ONE.format("é", "<title>Ä ß</title>")).decode().encode("utf-16")[2:],
        b"<?xml version='1.0' encoding='iso-8859-1'?>"
        + wrap(ONE.format("é", "<title>Ä ß</title>")).decode().encode("latin-1"),
        b"\xef\xbb\xbf" + wrap(ONE.format("é", "<title>Ä ß</title>")),
        gzip.compress(wrap(ONE.format("é", "<title>Ä ß</title>"))),
        b"<result><ok>True</ok>" + wrap(ONE.format("é", "<title>Ä ß</title>")) + b"</result>",
        '<iati-activities xmlns="http://example.org/iati" version="2.03"><iati-activity>'
        "<iati-identifier>é</iati-identifier><title>Ä ß</title></iati-activity>"
        "</iati-activities>".encode(),
        b"<!DOCTYPE iati-activities SYSTEM 'https://example.org/a.dtd'>"
        + wrap(ONE.format("é", "<title>Ä ß</title>")),
        wrap("\r\n" + ONE.format("é", "<title>\rÄ\r\nß</title>") + "\r"),
    ],
    ids=["UTF-8", "UTF-16", "Latin-1", "BOM", "gzip", "wrapped", "namespace", "DTD", "line ends"],
)
def test_encoding_packing_and_wrapping_make_no_difference(content: bytes) -> None:
    [one] = read(content).elements
    assert (one.key, [text.value for text in one.titles]) == ("é", ["Ä ß"])


def test_packed_file_is_found_by_its_ending(tmp_path: Path) -> None:
    (tmp_path / "list.xml.gz").write_bytes(gzip.compress(wrap(ONE.format("a", ""))))
    (tmp_path / "logs.gz").write_bytes(gzip.compress(b"no list"))
    assert find_files([tmp_path]) == [tmp_path / "list.xml.gz"]
    [reading] = read_files([tmp_path / "list.xml.gz"])
    assert reading.records is not None
    assert reading.records.head.key == "list"


def test_numbers_that_are_none_are_told_and_kept() -> None:
    odd = (
        "<budget><value currency='EUR'>1e999999</value></budget>"
        "<sector code='12220' percentage='NaN'/><sector code='12230' percentage='250'/>"
        "<location><point><pos>91 400</pos></point></location>"
        "<activity-date type='1' iso-date='2020-02-31'/>"
        "<transaction><transaction-type code='3'/><value>a lot</value></transaction>"
    )
    records = read(wrap(ONE.format("a", odd)))
    [one] = records.elements
    assert (one.amounts, one.shares, one.sites, one.start) == ((), (), (), None)
    kept = str(one.notes)
    assert all(each in kept for each in ("1e999999", "NaN", "250", "91 400", "02-31", "a lot"))
    assert {told.kind for told in records.told} == {"read"}


def test_circles_of_parents_are_told_and_not_made() -> None:
    part = "<related-activity type='1' ref='{}'/>"
    records = read(
        wrap("".join(ONE.format(a, part.format(b)) for a, b in ("ab", "bc", "ca", "dd")))
    )
    assert [one.part_of for one in records.elements] == ["b", "c", "", ""]
    assert any("part of itself" in told.what and told.number == 2 for told in records.told)


def test_memory_holds_records_and_not_the_file() -> None:
    """What is read of ten times as many long texts that are the same takes little more."""

    def measure(number: int) -> int:
        text = f"<crs-add><a>{'x ' * 50_000}</a></crs-add>" * 3
        content = wrap(ONE.format("a", text) * number)
        tracemalloc.start()
        opened = open_xml(PATH, content)
        for _ in iter_children(PATH, opened, ("iati-activities",), ("iati-activity",)):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert measure(50) < measure(5) * 2


def test_activity_that_is_too_large_for_memory_is_told_as_such() -> None:
    # So many that what earlier tests left free in this process is not enough for them.
    content = wrap(ONE.format("a", "<b/>" * 8_000_000))
    with pytest.raises(OutOfMemoryError, match="list: stopped, it needs more memory than it may"):
        killable.run(
            lambda: iati.read_records(PATH, content, Hints()), what="list", memory_bytes=80 << 20
        )


def test_many_activities_of_one_identifier_are_read_in_bounded_time() -> None:
    records = read(wrap(ONE.format("same", "") * 20_000))
    assert len({one.key for one in records.elements}) == 20_000
