-- One row per pair: how their places stand to each other. An area whose countries nobody lists is unknown, not nowhere.
WITH open_side AS (
  SELECT
    undertaking.identifier,
    COUNT(area.area) = 0 OR MAX(CASE WHEN area.isDefined THEN 0 ELSE 1 END) = 1 AS is_open,
    MAX(CASE WHEN area.basis = 'global' THEN 1 ELSE 0 END) = 1 AS is_global
  FROM undertaking
  LEFT JOIN area ON area.identifier = undertaking.identifier
  GROUP BY undertaking.identifier
),
shared AS (
  SELECT
    pair.left_identifier,
    pair.right_identifier,
    COUNT(*) AS countries,
    MAX(CASE WHEN one.is_named AND other.is_named THEN 1 ELSE 0 END) = 1 AS both_named,
    MAX(CASE WHEN one.is_named OR other.is_named THEN 1 ELSE 0 END) = 1 AS one_named
  FROM pair
  JOIN reach AS one ON one.identifier = pair.left_identifier
  JOIN reach AS other ON other.identifier = pair.right_identifier AND other.country = one.country
  GROUP BY pair.left_identifier, pair.right_identifier
)
SELECT
  pair.left_identifier,
  pair.right_identifier,
  CASE
    WHEN shared.both_named THEN 'named'
    WHEN shared.one_named THEN 'named-and-group'
    WHEN shared.countries > 0 THEN 'via-group'
    WHEN one.is_global OR other.is_global THEN 'global'
    WHEN one.is_open OR other.is_open THEN 'unknown'
    ELSE 'none'
  END AS place_relation,
  COALESCE(shared.countries, 0) AS shared_countries
FROM pair
JOIN open_side AS one ON one.identifier = pair.left_identifier
JOIN open_side AS other ON other.identifier = pair.right_identifier
LEFT JOIN shared
  ON shared.left_identifier = pair.left_identifier AND shared.right_identifier = pair.right_identifier
