-- One row per undertaking and country it reaches: named, or as a member of a group on a day of its period.
SELECT
  area.undertaking,
  area_country.country,
  MAX(CASE WHEN area_country.isNamed THEN 1 ELSE 0 END) = 1 AS is_named
FROM area
JOIN undertaking ON undertaking.undertaking = area.undertaking
JOIN area_country ON area_country.area = area.area
WHERE
  (area_country.validFrom IS NULL OR undertaking."end" IS NULL OR area_country.validFrom <= undertaking."end")
  AND (area_country.validUntil IS NULL OR undertaking."start" IS NULL OR area_country.validUntil >= undertaking."start")
GROUP BY area.undertaking, area_country.country
