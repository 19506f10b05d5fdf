"""The comparison of undertakings, as named SQL steps over the facet table.

1. `devcoop.facets` reads the facet table out of the graph: the one door from graph to numbers.
2. Each file of `queries/comparison/` is one step: its stem, without the number, names the
   table it makes. `candidate` says which pairs are compared, before any is scored. The SQL is
   that of DuckDB and of Spark alike.
3. `parameters.yaml` beside the steps holds every number, with its reason.

Pairs are read from the engine as they are asked for: all in their order, by what they are, or
one. Nothing here holds them all.
"""

from __future__ import annotations

import copy
import hashlib
import math
from collections import Counter, defaultdict
from functools import cached_property
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from devcoop.errors import ComparisonError, UnknownResourceError, suggest
from devcoop.facets import TEXT_TERM
from devcoop.facets.partitions import TABLES_VERSION
from devcoop.model import BELOW, FACETS, FOUND_TYPES, STRENGTH, Focus, Pair, Period
from devcoop.overlap.engine import Engine
from devcoop.overlap.focusing import ALL, FOCUSED, make_focus, write_membership, write_sides
from devcoop.overlap.lines import write_lines
from devcoop.overlap.progress import tell_nobody
from devcoop.overlap.scoring import DEFAULT_LIMITS, POSSIBLE, Limits, Scope, Scoring
from devcoop.overlap.steps import SCOPE, divide_steps, load_parameters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from devcoop.facets import FacetTable
    from devcoop.model import Extent
    from devcoop.overlap.lines import Called
    from devcoop.overlap.progress import Tell
    from devcoop.overlap.spark import Cluster
    from devcoop.overlap.steps import Steps

METHOD = "facet-comparison-2"
"""Name and version of the method; a finding's IRI depends on it."""
_NAME_LENGTH = 32
_ONLY_READING = frozenset(
    (
        "__init__",
        "conversations",
        "coordination",
        "explanation",
        "focusing",
        "lines",
        "pairs",
        "progress",
    )
)
"""Modules beside this one that only read what was made, so that no pair hangs on them."""
_TABLES_SHARE = 0.6
"""How much of the memory the engine may take."""
_WEIGHTS = ("subject_weight",)
"""Numbers of the comparison that are no shares, and have no upper end."""
_OF_SCHEMES = ("concept", "concept_mark")
"""Tables that say how alike concepts are."""
_SUGGESTED = "suggestion"
_WITH_FACETS = ("facet", _SUGGESTED)
"""Tables of what undertakings say, facet by facet."""
_WITH_SUGGESTIONS = f"""
INSERT INTO facet SELECT undertaking, facet, concept FROM {_SUGGESTED}
"""  # noqa: S608
_ONLY_STATED = "SELECT * FROM facet ANTI JOIN suggestion USING (undertaking, facet) ORDER BY ALL"
Sides = tuple[str, str]
"""IRIs of the left and the right undertaking of a pair."""
_ORDERED = """
SELECT {columns}
FROM {pairs} AS comparison
JOIN undertaking AS one ON one.undertaking = comparison."left"
JOIN undertaking AS other ON other.undertaking = comparison."right"
WHERE {condition}
ORDER BY score DESC, one.identifier, other.identifier, "left", "right"
"""
_ALL_PAIRS = 'SELECT * FROM comparison ORDER BY "left", "right"'
# By score alone first, so that few are put in their order by text.
_BEST = """
WITH near AS (
  SELECT rowid AS number FROM {pairs} AS comparison WHERE {condition}
  QUALIFY RANK() OVER (PARTITION BY left_agency, right_agency ORDER BY score DESC) <= {best}
)
SELECT {columns}
FROM {pairs} AS comparison
JOIN near ON near.number = comparison.rowid
JOIN undertaking AS one ON one.undertaking = comparison."left"
JOIN undertaking AS other ON other.undertaking = comparison."right"
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY comparison.left_agency, comparison.right_agency
  ORDER BY score DESC, one.identifier, other.identifier, "left", "right"
) <= {best}
ORDER BY score DESC, one.identifier, other.identifier, "left", "right"
"""
_MOST_SEEN = """
SELECT "left", "right" FROM comparison WHERE "type" IN ({types})
QUALIFY ROW_NUMBER() OVER (ORDER BY score DESC) <= 5000
  OR ROW_NUMBER() OVER (PARTITION BY left_agency, right_agency ORDER BY score DESC) <= 50
"""
_SUBJECTS = """
SELECT COUNT(DISTINCT (left_agency, right_agency, COALESCE(subject, field, left_theme))) AS subjects
FROM {pairs} WHERE "type" IN ({types})
"""
_WAYS = """
SELECT undertaking.undertaking, area_country.country, area.area, area.isInherited,
  area_country.isNamed, area_country.validFrom, area_country.validUntil, area_country.isDuring
FROM undertaking
JOIN area ON area.undertaking = undertaking.undertaking
JOIN area_country ON area_country.plan = undertaking.plan AND area_country.area = area.area
WHERE {within}
"""
_COUNTRY_COUNTS = f"""
WITH way AS ({_WAYS}),
reached AS (
  SELECT way.country, undertaking.agency, way.undertaking, BOOL_OR(way.isNamed) AS is_named
  FROM way
  JOIN undertaking ON undertaking.undertaking = way.undertaking
  WHERE CASE
    WHEN $day IS NULL THEN way.isDuring
    ELSE COALESCE(way.validFrom <= $day, TRUE) AND COALESCE(way.validUntil >= $day, TRUE)
      AND COALESCE(undertaking."start" <= $day, TRUE) AND COALESCE(undertaking."end" >= $day, TRUE)
  END
  GROUP BY ALL
)
SELECT country, agency, COUNT(*) FILTER (is_named) AS named,
  COUNT(*) FILTER (NOT is_named) AS grouped
FROM reached
GROUP BY ALL
"""  # noqa: S608
_SHARED = """
WITH asked AS (SELECT UNNEST($lefts) AS left_side, UNNEST($rights) AS right_side)
SELECT
  left_side,
  right_side,
  LIST(one.{term} ORDER BY one.weight * other.weight DESC, one.{term}) AS shared
FROM asked
JOIN {table} AS one ON one.undertaking::VARCHAR = left_side
JOIN {table} AS other
  ON other.undertaking::VARCHAR = right_side AND other.{term} = one.{term}
WHERE one.weight * other.weight >= $least
GROUP BY ALL
"""
_SHARED_ROOTS = _SHARED.format(table="root_word", term="root")
_SHARED_SPOKEN = _SHARED.format(table="spoken_purpose", term="purpose")
_REACH = "SELECT undertaking, LIST(country) AS countries FROM reach WHERE {of} GROUP BY undertaking"
_FACETS = "SELECT undertaking, facet, concept FROM facet WHERE {of}"
# A text that is made a member of a long enumeration takes longer than all members made texts.
_OF_SOME = "undertaking::VARCHAR IN (SELECT UNNEST(?))"
_LITTLE = 2_000
"""Undertakings in a focus below which all that they say is read at once."""
_FEW = 20
"""Undertakings or pairs of a large store that are asked about one at a time, before all are."""
_LEAST_SPOKEN = 0.05
"""How much of how alike two texts are a purpose makes that is told, at least."""
_CLOSED = """
SELECT undertaking FROM area GROUP BY undertaking
HAVING BOOL_AND(isDefined AND NOT isInherited AND basis IN ('named', 'via-group'))
"""
_COUNTED = """
SELECT left_agency, right_agency, "type", COUNT(*) AS pairs
FROM {pairs} GROUP BY ALL ORDER BY ALL
"""


class Comparison:
    """Pairs of undertakings and what was found about each.

    Args:
        facets: What is compared.
        parameters: The numbers of the comparison, all of them.
        without: Facets that are left out, as if no text stated them.
        limits: How closely pairs are looked at, by how many they are.
        folder: Where what is worked out is kept for the next time; None for nowhere.
        tell: Is given the share of the pairs that were looked at, now and then.
        plan: IRI of the plan whose undertakings alone are held against all others; empty to
            compare all.
        cluster: Where the pairs are scored; None for here.

    Attributes:
        scope: How many pairs were looked at, and how closely, in a focus or not.
        extent: What the focus takes in that it is limited to; None if it is not.

    Raises:
        ComparisonError: The engine refused a step.
    """

    def __init__(
        self,
        facets: FacetTable,
        parameters: Mapping[str, float],
        without: Collection[str] = (),
        limits: Limits = DEFAULT_LIMITS,
        *,
        folder: Path | None = None,
        tell: Tell = tell_nobody,
        plan: str = "",
        cluster: Cluster | None = None,
    ) -> None:
        steps = divide_steps()
        self.extent: Extent | None = None
        self.scope: Scope
        # Where the pairs in the focus stand, and which undertakings are in it, asked for or not.
        self._pairs, self._within_sides, self._of_sides = "comparison", ALL, ALL
        self._possible = POSSIBLE
        self._tables = tuple(_list_written(facets))
        # By what they are limited to.
        self._counts: dict[str, dict[tuple[str, str, str], int]] = {}
        self._countries_then: dict[tuple[str, Period | None], dict[str, bool]] = {}
        # What was read of the first few undertakings and pairs, before all are read at once, and
        # how often one of them was.
        self._reached: dict[str, set[str]] = {}
        self._said: dict[str, list[tuple[str, str]]] = {}
        self._placed: dict[Sides, tuple[int, int, int]] = {}
        self._read_alone: Counter[str] = Counter()
        self._shared: dict[Sides, tuple[list[str], list[str]]] = {}

        def make(engine: Engine) -> None:
            """Make all tables but the late ones."""
            self._engine, self._scoring = engine, Scoring(engine, steps, parameters, cluster)
            self._late = _find_late(engine, steps)
            if not engine.is_sealed:
                self._take_in(facets, parameters, without)
                for step in steps.once:
                    if not engine.was_made(step.name):
                        engine.make(step.name, step.sql)
                if cluster is not None and not engine.was_made(SCOPE):
                    _give_out(cluster, engine, [*facets.tables, "parameter"], steps)
                self._scoring.score(limits, tell, plan)
                # Whoever opens the file has all tables at once.
                for name in tuple(self._late) if engine.is_filling else ():
                    self._make_late(name)
                engine.seal()
            self.scope = self._scoring.read_scope()

        memory = int(limits.memory * _TABLES_SHARE)
        engine = Engine(memory)
        if folder is not None:
            name = name_comparison(facets, steps, parameters, without, limits)
            engine.open_file(folder / name)
        in_memory = engine.is_in_memory
        try:
            make(engine)
        except ComparisonError:
            if in_memory:
                raise
            # A disk that is full keeps nobody from comparing.
            make(Engine(memory))

    def _take_in(
        self, facets: FacetTable, parameters: Mapping[str, float], without: Collection[str]
    ) -> None:
        """Take in what is compared, unless a run that was ended did."""
        if self._engine.was_made("parameter"):
            return
        with self._engine.at_once():
            self._engine.add_tables(facets.tables.values())
            # The steps take what is suggested and what is stated alike.
            self._engine.run("facet", _WITH_SUGGESTIONS)
            for facet, table in product(without, _WITH_FACETS):
                self._engine.run(table, f"DELETE FROM {table} WHERE facet = ?", [facet])  # noqa: S608
            self._engine.add_numbers("parameter", parameters)

    @property
    def is_exhaustive(self) -> bool:
        """Whether every pair was scored; if not, only those that may be findings."""
        return self.scope.is_exhaustive

    def narrow(self, focus: Focus) -> Comparison:
        """Give the same comparison limited to a focus: its pairs, and who reaches which country.

        A pair is in a focus if both sides meet its places, themes and period, and at least one
        is of its agencies and plans. What else the comparison knows, such as the place of a pair
        in the ranking, stays that of all pairs.

        Args:
            focus: What it is limited to; one that limits nothing gives all pairs.

        Returns:
            A comparison with the `extent` of the focus.

        Raises:
            ComparisonError: The engine refused the step.

        Examples:
            >>> from devcoop.facets import read_facet_table
            >>> from devcoop.graph import build_graph
            >>> from devcoop.names import expand
            >>> comparison = compare(read_facet_table(build_graph()))
            >>> focus = Focus(themes=(expand("th:quality-infrastructure"),))
            >>> sum(comparison.narrow(focus).count_pairs().values())
            1746
        """
        narrowed = copy.copy(self)
        # What is read for it goes with it, or a server that narrows often would hold all of it.
        narrowed._reached, narrowed._said, narrowed._read_alone = {}, {}, Counter()
        table, narrowed.extent = make_focus(self._engine, focus, self.scope.possible)
        narrowed._pairs, narrowed._of_sides = f'"{table}_pair"', write_sides(table)
        narrowed._within_sides = write_membership(table)
        narrowed._possible = FOCUSED.format(table=table)
        return narrowed

    def takes_in(self, one: str, other: str) -> bool:
        """Tell whether the pair of two undertakings is in the focus; all are where there is none.

        Args:
            one: IRI of one undertaking.
            other: IRI of the other.
        """
        if self.extent is None:
            return True
        sides = {one, other}
        return sides <= self.extent.all_undertakings and not sides <= self.extent.partners

    @property
    def may_be_forked(self) -> bool:
        """Whether a forked process can read on beside this one, each without harm to the other."""
        return not self._engine.has_spilled

    def forked(self) -> AbstractContextManager[None]:
        """Read on in a forked process; what it puts down on the way goes when the block ends."""
        return self._engine.forked()

    def list_descriptors(self) -> list[int]:
        """List the descriptors that a forked process needs to read on: those of a kept file."""
        return self._engine.list_descriptors()

    def _make_late(self, name: str) -> None:
        if name in self._late:
            self._engine.make(name, self._late.pop(name))

    def table(self, name: str) -> list[dict[str, Any]]:
        """Give the rows of one step's table, in no set order.

        Args:
            name: The step, or one of the facet tables.

        Raises:
            ComparisonError: There is no such table.
        """
        self._make_late(name)
        return list(self._engine.select(f'SELECT * FROM "{name}"', name=name))  # noqa: S608

    def count_pairs(self) -> Mapping[tuple[str, str, str], int]:
        """Count the compared pairs by what they were called.

        Returns:
            Pairs by IRIs of the left and the right agency and slug of the type; `below` for those
            of which no more is known than that they are no findings, or not among the closest.
        """
        counts = self._counts.get(self._pairs)
        if counts is None:
            counts = self._counts[self._pairs] = self._count_pairs()
        return MappingProxyType(counts)

    def _count_pairs(self) -> dict[tuple[str, str, str], int]:
        rows = self._engine.select_rows(_COUNTED.format(pairs=self._pairs), name="comparison")
        counts = {(one, other, kind): pairs for one, other, kind, pairs in rows}
        if self.is_exhaustive:
            return counts
        found = {key: pairs for key, pairs in counts.items() if STRENGTH[key[-1]]}
        possible = self._engine.select_rows(self._possible)
        left = {(one, other, BELOW): pairs for one, other, pairs in possible}
        for (one, other, _), pairs in found.items():
            left[one, other, BELOW] -= pairs
        # Of nearly all agencies of a large store no two are told for themselves.
        return dict(sorted(found.items())) | left

    def count_subjects(self) -> int:
        """Count the subjects of the findings of each two agencies."""
        marks = ", ".join("?" for _ in FOUND_TYPES)
        sql = _SUBJECTS.format(types=marks, pairs=self._pairs)
        rows = self._engine.select(sql, FOUND_TYPES, name="comparison")
        return int(next(rows)["subjects"])

    def iter_pairs(
        self,
        types: Collection[str] | None = None,
        best: int | None = None,
        *,
        of: str | None = None,
        agencies: Collection[str] = (),
    ) -> Iterator[Pair]:
        """Iterate over pairs of undertakings of different agencies.

        Args:
            types: Slugs of finding types; None for all pairs that were scored.
            best: Only the closest so many of each two agencies; None for all.
            of: IRI of an undertaking that is one side; None for any.
            agencies: IRIs of those of which each has a side.

        Yields:
            The closest pair first; pairs of one score in the order of their identifiers.
        """
        sql, values = self._write_choice("comparison.*", types, best, of, agencies)
        return map(_read_pair, self._engine.select(sql, values, name="comparison"))

    def iter_lines(
        self,
        columns: Sequence[str],
        called: Called,
        types: Collection[str],
        judged: Mapping[Sides, str],
    ) -> Iterator[str]:
        """Iterate over pairs as `iter_pairs` does, as lines of CSV: there may be very many.

        Args:
            columns: What a line says, as `devcoop.overlap.lines` knows it.
            called: What stands in cells for undertakings and subjects.
            types: Slugs of finding types, as which they were found.
            judged: Slug of the type that some count as now, by the IRIs of their sides.
        """
        sql, values = write_lines(columns, called, types, judged, pairs=self._pairs, method=METHOD)
        # To think about so many joins of long enumerations takes longer than they do.
        rows = self._engine.select_rows(sql, values, name="comparison", lightly=True)
        return (line for (line,) in rows)

    def _write_choice(
        self,
        columns: str,
        types: Collection[str] | None,
        best: int | None = None,
        of: str | None = None,
        agencies: Collection[str] = (),
    ) -> tuple[str, list[str]]:
        """Write the SELECT of some pairs, and what stands for its question marks."""
        marks = ", ".join("?" for _ in types or ())
        condition = "TRUE" if types is None else f'"type" IN ({marks})' if types else "FALSE"
        values = list(types or ())
        if of is not None:
            condition += ' AND ("left" = ? OR "right" = ?)'
            values += [of, of]
        for agency in agencies:
            condition += " AND (left_agency = ? OR right_agency = ?)"
            values += [agency, agency]
        way = _ORDERED if best is None else _BEST
        sql = way.format(columns=columns, pairs=self._pairs, condition=condition, best=best)
        return sql, values

    def find_all_of(self, undertaking: str) -> list[Pair]:
        """Find all findings of one undertaking, those that are not among the closest too.

        Args:
            undertaking: Its IRI.

        Returns:
            The closest pair first.

        Examples:
            >>> from devcoop.facets import read_facet_table
            >>> from devcoop.graph import build_graph
            >>> comparison = compare(read_facet_table(build_graph()))
            >>> found = comparison.find_all_of(next(comparison.iter_pairs()).left)
            >>> all(pair.type in FOUND_TYPES for pair in found)
            True
        """
        found = map(_read_pair, self._scoring.score_of(undertaking))
        pairs = [pair for pair in found if pair.type in FOUND_TYPES]
        return sorted(pairs, key=lambda pair: (-pair.score, pair.left, pair.right))

    def find_pair(self, one: str, other: str) -> Pair | None:
        """Find the pair of two undertakings; None if they are not compared.

        Args:
            one: IRI of one undertaking.
            other: IRI of the other; which of them stands left does not matter.
        """
        if not self.takes_in(one, other):
            return None
        sql = (
            'SELECT * FROM comparison WHERE "left" = ? AND "right" = ?'
            ' UNION ALL SELECT * FROM comparison WHERE "left" = ? AND "right" = ?'
        )
        for row in self._engine.select(sql, [one, other, other, one], name="comparison"):
            return _read_pair(row)
        alone = None if self.is_exhaustive else self._scoring.score_one(one, other)
        return _read_pair(alone) if alone else None

    def write_tables(self, folder: Path) -> list[Path]:
        """Write what was compared, and what came out, as Parquet.

        The facet tables have the columns that the headers of `queries/facets/` state. `pairs`
        has a row for each scored pair, whatever a person said of it, with the columns of the
        step `comparison`: IRIs of both sides and of their agencies, the type of finding, score
        and parts (from 0 to 1), timing, place, and the subject that both work on.

        Args:
            folder: It is there, and gets a file for each table.

        Returns:
            The files, in the order of their names.
        """
        selects = {name: f'SELECT * FROM "{name}" ORDER BY ALL' for name in self._tables}  # noqa: S608
        selects |= {"facet": _ONLY_STATED, "pairs": _ALL_PAIRS}
        said = {"devcoop_tables": TABLES_VERSION, "devcoop_method": METHOD}
        for name, select in selects.items():
            self._engine.write_parquet(
                select, folder / f"{name}.parquet", said | {"devcoop_table": name}
            )
        return [folder / f"{name}.parquet" for name in sorted(selects)]

    def countries_shared(self, left: str, right: str) -> list[str]:
        """List the countries that two undertakings both reach.

        Args:
            left: IRI of one undertaking.
            right: IRI of the other.

        Returns:
            IRIs, sorted.
        """
        return sorted(self._reach_of(left) & self._reach_of(right))

    @cached_property
    def reach(self) -> Mapping[str, set[str]]:
        """Countries that each undertaking reaches, by its IRI; of a focus, only those in it."""
        return self._read_reach()

    def _reach_of(self, undertaking: str) -> set[str]:
        """Give the countries that one undertaking reaches."""
        if undertaking not in self._reached:
            if self._has_all("reach"):
                return self.reach[undertaking]
            self._reached[undertaking] = self._read_reach(undertaking)[undertaking]
        return self._reached[undertaking]

    def _read_reach(self, *of: str) -> Mapping[str, set[str]]:
        """Read who reaches which countries: all undertakings, or some."""
        sql = _REACH.format(of=_OF_SOME if of else self._of_sides)
        rows = self._engine.select(sql, [list(of)] if of else (), name="reach")
        return defaultdict(set, {row["undertaking"]: set(row["countries"]) for row in rows})

    def _has_all(self, name: str) -> bool:
        """Tell whether all were read of what a property holds, or are worth reading by now.

        Where they are not, one is about to be read alone.
        """
        if self._is_little or name in vars(self) or self._read_alone[name] >= _FEW:
            return True
        self._read_alone[name] += 1
        return False

    @property
    def _is_little(self) -> bool:
        """Tell whether there is little to read, so that all of it is read at once."""
        extent = self.extent
        return self.is_exhaustive or (extent is not None and len(extent.all_undertakings) < _LITTLE)

    def read_ahead_of(self, sides: Iterable[str]) -> None:
        """Read at once what is else read of one undertaking after the other.

        Args:
            sides: IRIs of those that are soon asked about; where little is known of all, nothing
                is read before it is asked for.
        """
        asked = [one for one in dict.fromkeys(sides) if one not in self._reached]
        if asked and not self._is_little:
            reached, said = self._read_reach(*asked), self._read_facets(*asked)
            self._reached |= {one: reached[one] for one in asked}
            self._said |= {one: said[one] for one in asked}

    def read_ahead(self) -> None:
        """Read at once what is else read for one pair after the other, for those who are forked."""
        _ = self.reach, self._facets, self._places

    def iter_areas(self) -> Iterator[dict[str, Any]]:
        """Iterate over what undertakings say of where: rows of the facet table, in no set order."""
        return self._engine.select(f"SELECT * FROM area WHERE {self._of_sides}")  # noqa: S608

    def list_countries(self) -> list[str]:
        """List the countries that any undertaking reaches at any time: IRIs, sorted."""
        ways = _WAYS.format(within=self._within_sides)
        sql = f"SELECT DISTINCT country FROM ({ways}) ORDER BY country"  # noqa: S608
        return [row["country"] for row in self._engine.select(sql)]

    def iter_ways(self, country: str | None = None) -> Iterator[dict[str, Any]]:
        """Iterate over the ways in which undertakings reach countries, in no set order.

        Args:
            country: IRI of the only country that is asked for; None for all that plans name, but
                then not for what reaches them as parts of a region or members of a group, which
                may be many times as much.

        Yields:
            undertaking, country, area (what its plan says: the country itself, a region or a
            group), isInherited (only the plan as a whole says it), isNamed, and of a member of a
            group validFrom, validUntil and isDuring (on a day of the plan's period).
        """
        ways = _WAYS.format(within=self._within_sides)
        if country is None:
            return self._engine.select(f"{ways} AND area_country.isNamed")
        return self._engine.select(f"{ways} AND area_country.country = ?", [country])

    def count_reaching(
        self, day: date | None = None, countries: Collection[str] = ()
    ) -> dict[tuple[str, str], tuple[int, int]]:
        """Count the undertakings that reach each country.

        Args:
            day: The day asked for; None for any day of each plan's period.
            countries: IRIs of the only countries that are asked for; none for all.

        Returns:
            How many name it, and how many mean it otherwise, by IRIs of country and agency.
        """
        within = self._within_sides
        values: dict[str, object] = {"day": day}
        if countries:
            within += " AND area_country.country::VARCHAR IN (SELECT UNNEST($countries))"
            values["countries"] = list(countries)
        rows = self._engine.select(_COUNTRY_COUNTS.format(within=within), values)
        return {(row["country"], row["agency"]): (row["named"], row["grouped"]) for row in rows}

    def countries_possible(self, pair: Pair) -> list[str]:
        """List the countries where two undertakings may meet, as far as the plans tell.

        Args:
            pair: The pair.

        Returns:
            IRIs, sorted: one undertaking reaches the country or its plan names it, and the plan
            of the other names it or favours it by a rule.
        """
        left = self._countries_of_plan(pair.left_agency, pair.shared_period)
        right = self._countries_of_plan(pair.right_agency, pair.shared_period)
        both = {one for one in left.keys() & right.keys() if left[one] or right[one]}
        met = self._reach_of(pair.left) & right.keys() | self._reach_of(pair.right) & left.keys()
        possible = both | met
        for side in (pair.left, pair.right):
            if side in self._closed:
                possible &= self._reach_of(side)
        return sorted(possible)

    @cached_property
    def _closed(self) -> frozenset[str]:
        """Undertakings of which all countries are known: what they mean is nowhere else."""
        return frozenset(row["undertaking"] for row in self._engine.select(_CLOSED, name="area"))

    def _countries_of_plan(self, agency: str, days: Period | None) -> dict[str, bool]:
        """Give the countries that the plan of an agency names (True) or favours in some days."""
        known = self._countries_then.get((agency, days))
        if known is None:
            known = self._countries_then[agency, days] = self._find_countries(agency, days)
        return known

    def _find_countries(self, agency: str, days: Period | None) -> dict[str, bool]:
        known: dict[str, bool] = defaultdict(bool)
        for country, is_named, since, until in self._plan_countries[agency]:
            if days is None or _meets(days, since, until):
                known[country] |= is_named
        return known

    @cached_property
    def _plan_countries(self) -> dict[str, list[tuple[str, bool, date | None, date | None]]]:
        known: dict[str, list[tuple[str, bool, date | None, date | None]]] = defaultdict(list)
        for row in self.table("plan_country"):
            days = (row["valid_from"], row["valid_until"])
            known[row["agency"]].append((row["country"], row["is_named"], *days))
        return known

    @cached_property
    def arenas_in_no_country(self) -> frozenset[str]:
        """IRIs of arenas where no country decides who meets whom, or nobody else is met."""
        return frozenset(
            row["concept"]
            for row in self.table("concept_mark")
            if row["isBeyondCountries"] or row["isOwnHouse"]
        )

    @cached_property
    def arenas_at_home(self) -> frozenset[str]:
        """IRIs of arenas on the side of those who act."""
        return frozenset(
            row["concept"]
            for row in self.table("concept_mark")
            if row["isGivingSide"] or row["isOwnHouse"]
        )

    def places(self, left: str, right: str) -> tuple[int, int, int] | None:
        """Give a pair's place among those scored, and the range if one facet were left out.

        Args:
            left: IRI of the left undertaking.
            right: IRI of the right one.

        Returns:
            Place, best place and worst place, counted from 1; None if the pair was not scored
            with the others, or if many were and the comparison is limited to a focus: to rank
            them all takes longer than all else that is asked of a focus.
        """
        if self.extent is not None and not self.is_exhaustive:
            return None
        known, is_read = self._placed.get((left, right)), False
        if known is None and (is_read := self._has_all("_places")):
            known = self._places.get((left, right))
        if known is None:
            where = "left_undertaking = ? AND right_undertaking = ?"
            known = next(iter(self._read_places(where, [left, right]).values()), None)
            if known is not None and not is_read:
                self._placed[left, right] = known
        return known

    @cached_property
    def _places(self) -> dict[Sides, tuple[int, int, int]]:
        """Places in the ranking of the findings that are looked at most, by both sides' IRIs."""
        marks = ", ".join("?" for _ in FOUND_TYPES)
        those = _MOST_SEEN.format(types=marks)
        return self._read_places(f"(left_undertaking, right_undertaking) IN ({those})", FOUND_TYPES)

    def _read_places(self, where: str, values: Sequence[str]) -> dict[Sides, tuple[int, int, int]]:
        self._make_late("stability")
        rows = self._engine.select(f"SELECT * FROM stability WHERE {where}", values)  # noqa: S608
        return {
            (row["left_undertaking"], row["right_undertaking"]): (
                row["place"],
                row["best_place"],
                row["worst_place"],
            )
            for row in rows
        }

    def similarities(self, left: str, right: str) -> list[dict[str, Any]]:
        """Give how alike each concept of one undertaking is to each of another.

        Args:
            left: IRI of one undertaking.
            right: IRI of the other.

        Returns:
            One row per facet and two concepts, by facet and falling similarity:
            facet, left_concept, right_concept (IRI), similarity ([0, 1]).
        """
        rows = [
            {
                "facet": facet,
                "left_concept": one,
                "right_concept": other,
                "similarity": self._similarity.get((facet, one, other), 0.0),
            }
            for facet, one in self._facets_of(left)
            for its_facet, other in self._facets_of(right)
            if its_facet == facet
        ]
        return sorted(rows, key=lambda row: (row["facet"], -row["similarity"], *row.values()))

    def shared_roots(self, left: str, right: str) -> list[str]:
        """List the roots of the words that decide about two undertakings that state purposes.

        Args:
            left: IRI of one undertaking.
            right: IRI of the other.

        Returns:
            Those that both have, as `texts.count_roots` makes them, the one that says most first.
        """
        return self._find_shared(left, right)[0]

    def shared_spoken(self, left: str, right: str) -> list[str]:
        """List the purposes of which the texts of two undertakings speak that state purposes.

        Args:
            left: IRI of one undertaking.
            right: IRI of the other.

        Returns:
            IRIs of those that bring the two nearer by a twentieth or more, the nearest first;
            they need not be what is stated.
        """
        return self._find_shared(left, right)[1]

    def read_shared(self, sides: Iterable[Sides]) -> None:
        """Read at once what is else read for one pair after the other, if they are to be explained.

        Args:
            sides: IRIs of both undertakings of each pair.
        """
        asked = [one for one in dict.fromkeys(sides) if one not in self._shared]
        if asked:
            self._shared |= self._read_shared(asked)

    def _find_shared(self, left: str, right: str) -> tuple[list[str], list[str]]:
        known = self._shared.get((left, right))
        return known or self._read_shared([(left, right)])[left, right]

    def _read_shared(self, asked: Sequence[Sides]) -> dict[Sides, tuple[list[str], list[str]]]:
        """Read the roots and the purposes that the texts of both sides of each pair have."""
        lefts, rights = map(list, zip(*asked, strict=True))
        values: dict[str, object] = {"lefts": lefts, "rights": rights}
        roots, spoken = (
            {
                (row["left_side"], row["right_side"]): row["shared"]
                for row in self._engine.select(sql, given)
            }
            for sql, given in (
                (_SHARED_ROOTS, values | {"least": 0}),
                (_SHARED_SPOKEN, values | {"least": _LEAST_SPOKEN}),
            )
        )
        return {one: (roots.get(one, []), spoken.get(one, [])) for one in asked}

    @cached_property
    def _facets(self) -> dict[str, list[tuple[str, str]]]:
        """Facet and concept of each undertaking, by its IRI."""
        return self._read_facets()

    def _facets_of(self, undertaking: str) -> list[tuple[str, str]]:
        """Give facet and concept of one undertaking."""
        if undertaking not in self._said:
            if self._has_all("_facets"):
                return self._facets[undertaking]
            self._said[undertaking] = self._read_facets(undertaking)[undertaking]
        return self._said[undertaking]

    def _read_facets(self, *of: str) -> dict[str, list[tuple[str, str]]]:
        """Read what undertakings say: of all, or of some."""
        facets: dict[str, list[tuple[str, str]]] = defaultdict(list)
        sql = _FACETS.format(of=_OF_SOME if of else self._of_sides)
        for row in self._engine.select(sql, [list(of)] if of else (), name="facet"):
            facets[row["undertaking"]].append((row["facet"], row["concept"]))
        return facets

    @cached_property
    def _similarity(self) -> dict[tuple[str, str, str], float]:
        """How alike two concepts are, by facet and both concepts."""
        return {
            (row["facet"], row["left_concept"], row["right_concept"]): row["similarity"]
            for row in self.table("concept_similarity")
        }


def _list_written(facets: FacetTable) -> Iterator[str]:
    """List the facet tables that are written for others: no words, nor suggestions of none."""
    for name, table in facets.tables.items():
        is_empty = name == _SUGGESTED and table.is_empty
        if name != TEXT_TERM and not is_empty:
            yield name


def name_comparison(
    facets: FacetTable,
    steps: Steps,
    parameters: Mapping[str, float],
    without: Collection[str],
    limits: Limits,
) -> str:
    """Name the file of a comparison by all that it hangs on.

    Args:
        facets: What is compared.
        steps: All steps.
        parameters: The numbers of the comparison.
        without: Facets that are left out.
        limits: How closely pairs are looked at.

    Returns:
        Two hashes: of how undertakings are compared, and of them; names that begin alike are of
        comparisons whose pairs can be taken over.
    """
    way, compared = hashlib.sha256(), hashlib.sha256()
    closely = limits._replace(listed=0, memory=0)
    numbers = sorted(parameters.items())
    made_from = [METHOD, Engine.VERSION, numbers, sorted(without), closely, steps]
    way.update(repr(made_from).encode())
    # How pairs are divided and bounded may change with any line of what makes them.
    for file in sorted(Path(__file__).parent.glob("*.py")):
        if file.stem not in _ONLY_READING:
            way.update(file.read_bytes())
    for table in facets.tables.values():
        digest = way if table.name in _OF_SCHEMES else compared
        digest.update(repr((table.name, table.types)).encode())
        digest.update(table.digest)
    return f"{way.hexdigest()[:_NAME_LENGTH]}-{compared.hexdigest()[:_NAME_LENGTH]}.duckdb"


def _give_out(cluster: Cluster, engine: Engine, tables: Sequence[str], steps: Steps) -> None:
    """Give a cluster what is compared, and let it make what no pair plays a part in."""
    for name in tables:
        cluster.add(name, engine.read_rows(name))
    for step in steps.once:
        cluster.make(step)


def _find_late(engine: Engine, steps: Steps) -> dict[str, str]:
    """Find the late steps that nobody made yet: their SQL by their names."""
    if engine.is_sealed:
        return {}
    return {one.name: one.sql for one in steps.late if not engine.was_made(one.name)}


def _read_pair(row: dict[str, Any]) -> Pair:
    start, end = row["shared_start"], row["shared_end"]
    return Pair(
        left=row["left"],
        right=row["right"],
        left_agency=row["left_agency"],
        right_agency=row["right_agency"],
        type=row["type"],
        substance_type=row["substance_type"],
        timing=row["timing"],
        place_relation=row["place_relation"],
        score=row["score"],
        parts={facet: row[facet] for facet in FACETS},
        shared_period=Period(start, end, "inferred") if start else None,
        shared_countries=row["shared_countries"],
        subject=row["subject"] or "",
        themes=(row["left_theme"], row["right_theme"]) if row["left_theme"] else (),
        nearness=row["nearness"],
        evidence=row["evidence"] or "",
        field=row["field"] or "",
    )


def compare(
    facets: FacetTable,
    parameters: Mapping[str, float] | None = None,
    *,
    without: Collection[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    folder: Path | None = None,
    tell: Tell = tell_nobody,
    plan: str = "",
    cluster: Cluster | None = None,
) -> Comparison:
    """Compare every two undertakings of different agencies.

    Args:
        facets: What is compared.
        parameters: Numbers that replace some of those in `parameters.yaml`.
        without: Facets that are left out, to see what hangs on them.
        limits: How closely pairs are looked at, by how many they are.
        folder: Where what is worked out is kept, so that the next time it is there at once, and
            a run that was ended goes on where it was; None for nowhere.
        tell: Is given the share of the pairs that were looked at, now and then.
        plan: IRI of the plan whose undertakings alone are held against all others; empty to
            compare all. Nothing of that is kept.
        cluster: Machines that score the pairs, with the same steps; None for this one. What is
            kept is the same, so that whoever finds it needs none.

    Raises:
        ClusterError: The cluster is not there, or failed.
        ComparisonError: The engine refused a step, or a parameter is unknown or cannot be this.
        UnknownResourceError: No undertaking is of the plan.

    Examples:
        >>> from devcoop.facets import read_facet_table
        >>> from devcoop.graph import build_graph
        >>> closest = next(compare(read_facet_table(build_graph())).iter_pairs())
        >>> closest.left.rpartition("/")[2], closest.type
        ('commitment-capacity-all-members', 'overlap')
    """
    known = load_parameters()
    unknown = sorted(set(parameters or {}) - set(known))
    if unknown:
        raise ComparisonError("parameter", "", f"there is no {unknown[0]!r} among {sorted(known)}")
    numbers = known | dict(parameters or {})
    _check_numbers(numbers)
    if plan:
        _check_plan(facets, plan)
        folder = None
    return Comparison(
        facets, numbers, without, limits, folder=folder, tell=tell, plan=plan, cluster=cluster
    )


def _check_plan(facets: FacetTable, plan: str) -> None:
    """Refuse a plan of which nothing would be compared."""
    known = {row["plan"]: row["plan"] for row in facets.records("undertaking")}
    if plan not in known:
        raise UnknownResourceError(f"no initiative is of a plan {plan!r}{suggest(plan, known)}")


def _check_numbers(numbers: Mapping[str, float]) -> None:
    """Refuse what is no share; the bounds that leave pairs out hold for shares alone."""
    for name, value in sorted(numbers.items()):
        is_weight = name in _WEIGHTS
        if not (math.isfinite(value) and 0 <= value <= (value if is_weight else 1)):
            wanted = "at least 0" if is_weight else "from 0 to 1"
            raise ComparisonError("parameter", "", f"{name} is {value:g}, and must be {wanted}")


def _meets(days: Period, since: date | None, until: date | None) -> bool:
    """Tell whether something holds on one of some days; what has no end goes on."""
    begins = since is None or days.end is None or since <= days.end
    return begins and (until is None or days.start is None or until >= days.start)
