-- One row per pair of which one side at least has suggested facets: what its score is multiplied with, from 0 to 1; and
-- what it is multiplied with if the subject rests on purposes, whatever theme is suggested; and how far these can be
-- trusted, where one is only suggested.
-- How far both sides can be trusted, times a factor that is 1 where title and description of both are alike and less
-- the less they are. Products are added up as whole numbers, so that their order does not matter.
WITH doubtful AS (
  SELECT
    candidate.left_undertaking,
    candidate.right_undertaking,
    COALESCE(one.trust, 1) * COALESCE(other.trust, 1) AS trust,
    COALESCE(one.trust_without_theme, 1) * COALESCE(other.trust_without_theme, 1) AS trust_without_theme,
    COALESCE(one.trust_in_purpose, 1) * COALESCE(other.trust_in_purpose, 1) AS trust_in_purpose
  FROM candidate
  LEFT JOIN trust AS one ON one.undertaking = candidate.left_undertaking
  LEFT JOIN trust AS other ON other.undertaking = candidate.right_undertaking
  WHERE one.trust IS NOT NULL OR other.trust IS NOT NULL
),
met AS (
  SELECT
    doubtful.left_undertaking,
    doubtful.right_undertaking,
    SUM(ROUND(one.weight * other.weight * 1000000000)) / 1000000000 AS likeness
  FROM doubtful
  JOIN text_term AS one ON one.undertaking = doubtful.left_undertaking
  JOIN text_term AS other ON other.undertaking = doubtful.right_undertaking AND other.term = one.term
  GROUP BY doubtful.left_undertaking, doubtful.right_undertaking, one."language", other."language"
),
text_pair AS (
  SELECT left_undertaking, right_undertaking, MAX(likeness) AS likeness
  FROM met
  GROUP BY left_undertaking, right_undertaking
)
SELECT
  doubtful.left_undertaking,
  doubtful.right_undertaking,
  trust * (1 - text_share * (1 - LEAST(1, COALESCE(likeness, 0) / like_texts))) AS discount,
  trust_without_theme * (1 - text_share * (1 - LEAST(1, COALESCE(likeness, 0) / like_texts)))
    AS discount_without_theme,
  trust_in_purpose
FROM doubtful
LEFT JOIN text_pair
  ON text_pair.left_undertaking = doubtful.left_undertaking
  AND text_pair.right_undertaking = doubtful.right_undertaking
CROSS JOIN parameter
