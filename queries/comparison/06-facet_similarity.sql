-- One row per pair and facet that both sides state: how alike they are on it, from 0 to 1, in three ways.
-- Each concept of one side meets its best match on the other; a concept counts by what it says.
-- likeness: the mean over the concepts of both sides; containment: the mean over the side that the other
-- covers better; best: the single best match, on the side on which it says less, since a general theme that takes in a
-- narrow one is no reason to think that the narrow one is meant.
WITH met AS (
  SELECT
    candidate.left_undertaking,
    candidate.right_undertaking,
    one.facet,
    one.concept AS left_concept,
    other.concept AS right_concept,
    left_information.information AS left_information,
    right_information.information AS right_information,
    COALESCE(concept_similarity.similarity, 0) AS similarity
  FROM candidate
  JOIN facet AS one ON one.undertaking = candidate.left_undertaking
  JOIN facet AS other ON other.undertaking = candidate.right_undertaking AND other.facet = one.facet
  JOIN information AS left_information
    ON left_information.facet = one.facet AND left_information.concept = one.concept
  JOIN information AS right_information
    ON right_information.facet = one.facet AND right_information.concept = other.concept
  LEFT JOIN concept_similarity
    ON concept_similarity.facet = one.facet
    AND concept_similarity.left_concept = one.concept
    AND concept_similarity.right_concept = other.concept
),
best AS (
  SELECT left_undertaking, right_undertaking, facet, 'left' AS side, left_concept AS concept,
    MAX(left_information) AS information, MAX(similarity) AS similarity
  FROM met
  GROUP BY left_undertaking, right_undertaking, facet, left_concept
  UNION ALL
  SELECT left_undertaking, right_undertaking, facet, 'right' AS side, right_concept AS concept,
    MAX(right_information) AS information, MAX(similarity) AS similarity
  FROM met
  GROUP BY left_undertaking, right_undertaking, facet, right_concept
),
side AS (
  SELECT
    left_undertaking,
    right_undertaking,
    facet,
    side,
    SUM(similarity * information) AS matched,
    SUM(information) AS said,
    MAX(similarity * information) AS best
  FROM best
  GROUP BY left_undertaking, right_undertaking, facet, side
)
SELECT
  left_undertaking,
  right_undertaking,
  facet,
  COALESCE(SUM(matched) / NULLIF(SUM(said), 0), 0) AS likeness,
  COALESCE(MAX(matched / NULLIF(said, 0)), 0) AS containment,
  MIN(best) AS best
FROM side
GROUP BY left_undertaking, right_undertaking, facet
