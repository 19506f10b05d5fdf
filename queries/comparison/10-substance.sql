-- One row per pair: the score of substance and its parts.
-- Score = subject x mean of (1, activity, group) x arena. The subject is needed, and alone it reaches part of the
-- way; activity (what is done, and in which form) and group (for whom) are the other two of GAO's three signs.
WITH part AS (
  SELECT
    pair.left_identifier,
    pair.right_identifier,
    MAX(CASE WHEN facet = 'theme' THEN likeness END) AS theme,
    MAX(CASE WHEN facet = 'theme' THEN best END) AS theme_best,
    MAX(CASE WHEN facet = 'function' THEN containment END) AS function_,
    MAX(CASE WHEN facet = 'instrument' THEN likeness END) AS instrument,
    MAX(CASE WHEN facet = 'beneficiary' THEN (likeness + containment) / 2 END) AS beneficiary,
    MAX(CASE WHEN facet = 'sector' THEN containment END) AS sector,
    MAX(CASE WHEN facet = 'arena' THEN likeness END) AS arena
  FROM pair
  LEFT JOIN facet_similarity
    ON facet_similarity.left_identifier = pair.left_identifier
    AND facet_similarity.right_identifier = pair.right_identifier
  GROUP BY pair.left_identifier, pair.right_identifier
),
house AS (
  SELECT
    identifier,
    MAX(CASE WHEN concept LIKE '%/arena/own-%' THEN 1 ELSE 0 END) = 1 AS is_own
  FROM facet
  GROUP BY identifier
),
weighed AS (
  SELECT
    part.*,
    GREATEST(
      COALESCE((theme + theme_best) / 2, unknown_similarity),
      sector_share * COALESCE(sector, 0)
    ) AS subject,
    (COALESCE(function_, unknown_similarity) + COALESCE(instrument, unknown_similarity)) / 2 AS activity,
    COALESCE(beneficiary, unknown_similarity) AS "group",
    CASE
      WHEN one.is_own OR other.is_own THEN own_house_factor
      WHEN arena = 0 THEN other_arena_factor
      ELSE 1
    END AS arena_factor
  FROM part
  JOIN house AS one ON one.identifier = part.left_identifier
  JOIN house AS other ON other.identifier = part.right_identifier
  CROSS JOIN parameter
)
SELECT
  left_identifier,
  right_identifier,
  theme,
  theme_best,
  function_ AS "function",
  instrument,
  beneficiary,
  sector,
  arena,
  subject,
  activity,
  "group",
  arena_factor,
  ROUND(
    subject * (subject_weight + 2 * activity + 2 * "group") / (subject_weight + 4) * arena_factor,
    6
  ) AS score
FROM weighed
CROSS JOIN parameter
