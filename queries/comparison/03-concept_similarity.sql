-- One row per facet and ordered pair of concepts in use: how alike they are, from 0 to 1.
-- Lin (1998): twice what the nearest common ancestor says, over what both say. Concepts that the
-- scheme calls related are at least as alike as the parameter says.
WITH used AS (
  SELECT DISTINCT facet, concept FROM facet
),
lin AS (
  SELECT
    one.facet,
    one.concept AS left_concept,
    other.concept AS right_concept,
    MAX(CASE
      WHEN one.concept = other.concept THEN 1
      WHEN left_information.information + right_information.information = 0 THEN 0
      ELSE 2 * shared.information / (left_information.information + right_information.information)
    END) AS similarity
  FROM used AS one
  JOIN used AS other ON other.facet = one.facet
  JOIN ancestor AS left_ancestor ON left_ancestor.facet = one.facet AND left_ancestor.concept = one.concept
  JOIN ancestor AS right_ancestor
    ON right_ancestor.facet = other.facet
    AND right_ancestor.concept = other.concept
    AND right_ancestor.ancestor = left_ancestor.ancestor
  JOIN information AS shared ON shared.facet = one.facet AND shared.concept = left_ancestor.ancestor
  JOIN information AS left_information
    ON left_information.facet = one.facet AND left_information.concept = one.concept
  JOIN information AS right_information
    ON right_information.facet = other.facet AND right_information.concept = other.concept
  GROUP BY one.facet, one.concept, other.concept
),
related AS (
  SELECT
    concept.facet,
    concept.concept AS left_concept,
    concept.other AS right_concept,
    parameter.related_similarity AS similarity
  FROM concept
  CROSS JOIN parameter
  WHERE concept.relation = 'related'
)
SELECT facet, left_concept, right_concept, MAX(similarity) AS similarity
FROM (
  SELECT * FROM lin
  UNION ALL
  SELECT * FROM related
) AS either
GROUP BY facet, left_concept, right_concept
HAVING MAX(similarity) > 0
