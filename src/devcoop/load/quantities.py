"""Money, numbers of indicators and shares, as statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop import names
from devcoop.load.records import Note
from devcoop.load.written.amounts import write_number
from devcoop.names import DEVC
from devcoop.store.terms import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from decimal import Decimal

    from devcoop.load.records import Amount, Body, Figure, Value
    from devcoop.load.statements import Statements

    Bodies = Callable[[Body], str]
    """Finds or makes the IRI of a body."""
    Meanings = Callable[[str, str, Value], tuple[str, ...]]
    """Finds what a value of something means, on a facet, and keeps it where it means nothing."""

_DECIMAL = NamedNode(names.term("xsd:decimal"))
_PROMISED = frozenset(
    {"budget", "commitment", "guarantee", "incoming-commitment", "planned-disbursement"}
)

_NO_KIND = frozenset({"", "other"})


def state_amounts(
    to: Statements, iri: str, amounts: Iterable[Amount], bodies: Bodies, meanings: Meanings
) -> None:
    """State the money that is named of something.

    Args:
        to: Where it is stated.
        iri: What the money is for.
        amounts: The money.
        bodies: Finds who pays.
        meanings: Finds where it goes.
    """
    for number, amount in enumerate(amounts, 1):
        funding = f"{iri}/funding/{number}"
        _state_amount(to, iri, funding, amount)
        if amount.source:
            to.say(funding, DEVC.fundingSource, bodies(amount.source))
        for place in meanings(funding, "place", amount.place) if amount.place else ():
            to.say(funding, DEVC.targetArea, place)


def _state_amount(to: Statements, iri: str, funding: str, amount: Amount) -> None:
    label = _join(amount.kind or "amount", write_number(amount.number), amount.currency)
    to.say(iri, DEVC.hasFunding, funding)
    to.begin(funding, str(DEVC.FundingProvision), label, iri)
    if amount.kind not in _NO_KIND:
        to.say(funding, DEVC.moneyKind, names.mint_concept("money-kind", amount.kind))
    value = f"{funding}/value"
    _state_number(to, value, funding, amount.number, label)
    to.say(value, DEVC.valueKind, names.mint_concept("value-kind", _tell_kind(amount.kind)))
    _state_days(to, value, amount.start, amount.end)
    if amount.currency:
        to.add(value, DEVC.unitText, Literal(amount.currency))


def _tell_kind(money: str) -> str:
    """Tell what a number of money is: what is promised, what was paid, what is only named."""
    if money in _NO_KIND:
        return "context"
    return "target" if money in _PROMISED else "actual"


def state_figures(to: Statements, iri: str, figures: Iterable[Figure]) -> None:
    """State the numbers of an indicator; words without a number stay notes, with their days."""
    figures = list(figures)
    if all(figure.number is None for figure in figures):
        for unit in dict.fromkeys(figure.unit for figure in figures if figure.unit):
            to.keep(iri, names.UNIT_NOTE, unit)
    for number, figure in enumerate(figures, 1):
        value = f"{iri}/value/{number}"
        if figure.number is None:
            note = Note(figure.kind, figure.text, figure.where)
            to.keep_note(iri, note, figure.start, figure.end)
            continue
        label = _join(figure.kind, write_number(figure.number), figure.unit)
        _state_number(to, value, iri, figure.number, label)
        to.say(value, DEVC.valueKind, names.mint_concept("value-kind", figure.kind))
        _state_days(to, value, figure.start, figure.end)
        if figure.unit:
            to.add(value, DEVC.unitText, Literal(figure.unit))
        if figure.text:
            to.keep_notes(value, [Note(figure.kind, figure.text, figure.where)])


def _state_days(to: Statements, value: str, start: date | None, end: date | None) -> None:
    """State the days that a number is for, as the source has them."""
    to.state_period(value, start, end)
    if start or end:
        to.say(value, DEVC.periodBasis, names.mint_concept("basis", "stated"))


def _state_number(to: Statements, value: str, of: str, number: Decimal, label: str) -> None:
    to.begin(value, str(DEVC.IndicatorValue), label, of)
    to.say(value, DEVC.valueOf, of)
    to.add(value, DEVC.numericValue, Literal(write_number(number), datatype=_DECIMAL))


def state_share(to: Statements, iri: str, facet: str, taker: str, percentage: Decimal) -> None:
    """State how many per cent of an initiative a place or a concept takes.

    Args:
        to: Where it is stated.
        iri: The initiative.
        facet: `place`, `purpose` or `sector`.
        taker: IRI of what takes the share.
        percentage: The share, as the source writes it.
    """
    share = f"{iri}/share/{facet}-{names.slug_of(taker)}"
    if not to.is_known(share):
        to.say(share, "rdf:type", DEVC.Share)
        to.say(share, DEVC.shareOf, iri)
        to.say(share, DEVC.shareIn, taker)
        to.add(share, DEVC.percentage, Literal(write_number(percentage), datatype=_DECIMAL))


def write_degrees(number: Decimal) -> Literal:
    """Give a latitude or longitude as it is stated."""
    return Literal(write_number(number), datatype=_DECIMAL)


def _join(*parts: str) -> str:
    return " ".join(filter(None, parts))
