-- One row per ordered two agencies and country where they may meet: one plan names it and the other names it or favours it
-- by a rule. It says where to look when a group of countries is not defined; it never makes a pair closer.
WITH span AS (
  SELECT agency, MIN("start") AS "start", MAX("end") AS "end"
  FROM undertaking
  GROUP BY agency
),
known AS (
  SELECT
    plan_area.agency,
    area_country.country,
    MAX(CASE WHEN plan_area.basis = 'named' AND area_country.isNamed THEN 1 ELSE 0 END) AS is_named
  FROM plan_area
  JOIN span ON span.agency = plan_area.agency
  JOIN area_country ON area_country.area = plan_area.area
  WHERE (plan_area.basis = 'rule' OR area_country.isNamed)
    AND (area_country.validFrom IS NULL OR span."end" IS NULL OR area_country.validFrom <= span."end")
    AND (area_country.validUntil IS NULL OR area_country.validUntil >= span."start")
  GROUP BY plan_area.agency, area_country.country
)
SELECT
  one.agency AS left_agency,
  other.agency AS right_agency,
  one.country,
  one.is_named = 1 AS left_names,
  other.is_named = 1 AS right_names
FROM known AS one
JOIN known AS other ON other.country = one.country AND other.agency <> one.agency
WHERE one.is_named = 1 OR other.is_named = 1
