"""Runs the steps over all pairs, or over those that may be findings, part by part.

Few pairs are all scored. Of more, only those are that may be findings
(`devcoop.overlap.candidates`); what the others are is not told apart. The steps decide all the
same, and no finding is lost. Of very many, the closest findings of each initiative and of each
two agencies are scored, and no others.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from devcoop.model import FOUND_TYPES
from devcoop.overlap.engine import PART, PLAIN
from devcoop.overlap.pairs import BEST_LISTED
from devcoop.overlap.steps import CLOSEST_LEFT, CLOSEST_WAY, PARTS, RESULT, SCOPE, TAKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from devcoop.overlap.blocks import Block
    from devcoop.overlap.candidates import Candidates
    from devcoop.overlap.engine import Engine
    from devcoop.overlap.progress import Tell
    from devcoop.overlap.spark import Cluster
    from devcoop.overlap.steps import Steps

_PART_PAIRS = 250_000
"""Pairs that are scored at once, with the memory that is given by default; more with more."""
_SMALL = 5_000
"""Pairs that are scored sooner than the engine has thought about how to do that best."""
_BLOCKS_SHARE = 0.25
"""How much of the memory blocks of candidates may take; the rest is for tables and this program."""
_MEBIBYTE = 1 << 20
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
_OF_PLAN = """
WITH coded AS (
  SELECT undertaking.undertaking, undertaking.plan, agency.agency, agency.code
  FROM undertaking JOIN agency ON agency.agency = undertaking.agency
),
met AS (
  SELECT own.undertaking AS own, own.agency AS own_agency,
    other.undertaking AS other, other.agency AS other_agency,
    (own.code, own.agency) < (other.code, other.agency) AS is_left
  FROM coded AS own
  JOIN coded AS other ON other.agency <> own.agency AND other.plan <> $plan
  WHERE own.undertaking IN (SELECT UNNEST($own))
)
SELECT
  CASE WHEN is_left THEN own ELSE other END AS left_undertaking,
  CASE WHEN is_left THEN other ELSE own END AS right_undertaking,
  CASE WHEN is_left THEN own_agency ELSE other_agency END AS left_agency,
  CASE WHEN is_left THEN other_agency ELSE own_agency END AS right_agency
FROM met
"""
"""As the step `candidate` has them, of which the engine would look at all to find these few."""
_LIST_OWN = """
SELECT undertaking, (SELECT COUNT(*) FROM undertaking WHERE plan <> $plan) AS others
FROM undertaking WHERE plan = $plan ORDER BY undertaking
"""
_OWN_CODES = "SELECT enum_code(undertaking) AS code FROM undertaking WHERE plan = $plan"
_COUNT_OF_PLAN = """
WITH size AS (
  SELECT agency, plan = $plan AS is_own, COUNT(*) AS undertakings FROM undertaking GROUP BY ALL
)
SELECT COALESCE(SUM(own.undertakings * other.undertakings), 0)::BIGINT AS pairs
FROM size AS own JOIN size AS other ON other.agency <> own.agency
WHERE own.is_own AND NOT other.is_own
"""
_COUNT_CANDIDATES = f"SELECT COUNT(*) FROM {PART}.candidate"  # noqa: S608
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
_SCORED = "SELECT COUNT(*) FROM comparison"
_TELL_SCOPE = "SELECT ? AS possible, ? AS near, ? AS scored, CAST(? AS BIGINT) AS best"
_NO_PARTS = "SELECT 0 AS near, 0 AS scored WHERE FALSE"
_DONE = f"""
SELECT COUNT(part.near) AS parts,
  (COALESCE(SUM(part.near), 0) + ANY_VALUE(taken.near))::BIGINT AS near,
  (COALESCE(SUM(part.scored), 0) + ANY_VALUE(taken.scored))::BIGINT AS scored
FROM {TAKEN} AS taken
LEFT JOIN {PARTS} AS part ON TRUE
"""  # noqa: S608
_OWN_CODE = """
SELECT enum_code(undertaking) AS code FROM undertaking WHERE undertaking::VARCHAR = ?
"""
_OF_SIDES = """"{table}" AS MATERIALIZED (
  SELECT {columns} FROM {home}."{table}" WHERE enum_code(undertaking) IN (SELECT UNNEST($sides))
)"""
_FEW = """
pair_code AS (SELECT UNNEST($left) AS left_code, UNNEST($right) AS right_code),
coded AS MATERIALIZED (
  SELECT undertaking::VARCHAR AS undertaking, agency::VARCHAR AS agency,
    enum_code(undertaking) AS code
  FROM {home}.undertaking
  WHERE enum_code(undertaking) IN (SELECT UNNEST($sides))
)
"""
_FEW_CODED = """
SELECT one.undertaking AS left_undertaking, other.undertaking AS right_undertaking,
  one.agency AS left_agency, other.agency AS right_agency
FROM pair_code
JOIN coded AS one ON one.code = pair_code.left_code
JOIN coded AS other ON other.code = pair_code.right_code
"""
_OF_CONCEPTS = (
    "ancestor",
    "information",
    "lin",
    "concept_similarity",
    "concept_mark",
    "agency",
    "parameter",
    "same_work",
)
"""Tables that hang on no undertaking."""
_SIDES = (
    "undertaking",
    "facet",
    "facet_set",
    "area",
    "reach",
    "trust",
    "text_term",
    "root_word",
    "spoken_purpose",
    "side_work",
)
"""Tables of what undertakings say, of which few pairs need little."""


class Limits(NamedTuple):
    """How closely pairs are looked at, by how many they are.

    Attributes:
        exhaustive: Most pairs that are all scored, findings or not.
        complete: Most pairs of which all findings are scored; of more, the closest.
        best: How many of each initiative, and of each two agencies, those are.
        listed: How many findings of each two agencies are told one by one, where all are too many.
        memory: MiB that the comparison may take, about; what comes out does not hang on it.
    """

    exhaustive: int = 250_000
    complete: int = 500_000_000
    best: int = 20
    listed: int = BEST_LISTED
    memory: int = 1024


DEFAULT_LIMITS = Limits()
"""All pairs of some 700 initiatives, all findings of some 30,000."""


class Scope(NamedTuple):
    """How many pairs were looked at, and how closely.

    Attributes:
        possible: Pairs of undertakings of different agencies.
        near: Those of them that were looked at one by one: near in subject, perhaps in one place.
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
        cluster: Where the steps of pairs run, with the tables of the steps before; None for here.
    """

    def __init__(
        self,
        engine: Engine,
        steps: Steps,
        numbers: Mapping[str, float],
        cluster: Cluster | None = None,
    ) -> None:
        self._engine, self._steps, self._numbers = engine, steps, numbers
        self._cluster = cluster

    def score(self, limits: Limits, tell: Tell, plan: str = "") -> None:
        """Score the pairs, all or those that may be findings, from where a run was ended.

        Args:
            limits: How many pairs there may be for what.
            tell: Is given the share of the pairs that were looked at, now and then.
            plan: IRI of the plan whose undertakings alone are held against all others; empty
                to score the pairs of all.

        Raises:
            ComparisonError: The engine refused a step.
        """
        if self._engine.was_made(SCOPE):
            return
        if plan:
            self._score_plan(plan, limits, tell)
            return
        possible = sum(row["pairs"] for row in self._engine.select(POSSIBLE))
        if possible <= limits.exhaustive:
            self._score_all(self._cluster)
            self._tell(Scope(possible, possible, possible))
            return
        best = None if possible <= limits.complete else limits.best
        self._score_parts(best, limits, tell)
        done = next(self._engine.select(_DONE))
        scope = Scope(possible, done["near"], done["scored"], best)
        if best is None:
            self._tell(scope)
            return
        with self._engine.at_once():
            self._choose_closest(best)
            for name in (CLOSEST_LEFT, CLOSEST_WAY):
                self._engine.run(name, f"DROP TABLE IF EXISTS {name}")
            (scored,) = self._engine.run(RESULT, _SCORED).fetchone()
            self._tell(scope._replace(scored=scored))

    def _score_all(self, cluster: Cluster | None) -> None:
        """Score every pair at once."""
        if cluster is not None:
            self._score_all_afar(cluster)
        for step in (self._steps.candidate, *self._steps.of_pairs):
            if cluster is None and not self._engine.was_made(step.name):
                self._engine.make(step.name, step.sql)

    def _score_all_afar(self, cluster: Cluster) -> None:
        if all(map(self._engine.was_made, _KEPT)):
            return
        with self._engine.apart():
            cluster.make(self._steps.candidate)
            self._make_afar(cluster)
            # Whoever goes on after a kill finds both or none.
            with self._engine.at_once():
                for name in _KEPT:
                    place = f'{self._engine.home}."{name}"'
                    self._engine.run(name, f"DROP TABLE IF EXISTS {place}")
                    self._engine.run(name, f'CREATE TABLE {place} AS FROM {PART}."{name}"')

    def _score_plan(self, plan: str, limits: Limits, tell: Tell) -> None:
        """Score the pairs of the undertakings of one plan and all others, or what may be found."""
        self._engine.make(PARTS, _NO_PARTS)
        (possible,) = self._engine.run(RESULT, _COUNT_OF_PLAN, {"plan": plan}).fetchone()
        if possible > limits.exhaustive:
            near, scored = self._score_near(plan, limits, tell)
            self._tell(Scope(possible, near, scored))
            return
        rows = list(self._engine.select(_LIST_OWN, {"plan": plan}))
        own = [row["undertaking"] for row in rows]
        at_once = max(1, _PART_PAIRS // max(1, rows[0]["others"]))
        for start in range(0, len(own), at_once):
            with self._engine.apart():
                self._make(_OF_PLAN, {"plan": plan, "own": own[start : start + at_once]})
                (part,) = self._engine.run(RESULT, _COUNT_CANDIDATES).fetchone()
                self._keep([part, part])
        self._tell(Scope(possible, possible, possible))

    def _score_near(self, plan: str, limits: Limits, tell: Tell) -> tuple[int, int]:
        """Score what may be found between the undertakings of one plan and all others.

        Returns:
            How many pairs were looked at one by one, and how many were scored.
        """
        from devcoop.overlap.candidates import Candidates  # noqa: PLC0415

        own = self._engine.read_arrays(_OWN_CODES, {"plan": plan})["code"]
        candidates = Candidates(self._engine, self._numbers, _find_block_bytes(limits), own)
        near = scored = 0
        for part in candidates.iter_parts(None, _PART_PAIRS, tell):
            outward = part.leave_out_among(own)
            self._score_part(outward)
            near, scored = near + outward.near, scored + len(outward.left)
        return near, scored

    def _score_parts(self, best: int | None, limits: Limits, tell: Tell) -> None:
        """Score part after part of the candidates, but those that are scored already."""
        # Arrays take a while to load, and few pairs need none.
        from devcoop.overlap.candidates import Candidates  # noqa: PLC0415
        from devcoop.overlap.earlier import take_over  # noqa: PLC0415

        taken = take_over(self._engine, self._numbers, best, _find_block_bytes(limits))
        if not self._engine.was_made(PARTS):
            self._engine.make(PARTS, _NO_PARTS)
        done = next(self._engine.select(_DONE))["parts"]
        candidates = Candidates(self._engine, self._numbers, taken.memory, taken.redone)
        # Who goes on after a kill has the memory of the run before, and so the same parts.
        at_once = _PART_PAIRS * max(1, taken.memory // _find_block_bytes(DEFAULT_LIMITS))
        for number, part in enumerate(candidates.iter_parts(best, at_once, tell)):
            if number < done:
                continue
            self._score_part(part)

    def _score_part(self, part: Block) -> None:
        codes = {"left_code": part.left, "right_code": part.right}
        is_small = len(part.left) < _SMALL
        with self._engine.apart(), self._engine.planned_lightly() if is_small else nullcontext():
            self._engine.add_arrays("pair_code", codes)
            self._make(_CODED)
            self._keep([part.near, len(part.left)])

    def _tell(self, scope: Scope) -> None:
        self._engine.make(SCOPE, _TELL_SCOPE, scope)

    def read_scope(self) -> Scope:
        """Read how many pairs were looked at, and how closely."""
        return Scope(**next(self._engine.select(f"SELECT * FROM {SCOPE}")))  # noqa: S608

    def _choose_closest(self, best: int) -> None:
        """Drop what is not among the closest."""
        marks = ", ".join("?" for _ in FOUND_TYPES)
        for name, sql in _CLOSEST.items():
            values = FOUND_TYPES if name == RESULT else ()
            self._engine.make(f"closest {name}", sql.format(best=best, types=marks), values)
            self._engine.run(name, f'DROP TABLE "{name}"')
            self._engine.run(name, f'ALTER TABLE "closest {name}" RENAME TO "{name}"')

    def score_one(self, one: str, other: str) -> dict[str, Any] | None:
        """Score one pair.

        Args:
            one: IRI of one undertaking.
            other: IRI of the other.

        Returns:
            Its row of the last step; None if they are no pair.
        """
        codes = [self._find_code(one), self._find_code(other)]
        return next(self._score_few(self._steps.candidate.sql, {"sides": codes}), None)

    def score_of(self, undertaking: str) -> list[dict[str, Any]]:
        """Score the pairs of one undertaking that may be findings, all of them.

        Args:
            undertaking: Its IRI.

        Returns:
            Their rows of the last step, in no set order.
        """
        code = self._find_code(undertaking)
        if code is None:
            return []
        part = self._candidates.find_of(code)
        left, right = part.left.tolist(), part.right.tolist()
        if not left:
            return []
        sides = sorted({*left, *right})
        few = {"left": left, "right": right, "sides": sides}
        return list(self._score_few(_FEW_CODED, few, _FEW.format(home=self._engine.table_home)))

    def _find_code(self, undertaking: str) -> int | None:
        found = next(self._engine.select(_OWN_CODE, [undertaking]), None)
        return None if found is None else int(found["code"])

    def _score_few(
        self, candidates: str, values: Mapping[str, object], *before: str
    ) -> Iterator[dict[str, Any]]:
        """Score few pairs in one query of all steps, without a table for each."""
        steps = [(self._steps.candidate.name, candidates)]
        steps += [(step.name, step.sql) for step in self._steps.of_pairs]
        parts = [*before, *self._of_sides]
        parts += [f'"{name}" AS MATERIALIZED ({sql})' for name, sql in steps]
        sql = f"WITH {', '.join(parts)} SELECT * FROM {RESULT}"  # noqa: S608
        return self._engine.select(sql, values, first=PLAIN, lightly=True)

    @cached_property
    def _of_sides(self) -> tuple[str, ...]:
        """What both sides of few pairs say, as parts of a query; all else is made ready."""
        self._engine.make_plain(_OF_CONCEPTS)
        home, columns = self._engine.table_home, map(self._engine.list_plain, _SIDES)
        return tuple(
            _OF_SIDES.format(table=table, columns=those, home=home)
            for table, those in zip(_SIDES, columns, strict=True)
        )

    @cached_property
    def _candidates(self) -> Candidates:
        from devcoop.overlap.candidates import Candidates  # noqa: PLC0415

        return Candidates(self._engine, self._numbers, _find_block_bytes(DEFAULT_LIMITS))

    def _make(self, candidates: str, values: Mapping[str, object] | None = None) -> None:
        """Make the tables of some pairs."""
        self._engine.make(self._steps.candidate.name, candidates, values or ())
        if self._cluster is not None:
            name = self._steps.candidate.name
            self._cluster.add(name, self._engine.read_rows(name))
            self._engine.run(name, f"DROP TABLE {PART}.{name}")
            self._make_afar(self._cluster)
            return
        for step in self._steps.of_pairs:
            self._engine.make(step.name, step.sql)

    def _make_afar(self, cluster: Cluster) -> None:
        """Fetch what the cluster makes of its candidates, into tables of the steps' own columns."""
        candidate = self._steps.candidate
        none = f"SELECT * FROM ({candidate.sql}) WHERE FALSE"  # noqa: S608
        self._engine.make(candidate.name, none)
        for step in self._steps.of_pairs:
            self._engine.make(step.name, step.sql)
        for step in self._steps.of_pairs:
            made = cluster.make(step)
            if step.name in _KEPT:
                self._engine.add_rows(step.name, made)

    def _keep(self, numbers: Sequence[int]) -> None:
        """Keep the rows of the part that was made last, and how many pairs it had."""
        places = {name: f'{self._engine.home}."{name}"' for name in _KEPT}
        rows = {name: f'SELECT * FROM {PART}."{name}"' for name in _KEPT}  # noqa: S608
        for name, place in places.items():
            # The engine loses many rows of a table that was made in the same transaction.
            self._engine.run(name, f"CREATE TABLE IF NOT EXISTS {place} AS {rows[name]} LIMIT 0")
        with self._engine.at_once():
            for name, place in places.items():
                self._engine.run(name, f"INSERT INTO {place} {rows[name]}")
            self._engine.run(PARTS, f"INSERT INTO {PARTS} VALUES (?, ?)", numbers)  # noqa: S608


def _find_block_bytes(limits: Limits) -> int:
    return int(limits.memory * _MEBIBYTE * _BLOCKS_SHARE)
