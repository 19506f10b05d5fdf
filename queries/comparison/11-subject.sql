-- One row per pair: the narrowest theme that takes in a theme of either side; empty where the themes meet nowhere.
SELECT left_undertaking, right_undertaking, subject
FROM (
  SELECT
    candidate.left_undertaking,
    candidate.right_undertaking,
    above.ancestor AS subject,
    ROW_NUMBER() OVER (
      PARTITION BY candidate.left_undertaking, candidate.right_undertaking
      ORDER BY information.information DESC, above.ancestor
    ) AS place
  FROM candidate
  JOIN facet AS one ON one.undertaking = candidate.left_undertaking AND one.facet = 'theme'
  JOIN facet AS other ON other.undertaking = candidate.right_undertaking AND other.facet = 'theme'
  JOIN ancestor AS above ON above.facet = 'theme' AND above.concept = one.concept
  JOIN ancestor AS other_above
    ON other_above.facet = 'theme' AND other_above.concept = other.concept AND other_above.ancestor = above.ancestor
  JOIN information ON information.facet = 'theme' AND information.concept = above.ancestor
) AS ranked
WHERE place = 1
