"""What is found, in one sentence each, as findings carry it in RDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.words.codes import TYPES_IN_SENTENCES
from devcoop.words.gaps import say_check

if TYPE_CHECKING:
    from devcoop.model import Cell, GapCheck
    from devcoop.words.explanations import Told
    from devcoop.words.gaps import GapWords

METHOD_LABEL = "facet comparison, version 2"
"""What the method of the comparison is called."""


def describe_pair(told: Told, kind: str) -> str:
    """Say what was found about two initiatives.

    Args:
        told: Why they meet.
        kind: Slug of the finding type.
    """
    return f"{told.headline} ({TYPES_IN_SENTENCES[kind]}). {told.when} {told.where}"


def describe_gap(check: GapCheck, cell: Cell, gap_words: GapWords) -> str:
    """Say what nobody serves, and what was looked at.

    Args:
        check: The question.
        cell: The gap.
        gap_words: Says what gaps are about.
    """
    label, scope = gap_words.cell(check, cell).text, gap_words.scope(check, cell).text
    return f"{label}: {say_check(check, 'reason').text} (looked at: {scope})"
