"""The comparison of undertakings, as named SQL steps over the facet table.

1. Queries of `queries/facets/` take the facet table out of the graph: the one door from
   graph to numbers.
2. Each file of `queries/comparison/` is one step: its stem, without the number, names the
   table it makes. The SQL is that of DuckDB and of Spark alike.
3. `parameters.yaml` beside the steps holds every number, with its reason.

Everything that compares or counts pairs reads the last table and nothing else.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import yaml

from devcoop import assets
from devcoop.errors import ComparisonError, SourceError
from devcoop.model import FACETS, Pair, Period
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from devcoop.store import Store


STEPS = assets.QUERIES / "comparison"
METHOD = "facet-comparison-1"
"""Name and version of the method; a finding's IRI depends on it."""

_TABLES = {
    "undertakings": (
        "undertaking",
        {
            "undertaking": "VARCHAR",
            "identifier": "VARCHAR",
            "label": "VARCHAR",
            "agency": "VARCHAR",
            "agencyCode": "VARCHAR",
            "plan": "VARCHAR",
            "isUmbrella": "BOOLEAN",
            "start": "DATE",
            "end": "DATE",
            "periodBasis": "VARCHAR",
        },
    ),
    "undertaking-facets": (
        "facet",
        {"identifier": "VARCHAR", "facet": "VARCHAR", "concept": "VARCHAR"},
    ),
    "undertaking-areas": (
        "area",
        {
            "identifier": "VARCHAR",
            "area": "VARCHAR",
            "areaLabel": "VARCHAR",
            "basis": "VARCHAR",
            "isInherited": "BOOLEAN",
            "isDefined": "BOOLEAN",
        },
    ),
    "area-countries": (
        "area_country",
        {
            "area": "VARCHAR",
            "country": "VARCHAR",
            "isNamed": "BOOLEAN",
            "validFrom": "DATE",
            "validUntil": "DATE",
        },
    ),
    "plan-areas": (
        "plan_area",
        {"agencyCode": "VARCHAR", "area": "VARCHAR", "basis": "VARCHAR"},
    ),
    "concepts": (
        "concept",
        {
            "facet": "VARCHAR",
            "concept": "VARCHAR",
            "label": "VARCHAR",
            "relation": "VARCHAR",
            "other": "VARCHAR",
        },
    ),
}


@dataclass(frozen=True)
class Step:
    """One named step of the comparison.

    Attributes:
        name: Name of the table it makes.
        sql: The SELECT that fills it.
    """

    name: str
    sql: str


def load_steps() -> list[Step]:
    """Read the steps, in the order of their numbers.

    Examples:
        >>> load_steps()[0].name
        'ancestor'
    """
    return [
        Step(path.stem.partition("-")[2], path.read_text(encoding="utf-8"))
        for path in sorted(STEPS.glob("*.sql"))
    ]


def load_parameters(path: Path = STEPS / "parameters.yaml") -> dict[str, float]:
    """Read the numbers of the comparison.

    Args:
        path: YAML of `name: {value: number, why: text}`; it may name only some of them.

    Raises:
        SourceError: The file is no such YAML.

    Examples:
        >>> 0 < load_parameters()["overlap_score"] < 1
        True
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {name: float(entry["value"]) for name, entry in content.items()}
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise SourceError(path, f"no list of `name: {{value: …, why: …}}`: {error}") from error


class Comparison:
    """Pairs of undertakings and what was found about each.

    Args:
        graph: Where the undertakings are.
        parameters: The numbers of the comparison, all of them.
        without: Facets that are left out, as if no text stated them.

    Raises:
        ComparisonError: The engine refused a step.
    """

    def __init__(
        self, graph: Store, parameters: Mapping[str, float], without: Collection[str] = ()
    ) -> None:
        # Nothing is spilled into the folder that the user happens to stand in.
        self._engine = duckdb.connect(config={"threads": 2, "temp_directory": ""})
        self._load_parameters(parameters)
        with tempfile.TemporaryDirectory() as folder:
            for query, (table, columns) in _TABLES.items():
                path = Path(folder) / f"{table}.csv"
                path.write_bytes(graph.query_csv(get_query(query).text))
                self._load_table(table, path, columns)
        for facet in without:
            self._run("facet", "DELETE FROM facet WHERE facet = ?", [facet])
        for step in load_steps():
            self._run(step.name, f"CREATE TABLE {step.name} AS {step.sql}")

    def _run(self, name: str, sql: str, values: list[object] | None = None) -> Any:
        try:
            return self._engine.execute(sql, values)
        except duckdb.Error as error:
            raise ComparisonError(name, sql, str(error)) from error

    def _load_parameters(self, parameters: Mapping[str, float]) -> None:
        columns = ", ".join(
            f"CAST({value} AS DOUBLE) AS {key}" for key, value in parameters.items()
        )
        self._run("parameter", f"CREATE TABLE parameter AS SELECT {columns}")

    def _load_table(self, table: str, path: Path, columns: dict[str, str]) -> None:
        self._run(
            table,
            f"CREATE TABLE {table} AS SELECT * FROM read_csv(?, header = true, columns = ?)",  # noqa: S608
            [str(path), columns],
        )

    def table(self, name: str) -> list[dict[str, Any]]:
        """Give the rows of one step's table, in no set order.

        Args:
            name: The step, or one of the facet tables.

        Raises:
            ComparisonError: There is no such table.
        """
        cursor = self._run(name, f'SELECT * FROM "{name}"')  # noqa: S608
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def iter_pairs(self) -> Iterator[Pair]:
        """Iterate over all pairs of undertakings of different agencies.

        Yields:
            The closest pair first; pairs of one score in the order of their identifiers.
        """
        cursor = self._run(
            "comparison", 'SELECT * FROM comparison ORDER BY score DESC, "left", "right"'
        )
        columns = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            yield _read_pair(dict(zip(columns, row, strict=True)))

    def countries_shared(self, left: str, right: str) -> list[str]:
        """List the countries that two undertakings both reach.

        Args:
            left: Identifier of one undertaking.
            right: Identifier of the other.

        Returns:
            IRIs, sorted.
        """
        return sorted(self._reach[left] & self._reach[right])

    @cached_property
    def _reach(self) -> dict[str, set[str]]:
        """Countries that each undertaking reaches, by its identifier."""
        reach: dict[str, set[str]] = defaultdict(set)
        for row in self.table("reach"):
            reach[row["identifier"]].add(row["country"])
        return reach

    def countries_possible(self, left_agency: str, right_agency: str) -> list[str]:
        """List the countries where two agencies may meet, as far as their plans tell.

        Args:
            left_agency: Short name of the agency that sorts first.
            right_agency: Short name of the other.

        Returns:
            IRIs, sorted: one plan names the country, the other names or favours it.
        """
        return self._possible[left_agency, right_agency]

    @cached_property
    def _possible(self) -> dict[tuple[str, str], list[str]]:
        """Countries where two agencies may meet, by their short names."""
        possible: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in sorted(self.table("possible_country"), key=itemgetter("country")):
            possible[row["left_agency"], row["right_agency"]].append(row["country"])
        return possible

    def places(self, left: str, right: str) -> tuple[int, int, int]:
        """Give a pair's place in the ranking, and the range if one facet were left out.

        Args:
            left: Identifier of the left undertaking.
            right: Identifier of the right one.

        Returns:
            Place, best place and worst place, counted from 1.
        """
        return self._places[left, right]

    @cached_property
    def _places(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """Places in the ranking, by the identifiers of both sides."""
        return {
            (row["left_identifier"], row["right_identifier"]): (
                row["place"],
                row["best_place"],
                row["worst_place"],
            )
            for row in self.table("stability")
        }

    def similarities(self, left: str, right: str) -> list[dict[str, Any]]:
        """Give how alike each concept of one undertaking is to each of another.

        Args:
            left: Identifier of one undertaking.
            right: Identifier of the other.

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
            for facet, one in self._facets[left]
            for its_facet, other in self._facets[right]
            if its_facet == facet
        ]
        return sorted(rows, key=lambda row: (row["facet"], -row["similarity"], *row.values()))

    @cached_property
    def _facets(self) -> dict[str, list[tuple[str, str]]]:
        """Facet and concept of each undertaking, by its identifier."""
        facets: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in self.table("facet"):
            facets[row["identifier"]].append((row["facet"], row["concept"]))
        return facets

    @cached_property
    def _similarity(self) -> dict[tuple[str, str, str], float]:
        """How alike two concepts are, by facet and both concepts."""
        return {
            (row["facet"], row["left_concept"], row["right_concept"]): row["similarity"]
            for row in self.table("concept_similarity")
        }


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
    )


def compare(
    graph: Store,
    parameters: Mapping[str, float] | None = None,
    *,
    without: Collection[str] = (),
) -> Comparison:
    """Compare every two undertakings of different agencies.

    Args:
        graph: Where the undertakings are.
        parameters: Numbers that replace some of those in `parameters.yaml`.
        without: Facets that are left out, to see what hangs on them.

    Raises:
        ComparisonError: The engine refused a step, or there is no such parameter.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> closest = next(compare(build_graph()).iter_pairs())
        >>> closest.left_agency, closest.right_agency
        ('ISO', 'OBOR')
    """
    known = load_parameters()
    unknown = sorted(set(parameters or {}) - set(known))
    if unknown:
        raise ComparisonError("parameter", "", f"there is no {unknown[0]!r} among {sorted(known)}")
    return Comparison(graph, known | dict(parameters or {}), without)
