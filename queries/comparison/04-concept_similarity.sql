-- One row per facet and ordered pair of concepts in use: how alike they are, from 0 to 1.
-- The greater of Lin's similarity and of what a related pair of concepts carries over: the parameter, times how
-- near each of the two concepts is to its side of the related pair. "Partner countries" stands for a group of
-- countries of which no narrower group is said: it meets itself, and every other group served, in part. A mode of
-- work is no subject: two modes meet in part, and what is related to a mode is not brought near by it.
WITH used AS (
  SELECT DISTINCT facet, concept FROM facet
),
-- What is related to one thing is so both ways (SKOS, 8.6.1), though many state it one way.
related AS (
  SELECT facet, concept, other FROM concept WHERE relation = 'related'
  UNION
  SELECT facet, other AS concept, concept AS other FROM concept WHERE relation = 'related'
),
carried AS (
  SELECT
    related.facet,
    near_left.left_concept,
    near_right.right_concept,
    MAX(
      CASE
        WHEN COALESCE(one_mark.isModeOfWork, FALSE) OR COALESCE(other_mark.isModeOfWork, FALSE) THEN mode_related_similarity
        ELSE related_similarity
      END * near_left.similarity * near_right.similarity
    ) AS similarity
  FROM related
  JOIN lin AS near_left
    ON near_left.facet = related.facet AND near_left.right_concept = related.concept
  JOIN lin AS near_right
    ON near_right.facet = related.facet AND near_right.left_concept = related.other
  LEFT JOIN concept_mark AS one_mark ON one_mark.concept = related.concept
  LEFT JOIN concept_mark AS other_mark ON other_mark.concept = related.other
  CROSS JOIN parameter
  WHERE near_left.left_concept <> near_right.right_concept
    AND near_left.left_concept IN (SELECT concept FROM used)
    AND near_right.right_concept IN (SELECT concept FROM used)
  GROUP BY related.facet, near_left.left_concept, near_right.right_concept
),
met AS (
  SELECT lin.facet, lin.left_concept, lin.right_concept, lin.similarity
  FROM lin
  JOIN used AS one ON one.facet = lin.facet AND one.concept = lin.left_concept
  JOIN used AS other ON other.facet = lin.facet AND other.concept = lin.right_concept
  UNION ALL
  SELECT facet, left_concept, right_concept, similarity
  FROM carried
  WHERE similarity > 0
  UNION ALL
  SELECT one.facet, one.concept AS left_concept, other.concept AS right_concept,
    parameter.unknown_similarity AS similarity
  FROM used AS one
  JOIN used AS other ON other.facet = one.facet AND other.concept <> one.concept
  LEFT JOIN concept_mark AS one_mark ON one_mark.concept = one.concept
  LEFT JOIN concept_mark AS other_mark ON other_mark.concept = other.concept
  CROSS JOIN parameter
  WHERE (COALESCE(one_mark.isWholeCountry, FALSE) OR COALESCE(other_mark.isWholeCountry, FALSE))
    AND NOT COALESCE(one_mark.isGivingSide, FALSE)
    AND NOT COALESCE(other_mark.isGivingSide, FALSE)
)
SELECT
  met.facet,
  met.left_concept,
  met.right_concept,
  MAX(
    CASE
      WHEN met.left_concept = met.right_concept AND one_mark.isWholeCountry THEN whole_country_similarity
      WHEN one_mark.isModeOfWork AND other_mark.isModeOfWork THEN mode_share * similarity
      ELSE similarity
    END
  ) AS similarity
FROM met
LEFT JOIN concept_mark AS one_mark ON one_mark.concept = met.left_concept
LEFT JOIN concept_mark AS other_mark ON other_mark.concept = met.right_concept
CROSS JOIN parameter
GROUP BY met.facet, met.left_concept, met.right_concept
