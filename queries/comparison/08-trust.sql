-- One row per undertaking with facets that are suggested and not stated: how far its scores can be trusted, from 0 to 1.
-- A pair is about something only if its theme is right, so a suggested theme counts by how sure it is; the other facets,
-- which a score hangs on less, in part. A subject that rests on purposes hangs on these others, and on how sure a purpose
-- is that is only suggested. Who states all that is compared has no row.
WITH surest AS (
  SELECT undertaking, facet, MAX(confidence) AS confidence
  FROM suggestion
  GROUP BY undertaking, facet
),
said AS (
  SELECT
    undertaking,
    MAX(CASE WHEN facet = 'theme' THEN confidence END) AS of_theme,
    MAX(CASE WHEN facet = 'purpose' THEN confidence END) AS of_purpose,
    AVG(CASE WHEN facet NOT IN ('theme', 'purpose') THEN confidence END) AS of_others
  FROM surest
  GROUP BY undertaking
)
SELECT
  undertaking,
  of_purpose IS NOT NULL AS is_purpose_suggested,
  COALESCE(of_purpose, 1) AS trust_in_purpose,
  ROUND(1 - suggestion_share * (1 - COALESCE(of_others, 1)), 6) AS trust_without_theme,
  ROUND(COALESCE(of_theme, 1) * (1 - suggestion_share * (1 - COALESCE(of_others, 1))), 6) AS trust
FROM said
CROSS JOIN parameter
