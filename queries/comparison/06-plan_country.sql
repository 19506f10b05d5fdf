-- One row per agency, country and way in which its plan names the country or favours it by a rule, with the days of which
-- that holds. It says where to look when a group of countries is not defined; it never makes a pair closer.
SELECT DISTINCT
  plan_area.agency,
  area_country.country,
  plan_area.basis = 'named' AND area_country.isNamed AS is_named,
  CASE WHEN plan_area.basis = 'rule' THEN area_country.validFrom END AS valid_from,
  CASE WHEN plan_area.basis = 'rule' THEN area_country.validUntil END AS valid_until
FROM plan_area
JOIN area_country ON area_country.area = plan_area.area
WHERE plan_area.basis = 'rule' OR area_country.isNamed
