"""What an earlier comparison knows already, so that only what is new is compared.

What two undertakings have in common hangs on the two of them, the schemes and the numbers of the
comparison, and on nothing else. So a comparison that was made in the same way from the same
schemes holds every pair of which neither side has changed since. Where only the closest are
kept, an undertaking that loses one of them may get another from anywhere: it is compared anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from devcoop.model import FOUND_TYPES
from devcoop.overlap.candidates import Candidates
from devcoop.overlap.engine import EARLIER, OTHER, UNDERTAKING
from devcoop.overlap.steps import CLOSEST_LEFT, CLOSEST_WAY, PARTS, RESULT, SCOPE, TAKEN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from devcoop.overlap.engine import Engine
    from devcoop.overlap.sets import Indices

CHANGED, REDONE = "changed", "redone"
"""Tables of what has changed, and of what is compared anew."""
_SAID = {
    "undertaking": "SELECT undertaking.*, agency.code FROM {home}.undertaking AS undertaking"
    " JOIN {home}.agency AS agency ON agency.agency = undertaking.agency",
    "facet": "SELECT * FROM {home}.facet",
    "area": "SELECT * FROM {home}.area",
    "reach": "SELECT * FROM {home}.reach",
    "trust": "SELECT * FROM {home}.trust",
    "text_term": "SELECT * FROM {home}.text_term",
    "root_word": "SELECT * FROM {home}.root_word",
    "spoken_purpose": "SELECT * FROM {home}.spoken_purpose",
    "side_work": "SELECT * FROM {home}.side_work",
    "reference": "SELECT * FROM {home}.reference",
}
"""All that a pair hangs on, of either side."""
_TEXTS = "SELECT COLUMNS(*)::VARCHAR FROM ({select})"
_DIFFERENCES = (
    "SELECT undertaking FROM (({now}) EXCEPT ({then})) WHERE undertaking IS NOT NULL"
    " UNION SELECT undertaking FROM (({then}) EXCEPT ({now})) WHERE undertaking IS NOT NULL"
)
_BEREFT = f"""
WITH found AS (
  SELECT one.* EXCLUDE ("left", "right"), "left"::VARCHAR AS "left", "right"::VARCHAR AS "right",
    "left"::VARCHAR IN (FROM {CHANGED}) OR "right"::VARCHAR IN (FROM {CHANGED}) AS is_lost
  FROM {EARLIER}.{RESULT} AS one
  WHERE "type" IN ({{types}})
),
side AS (
  SELECT "left" AS undertaking, is_lost FROM found
  UNION ALL
  SELECT "right" AS undertaking, is_lost FROM found
),
agencies AS (
  SELECT left_agency::VARCHAR AS one, right_agency::VARCHAR AS other
  FROM found
  GROUP BY left_agency, right_agency
  HAVING COUNT(*) >= {{best}} AND BOOL_OR(is_lost)
),
moved AS (
  SELECT agency::VARCHAR AS agency, COUNT(*) AS undertakings
  FROM {EARLIER}.undertaking
  WHERE undertaking::VARCHAR IN (FROM {CHANGED})
  GROUP BY agency
),
chosen AS (
  SELECT CASE
    WHEN COALESCE(here.undertakings, 0) >= COALESCE(there.undertakings, 0) THEN one
    ELSE other
  END AS agency
  FROM agencies
  LEFT JOIN moved AS here ON here.agency = one
  LEFT JOIN moved AS there ON there.agency = other
)
SELECT undertaking FROM side GROUP BY undertaking HAVING COUNT(*) >= {{best}} AND BOOL_OR(is_lost)
UNION
SELECT undertaking::VARCHAR FROM undertaking WHERE agency::VARCHAR IN (FROM chosen)
UNION
FROM {CHANGED}
"""  # noqa: S608
_SHARE = f"""
SELECT (SELECT COUNT(*) FROM undertaking WHERE undertaking::VARCHAR IN (FROM {REDONE})) AS redone,
  (SELECT COUNT(*) FROM undertaking) AS undertakings
"""  # noqa: S608
_CODES = f"""
SELECT enum_code(undertaking) AS code FROM {{home}}.undertaking
WHERE undertaking::VARCHAR IN (FROM {REDONE})
"""  # noqa: S608
_ROWS = """
SELECT {columns} FROM {earlier}.{table}
WHERE "{left}"::VARCHAR NOT IN (FROM {redone}) AND "{right}"::VARCHAR NOT IN (FROM {redone})
"""
_SIDES = {RESULT: ("left", "right"), "substance": ("left_undertaking", "right_undertaking")}
"""Tables whose rows are taken over, and their columns of both sides."""
_BEGUN = (TAKEN, CHANGED, REDONE, PARTS, CLOSEST_LEFT, CLOSEST_WAY, *_SIDES)
"""Tables that a run fills as it goes."""
_MOST_REDONE = 0.5
"""Share of the undertakings above which everything is compared anew."""


class Taken(NamedTuple):
    """What is left to do beside what was taken over.

    Attributes:
        redone: Codes of the undertakings whose pairs are to be compared; None for all.
        memory: Bytes that arrays may take: how pairs are divided hangs on them, so they are
            those of the run that is gone on with.
    """

    redone: Indices | None
    memory: int


def take_over(engine: Engine, numbers: Mapping[str, float], best: int | None, memory: int) -> Taken:
    """Take over the pairs that have not changed, if there is an earlier comparison.

    Args:
        engine: Where what is compared is, and the tables of pairs are not yet.
        numbers: The numbers of the comparison.
        best: How many of each undertaking and of each two agencies are kept; None for all.
        memory: Bytes that arrays may take. A run that began with more is not gone on with: it
            may have been ended for what it took.

    Raises:
        ComparisonError: The engine refused a step.
    """
    if engine.was_made(TAKEN) and _read_memory(engine) > memory:
        engine.drop(_BEGUN)
    if not engine.was_made(TAKEN):
        _take_over(engine, numbers, best, memory)
    redone = None
    if engine.has(REDONE):
        redone = engine.read_arrays(_CODES.format(home=engine.home))["code"]
    return Taken(redone, _read_memory(engine))


def _read_memory(engine: Engine) -> int:
    [begun] = engine.select(f"SELECT memory FROM {TAKEN}")  # noqa: S608
    return int(begun["memory"])


def _take_over(engine: Engine, numbers: Mapping[str, float], best: int | None, memory: int) -> None:
    with engine.open_earlier() as is_open, engine.at_once():
        near = scored = 0
        if is_open and _is_alike(engine, best) and _find_changed(engine, best):
            scored = _copy(engine)
            with engine.within(EARLIER):
                before = Candidates(engine, numbers, memory)
            near = _tell_near(engine) - before.count_near(
                engine.read_arrays(_CODES.format(home=EARLIER))["code"]
            )
        begun = [near, scored, memory]
        engine.make(TAKEN, "SELECT ? AS near, ? AS scored, ? AS memory", begun)


def _is_alike(engine: Engine, best: int | None) -> bool:
    """Tell whether the earlier comparison looked as closely at its pairs."""
    [scope] = engine.select(f"SELECT * FROM {EARLIER}.{SCOPE}")  # noqa: S608
    return bool(scope["scored"] < scope["possible"] and scope["best"] == best)


def _tell_near(engine: Engine) -> int:
    [scope] = engine.select(f"SELECT near FROM {EARLIER}.{SCOPE}")  # noqa: S608
    return int(scope["near"])


def _find_changed(engine: Engine, best: int | None) -> bool:
    """Find what is compared anew, and tell whether that is little."""
    differences = " UNION ".join(map(_list_differences, _SAID.values(), [engine.home] * len(_SAID)))
    engine.make(CHANGED, differences)
    if best is None:
        engine.make(REDONE, f"FROM {CHANGED}")
    else:
        marks = ", ".join("?" for _ in FOUND_TYPES)
        engine.make(REDONE, _BEREFT.format(best=best, types=marks), FOUND_TYPES)
    redone, undertakings = engine.run(REDONE, _SHARE).fetchone()
    if redone <= _MOST_REDONE * undertakings:
        return True
    engine.run(REDONE, f"DROP TABLE {REDONE}")
    return False


def _list_differences(select: str, home: str) -> str:
    now, then = (_TEXTS.format(select=select.format(home=place)) for place in (home, EARLIER))
    return _DIFFERENCES.format(now=now, then=then)


def _copy(engine: Engine) -> int:
    """Copy the pairs that are taken over, and count them."""
    for table, (left, right) in _SIDES.items():
        types = engine.describe(f"{EARLIER}.{table}")
        columns = ", ".join(_write_columns(types, (left, right)))
        places = {"earlier": EARLIER, "table": table, "left": left, "right": right}
        engine.make(table, _ROWS.format(columns=columns, redone=REDONE, **places))
    (copied,) = engine.run(RESULT, f"SELECT COUNT(*) FROM {RESULT}").fetchone()  # noqa: S608
    return int(copied)


def _write_columns(types: Mapping[str, str], sides: Collection[str]) -> Iterable[str]:
    """Write columns such that IRIs are those of this comparison, which counts them otherwise."""
    for name, kind in types.items():
        if kind.startswith("ENUM"):
            known = UNDERTAKING if name in sides else OTHER
            yield f'"{name}"::VARCHAR::{known} AS "{name}"'
        else:
            yield f'"{name}"'
