-- One row per pair: how their places stand to each other. An area whose countries nobody lists is unknown, not nowhere;
-- how many countries both reach is NULL where it is not known whether they reach one.
WITH open_side AS (
  SELECT
    undertaking.undertaking,
    COUNT(area.area) = 0 OR MAX(CASE WHEN area.isDefined THEN 0 ELSE 1 END) = 1 AS is_open,
    MAX(CASE WHEN area.basis = 'global' THEN 1 ELSE 0 END) = 1 AS is_global
  FROM undertaking
  LEFT JOIN area ON area.undertaking = undertaking.undertaking
  GROUP BY undertaking.undertaking
),
shared AS (
  SELECT
    candidate.left_undertaking,
    candidate.right_undertaking,
    COUNT(*) AS countries,
    MAX(CASE WHEN one.is_named AND other.is_named THEN 1 ELSE 0 END) = 1 AS both_named,
    MAX(CASE WHEN one.is_named OR other.is_named THEN 1 ELSE 0 END) = 1 AS one_named
  FROM candidate
  JOIN reach AS one ON one.undertaking = candidate.left_undertaking
  JOIN reach AS other ON other.undertaking = candidate.right_undertaking AND other.country = one.country
  GROUP BY candidate.left_undertaking, candidate.right_undertaking
)
SELECT
  candidate.left_undertaking,
  candidate.right_undertaking,
  CASE
    WHEN shared.both_named THEN 'named'
    WHEN shared.one_named THEN 'named-and-group'
    WHEN shared.countries > 0 THEN 'via-group'
    WHEN one.is_global OR other.is_global THEN 'global'
    WHEN one.is_open OR other.is_open THEN 'unknown'
    ELSE 'none'
  END AS place_relation,
  CASE
    WHEN shared.countries > 0 THEN shared.countries
    WHEN NOT (one.is_global OR other.is_global OR one.is_open OR other.is_open) THEN 0
  END AS shared_countries
FROM candidate
JOIN open_side AS one ON one.undertaking = candidate.left_undertaking
JOIN open_side AS other ON other.undertaking = candidate.right_undertaking
LEFT JOIN shared
  ON shared.left_undertaking = candidate.left_undertaking AND shared.right_undertaking = candidate.right_undertaking
