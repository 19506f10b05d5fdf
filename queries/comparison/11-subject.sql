-- One row per pair with themes on both sides that are no modes of work: the two that meet best, how near they are, and
-- the narrowest theme that takes in both. That is empty where they meet nowhere, or only as related themes.
WITH topic AS (
  SELECT facet.undertaking, facet.concept, information.information
  FROM facet
  JOIN information ON information.facet = facet.facet AND information.concept = facet.concept
  LEFT JOIN concept_mark ON concept_mark.concept = facet.concept
  WHERE facet.facet = 'theme' AND NOT COALESCE(concept_mark.isModeOfWork, FALSE)
),
met AS (
  SELECT
    candidate.left_undertaking,
    candidate.right_undertaking,
    one.concept AS left_theme,
    other.concept AS right_theme,
    COALESCE(concept_similarity.similarity, 0) AS nearness,
    COALESCE(concept_similarity.similarity = lin.similarity, FALSE) AS is_above,
    ROW_NUMBER() OVER (
      PARTITION BY candidate.left_undertaking, candidate.right_undertaking
      ORDER BY COALESCE(concept_similarity.similarity, 0) DESC, one.information + other.information DESC,
        one.concept, other.concept
    ) AS place
  FROM candidate
  JOIN topic AS one ON one.undertaking = candidate.left_undertaking
  JOIN topic AS other ON other.undertaking = candidate.right_undertaking
  LEFT JOIN concept_similarity
    ON concept_similarity.facet = 'theme'
    AND concept_similarity.left_concept = one.concept
    AND concept_similarity.right_concept = other.concept
  LEFT JOIN lin
    ON lin.facet = 'theme' AND lin.left_concept = one.concept AND lin.right_concept = other.concept
),
above AS (
  SELECT
    left_above.concept AS left_theme,
    right_above.concept AS right_theme,
    left_above.ancestor AS subject,
    ROW_NUMBER() OVER (
      PARTITION BY left_above.concept, right_above.concept
      ORDER BY information.information DESC, left_above.ancestor
    ) AS place
  FROM (SELECT DISTINCT left_theme, right_theme FROM met WHERE place = 1 AND is_above) AS both_themes
  JOIN ancestor AS left_above ON left_above.facet = 'theme' AND left_above.concept = both_themes.left_theme
  JOIN ancestor AS right_above
    ON right_above.facet = 'theme'
    AND right_above.concept = both_themes.right_theme
    AND right_above.ancestor = left_above.ancestor
  JOIN information ON information.facet = 'theme' AND information.concept = left_above.ancestor
  LEFT JOIN concept_mark ON concept_mark.concept = left_above.ancestor
  WHERE NOT COALESCE(concept_mark.isModeOfWork, FALSE)
)
SELECT
  met.left_undertaking,
  met.right_undertaking,
  met.left_theme,
  met.right_theme,
  met.nearness,
  above.subject
FROM met
LEFT JOIN above
  ON met.is_above AND above.left_theme = met.left_theme AND above.right_theme = met.right_theme AND above.place = 1
WHERE met.place = 1
