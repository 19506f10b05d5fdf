-- One row per pair: the score of substance and its parts.
-- Score = subject x mean of (1, function, group, form) x arena x umbrella: a shared subject is needed, and alone
-- it reaches a quarter of the way; what is done, for whom and how have the same weight.
WITH part AS (
  SELECT
    pair.left_identifier,
    pair.right_identifier,
    pair.left_is_umbrella <> pair.right_is_umbrella AS one_umbrella,
    MAX(CASE WHEN facet = 'theme' THEN similarity END) AS theme,
    MAX(CASE WHEN facet = 'theme' THEN best_similarity END) AS theme_best,
    MAX(CASE WHEN facet = 'function' THEN similarity END) AS function_,
    MAX(CASE WHEN facet = 'instrument' THEN similarity END) AS instrument,
    MAX(CASE WHEN facet = 'beneficiary' THEN similarity END) AS beneficiary,
    MAX(CASE WHEN facet = 'sector' THEN similarity END) AS sector,
    MAX(CASE WHEN facet = 'arena' THEN similarity END) AS arena
  FROM pair
  LEFT JOIN facet_similarity
    ON facet_similarity.left_identifier = pair.left_identifier
    AND facet_similarity.right_identifier = pair.right_identifier
  GROUP BY pair.left_identifier, pair.right_identifier, one_umbrella
),
house AS (
  SELECT
    identifier,
    MAX(CASE WHEN concept LIKE '%/arena/own-%' THEN 1 ELSE 0 END) = 1 AS is_own
  FROM facet
  GROUP BY identifier
),
weighed AS (
  SELECT
    part.*,
    theme * (1 - best_match_share) + theme_best * best_match_share AS subject,
    (1
      + COALESCE(function_, unknown_similarity)
      + COALESCE(beneficiary, unknown_similarity)
      + COALESCE(instrument, unknown_similarity)) / 4 AS action,
    CASE
      WHEN one.is_own OR other.is_own THEN own_plan_factor
      WHEN arena = 0 THEN other_arena_factor
      ELSE 1
    END AS arena_factor,
    CASE WHEN one_umbrella THEN umbrella_factor ELSE 1 END AS umbrella_factor_used
  FROM part
  JOIN house AS one ON one.identifier = part.left_identifier
  JOIN house AS other ON other.identifier = part.right_identifier
  CROSS JOIN parameter
)
SELECT
  left_identifier,
  right_identifier,
  theme,
  function_ AS "function",
  instrument,
  beneficiary,
  sector,
  arena,
  arena_factor,
  umbrella_factor_used AS umbrella_factor,
  ROUND(COALESCE(subject, 0) * action * arena_factor * umbrella_factor_used, 6) AS score
FROM weighed
