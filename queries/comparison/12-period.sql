-- One row per pair: how the periods stand to each other, and the days they share.
-- Allen's relations come down to three for coordination: at the same time, one after the other, not known.
WITH bounds AS (
  SELECT
    candidate.left_undertaking,
    candidate.right_undertaking,
    GREATEST(one."start", other."start") AS shared_start,
    CASE
      WHEN one."end" IS NULL THEN other."end"
      WHEN other."end" IS NULL THEN one."end"
      ELSE LEAST(one."end", other."end")
    END AS shared_end,
    one."start" IS NOT NULL AND other."start" IS NOT NULL AS is_known,
    one.periodBasis = 'stated' AND other.periodBasis = 'stated'
      AND one."end" IS NOT NULL AND other."end" IS NOT NULL AS is_stated
  FROM candidate
  JOIN undertaking AS one ON one.undertaking = candidate.left_undertaking
  JOIN undertaking AS other ON other.undertaking = candidate.right_undertaking
)
SELECT
  left_undertaking,
  right_undertaking,
  CASE
    WHEN NOT is_known THEN 'unknown'
    WHEN shared_start > shared_end THEN 'successive'
    WHEN is_stated THEN 'concurrent'
    ELSE 'possibly-concurrent'
  END AS timing,
  COALESCE(is_known AND shared_start > shared_end + INTERVAL '1' YEAR, FALSE) AS is_long_apart,
  CASE WHEN is_known AND (shared_end IS NULL OR shared_start <= shared_end) THEN shared_start END AS shared_start,
  CASE WHEN is_known AND (shared_end IS NULL OR shared_start <= shared_end) THEN shared_end END AS shared_end
FROM bounds
