-- One row per pair: the score of substance and its parts.
-- Score = subject x mean of (1, activity, group) x arena. The subject is needed, and alone it reaches part of the
-- way; activity (what is done, and in which form) and group (for whom) are the other two of GAO's three signs.
WITH part AS (
  SELECT
    candidate.left_undertaking,
    candidate.right_undertaking,
    MAX(CASE WHEN facet = 'theme' THEN likeness END) AS theme,
    MAX(CASE WHEN facet = 'theme' THEN best END) AS theme_best,
    MAX(CASE WHEN facet = 'function' THEN containment END) AS function_,
    MAX(CASE WHEN facet = 'instrument' THEN likeness END) AS instrument,
    MAX(CASE WHEN facet = 'beneficiary' THEN (likeness + containment) / 2 END) AS beneficiary,
    MAX(CASE WHEN facet = 'sector' THEN containment END) AS sector,
    MAX(CASE WHEN facet = 'arena' THEN likeness END) AS arena
  FROM candidate
  LEFT JOIN facet_similarity
    ON facet_similarity.left_undertaking = candidate.left_undertaking
    AND facet_similarity.right_undertaking = candidate.right_undertaking
  GROUP BY candidate.left_undertaking, candidate.right_undertaking
),
house AS (
  SELECT
    undertaking.undertaking,
    COUNT(concept_mark.concept) > 0 AS is_own
  FROM undertaking
  LEFT JOIN facet ON facet.undertaking = undertaking.undertaking
  LEFT JOIN concept_mark ON concept_mark.concept = facet.concept AND concept_mark.isOwnHouse
  GROUP BY undertaking.undertaking
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
  JOIN house AS one ON one.undertaking = part.left_undertaking
  JOIN house AS other ON other.undertaking = part.right_undertaking
  CROSS JOIN parameter
)
SELECT
  left_undertaking,
  right_undertaking,
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
