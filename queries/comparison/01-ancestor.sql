-- One row per concept and concept above it, itself included.
WITH RECURSIVE above AS (
  SELECT DISTINCT facet, concept, concept AS ancestor
  FROM concept
  UNION
  SELECT above.facet, above.concept, concept.other AS ancestor
  FROM above
  JOIN concept ON concept.concept = above.ancestor AND concept.relation = 'broader'
)
SELECT facet, concept, ancestor
FROM above
