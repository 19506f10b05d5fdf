-- One row per pair: score, type of finding, timing and place. Substance decides how close two undertakings are,
-- time and place decide what that closeness is called; what is not known never makes a pair closer. A subject is a
-- theme that is no mode of work, a sector, or a purpose: who meets in none, meets in nothing. Overlap asks for an activity or a
-- group that is known and alike, besides; continuity for the same theme, or for near themes in sectors that meet, of
-- work that is not each side's own house. What is only suggested makes nothing a duplication. No type is given below the
-- least score of a weaker type. What one names as the other's work is one work, reported twice, whatever else is said.
WITH level AS (
  SELECT
    candidate.left_undertaking,
    candidate.right_undertaking,
    candidate.left_agency,
    candidate.right_agency,
    substance.theme,
    substance.theme_best,
    parameter.same_similarity,
    parameter.overlap_score,
    parameter.fragmentation_score,
    parameter.different_similarity,
    parameter.continuity_score,
    parameter.complementarity_score,
    parameter.close_subject,
    substance."function",
    substance.instrument,
    substance.beneficiary,
    substance.sector,
    substance.arena,
    substance.purpose,
    substance.is_own,
    -- Place and time take off from the closeness itself where they are known to keep two apart, or mostly do.
    ROUND(
      substance.score
      * CASE
        WHEN place.place_relation = 'none' AND substance.is_worded THEN elsewhere_factor * other_country_factor
        WHEN place.place_relation = 'none' THEN elsewhere_factor
        WHEN substance.is_worded AND place.place_relation = 'unknown' THEN open_place_factor
        ELSE 1
      END
      * CASE WHEN substance.is_worded AND period.is_long_apart THEN long_apart_factor ELSE 1 END
      * CASE
        WHEN substance.is_worded AND (one_side.undertaking IS NOT NULL OR other_side.undertaking IS NOT NULL)
          THEN side_work_factor
        ELSE 1
      END,
      6
    ) AS score,
    period.timing,
    period.shared_start,
    period.shared_end,
    place.place_relation,
    subject.subject,
    subject.left_theme,
    subject.right_theme,
    -- What a pair is filed under that no theme brings together.
    CASE
      WHEN COALESCE(subject.nearness, 0) > 0 THEN NULL
      WHEN substance.purpose IS NULL THEN field.sector
      ELSE COALESCE(field.purpose, field.sector)
    END AS field,
    CASE
      WHEN substance.theme IS NULL THEN sector_share * COALESCE(substance.sector, 0)
      ELSE COALESCE(subject.nearness, 0)
    END AS nearness,
    purpose_share * COALESCE(substance.purpose, 0) * substance.trust_in_purpose AS by_purpose,
    place.shared_countries,
    same_work.evidence,
    CASE
      WHEN COALESCE(subject.nearness, 0) < fragmentation_score AND COALESCE(substance.sector, 0) = 0
        AND purpose_share * COALESCE(substance.purpose, 0) * substance.trust_in_purpose < fragmentation_score THEN 'none'
      WHEN substance.theme >= same_similarity
        AND substance."function" >= same_similarity
        AND substance.instrument >= same_similarity
        AND substance.beneficiary >= same_similarity
        AND substance.score >= overlap_score
        AND NOT substance.is_doubtful THEN 'duplication-candidate'
      WHEN substance.score >= overlap_score AND GREATEST(substance.activity, COALESCE(substance.beneficiary, 0)) >= like_sign
        THEN 'overlap'
      WHEN substance.score >= fragmentation_score THEN 'fragmentation'
      ELSE 'none'
    END AS substance_type
  FROM candidate
  JOIN substance
    ON substance.left_undertaking = candidate.left_undertaking
    AND substance.right_undertaking = candidate.right_undertaking
  JOIN period
    ON period.left_undertaking = candidate.left_undertaking AND period.right_undertaking = candidate.right_undertaking
  JOIN place
    ON place.left_undertaking = candidate.left_undertaking AND place.right_undertaking = candidate.right_undertaking
  LEFT JOIN subject
    ON subject.left_undertaking = candidate.left_undertaking AND subject.right_undertaking = candidate.right_undertaking
  LEFT JOIN field
    ON field.left_undertaking = candidate.left_undertaking AND field.right_undertaking = candidate.right_undertaking
  LEFT JOIN same_work
    ON same_work.left_undertaking = candidate.left_undertaking
    AND same_work.right_undertaking = candidate.right_undertaking
  LEFT JOIN side_work AS one_side ON one_side.undertaking = candidate.left_undertaking
  LEFT JOIN side_work AS other_side ON other_side.undertaking = candidate.right_undertaking
  CROSS JOIN parameter
)
SELECT
  left_undertaking AS "left",
  right_undertaking AS "right",
  left_agency,
  right_agency,
  CASE
    WHEN evidence IS NOT NULL THEN 'reported-twice'
    WHEN score < fragmentation_score THEN 'none'
    WHEN timing = 'successive' AND substance_type <> 'none' AND NOT is_own AND score >= continuity_score
      AND (nearness >= same_similarity OR GREATEST(nearness, by_purpose) >= close_subject AND sector > 0)
      THEN 'continuity'
    WHEN timing = 'successive' THEN 'none'
    WHEN timing = 'unknown' AND substance_type <> 'none' THEN 'fragmentation'
    WHEN place_relation = 'none' AND substance_type <> 'none' THEN 'fragmentation'
    WHEN substance_type IN ('duplication-candidate', 'overlap') AND score < overlap_score THEN 'fragmentation'
    WHEN substance_type = 'fragmentation' AND score >= complementarity_score
      AND theme_best >= same_similarity AND "function" < different_similarity
      THEN 'complementarity'
    ELSE substance_type
  END AS "type",
  substance_type,
  timing,
  place_relation,
  CASE WHEN evidence IS NULL THEN score ELSE 1 END AS score,
  theme,
  "function",
  instrument,
  beneficiary,
  sector,
  arena,
  purpose,
  shared_start,
  shared_end,
  shared_countries,
  subject,
  field,
  left_theme,
  right_theme,
  nearness,
  evidence
FROM level
