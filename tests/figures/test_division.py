from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.errors import SourceError
from devcoop.figures.country import ActivityTable
from devcoop.figures.division import Rules, check_rules, read_leads, read_rules
from devcoop.names import BASE, PREFIXES, mint_concept, slug_of

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.store import Store

KHM = f"{BASE}place/KHM"


def check(graph: Store, rules: Rules) -> dict[str, tuple[str, int, int, int]]:
    """Check rules in Cambodia: status, number found, unknown, and looked at, by subject."""
    found = check_rules(rules, ActivityTable(graph), read_leads(graph), [KHM])
    return {slug_of(one.subject): (one.status, one.found, *one[-2:]) for one in found}


def test_sectors_of_an_agency_are_counted_and_what_has_none_may_be_in_any(aid: Store) -> None:
    found = check(aid, Rules(most_sectors_per_agency=1))
    assert found["alpha"] == ("fail", 2, 0, 2)
    assert found["delta"] == ("unknown", 1, 1, 2)
    assert check(aid, Rules(most_sectors_per_agency=2))["alpha"] == ("pass", 2, 0, 2)


def test_agencies_of_a_sector_are_counted(aid: Store) -> None:
    found = check(aid, Rules(most_agencies_per_sector=1))
    # Two agencies are in basic health, and one more has an initiative without a purpose.
    assert found["122"] == ("fail", 2, 1, 9)
    assert found["112"] == ("unknown", 1, 2, 9)


def test_strategic_sector_without_an_agency_is_unknown_while_purposes_are(aid: Store) -> None:
    rules = Rules(least_agencies_per_sector=1, strategic_sectors=("122", "999"))
    found = check(aid, rules)
    assert found["122"][0] == "pass"
    assert found["999"] == ("unknown", 0, 2, 9)
    fiji = check_rules(rules, ActivityTable(aid), {}, [f"{BASE}place/FJI"])
    # Of a country of which nothing is loaded, nothing can be said to be missing.
    assert {one.status for one in fiji} == {"unknown"}


def test_lead_is_asked_for_where_agencies_meet(aid: Store) -> None:
    rules = Rules(lead_from_agencies=2)
    assert check(aid, rules) == {"122": ("unknown", 0, 2, 2)}
    table = ActivityTable(aid)
    leads = {iri: [f"{BASE}agency/alpha"] for iri in table.known if iri.endswith("/aid/a1")}
    assert [one.status for one in check_rules(rules, table, leads, [KHM])] == ["pass"]


def test_what_is_over_is_in_no_sector_and_what_is_not_allocated_in_any(aid: Store) -> None:
    table = ActivityTable(aid)
    known = {slug_of(iri): one for iri, one in table.known.items()}
    known["a1"].status = mint_concept("status", "done")
    known["b2"].purposes.clear()
    known["b2"].purposes[f"{PREFIXES['crs']}99810"] = None
    table.categories[f"{PREFIXES['crs']}99810"] = f"{PREFIXES['crs']}998"
    found = {
        slug_of(one.subject): (one.status, one.found, *one[-2:])
        for one in check_rules(Rules(most_sectors_per_agency=1), table, {}, [KHM])
    }
    assert found["alpha"] == ("pass", 1, 0, 1)
    assert found["beta"] == ("unknown", 1, 1, 2)


def test_rules_without_a_number_are_not_asked(aid: Store) -> None:
    assert check(aid, Rules()) == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("most-sectors: 1", "a rule is one of"),
        ("most-sectors-per-agency: few", "a whole number"),
        ("most-sectors-per-agency: yes", "a whole number"),
        ("strategic-sectors: 112", "a list of codes"),
        ("[1", "no YAML"),
        ("just words", "a rule is one of"),
    ],
)
def test_rule_that_is_not_understood_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=problem):
        read_rules(tmp_path / "rules.yaml")
