-- One row per pair: the best and the worst rank it would have if one facet were left out of the score.
-- A pair that keeps its place under all of them does not hang on one reading of one facet.
WITH score AS (
  SELECT left_undertaking, right_undertaking, 'all' AS scenario,
    subject * (subject_weight + 2 * activity + 2 * "group") * arena_factor * group_factor AS score
  FROM substance
  CROSS JOIN parameter
  UNION ALL
  SELECT left_undertaking, right_undertaking, 'theme' AS scenario,
    (subject_weight + 2 * activity + 2 * "group") * arena_factor * group_factor AS score
  FROM substance
  CROSS JOIN parameter
  WHERE subject > 0
  UNION ALL
  SELECT left_undertaking, right_undertaking, 'function' AS scenario,
    subject * (subject_weight + 2 * form + 2 * "group") * arena_factor * group_factor AS score
  FROM substance
  CROSS JOIN parameter
  UNION ALL
  SELECT left_undertaking, right_undertaking, 'instrument' AS scenario,
    subject * (subject_weight + 2 * done + 2 * "group") * arena_factor * group_factor AS score
  FROM substance
  CROSS JOIN parameter
  UNION ALL
  SELECT left_undertaking, right_undertaking, 'beneficiary' AS scenario,
    subject * (subject_weight + 2 * activity) * arena_factor AS score
  FROM substance
  CROSS JOIN parameter
  UNION ALL
  SELECT left_undertaking, right_undertaking, 'arena' AS scenario,
    subject * (subject_weight + 2 * activity + 2 * "group") * group_factor AS score
  FROM substance
  CROSS JOIN parameter
),
ranked AS (
  SELECT
    left_undertaking,
    right_undertaking,
    scenario,
    RANK() OVER (PARTITION BY scenario ORDER BY ROUND(score / (subject_weight + 4), 6) DESC) AS place
  FROM score
  CROSS JOIN parameter
)
SELECT
  left_undertaking,
  right_undertaking,
  MAX(CASE WHEN scenario = 'all' THEN place END) AS place,
  MIN(place) AS best_place,
  MAX(place) AS worst_place
FROM ranked
GROUP BY left_undertaking, right_undertaking
