-- One row per undertaking and facet that it states: the concepts that it names there, as a number that stands for the
-- set. Many name the same set, so sets are compared and not undertakings.
SELECT
  undertaking,
  facet,
  DENSE_RANK() OVER (PARTITION BY facet ORDER BY concepts) AS concept_set
FROM (
  SELECT undertaking, facet, ARRAY_SORT(ARRAY_AGG(concept)) AS concepts
  FROM facet
  GROUP BY undertaking, facet
) AS named
