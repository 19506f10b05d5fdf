"""Initiatives as activities of IATI, version 2.03, valid by its schema and read back by `load`.

An initiative that came from IATI keeps its identifier; one of a plan gets that of its agency
with its key behind it. What IATI wants and nobody states is written in its most open form, with a
comment beside it: a status of implementation, an organisation of another type. A day is never
made up: an initiative without one takes those of its plan, which is said beside them, and if the
plan has none either, it is left out. So is everything that has no place in IATI; all of it is
counted in a `Tally`.

What becomes what, and what cannot be kept:

- Who answers for an initiative reports it. Funding, accountable, extending and implementing
  bodies take part; who has another role has no place.
- Days are actual ones where the status says that they came, else planned ones.
- Countries, regions by their M49 code and groups of countries by their name are recipients,
  places with a point or a name below them locations; all with the percentages that are stated.
- Purposes are sectors. Where there is none, themes stand as a sector of our own vocabulary; all
  concepts but purposes are tags.
- Sums of a year stand as one transaction on its last day.
- Results are written where an indicator measures them.

Source: https://iatistandard.org/en/iati-standard/203/
"""

from devcoop.export.iati.file import Edition, prepare_iati
from devcoop.export.iati.places import write_place
from devcoop.export.iati.tally import Tally

__all__ = ["Edition", "Tally", "prepare_iati", "write_place"]
