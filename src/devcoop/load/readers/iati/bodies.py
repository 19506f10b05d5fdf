"""Organisations of an activity: who reports it, who takes part; whom to contact is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.load.readers.iati.texts import (
    describe,
    local,
    read_line,
    read_more_lines,
    squeeze_code,
)
from devcoop.load.records import Body

if TYPE_CHECKING:
    from devcoop.load.markup import Tag
    from devcoop.load.readers.iati.draft import Draft

_ROLES = {
    "1": "funding", "2": "accountable", "3": "extending", "4": "implementing",
    "funding": "funding", "accountable": "accountable", "extending": "extending",
    "implementing": "implementing",
}  # fmt: skip
"""Roles by their codes, and by the words of version 1 in small letters."""
_OF_BODIES = frozenset({"ref", "type", "role", "activity-id"})
_PERSONAL = frozenset({"person-name", "email", "telephone", "job-title", "mailing-address"})


def take_reporter(draft: Draft, node: Tag) -> None:
    """Take over who reports the activity: the first that is named."""
    body = read_body(draft, node, "")
    if body is None or draft.agency is not None:
        draft.keep_all("reporting-org", node)
        return
    draft.agency = body
    draft.file.agency = draft.file.agency or body
    _keep_rest(draft, node)


def take_participant(draft: Draft, node: Tag) -> None:
    """Take over who takes part, in its role."""
    written = squeeze_code(node.get("role"))
    role = _ROLES.get(written.lower(), "")
    if not role:
        draft.tell("read", "The role of an organisation is not known; it is a partner.", node)
        draft.keep("participating-org/@role", written)
    body = read_body(draft, node, role or "partner")
    draft.refer("participant", node.get("activity-id"))
    if body is None:
        draft.tell("read", "An organisation that takes part has no name.", node)
        draft.keep_all("participating-org", node)
        return
    draft.bodies.append(body)
    _keep_rest(draft, node)


def read_body(draft: Draft, node: Tag, role: str) -> Body | None:
    """Read an organisation by its name, or else its identifier; None if it has neither."""
    reference, name = squeeze_code(node.get("ref")), read_line(node)
    if not name and not reference:
        return None
    key = (name, reference, squeeze_code(node.get("type")), role)
    known = draft.file.bodies.get(key)
    if known is None:
        known = draft.file.bodies[key] = Body(
            name or reference, draft.where, role=role, identifier=reference, kind=key[2]
        )
    return known


def _keep_rest(draft: Draft, node: Tag) -> None:
    """Keep other names of an organisation, and what else is said of it."""
    heading = str(node.tag)
    for text in read_more_lines(node):
        draft.keep(heading, text)
    for name, value in node.items():
        if name not in _OF_BODIES and name[0] != "{" and value:
            draft.keep(f"{heading}/@{name}", value)


def take_contact(draft: Draft, node: Tag) -> None:
    """Keep the organisation to contact; leave out persons and their addresses, and tell it."""
    parts = [f"{local(name)} {value}" for name, value in node.items() if value]
    is_personal = False
    for child in node[:]:
        if child.tag in _PERSONAL:
            is_personal = is_personal or bool(describe(child))
        elif said := describe(child):
            parts.append(f"{local(str(child.tag))}: {said}")
    if is_personal:
        what = "Names, functions and addresses of whom to contact are left out."
        draft.tell("lost", what, node)
    draft.keep("contact-info", "; ".join(parts))
