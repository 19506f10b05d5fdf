"""Stakeholders of StratML: who takes part and in which role, in which sector, and for where.

StratML has two types of role and free text beside them; a role counts as said where the text
is nothing but a word for it. Some files name sectors as groups of stakeholders, and the country
that a plan is for as a stakeholder of who issues it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale

from devcoop.load.markup import read_name
from devcoop.load.readers.stratml.draft import whole_text
from devcoop.load.records import Body, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.load.markup import Tag
    from devcoop.load.readers.stratml.draft import Draft

_FUNDERS = (
    "donor",
    "donor agency",
    "funder",
    "funding agency",
    "funding body",
    "funding organisation",
    "funding organization",
    "funding source",
)
ROLES = {
    "performer": "implementing",
    **dict.fromkeys(_FUNDERS, "funding"),
    **{
        role: role
        for role in (
            "accountable",
            "advising",
            "approving",
            "beneficiary",
            "co-lead",
            "contributor",
            "coordinating",
            "data-provider",
            "extending",
            "funding",
            "host",
            "implementing",
            "issuing",
            "lead",
            "mandating",
            "member",
            "partner",
            "platform",
            "stakeholder",
            "supervising",
        )
    },
}
"""Roles by the word for them; those of devcoop are as `export -f stratml` writes them."""
_GROUP = "Generic_Group"
_SECTOR_NAME = re.compile(r"(?:[\w.]+ )*sector name|sector")
_SECTOR = re.compile(r"\s+sectors?$", re.IGNORECASE)
_GOVERNMENT = re.compile(r"(?:the )?(?:government|people)s? of (?:the )?", re.IGNORECASE)
_COUNTRY_CODE = re.compile(r"(?!EU|EZ|UN|QO|XA|XB|ZZ)[A-Z]{2}")
"""Codes of countries among those of territories; the others are groups of them, or none."""


@dataclass(frozen=True)
class Involved:
    """What the stakeholders of an element say of it.

    Attributes:
        bodies: Who takes part; one of two roles is given once for each.
        facets: The sectors that are named among them.
    """

    bodies: tuple[Body, ...] = ()
    facets: tuple[tuple[str, Value], ...] = ()


NOBODY = Involved()
"""No stakeholder is named."""


def is_stakeholder(node: Tag) -> bool:
    """Tell whether an element of the file is a stakeholder, alone or in a list of them."""
    around = node.getparent()
    in_list = around is not None and read_name(around) == "Stakeholders"
    return read_name(node) == "Stakeholder" or in_list


def find_stakeholders(node: Tag) -> list[Tag]:
    """Find the stakeholders of an element of the file, not of those below it."""
    return [
        one
        for child in node
        for one in (child if read_name(child) == "Stakeholders" else (child,))
        if is_stakeholder(one)
    ]


def tell_nobody(draft: Draft, node: Tag) -> None:
    """Tell of a stakeholder without a name."""
    if not whole_text(node):
        what = "A stakeholder has no name and no description, so that it names nobody."
    else:
        what = "A stakeholder has no name; what is said of it is kept as a note."
    draft.tell("read", what, node)


def read_involved(draft: Draft, node: Tag, *, keep_sectors: bool = True) -> Involved:
    """Read the stakeholders of an element of the file.

    Args:
        draft: What is known so far.
        node: The element.
        keep_sectors: Whether it may have sectors; if not, they are groups that take part.
    """
    bodies: list[Body] = []
    sectors: list[tuple[str, Value]] = []
    for one in find_stakeholders(node):
        if keep_sectors and _is_sector(draft, one):
            sectors.append(("sector", _read_sector(draft, one)))
        else:
            bodies += _read_stakeholder(draft, one)
    return Involved(tuple(bodies), tuple(sectors))


def _read_stakeholder(draft: Draft, node: Tag) -> Iterator[Body]:
    reference = draft.find(node, "ReferenceIdentifier", "ReferentIdentifier")
    name = draft.take_line(node, "Name") or _look_up(draft, reference)
    if not name:
        tell_nobody(draft, node)
        return
    draft.called[node] = name
    if reference is not None:
        draft.use(reference)
    kind = _take_kind(draft, node)
    for role in _read_roles(draft, node) or ("",):
        identifier = draft.take_line(node, "Identifier")
        text = kind.replace("_", " ")
        yield Body(name, draft.where(node), role, identifier, text, kind == _GROUP)


def _take_kind(draft: Draft, node: Tag) -> str:
    kind = node.get("StakeholderTypeType", "").strip()
    if kind:
        draft.use(node, "StakeholderTypeType")
    return kind


def _look_up(draft: Draft, reference: Tag | None) -> str:
    """Find the name of the organization that a stakeholder refers to."""
    wanted = "" if reference is None else whole_text(reference)
    node = draft.described.get(("Organization", wanted))
    name = None if node is None else draft.find(node, "Name")
    return "" if name is None else " ".join(whole_text(name).split())


# Roles


def _read_roles(draft: Draft, node: Tag) -> tuple[str, ...]:
    """Read the roles that are given by their word; what else is said of a role is a note."""
    found: dict[str, None] = {}
    for one in _find_roles(draft, node):
        role = ROLES.get(_plain(one))
        if role:
            draft.use(one)
            found[role] = None
    return tuple(found)


def _find_roles(draft: Draft, node: Tag) -> list[Tag]:
    """Find where a role may be said: by type, by name, or in what describes it or the whole."""
    roles = [one for one in node.iterdescendants() if read_name(one) == "RoleType"]
    said: list[Tag | None] = []
    for one in node:
        if read_name(one) == "Role" and not any(read_name(child) == "RoleType" for child in one):
            named = [draft.find(one, "Name"), draft.find(one, "Description")]
            said += named if len(one) else [one]
    return roles + [one for one in (*said, draft.find(node, "Description")) if one is not None]


def _plain(node: Tag) -> str:
    return " ".join(whole_text(node).split()).rstrip(".").lower()


# Sectors


def _is_sector(draft: Draft, node: Tag) -> bool:
    """Tell whether a group is said to be a sector, such as "International Sector Name"."""
    told = draft.find(node, "Description")
    is_group = node.get("StakeholderTypeType", "").strip() == _GROUP
    is_named = draft.find(node, "Name") is not None
    is_said = told is not None and _SECTOR_NAME.fullmatch(_plain(told)) is not None
    return is_group and is_named and is_said


def _read_sector(draft: Draft, node: Tag) -> Value:
    """Read the name of a sector; which list it is from, as its description says, is a note."""
    name = draft.take_line(node, "Name")
    draft.called[node] = name
    _take_kind(draft, node)
    return Value(_SECTOR.sub("", name), draft.where(node))


# Places


def find_places(draft: Draft, title: str, *, otherwise: str = "") -> tuple[Value, ...]:
    """Find the countries that a plan is for: stakeholders of who issues it that are countries.

    A country may be a stakeholder for other reasons, such as another donor; so the title must
    name it as well, or it must be said to be served. A title alone, as in "A strategy of
    Canada", may name who acts, so this is only told.

    Args:
        draft: What is known so far.
        title: What the plan is called.
        otherwise: The country that it is for if the file does not say one.
    """
    found: dict[str, Tag] = {}
    for node in draft.root.iter():
        around = node.getparent()
        if is_stakeholder(node) and around is not None and _is_of_issuer(around):
            country = _find_country(draft, node)
            if country and (_names(title, country) or "beneficiary" in _hear_roles(draft, node)):
                found.setdefault(country, node)
    for node in found.values():
        what = (
            "A country is a stakeholder of who issues the plan, and served or named in the title;"
            " it is taken for the place of the plan."
        )
        draft.tell("read", what, node)
    if not found and otherwise:
        return (Value(otherwise),)
    if not found and any(_names(title, one) for one in _list_countries()):
        what = "The title has the name of a country; whether the plan is for it is not known."
        draft.tell("read", f"{what} `--place` says it.", draft.root)
    return tuple(Value(country, draft.where(node)) for country, node in found.items())


def _is_of_issuer(node: Tag) -> bool:
    around = node.getparent() if read_name(node) == "Stakeholders" else node
    return around is not None and read_name(around) == "Organization"


def _find_country(draft: Draft, node: Tag) -> str:
    """Find the country that a stakeholder is, or whose government it is; else empty."""
    named = draft.find(node, "Name")
    name = "" if named is None else " ".join(whole_text(named).split())
    country = _GOVERNMENT.sub("", name, count=1) if _GOVERNMENT.match(name) else name
    return country if country.lower() in {one.lower() for one in _list_countries()} else ""


def _hear_roles(draft: Draft, node: Tag) -> set[str]:
    return {ROLES.get(_plain(one), "") for one in _find_roles(draft, node)}


def _names(title: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", title, re.IGNORECASE) is not None


@cache
def _list_countries() -> frozenset[str]:
    """List the English names of countries and territories in the locale data."""
    named = Locale("en").territories.items()
    return frozenset(name for code, name in named if _COUNTRY_CODE.fullmatch(code))
