"""An organisation file of IATI: the money that an organisation plans and spends as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.load.readers.iati.draft import Draft, File
from devcoop.load.readers.iati.money import read_amount, say_amount
from devcoop.load.readers.iati.places import find_country, find_region
from devcoop.load.readers.iati.texts import (
    LANGUAGE,
    describe,
    local,
    read_line,
    read_more_lines,
    squeeze,
    squeeze_code,
)
from devcoop.load.records import Body

if TYPE_CHECKING:
    from devcoop.load.markup import Tag
    from devcoop.load.records import Amount, Value

_MONEY = {
    "total-budget": "budget",
    "recipient-org-budget": "budget",
    "recipient-region-budget": "budget",
    "recipient-country-budget": "budget",
    "total-expenditure": "expenditure",
}
COUNTED = (*_MONEY, "document-link", "budget-line")
"""Elements that are counted by name."""
_OF_AMOUNTS = frozenset({"value", "period-start", "period-end"})
_NAMES = frozenset({"organisation-identifier", "iati-identifier", "name"})
_USED = frozenset({LANGUAGE, "default-currency"})


def read_organisation(file: File, node: Tag, xpath: str) -> tuple[Draft, list[Amount]]:
    """Read an organisation of an organisation file.

    Args:
        file: What is known of the file; what is told and counted goes there.
        node: The organisation.
        xpath: Where it stands.

    Returns:
        What is known of the organisation, itself as `agency`; and its money.
    """
    draft = Draft(file, file.place(node, xpath), node.get(LANGUAGE) or file.language)
    draft.currency = node.get("default-currency") or file.currency
    draft.agency = _read_agency(draft, node)
    for name, value in node.items():
        if name not in _USED and value:
            draft.keep(f"iati-organisation/@{local(name)}", value)
    amounts: list[Amount] = []
    for child in node[:]:
        if child.tag in _MONEY:
            amounts += _take_money(draft, child)
        elif child.tag not in _NAMES:
            draft.keep_all(local(str(child.tag)), child)
    file.counts["iati-organisation"] += 1
    for one in node.iter(*COUNTED):
        file.counts[str(one.tag)] += 1
    return draft, amounts


def _read_agency(draft: Draft, node: Tag) -> Body | None:
    """Read the organisation: its name and identifier, or else those of who reports it."""
    identifier, name = "", ""
    for child in node[:]:
        if child.tag in ("organisation-identifier", "iati-identifier"):
            identifier = identifier or squeeze("".join(child.itertext()))
        elif child.tag == "name":
            name = name or read_line(child)
            for text in read_more_lines(child):
                draft.keep("name", text)
    reporter = node.find("reporting-org")
    kind = ""
    if reporter is not None and squeeze_code(reporter.get("ref")) == identifier:
        kind, name = squeeze_code(reporter.get("type")), name or read_line(reporter)
    if not name and not identifier:
        draft.tell("unknown", "An organisation has neither a name nor an identifier.", node)
        return None
    return Body(name or identifier, draft.where, identifier=identifier, kind=kind)


def _take_money(draft: Draft, node: Tag) -> list[Amount]:
    """Take over money of a period, and the country or region it is for."""
    amount = read_amount(draft, node, _MONEY[str(node.tag)])
    place: Value | None = None
    heading = local(str(node.tag))
    said = "" if amount is None else say_amount(amount)
    for name, value in node.items():
        if value and amount is not None:
            draft.keep(f"{heading}/@{local(name)}", f"{said}: {value}")
    for child in node[:]:
        if child.tag == "recipient-country":
            place = find_country(draft, child)
        elif child.tag == "recipient-region":
            place = find_region(draft, child)
        if child.tag not in _OF_AMOUNTS and amount is not None and (text := describe(child)):
            is_money = str(child.tag).endswith("-line")
            draft.keep(
                f"{heading}/{local(str(child.tag))}", f"{said}: {text}" if is_money else text
            )
    return (
        []
        if amount is None
        else [amount._replace(place=place, where=draft.file.inner(node, draft.where))]
    )
