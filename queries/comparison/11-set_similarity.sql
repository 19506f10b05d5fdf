-- One row per facet and two sets of concepts of candidates: how alike they are, from 0 to 1, in three ways.
-- Each concept of one set meets its best match in the other; a concept counts by what it says.
-- likeness: the mean over the concepts of both sets; containment: the mean over the set that the other
-- covers better; best: the single best match, on the side on which it says less, since a general theme that takes in a
-- narrow one is no reason to think that the narrow one is meant.
WITH member AS (
  SELECT DISTINCT facet_set.facet, facet_set.concept_set, facet.concept, information.information
  FROM facet_set
  JOIN facet ON facet.undertaking = facet_set.undertaking AND facet.facet = facet_set.facet
  JOIN information ON information.facet = facet.facet AND information.concept = facet.concept
),
set_pair AS (
  SELECT DISTINCT one.facet, one.concept_set AS left_set, other.concept_set AS right_set
  FROM candidate
  JOIN facet_set AS one ON one.undertaking = candidate.left_undertaking
  JOIN facet_set AS other ON other.undertaking = candidate.right_undertaking AND other.facet = one.facet
),
met AS (
  SELECT
    set_pair.facet,
    set_pair.left_set,
    set_pair.right_set,
    one.concept AS left_concept,
    other.concept AS right_concept,
    one.information AS left_information,
    other.information AS right_information,
    COALESCE(concept_similarity.similarity, 0) AS similarity
  FROM set_pair
  JOIN member AS one ON one.facet = set_pair.facet AND one.concept_set = set_pair.left_set
  JOIN member AS other ON other.facet = set_pair.facet AND other.concept_set = set_pair.right_set
  LEFT JOIN concept_similarity
    ON concept_similarity.facet = set_pair.facet
    AND concept_similarity.left_concept = one.concept
    AND concept_similarity.right_concept = other.concept
),
best AS (
  SELECT facet, left_set, right_set, 'left' AS side, left_concept AS concept,
    MAX(left_information) AS information, MAX(similarity) AS similarity
  FROM met
  GROUP BY facet, left_set, right_set, left_concept
  UNION ALL
  SELECT facet, left_set, right_set, 'right' AS side, right_concept AS concept,
    MAX(right_information) AS information, MAX(similarity) AS similarity
  FROM met
  GROUP BY facet, left_set, right_set, right_concept
),
side AS (
  SELECT
    facet,
    left_set,
    right_set,
    side,
    SUM(similarity * information) AS matched,
    SUM(information) AS said,
    MAX(similarity * information) AS best
  FROM best
  GROUP BY facet, left_set, right_set, side
)
SELECT
  facet,
  left_set,
  right_set,
  COALESCE(SUM(matched) / NULLIF(SUM(said), 0), 0) AS likeness,
  COALESCE(MAX(matched / NULLIF(said, 0)), 0) AS containment,
  MIN(best) AS best
FROM side
GROUP BY facet, left_set, right_set
