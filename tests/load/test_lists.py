"""Lists of others on their way into a store: recognised, stated, kept, told."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from devcoop import names
from devcoop.cli import main
from devcoop.errors import SourceError, TableError
from devcoop.graph import build_graph
from devcoop.load import Hints, Wishes, load_files, unload
from devcoop.load.form.template import build_workbook
from devcoop.load.recognition import Recognizer, plain
from devcoop.load.records import UNCLEAR, Value
from devcoop.load.written.amounts import read_number
from devcoop.load.written.dates import read_days
from devcoop.queries import get_query
from devcoop.store.folder import open_store, read_edition_name
from devcoop.store.terms import Literal, as_text

if TYPE_CHECKING:
    from devcoop.load import Loaded

LIST = """Code,Title,Where,Who,Subject,From,Money
A1,Training of metrologists,"Kenya; Congo, Democratic Republic",Example Aid,metrology,2016,1000
A2,Wells and pumps,Atlantis,EXAMPLE AID,water,,
A3,Advice on standards,Africa regional,International Organization for Standardization,,2017-05-01,
"""
MAP = """
agency: Example Aid
language: en
columns:
  identifier: Code
  title: Title
  country: Where
  agency: Who
  theme: Subject
  start: From
  commitment: Money
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    listed, column_map = tmp_path / "projects.csv", tmp_path / "map.yaml"
    listed.write_text(LIST, encoding="utf-8")
    column_map.write_text(MAP, encoding="utf-8")
    return listed, column_map


def _values(folder: Path, key: str, term: str) -> set[str]:
    """Give the values of a property of the element of a key.

    Here and below a copy in memory takes longer than to read a few statements from the files.
    """
    with open_store(folder, most_copied=0) as store:
        found = [
            as_text(quad.subject)
            for quad in store.quads(predicate=names.term("dcterms:identifier"), object=Literal(key))
        ]
        [subject] = [one for one in found if "/element/" in one]
        return {
            names.shorten(as_text(quad.object))
            for quad in store.quads(subject=subject, predicate=names.term(term))
        }


def _load(folder: Path, files: tuple[Path, Path], **wishes: Any) -> Loaded:
    listed, column_map = files
    return load_files(folder, [listed], Wishes(hints=Hints(map=column_map), **wishes))


def test_what_is_known_is_linked(folder: Path, files: tuple[Path, Path]) -> None:
    _load(folder, files)
    assert _values(folder, "A1", "devc:targetArea") == {"pl:KEN", "pl:COD"}
    assert _values(folder, "A1", "devc:theme") == {"th:metrology"}
    assert _values(folder, "A3", "devc:targetArea") == {"pl:africa"}
    assert _values(folder, "A3", "devc:agency") == {"ag:iso"}
    assert _values(folder, "A2", "devc:targetArea") == set()
    assert _values(folder, "A2", "devc:facetNotRecognised") == {"devc:targetArea", "devc:theme"}
    assert "devc:theme" in _values(folder, "A3", "devc:facetNotStated")
    assert "devc:targetArea" not in _values(folder, "A2", "devc:facetNotStated")
    assert _values(folder, "A1", "devc:agency") == _values(folder, "A2", "devc:agency")


@pytest.mark.parametrize(
    ("question", "key", "served"),
    [
        ("undertakings-without-place", "A2", "1"),
        ("undertakings-without-place", "A4", "0"),
        ("undertakings-without-beneficiary", "A2", "0"),
    ],
)
def test_what_is_said_in_unknown_words_is_said(
    folder: Path, files: tuple[Path, Path], question: str, key: str, served: str
) -> None:
    files[0].write_text(f"{LIST}A4,Wells without a place,,Example Aid,water,,\n", encoding="utf-8")
    _load(folder, files)
    with open_store(folder) as store:
        rows = store.query(get_query(question).text).records()
        assert [row["served"] for row in rows if row["detail"] == key] == [served]


def test_sheets_in_other_letters_have_passages_of_their_own(folder: Path, tmp_path: Path) -> None:
    book = Workbook()
    for name in ("Лист", "План"):
        sheet = book.create_sheet(name)
        for row in (["Who", "What"], ["#org", "#activity"], ["Red House", f"Wells of {name}"]):
            sheet.append(row)
    book.save(tmp_path / "3w.xlsx")
    graph = load_files(folder, [tmp_path / "3w.xlsx"]).changes[0].source.graph
    with open_store(folder, most_copied=0) as store:
        located = list(store.quads(predicate=names.term("devc:locator"), graph=graph))
    assert len(located) == len({as_text(one.object) for one in located}) == 2


def test_who_does_the_work_of_a_3w_table_is_a_named_actor(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "3w.csv"
    path.write_text("#org,#activity\nRed House,Wells\n", encoding="utf-8")
    load_files(folder, [path])
    with open_store(folder) as store:
        rows = list(store.query(get_query("undertakings-without-actor").text).records())
    assert [row["served"] for row in rows if "/3w-" in row["subject"]] == ["1"]


@pytest.mark.parametrize(
    ("language", "tag"),
    [
        ("en_US", "en-us"),
        ("English, mostly", "und"),
        ("en-x", "und"),
        ("zz-zz-zz-zz", "und"),
        ("", "und"),
    ],
)
def test_language_is_a_tag_or_not_known(
    folder: Path, files: tuple[Path, Path], language: str, tag: str
) -> None:
    files[1].write_text(MAP.replace("language: en", f'language: "{language}"'), encoding="utf-8")
    [change] = _load(folder, files).changes
    assert any("no language tag" in one.what for one in change.told) == (
        tag == "und" != language != ""
    )
    with open_store(folder, most_copied=0) as store:
        labels = store.quads(predicate=names.term("rdfs:label"), graph=change.source.graph)
        tags = {one.object.language for one in labels if isinstance(one.object, Literal)}
    assert tags == {tag}


def test_what_is_not_known_is_kept_and_told(folder: Path, files: tuple[Path, Path]) -> None:
    [change] = _load(folder, files).changes
    told = {(one.about, one.text): one for one in change.told if one.kind == "unknown"}
    assert set(told) == {("place", "Atlantis"), ("theme", "water")}
    assert str(told["place", "Atlantis"].where) == "cell C3"
    joined = [one.text for one in change.told if one.kind == "joined"]
    assert joined == ["EXAMPLE AID; Example Aid"]
    with open_store(folder, most_copied=0) as store:
        kept = {as_text(q.object) for q in store.quads(predicate=names.term("oa:bodyValue"))}
    assert kept == {"Atlantis", "water"}


def test_what_was_loaded_breaks_no_rule(folder: Path, files: tuple[Path, Path]) -> None:
    _load(folder, files)
    done = CliRunner().invoke(main, ["--store", str(folder), "validate", "-f", "csv"])
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert rows
    assert [row for row in rows if row["severity"] == "violation"] == []


def test_same_list_twice_changes_nothing(folder: Path, files: tuple[Path, Path]) -> None:
    _load(folder, files)
    before = read_edition_name(folder)
    [change] = _load(folder, files).changes
    assert change.is_same
    assert read_edition_name(folder) == before


OTHER = """Code,Title,Where,Who,Subject,From,Money
B1,Advice on standards for exporters,Kenya,Other Aid,food safety,,
B2,Standards and more advice,Uganda,Other Aid,food safety,,
B3,Advice on standards,Uganda,Other Aid,metrology,,
"""


def test_same_list_says_the_same_whatever_lists_are_loaded_beside_it(
    folder: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text(OTHER, encoding="utf-8")
    wishes = Wishes(hints=Hints(map=files[1]))
    load_files(folder, [files[0], other], wishes)
    before = _list_quads(folder)
    for paths in ([files[0]], [other], [files[0]]):
        [change] = load_files(folder, paths, wishes).changes
        assert change.is_same
    assert _list_quads(folder) == before


def _list_quads(folder: Path) -> list[str]:
    with open_store(folder, most_copied=0) as store:
        return sorted(map(str, store.quads()))


def test_newer_list_takes_the_place_of_the_older(folder: Path, files: tuple[Path, Path]) -> None:
    _load(folder, files)
    text = LIST.replace("A2,Wells and pumps", "A9,Boreholes").replace("1000", "2000")
    files[0].write_text(text, encoding="utf-8")
    [change] = _load(folder, files).changes
    assert change.initiatives == (1, 1, 0)
    assert not change.is_new


def test_decisions_are_honoured_then_and_later(
    folder: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    told = tmp_path / "told.csv"
    run = CliRunner().invoke
    load = ["load", str(files[0]), "--map", str(files[1]), "--store", str(folder)]
    assert run(main, [*load, "--told", str(told)]).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(told.read_text(encoding="utf-8"))))
    for row in rows:
        row["meant"] = {"Atlantis": "MLI", "water": "nothing"}.get(row["text"], "")
    with told.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert run(main, [*load, "--decisions", str(told)]).exit_code == 0
    assert _values(folder, "A2", "devc:targetArea") == {"pl:MLI"}
    [change] = _load(folder, files).changes
    assert change.is_same
    assert [one for one in change.told if one.kind == "unknown"] == []


def test_decision_about_what_is_gone_is_kept_and_honoured_when_it_is_back(
    folder: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    other, column_map, decided = (tmp_path / one for one in ("b.csv", "b.yaml", "decided.csv"))
    other.write_text("Code,Title,Who\nB1,Wells,Ministry of Wells\n", encoding="utf-8")
    column_map.write_text(
        "columns: {identifier: Code, title: Title, agency: Who}\n", encoding="utf-8"
    )
    second = Wishes(hints=Hints(map=column_map, agency="Example Aid"))
    load_files(folder, [other], second)
    decided.write_text("about,text,meant\nbody,Example Aid,Ministry of Wells\n", encoding="utf-8")
    _load(folder, files, decisions=decided)
    meant = _values(folder, "A1", "devc:agency")
    assert meant == _values(folder, "B1", "devc:agency")
    for name in ("projects", "b"):
        with open_store(folder, most_copied=0) as store:
            [graph] = [one.graph for one in store.sources if f"/{name}-" in one.graph]
        unload(folder, graph)
    _load(folder, files)
    assert _values(folder, "A1", "devc:agency") != meant
    load_files(folder, [other], second)
    _load(folder, files)
    assert _values(folder, "A1", "devc:agency") == meant


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("planet,Atlantis,MLI", "`about` is 'planet'; it is one of: arena, beneficiary, body"),
        (",Atlantis,MLI", "`about` is ''; it is one of"),
        ("place,Atlantis,MLI\nplace,ATLANTIS,KEN", "a row above decided otherwise of place"),
    ],
)
def test_table_of_decisions_that_cannot_be_followed_is_refused(
    folder: Path, files: tuple[Path, Path], tmp_path: Path, rows: str, problem: str
) -> None:
    decided = tmp_path / "decided.csv"
    decided.write_text(f"about,text,meant\n{rows}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=problem):
        _load(folder, files, decisions=decided)


def test_words_may_mean_several_things(
    folder: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    decided = tmp_path / "decided.csv"
    decided.write_text("about,text,meant\nplace,Atlantis,Mali; NER\n", encoding="utf-8")
    _load(folder, files, decisions=decided)
    assert _values(folder, "A2", "devc:targetArea") == {"pl:MLI", "pl:NER"}
    [change] = _load(folder, files).changes
    assert change.is_same


def test_part_that_means_nothing_known_is_kept_and_told_as_decided(
    folder: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    files[0].write_text(LIST.replace("Atlantis", "Atlantis; Mali; Lemuria"), encoding="utf-8")
    table = tmp_path / "decided.csv"
    table.write_text("about,text,meant\nplace,Atlantis,nothing\n", encoding="utf-8")
    [change] = _load(folder, files, decisions=table).changes
    assert _values(folder, "A2", "devc:targetArea") == {"pl:MLI"}
    places = [one for one in change.told if one.about == "place"]
    assert [one.text for one in places if one.kind == "unknown"] == ["Lemuria"]
    decided = [(one.text, one.meant) for one in change.told if one.kind == "decided"]
    assert decided == [("Atlantis", "nothing")]
    with open_store(folder, most_copied=0) as store:
        kept = {as_text(q.object) for q in store.quads(predicate=names.term("oa:bodyValue"))}
    assert {"Atlantis", "Lemuria"} <= kept


def test_body_of_two_lists_has_one_name_and_stays_with_either(
    folder: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "second.csv"
    other.write_text(LIST.replace("Example Aid", "Example  AID"), encoding="utf-8")
    _load(folder, files)
    _load(folder, (other, files[1]))
    broken = CliRunner().invoke(main, ["--store", str(folder), "validate", "-f", "csv"]).stdout
    assert [
        one for one in csv.DictReader(io.StringIO(broken)) if one["severity"] == "violation"
    ] == []
    with open_store(folder, most_copied=0) as store:
        [graph] = [one.graph for one in store.sources if "/projects-" in one.graph]
    unload(folder, graph)
    [agency] = _values(folder, "A1", "devc:agency")
    with open_store(folder, most_copied=0) as store:
        labels = store.quads(subject=names.expand(agency), predicate=names.term("rdfs:label"))
        assert [as_text(one.object) for one in labels] == ["Example Aid"]


def test_bodies_of_lists_of_one_load_are_one(
    folder: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "second.csv"
    other.write_text(LIST.replace("Example Aid", "example aid"), encoding="utf-8")
    wishes = Wishes(hints=Hints(map=files[1]))
    load_files(folder, [files[0], other], wishes)
    with open_store(folder, most_copied=0) as store:
        labels = {
            as_text(one.object)
            for one in store.quads(predicate=names.term("rdfs:label"))
            if "/agency/example-aid" in as_text(one.subject)
        }
    assert labels == {"Example Aid"}
    assert all(one.is_same for one in load_files(folder, [files[0], other], wishes).changes)


def test_decision_that_means_nothing_known_is_refused(
    folder: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    decided = tmp_path / "decided.csv"
    decided.write_text("about,text,meant\nplace,Atlantis,Lemuria\n", encoding="utf-8")
    before = read_edition_name(folder)
    with pytest.raises(SourceError, match=r"decided\.csv:2: no place 'Lemuria' is known"):
        _load(folder, files, decisions=decided)
    assert read_edition_name(folder) == before


def test_a_name_that_is_nearly_a_known_one_is_told_and_not_taken_for_it(
    folder: Path, files: tuple[Path, Path]
) -> None:
    text = files[0].read_text(encoding="utf-8")
    assert "Atlantis" in text
    files[0].write_text(text.replace("Atlantis", "Keyna"), encoding="utf-8")
    with pytest.raises(TableError, match=r"is meant by 'Keyna'; did you mean Kenya\?"):
        _load(folder, files, strict=True)
    loaded = _load(folder, files)
    [told] = [one for change in loaded.changes for one in change.told if one.text == "Keyna"]
    assert (told.kind, told.near) == ("unknown", "Kenya")


def test_strict_loads_nothing_that_is_not_understood(
    folder: Path, files: tuple[Path, Path]
) -> None:
    before = read_edition_name(folder)
    with pytest.raises(
        TableError, match=r"projects\.csv:C3 \(Where\): it is not known what is meant by 'Atlantis'"
    ):
        _load(folder, files, strict=True)
    assert read_edition_name(folder) == before


def test_two_files_for_one_place_are_refused(folder: Path, files: tuple[Path, Path]) -> None:
    other = files[0].parent / "elsewhere" / files[0].name
    other.parent.mkdir()
    other.write_text(LIST, encoding="utf-8")
    with pytest.raises(SourceError, match="would take the place of"):
        load_files(folder, [files[0], other], Wishes(hints=Hints(map=files[1])))


@pytest.fixture(scope="module")
def known() -> Recognizer:
    return Recognizer(build_graph())


@pytest.mark.parametrize(
    ("kind", "text", "meant"),
    [
        ("place", "KEN", "pl:KEN"),
        ("place", "ke", "pl:KEN"),
        ("place", "Kenia", "pl:KEN"),
        ("place", "Кения", "pl:KEN"),
        ("place", "COTE D'IVOIRE", "pl:CIV"),
        ("place", "Africa, Unspecified", "pl:africa"),
        ("place", "pl:KEN", "pl:KEN"),
        ("place", "PMA", "gr:ldc"),
        ("place", "Korea", ""),
        ("place", "Kenya regional", ""),
        ("theme", "Métrologie", "th:metrology"),
        ("theme", "metrology", "th:metrology"),
        ("sector", "metrology", ""),
        ("body", "unido", "ag:unido"),
        ("body", "ONUDI", "ag:unido"),
        ("place", "Congo, Democratic Republic of the", "pl:COD"),
    ],
)
def test_recognition(known: Recognizer, kind: str, text: str, meant: str) -> None:
    assert names.shorten(known.find(kind, Value(text))) == meant


def test_district_that_is_called_like_a_country_is_none(known: Recognizer) -> None:
    assert known.find("place", Value("Georgia"))
    assert known.find("place", Value("Georgia", scheme="adm1")) == ""
    assert known.find_all("place", Value("Georgia; Atlanta", scheme="loc")).known == ()


def test_text_with_very_many_separators_is_no_list_of_names(known: Recognizer) -> None:
    text = "Chad," * 100_000
    assert known.find_all("place", Value(text)).unknown == (text,)


def test_every_country_is_known_by_its_names_and_codes(known: Recognizer) -> None:
    graph = build_graph()
    notations = graph.quads(predicate=names.term("skos:notation"), graph=None)
    countries = [
        (as_text(q.subject), as_text(q.object))
        for q in notations
        if names.is_country(as_text(q.subject))
    ]
    assert len(countries) > 200
    for iri, code in countries:
        assert known.find("place", Value(code)) == iri
        for quad in graph.quads(subject=iri, predicate=names.term("skos:prefLabel")):
            assert known.find("place", Value(as_text(quad.object))) in (iri, ""), as_text(
                quad.object
            )


@given(st.text(max_size=200))
def test_recognition_takes_any_text(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.dates())
def test_days_are_read_back_as_they_were_written(day) -> None:  # type: ignore[no-untyped-def]
    for written in (day.isoformat(), day.strftime("%d/%m/") + f"{day.year:04}"):
        days = read_days(written)
        assert days is not None
        assert days == (day, day)


@given(st.text(max_size=60))
def test_days_and_numbers_take_any_text(text: str) -> None:
    read_days(text)
    read_number(text)


@given(st.decimals(0, 10**12, places=2))
def test_numbers_are_read_in_both_ways_of_writing(number) -> None:  # type: ignore[no-untyped-def]
    written = f"{number:,.2f}"
    assert read_number(written) == (number, True)
    swapped = written.translate(str.maketrans(",.", ".,"))
    assert read_number(swapped) == (number, True)


FOURTH = Path(__file__).parent / "fourth.ttl"


def test_tables_of_a_folder_that_nobody_knows_are_left_and_told(
    folder: Path, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    (files / "deep").mkdir(parents=True)
    shutil.copy(FOURTH, files)
    (files / "deep" / "numbers.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["load", str(files), "--store", str(folder)])
    assert done.exit_code == 0, done.output
    assert f"{files / 'deep' / 'numbers.csv'}: not loaded" in done.stdout
    assert "new, with 2 initiatives" in done.stdout


def test_themes_are_suggested_where_none_is_stated(folder: Path, files: tuple[Path, Path]) -> None:
    [change] = _load(folder, files).changes
    bare = [one for one in change.told if one.what.startswith("no theme is stated")]
    assert [one.number for one in bare] == [2]
    with open_store(folder, most_copied=0) as store:
        made = {as_text(q.object) for q in store.quads(predicate=names.term("devc:suggestedFor"))}
    assert {iri.rpartition("/")[2] for iri in made} <= {"A2", "A3"}
    assert "A3" in {iri.rpartition("/")[2] for iri in made}
    assert "devc:theme" in _values(folder, "A3", "devc:facetNotStated")


def test_faults_of_a_workbook_are_marked_in_a_copy(folder: Path, tmp_path: Path) -> None:
    plan, copy = tmp_path / "plan.xlsx", tmp_path / "copy.xlsx"
    book = load_workbook(io.BytesIO(build_workbook("en")))
    book.worksheets[1].cell(4, 1).value = "I-1"
    book.save(plan)
    before = read_edition_name(folder)
    load = ["load", str(plan), "--store", str(folder), "--marked", str(copy)]
    done = CliRunner().invoke(main, load)
    assert done.exit_code == 3
    assert "the title" in done.output
    assert str(copy) in done.output
    assert read_edition_name(folder) == before
    marked = load_workbook(copy)
    assert len(marked.worksheets) == len(book.worksheets) + 1


def _fill(path: Path) -> Path:
    """Fill in a row of every sheet of the workbook."""
    book = load_workbook(io.BytesIO(build_workbook("en")))
    plan, initiatives, results, actors = book.worksheets[:4]
    said = {
        "Code of the plan": "P-1",
        "Title of the plan": "A plan",
        "Agency": "An agency",
        "First day of the plan": "2016",
        "Last day of the plan": "2018",
        "Countries of the plan": "Eastern Africa",
    }
    for row in plan.iter_rows(min_row=2):
        row[1].value = said.get(str(row[0].value))
    rows: dict[Any, dict[str, object]] = {
        initiatives: {
            "Identifier": "I-1",
            "Title": "Training in metrology",
            "Themes": "Metrology",
            "Countries": "Kenya",
            "Start": "2017",
            "Partners": "ISO (Coordinating)",
            "Serves result": "R-1",
        },
        results: {
            "Identifier": "R-1",
            "Title": "Laboratories are accredited",
            "Level": "Outcome",
            "Indicator": "Accredited laboratories",
            "Unit": "laboratories",
            "Baseline": 3,
            "Target": 10,
        },
        actors: {"Name": "Kenya Bureau of Standards", "Short name": "KEBS", "Role": "Partner"},
    }
    for sheet, values in rows.items():
        headings = [cell.value for cell in sheet[1]]
        for heading, value in values.items():
            sheet.cell(4, headings.index(heading) + 1).value = value
    book.save(path)
    return path


def test_every_sheet_of_the_workbook_is_stated(folder: Path, tmp_path: Path) -> None:
    [change] = load_files(folder, [_fill(tmp_path / "plan.xlsx")]).changes
    assert [str(one) for one in change.told if one.kind in UNCLEAR] == []
    assert _values(folder, "R-1", "devc:resultLevel") == {
        names.shorten(names.mint_concept("result-level", "outcome"))
    }
    assert _values(folder, "I-1", "devc:contributesTo") == {
        f"{names.mint_element(names.mint_list('P-1', plain('An agency')), 'R-1')}"
    }
    with open_store(folder, most_copied=0) as store:
        numbers = {as_text(q.object) for q in store.quads(predicate=names.DEVC.numericValue)}
        linked = {as_text(q.object) for q in store.quads(predicate=names.DEVC.linkTo)}
    assert numbers == {"3", "10"}
    assert names.expand("ag:iso") in linked
    done = CliRunner().invoke(main, ["--store", str(folder), "validate", "-f", "csv"])
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row for row in rows if row["severity"] == "violation"] == []


def test_what_the_form_leaves_empty_is_what_it_says_that_means(
    folder: Path, tmp_path: Path
) -> None:
    load_files(folder, [_fill(tmp_path / "plan.xlsx")])
    [period] = _values(folder, "I-1", "dcterms:temporal")
    with open_store(folder, most_copied=0) as store:
        subject = names.expand(period)
        days = {as_text(q.object) for q in store.quads(subject=subject)}
        roles = {as_text(q.object) for q in store.quads(predicate=names.DEVC.role)}
    assert {"2017-01-01", "2018-12-31"} <= days
    assert names.mint_concept("role", "accountable") in roles


def test_list_without_an_agency_is_told(folder: Path, files: tuple[Path, Path]) -> None:
    files[0].write_text("Title\nWells\n", encoding="utf-8")
    files[1].write_text("columns: {title: Title}\n", encoding="utf-8")
    [change] = _load(folder, files).changes
    assert any("no agency is named" in one.what for one in change.told)
