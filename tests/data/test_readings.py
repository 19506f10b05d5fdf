from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from devcoop import assets

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.model import Undertaking
    from devcoop.pipeline import Analysis

READINGS = assets.DATA / "readings"
FACETS = ("theme", "function", "instrument", "beneficiary", "sector", "arena")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_undertaking_was_read_twice(analysis: Analysis) -> None:
    for reader in ("first", "second"):
        read = [row["identifier"] for p in READINGS.glob(f"{reader}-*.csv") for row in _read(p)]
        assert sorted(read) == sorted(one.identifier for one in analysis.undertakings.values())


def test_every_difference_was_settled() -> None:
    for first in sorted(READINGS.glob("first-*.csv")):
        plan = first.stem.removeprefix("first-")
        second = {row["identifier"]: row for row in _read(READINGS / f"second-{plan}.csv")}
        settled = _read(READINGS / f"settled-{plan}.csv")
        differing = {
            (row["identifier"], facet)
            for row in _read(first)
            for facet in FACETS
            if set(row[facet].split()) != set(second[row["identifier"]][facet].split())
        }
        assert differing
        assert differing <= {(row["identifier"], row["facet"]) for row in settled}


def test_the_plans_say_what_was_settled(analysis: Analysis) -> None:
    known = {one.identifier: one for one in analysis.undertakings.values()}
    settled = {
        (row["identifier"], row["facet"]): set(row["settled"].split())
        for path in sorted(READINGS.glob("settled-*.csv"))
        for row in _read(path)
    }
    third = _read(READINGS / "third-edition.csv")
    settled |= {(one["identifier"], one["facet"]): set(one["after"].split()) for one in third}
    assert settled
    for (identifier, facet), concepts in settled.items():
        assert (identifier, facet, _say(known[identifier], facet)) == (identifier, facet, concepts)


def test_what_the_third_edition_changed_was_read_blind() -> None:
    changed = _read(READINGS / "third-edition.csv")
    blind = {row["identifier"]: row for row in _read(READINGS / "third-blind.csv")}
    assert changed
    assert {row["identifier"] for row in changed} <= blind.keys()
    assert len(blind) > len({row["identifier"] for row in changed}) + 20


def test_the_plans_say_what_the_blind_reading_is_held_against(analysis: Analysis) -> None:
    known = {one.identifier: one for one in analysis.undertakings.values()}
    for row in _read(READINGS / "third-settled.csv"):
        one = known[row["identifier"]]
        said = {facet: _say(one, facet) for facet in ("theme", "beneficiary", "sector")}
        assert said == {facet: set(row[facet].split()) for facet in said}


def _say(one: Undertaking, facet: str) -> set[str]:
    if facet == "targetArea":
        own = [area for area in one.areas if not area.is_inherited]
        return {area.iri.rpartition("/")[2] for area in own}
    return {concept.iri.rpartition("/")[2] for concept in one.facets.get(facet, ())}
