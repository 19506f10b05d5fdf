"""What is told of one country: money, purposes, how concentrated it is, its map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.words.counts import write_count
from devcoop.words.language import ENGLISH, Tongue

if TYPE_CHECKING:
    from fractions import Fraction

BASES = {
    "initiatives": "initiatives counted",
    "spent": "disbursed or spent",
    "committed": "committed",
    "budgeted": "budgeted",
}
"""What is measured, by code; each basis over the initiatives that have money on it."""
AMOUNTS = {"spent": "spent", "committed": "committed", "budgeted": "budgeted"}
"""What an amount is, in one word, by code."""
CLASSES = {
    "concentrated": "more than its share of all",
    "both": "both",
    "important": "among the largest that give 90%",
    "neither": "neither",
}
"""Classes of relations between an agency and a country, by code."""
LEFT_OUT = {
    "zero": "states a sum of zero spent, committed or budgeted, which is not counted",
    "planned-disbursement": "also states planned disbursements, which are not counted",
    "incoming-funds": "also states funds that come in, which are not counted",
    "incoming-commitment": "also states commitments by others to it, which are not counted",
    "loan-repayment": "also states repayments of loans, which are not counted",
    "interest-payment": "also states payments of interest, which are not counted",
    "guarantee": "also states guarantees, which are not counted",
    "equity": "also states equity, which is not counted",
    "other": "also states money of another or no stated kind, which is not counted",
    "no-currency": "states an amount without its currency",
    "whole": "has components whose money of the same kind counts in its place",
    "twice": "is reported twice, and the money of the other report counts",
    "passed-on": "pays for others that report it, and whose money of the same kind counts",
}
"""Why amounts do not count, by code, of one initiative."""
SEVERAL_LEFT_OUT = {
    "zero": "state a sum of zero spent, committed or budgeted, which is not counted",
    "planned-disbursement": "also state planned disbursements, which are not counted",
    "incoming-funds": "also state funds that come in, which are not counted",
    "incoming-commitment": "also state commitments by others to them, which are not counted",
    "loan-repayment": "also state repayments of loans, which are not counted",
    "interest-payment": "also state payments of interest, which are not counted",
    "guarantee": "also state guarantees, which are not counted",
    "equity": "also state equity, which is not counted",
    "other": "also state money of another or no stated kind, which is not counted",
    "no-currency": "state an amount without its currency",
    "whole": "have components whose money of the same kind counts in their place",
    "twice": "are reported twice, and the money of the other report counts",
    "passed-on": "pay for others that report it, and whose money of the same kind counts",
}
"""The same of several."""
NO_CATEGORY = "not stated, or not divided"
"""Heads what has no purpose, and money of which it is not known for which purpose it is."""
ON_MAP = "on it"
"""Stands for the number of a site whose point has none, since there are many."""
NOT_ON_MAP = "not on it"
"""Stands for the number of a site that has no point on the map."""
NO_SITE_NAME = "without a name"
NO_STATUS = "not stated"
"""Stands for how far something has come that does not say it."""
OUTLINES = (
    "Shaded is the country that is told of; the shade stands for no number. "
    "Outlines: Natural Earth, public domain, simplified. "
    "They are no statement on the status of any territory."
)
_UNDIVIDED = (
    "{amount} {basis} by {number} initiative is for {here} and other places, "
    "and it is not said how it is divided."
)
_SEVERAL_UNDIVIDED = (
    "{amount} {basis} by {number} initiatives is for {here} and other places, "
    "and it is not said how it is divided."
)
_OUTLINE = "Outline of {country}."
_OUTLINE_AMONG = "Outline of {country}, with {others} around it."
_SITES = "Sites: {sites}."
_NO_SITES = "No site is shown."
_MOST_SITES = 12
SPOKEN: tuple[str, ...] = (
    *BASES.values(),
    *AMOUNTS.values(),
    *CLASSES.values(),
    *LEFT_OUT.values(),
    *SEVERAL_LEFT_OUT.values(),
    NO_CATEGORY,
    NOT_ON_MAP,
    ON_MAP,
    NO_SITE_NAME,
    NO_STATUS,
    OUTLINES,
    _UNDIVIDED,
    _SEVERAL_UNDIVIDED,
    _OUTLINE,
    _OUTLINE_AMONG,
    _SITES,
    _NO_SITES,
)
"""Messages of this module, for those who look for what has to be translated."""


def say_amount(amount: Fraction, currency: str, tongue: Tongue = ENGLISH) -> str:
    r"""Write money with its currency, in whole units.

    Args:
        amount: How much.
        currency: Its code.
        tongue: In which language.

    Examples:
        >>> from fractions import Fraction
        >>> say_amount(Fraction(24691, 2), "USD")
        'USD\xa012,346'
    """
    return f"{currency}\N{NO-BREAK SPACE}{tongue.number(round(amount))}"


def say_years(years: tuple[int, ...]) -> str:
    """Write the years that amounts are for; empty if none is stated.

    Examples:
        >>> say_years((2017, 2018)), say_years((2017, 2017)), say_years(())
        ('2017–2018', '2017', '')
    """
    return "–".join(map(str, dict.fromkeys(years)))


def say_left_out(why: str, number: int, tongue: Tongue = ENGLISH) -> str:
    """Say why amounts of some initiatives do not count.

    Args:
        why: The code.
        number: How many initiatives there are.
        tongue: In which language.

    Examples:
        >>> say_left_out("no-currency", 2)
        '2 state an amount without its currency'
    """
    words = LEFT_OUT if number == 1 else SEVERAL_LEFT_OUT
    return f"{tongue.number(number)} {tongue.say(words[why])}"


def say_undivided(
    basis: str, currency: str, number: int, amount: Fraction, *, here: str, tongue: Tongue = ENGLISH
) -> str:
    r"""Say that it is not known how much of some money is for a country.

    Args:
        basis: One of `BASES`.
        currency: Code of the currency.
        number: How many initiatives state it.
        amount: All of it, for all their places.
        here: Name of the country.
        tongue: In which language.

    Examples:
        >>> from fractions import Fraction
        >>> say_undivided("spent", "EUR", 1, Fraction(1000), here="Laos")[:22]
        'EUR\xa01,000 disbursed or'
    """
    return tongue.say(_UNDIVIDED if number == 1 else _SEVERAL_UNDIVIDED).format(
        amount=say_amount(amount, currency, tongue),
        basis=tongue.say(BASES[basis]),
        number=tongue.number(number),
        here=here,
    )


def say_checked(country: str, initiatives: int, over: int, agencies: int) -> str:
    """Say what rules of a division of labour were held against.

    Args:
        country: Its name.
        initiatives: How many initiatives state it, and are not cancelled.
        over: How many of them are said to be over.
        agencies: How many agencies have the others.

    Examples:
        >>> say_checked("Armenia", 43, 28, 1)
        'Armenia: 43 initiatives state it; 28 are over and not looked at. The others are of 1 \
agency; who acts there without being loaded is not known.'
    """
    number = ENGLISH.number(over)
    left = f"; {number} {'is' if over == 1 else 'are'} over and not looked at. The others are"
    return (
        f"{country}: {write_count(initiatives, 'initiative')} state{'s' * (initiatives == 1)} it"
        f"{left if over else ', all'} of {write_count(agencies, 'agency', 'agencies')}; who acts "
        "there without being loaded is not known."
    )


def describe_map(
    country: str, neighbours: list[str], sites: list[str], tongue: Tongue = ENGLISH
) -> str:
    """Describe a map to those who do not see it.

    Args:
        country: Name of the country.
        neighbours: Names of the others that are named on it.
        sites: Names of the sites.
        tongue: In which language.

    Examples:
        >>> describe_map("Cambodia", ["Thailand"], ["Kampot"])
        'Outline of Cambodia, with Thailand around it. Sites: Kampot.'
        >>> describe_map("Malta", [], [])
        'Outline of Malta. No site is shown.'
    """
    outline = tongue.say(_OUTLINE_AMONG if neighbours else _OUTLINE)
    told = tongue.say(_SITES if sites else _NO_SITES)
    outline = outline.format(country=country, others=tongue.join(neighbours))
    return f"{outline} {told.format(sites=tongue.join_first(sites, _MOST_SITES))}"
