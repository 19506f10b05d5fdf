-- One row per concept: how much it says, from 0 (takes in the whole scheme) to 1 (has nothing below it).
-- Intrinsic information content after Seco, Veale and Hayes (2004): it needs the scheme alone, no corpus.
SELECT
  below.facet,
  below.concept,
  COALESCE(1 - LN(below.concepts) / NULLIF(LN(total.concepts), 0), 1) AS information
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
