-- One row per pair: the narrowest theme that takes in a theme of either side; empty where the themes meet nowhere.
SELECT left_identifier, right_identifier, subject
FROM (
  SELECT
    pair.left_identifier,
    pair.right_identifier,
    above.ancestor AS subject,
    ROW_NUMBER() OVER (
      PARTITION BY pair.left_identifier, pair.right_identifier
      ORDER BY information.information DESC, above.ancestor
    ) AS place
  FROM pair
  JOIN facet AS one ON one.identifier = pair.left_identifier AND one.facet = 'theme'
  JOIN facet AS other ON other.identifier = pair.right_identifier AND other.facet = 'theme'
  JOIN ancestor AS above ON above.facet = 'theme' AND above.concept = one.concept
  JOIN ancestor AS other_above
    ON other_above.facet = 'theme' AND other_above.concept = other.concept AND other_above.ancestor = above.ancestor
  JOIN information ON information.facet = 'theme' AND information.concept = above.ancestor
) AS ranked
WHERE place = 1
