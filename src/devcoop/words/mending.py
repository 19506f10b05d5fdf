"""How an officer mends in her workbook what a rule finds in the graph that was made of it."""

from __future__ import annotations

from devcoop.names import DEVC, term
from devcoop.words import form

_CELLS = {
    str(DEVC[name]): form.INITIATIVES[key].heading
    for name, key in {
        "arena": "arena",
        "beneficiaryGroup": "beneficiary",
        "function": "function",
        "hasStatus": "status",
        "instrument": "instrument",
        "sector": "sector",
        "targetArea": "places",
        "theme": "theme",
        "undertakingType": "type",
    }.items()
} | {
    term("dcterms:description"): form.INITIATIVES["description"].heading,
    term("dcterms:language"): form.PLAN["language"].heading,
    term("dcterms:license"): form.PLAN["licence"].heading,
    term("dcterms:temporal"): f"{form.INITIATIVES['start'].heading}” and “"
    f"{form.INITIATIVES['end'].heading}",
    str(DEVC.resultLevel): form.RESULTS["level"].heading,
}
"""Headings of the template, by the property that a rule looks at."""
_CHECKS = {
    "implementer-not-named": (
        f"write who carries it out under “{form.INITIATIVES['partners'].heading}”, with the role in"
        " brackets"
    ),
    "money-not-findable": "nothing; who pays is found by the role",
    "title-not-in-french": "nothing, unless pages in French are to show a French title",
}
"""What is to be done by the name of a check."""


def say_mending(rule: str, path: str) -> str:
    """Say what to do in the workbook.

    Args:
        rule: Name of the rule that is broken.
        path: IRI of the property that it looks at; empty if it looks at none.

    Returns:
        One sentence; empty if the workbook has no cell for it.

    Examples:
        >>> say_mending("Undertaking-theme", "https://w3id.org/devcoop/ns#theme")
        'In the workbook: fill in “Themes”, if the plan says it, and load it again.'
        >>> say_mending("CoordinationLink-linkThrough", "https://w3id.org/devcoop/ns#linkThrough")
        ''
    """
    if rule in _CHECKS:
        return f"In the workbook: {_CHECKS[rule]}."
    heading = _CELLS.get(path, "")
    if not heading:
        return ""
    return f"In the workbook: fill in “{heading}”, if the plan says it, and load it again."
