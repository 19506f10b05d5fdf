"""Division of labour as rules that can be checked: who is in how many sectors of which country.

A sector is a category of purposes of three digits, such as basic education, which is finer than
what a code of conduct calls a sector. What is not known is no pass: an initiative that states no
purpose, or one that is not allocated, may be in any sector. What is over is in no sector any more.
All is said of the agencies whose initiatives are loaded; others may act there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import yaml

from devcoop import assets
from devcoop.errors import SourceError
from devcoop.names import PREFIXES, mint_concept, slug_of
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from devcoop.figures.country import ActivityTable
    from devcoop.store import Store

DEFAULT_RULES = assets.DATA / "division-of-labour.yaml"
_OVER = frozenset(mint_concept("status", slug) for slug in ("finalising", "done", "stopped"))
"""Statuses of what is over, so that it is in no sector any more."""
_NO_SECTOR = frozenset({f"{PREFIXES['crs']}998"})
"""Categories of purposes that are no sector: not allocated."""
STATUSES = ("fail", "unknown", "pass")
"""How a rule may end, the worst first."""


@dataclass(frozen=True)
class Rules:
    """What is asked of the agencies in a country; None leaves a rule out.

    Attributes:
        most_sectors_per_agency: So many sectors one agency may be in.
        most_agencies_per_sector: So many agencies may be in one sector.
        least_agencies_per_sector: So many agencies shall be in each strategic sector.
        lead_from_agencies: From so many agencies in a sector on, one shall be named as the lead.
        strategic_sectors: Codes of the strategic sectors.
    """

    most_sectors_per_agency: int | None = None
    most_agencies_per_sector: int | None = None
    least_agencies_per_sector: int | None = None
    lead_from_agencies: int | None = None
    strategic_sectors: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """How one rule ends for one agency or sector of a country.

    Attributes:
        status: One of `STATUSES`.
        rule: Name of the rule, as in the file.
        country: IRI of the country.
        subject: IRI of the agency or sector.
        found: How many sectors, agencies or named leads there are.
        allowed: The number that the rule has.
        unknown: How many initiatives might change the number, since they state no purpose; of a
            lead, how many name nobody who leads.
        initiatives: How many initiatives were looked at: those that are not said to be over.
    """

    status: str
    rule: str
    country: str
    subject: str
    found: int
    allowed: int
    unknown: int
    initiatives: int


def read_rules(path: Path = DEFAULT_RULES) -> Rules:
    """Read rules from a file.

    Args:
        path: YAML with the names of the rules and a whole number, or nothing, for each.

    Raises:
        SourceError: It is no such file; a rule is not known, or has no whole number.

    Examples:
        >>> read_rules().most_agencies_per_sector
        3
    """
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise SourceError(path, f"this is no YAML: {error}") from error
    known = [one.name.replace("_", "-") for one in fields(Rules)]
    if not isinstance(said, dict) or not set(said) <= set(known):
        raise SourceError(path, f"a rule is one of {', '.join(known)}, each with a number")
    sectors = said.pop(known[-1], None) or []
    if not isinstance(sectors, list):
        raise SourceError(path, f"{known[-1]} is a list of codes")
    for rule, number in said.items():
        # In YAML yes is a truth value, which Python takes for the number 1.
        if number is not None and (type(number) is not int or number < 0):
            raise SourceError(path, f"{rule} has a whole number, or none: {number!r}")
    return Rules(
        **{rule.replace("-", "_"): number for rule, number in said.items()},
        strategic_sectors=tuple(map(str, sectors)),
    )


def read_leads(graph: Store) -> dict[str, list[str]]:
    """Read who is named as leading or coordinating initiatives.

    Args:
        graph: Where they are.

    Returns:
        IRIs of bodies by IRI of the initiative.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for row in graph.recall_records(get_query("activity-leads").text):
        found[row["undertaking"]].append(row["body"])
    return found


def check_rules(
    rules: Rules,
    table: ActivityTable,
    leads: Mapping[str, Collection[str]],
    countries: Iterable[str] | None = None,
) -> list[Outcome]:
    """Check rules for countries, over the initiatives that state them.

    Args:
        rules: What is asked.
        table: The initiatives.
        leads: Who leads which.
        countries: IRIs of the countries; None for all that any initiative states.

    Returns:
        One for each rule and agency, or rule and sector, of a country: fails first, then what
        is not known, by country, rule and subject.
    """
    wanted = table.countries if countries is None else countries
    found = [one for country in wanted for one in _Check(rules, table, leads, country).run()]
    return sorted(found, key=lambda one: (STATUSES.index(one.status), *one[1:]))


def list_current(table: ActivityTable, country: str) -> list[str]:
    """List the initiatives that state a country and are not said to be over.

    Args:
        table: The initiatives.
        country: IRI of the country.

    Returns:
        Their IRIs; one that does not say how far it has come is among them.
    """
    return [iri for iri in table.list_of(country) if table.known[iri].status not in _OVER]


class _Check:
    """The rules in one country."""

    def __init__(
        self,
        rules: Rules,
        table: ActivityTable,
        leads: Mapping[str, Collection[str]],
        country: str,
    ) -> None:
        self.rules, self.country, self.leads = rules, country, leads
        self.own = list_current(table, country)
        self.initiatives: dict[str, list[str]] = defaultdict(list)
        self.sectors: dict[str, set[str]] = defaultdict(set)
        self.agencies: dict[str, set[str]] = defaultdict(set)
        self.within: dict[str, list[str]] = defaultdict(list)
        self.open: dict[str, int] = defaultdict(int)
        for iri in self.own:
            one = table.known[iri]
            self.initiatives[one.agency].append(iri)
            sectors = {table.categories[purpose] for purpose in one.purposes} - _NO_SECTOR
            self.open[one.agency] += not sectors
            for sector in sectors:
                self.sectors[one.agency].add(sector)
                self.agencies[sector].add(one.agency)
                self.within[sector].append(iri)
        self.strategic = {
            next((iri for iri in table.categories.values() if slug_of(iri) == code), code)
            for code in rules.strategic_sectors
        }

    def run(self) -> Iterator[Outcome]:
        if (most := self.rules.most_sectors_per_agency) is not None:
            for agency, iris in self.initiatives.items():
                number, still_open = len(self.sectors[agency]), self.open[agency]
                status = _judge_most(number, most, still_open)
                sizes = number, most, still_open, len(iris)
                yield Outcome(status, "most-sectors-per-agency", self.country, agency, *sizes)
        yield from self._check_sectors()
        if (least := self.rules.lead_from_agencies) is not None:
            for sector, agencies in self.agencies.items():
                if len(agencies) >= least:
                    yield self._check_lead(sector, least)

    def _check_sectors(self) -> Iterator[Outcome]:
        if (most := self.rules.most_agencies_per_sector) is not None:
            for sector in self.agencies:
                number, still_open = len(self.agencies[sector]), self._count_open(sector)
                status = _judge_most(number, most, still_open)
                sizes = number, most, still_open, len(self.own)
                yield Outcome(status, "most-agencies-per-sector", self.country, sector, *sizes)
        if (least := self.rules.least_agencies_per_sector) is not None:
            for sector in self.strategic:
                number, still_open = len(self.agencies[sector]), self._count_open(sector)
                # Of a country of which nothing is loaded, nothing is missing.
                short = "unknown" if still_open or not self.own else "fail"
                sizes = number, least, still_open, len(self.own)
                yield Outcome(
                    "pass" if number >= least else short,
                    "least-agencies-per-sector",
                    self.country,
                    sector,
                    *sizes,
                )

    def _count_open(self, sector: str) -> int:
        """Count the initiatives by which other agencies may be in a sector, too."""
        others = self.initiatives.keys() - self.agencies[sector]
        return sum(self.open[agency] for agency in others)

    def _check_lead(self, sector: str, least: int) -> Outcome:
        """Look for a lead among the agencies; one that is not named may be agreed elsewhere."""
        named = {body for iri in self.within[sector] for body in self.leads.get(iri, ())}
        own = named & self.agencies[sector]
        silent = sum(not self.leads.get(iri) for iri in self.within[sector])
        sizes = len(own), least, silent, len(self.within[sector])
        status = "pass" if own else "unknown" if silent else "fail"
        return Outcome(status, "lead-from-agencies", self.country, sector, *sizes)


def _judge_most(number: int, most: int, still_open: int) -> str:
    if number > most:
        return "fail"
    return "unknown" if still_open else "pass"
