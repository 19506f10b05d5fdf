"""Organizations that are known under several identifiers and names, by a table made by hand.

One organization may stand in files of IATI under the code of the DAC, an older spelling of it,
the code of its country and an identifier of its own. `ontology/reference/organizations.csv` says
which of them are one, and where that is known from; nothing is taken for one by likeness.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from devcoop import assets
from devcoop.load.bodies import normalise_identifier
from devcoop.load.recognition import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.load.records import Body

TABLE = assets.ONTOLOGY / "reference" / "organizations.csv"
LANGUAGE = "en"
"""Language of the names in the table."""
_GOVERNMENT = "government"


class _Row(NamedTuple):
    name: str
    is_government: bool


class _Table(NamedTuple):
    by_identifier: Mapping[str, _Row]
    by_name: Mapping[str, str]


def find_listed_name(body: Body) -> str:
    """Find the name that the table has for an organization.

    An identifier decides for one that reports. Many name a ministry beside the identifier of its
    whole government: of one that takes part, such an identifier decides only with a name that the
    table has for it.

    Args:
        body: As it is named.

    Returns:
        The name; empty if the table has none.

    Examples:
        >>> from devcoop.load.records import Body
        >>> find_listed_name(Body("UNITED STATES", identifier="302"))
        'United States government'
        >>> find_listed_name(Body("U.S. Agency for International Development"))
        'United States government'
        >>> find_listed_name(Body("Peace Corps", role="funding", identifier="US-USAGOV"))
        ''
    """
    table = _read_table()
    by_name = table.by_name.get(plain(body.name), "")
    row = table.by_identifier.get(normalise_identifier(body.identifier))
    if row is None or (row.is_government and body.role and row.name != by_name):
        return by_name
    return row.name


@cache
def _read_table() -> _Table:
    by_identifier: dict[str, _Row] = {}
    by_name: dict[str, str] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_identifier[row["identifier"]] = _Row(row["name"], row["kind"] == _GOVERNMENT)
            for name in (row["name"], *filter(None, row["also"].split("; "))):
                by_name[plain(name)] = row["name"]
    return _Table(by_identifier, by_name)
