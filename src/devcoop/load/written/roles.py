"""Roles of those who take part, as lists and plans of others name them."""

from __future__ import annotations

import re

_WORDS = (
    ("funding", r"fund|donor|bailleur|donante|financ"),
    ("implementing", r"implement|perform|ejecutor|mise en|exécut"),
    ("coordinating", r"coord"),
    ("lead", r"\blead|chef de file|programm"),
    ("partner", r"partner|partenaire|socio"),
    ("beneficiary", r"beneficiar|bénéficiaire"),
)
_ROLES = tuple((role, re.compile(words, re.IGNORECASE)) for role, words in _WORDS)


def find_role(text: str) -> str:
    """Find the role that words in English, French or Spanish name.

    Args:
        text: What is said of somebody's role.

    Returns:
        Last part of the IRI of the role, as in `ontology/schemes/role.ttl`; empty text if the
        words name none that is known.

    Examples:
        >>> find_role("Funding agency"), find_role("Chef de file"), find_role("Observer")
        ('funding', 'lead', '')
    """
    return next((role for role, words in _ROLES if words.search(text)), "")
