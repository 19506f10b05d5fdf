"""Files that want to do harm, or that nobody would write: read truly, or refused in one line."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from devcoop.errors import SourceError
from devcoop.load.readers import hxl
from devcoop.load.records import Hints, Records

PATH = Path("table.csv")
HEAD = "Agency,Activity,Sector\n#org,#activity,#sector\n"


def _read(content: bytes, path: Path = PATH) -> Records:
    assert hxl.recognizes(path, content)
    records = hxl.read(path, content, Hints()).records
    assert records is not None
    return records


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "a." * 25_000, "+1 " * 16_000, "1/" * 25_000, "é" * 50_000]
)
def test_long_text_is_read_in_bounded_time(text: str) -> None:
    begin = time.monotonic()
    tags = "#org,#activity,#sector,#date+start,#value,#reached,#meta\n"
    [one] = _read(f"a,b,c,d,e,f,g\n{tags}{','.join([text] * 7)}\n".encode()).elements
    assert one.titles[0].value == " ".join(text.split())
    assert time.monotonic() - begin < 20  # a bound, no benchmark: each cell alone would take hours


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "\u202eمنظمة\u202c",
        "=HYPERLINK('http://x')",
        "@SUM(1)",
        "${jndi:ldap://x}",
        "{{7*7}}",
    ],
)
def test_text_is_kept_as_it_is_written(text: str) -> None:
    [one] = _read(f'{HEAD}"{text}","{text}","{text}"\n'.encode()).elements
    assert one.agency
    assert {one.titles[0].value, one.agency.name, one.facets[0][1].text} == {text}


def test_formula_has_the_value_that_it_had() -> None:
    book = openpyxl.Workbook()
    for row in (["Agency", "Sector"], ["#org", "#sector"], ["=1+1", "Health"]):
        book.active.append(row)  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    [one] = _read(file.getvalue(), Path("table.xlsx")).elements
    assert one.agency is None


def test_table_that_is_too_wide_is_none_of_ours() -> None:
    content = ("#org,#sector" + ",x" * 1_000_000 + "\n").encode()
    assert not hxl.recognizes(PATH, content)
    with pytest.raises(SourceError, match="columns"):
        hxl.read(PATH, content, Hints())


def test_many_columns_are_read() -> None:
    wide = "," * 9_000
    assert len(_read(f"A,B{wide}\n#org,#sector{wide}\nx,y{wide}z\n".encode()).elements) == 1


def test_bomb_is_none_of_ours() -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(600):
            sheet.write(b"#org" * (1 << 18))
    assert not hxl.recognizes(Path("table.xlsx"), file.getvalue())
    with pytest.raises(SourceError, match="MiB"):
        hxl.read(Path("table.xlsx"), file.getvalue(), Hints())


@pytest.mark.parametrize("suffix", hxl.SUFFIXES)
@pytest.mark.parametrize("content", [b"", b"\0", b"#", b"#org,#sector", b"PK\3\4", b"\xff\xfe#"])
def test_broken_file_is_read_or_refused(suffix: str, content: bytes) -> None:
    path = Path(f"table{suffix}")
    if hxl.recognizes(path, content):
        assert _read(content, path).elements == ()
    else:
        with pytest.raises(SourceError, match=f"^table{suffix}"):
            hxl.read(path, content, Hints())


def test_tags_without_rows_are_told() -> None:
    records = _read(HEAD.encode())
    assert (records.elements, [one.kind for one in records.told]) == ((), ["unknown"])


def test_error_values_are_no_tags() -> None:
    assert not hxl.recognizes(PATH, b"#N/A,#REF!,# of people\n#VALUE!,#DIV/0!,#1\n")


def test_key_of_an_initiative_is_what_it_was_and_hangs_on_who_and_what_alone() -> None:
    first = _read(f"{HEAD}Red House,Build wells,Water\n".encode()).elements[0]
    tags = "Place,Cluster,Agency,Work\n#adm1,#sector,#org,#activity\n"
    other = _read(f"{tags}N,Health,Blue,Else\nX,WATER,red  house,Build wells\n".encode()).elements[
        1
    ]
    assert first.key == other.key == "13e831e165f21405"
