-- One row per pair: the score of substance and its parts.
-- Score = subject x mean of (1, activity, group) x arena x groups apart x what suggested facets take off. The subject is needed, and alone it reaches part of the
-- way; activity (what is done, and in which form) and group (for whom) are the other two of GAO's three signs.
-- The subject is first of all the one theme on which both meet best, whatever else each lists; a purpose that both
-- have is a subject as well, one that no suggested theme makes less sure, and less sure itself where one side's is
-- suggested; it is wide, so that words that differ take off from it, and alike words stand for what is done, and for
-- whom, where one side does not say it in our terms. Activity lies between
-- the mean of function and form and the stronger of both, so that another form does not undo the same function.
WITH part AS (
  SELECT
    candidate.left_undertaking,
    candidate.right_undertaking,
    MAX(CASE WHEN one.facet = 'theme' THEN likeness END) AS theme,
    MAX(CASE WHEN one.facet = 'theme' THEN best END) AS theme_best,
    MAX(CASE WHEN one.facet = 'function' THEN containment END) AS function_,
    MAX(CASE WHEN one.facet = 'instrument' THEN likeness END) AS instrument,
    MAX(CASE WHEN one.facet = 'beneficiary' THEN (likeness + containment) / 2 END) AS beneficiary,
    MAX(CASE WHEN one.facet = 'sector' THEN containment END) AS sector,
    MAX(CASE WHEN one.facet = 'arena' THEN likeness END) AS arena,
    MAX(CASE WHEN one.facet = 'purpose' THEN likeness END) AS all_purposes,
    MAX(CASE WHEN one.facet = 'purpose' THEN best END) AS best_purpose
  FROM candidate
  LEFT JOIN facet_set AS one ON one.undertaking = candidate.left_undertaking
  LEFT JOIN facet_set AS other ON other.undertaking = candidate.right_undertaking AND other.facet = one.facet
  LEFT JOIN set_similarity
    ON set_similarity.facet = one.facet
    AND set_similarity.left_set = one.concept_set
    AND set_similarity.right_set = other.concept_set
  GROUP BY candidate.left_undertaking, candidate.right_undertaking
),
own_house AS (
  SELECT DISTINCT facet.undertaking
  FROM facet
  JOIN concept_mark ON concept_mark.concept = facet.concept
  WHERE concept_mark.isOwnHouse
),
known AS (
  SELECT
    part.*,
    one.undertaking IS NOT NULL OR other.undertaking IS NOT NULL AS is_own,
    best_subject_share * theme_best + (1 - best_subject_share) * theme AS about,
    -- Purposes that are only suggested on both sides have no words of their own, and count nothing.
    CASE
      WHEN words.alike IS NOT NULL THEN best_subject_share * best_purpose + (1 - best_subject_share) * all_purposes
    END AS purpose,
    words.alike,
    1 - words_share * (1 - COALESCE(words.alike, 1)) AS word_factor,
    COALESCE(function_, words.alike, unknown_similarity) AS done,
    COALESCE(instrument, unknown_similarity) AS form
  FROM part
  LEFT JOIN own_house AS one ON one.undertaking = part.left_undertaking
  LEFT JOIN own_house AS other ON other.undertaking = part.right_undertaking
  LEFT JOIN words
    ON words.left_undertaking = part.left_undertaking AND words.right_undertaking = part.right_undertaking
  CROSS JOIN parameter
),
weighed AS (
  SELECT
    known.*,
    GREATEST(COALESCE(about, unknown_similarity * word_factor), sector_share * COALESCE(sector, 0)) AS by_theme,
    purpose_share * COALESCE(purpose, 0) * word_factor AS by_purpose,
    stronger_sign_share * GREATEST(done, form) + (1 - stronger_sign_share) * (done + form) / 2 AS activity,
    COALESCE(beneficiary, alike, unknown_similarity) AS "group",
    CASE
      WHEN is_own THEN own_house_factor
      WHEN arena = 0 THEN other_arena_factor
      ELSE 1
    END AS arena_factor,
    CASE WHEN beneficiary = 0 THEN other_group_factor ELSE 1 END AS group_factor,
    discount.discount IS NOT NULL OR alike IS NOT NULL AS is_doubtful,
    COALESCE(discount.discount, 1) AS discount,
    CASE
      -- What is suggested for one side alone was compared with nothing, and takes nothing off from what both state.
      WHEN alike IS NOT NULL AND COALESCE(function_, instrument, beneficiary, sector, arena) IS NULL THEN 1
      ELSE COALESCE(discount.discount_without_theme, 1)
    END AS discount_without_theme,
    COALESCE(discount.trust_in_purpose, 1) AS trust_in_purpose
  FROM known
  LEFT JOIN discount
    ON discount.left_undertaking = known.left_undertaking AND discount.right_undertaking = known.right_undertaking
  CROSS JOIN parameter
),
sure AS (
  SELECT
    weighed.*,
    -- A theme that is suggested for one side alone takes nothing off from what both state.
    GREATEST(
      by_theme * CASE WHEN theme IS NULL AND alike IS NOT NULL THEN discount_without_theme ELSE discount END,
      by_purpose * discount_without_theme * trust_in_purpose
    ) AS sure_subject
  FROM weighed
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
  purpose,
  trust_in_purpose,
  GREATEST(by_theme, by_purpose) AS subject,
  sure_subject,
  alike IS NOT NULL AS is_worded,
  done,
  form,
  activity,
  "group",
  is_own,
  arena_factor,
  group_factor,
  is_doubtful,
  discount,
  ROUND(
    sure_subject * (subject_weight + 2 * activity + 2 * "group") / (subject_weight + 4) * arena_factor * group_factor,
    6
  ) AS score
FROM sure
CROSS JOIN parameter
