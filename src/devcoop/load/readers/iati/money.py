"""Money of an activity: transactions summed by kind, year, currency and place, and budgets.

Sums are made of one currency only. A budget that was revised takes the place of the first one
for the same period.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from devcoop.load.readers.iati.places import find_country, find_purpose, find_region
from devcoop.load.readers.iati.texts import (
    describe,
    local,
    read_line,
    read_more_lines,
    squeeze_code,
)
from devcoop.load.records import Amount

if TYPE_CHECKING:
    from devcoop.load.markup import Tag
    from devcoop.load.readers.iati.draft import Draft

_KINDS = {
    "1": "incoming-funds", "2": "commitment", "3": "disbursement", "4": "expenditure",
    "5": "interest-payment", "6": "loan-repayment", "7": "other", "8": "equity", "9": "other",
    "10": "guarantee", "11": "incoming-commitment", "12": "other", "13": "other",
    "IF": "incoming-funds", "C": "commitment", "D": "disbursement", "E": "expenditure",
    "IR": "interest-payment", "LR": "loan-repayment", "R": "other", "QP": "equity",
    "QS": "other", "CG": "guarantee",
}  # fmt: skip
"""Kinds of money by the codes of transactions, of versions 2 and 1."""
_SPENT = ("disbursement", "expenditure")
_REVISED = frozenset({"2", "revised"})
_PEOPLE = frozenset({"provider-org", "receiver-org"})
_PLACES = {"recipient-country": find_country, "recipient-region": find_region}
_PERIOD = frozenset({"period-start", "period-end", "value"})


def take_transaction(draft: Draft, node: Tag) -> None:
    """Add a transaction to the sum of its kind, year, currency and place."""
    code, day, value, place = "", None, None, ""
    for child in node[:]:
        tag = str(child.tag)
        if tag == "value":
            value = child
        elif tag == "transaction-date":
            day = draft.read_day(child, child.get("iso-date") or child.text)
        elif tag == "transaction-type":
            code = _read_type(draft, child)
        else:
            place = _take_detail(draft, child, tag) or place
    for name, text in node.items():
        if name[0] != "{" or name.rpartition("}")[2] != "lang":
            draft.keep(f"transaction/@{local(name)}", text)
    if value is None:
        draft.tell("read", "A transaction has no value.", node)
    else:
        _add(draft, value, code, day, place)


def _take_detail(draft: Draft, node: Tag, tag: str) -> str:
    """Take over what is said beside the sum, and give the place if it is one."""
    if tag in _PEOPLE:
        _take_people(draft, node, tag)
    elif tag == "sector":
        _take_sector(draft, node)
    elif tag in _PLACES:
        return _take_place(draft, node)
    else:
        draft.keep_all(_name_detail(tag), node)
    return ""


@lru_cache(maxsize=1024)
def _name_detail(tag: str) -> str:
    return f"transaction/{local(tag)}"


def _read_type(draft: Draft, node: Tag) -> str:
    code, text = squeeze_code(node.get("code")), read_line(node)
    if text and text != code:
        draft.keep("transaction/transaction-type", f"{code} {text}".strip())
    return code or text


def _take_people(draft: Draft, node: Tag, tag: str) -> None:
    """Refer to the activity that pays or is paid; who that is is kept."""
    kind = tag[:8]
    text = read_line(node)
    for name, value in node.items():
        if name == f"{kind}-activity-id":
            draft.refer(kind, value)
        elif value and name[0] != "{":
            text = f"{text}; {name} {value}" if text else f"{name} {value}"
    for more in read_more_lines(node):
        text = f"{text}; {more}"
    draft.keep(f"transaction/{tag}", text)


def _take_sector(draft: Draft, node: Tag) -> None:
    """Let a sector of a transaction count for the activity."""
    draft.file.counts["sector in transaction"] += 1
    value = find_purpose(draft, node)
    if value is not None:
        draft.facets.setdefault(("purpose", value.text), value)
    draft.keep_all("transaction/sector", node)


def _take_place(draft: Draft, node: Tag) -> str:
    """Let a place of a transaction count for the activity."""
    tag = str(node.tag)
    draft.file.counts[f"{tag} in transaction"] += 1
    value = _PLACES[tag](draft, node)
    draft.keep_all(f"transaction/{tag}", node)
    if value is None:
        return ""
    draft.places.setdefault(value.text, value)
    return value.text


def _add(draft: Draft, node: Tag, code: str, day: date | None, place: str) -> None:
    kind = _KINDS.get(code)
    if kind is None:
        draft.tell("read", "The kind of a transaction is not known; its money is other.", node)
        kind = "other"
    number = draft.read_number(node, node.text)
    if number is None:
        draft.tell("read", "A transaction has no value.", node)
        draft.keep("transaction/value", describe(node))
        return
    day = day or draft.read_day(node, node.get("value-date"))
    # Kinds that have no name of their own are not added to one another.
    detail, year = code if kind == "other" else "", day.year if day else 0
    key = (kind, detail, year, read_currency(draft, node), place)
    sums = draft.money
    sums[key] = sums[key] + number if key in sums else number
    if day:
        first, last = draft.spent.get(kind, (day, day))
        draft.spent[kind] = (min(first, day), max(last, day))
    if kind == "other" and code:
        draft.keep("transaction/transaction-type", code)


def read_currency(draft: Draft, node: Tag) -> str:
    """Give the currency of a value: its own, else that of the activity or of the file."""
    currency = squeeze_code(node.get("currency")) or draft.currency
    if not currency:
        draft.tell("read", "No currency is stated for a value.", node)
    return currency


def find_spent(draft: Draft) -> tuple[date, date] | None:
    """Find the first and last day on which money was paid out."""
    found = [draft.spent[kind] for kind in _SPENT if kind in draft.spent]
    return (min(one for one, _ in found), max(one for _, one in found)) if found else None


def make_amounts(draft: Draft) -> tuple[Amount, ...]:
    """Make amounts of all sums, in the order in which they first occur."""
    amounts = []
    for (kind, _, year, currency, place), number in draft.money.items():
        start, end = (date(year, 1, 1), date(year, 12, 31)) if year else (None, None)
        where = draft.places[place] if place else None
        amounts.append(Amount(number, currency, kind, draft.where, None, start, end, where))
    return (*(amount for amount, _ in draft.planned.values()), *amounts)


# Budgets


def take_budget(draft: Draft, node: Tag) -> None:
    """Take over a budget of a period."""
    _take_planned(draft, node, "budget")


def take_planned(draft: Draft, node: Tag) -> None:
    """Take over what is to be paid out in a period."""
    _take_planned(draft, node, "planned-disbursement")


def _take_planned(draft: Draft, node: Tag, kind: str) -> None:
    """Add money to that of its period; what was revised takes the place of the first."""
    heading = local(str(node.tag))
    amount = read_amount(draft, node, kind)
    _keep_rest(draft, node, heading)
    if amount is None:
        return
    is_revised = squeeze_code(node.get("type")).lower() in _REVISED
    key = (kind, amount.start, amount.end, amount.currency)
    known = draft.planned.get(key)
    if known is None or (is_revised and not known[1]):
        draft.planned[key] = (amount, is_revised)
    elif known[1] and not is_revised:
        known = (amount, False)
    else:
        whole = known[0]._replace(number=known[0].number + amount.number)
        draft.planned[key] = (whole, is_revised)
        draft.tell("read", "Money that is planned for one period several times is added.", node)
        return
    if known:
        what = "A budget that was revised takes the place of the first one for its period."
        draft.tell("read", what, node)
        draft.keep(f"{heading} before it was revised", say_amount(known[0]))


def read_amount(draft: Draft, node: Tag, kind: str) -> Amount | None:
    """Read the value of an element and its period; None, which is told, if there is no number."""
    value, start, end = None, None, None
    for child in node[:]:
        if child.tag == "value":
            value = child
        elif child.tag == "period-start":
            start = draft.read_day(child, child.get("iso-date") or child.text)
        elif child.tag == "period-end":
            end = draft.read_day(child, child.get("iso-date") or child.text)
    number = None if value is None else draft.read_number(value, value.text)
    if value is None or number is None:
        draft.tell("read", "Money that is planned or spent has no value.", node)
        draft.keep_all(local(str(node.tag)), node)
        return None
    if start and end and end < start:
        draft.tell("read", "A period ends before it starts; its end is left out.", node)
        draft.keep(f"{local(str(node.tag))}/period-end", end.isoformat())
        end = None
    return Amount(number, read_currency(draft, value), kind, draft.where, None, start, end)


def say_amount(amount: Amount) -> str:
    """Say in plain signs how much it is, and for when."""
    days = (one.isoformat() for one in (amount.start, amount.end) if one)
    return " ".join(filter(None, (*days, f"{amount.number:f}", amount.currency)))


def _keep_rest(draft: Draft, node: Tag, heading: str) -> None:
    for name, text in node.items():
        if name[0] != "{":
            draft.keep(f"{heading}/@{name}", text)
    for child in node[:]:
        if child.tag in _PEOPLE:
            draft.refer(child.tag[:8], child.get(f"{child.tag[:8]}-activity-id"))
        if child.tag not in _PERIOD:
            draft.keep_all(f"{heading}/{local(str(child.tag))}", child)
        elif child.tag != "value" and child.get("iso-date") and (text := read_line(child)):
            draft.keep(f"{heading}/{child.tag}", text)
