-- One row per pair: the best and the worst rank it would have if one facet were left out of the score.
-- The theme stands for the subject, in whatever both meet. A pair that keeps its place under all of them does not hang on one reading of one facet.
WITH score AS (
  SELECT
    substance.left_undertaking,
    substance.right_undertaking,
    scenario.left_out,
    ROUND(
      CASE WHEN left_out = 'theme' THEN discount ELSE sure_subject END
      * (
        subject_weight
        + 2 * CASE left_out WHEN 'function' THEN form WHEN 'instrument' THEN done ELSE activity END
        + 2 * CASE WHEN left_out = 'beneficiary' THEN 0 ELSE "group" END
      )
      / (subject_weight + 4)
      * CASE WHEN left_out = 'arena' THEN 1 ELSE arena_factor END
      * CASE WHEN left_out = 'beneficiary' THEN 1 ELSE group_factor END,
      6
    ) AS score
  FROM substance
  CROSS JOIN parameter
  CROSS JOIN (
    VALUES ('nothing'), ('theme'), ('function'), ('instrument'), ('beneficiary'), ('arena')
  ) AS scenario(left_out)
  -- Without its theme, a pair that has no subject at all has nothing to be ranked by.
  WHERE left_out <> 'theme' OR subject > 0
),
ranked AS (
  SELECT
    left_undertaking,
    right_undertaking,
    left_out,
    RANK() OVER (PARTITION BY left_out ORDER BY score DESC) AS place
  FROM score
)
SELECT
  left_undertaking,
  right_undertaking,
  MAX(CASE WHEN left_out = 'nothing' THEN place END) AS place,
  MIN(place) AS best_place,
  MAX(place) AS worst_place
FROM ranked
GROUP BY left_undertaking, right_undertaking
