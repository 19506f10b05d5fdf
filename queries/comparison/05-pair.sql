-- One row per two undertakings of different agencies; the agency whose code sorts first stands left.
SELECT
  one.identifier AS left_identifier,
  other.identifier AS right_identifier,
  one.agencyCode AS left_agency,
  other.agencyCode AS right_agency
FROM undertaking AS one
JOIN undertaking AS other ON one.agencyCode < other.agencyCode
