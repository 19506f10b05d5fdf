-- One row per pair of which both sides have a purpose of the aid, and one states it: how alike their titles and
-- descriptions are, from 0 to 1. What both speak of counts for most: the purposes by whose words they say what they are,
-- whichever codes are stated, so that other words, and other languages, can meet. The words themselves, those that few
-- use and without the names of places, count for the rest. Of whom no word is known it is not known, either, how alike
-- they are. Where both purposes are only suggested, they come from the same words, which do not speak twice: there is no
-- row. Products are added up as whole numbers, so that their order does not matter.
WITH worded AS (
  SELECT candidate.left_undertaking, candidate.right_undertaking
  FROM candidate
  JOIN facet_set AS one ON one.undertaking = candidate.left_undertaking AND one.facet = 'purpose'
  JOIN facet_set AS other ON other.undertaking = candidate.right_undertaking AND other.facet = 'purpose'
  LEFT JOIN trust AS left_trust ON left_trust.undertaking = candidate.left_undertaking
  LEFT JOIN trust AS right_trust ON right_trust.undertaking = candidate.right_undertaking
  WHERE NOT (
    COALESCE(left_trust.is_purpose_suggested, FALSE) AND COALESCE(right_trust.is_purpose_suggested, FALSE)
  )
),
said AS (
  SELECT DISTINCT undertaking FROM root_word
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
),
spoken AS (
  SELECT
    worded.left_undertaking,
    worded.right_undertaking,
    SUM(ROUND(one.weight * other.weight * 1000000000)) / 1000000000 AS likeness
  FROM worded
  JOIN spoken_purpose AS one ON one.undertaking = worded.left_undertaking
  JOIN spoken_purpose AS other ON other.undertaking = worded.right_undertaking AND other.purpose = one.purpose
  GROUP BY worded.left_undertaking, worded.right_undertaking
)
SELECT
  worded.left_undertaking,
  worded.right_undertaking,
  CASE
    WHEN one.undertaking IS NULL OR other.undertaking IS NULL THEN unknown_similarity
    ELSE same_words_share * LEAST(1, COALESCE(met.likeness, 0) / like_words)
      + (1 - same_words_share) * LEAST(1, COALESCE(spoken.likeness, 0) / like_subjects)
  END AS alike
FROM worded
LEFT JOIN said AS one ON one.undertaking = worded.left_undertaking
LEFT JOIN said AS other ON other.undertaking = worded.right_undertaking
LEFT JOIN met
  ON met.left_undertaking = worded.left_undertaking AND met.right_undertaking = worded.right_undertaking
LEFT JOIN spoken
  ON spoken.left_undertaking = worded.left_undertaking AND spoken.right_undertaking = worded.right_undertaking
CROSS JOIN parameter
