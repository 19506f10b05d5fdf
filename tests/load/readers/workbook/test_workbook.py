"""The workbook of the template, filled in: right, wrong and hostile."""

from __future__ import annotations

import io
import os
import random
import time
import zipfile
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from devcoop.errors import SourceError
from devcoop.load.form.choices import find_choice, read_choices
from devcoop.load.form.columns import COLUMNS, INITIATIVES, PLAN, RESULTS
from devcoop.load.form.filled import find_parts
from devcoop.load.form.marking import mark_faults
from devcoop.load.form.template import build_texts, build_workbook
from devcoop.load.readers.workbook import read, recognizes
from devcoop.load.records import (
    Amount,
    Body,
    Element,
    Figure,
    Hints,
    Note,
    Text,
    Told,
    Value,
    Where,
)
from devcoop.load.registry import read_files
from devcoop.load.written.amounts import write_number
from devcoop.words.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devcoop.load.reading import Reading
    from devcoop.load.records import Records

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").rglob("expected.yaml"))
PATH = Path("plan.xlsx")
PLAIN = {"title": "Plan for measuring", "agency": "Example Agency"}
NO_HINTS = Hints()
NO_AMOUNT = (
    "nothing stands under “Budget amount” or “Budget of the plan”, so the plan counts as one"
    " without an amount of money"
)


def _read(content: bytes, path: Path = PATH) -> Reading:
    assert recognizes(path, content)
    return read(path, content, NO_HINTS)


def _records(reading: Reading) -> Records:
    assert [str(one) for one in reading.faults] == []
    assert reading.records is not None
    return reading.records


def _tell(records: Records) -> tuple[Told, ...]:
    """Give what is told besides that there is no money."""
    return tuple(one for one in records.told if one.what != NO_AMOUNT)


def _strip(thing: Any) -> Any:
    """Leave out where things stand, which hangs on the language and the format."""
    if isinstance(thing, Where):
        return None
    if is_dataclass(thing):
        return {one.name: _strip(getattr(thing, one.name)) for one in fields(thing)}
    return tuple(map(_strip, thing)) if isinstance(thing, tuple) else thing


# Small files, with what is expected beside them


def test_there_are_cases() -> None:
    assert len(CASES) >= 5


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case_is_read_as_expected(case: Path) -> None:
    expected = yaml.safe_load((case / "expected.yaml").read_text(encoding="utf-8"))
    files = sorted(path for path in case.iterdir() if path.suffix != ".yaml")
    readings = {(one.path, one.sha256): one for one in map(_read_file, files)}
    [reading] = readings.values()
    records = reading.records
    assert records is not None
    prefix = f"{case}{os.sep}"
    assert [str(one).removeprefix(prefix) for one in reading.faults] == expected.get("faults", [])
    assert records.counts == expected["counts"]
    if "faults" in expected:
        return
    assert [f"{one.kind} {one.what}" for one in records.told] == expected.get("told", [])
    assert [_show(one) for one in records.elements] == expected.get("elements", [])
    head = records.head
    agency = [head.agency.name, head.agency.acronym] if head.agency else None
    assert [one.value for one in head.titles] == [expected["title"]]
    assert agency == expected["agency"]
    assert [head.start, head.end] == expected.get("period", [None, None])
    assert [_say(one) for one in head.notes] == expected.get("notes", [])


def _read_file(path: Path) -> Reading:
    return _read(path.read_bytes(), path)


def _say(note: Note) -> str:
    return f"{note.heading}: {note.text} ({note.where})"


def _show(element: Element) -> dict[str, Any]:
    """Show what an element says, without what it leaves out."""
    facets: dict[str, list[str]] = {}
    for name, value in element.facets:
        facets.setdefault(name, []).append(value.text)
    shown = {
        "kind": element.kind,
        "key": element.key,
        "titles": [one.value for one in element.titles],
        "descriptions": [one.value for one in element.descriptions],
        "facets": facets,
        "places": [one.text for one in element.places],
        # Who answers is named for every initiative; a test of its own looks at that.
        "bodies": [[one.name, one.role] for one in element.bodies if one.role != "accountable"],
        "period": [element.start, element.end] if element.start or element.end else [],
        "part_of": element.part_of,
        "measures": list(element.measures),
        "figures": [_show_figure(one) for one in element.figures],
        "notes": [_say(one) for one in element.notes],
    }
    return {key: value for key, value in shown.items() if value}


def _show_figure(figure: Figure) -> str:
    number = "" if figure.number is None else write_number(figure.number)
    return " | ".join(filter(None, (figure.kind, number, figure.unit, figure.text)))


# The template itself


@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_template_is_read_and_wants_title_and_agency(language: str) -> None:
    reading = _read(build_workbook(language))
    assert [str(one) for one in reading.faults] == {
        "en": [
            "plan.xlsx:plan!B3 (Title of the plan): Title of the plan is missing in the sheet plan",
            "plan.xlsx:plan!B5 (Agency): Agency is missing in the sheet plan",
        ],
        "fr": [
            "plan.xlsx:plan!B3 (Titre du plan): Titre du plan manque dans la feuille plan",
            "plan.xlsx:plan!B5 (Agence): Agence manque dans la feuille plan",
        ],
    }[language]
    assert reading.records is not None
    assert (reading.records.elements, reading.records.told) == ((), ())
    assert reading.records.counts == {"example rows": 3}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_offers_what_the_schemes_have(language: str) -> None:
    book = load_workbook(io.BytesIO(build_workbook(language)))
    lists = book.worksheets[-1]
    offered = 0
    for sheet, columns in zip(book.worksheets, COLUMNS.values(), strict=False):
        for validation in sheet.data_validations.dataValidation:
            area = str(validation.formula1).rpartition("!")[2].replace("$", "")
            labels = [row[0].value for row in lists[area]]
            cell = str(validation.sqref).partition(":")[0]
            row, number = sheet[cell].row, sheet[cell].column
            column = columns[row - 2] if columns is COLUMNS[PLAN] else columns[number - 1]
            if column.choices != "yes":
                found = [find_choice(column.choices, str(label)) for label in labels]
                assert found == list(read_choices(column.choices))
            offered += 1
    assert offered == sum(bool(one.choices) for columns in COLUMNS.values() for one in columns)


def test_example_is_passed_over_in_csv_too(tmp_path: Path) -> None:
    for language in LANGUAGES:
        folder = tmp_path / language
        folder.mkdir()
        for name, content in build_texts(language).items():
            (folder / name).write_bytes(content)
        plan = folder / "plan.csv"
        filled = plan.read_text(encoding="utf-8-sig").split('""')
        plan.write_text(f'{filled[0]}"X"{filled[1]}"Plan"{filled[2]}""{filled[3]}"Body"', "utf-8")
        [reading] = read_files([folder])
        assert _records(reading).elements == ()
        assert _records(reading).counts == {"example rows": 3}


# What is filled in

_Y2027 = (date(2027, 1, 1), date(2027, 12, 31))


def _whole(language: str) -> dict[str, Any]:
    def label(what: str, slug: str) -> str:
        found = find_choice(what, slug)
        assert found is not None
        return found.label(language)

    return {
        "plan": {
            "identifier": "EA-1",
            "title": "Plan for measuring",
            "description": "About measuring.",
            "agency": "Example Agency",
            "agency_short": "EA",
            "start": date(2026, 1, 1),
            "end": "2028-12-31",
            "places": f"{label('places', 'KEN')}; UGA\n{label('places', 'ldc')}",
            "language": label("language", "fr"),
            "licence": "CC0 1.0",
            "edition": 2,
            "budget": "1 200 000",
            "currency": "EUR",
        },
        "initiatives": [
            {
                "identifier": 1.1,
                "title": "Train metrologists",
                "description": "Forty people.",
                "theme": "Metrology; 1.3;qi-policy",
                "function": label("function", "teach"),
                "status": label("status", "planned"),
                "places": "Kenya",
                "start": "2026-03",
                "partners": f"KEBS ({label('role', 'implementing')}); ISO (Geneva)",
                "serves": "R-1; Traders know the rules",
                "budget": 500,
                "budget_period": 2027,
            },
            {"identifier": "1.2", "title": "Train them again", "part_of": "1.1", "agency": "KEBS"},
        ],
        "results": [
            {
                "identifier": "R-1",
                "title": "Laboratories are accredited",
                "level": label("level", "outcome"),
                "indicator": "Laboratories",
                "unit": "laboratories",
                "baseline": 3,
                "baseline_date": 2025,
                "target": "1,500",
                "target_date": "2028-12-31",
            },
            {"identifier": "R-1", "indicator": "Share", "baseline": "12.5 %", "target": "most"},
            {"identifier": "R-2", "title": "Traders know the rules", "level": "output"},
        ],
        "actors": [
            {"name": "Kenya Bureau of Standards", "short": "KEBS", "code": "KE-1"},
            {"name": "donors", "is_group": "oui", "role": "funding", "takes_part": "1.2"},
            {"name": "Example Council", "role": label("role", "approving")},
        ],
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_plan_becomes_records(fill: Callable[..., bytes], language: str) -> None:
    records = _records(_read(fill(language, **_whole(language))))
    head = records.head
    assert (head.key, head.edition, head.language) == ("EA-1", "2", "fr")
    assert head.titles == (Text("Plan for measuring"),)
    assert head.descriptions == (Text("About measuring."),)
    assert head.agency == Body("Example Agency", Where("plan", 5, 2), acronym="EA")
    assert (head.start, head.end) == (date(2026, 1, 1), date(2028, 12, 31))
    assert _strip(head.amounts) == _strip(
        (Amount(Decimal(1200000), "EUR", "budget", start=head.start, end=head.end),)
    )
    assert head.licence.endswith("/zero/1.0/")
    assert [find_choice("places", one.text) for one in head.places] == [
        find_choice("places", slug) for slug in ("KEN", "UGA", "ldc")
    ]
    assert [(one.name, one.role) for one in head.bodies] == [("Example Council", "approving")]
    results = {"en": "results", "fr": "résultats"}[language]
    actors = {"en": "actors", "fr": "acteurs"}[language]
    kebs = Body("Kenya Bureau of Standards", identifier="KE-1", acronym="KEBS")
    first, second, one, laboratories, share, two = records.elements
    assert _strip(first) == _strip(
        Element(
            "Undertaking",
            "1.1",
            titles=(Text("Train metrologists"),),
            descriptions=(Text("Forty people."),),
            bodies=(
                Body("Example Agency", role="accountable", acronym="EA"),
                Body(kebs.name, role="implementing", identifier="KE-1", acronym="KEBS"),
                Body("ISO (Geneva)"),
            ),
            places=(Value("Kenya"),),
            facets=first.facets,
            start=date(2026, 3, 1),
            # Its end is left empty, and means that of the plan.
            end=date(2028, 12, 31),
            contributes_to=("R-1", "R-2"),
            amounts=(Amount(Decimal(500), "EUR", "budget", start=_Y2027[0], end=_Y2027[1]),),
        )
    )
    assert [(name, value.text) for name, value in first.facets[:3]] == [
        ("theme", "Metrology"),
        ("theme", "1.3"),
        ("theme", "qi-policy"),
    ]
    assert first.facets[0][1].where == Where("initiatives", 4, 4)
    assert (second.part_of, _strip(second.agency)) == ("1.1", _strip(kebs))
    assert second.bodies[0].role == "accountable"
    assert second.bodies[1:] == (Body("donors", Where(actors, 5, 1), "funding", is_group=True),)
    assert (one.kind, one.key, one.where) == ("Outcome", "R-1", Where(results, 4, 2))
    assert (two.kind, two.key) == ("Output", "R-2")
    assert _strip(laboratories.figures) == _strip(
        (
            Figure("baseline", Decimal(3), "laboratories", date(2025, 1, 1), date(2025, 12, 31)),
            Figure("target", Decimal(1500), "laboratories", date(2028, 12, 31), date(2028, 12, 31)),
        )
    )
    assert _strip(share.figures) == _strip(
        (Figure("baseline", Decimal("12.5"), "%"), Figure("target", None, text="most"))
    )
    assert {laboratories.measures, share.measures} == {("R-1",)}
    assert [f"{told.kind} {told.what}" for told in records.told] == [
        "read a month is taken from its first day to its last",
        "read a year is taken from its first day to its last",
        "read 1,500 was read as the number 1500",
    ]


def test_identifier_made_from_a_title_does_not_hang_on_the_row(fill: Callable[..., bytes]) -> None:
    rows = [{"title": "Train metrologists"}, {"title": "Advise"}, {"title": "Advise"}]
    records = _records(_read(fill("en", PLAIN, initiatives=rows)))
    assert [one.key for one in records.elements] == ["train-metrologists", "advise", "advise-2"]
    moved = _records(_read(fill("en", PLAIN, initiatives=[{}, {}, *rows])))
    assert [one.key for one in moved.elements] == [one.key for one in records.elements]


def test_hints_stand_in_for_what_the_plan_does_not_say(fill: Callable[..., bytes]) -> None:
    content = fill("en", {}, initiatives=[{"identifier": "1", "title": "Advise"}])
    reading = read(PATH, content, Hints(agency="EA", title="A plan", language="es"))
    head = _records(reading).head
    assert (head.titles, head.agency and head.agency.name) == ((Text("A plan"),), "EA")
    assert head.language == "es"


# What people do to workbooks


def _change(content: bytes, change: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


ROWS = [
    {"identifier": str(number), "title": f"Number {number}", "theme": "Metrology"}
    for number in range(1, 5)
]


def test_hidden_rows_and_sheets_are_left_out_and_told(fill: Callable[..., bytes]) -> None:
    def hide(book: Workbook) -> None:
        book[INITIATIVES].row_dimensions[5].hidden = True
        book[INITIATIVES].row_dimensions[6].hidden = True
        book[RESULTS].sheet_state = "hidden"

    results = [{"identifier": "R", "title": "Result", "level": "output"}]
    content = _change(fill("en", PLAIN, initiatives=ROWS, results=results), hide)
    records = _records(_read(content))
    assert [one.key for one in records.elements] == ["1", "4"]
    assert records.counts == {"initiatives": 2, "hidden rows": 2, "example rows": 2}
    hidden = "hidden rows were not read; show them if they belong to the plan"
    assert _tell(records) == (
        Told("lost", hidden, Where("initiatives", 5), 2),
        Told("lost", "the sheet results is hidden and was not read", Where("results"), 4),
    )


def test_merged_cells_and_sheets_of_their_own_are_told(fill: Callable[..., bytes]) -> None:
    def merge(book: Workbook) -> None:
        book[INITIATIVES].merge_cells("D4:D6")
        remarks = book.create_sheet("Remarks")
        remarks.append(["From the minister", None, 7])

    records = _records(_read(_change(fill("en", PLAIN, initiatives=ROWS), merge)))
    assert [len(one.facets) for one in records.elements] == [1, 0, 0, 1]
    assert [(one.kind, one.number) for one in _tell(records)] == [("read", 1), ("kept", 1)]
    assert records.head.notes == (Note("Remarks", "From the minister | 7", Where("Remarks", 1)),)


def test_formula_without_a_value_is_told(fill: Callable[..., bytes]) -> None:
    rows = [{"identifier": "1", "title": "Advise", "description": '="a"&"b"'}, {"start": "=1+1"}]
    records = _records(_read(fill("en", PLAIN, initiatives=rows)))
    assert [one.descriptions for one in records.elements] == [()]
    assert [(one.kind, one.where, one.number) for one in _tell(records)] == [
        ("lost", Where("initiatives", 4, 3), 2)
    ]


def test_formula_counts_by_its_saved_value(fill: Callable[..., bytes]) -> None:
    content = fill("en", PLAIN, initiatives=[{"identifier": "1", "title": '=HYPERLINK("x")'}])
    saved = _replace(content, "xl/worksheets/sheet2.xml", b"</f><v></v>", b"</f><v>Advise</v>")
    saved = _replace(saved, "xl/worksheets/sheet2.xml", b'<c r="B4"', b'<c r="B4" t="str"')
    records = _records(_read(saved))
    assert [one.titles for one in records.elements] == [(Text("Advise"),)]
    assert _tell(records) == ()


def _replace(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w") as after:
        for one in before.namelist():
            text = before.read(one)
            if one == name:
                assert old in text, text[-3000:]
                text = text.replace(old, new, 1)
            after.writestr(one, text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def test_percentage_is_read_as_it_is_shown(fill: Callable[..., bytes]) -> None:
    def show(book: Workbook) -> None:
        book[RESULTS]["I4"].number_format = "0%"

    result = {
        "identifier": "R",
        "title": "Result",
        "level": "output",
        "indicator": "Share",
        "unit": "%",
        "baseline": 0.5,
        "target": 0.75,
    }
    records = _records(_read(_change(fill("en", PLAIN, results=[result]), show)))
    assert [one.number for one in records.elements[1].figures] == [Decimal(50), Decimal("0.75")]
    assert [one.what for one in records.told] == [
        "numbers below 1 with the unit % were read as parts of one per cent"
    ]


def test_example_row_with_own_words_is_a_fault(fill: Callable[..., bytes]) -> None:
    def write(book: Workbook) -> None:
        book[INITIATIVES]["B3"].value = "Advise the ministry"

    reading = _read(_change(fill("en", PLAIN), write))
    [fault] = reading.faults
    assert str(fault).startswith(
        "plan.xlsx:initiatives!B3 (Title): this row is marked as the example"
    )


def test_sheets_may_have_other_names_and_columns_another_order() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Liste 2026"
    headings = [column.words.heading for column in COLUMNS[INITIATIVES]]
    random.Random(5).shuffle(headings)
    sheet.append([])
    sheet.append(headings)
    sheet.append([{"Title": "Advise", "Identifier": "7"}.get(one) for one in headings])
    file = io.BytesIO()
    book.save(file)
    reading = _read(file.getvalue())
    assert [str(one) for one in reading.faults] == [
        "plan.xlsx: Title of the plan is missing in the sheet plan",
        "plan.xlsx: Agency is missing in the sheet plan",
    ]
    assert reading.records is not None
    assert [one.key for one in reading.records.elements] == ["7"]


def test_lists_of_others_are_left_to_others() -> None:
    folder = Path(os.environ.get("DEVCOOP_SHARED", "")) / "formats"
    if not folder.is_dir():
        pytest.skip("the files of others are not here; name their folder in DEVCOOP_SHARED")
    files = [
        path
        for kind in ("sheets", "hxl", "labels")
        for path in sorted((folder / kind).iterdir())
        if path.suffix.lower() in (".csv", ".xlsx")
    ]
    assert len(files) > 20
    assert [path.name for path in files if recognizes(path, path.read_bytes())] == []


# Hostile content


@pytest.mark.parametrize(
    "text",
    [
        "x" * 32_767,
        "<script>alert(1)</script><b>&amp;</b>",
        "قياس وتقييس \u202e مقلوب",
        "'=cmd|' /C calc'!A0",
        "@SUM(1)",
        "計量の訓練",
        "a\u0000b".replace("\u0000", "\u00a0"),
    ],
)
def test_hostile_title_is_kept_as_it_is_written(fill: Callable[..., bytes], text: str) -> None:
    content = fill("en", {**PLAIN, "title": text}, initiatives=[{"identifier": "1", "title": text}])
    records = _records(_read(content))
    expected = " ".join(text.split())
    assert [one.titles for one in records.elements] == [(Text(expected),)]
    assert records.head.titles == (Text(expected),)


def test_title_of_50_000_characters_is_read_from_csv(tmp_path: Path) -> None:
    text = "long " * 10_000
    (tmp_path / "plan.csv").write_text(
        f"What,Your plan\nTitle of the plan,{text}\nAgency,EA\nEdition,1\n", encoding="utf-8"
    )
    (tmp_path / "initiatives.csv").write_text(
        f"Identifier,Title,Themes\n1,{text},\n2,Advise,{text}\n", encoding="utf-8"
    )
    [reading] = read_files([tmp_path])
    first, second = _records(reading).elements
    assert first.titles[0].value == text.strip()
    assert second.facets[0][1].text == text.strip()


def test_bomb_is_refused_in_bounded_time() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<workbook/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(600):
                sheet.write(b" " * (1 << 20))
    start = time.monotonic()
    assert not recognizes(PATH, file.getvalue())
    with pytest.raises(SourceError, match="unpacked"):
        read(PATH, file.getvalue(), NO_HINTS)
    assert time.monotonic() - start < 60


def test_entities_are_not_expanded(fill: Callable[..., bytes]) -> None:
    content = fill("en", PLAIN, initiatives=ROWS)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;">]>'
    hostile = _replace(content, "xl/worksheets/sheet2.xml", b"<worksheet ", bomb + b"<worksheet ")
    hostile = _replace(hostile, "xl/worksheets/sheet2.xml", b"<t>", b"<t>&c;")
    try:
        reading = read(PATH, hostile, NO_HINTS)
    except SourceError as error:
        assert "plan.xlsx" in str(error)  # noqa: PT017
    else:
        assert "aaaa" not in str(reading.records)


def test_million_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("What,Your plan" + "," * 1_000_000, encoding="utf-8")
    assert not recognizes(path, path.read_bytes())
    with pytest.raises(SourceError, match="columns"):
        read(path, path.read_bytes(), NO_HINTS)


CELLS = st.one_of(
    st.none(),
    st.sampled_from(["1", "2", "R", "(example)", "Help: x", "2026", "31/02/2026", "n/a", "-", "x"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.integers(-5, 100_000),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.dates(date(1901, 1, 1), date(2900, 1, 1)),
    st.booleans(),
)


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=19, max_size=19), max_size=5),
    sheet=st.sampled_from([one for one in COLUMNS if one != PLAN]),
)
def test_whatever_is_filled_in_every_row_is_counted(
    empty_form: bytes, rows: list[list[Any]], sheet: str
) -> None:
    book = load_workbook(io.BytesIO(empty_form))
    table = book[sheet]
    for number, row in enumerate(rows, 4):
        for column, value in enumerate(row, 1):
            cell = table.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    reading = read(PATH, file.getvalue(), NO_HINTS)
    records = reading.records
    assert records is not None
    filled = [row for row in rows if any(not _is_blank(cell) for cell in row)]
    of_form = len(COLUMNS[sheet])
    counted = records.counts.get(sheet, 0) + records.counts["example rows"] - 3
    helps = [row for row in filled if str(row[0]).strip() == "Help: x"]
    nothing = [
        row
        for row in filled
        if row not in helps
        and str(row[0]).strip() != "(example)"
        and all(_is_blank(cell) or _means_nothing(cell) for cell in row[:of_form])
    ]
    assert counted == len(filled) - len(helps) - len(nothing)
    if sheet == INITIATIVES:
        made = [one for one in records.elements if one.kind == "Undertaking"]
        assert len(made) == records.counts.get(sheet, 0)
        assert len({one.key for one in made}) == len(made)


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _means_nothing(cell: object) -> bool:
    return isinstance(cell, str) and cell.strip().casefold() in {"-", "–", "—", "n/a", "?"}


# The copy that is marked


def _list_marks(content: bytes) -> list[tuple[str, str, str]]:
    book = load_workbook(io.BytesIO(content))
    return [
        (sheet.title, cell.coordinate, cell.comment.text)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment and cell.comment.author == "devcoop"
    ]


def test_faults_are_marked_in_a_copy_that_is_otherwise_the_same(fill: Callable[..., bytes]) -> None:
    rows = [
        {"identifier": "1", "title": "=1+1", "start": "soon"},
        {"identifier": "1", "title": "Advise"},
    ]
    content = fill("en", PLAIN, initiatives=rows)
    reading = _read(content)
    marked = mark_faults(PATH, content, reading.faults)
    marks = _list_marks(marked)
    assert [mark[:2] for mark in marks] == [
        ("initiatives", "B4"),
        ("initiatives", "M4"),
        ("initiatives", "A5"),
    ]
    assert marks[1][2].startswith("soon: it is no date")
    before, after = load_workbook(io.BytesIO(content)), load_workbook(io.BytesIO(marked))
    assert after.sheetnames == [*before.sheetnames, "faults"]
    for sheet in before.worksheets:
        copy = after[sheet.title]
        assert [[one.value for one in row] for row in copy.iter_rows()] == [
            [one.value for one in row] for row in sheet.iter_rows()
        ]
        assert len(copy.data_validations.dataValidation) == len(
            sheet.data_validations.dataValidation
        )
        assert copy.freeze_panes == sheet.freeze_panes
    again = _read(marked)
    assert list(map(str, again.faults)) == list(map(str, reading.faults))
    assert again.records == reading.records


def test_marks_go_when_the_fault_is_mended(fill: Callable[..., bytes]) -> None:
    content = fill("en", PLAIN, initiatives=[{"identifier": "1", "title": "A", "start": "soon"}])
    marked = mark_faults(PATH, content, _read(content).faults)
    assert len(_list_marks(marked)) == 1

    def mend(book: Workbook) -> None:
        book[INITIATIVES]["M4"].value = "2026"

    mended = _change(marked, mend)
    assert _records(_read(mended)).elements[0].start == date(2026, 1, 1)
    clean = mark_faults(PATH, mended, ())
    assert _list_marks(clean) == []
    assert load_workbook(io.BytesIO(clean))[INITIATIVES]["M4"].fill.patternType is None


def test_own_comment_on_a_marked_cell_stays_above_what_is_wrong(fill: Callable[..., bytes]) -> None:
    def remark(book: Workbook) -> None:
        book[INITIATIVES]["M4"].comment = Comment("Ask Amina\nabout the day.", "Bea")

    rows = [{"identifier": "1", "title": "A", "start": "soon"}]
    content = _change(fill("en", PLAIN, initiatives=rows), remark)
    faults = _read(content).faults
    marked = mark_faults(PATH, content, faults)
    for copy in (marked, mark_faults(PATH, marked, _read(marked).faults)):
        said = load_workbook(io.BytesIO(copy))[INITIATIVES]["M4"].comment
        assert said.text == f"Ask Amina\nabout the day.\n{faults[0].problem}"
        assert said.author == "Bea"
    said = load_workbook(io.BytesIO(mark_faults(PATH, marked, ())))[INITIATIVES]["M4"].comment
    assert (said.text, said.author) == ("Ask Amina\nabout the day.", "Bea")


def test_answer_to_a_mark_stays_when_the_mark_goes(fill: Callable[..., bytes]) -> None:
    content = fill("en", PLAIN, initiatives=[{"identifier": "1", "title": "A", "start": "soon"}])
    marked = mark_faults(PATH, content, _read(content).faults)

    def answer(book: Workbook) -> None:
        cell = book[INITIATIVES]["M4"]
        cell.comment = Comment(f"{cell.comment.text}\nIt is not decided.", "devcoop")

    clean = mark_faults(PATH, _change(marked, answer), ())
    assert load_workbook(io.BytesIO(clean))[INITIATIVES]["M4"].comment.text == "It is not decided."


def test_csv_files_are_marked_together_in_one_workbook() -> None:
    [case] = [path for path in CASES if path.name == "faults"]
    reading = _read_file(case / "initiatives.csv")
    assert reading.path == case / "plan.csv"
    marked = mark_faults(reading.path, reading.path.read_bytes(), reading.faults)
    marks = _list_marks(marked)
    places = {(one.where.sheet, one.where.address.rpartition("!")[2]) for one in _wheres(reading)}
    assert {mark[:2] for mark in marks} == places
    assert len(find_parts(reading.path)) == 4


def _wheres(reading: Reading) -> Iterable[Any]:
    return [one for one in reading.faults if isinstance(one.where, Where) and one.where.column]


def test_fault_in_merged_cells_is_marked_at_the_first(fill: Callable[..., bytes]) -> None:
    def merge(book: Workbook) -> None:
        book[INITIATIVES].merge_cells("M4:M5")

    content = _change(fill("en", PLAIN, initiatives=ROWS), merge)
    fault = SourceError(PATH, "no such day", where=Where("initiatives", 5, 13))
    assert _list_marks(mark_faults(PATH, content, [fault])) == [
        ("initiatives", "M4", "no such day")
    ]


# Money


def _read_amounts(content: bytes) -> list[tuple[str, str, date | None, date | None]]:
    [element] = _records(_read(content)).elements
    return [(write_number(one.number), one.currency, one.start, one.end) for one in element.amounts]


_YEAR = {2026: (date(2026, 1, 1), date(2026, 12, 31)), 2027: _Y2027}
_OF_PLAN = {**PLAIN, "start": 2026, "end": 2027}
BUDGETS: dict[str, tuple[dict[str, object], list[tuple[Any, ...]]]] = {
    "a number": ({"budget": 250000, "currency": "EUR"}, [("250000", "EUR", None, None)]),
    "a year": (
        {"budget": 0.5, "currency": "eur", "budget_period": 2026},
        [("0.5", "EUR", *_YEAR[2026])],
    ),
    "as people write": (
        {"budget": "1 500 000,50 €", "currency": ""},
        [("1500000.5", "EUR", None, None)],
    ),
    "beside the number goes first": (
        {"budget": "US$ 1,500.00", "currency": "EUR"},
        [("1500", "USD", None, None)],
    ),
    "by name": ({"budget": 7, "currency": "US dollars"}, [("7", "USD", None, None)]),
    "by name in French": (
        {"budget": 7, "currency": "dollar des États-Unis"},
        [("7", "USD", None, None)],
    ),
    "money that is no more": ({"budget": 7, "currency": "DEM"}, [("7", "DEM", None, None)]),
    "of the plan": ({"budget": 7}, [("7", "KES", None, None)]),
    "of the initiative": (
        {"budget": 7, "start": 2026, "end": 2027},
        [("7", "KES", date(2026, 1, 1), date(2027, 12, 31))],
    ),
    "two years": (
        {"budget": "100; 200", "currency": "XOF", "budget_period": "2026; 2027"},
        [("100", "XOF", *_YEAR[2026]), ("200", "XOF", *_YEAR[2027])],
    ),
    "the same in two years": (
        {"budget": "100\n100", "currency": "XOF", "budget_period": "2026\n2027"},
        [("100", "XOF", *_YEAR[2026]), ("100", "XOF", *_YEAR[2027])],
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", BUDGETS)
def test_budget_of_an_initiative_is_read(
    fill: Callable[..., bytes], case: str, language: str
) -> None:
    said, expected = BUDGETS[case]
    row = {"identifier": "1", "title": "Advise", **said}
    content = fill(language, {**_OF_PLAN, "currency": "KES"}, initiatives=[row])
    assert _read_amounts(content) == expected
    [element] = _records(_read(content)).elements
    assert {(one.kind, one.where.address) for one in element.amounts} == {
        ("budget", element.where.address.replace("B4", "S4"))
    }
    assert _records(_read(content)).counts["amounts"] == len(expected)


def test_budget_of_the_plan_is_for_its_period(fill: Callable[..., bytes]) -> None:
    plan = {**_OF_PLAN, "budget": "1200000", "currency": "EUR"}
    head = _records(_read(fill("en", plan))).head
    [amount] = head.amounts
    assert (amount.number, amount.currency, amount.kind) == (Decimal(1200000), "EUR", "budget")
    assert (amount.start, amount.end) == (date(2026, 1, 1), date(2027, 12, 31))


def test_budget_in_words_is_kept_and_told(fill: Callable[..., bytes]) -> None:
    rows = [
        {"identifier": "1", "title": "A", "budget": "2 million", "currency": "shells"},
        {"identifier": "2", "title": "B", "budget": "1,500"},
        {"identifier": "3", "title": "C", "budget_period": "2026"},
    ]
    records = _records(_read(fill("en", PLAIN, initiatives=rows)))
    assert [len(one.amounts) for one in records.elements] == [0, 1, 0]
    assert [_say(note) for one in records.elements for note in one.notes] == [
        "Budget amount: 2 million (sheet initiatives, cell S4)",
        "Period of the budget: 2026 (sheet initiatives, cell U6)",
    ]
    assert [(one.kind, one.what, one.text) for one in records.told] == [
        (
            "read",
            "a currency is none of the list and no code such as EUR; it is kept as it is written",
            "shells",
        ),
        ("kept", "a budget is not one number with a currency; it is kept as a note", "2 million"),
        ("read", "1,500 was read as the number 1500", ""),
        ("read", "no currency is stated for an amount, so it is added to no other", ""),
        ("kept", "a period of a budget has no amount; it is kept as a note", ""),
    ]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"budget": "1; 2"}, "amounts: 2, periods: 0; write"),
        ({"budget": "1; 2", "budget_period": 2026}, "amounts: 2, periods: 1; write"),
        ({"budget": 1, "budget_period": "2026; 2027"}, "amounts: 1, periods: 2; write"),
        ({"budget": 1, "budget_period": "soon"}, "soon: it is no date"),
    ],
)
def test_period_that_does_not_fit_its_budget_is_a_fault(
    fill: Callable[..., bytes], said: dict[str, object], problem: str
) -> None:
    row = {"identifier": "1", "title": "Advise", **said}
    [fault] = _read(fill("en", PLAIN, initiatives=[row])).faults
    assert str(fault).startswith("plan.xlsx:initiatives!U4")
    assert problem in str(fault)


def test_no_amount_is_told_of_the_workbook_and_of_no_other(fill: Callable[..., bytes]) -> None:
    told = NO_AMOUNT
    row = {"identifier": "1", "title": "Advise"}
    for plan, budget, is_told in (
        (PLAIN, None, True),
        (PLAIN, 0, False),
        ({**PLAIN, "budget": 5, "currency": "EUR"}, None, False),
    ):
        records = _records(_read(fill("en", plan, initiatives=[{**row, "budget": budget}])))
        assert (told in [one.what for one in records.told]) is is_told


@pytest.mark.parametrize("language", LANGUAGES)
def test_workbook_from_before_money_is_still_known_by_its_headings(language: str) -> None:
    """Eleven of the eighteen headings it had then were enough under any name of the sheet."""
    texts = build_texts(language)
    headings = next(
        line
        for name, content in texts.items()
        if name.startswith("initiatives")
        for line in content.decode("utf-8-sig").splitlines()[:1]
    )
    book = Workbook()
    assert book.active is not None
    book.active.title = "2026"
    book.active.append([one.strip('"') for one in headings.replace(";", ",").split(",")][:11])
    file = io.BytesIO()
    book.save(file)
    assert recognizes(PATH, file.getvalue())


# Comments on cells


def _remark(content: bytes) -> bytes:
    def write(book: Workbook) -> None:
        book[INITIATIVES]["B4"].comment = Comment("Ask Amina.\nIs it on?", "Bea")
        book[INITIATIVES]["D9"].comment = Comment("more to come", "Bea")
        book[PLAN]["B3"].comment = Comment("as printed", "")
        book[INITIATIVES]["C4"].comment = Comment("a mark", "devcoop")

    return _change(content, write)


def test_comments_on_cells_are_kept_as_notes_and_told(fill: Callable[..., bytes]) -> None:
    content = _remark(fill("en", PLAIN, initiatives=[{"identifier": "1", "title": "Advise"}]))
    records = _records(_read(content))
    [element] = records.elements
    assert [_say(one) for one in element.notes] == [
        "comment: Title: Ask Amina.\nIs it on? (Bea) (sheet initiatives, cell B4)"
    ]
    assert [_say(one) for one in records.head.notes] == [
        "comment: Title of the plan: as printed (sheet plan, cell B3)",
        "comment: Themes: more to come (Bea) (sheet initiatives, cell D9)",
    ]
    [told] = [one for one in _tell(records) if one.what == "comments on cells are kept as notes"]
    assert (told.kind, told.number) == ("kept", 3)
    assert told.say_places() == (
        "sheet plan, Title of the plan: cell B3; sheet initiatives, Title: cell B4; Themes: cell D9"
    )


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2">
<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>
</office:document-content>"""


def _build_ods(**sheets: list[str]) -> bytes:
    """Build a workbook of Open Document from rows, each of cells as XML."""
    tables = "".join(
        f'<table:table table:name="{name}">{"".join(rows)}</table:table>'
        for name, rows in sheets.items()
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", _ODS.format(sheets=tables))
        packed.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest"
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis'
            '.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return file.getvalue()


def _row(*texts: str, note: str = "") -> str:
    cells = [
        f'<table:table-cell office:value-type="string">{note if place == 1 else ""}'
        f"<text:p>{text}</text:p></table:table-cell>"
        for place, text in enumerate(texts)
    ]
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


_NOTE = (
    "<office:annotation><dc:creator>Bea</dc:creator><text:p>Ask Amina.</text:p>"
    "<text:p>Is it on?</text:p></office:annotation>"
)


def _build_commented_ods() -> bytes:
    gap = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    return _build_ods(
        plan=[
            _row("What", "Your plan"),
            _row("Title of the plan", "Plan"),
            _row("Agency", "EA"),
            _row("Edition", "1"),
        ],
        initiatives=[
            _row("Identifier", "Title", "Themes", "Start"),
            gap,
            _row("1", "Advise", "Metrology", "soon", note=_NOTE),
        ],
    )


def test_comments_of_open_document_are_kept_with_their_cells() -> None:
    path, content = Path("plan.ods"), _build_commented_ods()
    reading = _read(content, path)
    assert [str(one).partition(":")[2][:14] for one in reading.faults] == ["initiatives!D5"]
    assert reading.records is not None
    assert [_say(one) for one in reading.records.elements[0].notes] == [
        "comment: Title: Ask Amina.\nIs it on? (Bea) (sheet initiatives, cell B5)"
    ]
    marked = load_workbook(io.BytesIO(mark_faults(path, content, reading.faults)))
    said = marked[INITIATIVES]["B5"].comment
    assert (said.text, said.author) == ("Ask Amina.\nIs it on?", "Bea")
    assert marked[INITIATIVES]["D5"].comment.text.startswith("soon: it is no date")


def test_comments_of_a_list_are_told_as_not_taken_over(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Name"])
    book.active.append(["Roads"])
    book.active["A2"].comment = Comment("not sure", "Bea")
    path, column_map = tmp_path / "list.xlsx", tmp_path / "map.yaml"
    book.save(path)
    column_map.write_text("agency: Aid\ncolumns: {title: Name}\n", encoding="utf-8")
    [reading] = read_files([path], Hints(map=column_map))
    assert reading.records is not None
    assert [str(one) for one in reading.records.told] == [
        "comments on cells were not taken over, sheet Sheet, cell A2"
    ]
