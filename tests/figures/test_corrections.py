"""What publishers of IATI could mend, as far as the data bear it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from lxml import etree

from devcoop import names
from devcoop.cli import main
from devcoop.export.corrections import TABLE, Mailing
from devcoop.figures.corrections import Corrections, find_corrections
from devcoop.graph import build_graph
from devcoop.load.encoding import encode
from devcoop.load.readers.iati import read_records
from devcoop.load.reading import Reading
from devcoop.load.recognition import Recognizer
from devcoop.load.records import Hints
from devcoop.model import Correction
from devcoop.names import DEVC
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from devcoop.store import Store

FILES = Path(__file__).parent / "corrections"


@pytest.fixture(scope="module")
def published() -> Store:
    """Files of two publishers that name each other's activities, beside the built-in plans."""
    store = build_graph()
    known = Recognizer(store)
    for path in sorted(FILES.glob("*.xml")):
        form, records = read_records(path, path.read_bytes(), Hints())
        quads = encode(Reading(path, "0" * 64, records=records, format=form), records, known).quads
        known.learn(quads)
        plan = next(as_text(one.subject) for one in quads if as_text(one.object) == str(DEVC.Plan))
        store.add(names.mint_plan_graph(plan), quads)
    return store


@pytest.fixture(scope="module")
def corrections(published: Store) -> Corrections:
    return find_corrections(published)


def say(one: Correction) -> tuple[str, ...]:
    suggested = ", ".join(map(names.slug_of, one.suggested))
    return (one.activity, one.kind, one.there, suggested, names.slug_of(one.about))


def test_what_is_found_is_what_was_put_in_and_nothing_else(corrections: Corrections) -> None:
    assert sorted(map(say, corrections.found)) == [
        ("AA-1-both", "same-identifier", "", "", ""),
        ("AA-1-both", "same-identifier", "", "", ""),
        ("AA-1-dates", "day", "1900-01-01", "2019-05-06", ""),
        ("AA-1-half", "percentage", "60", "40", "NER"),
        ("AA-1-part", "country", "", "MLI", ""),
        ("AA-1-part", "purpose", "", "14031", ""),
        ("AA-1-too-much", "percentage", "110", "", "14030"),
        ("BB-2-paid", "link", "receiver", "provider", "AA-1-whole"),
    ]
    assert sorted(corrections.activities.values()) == [3, 6]


def test_letters_say_what_was_seen_out_of_what_was_read(
    published: Store, corrections: Corrections
) -> None:
    files = Mailing(published, corrections).render()
    assert sorted(name.rpartition("-")[0] for name in files if name != TABLE) == ["aid", "bank-b"]
    letter = next(text.decode() for name, text in files.items() if name.startswith("bank-b"))
    assert "We read 3 of your activities. In 2 of them" in letter
    assert (
        "BB-2-paid: activity AA-1-whole of Aid of A names it as its activity that is paid."
        in letter
    )
    assert '<provider-org provider-activity-id="AA-1-whole"/>' in letter


def test_what_is_to_be_pasted_is_xml(published: Store, corrections: Corrections) -> None:
    rows = [*Mailing(published, corrections).iter_rows()]
    snippets = [row[4] for row in rows if row[4]]
    assert len(snippets) == 5
    assert {etree.fromstring(one).tag for one in snippets} == {
        "activity-date",
        "provider-org",
        "recipient-country",
        "sector",
    }
    assert '<recipient-country code="NE" percentage="40"/>' in snippets


def test_letters_are_french_if_that_is_asked_for(
    published: Store, corrections: Corrections
) -> None:
    letters = Mailing(published, corrections, "fr").render()
    text = b"\n".join(letters.values()).decode()
    assert "Données que vous publiez selon l’IITA" in text
    assert "{" not in text


def test_signs_of_others_are_no_markdown() -> None:
    one = Correction("https://example.org/a", "X_*1*", "country")
    mailing = Mailing(build_graph(), Corrections((one,), {one.publisher: 1}))
    assert r"- X\_\*1\*: no country" in mailing.render()["a.md"].decode()
    assert next(mailing.iter_rows())[1] == "X_*1*"


def test_plans_that_are_no_iati_get_no_letters(tmp_path: Path) -> None:
    out = tmp_path / "letters"
    ran = CliRunner().invoke(main, ["suggest", "-o", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "0 suggestions on 0 activities of IATI" in " ".join(ran.stderr.split())
    assert [one.name for one in out.iterdir()] == [TABLE]
