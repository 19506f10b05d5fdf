from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from devcoop import assets

if TYPE_CHECKING:
    from pathlib import Path

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
    for path in sorted(READINGS.glob("settled-*.csv")):
        for row in _read(path):
            concepts = known[row["identifier"]].facets.get(row["facet"], ())
            said = {concept.iri.rpartition("/")[2] for concept in concepts}
            assert (row["identifier"], row["facet"], said) == (
                row["identifier"],
                row["facet"],
                set(row["settled"].split()),
            )
