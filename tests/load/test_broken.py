"""Broken files: whoever reads them, each is told in one line with the file and the place."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devcoop.errors import SourceError, TableError
from devcoop.load.form.template import build_workbook
from devcoop.load.registry import read_files
from devcoop.load.tables import TEXTS, WORKBOOKS

if TYPE_CHECKING:
    from pathlib import Path

STRATML = b"""<?xml version="1.0"?>
<StrategicPlan xmlns="urn:ISO:std:iso:17469:tech:xsd:stratml_core"><Name>Plan</Name>
<StrategicPlanCore><Organization><Name>Body</Name></Organization>
<Goal><Name>Goal</Name></Goal></StrategicPlanCore></StrategicPlan>"""


@cache
def _whole() -> dict[str, bytes]:
    """Give a small whole file of several endings."""
    return {
        ".xlsx": build_workbook("en"),
        ".xml": STRATML,
        ".csv": b'#org,#activity+name\n"WHO","Wells, and pumps"\n',
        ".ttl": b"@prefix a: <urn:a:> .\na:b a:c 'd' .\n",
        ".jsonld": b'{"@id": "urn:a", "urn:b": "c"}',
        ".rdf": b"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'></r:RDF>",
    }


def _pack(name: str, content: bytes | None) -> bytes:
    """Put another part into the workbook, or leave one out."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_whole()[".xlsx"])) as before,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for one in before.namelist():
            if one != name:
                after.writestr(one, before.read(one))
            elif content is not None:
                after.writestr(one, content)
    return file.getvalue()


PARTS = {
    "xl/workbook.xml": "xl/workbook.xml: not well-formed XML: ",
    "xl/_rels/workbook.xml.rels": "xl/_rels/workbook.xml.rels: not well-formed XML: ",
    "xl/styles.xml": "xl/styles.xml: not well-formed XML: ",
    "xl/worksheets/sheet2.xml": "xl/worksheets/sheet2.xml: not well-formed XML: ",
}


@pytest.mark.parametrize("part", PARTS)
def test_broken_part_of_a_workbook_is_named(part: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(_pack(part, b"<a><b>"))
    with pytest.raises(SourceError) as caught:
        read_files([path])
    assert str(caught.value) == f"{path}:{PARTS[part]}it ends in the middle"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("plan.xlsx", _pack("xl/workbook.xml", None), ": this is no workbook that can be read: it"),
        ("plan.xlsx", _pack("xl/worksheets/sheet2.xml", None), ":initiatives: this sheet cannot"),
        ("plan.xlsx", _whole()[".xlsx"][:-9], ": this is no workbook that can be read: it ends"),
        ("plan.xml", STRATML[:200], ":4: not well-formed XML: "),
        ("plan.csv", b'a,b\n"x,y\n', ":2: a quote that is opened"),
    ],
)
def test_broken_file_is_told_with_its_place(
    name: str, content: bytes, told: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read_files([path])
    assert str(caught.value).startswith(f"{path}{told}")


@pytest.mark.parametrize("suffix", sorted({*WORKBOOKS, *TEXTS, ".xml"}))
def test_empty_file_is_told(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"plan{suffix}"
    path.write_bytes(b"")
    with pytest.raises(SourceError, match=r": the file is empty$"):
        read_files([path])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    suffix=st.sampled_from([".xlsx", ".xml", ".csv", ".ttl", ".jsonld", ".rdf"]),
    keep=st.floats(0, 1),
    turned=st.lists(st.floats(0, 0.999), max_size=4),
)
def test_whatever_is_broken_is_told_in_lines_that_name_the_file(
    tmp_path: Path, suffix: str, keep: float, turned: list[float]
) -> None:
    whole = bytearray(_whole()[suffix])
    for place in turned:
        whole[int(place * len(whole))] ^= 0xFF
    path = tmp_path / f"plan{suffix}"
    path.write_bytes(whole[: int(keep * len(whole))])
    try:
        read_files([path])
    except (SourceError, TableError) as error:
        for line in str(error).splitlines():
            assert line.startswith(f"{path}:")
