"""Write plans that nobody made, in the shape of the built-in ones, to measure what grows.

Each plan is of an agency of its own and promises some 250 initiatives. An initiative begins as
a built-in one; each concept and each place of it is exchanged, half of the time, for one drawn
from all that the built-in plans name, as often as they name it. So themes meet about as often
as in the real plans, while nearly every initiative differs from every other. One seed gives the
same bytes everywhere.

Run: python benchmarks/generated_plans.py INITIATIVES FILE.nq [SEED]
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from devcoop.facets import read_facet_table
from devcoop.graph import build_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.facets import FacetTable

One = TypeVar("One")
PLAN_SIZE = 250
"""Initiatives of a plan."""
PROPERTIES = {
    "theme": "theme",
    "function": "function",
    "instrument": "instrument",
    "beneficiary": "beneficiaryGroup",
    "sector": "sector",
    "arena": "arena",
}
"""Property of an initiative for each facet."""
_BASE = "https://w3id.org/devcoop/"
_TERMS = f"{_BASE}ns#"
_DUBLIN_CORE = "http://purl.org/dc/terms/"
_DCAT = "http://www.w3.org/ns/dcat#"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_OA = "http://www.w3.org/ns/oa#"
_DATE = "http://www.w3.org/2001/XMLSchema#date"
_EXCHANGED = 0.5
_FIRST_YEARS = range(2012, 2026)
_LENGTHS = range(3, 8)


def _iri(text: str) -> str:
    return f"<{text}>"


class Plans:
    """A source of plans.

    Args:
        facets: The facet table of the plans whose shape they take.
        seed: Start of the random numbers.
    """

    def __init__(self, facets: FacetTable, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._concepts: dict[str, list[str]] = defaultdict(list)
        self._facets: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in facets.records("facet"):
            self._concepts[row["facet"]].append(row["concept"])
            self._facets[row["undertaking"]].append((row["facet"], row["concept"]))
        self._areas: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in facets.records("area"):
            self._areas[row["undertaking"]].append((row["area"], row["basis"]))
        self._every_area = [area for areas in self._areas.values() for area in areas]
        self._models = sorted(self._facets)

    def iter_lines(self, initiatives: int) -> Iterator[str]:
        """Iterate over the statements of plans with a number of initiatives together."""
        for number in range(initiatives):
            plan = number // PLAN_SIZE
            if number % PLAN_SIZE == 0:
                yield from self._write_plan(plan)
            yield from self._write_initiative(plan, number)

    def _write_plan(self, plan: int) -> Iterator[str]:
        start = self._random.choice(_FIRST_YEARS)
        end = start + self._random.choice(_LENGTHS) - 1
        home = f"{_BASE}graph/plan/generated-{plan}"
        agency, iri = f"{_BASE}agency/generated-{plan}", f"{_BASE}plan/generated-{plan}"
        period, document = f"{iri}/period", f"{_BASE}document/generated-{plan}"
        yield from _write(home, agency, {
            _TYPE: [_iri("http://www.w3.org/ns/org#Organization")],
            _LABEL: [f'"Agency {plan}"@en'],
            "http://www.w3.org/2004/02/skos/core#notation": [f'"G{plan}"'],
        })  # fmt: skip
        yield from _write(home, iri, {
            _TYPE: [_iri(f"{_TERMS}Plan")],
            _LABEL: [f'"Plan {plan}"@en'],
            f"{_DUBLIN_CORE}identifier": [f'"G{plan}"'],
            f"{_TERMS}issuedBy": [_iri(agency)],
            f"{_TERMS}laidDownIn": [_iri(document)],
            f"{_DUBLIN_CORE}temporal": [_iri(period)],
            f"{_TERMS}periodBasis": [_iri(f"{_BASE}basis/stated")],
        })  # fmt: skip
        yield from _write(home, period, {
            _TYPE: [_iri(f"{_DUBLIN_CORE}PeriodOfTime")],
            f"{_DCAT}startDate": [f'"{start}-01-01"^^<{_DATE}>'],
            f"{_DCAT}endDate": [f'"{end}-12-31"^^<{_DATE}>'],
        })  # fmt: skip
        yield from _write(home, document, {
            _TYPE: [_iri(f"{_TERMS}PlanDocument")],
            f"{_DUBLIN_CORE}title": [f'"Plan {plan}"@en'],
            f"{_DUBLIN_CORE}publisher": [_iri(agency)],
            f"{_TERMS}sha256": [f'"{plan:064x}"'],
        })  # fmt: skip

    def _write_initiative(self, plan: int, number: int) -> Iterator[str]:
        model = self._random.choice(self._models)
        home = f"{_BASE}graph/plan/generated-{plan}"
        iri = f"{_BASE}element/generated-{plan}/{number}"
        passage = f"{_BASE}passage/generated-{plan}/{number}"
        said: dict[str, set[str]] = defaultdict(set)
        for facet, concept in self._facets[model]:
            drawn = self._draw(concept, self._concepts[facet])
            said[f"{_TERMS}{PROPERTIES[facet]}"].add(_iri(drawn))
        for place in self._areas[model]:
            area, basis = self._draw(place, self._every_area)
            said[f"{_TERMS}targetArea"].add(_iri(area))
            said[f"{_TERMS}placeBasis"] = {_iri(f"{_BASE}basis/{basis}")}
        for name in ("instrument", "beneficiaryGroup", "targetArea"):
            if f"{_TERMS}{name}" not in said:
                said[f"{_TERMS}facetNotStated"].add(_iri(f"{_TERMS}{name}"))
        yield from _write(home, iri, {
            _TYPE: [_iri(f"{_TERMS}Undertaking")],
            _LABEL: [f'"Initiative {number}"@en'],
            f"{_DUBLIN_CORE}identifier": [f'"G{plan}-{number}"'],
            f"{_DUBLIN_CORE}description": [f'"What agency {plan} promises as number {number}."@en'],
            f"{_TERMS}inPlan": [_iri(f"{_BASE}plan/generated-{plan}")],
            f"{_TERMS}agency": [_iri(f"{_BASE}agency/generated-{plan}")],
            f"{_TERMS}undertakingType": [_iri(f"{_BASE}undertaking-type/task")],
            f"{_TERMS}hasEvidence": [_iri(passage)],
            **{name: sorted(values) for name, values in sorted(said.items())},
        })  # fmt: skip
        yield from _write(home, passage, {
            _TYPE: [_iri(f"{_TERMS}Passage")],
            f"{_TERMS}locator": [f'"G{plan}-{number}"'],
            f"{_DUBLIN_CORE}description": [f'"Number {number} of the plan."@en'],
            f"{_OA}hasSource": [_iri(f"{_BASE}document/generated-{plan}")],
            f"{_OA}hasSelector": [_iri(f"{passage}/position")],
        })  # fmt: skip
        yield from _write(home, f"{passage}/position", {
            _TYPE: [_iri(f"{_OA}TextPositionSelector")],
            f"{_OA}start": [f'"{100 * number}"^^<{_INTEGER}>'],
            f"{_OA}end": [f'"{100 * number + 99}"^^<{_INTEGER}>'],
        })  # fmt: skip

    def _draw(self, known: One, among: list[One]) -> One:
        return self._random.choice(among) if self._random.random() < _EXCHANGED else known


def _write(home: str, subject: str, said: dict[str, list[str]]) -> Iterator[str]:
    for name, values in said.items():
        for value in values:
            yield f"<{subject}> <{name}> {value} <{home}> .\n"


def main(initiatives: str, file: str, seed: str = "1") -> None:
    """Write the file."""
    plans = Plans(read_facet_table(build_graph()), int(seed))
    with Path(file).open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(plans.iter_lines(int(initiatives)))


if __name__ == "__main__":
    main(*sys.argv[1:])
