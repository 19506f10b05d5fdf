"""Runs the steps over all pairs, or over those that may be findings, part by part.

Few pairs are all scored. Where there are more than `EXHAUSTIVE_PAIRS`, only those are that may
be findings (`devcoop.overlap.candidates`); what the others are is not told apart. Either way
the steps decide, and no finding is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from devcoop.overlap.engine import MAIN, PART
from devcoop.overlap.steps import RESULT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from devcoop.overlap.engine import Engine
    from devcoop.overlap.steps import Steps

EXHAUSTIVE_PAIRS = 250_000
"""Most pairs that are all scored, findings or not: some 700 initiatives of three agencies."""
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

_ONE = """
SELECT * FROM ({candidate}) AS every
WHERE left_undertaking IN (?, ?) AND right_undertaking IN (?, ?)
"""


class Scope(NamedTuple):
    """How many pairs were looked at, and how closely.

    Attributes:
        possible: Pairs of undertakings of different agencies.
        near: Those of them that were near enough in subject to be looked at one by one.
        scored: Those of them that may be findings and went through all steps.
    """

    possible: int
    near: int
    scored: int

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

    def score(self, exhaustive: int = EXHAUSTIVE_PAIRS) -> Scope:
        """Score the pairs, all or those that may be findings.

        Args:
            exhaustive: Most pairs that are all scored.

        Raises:
            ComparisonError: The engine refused a step.
        """
        possible = sum(row["pairs"] for row in self._engine.select(POSSIBLE))
        if possible <= exhaustive:
            for step in (self._steps.candidate, *self._steps.of_pairs):
                self._engine.make(step.name, step.sql)
            return Scope(possible, possible, possible)
        # Arrays take a while to load, and few pairs need none.
        from devcoop.overlap.candidates import Candidates  # noqa: PLC0415

        near = scored = 0
        candidates = Candidates(self._engine, self._numbers, _BLOCK_BYTES)
        for number, part in enumerate(candidates.iter_parts(_PART_PAIRS)):
            codes = {"left_code": part.left, "right_code": part.right}
            with self._engine.apart():
                self._engine.add_arrays("pair_code", codes)
                self._make(_CODED)
                self._keep(is_first=number == 0)
            near, scored = near + part.near, scored + len(part.left)
        return Scope(possible, near, scored)

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
