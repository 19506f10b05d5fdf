"""Where on the page something stands: names of link targets.

An anchor depends on the thing alone, never on its place in a list, so that a link into the
page still works after the next run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devcoop.names import make_relative

if TYPE_CHECKING:
    from devcoop.overlap.conversations import Conversation


def _encode(text: str) -> str:
    """Write any text with characters that an `id` and a link both take as they are."""
    return re.sub(r"[^A-Za-z0-9.-]", lambda match: f"_{ord(match[0]):x}_", text)


def anchor_initiative(iri: str) -> str:
    """Name the target of an initiative.

    Examples:
        >>> anchor_initiative("https://w3id.org/devcoop/element/iso-2016-2020/output-1.1")
        'initiative-element-iso-2016-2020-output-1.1'
        >>> anchor_initiative("https://example.org/a b")
        'initiative-https_3a_--example.org-a_20_b'
    """
    return f"initiative-{anchor_concept(iri)}"


def anchor_concept(iri: str) -> str:
    """Name the target of a theme, group or country.

    Examples:
        >>> anchor_concept("https://w3id.org/devcoop/theme/metrology")
        'theme-metrology'
    """
    return "-".join(map(_encode, make_relative(iri).split("/")))


def anchor_subject(conversation: Conversation) -> str:
    """Name the target of the findings that belong to one conversation."""
    parts = (conversation.left_agency, conversation.right_agency, conversation.subject)
    return "-".join(["subject", *map(anchor_concept, parts)])


def anchor_check(name: str) -> str:
    """Name the target of a question about gaps.

    Examples:
        >>> anchor_check("themes-without-undertaking")
        'gap-themes-without-undertaking'
    """
    return f"gap-{_encode(name)}"
