"""Money in a filled form: how much an initiative or the plan is to have, and of what currency."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from babel import Locale

from devcoop.load.form.choices import find_choice
from devcoop.load.records import Amount, Note, Told
from devcoop.load.tables import as_text
from devcoop.load.written.amounts import Quantity, read_money, read_quantity, write_number
from devcoop.load.written.dates import Span, read_span
from devcoop.words import form as words

if TYPE_CHECKING:
    from devcoop.load.form.filled import Line
    from devcoop.load.tables import Cell

KIND = "budget"
"""What the money of a form is, as in `ontology/schemes/money-kind.ttl`."""


@dataclass
class Budget:
    """What a line says of money.

    Attributes:
        currency: The one that the line names, as a code or as written; empty if it names none.
        amounts: Those that are numbers, in the order in which they are written.
        notes: What is said in words, or without an amount.
        told: What a person should know.
        faults: What must be mended in the column of the periods: the line, a key of
            `words.faults`, and what the words name.
    """

    currency: str = ""
    amounts: list[Amount] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    faults: list[tuple[Line, str, dict[str, str]]] = field(default_factory=list)


def read_budget(line: Line, currency: str = "") -> Budget:
    """Read how much a line says there is to be, of which currency and for when.

    Args:
        line: Of an initiative, or the sheet of the plan.
        currency: What amounts are in that name no currency, as a code or as written.

    Returns:
        Several amounts if the cell has several with semicolons between; each has its own period
        then. An amount without a period has no days.
    """
    budget = Budget()
    budget.currency = _read_currency(line, budget)
    written = line.parts("budget")
    if not written:
        _keep_alone(line, budget)
        return budget
    spans = _read_spans(line, budget, len(written))
    for one, span in zip(written, spans, strict=True):
        if found := _read_amount(line, budget, one):
            amount = _build(line, found, budget.currency or currency, span)
            budget.amounts.append(amount)
            if not amount.currency:
                told = "no currency is stated for an amount, so it is added to no other"
                budget.told.append(Told("read", told, line.where("budget")))
    return budget


def _read_currency(line: Line, budget: Budget) -> str:
    """Read the currency that a line names: its code, or as it is written if it is not known."""
    text = line.text("currency")
    code = _find_code(text)
    if text and not code:
        told = "a currency is none of the list and no code such as EUR; it is kept as it is written"
        budget.told.append(Told("read", told, line.where("currency"), text=text))
    return code or text


def _find_code(text: str) -> str:
    found = find_choice("currency", text) if text else None
    if found:
        return found.slug
    # Codes of money that is no more, or of no country, are in no list that is offered.
    return text.upper() if text.upper() in Locale("en").currencies else ""


def _read_amount(line: Line, budget: Budget, written: Cell) -> Quantity | None:
    text, where = as_text(written), line.where("budget")
    found = _read_quantity(written)
    if found is None:
        told = "a budget is not one number with a currency; it is kept as a note"
        budget.told.append(Told("kept", told, where, text=text))
        budget.notes.append(Note(where.heading or words.INITIATIVES["budget"].heading, text, where))
    elif not found.is_sure:
        told = f"{text} was read as the number {write_number(found.number)}"
        budget.told.append(Told("read", told, where))
    return found


def _read_quantity(written: Cell) -> Quantity | None:
    """Read a number, and the code of the currency that stands beside it."""
    if isinstance(written, int | float) and not isinstance(written, bool):
        return Quantity(Decimal(str(written)).normalize() + 0)
    if not isinstance(written, str):
        return None
    found = read_quantity(written)
    code = _find_code(found.words) if found else ""
    if found and code:
        return replace(found, words=code)
    return read_money(written)


def _build(line: Line, found: Quantity, currency: str, span: Span | None) -> Amount:
    days = (span.first, span.last) if span else (None, None)
    return Amount(
        found.number,
        found.words or currency,
        KIND,
        line.where("budget"),
        start=days[0],
        end=days[1],
    )


def _read_spans(line: Line, budget: Budget, number: int) -> list[Span | None]:
    """Read the period of each amount; several amounts must have as many, or none."""
    texts = line.parts("budget_period")
    if not texts and number == 1:
        return [None]
    if len(texts) != number:
        counts = {"amounts": str(number), "periods": str(len(texts))}
        budget.faults.append((line, "periods", counts))
        return [None] * number
    return [_read_span(line, budget, one) for one in texts]


def _read_span(line: Line, budget: Budget, cell: Cell) -> Span | None:
    try:
        return read_span(cell)
    except ValueError as error:
        budget.faults.append((line, "no-date", {"text": as_text(cell), "why": str(error)}))
        return None


def _keep_alone(line: Line, budget: Budget) -> None:
    """Keep and tell a period that has no amount; a currency alone says nothing."""
    if text := line.text("budget_period"):
        where = line.where("budget_period")
        told = "a period of a budget has no amount; it is kept as a note"
        budget.told.append(Told("kept", told, where))
        heading = where.heading or words.INITIATIVES["budget_period"].heading
        budget.notes.append(Note(heading, text, where))
