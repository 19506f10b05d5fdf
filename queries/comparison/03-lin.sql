-- One row per facet and ordered pair of concepts that share an ancestor which says something: Lin's similarity.
-- Lin (1998): twice what the nearest common ancestor says, over what both say; 1 only for the same concept.
SELECT
  left_above.facet,
  left_above.concept AS left_concept,
  right_above.concept AS right_concept,
  MAX(CASE
    WHEN left_above.concept = right_above.concept THEN 1
    ELSE 2 * shared.information / (left_information.information + right_information.information)
  END) AS similarity
FROM ancestor AS left_above
JOIN ancestor AS right_above
  ON right_above.facet = left_above.facet AND right_above.ancestor = left_above.ancestor
JOIN information AS shared
  ON shared.facet = left_above.facet AND shared.concept = left_above.ancestor
JOIN information AS left_information
  ON left_information.facet = left_above.facet AND left_information.concept = left_above.concept
JOIN information AS right_information
  ON right_information.facet = left_above.facet AND right_information.concept = right_above.concept
WHERE shared.information > 0
GROUP BY left_above.facet, left_above.concept, right_above.concept
