-- One row per pair that shares a purpose or a sector: the narrowest purpose, and the narrowest sector, that takes in one
-- of either side. What takes in what has no other place names nothing that both share.
WITH member AS (
  SELECT DISTINCT facet_set.facet, facet_set.concept_set, ancestor.ancestor, information.information
  FROM facet_set
  JOIN facet ON facet.undertaking = facet_set.undertaking AND facet.facet = facet_set.facet
  JOIN ancestor ON ancestor.facet = facet.facet AND ancestor.concept = facet.concept
  JOIN information ON information.facet = ancestor.facet AND information.concept = ancestor.ancestor
  WHERE facet_set.facet IN ('purpose', 'sector') AND information.information > 0
),
met AS (
  SELECT
    set_similarity.facet,
    set_similarity.left_set,
    set_similarity.right_set,
    one.ancestor AS field,
    ROW_NUMBER() OVER (
      PARTITION BY set_similarity.facet, set_similarity.left_set, set_similarity.right_set
      ORDER BY one.information DESC, one.ancestor
    ) AS place
  FROM set_similarity
  JOIN member AS one ON one.facet = set_similarity.facet AND one.concept_set = set_similarity.left_set
  JOIN member AS other
    ON other.facet = set_similarity.facet
    AND other.concept_set = set_similarity.right_set
    AND other.ancestor = one.ancestor
)
SELECT
  candidate.left_undertaking,
  candidate.right_undertaking,
  MAX(CASE WHEN met.facet = 'purpose' THEN met.field END) AS purpose,
  MAX(CASE WHEN met.facet = 'sector' THEN met.field END) AS sector
FROM candidate
JOIN facet_set AS one ON one.undertaking = candidate.left_undertaking
JOIN facet_set AS other ON other.undertaking = candidate.right_undertaking AND other.facet = one.facet
JOIN met
  ON met.facet = one.facet AND met.left_set = one.concept_set AND met.right_set = other.concept_set AND met.place = 1
GROUP BY candidate.left_undertaking, candidate.right_undertaking
