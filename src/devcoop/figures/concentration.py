"""How concentrated or fragmented relations of donors and partners are, in the field's formulae.

A relation is an amount that one donor gives to one partner: a country, or a sector of one. What
is measured may be money of one kind and currency, or a number of initiatives; amounts of several
kinds are never given together. A relation of nothing or less, as corrections leave it, is none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import log
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CLASSES = ("concentrated", "both", "important", "neither")
"""Classes of relations, as A, B, C and D of the OECD: the donor gives the partner more than its
share of all; it does so and is important; it is important only; or neither."""
_IMPORTANT = Fraction(9, 10)


class Relation(NamedTuple):
    """What one donor gives to one partner.

    Attributes:
        donor: IRI or code of the donor.
        partner: IRI or code of the country or sector.
        amount: How much; relations of one donor and partner are added.
    """

    donor: str
    partner: str
    amount: Fraction


@dataclass(frozen=True)
class Concentration:
    """How the relations of one partner, or of one donor, stand to each other.

    Attributes:
        relations: How many relations it has: the denominator of the ratios.
        amount: Sum of their amounts.
        classes: How many of them are of each class, in the order of `CLASSES`.
        herfindahl: Sum of the squares of the shares, from one over `relations` to 1.
        theil: Sum of shares times the logarithm of share times number; 0 if all are alike, the
            logarithm of `relations` at most.
    """

    relations: int
    amount: Fraction
    classes: tuple[int, int, int, int]
    herfindahl: float
    theil: float

    @property
    def fragmentation(self) -> float:
        """Share of the relations that are neither concentrated nor important."""
        return self.classes[-1] / self.relations

    @property
    def narrow(self) -> float:
        """Share of the relations that are both concentrated and important."""
        return self.classes[1] / self.relations

    @property
    def broad(self) -> float:
        """Share of the relations that are concentrated or important: all others of them."""
        return sum(self.classes[:-1]) / self.relations


def sum_relations(relations: Iterable[Relation]) -> dict[tuple[str, str], Fraction]:
    """Add the amounts of each donor and partner; what is not above zero is no relation.

    Args:
        relations: In any order.

    Examples:
        >>> sum_relations([Relation("a", "x", Fraction(2)), Relation("a", "x", Fraction(-2))])
        {}
    """
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for donor, partner, amount in relations:
        sums[donor, partner] += amount
    return {key: amount for key, amount in sums.items() if amount > 0}


def classify_relations(relations: Iterable[Relation]) -> dict[tuple[str, str], str]:
    """Give each relation its class.

    A relation is concentrated if the donor's share of what the partner receives is above its
    share of all amounts. It is important if the donor is among the largest who together give
    90 % to the partner: if those who give more than it does give less than 90 %, so that donors
    of equal amounts are alike.

    Args:
        relations: All relations of all donors and partners, since shares of all are compared.

    Returns:
        One of `CLASSES` by donor and partner.

    Source:
        S. Steensen, OECD Development Co-operation Directorate, 1 December 2009.

    Examples:
        >>> one, two = Relation("a", "x", Fraction(99)), Relation("b", "x", Fraction(1))
        >>> classify_relations([one, two, Relation("b", "y", Fraction(10))])["b", "x"]
        'neither'
    """
    sums = sum_relations(relations)
    total = sum(sums.values(), Fraction())
    given = _add(sums, 0)
    received = _add(sums, 1)
    important = _find_important(sums, received)
    return {
        (donor, partner): CLASSES[
            _rank(amount * total > given[donor] * received[partner], (donor, partner) in important)
        ]
        for (donor, partner), amount in sums.items()
    }


def _rank(is_concentrated: bool, is_important: bool) -> int:
    if is_concentrated:
        return 1 if is_important else 0
    return 2 if is_important else 3


def _add(sums: Mapping[tuple[str, str], Fraction], side: int) -> dict[str, Fraction]:
    """Add the amounts of all donors (side 0) or partners (side 1)."""
    added: dict[str, Fraction] = defaultdict(Fraction)
    for key, amount in sums.items():
        added[key[side]] += amount
    return added


def _find_important(
    sums: Mapping[tuple[str, str], Fraction], received: Mapping[str, Fraction]
) -> set[tuple[str, str]]:
    amounts: dict[str, Counter[Fraction]] = defaultdict(Counter)
    for (_, partner), amount in sums.items():
        amounts[partner][amount] += 1
    least: dict[str, Fraction] = {}
    for partner, counts in amounts.items():
        so_far = Fraction()
        for amount in sorted(counts, reverse=True):
            if so_far >= _IMPORTANT * received[partner]:
                break
            least[partner] = amount
            so_far += amount * counts[amount]
    return {key for key, amount in sums.items() if amount >= least[key[1]]}


def measure_partners(relations: Iterable[Relation]) -> dict[str, Concentration]:
    """Measure each partner: who gives to it, and how alike.

    Args:
        relations: As for `classify_relations`.

    Returns:
        Figures by partner; a partner without a relation has none.

    Examples:
        >>> relations = [Relation("a", "x", Fraction(3)), Relation("b", "x", Fraction(1))]
        >>> found = measure_partners(relations)
        >>> found["x"].relations, found["x"].herfindahl
        (2, 0.625)
    """
    return _measure(list(relations), 1)


def measure_donors(relations: Iterable[Relation]) -> dict[str, Concentration]:
    """Measure each donor: to whom it gives, and how alike.

    Args:
        relations: As for `classify_relations`.
    """
    return _measure(list(relations), 0)


def _measure(relations: list[Relation], side: int) -> dict[str, Concentration]:
    classes = classify_relations(relations)
    groups: dict[str, list[tuple[Fraction, str]]] = defaultdict(list)
    for key, amount in sum_relations(relations).items():
        groups[key[side]].append((amount, classes[key]))
    return {one: _describe(group) for one, group in groups.items()}


def _describe(group: list[tuple[Fraction, str]]) -> Concentration:
    amounts = [amount for amount, _ in group]
    counts = Counter(its_class for _, its_class in group)
    return Concentration(
        relations=len(group),
        amount=sum(amounts, Fraction()),
        classes=(counts["concentrated"], counts["both"], counts["important"], counts["neither"]),
        herfindahl=measure_herfindahl(amounts),
        theil=measure_theil(amounts),
    )


def measure_herfindahl(amounts: Iterable[Fraction]) -> float:
    """Add the squares of shares.

    Args:
        amounts: Above zero; at least one.

    Returns:
        From one over their number, if all are alike, to 1.

    Source:
        Herfindahl (1950); in fractions, as against percentages up to 10 000.

    Examples:
        >>> measure_herfindahl([Fraction(1), Fraction(1)])
        0.5
    """
    every = list(amounts)
    total = sum(every, Fraction())
    return float(sum((amount / total) ** 2 for amount in every))


def measure_theil(amounts: Iterable[Fraction]) -> float:
    """Add shares times the logarithm of share times number.

    Args:
        amounts: Above zero; at least one.

    Returns:
        From 0, if all are alike, to the natural logarithm of their number.

    Source:
        Theil (1967), as used for donors by Acharya, Fuzzo de Lima and Moore (2006).

    Examples:
        >>> measure_theil([Fraction(1), Fraction(1)])
        0.0
    """
    every = list(amounts)
    total = sum(every, Fraction())
    shares = [float(amount / total) for amount in every]
    return max(0.0, sum(share * log(share * len(shares)) for share in shares if share))


def count_donors(relations: Iterable[Relation]) -> dict[str, int]:
    """Count the donors of each partner, such as a sector of one country.

    Args:
        relations: In any order.

    Examples:
        >>> count_donors([Relation(donor, "health", Fraction(1)) for donor in "ab"])
        {'health': 2}
    """
    return dict(Counter(partner for _, partner in sum_relations(relations)))
