"""Runs the steps over all pairs, or over those that may be findings, part by part.

Few pairs are all scored. Of more, only those are that may be findings
(`devcoop.overlap.candidates`); what the others are is not told apart. The steps decide all the
same, and no finding is lost. Of very many, the closest findings of each initiative and of each
two agencies are scored, and no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from devcoop.model import FOUND_TYPES
from devcoop.overlap.engine import MAIN, PART
from devcoop.overlap.steps import RESULT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from devcoop.overlap.engine import Engine
    from devcoop.overlap.steps import Steps

_PART_PAIRS = 250_000
"""Pairs that are scored at once."""
_BLOCK_BYTES = 256 << 20
_KEPT = (RESULT, "substance")
"""Tables of which the rows of all parts are kept."""
POSSIBLE = """
WITH size AS (
  SELECT agency.code, agency.agency, COUNT(*) AS undertakings
  FROM undertaking
  JOIN agency ON agency.agency = undertaking.agency
  GROUP BY agency.code, agency.agency
)
SELECT
  one.agency AS left_agency,
  other.agency AS right_agency,
  one.undertakings * other.undertakings AS pairs
FROM size AS one
JOIN size AS other ON (one.code, one.agency) < (other.code, other.agency)
"""
"""Counts the pairs of undertakings of each two agencies."""
_CODED = """
SELECT one.undertaking AS left_undertaking, other.undertaking AS right_undertaking,
  one.agency AS left_agency, other.agency AS right_agency
FROM pair_code
JOIN undertaking AS one ON enum_code(one.undertaking) = pair_code.left_code
JOIN undertaking AS other ON enum_code(other.undertaking) = pair_code.right_code
"""

_CLOSEST = {
    RESULT: """
WITH found AS (
  SELECT * FROM comparison WHERE "type" IN ({types})
),
side AS (
  SELECT "left", "right", score, "left"::VARCHAR AS owner FROM found
  UNION ALL
  SELECT "left", "right", score, "right"::VARCHAR AS owner FROM found
  UNION ALL
  SELECT "left", "right", score, left_agency || ' ' || right_agency AS owner FROM found
),
closest AS (
  SELECT DISTINCT "left", "right"
  FROM (
    SELECT "left", "right",
      ROW_NUMBER() OVER (PARTITION BY owner ORDER BY score DESC, "left", "right") AS place
    FROM side
  ) AS ranked
  WHERE place <= {best}
)
SELECT comparison.* FROM comparison SEMI JOIN closest USING ("left", "right")
""",
    "substance": """
SELECT substance.* FROM substance
SEMI JOIN comparison ON "left" = left_undertaking AND "right" = right_undertaking
""",
}
_SCORED = "SELECT COUNT(*) AS pairs FROM comparison"
_ONE = """
SELECT * FROM ({candidate}) AS every
WHERE left_undertaking IN (?, ?) AND right_undertaking IN (?, ?)
"""


class Limits(NamedTuple):
    """How closely pairs are looked at, by how many they are.

    Attributes:
        exhaustive: Most pairs that are all scored, findings or not.
        complete: Most pairs of which all findings are scored; of more, the closest.
        best: How many of each initiative, and of each two agencies, those are.
    """

    exhaustive: int = 250_000
    complete: int = 500_000_000
    best: int = 20


DEFAULT_LIMITS = Limits()
"""All pairs of some 700 initiatives, all findings of some 30,000."""


class Scope(NamedTuple):
    """How many pairs were looked at, and how closely.

    Attributes:
        possible: Pairs of undertakings of different agencies.
        near: Those of them that were near enough in subject to be looked at one by one.
        scored: Those of them that may be findings and went through all steps.
        best: How many of each initiative, and of each two agencies, those are at least; None if
            they are all.
    """

    possible: int
    near: int
    scored: int
    best: int | None = None

    @property
    def is_exhaustive(self) -> bool:
        """Whether every possible pair was scored."""
        return self.scored == self.possible


class Scoring:
    """Makes the tables of the steps that pairs play a part in.

    Args:
        engine: Where the tables of the steps before are.
        steps: All steps.
        numbers: The numbers of the comparison.
    """

    def __init__(self, engine: Engine, steps: Steps, numbers: Mapping[str, float]) -> None:
        self._engine, self._steps, self._numbers = engine, steps, numbers

    def score(self, limits: Limits) -> Scope:
        """Score the pairs, all or those that may be findings.

        Args:
            limits: How many pairs there may be for what.

        Raises:
            ComparisonError: The engine refused a step.
        """
        possible = sum(row["pairs"] for row in self._engine.select(POSSIBLE))
        if possible <= limits.exhaustive:
            for step in (self._steps.candidate, *self._steps.of_pairs):
                self._engine.make(step.name, step.sql)
            return Scope(possible, possible, possible)
        # Arrays take a while to load, and few pairs need none.
        from devcoop.overlap.candidates import Candidates  # noqa: PLC0415

        best = None if possible <= limits.complete else limits.best
        near = scored = 0
        candidates = Candidates(self._engine, self._numbers, _BLOCK_BYTES)
        for number, part in enumerate(candidates.iter_parts(best, _PART_PAIRS)):
            codes = {"left_code": part.left, "right_code": part.right}
            with self._engine.apart():
                self._engine.add_arrays("pair_code", codes)
                self._make(_CODED)
                self._keep(is_first=number == 0)
            near, scored = near + part.near, scored + len(part.left)
        if best is not None:
            scored = self._choose_closest(best)
        return Scope(possible, near, scored, best)

    def _choose_closest(self, best: int) -> int:
        """Drop what is not among the closest, and count what is left."""
        marks = ", ".join("?" for _ in FOUND_TYPES)
        for name, sql in _CLOSEST.items():
            values = FOUND_TYPES if name == RESULT else ()
            self._engine.make(f"closest {name}", sql.format(best=best, types=marks), values)
            self._engine.run(name, f'DROP TABLE "{name}"')
            self._engine.run(name, f'ALTER TABLE "closest {name}" RENAME TO "{name}"')
        return int(next(self._engine.select(_SCORED))["pairs"])

    def score_one(self, one: str, other: str) -> dict[str, Any] | None:
        """Score one pair.

        Args:
            one: IRI of one undertaking.
            other: IRI of the other.

        Returns:
            Its row of the last step; None if they are no pair.
        """
        sides = [one, other]
        with self._engine.apart():
            self._make(_ONE.format(candidate=self._steps.candidate.sql), [*sides, *sides])
            return next(self._engine.select(f'SELECT * FROM {PART}."{RESULT}"'), None)  # noqa: S608

    def _make(self, candidates: str, values: Sequence[object] | None = None) -> None:
        """Make the tables of some pairs."""
        self._engine.make(self._steps.candidate.name, candidates, values)
        for step in self._steps.of_pairs:
            self._engine.make(step.name, step.sql)

    def _keep(self, *, is_first: bool) -> None:
        """Keep the rows of the part that was made last."""
        for name in _KEPT:
            into = "CREATE TABLE {} AS" if is_first else "INSERT INTO {}"
            sql = into.format(f'{MAIN}."{name}"') + f' SELECT * FROM "{name}"'  # noqa: S608
            self._engine.run(name, sql)
