"""What the report says of itself, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.words.counts import spell_count, write_count
from devcoop.words.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Sequence

FIGURES = {
    "findings": ("pairs of initiatives close enough to talk about", "pairs compared"),
    "unlinked_overlaps": (
        "overlaps for which neither plan names the other agency as one to coordinate with",
        "overlaps",
    ),
    "unserved_themes": ("not found in these plans", "themes looked at"),
}
"""The figures of the first screen, by name: what is counted, and out of what."""
_UNSERVED = {
    (False, False): "not found in these plans",
    (False, True): "not known to be in these plans",
    (True, False): "on which no initiative in these limits acts",
    (True, True): "on which no initiative in these limits is known to act",
}
NO_SUBJECT = "No common subject"
"""What stands for the subject of findings that have none in common."""
_OPEN = {"theme": ("subject", "subjects"), "beneficiary": ("group", "groups")}
"""What initiatives may leave open, by facet: one of them, and several."""
_MOST_NAMED = 4
_OF_ONE = {
    True: "what is planned and what is left open",
    False: "its initiatives and what they leave open",
}
_OF_ISSUERS = "where it meets others and what is left open"


def name_unserved(*, is_limited: bool, is_open: bool) -> tuple[str, str]:
    """Say which themes are counted as not served, and out of what.

    Args:
        is_limited: Whether a report is limited to something that plans as a whole do not tell of.
        is_open: Whether some initiatives state no theme, so that they may act on any.

    Examples:
        >>> name_unserved(is_limited=False, is_open=True)
        ('not known to be in these plans', 'themes looked at')
    """
    return _UNSERVED[is_limited, is_open], FIGURES["unserved_themes"][1]


def say_title(
    agencies: Sequence[str], limits: str = "", *, issuers: str = "", have_plans: bool = True
) -> str:
    """Give the title: whose plans are compared.

    Args:
        agencies: Their short names; counted where they are too many to be named.
        limits: Where, on what and when, if the report is limited to that.
        issuers: Whose initiatives it is limited to, if it is.
        have_plans: Whether each of the agencies has issued a plan that is compared, and not a
            list that reports what was done.

    Examples:
        >>> say_title(["ISO", "UNIDO"])
        'ISO and UNIDO: where their plans meet and what they leave open'
        >>> say_title(["ISO", "UNIDO"], "in Kenya")
        'ISO and UNIDO in Kenya: where their plans meet and what they leave open'
        >>> say_title(["ISO", "UNIDO"], "in Kenya", issuers="ISO")
        'ISO in Kenya: where it meets others and what is left open'
        >>> say_title(["ISO", "UNIDO"], have_plans=False)
        'ISO and UNIDO: where their initiatives meet and what they leave open'
        >>> say_title(["ISO"])
        'ISO: what is planned and what is left open'
        >>> say_title(["ISO"], have_plans=False)
        'ISO: its initiatives and what they leave open'
    """
    if issuers:
        return f"{' '.join(filter(None, (issuers, limits)))}: {_OF_ISSUERS}"
    if not agencies and limits:
        return f"No agency is known to plan anything {limits}"
    many = len(agencies) > _MOST_NAMED
    who = spell_count(len(agencies), "agency", "agencies") if many else ENGLISH.join(list(agencies))
    what = f"where their {'plans' if have_plans else 'initiatives'} meet and what they leave open"
    if len(agencies) == 1:
        what = _OF_ONE[have_plans]
    return f"{' '.join(filter(None, (who, limits)))}: {what}"


def say_scored(near: int, scored: int, best: int | None = None) -> str:
    """Say which of the pairs were scored, where not all were.

    Args:
        near: Number of pairs that were looked at one by one.
        scored: Number of those that may be findings.
        best: Most findings of each initiative that were kept; None if all were.

    Examples:
        >>> say_scored(111853, 9332).partition("; ")[0]
        '111,853 are near in subject and may share a place'
    """
    number = ENGLISH.number
    if best:
        return (
            f"{number(near)} are near in subject and may share a place; of the findings among "
            f"them, the {best} closest of each initiative and of each two agencies are kept, "
            f"{number(scored)}."
        )
    return (
        f"{number(near)} are near in subject and may share a place; the {number(scored)} of them "
        "that may be findings were scored."
    )


def say_scored_of_all(near: int, scored: int, best: int | None = None) -> str:
    """Say which of all pairs were scored, where a report is limited to some of them.

    Args:
        near: As for `say_scored`.
        scored: Likewise.
        best: Likewise.

    Examples:
        >>> say_scored_of_all(111853, 9332).partition(";")[0]
        'Of all pairs, 111,853 are near in subject and may share a place'
    """
    return f"Of all pairs, {say_scored(near, scored, best)}"


def say_folded(subjects: int, findings: int) -> str:
    """Say how many findings stand behind the rows of a list that tells each subject once.

    Args:
        subjects: Number of subjects of two agencies.
        findings: Number of pairs that are findings.

    Examples:
        >>> say_folded(12, 43)
        '43 pairs on 12 subjects of two agencies; --each lists every pair.'
        >>> say_folded(1, 1)
        '1 pair on 1 subject of two agencies.'
    """
    told = f"{write_count(findings, 'pair')} on {write_count(subjects, 'subject')}"
    rest = "; --each lists every pair" if findings > subjects else ""
    return f"{told} of two agencies{rest}."


def say_first(listed: int) -> str:
    """Say that a list ends before all is told, and how to come by the rest.

    Args:
        listed: Number of rows that are listed.

    Examples:
        >>> say_first(1000)
        'The first 1,000 are listed; --top lists more or fewer, --each all.'
    """
    number = ENGLISH.number(listed)
    return f"The first {number} are listed; --top lists more or fewer, --each all."


def say_listed(found: int, listed: int, best: int, *, is_short: bool = False) -> str:
    """Say which findings are shown one by one, where not all are.

    Args:
        found: Number of findings.
        listed: Number of those that are shown.
        best: Most findings of two agencies that are shown.
        is_short: Whether not even one of each two agencies is shown.

    Examples:
        >>> say_listed(9143, 60, 10).partition(";")[0]
        'Shown are the 10 closest of each two agencies, 60 of 9,143'
        >>> say_listed(27360, 2000, 1, is_short=True).partition(";")[0]
        'Shown is the closest of each two agencies, and of these the 2,000 closest, out of 27,360'
    """
    shown = "is the closest" if best == 1 else f"are the {best} closest"
    return (
        f"Shown {shown} of each two agencies, {_say_how_many(found, listed, is_short=is_short)}; "
        "overlaps.csv has all; gaps.csv tells of those shown."
    )


def say_held(found: int, held: int, best: int, *, is_short: bool = False) -> str:
    """Say which findings a file holds, where it does not hold all.

    Args:
        found: Number of findings.
        held: Number of those that it holds.
        best: Most findings of two agencies that it holds.
        is_short: Whether it holds not even one of each two agencies.

    Examples:
        >>> say_held(9143, 60, 10)
        'Holds the 10 closest findings of each two agencies, 60 of 9,143.'
    """
    closest = "closest finding" if best == 1 else f"{best} closest findings"
    how_many = _say_how_many(found, held, is_short=is_short)
    return f"Holds the {closest} of each two agencies, {how_many}."


def _say_how_many(found: int, listed: int, *, is_short: bool) -> str:
    number = ENGLISH.number
    if is_short:
        return f"and of these the {number(listed)} closest, out of {number(found)}"
    return f"{number(listed)} of {number(found)}"


def say_open(facet: str, number: int, suggested: int, of: int) -> str:
    """Say how many initiatives leave a facet open, so that zero is not taken for nobody.

    Args:
        facet: Name of the facet.
        number: How many state nothing.
        suggested: For how many of these something is suggested.
        of: How many initiatives there are.

    Examples:
        >>> say_open("theme", 280, 0, 552)
        'For 280 of 552 initiatives no subject is stated: these numbers do not count them.'
        >>> say_open("beneficiary", 280, 20, 552).partition(": ")[2]
        'these numbers do not count them, nor the groups that are suggested for 20 of them.'
    """
    one, several = _OPEN[facet]
    told = (
        f"For {ENGLISH.number(number)} of {write_count(of, 'initiative')} no {one} is stated: "
        "these numbers do not count them"
    )
    if suggested:
        told += f", nor the {several} that are suggested for {ENGLISH.number(suggested)} of them"
    return f"{told}."


def say_others(number: int) -> str:
    """Head the column of agencies that have none of their own; empty if there are none.

    Examples:
        >>> say_others(1), say_others(125)
        ('1 other', '125 others')
    """
    return write_count(number, "other") if number else ""


def say_columns(shown: int, of: int) -> str:
    """Say which agencies have a column of their own, where not all have.

    Args:
        shown: Number of those that have.
        of: Number of all.

    Examples:
        >>> say_columns(12, 137)
        'Of 137 agencies, the 12 with most initiatives have a column of their own.'
    """
    number = ENGLISH.number
    return (
        f"Of {number(of)} agencies, the {number(shown)} with most initiatives have a column of "
        "their own."
    )


def say_scope(plans: int, initiatives: int, pairs: int) -> str:
    """Say how much is compared.

    Args:
        plans: Number of plans.
        initiatives: Number of initiatives.
        pairs: Number of pairs.

    Examples:
        >>> say_scope(3, 165, 8876)
        'Three plans, 165 initiatives, 8,876 pairs compared.'
    """
    return (
        f"{spell_count(plans, 'plan')}, {write_count(initiatives, 'initiative')}, "
        f"{ENGLISH.number(pairs)} pairs compared."
    )
