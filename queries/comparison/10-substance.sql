-- One row per pair: the score of substance and its parts.
-- Score = subject x mean of (1, activity, group) x arena. The subject is needed, and alone it reaches part of the
-- way; activity (what is done, and in which form) and group (for whom) are the other two of GAO's three signs.
-- Activity lies between the mean of function and form and the stronger of both, so that another form does not undo
-- the same function. A function is the same only as far as the same side is served by it.
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
side AS (
  SELECT
    undertaking.undertaking,
    COALESCE(BOOL_OR(concept_mark.isOwnHouse), FALSE) AS is_own,
    COALESCE(BOOL_OR(facet.facet = 'function' AND concept_mark.isGivingSide), FALSE)
      OR COALESCE(BOOL_AND(COALESCE(concept_mark.isGivingSide, FALSE)) FILTER (WHERE facet.facet = 'beneficiary'), FALSE)
      AS is_giving
  FROM undertaking
  LEFT JOIN facet ON facet.undertaking = undertaking.undertaking
  LEFT JOIN concept_mark ON concept_mark.concept = facet.concept
  GROUP BY undertaking.undertaking
),
known AS (
  SELECT
    part.*,
    one.is_own OR other.is_own AS is_own,
    CASE WHEN one.is_giving = other.is_giving THEN 1 ELSE other_side_factor END
      * COALESCE(function_, unknown_similarity) AS done,
    COALESCE(instrument, unknown_similarity) AS form
  FROM part
  JOIN side AS one ON one.undertaking = part.left_undertaking
  JOIN side AS other ON other.undertaking = part.right_undertaking
  CROSS JOIN parameter
),
weighed AS (
  SELECT
    known.*,
    GREATEST(
      COALESCE((theme + theme_best) / 2, unknown_similarity),
      sector_share * COALESCE(sector, 0)
    ) AS subject,
    stronger_sign_share * GREATEST(done, form) + (1 - stronger_sign_share) * (done + form) / 2 AS activity,
    COALESCE(beneficiary, unknown_similarity) AS "group",
    CASE
      WHEN is_own THEN own_house_factor
      WHEN arena = 0 THEN other_arena_factor
      ELSE 1
    END AS arena_factor
  FROM known
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
  done,
  form,
  activity,
  "group",
  arena_factor,
  ROUND(
    subject * (subject_weight + 2 * activity + 2 * "group") / (subject_weight + 4) * arena_factor,
    6
  ) AS score
FROM weighed
CROSS JOIN parameter
