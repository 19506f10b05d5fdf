"""What is told names the columns as the sheet does, and every cell where it occurs."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from devcoop.cli import main
from devcoop.load.records import MOST_PLACES, Told, Where

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "What,Your plan\nTitle of the plan,Plan\nAgency,Example Aid\nCountries of the plan,Keyna\n"
ROWS = """Identifier,Title,Themes,Form of help,Countries,Start
1,Train,Metrology,Coursework; Twinning,Keyna,2026
2,Teach,Metrology,Coursework,Uganda,2026
3,Advise,Metrology,Coursework,Keyna,2026
"""
FRENCH = """Identifiant,Titre,Thèmes,Forme de l’aide,Pays,Début
1,Former,Metrology,Cours,Kenya,bientôt
2,Conseiller,Metrology,Cours,Kenya,2026
"""


def _fill(folder: Path, plan: str = PLAN, rows: str = ROWS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "plan.csv").write_text(plan, encoding="utf-8")
    (folder / "initiatives.csv").write_text(rows, encoding="utf-8")
    return folder


def _load(tmp_path: Path, *arguments: str) -> str:
    words = ["load", *arguments, "--store", str(tmp_path / "store")]
    return CliRunner().invoke(main, words).output


def test_unknown_words_are_told_with_their_heading_and_all_their_cells(tmp_path: Path) -> None:
    told = tmp_path / "told.csv"
    said = _load(tmp_path, str(_fill(tmp_path / "form")), "--told", str(told))
    assert (
        "  not known, kept as a note: Form of help:\n"
        "    'Coursework' (3 times); sheet initiatives, cells D2, D3, D4\n"
        "    'Twinning'; sheet initiatives, cell D2\n" in said
    )
    assert (
        "not known, kept as a note: Countries of the plan, Countries: 'Keyna' (3 times; did you"
        " mean Kenya?); sheet plan, cell B4; sheet initiatives, cells E2, E4\n" in said
    )
    rows = list(csv.DictReader(told.read_text(encoding="utf-8").splitlines()))
    assert ("instrument", "Coursework", "sheet initiatives, cells D2, D3, D4", "3") in [
        (row["about"], row["text"], row["where"], row["number"]) for row in rows
    ]


def test_refused_run_names_every_cell(tmp_path: Path) -> None:
    said = _load(tmp_path, str(_fill(tmp_path / "form")), "--strict")
    assert [
        line.rpartition("initiatives!")[2] for line in said.splitlines() if "Coursework" in line
    ] == [
        f"{cell} (Form of help): it is not known what is meant by 'Coursework'"
        for cell in ("D2", "D3", "D4")
    ]


def test_faults_and_their_list_are_in_the_language_of_the_headings(tmp_path: Path) -> None:
    plan = "Quoi,Votre plan\nTitre du plan,Plan\nAgence,Aide\nÉdition,1\n"
    folder, copy = _fill(tmp_path / "form", plan, FRENCH), tmp_path / "copy.xlsx"
    said = _load(tmp_path, str(folder / "initiatives.csv"), "--marked", str(copy))
    problem = (
        "bientôt\u00a0: ce n’est pas une date\u00a0; écrivez un jour comme 2026-03-31, un mois"
        " comme mars 2026, ou une année"
    )
    assert f"initiatives!F2 (Début): {problem}" in said
    book = load_workbook(copy)
    assert book["initiatives"]["F2"].comment.text == problem
    assert [row[1:3] for row in book["erreurs"].iter_rows(values_only=True)] == [
        ("Cellule", "Colonne"),
        ("F2", "Début"),
    ]


def test_columns_without_money_are_named_in_the_language_of_the_headings(tmp_path: Path) -> None:
    plan = "Quoi,Votre plan\nTitre du plan,Plan\nAgence,Aide\nÉdition,1\n"
    said = _load(tmp_path, str(_fill(tmp_path / "form", plan, FRENCH.replace("bientôt", "2026"))))
    assert "nothing stands under “Montant du budget” or “Budget du plan”, so the plan" in said


def test_cells_of_a_list_are_told_with_its_headings(tmp_path: Path) -> None:
    listed, column_map = tmp_path / "list.csv", tmp_path / "map.yaml"
    listed.write_text("Nom,Pays visé\nA,Atlantide\nB,Atlantide\n", encoding="utf-8")
    column_map.write_text(
        "agency: Aid\nlanguage: fr\ncolumns: {title: Nom, country: Pays visé}\n", encoding="utf-8"
    )
    said = _load(tmp_path, str(listed), "--map", str(column_map))
    assert "What is not known: --told FILE.csv lists it, and --decisions takes it back" in said
    assert "not known, kept as a note: Pays visé: 'Atlantide' (2 times); cells B2, B3" in said


def test_cells_of_hashtags_are_told_with_the_headings_above_them(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(
        "Project,Where it is,Who\n#activity+name,#country+name,#org\nWells,Atlantide,Aid\n"
        "Dams,Atlantide,Aid\n",
        encoding="utf-8",
    )
    said = _load(tmp_path, str(listed))
    assert "not known, kept as a note: Where it is: 'Atlantide' (2 times); cells B3, B4" in said


@pytest.mark.parametrize(
    ("number", "end"),
    [(2, ", A2"), (12, ", A12"), (13, ", A12, and 1 more"), (300, ", A12, and at least 88 more")],
)
def test_places_are_listed_up_to_a_limit_that_is_told(number: int, end: str) -> None:
    told = Told("read", "x", Where("S", 1, 1))
    for row in range(2, number + 1):
        told = told.join(Told("read", "x", Where("S", row, 1)))
    assert told.number == number
    assert len(told.places) == min(number, MOST_PLACES)
    assert told.say_places().startswith("sheet S, cells A1, A2")
    assert told.say_places().endswith(end)


def test_what_stands_in_no_table_is_told_where_it_is_first() -> None:
    told = Told("read", "x", Where(line=3)).join(Told("read", "x", Where(line=5)))
    assert (told.number, told.places, str(told)) == (2, (), "x, line 3")


def _decide(told: Path, **meant: str) -> list[tuple[str, str, str]]:
    """Write decisions into a table, and give what it said before."""
    rows = list(csv.DictReader(told.read_text(encoding="utf-8").splitlines()))
    with told.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "meant": meant.get(row["text"], row["meant"])} for row in rows)
    return [(row["kind"], row["text"], row["meant"]) for row in rows if row["text"]]


def test_what_was_decided_is_told_beside_what_is_still_not_known(tmp_path: Path) -> None:
    form = str(_fill(tmp_path / "form"))
    told, second, third = (tmp_path / f"{name}.csv" for name in ("told", "second", "third"))
    course = "Training course or workshop"
    _load(tmp_path, form, "--told", str(told))
    assert _decide(told, Keyna="Kenya", Coursework=course) == [
        ("unknown", "Keyna", ""),
        ("unknown", "Coursework", ""),
        ("unknown", "Twinning", ""),
    ]
    said = _load(tmp_path, form, "--decisions", str(told), "--told", str(second))
    assert (
        "as was decided: Countries of the plan, Countries: 'Keyna' is Kenya (3 times); sheet plan,"
        " cell B4; sheet initiatives, cells E2, E4" in said
    )
    assert "not known, kept as a note: Form of help: 'Twinning'; sheet initiatives, cell D2" in said
    decided = [("decided", "Keyna", "Kenya"), ("decided", "Coursework", course)]
    assert _decide(second, Twinning="nothing") == [*decided, ("unknown", "Twinning", "")]
    said = _load(tmp_path, form, "--decisions", str(second))
    assert "not known" not in said
    assert "--told FILE" not in said
    # The store keeps what was decided: no table is needed any more.
    assert "the same as before" in _load(tmp_path, form, "--told", str(third))
    assert _decide(third) == [*decided, ("decided", "Twinning", "nothing")]


def test_decision_that_is_no_known_name_is_told_with_one_that_is_near(tmp_path: Path) -> None:
    form, told = str(_fill(tmp_path / "form")), tmp_path / "told.csv"
    _load(tmp_path, form, "--told", str(told))
    _decide(told, Keyna="Kenja")
    said = _load(tmp_path, form, "--decisions", str(told))
    assert "no place 'Kenja' is known; did you mean Kenya?" in said


def test_rules_that_a_workbook_breaks_are_told_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devcoop.terminal._PIPE_WIDTH", 400)
    plan = f"{PLAN}Language of the plan,English\n"
    rows = ROWS.replace("Metrology,", ",", 1)
    _load(tmp_path, str(_fill(tmp_path / "form", plan, rows)))
    store = str(tmp_path / "store")
    said = CliRunner().invoke(main, ["--store", store, "validate", "-f", "table"]).output
    assert "PlanElement-description" in said
    for words in ("fill in “Description”", "fill in “Themes”", "rows 2, 3, 4", "row 2"):
        assert words in said
    # The title of the plan and its language are stated, so that neither is missed.
    assert "Plan-hasEvidence" not in said
    assert "PlanDocument-language" not in said
    report = ["--store", store, "report", "-o", str(tmp_path / "out")]
    said = CliRunner().invoke(main, report).output
    assert f"`devcoop --store {store} validate --severity warning` lists them" in said


def test_what_is_kept_as_a_note_is_told_once(tmp_path: Path) -> None:
    rows = "Identifier,Title,Themes,Remarks\n1,Train,Metrology,ask\n2,Teach,Metrology,ask\n"
    said = _load(tmp_path, str(_fill(tmp_path / "form", rows=rows)))
    [line] = [
        line for line in said.splitlines() if "kept as note" in line and "initiatives" in line
    ]
    assert line == (
        "  what stands in columns that the form does not have is kept as notes (2 times); sheet"
        " initiatives, Remarks: cells D2, D3"
    )
    assert "kept as a note, not understood" not in said


def test_days_of_a_budget_are_stated_with_their_basis(tmp_path: Path) -> None:
    rows = "Identifier,Title,Themes,Budget amount,Period of the budget\n1,Train,Metrology,5,2026\n"
    _load(tmp_path, str(_fill(tmp_path / "form", rows=rows)))
    done = CliRunner().invoke(main, ["--store", str(tmp_path / "store"), "validate"])
    assert "period-basis-missing" not in done.output


def test_unknown_words_are_marked_in_a_copy_after_a_load(tmp_path: Path) -> None:
    form, copy = _fill(tmp_path / "form") / "plan.csv", tmp_path / "copy.xlsx"
    said = _load(tmp_path, str(form), "--marked", str(copy))
    assert f"What is not known in {form} is marked in {copy}" in said
    assert "Loaded into" in said
    book = load_workbook(copy)
    cells = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet
        for cell in row
        if cell.comment
    }
    assert cells == {
        ("plan", "B4"),
        *(("initiatives", cell) for cell in ("D2", "D3", "D4", "E2", "E4")),
    }
    assert book["initiatives"]["D2"].comment.text == (
        "it is not known what is meant by 'Coursework'\nit is not known what is meant by 'Twinning'"
    )


def test_plan_that_takes_the_place_of_another_is_told_with_the_name_of_that(tmp_path: Path) -> None:
    """Both lie in files of one name, and neither has a code of its own."""
    _load(tmp_path, str(_fill(tmp_path / "form")))
    other = _fill(tmp_path / "other", PLAN.replace("plan,Plan", "plan,Quite another"))
    said = _load(tmp_path, str(other))
    assert "“Quite another”: replaced (it was “Plan”); initiatives: 0 new, 0 gone" in said
    rows = ROWS.replace("Teach", "Instruct")
    said = _load(
        tmp_path,
        str(_fill(tmp_path / "other", PLAN.replace("plan,Plan", "plan,Quite another"), rows)),
    )
    assert "“Quite another”: replaced; initiatives" in said
