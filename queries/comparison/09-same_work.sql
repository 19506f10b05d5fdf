-- One row per two undertakings of different agencies of which one names the other by its identifier as the same work, or
-- as where its money comes from or goes to, or which have one identifier: one work, reported twice. The agency whose
-- short name sorts first stands left; evidence is the kind of reference that says most. What two agencies finance
-- together and report without naming each other's identifier is a reference of the kind joint.
WITH identity AS (
  SELECT DISTINCT undertaking, UPPER(TRIM(identifier)) AS identifier
  FROM reference
  WHERE kind = 'own'
),
named AS (
  SELECT one.undertaking, other.undertaking AS named, one.kind
  FROM reference AS one
  JOIN identity AS other ON other.identifier = UPPER(TRIM(one.identifier))
  WHERE one.kind <> 'sibling'
),
linked AS (
  SELECT undertaking, named, kind FROM named
  UNION ALL
  SELECT named AS undertaking, undertaking AS named, kind FROM named
)
SELECT
  linked.undertaking AS left_undertaking,
  linked.named AS right_undertaking,
  SUBSTR(
    MIN(
      CASE kind
        WHEN 'own' THEN '1 '
        WHEN 'third-party' THEN '2 '
        WHEN 'co-funded' THEN '3 '
        WHEN 'participant' THEN '4 '
        WHEN 'provider' THEN '5 '
        WHEN 'receiver' THEN '6 '
        WHEN 'joint' THEN '7 '
        WHEN 'parent' THEN '8 '
        ELSE '9 '
      END || kind
    ),
    3
  ) AS evidence
FROM linked
JOIN undertaking AS one ON one.undertaking = linked.undertaking
JOIN undertaking AS other ON other.undertaking = linked.named
JOIN agency AS one_agency ON one_agency.agency = one.agency
JOIN agency AS other_agency ON other_agency.agency = other.agency
WHERE one.agency <> other.agency
  AND (
    one_agency.code < other_agency.code
    OR one_agency.code = other_agency.code AND one.agency < other.agency
  )
GROUP BY linked.undertaking, linked.named
