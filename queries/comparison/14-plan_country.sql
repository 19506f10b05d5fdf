-- One row per agency and country that its plan names or favours by a rule. It says where to look when a group of
-- countries is not defined; it never makes a pair closer.
WITH span AS (
  SELECT agency, MIN("start") AS "start", MAX("end") AS "end"
  FROM undertaking
  GROUP BY agency
)
SELECT
  plan_area.agency,
  area_country.country,
  MAX(CASE WHEN plan_area.basis = 'named' AND area_country.isNamed THEN 1 ELSE 0 END) = 1 AS is_named
FROM plan_area
JOIN span ON span.agency = plan_area.agency
JOIN area_country ON area_country.area = plan_area.area
WHERE (plan_area.basis = 'rule' OR area_country.isNamed)
  AND (area_country.validFrom IS NULL OR span."end" IS NULL OR area_country.validFrom <= span."end")
  AND (area_country.validUntil IS NULL OR area_country.validUntil >= span."start")
GROUP BY plan_area.agency, area_country.country
