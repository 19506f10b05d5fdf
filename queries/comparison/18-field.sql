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
-- What takes in one side first, and DISTINCT, which keeps it first: most sets share some ancestor, and to join all of
-- them by it would take far more rows than there are pairs.
above AS (
  SELECT DISTINCT
    set_similarity.facet, set_similarity.left_set, set_similarity.right_set, member.ancestor, member.information
  FROM set_similarity
  JOIN member ON member.facet = set_similarity.facet AND member.concept_set = set_similarity.left_set
),
met AS (
  SELECT
    above.facet,
    above.left_set,
    above.right_set,
    above.ancestor AS field,
    ROW_NUMBER() OVER (
      PARTITION BY above.facet, above.left_set, above.right_set
      ORDER BY above.information DESC, above.ancestor
    ) AS place
  FROM above
  JOIN member
    ON member.facet = above.facet AND member.concept_set = above.right_set AND member.ancestor = above.ancestor
),
-- DISTINCT for the same reason: the sets of one side alone meet those of nearly all others.
both_sides AS (
  SELECT DISTINCT
    candidate.left_undertaking,
    candidate.right_undertaking,
    one.facet,
    one.concept_set AS left_set,
    other.concept_set AS right_set
  FROM candidate
  JOIN facet_set AS one ON one.undertaking = candidate.left_undertaking
  JOIN facet_set AS other ON other.undertaking = candidate.right_undertaking AND other.facet = one.facet
  WHERE one.facet IN ('purpose', 'sector')
)
SELECT
  both_sides.left_undertaking,
  both_sides.right_undertaking,
  MAX(CASE WHEN met.facet = 'purpose' THEN met.field END) AS purpose,
  MAX(CASE WHEN met.facet = 'sector' THEN met.field END) AS sector
FROM both_sides
JOIN met
  ON met.facet = both_sides.facet
  AND met.left_set = both_sides.left_set
  AND met.right_set = both_sides.right_set
  AND met.place = 1
GROUP BY both_sides.left_undertaking, both_sides.right_undertaking
