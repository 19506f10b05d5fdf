-- One row per two undertakings that are compared, here every two of different agencies; the agency whose short name sorts
-- first stands left. Whoever wants to compare fewer writes another step of this name.
SELECT
  one.undertaking AS left_undertaking,
  other.undertaking AS right_undertaking,
  one.agency AS left_agency,
  other.agency AS right_agency
FROM undertaking AS one
JOIN agency AS one_agency ON one_agency.agency = one.agency
JOIN undertaking AS other ON other.agency <> one.agency
JOIN agency AS other_agency ON other_agency.agency = other.agency
WHERE one_agency.code < other_agency.code
  OR one_agency.code = other_agency.code AND one.agency < other.agency
