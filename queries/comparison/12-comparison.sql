-- One row per pair: score, type of finding, timing and place. Substance decides how close two undertakings are,
-- time and place decide what that closeness is called; what is not known never makes a pair closer.
WITH level AS (
  SELECT
    pair.left_identifier,
    pair.right_identifier,
    pair.left_agency,
    pair.right_agency,
    substance.theme,
    substance.theme_best,
    parameter.same_similarity,
    parameter.different_similarity,
    parameter.continuity_score,
    parameter.complementarity_score,
    parameter.close_subject,
    parameter.close_sector,
    substance.subject AS shared_subject,
    substance."function",
    substance.instrument,
    substance.beneficiary,
    substance.sector,
    substance.arena,
    substance.score,
    period.timing,
    period.shared_start,
    period.shared_end,
    place.place_relation,
    subject.subject,
    place.shared_countries,
    CASE
      WHEN substance.theme >= same_similarity
        AND substance."function" >= same_similarity
        AND substance.instrument >= same_similarity
        AND substance.beneficiary >= same_similarity
        AND substance.score >= overlap_score THEN 'duplication-candidate'
      WHEN substance.score >= overlap_score THEN 'overlap'
      WHEN substance.score >= fragmentation_score THEN 'fragmentation'
      ELSE 'none'
    END AS substance_type
  FROM pair
  JOIN substance
    ON substance.left_identifier = pair.left_identifier
    AND substance.right_identifier = pair.right_identifier
  JOIN period
    ON period.left_identifier = pair.left_identifier AND period.right_identifier = pair.right_identifier
  JOIN place
    ON place.left_identifier = pair.left_identifier AND place.right_identifier = pair.right_identifier
  LEFT JOIN subject
    ON subject.left_identifier = pair.left_identifier AND subject.right_identifier = pair.right_identifier
  CROSS JOIN parameter
)
SELECT
  left_identifier AS "left",
  right_identifier AS "right",
  left_agency,
  right_agency,
  CASE
    WHEN timing = 'successive' AND (score >= continuity_score AND shared_subject >= close_subject OR sector >= close_sector)
      THEN 'continuity'
    WHEN timing = 'successive' THEN 'none'
    WHEN timing = 'unknown' AND substance_type <> 'none' THEN 'fragmentation'
    WHEN place_relation = 'none' AND substance_type <> 'none' THEN 'fragmentation'
    WHEN substance_type = 'fragmentation' AND score >= complementarity_score
      AND theme_best >= same_similarity AND "function" < different_similarity
      THEN 'complementarity'
    WHEN substance_type = 'duplication-candidate' AND place_relation NOT IN ('named', 'named-and-group') THEN 'overlap'
    ELSE substance_type
  END AS "type",
  substance_type,
  timing,
  place_relation,
  score,
  theme,
  "function",
  instrument,
  beneficiary,
  sector,
  arena,
  shared_start,
  shared_end,
  shared_countries,
  subject
FROM level
