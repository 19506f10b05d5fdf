"""Money of an activity as budgets, planned disbursements and transactions of IATI."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from devcoop import names
from devcoop.export.iati.markup import add, narrate
from devcoop.export.iati.places import add_place
from devcoop.names import DEVC
from devcoop.words.iati import say_sum

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from devcoop.export.iati.facts import Facts, Thing
    from devcoop.export.iati.tally import Tally

_CODES = {
    "incoming-funds": "1", "commitment": "2", "disbursement": "3", "expenditure": "4",
    "interest-payment": "5", "loan-repayment": "6", "equity": "8", "guarantee": "10",
    "incoming-commitment": "11",
}  # fmt: skip
"""Codes of transactions by the kind of money."""
INCOMING = frozenset({"incoming-funds", "incoming-commitment"})
"""Kinds of money that come in; all others go out."""
_PLANNED = ("budget", "planned-disbursement")


class Provision(NamedTuple):
    """Money of an activity.

    Attributes:
        kind: Slug of its kind.
        amount: The number as it is stated.
        currency: Its code as written; empty if none is.
        start: First day that it is for; empty if that is not stated.
        end: Last day, likewise.
        place: IRI of the place that it goes to; empty if it has none of its own.
        sources: IRIs of who pays.
    """

    kind: str
    amount: str
    currency: str
    start: str
    end: str
    place: str
    sources: list[str]


def list_money(facts: Facts, thing: Thing, tally: Tally) -> list[Provision]:
    """List the money of an activity that IATI has a place for; the rest is counted.

    Args:
        facts: What the plan says.
        thing: The activity.
        tally: Counts what has no place.
    """
    found = [one for iri in thing.values(str(DEVC.hasFunding)) for one in _read(facts, iri, tally)]
    return [one for one in found if _has_place(one, tally)]


def _read(facts: Facts, iri: str, tally: Tally) -> Iterator[Provision]:
    provision = facts.find(iri)
    values = [facts.find(one) for one in provision.pointing(str(DEVC.valueOf))]
    amounts = [one for one in values if one.value(str(DEVC.numericValue))]
    tally.seen["amount"] += len(amounts) or 1
    if not amounts:
        tally.leave("no-amount")
    for one in amounts:
        yield Provision(
            names.slug_of(provision.value(str(DEVC.moneyKind))),
            one.value(str(DEVC.numericValue)),
            one.value(str(DEVC.unitText)),
            *facts.find_period(one),
            provision.value(str(DEVC.targetArea)),
            provision.values(str(DEVC.fundingSource)),
        )


def _has_place(one: Provision, tally: Tally) -> bool:
    """Tell whether IATI has a place for money; count it where it has none."""
    if one.kind not in _CODES and one.kind not in _PLANNED:
        tally.leave("money-kind")
    elif not one.end or (one.kind == "budget" and not one.start):
        tally.leave("money-period")
    elif not one.currency:
        tally.leave("money-currency")
    elif one.place and one.kind in _PLANNED:
        # A budget has no place: without it, it would be told to be of the whole activity.
        tally.leave("money-place")
    else:
        return True
    return False


def add_planned(node: ET.Element, money: list[Provision]) -> None:
    """Add budgets, then planned disbursements."""
    for kind in _PLANNED:
        for one in money:
            if one.kind == kind:
                planned = add(node, kind)
                # Without a first day, a planned disbursement is for its last day.
                add(planned, "period-start", iso_date=one.start or one.end)
                add(planned, "period-end", iso_date=one.end)
                _add_value(planned, one, one.start or one.end)


def add_transactions(
    node: ET.Element, facts: Facts, money: list[Provision], *, provider: str, receiver: str
) -> None:
    """Add sums as transactions.

    Args:
        node: The activity.
        facts: What the plan says.
        money: Its money.
        provider: Identifier of the activity that pays what comes in; empty if it is not known.
        receiver: Identifier of the activity that is paid; likewise.
    """
    for one in money:
        if one.kind in _CODES:
            is_incoming = one.kind in INCOMING
            activities = (provider, "") if is_incoming else ("", receiver)
            _add_transaction(node, facts, one, *activities)


def _add_transaction(
    node: ET.Element, facts: Facts, one: Provision, provider: str, receiver: str
) -> None:
    transaction = add(node, "transaction")
    add(transaction, "transaction-type", code=_CODES[one.kind])
    add(transaction, "transaction-date", iso_date=one.end)
    _add_value(transaction, one, one.end)
    if one.start and one.start != one.end:
        narrate(add(transaction, "description"), [("en", say_sum(one.start, one.end))])
    source = one.sources[0] if one.sources else ""
    if provider or source:
        paying = add(transaction, "provider-org", provider_activity_id=provider)
        if source:
            narrate(paying, facts.find_shared(source).texts("rdfs:label"))
    if receiver:
        add(transaction, "receiver-org", receiver_activity_id=receiver)
    if one.place:
        add_place(transaction, facts, one.place)


def _add_value(node: ET.Element, one: Provision, day: str) -> None:
    add(node, "value", currency=one.currency, value_date=day).text = one.amount
