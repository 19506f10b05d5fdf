"""Files that are broken, hostile or something else: one line that says what and where, in time."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from devcoop.errors import DevcoopError
from devcoop.load.readers import stratml
from devcoop.load.records import Hints

PATH = Path("plan.xml")
BOMB = '<!DOCTYPE StrategicPlan [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">'
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


def _zip() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


FAULTS = {
    "nothing": (b"", "plan.xml:1: not well-formed XML: there is no XML in it"),
    "no XML": (b"hello", "plan.xml:1: not well-formed XML: there is no XML in it"),
    "ZIP": (_zip(), "plan.xml: this is a ZIP file, perhaps a workbook, and no XML"),
    "bare and": (
        b"<StrategicPlan>\n<Name>A & B</Name></StrategicPlan>",
        'plan.xml:2: not well-formed XML: a bare "&"; it must be written "&amp;"',
    ),
    "bomb": (
        f"{BOMB}]><StrategicPlan><Name>&i;</Name></StrategicPlan>".encode(),
        "plan.xml: it declares entities; XML with entities is not read",
    ),
    "bomb in UTF-16": (
        f"{BOMB}]><StrategicPlan><Name>x</Name></StrategicPlan>".encode("utf-16"),
        "plan.xml: it declares entities; XML with entities is not read",
    ),
    "file outside": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><StrategicPlan>&x;</StrategicPlan>',
        "plan.xml: it declares entities; XML with entities is not read",
    ),
    "entity of a DTD elsewhere": (
        b'<!DOCTYPE a SYSTEM "https://example.org/a.dtd">\n<StrategicPlan>&nbsp;</StrategicPlan>',
        "plan.xml:2: the entity &nbsp; is not declared in the file; write the character itself",
    ),
    "deep": (
        b"<StrategicPlan>" + b"<Goal>" * 120 + b"</Goal>" * 120 + b"</StrategicPlan>",
        "plan.xml:1: elements are nested more than 100 deep",
    ),
}


def _read_a_schema() -> None:
    """Read a schema, after which the parser's log keeps what was wrong with files before."""
    xsd = "http://www.w3.org/2001/XMLSchema"
    text = f'<x:schema xmlns:x="{xsd}"><x:element name="a"/></x:schema>'
    schema = etree.XMLSchema(etree.fromstring(text))
    assert not schema.validate(etree.fromstring("<b/>"))


@pytest.mark.parametrize("is_after_schema", [False, True])
@pytest.mark.parametrize("fault", FAULTS)
def test_broken_file_is_told_in_one_line(fault: str, is_after_schema: bool) -> None:
    if is_after_schema:
        _read_a_schema()
    content, message = FAULTS[fault]
    assert stratml.recognizes(PATH, content)
    with pytest.raises(DevcoopError) as caught:
        stratml.read(PATH, content, Hints())
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "content",
    [
        b"<StrategicPlan><Name>cut",
        b"<StrategicPlan>" + b"<Goal>" * 100_000,
        b"<StrategicPlan>" + b"<Goal>" * 10_000 + b"</Goal>" * 10_000 + b"</StrategicPlan>",
        b'<?xml version="1.0" encoding="klingon"?><StrategicPlan/>',
        b"<StrategicPlan>\xff\xfe</StrategicPlan>",
        b"<StrategicPlan>\x00</StrategicPlan>",
        b"<a:StrategicPlan/>",
        b"<StrategicPlan><Name>" + b"x" * 11_000_000 + b"</Name></StrategicPlan>",
    ],
    ids=["cut", "open", "deep", "encoding", "bytes", "zero", "prefix", "long"],
)
def test_fault_names_the_file_in_one_line(content: bytes) -> None:
    with pytest.raises(DevcoopError) as caught:
        stratml.read(PATH, content, Hints())
    assert str(caught.value).startswith("plan.xml:")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("root", ["iati-activities", "rdf", "html"])
def test_other_xml_is_left_to_others(root: str) -> None:
    assert not stratml.recognizes(PATH, f"<{root}><Goal/></{root}>".encode())


def test_broken_xml_of_any_kind_is_taken_to_be_told() -> None:
    assert stratml.recognizes(PATH, b"<iati-activities>")


def test_many_elements_are_read_in_bounded_time() -> None:
    """20,000 objectives that share one identifier; what grows with the square would not end."""
    one = "<Objective><Name>N</Name><Identifier>same</Identifier></Objective>"
    content = f"<StrategicPlan><Goal><Name>G</Name>{one * 20_000}</Goal></StrategicPlan>".encode()
    records = stratml.read(PATH, content, Hints()).records
    assert records is not None
    assert len({element.key for element in records.elements}) == 20_001


def test_long_and_odd_text_is_read_as_it_is() -> None:
    odd = "=cmd|' /C calc'!A0 <b>\u202eאבג</b> " + "long " * 10_000
    told = odd.replace("<", "&lt;")
    content = (
        f"<StrategicPlan><Name>{told}</Name><Goal><Name>G</Name>"
        f"<Description>{told}</Description></Goal></StrategicPlan>"
    ).encode()
    records = stratml.read(PATH, content, Hints()).records
    assert records is not None
    assert records.head.titles[0].value == " ".join(odd.split())
    assert records.elements[0].descriptions[0].value == " ".join(odd.split())


def test_hints_fill_what_the_file_leaves_open() -> None:
    hints = Hints(agency="UNIDO", language="en", title="A plan", place="Kenya")
    content = b"<StrategicPlan><Goal><Name>G</Name></Goal></StrategicPlan>"
    records = stratml.read(PATH, content, hints).records
    assert records is not None
    assert records.head.agency is not None
    assert (records.head.agency.name, records.head.titles[0].value) == ("UNIDO", "A plan")
    assert records.head.language == "en"
    assert [one.text for one in records.head.places] == ["Kenya"]
