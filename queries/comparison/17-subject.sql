-- One row per pair with themes on both sides that are no modes of work: the two that meet best, how near they are, and
-- the narrowest theme that takes in both. That is empty where they meet nowhere, or only as related themes.
WITH topic AS (
  SELECT DISTINCT facet_set.concept_set, facet.concept, information.information
  FROM facet_set
  JOIN facet ON facet.undertaking = facet_set.undertaking AND facet.facet = facet_set.facet
  JOIN information ON information.facet = facet.facet AND information.concept = facet.concept
  LEFT JOIN concept_mark ON concept_mark.concept = facet.concept
  WHERE facet_set.facet = 'theme' AND NOT COALESCE(concept_mark.isModeOfWork, FALSE)
),
met AS (
  SELECT
    set_similarity.left_set,
    set_similarity.right_set,
    one.concept AS left_theme,
    other.concept AS right_theme,
    COALESCE(concept_similarity.similarity, 0) AS nearness,
    COALESCE(concept_similarity.similarity = lin.similarity, FALSE) AS is_above,
    ROW_NUMBER() OVER (
      PARTITION BY set_similarity.left_set, set_similarity.right_set
      ORDER BY COALESCE(concept_similarity.similarity, 0) DESC, one.information + other.information DESC,
        one.concept, other.concept
    ) AS place
  FROM set_similarity
  JOIN topic AS one ON one.concept_set = set_similarity.left_set
  JOIN topic AS other ON other.concept_set = set_similarity.right_set
  LEFT JOIN concept_similarity
    ON concept_similarity.facet = 'theme'
    AND concept_similarity.left_concept = one.concept
    AND concept_similarity.right_concept = other.concept
  LEFT JOIN lin
    ON lin.facet = 'theme' AND lin.left_concept = one.concept AND lin.right_concept = other.concept
  WHERE set_similarity.facet = 'theme'
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
),
-- DISTINCT keeps both sides together: the sets of one side alone meet those of nearly all others.
both_sides AS (
  SELECT DISTINCT
    candidate.left_undertaking,
    candidate.right_undertaking,
    one.concept_set AS left_set,
    other.concept_set AS right_set
  FROM candidate
  JOIN facet_set AS one ON one.undertaking = candidate.left_undertaking AND one.facet = 'theme'
  JOIN facet_set AS other ON other.undertaking = candidate.right_undertaking AND other.facet = 'theme'
)
SELECT
  both_sides.left_undertaking,
  both_sides.right_undertaking,
  met.left_theme,
  met.right_theme,
  met.nearness,
  above.subject
FROM both_sides
JOIN met ON met.left_set = both_sides.left_set AND met.right_set = both_sides.right_set AND met.place = 1
LEFT JOIN above
  ON met.is_above AND above.left_theme = met.left_theme AND above.right_theme = met.right_theme AND above.place = 1
