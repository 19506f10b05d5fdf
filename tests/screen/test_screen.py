"""A draft held against the plans: the same as after a load, and nothing is loaded."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from devcoop import names, screening
from devcoop.cli import main
from devcoop.errors import SourceError
from devcoop.gaps import run_check
from devcoop.graph import build_graph
from devcoop.load import load_files
from devcoop.load.draft import read_draft
from devcoop.queries import get_query
from devcoop.screening import screen
from devcoop.store import Source
from devcoop.store.folder import open_store, read_edition_name
from devcoop.store.rdf import parse_rdf
from devcoop.store.terms import as_text
from devcoop.words.screening import tell_screening

FOURTH = Path(__file__).parents[1] / "load" / "fourth.ttl"
IN_PLAN, ISSUED_BY = str(names.DEVC.inPlan), str(names.DEVC.issuedBy)
LIST = """Code,Title,Where,Subject,Do,Form,For,From,To
D1,<b>Training</b> of staff,Kenya; Ghana,standards-skills,teach,training,nsb,2017-01-01,2018-12-31
D2,Advice on quality policy,Kenya,qi-policy,study,,,2017-01-01,2018-12-31
D3,Something else,,{theme},,,,2019,2021
"""
MAP = """
agency: Example Aid
language: en
columns: {identifier: Code, title: Title, country: Where, theme: Subject, function: Do,
  instrument: Form, beneficiary: For, start: From, end: To}
"""


def _find_unserved_theme() -> str:
    check = run_check(build_graph(), get_query("themes-without-undertaking"))
    found = [cell.subject for cell in check.gaps if not cell.found or cell.found.code == "nothing"]
    return names.slug_of(min(found))


@pytest.fixture(scope="module")
def theme() -> str:
    return _find_unserved_theme()


@pytest.fixture
def draft(tmp_path: Path, theme: str) -> list[str]:
    listed, column_map = tmp_path / "draft.csv", tmp_path / "map.yaml"
    listed.write_text(LIST.format(theme=theme), encoding="utf-8")
    column_map.write_text(MAP, encoding="utf-8")
    return [str(listed), "--map", str(column_map)]


def _run(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_findings_are_those_after_a_load(
    three_plans: Path, tmp_path: Path, draft: list[str]
) -> None:
    store = str(shutil.copytree(three_plans, tmp_path / "store"))
    before = read_edition_name(Path(store))
    screened = list(
        csv.DictReader(io.StringIO(_run("--store", store, "screen", *draft, "-f", "csv")))
    )
    assert read_edition_name(Path(store)) == before
    _run("load", *draft, "--store", store)
    listed = _run("--store", store, "overlaps", "--between", "Example Aid", "-f", "csv")
    expected = {
        (frozenset((row["left"], row["right"])), row["type"], row["score"])
        for row in csv.DictReader(io.StringIO(listed))
        if row["type"] != "fragmentation"
    }
    found = {
        (frozenset((row["draft"], row["other"])), row["type"], row["score"]) for row in screened
    }
    assert found == expected
    assert len(found) > 5


def test_page_says_whom_to_talk_to_and_what_is_open(draft: list[str], theme: str) -> None:
    text = _run("screen", *draft, "--title", "Draft plan")
    assert "Draft plan (Example Aid)" in text
    assert "A draft of 3 initiatives, held against 165 initiatives of 3 other agencies." in text
    assert "It meets work of ISO and OBOR" in " ".join(text.split())
    assert "What is done: not stated: 1 of 3" in text
    assert "1 of the 30 gaps that a plan could close" in text, theme


def test_page_is_whole_and_escaped(draft: list[str]) -> None:
    page = _run("screen", *draft, "-f", "html")
    assert "&lt;b&gt;Training&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_gap_is_closed_by_what_serves_it(
    three_plans: Path, tmp_path: Path, draft: list[str], theme: str
) -> None:
    store = str(shutil.copytree(three_plans, tmp_path / "store"))
    _run("load", *draft, "--store", store)
    rows = _run("--store", store, "gaps", "--type", "coverage-gap", "-f", "csv")
    without = _run("gaps", "--type", "coverage-gap", "-f", "csv")
    label = names.mint_concept("theme", theme)
    assert without.count(label) == rows.count(label) + 1


def test_newer_edition_of_a_plan_is_not_held_against_the_older(
    four_plans: Path, tmp_path: Path
) -> None:
    store = shutil.copytree(four_plans, tmp_path / "store")
    text = _run("--store", str(store), "screen", str(FOURTH))
    assert "held against 165 initiatives of 3 other agencies." in " ".join(text.split())


def test_initiative_is_counted_once_when_its_agency_has_a_plan_already(tmp_path: Path) -> None:
    short = tmp_path / "map.yaml"
    short.write_text(
        "agency: EXAID\nlanguage: en\ncolumns: {identifier: Code, title: Title}\n",
        encoding="utf-8",
    )
    for name in ("first", "second"):
        (tmp_path / f"{name}.csv").write_text(f"Code,Title\nD1,Dams {name}\n", encoding="utf-8")
    store = str(tmp_path / "store")
    _run("load", str(tmp_path / "first.csv"), "--map", str(short), "--store", store)
    draft = ("screen", str(tmp_path / "second.csv"), "--map", str(short))
    text = _run("--store", store, *draft)
    assert "Initiatives without stated funding: 1 of 1\n" in text
    assert "Initiatives that lead to no stated result: 1 of 1\n" in text
    assert " of 2" not in text


def test_draft_is_one_plan(tmp_path: Path) -> None:
    two = tmp_path / "two.ttl"
    plan = "<urn:p{n}> a <https://w3id.org/devcoop/ns#Plan> .\n"
    two.write_text(plan.format(n=1) + plan.format(n=2), encoding="utf-8")
    with pytest.raises(SourceError, match="a draft is one plan"):
        read_draft(build_graph(), two)


def test_nothing_of_a_draft_is_kept_beside_a_store(
    three_plans: Path, tmp_path: Path, draft: list[str]
) -> None:
    store = shutil.copytree(three_plans, tmp_path / "store")
    first = _run("--store", str(store), "screen", *draft)
    kept = _list_files(store)
    # What hangs on the draft hangs on its title.
    _run("--store", str(store), "screen", *draft, "--title", "Another")
    assert _list_files(store) == kept
    answers = store / "derived" / "answers"
    assert [one.name for one in answers.iterdir()] == [_read_version(store)]
    assert _run("--store", str(store), "screen", *draft) == first


def _list_files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def _read_version(folder: Path) -> str:
    with open_store(folder) as store:
        return store.version[:40]


def test_gap_that_the_older_edition_closes_is_not_closed_again(
    three_plans: Path, tmp_path: Path, draft: list[str]
) -> None:
    store = str(shutil.copytree(three_plans, tmp_path / "store"))
    _run("load", *draft, "--store", store)
    text = " ".join(_run("--store", store, "screen", *draft).split())
    assert "None of the 29 gaps that a plan could close, as far as it states" in text


def test_draft_without_anything_in_common_is_said_to_have_none() -> None:
    graph = build_graph()
    read = read_draft(graph, FOURTH)
    sheet = tell_screening(screen(graph, read.plan, read.source, read.quads))
    leads = [section.lead for section in sheet.sections]
    nothing = "Nothing was found that would need a conversation, as far as"
    assert f"{nothing} subjects and periods are known." in leads


FEW = """Code,Title,Where,Subject,From,To
D1,Training of staff,Kenya,,2017,2018
D2,Advice on quality policy,,qi-policy,,
D3,Something else,,,,
"""
MAP_OF_FEW = """
agency: Example Aid
language: en
columns: {identifier: Code, title: Title, country: Where, theme: Subject, start: From, end: To}
"""


@pytest.fixture
def few(tmp_path: Path) -> list[str]:
    listed, column_map = tmp_path / "few.csv", tmp_path / "few.yaml"
    listed.write_text(FEW, encoding="utf-8")
    column_map.write_text(MAP_OF_FEW, encoding="utf-8")
    return [str(listed), "--map", str(column_map)]


def _read(*arguments: str) -> str:
    return " ".join(_run("screen", *arguments).split())


def test_what_is_not_known_is_not_told_as_no(few: list[str]) -> None:
    text = _read(*few)
    assert (
        "Nothing could be found for 1 of its initiatives, of which no subject or sector is"
        " known, even as suggested; 2 of its initiatives, of which no first day is known." in text
    )
    assert "First day: not known: 2 of 3 Advice on quality policy; Something else" in text
    assert "None of the 30 gaps that a plan could close, as far as it states what it does." in text


def test_what_is_suggested_is_not_told_as_stated(few: list[str]) -> None:
    text = _read(*few)
    assert "It may meet work of OBOR and ISO: what is close there is in part only" in text
    assert "overlaps, all of which rest in part on suggestions; each is to be looked at" in text
    assert (
        "Subject: not stated: 2 of 3 Training of staff; Something else Not stated, and suggested"
        " from title and description for 1: Training of staff: Skills of standards professionals"
        " (93% sure)" in text
    )
    rows = list(csv.DictReader(io.StringIO(_run("screen", *few, "-f", "csv"))))
    assert {row["draft_label"] for row in rows} == {"Training of staff"}
    assert all("theme" in row["suggested"] for row in rows)


def test_titles_stand_where_initiatives_are_named(few: list[str]) -> None:
    text = _read(*few)
    assert "* Example Aid: Training of staff – OBOR: " in text
    assert "D1" not in text
    assert "nobody is named who carries them out: 3 of 3 Training of staff; Advice" in text


def test_what_is_said_in_unknown_words_is_not_told_as_unsaid(
    tmp_path: Path, few: list[str]
) -> None:
    listed = Path(few[0])
    listed.write_text(FEW.replace("D3,Something else,,", "D3,Something else,Atlantis,reefs"))
    text = _read(*few)
    unknown = "said in words that are not known here"
    assert f"* Where it takes place: {unknown}: 1 of 3 Something else" in text
    assert "not known where they take place: 1 of 3 Advice on quality policy" in text
    assert f"* Subject: {unknown}: 1 of 3 Something else" in text


def test_who_answers_for_an_initiative_is_a_named_actor(tmp_path: Path) -> None:
    file = tmp_path / "draft.ttl"
    text = FOURTH.read_text(encoding="utf-8")
    file.write_text(
        text.replace("devc:issuedBy ex:agency", "devc:issuedBy <urn:issuer>"), encoding="utf-8"
    )
    assert "nobody is named who carries them out" not in _read(str(file))
    assert "nobody is named who carries them out: 2 of 2" in _read(str(FOURTH))


def test_what_the_initiatives_say_is_told_where_the_plan_does_not(few: list[str]) -> None:
    text = _read(*few)
    assert "as a whole: the draft as a whole 1 of its 3 initiatives says it for itself." in text
    assert "stated period: the draft as a whole 1 of its 3 initiatives says it for itself." in text


def test_what_the_plan_as_a_whole_says_is_not_vague(tmp_path: Path) -> None:
    text = FOURTH.read_text(encoding="utf-8")
    whole = tmp_path / "whole.ttl"
    area = "<https://example.org/aid/plan> <https://w3id.org/devcoop/ns#targetArea>"
    whole.write_text(f"{text}\n{area} <https://w3id.org/devcoop/place/KEN> .\n", encoding="utf-8")
    told = _read(str(whole))
    assert "where they take place:" not in told
    vague, whole_says = told.split("WHAT ONLY THE PLAN AS A WHOLE SAYS")
    assert "which countries they are meant" not in vague
    assert "Where it takes place: 1 of 2 Advice on a law of metrology" in whole_says


def test_newer_edition_that_drops_what_closed_a_gap_is_told(
    three_plans: Path, tmp_path: Path, draft: list[str], theme: str
) -> None:
    store = str(shutil.copytree(three_plans, tmp_path / "store"))
    _run("load", *draft, "--store", store)
    listed = Path(draft[0])
    listed.write_text(listed.read_text(encoding="utf-8").replace(theme, ""), encoding="utf-8")
    text = " ".join(_run("--store", store, "screen", *draft).split())
    assert "Its edition in the store was set aside, as if this one had taken its place." in text
    assert "There would be 1 gap more that its edition in the store closes." in text
    assert "* Open again: Themes" in text


def test_agencies_are_those_of_what_it_is_held_against(tmp_path: Path) -> None:
    store = tmp_path / "store"
    other = tmp_path / "other.ttl"
    # A plan of one agency whose initiatives another answers for.
    text = FOURTH.read_text(encoding="utf-8").replace("example.org/aid/", "example.org/other/")
    issuer = "<https://example.org/issuer>"
    text = text.replace("devc:issuedBy ex:agency", f"devc:issuedBy {issuer}")
    other.write_text(text, encoding="utf-8")
    load_files(store, [other])
    told = " ".join(_run("--store", str(store), "screen", str(FOURTH)).split())
    assert "held against 2 initiatives of 1 other agency." in told


def test_draft_without_initiatives_is_said_to_have_none(tmp_path: Path) -> None:
    bare = tmp_path / "bare.ttl"
    bare.write_text(
        "@prefix devc: <https://w3id.org/devcoop/ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        '<urn:p> a devc:Plan ; rdfs:label "Bare"@en ; devc:issuedBy <urn:a> .\n',
        encoding="utf-8",
    )
    text = _read(str(bare))
    assert "The draft has no initiatives that could be held against others." in text
    assert "so that only the plan itself was looked at." in text


def test_draft_held_against_nothing_is_said_to_be(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load_files(store, [FOURTH])
    text = " ".join(_run("--store", str(store), "screen", str(FOURTH)).split())
    assert "There is no initiative of another agency to hold it against." in text


# Workbooks


def _fill(folder: Path, plan: str, initiatives: str) -> str:
    """Fill in a form as CSV files, and give the name of the first."""
    folder.mkdir(exist_ok=True)
    (folder / "plan.csv").write_text(f"What,Your plan\n{plan}", encoding="utf-8")
    (folder / "initiatives.csv").write_text(initiatives, encoding="utf-8")
    return str(folder / "plan.csv")


_PLAN = "Title of the plan,Draft\nAgency,Example Aid\nFirst day of the plan,2026\n"


@pytest.mark.parametrize(("budget", "is_told"), [("", True), ("two million", True), ("5", False)])
def test_money_that_a_workbook_does_not_state_is_told_as_that(
    tmp_path: Path, budget: str, is_told: bool
) -> None:
    rows = f"Identifier,Title,Themes,Budget amount\n1,Advise,Metrology,{budget}\n"
    said = _read(_fill(tmp_path, _PLAN, rows))
    assert ("Money: no amount in numbers is stated in the draft" in said) is is_told
    assert ("Initiatives without stated funding: 1 of 1" in said) is is_told
    assert "Plans without an amount" not in said


_OWN = """Identifier,Title,Themes,What is done,Form of help,For whom,Countries,Start,End
{},Training of metrologists,Metrology,Teach and train,training,nsb,Kenya,2026,2028
"""


def _load_own(tmp_path: Path, plan: str = _PLAN, rows: str = _OWN) -> tuple[str, str]:
    """Load a plan, and fill in another of the same agency."""
    store = str(tmp_path / "store")
    _run("load", _fill(tmp_path / "own", plan, rows.format("A1")), "--built-in", "--store", store)
    second = _PLAN.replace("Draft", "Next draft") + "Code of the plan,next\n"
    other = _fill(tmp_path / "new", second, _OWN.format("B1"))
    return store, other


def test_what_its_own_agency_has_already_is_told_apart(tmp_path: Path) -> None:
    store, other = _load_own(tmp_path)
    text = " ".join(_run("--store", store, "screen", other).split())
    assert "Its own agency has 1 initiative here; it is told apart." in text
    assert (
        "WHAT ITS OWN AGENCY ALREADY HAS Its own agency's plan already has an initiative close to"
        " what the draft would do. * Training of metrologists – Training of metrologists (A1), in"
        " Draft May be a duplication, closeness 0.90 of 1. When: at the same time." in text
    )
    assert "Both have: subject: Metrology" in text
    partners = text.partition("WITH WHOM TO TALK")[2].partition("WHAT IT WOULD")[0]
    assert "Example Aid" not in partners


def test_what_its_own_agency_has_already_is_marked_in_the_table(tmp_path: Path) -> None:
    store, other = _load_own(tmp_path)
    rows = csv.DictReader(io.StringIO(_run("--store", store, "screen", other, "-f", "csv")))
    told = [(row["other"], row["same_agency"]) for row in rows]
    assert [one for one in told if one[0] == "A1"] == [("A1", "yes")]
    assert all(is_own == "no" for other, is_own in told if other != "A1")


def test_own_agency_with_other_subjects_is_said_to_have_nothing_close(tmp_path: Path) -> None:
    rows = "Identifier,Title,Themes,Start,End\n{},Roads,digital-infrastructure,2026,2028\n"
    store, other = _load_own(tmp_path, rows=rows)
    text = " ".join(_run("--store", store, "screen", other).split())
    assert (
        "Its own agency has 1 initiative here, and none was found close to what the draft" in text
    )


def test_draft_of_an_agency_without_a_plan_says_nothing_of_its_own(tmp_path: Path) -> None:
    _, other = _load_own(tmp_path)
    assert "own agency" not in _run("screen", other)


OF_OTHERS = {
    "nothing": "",
    "a part of an initiative": "<{0}> devc:partOf <{1}> ; a devc:Undertaking ; devc:inPlan <{2}> .",
    "who leads it": "<urn:part> devc:participatesIn <{1}> ;"
    " devc:role <https://w3id.org/devcoop/role/lead> .",
    "its status": "<{1}> devc:hasStatus <https://w3id.org/devcoop/status/cancelled> .",
    "money for it": "<urn:money> a devc:FundingProvision ; devc:inPlan <{2}> .",
    "what its agency is called": '<{3}> skos:notation "OTHER" .',
}
"""What a plan may say of what a draft speaks of."""


@pytest.mark.parametrize("said", OF_OTHERS)
def test_what_other_plans_say_of_a_draft_is_seen(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def look() -> tuple[object, ...]:
        store = build_graph()
        draft = read_draft(store, FOURTH)
        own = [as_text(q.subject) for q in draft.quads if q.predicate.value == IN_PLAN]
        agency = next(as_text(q.object) for q in draft.quads if q.predicate.value == ISSUED_BY)
        head = "\n".join(f"@prefix {name}: <{iri}> ." for name, iri in names.PREFIXES.items())
        text = OF_OTHERS[said].format("urn:initiative", own[0], draft.plan, agency)
        home = names.mint_plan_graph(f"{names.BASE}plan/other")
        store.replace(Source(home, "0" * 64), parse_rdf(Path("a.ttl"), f"{head}\n{text}".encode()))
        found = screen(store, draft.plan, draft.source, draft.quads)
        left = [
            (one.facet, one.check and one.check.name, one.subjects, one.of) for one in found.open
        ]
        taken = [(one.check.name, one.subjects, one.of) for one in found.inherited]
        return left, taken, [(one.check.name, one.cell.subject) for one in found.closed]

    alone: list[bool] = []
    tell = screening.is_alone

    def note(*words: object) -> bool:
        alone.append(tell(*words))  # type: ignore[arg-type]
        return alone[-1]

    monkeypatch.setattr(screening, "is_alone", note)
    found = look()
    monkeypatch.setattr(screening, "is_alone", lambda *_: False)
    assert look() == found
    assert alone == [said == "nothing"]
