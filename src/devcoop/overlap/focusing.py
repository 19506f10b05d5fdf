"""Which undertakings are in a focus, and how all others stand to it: one step over the facet table.

A place is met by whoever names it or a part of it, by whoever names none while their plan, a
component or their whole does, and by whoever reaches one of its countries through a group or
region on a day of its plan's period; a theme by whoever has it or a narrower one; a period by
whoever is stated to run on one of its days. Whether somebody who means all countries, a group
that nobody lists, a broader theme, or says nothing, meets them is not known: that is told apart
from those that do and from those that do not.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from datetime import date
from typing import TYPE_CHECKING

from devcoop.model import WAYS_OF, Extent

if TYPE_CHECKING:
    from devcoop.model import Focus
    from devcoop.overlap.engine import Engine

ALL = "TRUE"
"""The condition that every row meets."""
_STANDING = """
WITH part AS (
  SELECT UNNEST($parts) AS part, UNNEST($since) AS since, UNNEST($until) AS until
),
wanted AS (
  SELECT UNNEST($themes) AS theme
),
named AS (
  SELECT area.undertaking, BOOL_AND(area.isInherited) AS is_inherited
  FROM area
  JOIN undertaking ON undertaking.undertaking = area.undertaking
  JOIN part ON part.part = area.area::VARCHAR
  WHERE $by_place
    AND COALESCE(part.since <= undertaking."end", TRUE)
    AND COALESCE(part.until >= undertaking."start", TRUE)
  GROUP BY area.undertaking
),
grouped AS (
  SELECT DISTINCT reach.undertaking
  FROM reach
  JOIN undertaking ON undertaking.undertaking = reach.undertaking
  JOIN part ON part.part = reach.country::VARCHAR
  WHERE $by_place
    AND COALESCE(part.since <= undertaking."end", TRUE)
    AND COALESCE(part.until >= undertaking."start", TRUE)
),
open_area AS (
  SELECT
    area.undertaking,
    BOOL_OR(area.basis = 'global') AS is_global,
    BOOL_OR(NOT area.isDefined) AS is_undefined,
    BOOL_OR(
      COALESCE(area.listedFrom > undertaking."end", FALSE)
      OR COALESCE(area.listedUntil < undertaking."start", FALSE)
    ) AS is_ended
  FROM area
  JOIN undertaking ON undertaking.undertaking = area.undertaking
  WHERE $by_place
  GROUP BY area.undertaking
),
above AS (
  SELECT DISTINCT ancestor.ancestor
  FROM ancestor
  JOIN wanted ON wanted.theme = ancestor.concept::VARCHAR
  WHERE ancestor.facet = 'theme'
),
on_theme AS (
  SELECT
    facet.undertaking,
    BOOL_OR(ancestor.ancestor::VARCHAR IN (FROM wanted)) AS is_narrower,
    BOOL_OR(facet.concept IN (FROM above)) AS is_broader
  FROM facet
  LEFT JOIN ancestor ON ancestor.facet = 'theme' AND ancestor.concept = facet.concept
  WHERE $by_theme AND facet.facet = 'theme'
  GROUP BY facet.undertaking
)
SELECT
  undertaking.undertaking,
  undertaking.agency,
  undertaking.plan,
  CASE
    WHEN NOT $by_place THEN NULL
    WHEN is_inherited THEN 'inherited'
    WHEN named.undertaking IS NOT NULL THEN 'named'
    WHEN grouped.undertaking IS NOT NULL THEN 'group'
    WHEN open_area.undertaking IS NULL THEN 'silent'
    WHEN is_global THEN 'global'
    WHEN is_undefined THEN 'undefined'
    WHEN is_ended THEN 'ended'
    ELSE 'other'
  END AS place,
  CASE
    WHEN NOT $by_theme THEN NULL
    WHEN on_theme.undertaking IS NULL THEN 'silent'
    WHEN is_narrower THEN 'narrower'
    WHEN is_broader THEN 'broader'
    ELSE 'other'
  END AS theme,
  CASE
    WHEN NOT $by_time THEN NULL
    WHEN "start" IS NULL AND "end" IS NULL THEN 'silent'
    WHEN "start" > $last OR "end" < $first THEN 'other'
    WHEN periodBasis = 'stated' AND (
      "start" BETWEEN $first AND $last
      OR "end" BETWEEN $first AND $last
      OR "start" <= $first AND "end" >= $last
    ) THEN 'runs'
    ELSE 'possible'
  END AS "time",
  (NOT $by_agency OR undertaking.agency::VARCHAR IN (SELECT UNNEST($agencies)))
    AND (NOT $by_plan OR undertaking.plan::VARCHAR IN (SELECT UNNEST($plans))) AS is_asked
FROM undertaking
LEFT JOIN named ON named.undertaking = undertaking.undertaking
LEFT JOIN grouped ON grouped.undertaking = undertaking.undertaking
LEFT JOIN open_area ON open_area.undertaking = undertaking.undertaking
LEFT JOIN on_theme ON on_theme.undertaking = undertaking.undertaking
"""
FOCUSED = """
WITH size AS (
  SELECT agency.code, agency.agency, COUNT(*) AS undertakings,
    COUNT(*) FILTER (NOT is_asked) AS partners
  FROM "{table}" AS met
  JOIN agency ON agency.agency = met.agency
  GROUP BY agency.code, agency.agency
)
SELECT
  one.agency AS left_agency,
  other.agency AS right_agency,
  one.undertakings * other.undertakings - one.partners * other.partners AS pairs
FROM size AS one
JOIN size AS other ON (one.code, one.agency) < (other.code, other.agency)
"""
"""Counts the pairs in a focus of each two agencies."""
_MET = """
SELECT undertaking, agency, plan, is_asked FROM "{table}_standing"
WHERE (place IS NULL OR list_contains(?, place))
  AND (theme IS NULL OR list_contains(?, theme))
  AND ("time" IS NULL OR list_contains(?, "time"))
"""
_PAIRS = """
SELECT comparison.* FROM comparison
JOIN "{table}" AS one ON one.undertaking = comparison."left"
JOIN "{table}" AS other ON other.undertaking = comparison."right"
WHERE one.is_asked OR other.is_asked
"""
"""Both sides meet place, theme and period; one at least is of an agency and plan asked for."""
_COUNTS = """
SELECT agency, '{point}' AS point, "{point}" AS way, COUNT(*) AS undertakings
FROM "{table}_standing" WHERE "{point}" IS NOT NULL GROUP BY agency, "{point}"
"""
_THEMES = """
SELECT DISTINCT concept FROM ancestor
WHERE facet = 'theme' AND ancestor::VARCHAR IN (SELECT UNNEST(?))
"""
_NEVER, _EVER = date(1, 1, 1), date(9999, 12, 31)


def make_focus(engine: Engine, focus: Focus, of_pairs: int) -> tuple[str, Extent]:
    """Make the table of what is in a focus.

    Args:
        engine: Where the tables of the comparison are.
        focus: The focus.
        of_pairs: How many pairs of undertakings of different agencies there are.

    Returns:
        The name of the table, which is the same for the same focus: a row for each undertaking
        that meets place, theme and period, with its agency, its plan and whether that is asked
        for; and what is in it. Behind its name with `_pair` stand the pairs in the focus.
    """
    digest = hashlib.sha256(repr(astuple(focus)).encode()).hexdigest()[:12]
    table = f"focus_{digest}"
    engine.make_anew(f"{table}_standing", _STANDING, _list_values(focus))
    ways = [_list_met(point, with_possible=focus.with_possible) for point in WAYS_OF]
    engine.make_anew(table, _MET.format(table=table), ways)
    engine.make_anew(f"{table}_pair", _PAIRS.format(table=table), ())
    return table, _read_extent(engine, table, focus, of_pairs=of_pairs)


def _list_values(focus: Focus) -> dict[str, object]:
    period = focus.period
    return {
        "parts": [part.iri for part in focus.parts],
        "since": [part.since or _NEVER for part in focus.parts],
        "until": [part.until or _EVER for part in focus.parts],
        "themes": list(focus.themes),
        "agencies": list(focus.agencies),
        "plans": list(focus.plans),
        "first": (period.start if period else None) or _NEVER,
        "last": (period.end if period else None) or _EVER,
        "by_place": bool(focus.places),
        "by_theme": bool(focus.themes),
        "by_time": period is not None,
        "by_agency": bool(focus.agencies),
        "by_plan": bool(focus.plans),
    }


def _list_met(point: str, *, with_possible: bool) -> list[str]:
    """List the ways of standing to a point that meet it, or may."""
    return [
        way
        for way, is_met in WAYS_OF[point].items()
        if is_met or (is_met is None and with_possible)
    ]


def _read_extent(engine: Engine, table: str, focus: Focus, *, of_pairs: int) -> Extent:
    rows = list(engine.select(f'SELECT * FROM "{table}"'))  # noqa: S608
    asked = [row for row in rows if row["is_asked"]]
    whole = 'SELECT COUNT(*) AS "of", COUNT(DISTINCT plan) AS plans FROM undertaking'
    counted, themes = next(engine.select(whole)), engine.select(_THEMES, [list(focus.themes)])
    return Extent(
        focus=focus,
        undertakings=frozenset(row["undertaking"] for row in asked),
        partners=frozenset(row["undertaking"] for row in rows if not row["is_asked"]),
        plans=frozenset(row["plan"] for row in asked),
        themes=frozenset(row["concept"] for row in themes),
        of=counted["of"],
        of_plans=counted["plans"],
        of_pairs=of_pairs,
        ways={
            (row["point"], row["agency"], row["way"]): row["undertakings"]
            for point in WAYS_OF
            for row in engine.select(_COUNTS.format(point=point, table=table))
        },
    )


def write_membership(table: str) -> str:
    """Write the condition that an undertaking is in a focus.

    Args:
        table: As `make_focus` names it.
    """
    return f'undertaking.undertaking IN (SELECT undertaking FROM "{table}" WHERE is_asked)'  # noqa: S608


def write_sides(table: str) -> str:
    """Write the condition that an undertaking is a side of pairs in a focus, asked for or not.

    Args:
        table: As `make_focus` names it.
    """
    return f'undertaking IN (SELECT undertaking FROM "{table}")'  # noqa: S608
