-- One row per undertaking and country it reaches: named, or as a member of a group on a day of its plan's period.
SELECT
  area.undertaking,
  area_country.country,
  MAX(CASE WHEN area_country.isNamed THEN 1 ELSE 0 END) = 1 AS is_named
FROM area
JOIN undertaking ON undertaking.undertaking = area.undertaking
JOIN area_country ON area_country.plan = undertaking.plan AND area_country.area = area.area
WHERE area_country.isDuring
GROUP BY area.undertaking, area_country.country
