-- One row per concept: how much it says, from 0 (takes in the whole scheme) to 1 (has nothing below it).
-- A concept that takes in what has no other place says nothing, whatever is below it: to share it is to share no subject.
-- Intrinsic information content after Seco, Veale and Hayes (2004): it needs the scheme alone, no corpus.
SELECT
  below.facet,
  below.concept,
  CASE
    WHEN concept_mark.isResidual THEN 0
    ELSE COALESCE(1 - LN(below.concepts) / NULLIF(LN(total.concepts), 0), 1)
  END AS information
FROM (
  SELECT facet, ancestor AS concept, COUNT(*) AS concepts
  FROM ancestor
  GROUP BY facet, ancestor
) AS below
JOIN (
  SELECT facet, COUNT(DISTINCT concept) AS concepts
  FROM ancestor
  GROUP BY facet
) AS total ON total.facet = below.facet
LEFT JOIN concept_mark ON concept_mark.concept = below.concept
