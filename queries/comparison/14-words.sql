-- One row per pair of which both sides state a purpose of the aid: how alike their titles and descriptions are, from 0 to
-- 1, by words that few use and without the names of the places. A purpose is a wide field, so that words decide within it.
-- Products are added up as whole numbers, so that their order does not matter.
WITH worded AS (
  SELECT candidate.left_undertaking, candidate.right_undertaking
  FROM candidate
  JOIN facet_set AS one ON one.undertaking = candidate.left_undertaking AND one.facet = 'purpose'
  JOIN facet_set AS other ON other.undertaking = candidate.right_undertaking AND other.facet = 'purpose'
),
met AS (
  SELECT
    worded.left_undertaking,
    worded.right_undertaking,
    SUM(ROUND(one.weight * other.weight * 1000000000)) / 1000000000 AS likeness
  FROM worded
  JOIN root_word AS one ON one.undertaking = worded.left_undertaking
  JOIN root_word AS other ON other.undertaking = worded.right_undertaking AND other.root = one.root
  GROUP BY worded.left_undertaking, worded.right_undertaking
)
SELECT
  worded.left_undertaking,
  worded.right_undertaking,
  LEAST(1, COALESCE(met.likeness, 0) / like_words) AS alike
FROM worded
LEFT JOIN met
  ON met.left_undertaking = worded.left_undertaking AND met.right_undertaking = worded.right_undertaking
CROSS JOIN parameter
