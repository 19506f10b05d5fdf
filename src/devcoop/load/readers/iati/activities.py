"""An activity of IATI as elements: the activity itself, its results and their indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.load.markup import make_finder
from devcoop.load.readers.iati.bodies import take_contact, take_participant, take_reporter
from devcoop.load.readers.iati.days import find_period, take_day
from devcoop.load.readers.iati.draft import Draft, File
from devcoop.load.readers.iati.money import (
    make_amounts,
    take_budget,
    take_planned,
    take_transaction,
)
from devcoop.load.readers.iati.places import (
    take_country,
    take_location,
    take_region,
    take_sector,
    take_tag,
)
from devcoop.load.readers.iati.results import take_result
from devcoop.load.readers.iati.texts import (
    LANGUAGE,
    describe,
    local,
    read_line,
    read_texts,
    squeeze,
    squeeze_code,
)
from devcoop.load.records import Element, Text, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devcoop.load.markup import Tag

_STATUS = {
    "1": "planned", "2": "running", "3": "finalising", "4": "done", "5": "cancelled",
    "6": "suspended",
    "pipeline/identification": "planned", "implementation": "running", "completion": "finalising",
    "finalisation": "finalising", "post-completion": "done", "closed": "done",
    "cancelled": "cancelled", "suspended": "suspended",
}  # fmt: skip
"""Status in the scheme of the project, by the codes of IATI and their names in all versions."""
_RELATED = {
    "1": "parent", "2": "child", "3": "sibling", "4": "co-funded", "5": "third-party",
}  # fmt: skip
_KINDS_OF_REFERENCE = frozenset(_RELATED.values())
_OF_THE_ORGANISATION = "B"
"""First letter of the codes of identifiers that are of the organisation and not of the activity."""
_USED = frozenset({LANGUAGE, "default-currency"})
_NESTED = ("document-link", "location")
_IDENTIFIER = "iati-identifier"
_find_languages = make_finder("descendant::narrative/@xml:lang")


def read_activity(file: File, node: Tag, xpath: str) -> Iterator[Element]:
    """Read an activity.

    Args:
        file: What is known of the file; what is told and counted goes there.
        node: The activity.
        xpath: Where it stands.

    Returns:
        The activity, then each of its results with its indicators.
    """
    draft = Draft(file, file.place(node, xpath), node.get(LANGUAGE) or file.language)
    file.defaults[draft.language] += 1
    draft.currency = node.get("default-currency") or file.currency
    children = node[:]
    tags = [str(child.tag) for child in children]
    draft.identifier = children[tags.index(_IDENTIFIER)] if _IDENTIFIER in tags else None
    _take_key(draft, node)
    _keep_attributes(draft, node)
    for tag, child in zip(tags, children, strict=True):
        take = _TAKE.get(tag)
        if take is None:
            draft.keep_all(local(tag), child)
        else:
            take(draft, child)
        tail = child.tail
        if tail and not tail.isspace():
            draft.keep("iati-activity", squeeze(tail))
    _count(file, node, tags)
    yield _make_element(draft, node)
    yield from draft.results


def _make_element(draft: Draft, node: Tag) -> Element:
    file = draft.file
    start, end = find_period(draft, node)
    file.counts["activities"] += 1
    file.counts["activities without title text"] += not draft.titles
    file.counts["activities without any geography"] += not draft.places
    is_same = draft.agency is None or draft.agency == file.agency
    return Element(
        kind="Undertaking",
        key=draft.key,
        where=draft.where,
        titles=file.clean_texts(draft.titles, draft.where),
        descriptions=file.clean_texts(draft.descriptions, draft.where),
        agency=None if is_same else draft.agency,
        bodies=tuple(draft.bodies),
        places=tuple(draft.places.values()),
        facets=tuple((facet, value) for (facet, _), value in draft.facets.items()),
        start=start,
        end=end,
        amounts=make_amounts(draft),
        contributes_to=tuple(draft.contributes_to),
        shares=tuple(draft.shares.values()),
        references=tuple(draft.references.values()),
        sites=tuple(draft.sites),
        goals=tuple(draft.goals),
        notes=draft.make_notes(),
    )


def _count(file: File, node: Tag, tags: list[str]) -> None:
    """Count elements by name, and languages that narratives state anywhere in the activity."""
    file.tags.update(tags)
    file.languages.update(_find_languages(node))
    if "result" in tags:
        for result in node.iter("result"):
            file.tags.update(str(one.tag) for one in result.iter(*_NESTED))


# What identifies it


def pass_activity(file: File, node: Tag, xpath: str) -> None:
    """Pass an activity that another process reads: its key is taken, whatever comes after it.

    Args:
        file: What is known of the file; who reports it is found, and nothing is counted.
        node: The activity.
        xpath: Where it stands.
    """
    if file.agency is None:
        apart = File(file.language, file.currency, bodies=file.bodies)
        for _ in read_activity(apart, node, xpath):
            pass
        file.agency = apart.agency
    file.place(node, xpath)
    identifier = node.find(_IDENTIFIER)
    _mint(file, "" if identifier is None else read_line(identifier), xpath)


def _mint(file: File, identifier: str, xpath: str) -> str:
    """Give the key of an activity, with or without an identifier."""
    key = file.mint(identifier or f"without identifier, {xpath.rpartition('/')[2]}")
    if identifier:
        file.first.setdefault(identifier, key)
    return key


def _take_key(draft: Draft, node: Tag) -> None:
    """Give an activity its identifier as key; one that is missing or taken gets another."""
    file = draft.file
    identifier = "" if draft.identifier is None else read_line(draft.identifier)
    is_taken = identifier in file.first
    draft.key = _mint(file, identifier, draft.where.xpath)
    if not identifier:
        what = "An activity has no identifier; it is kept under a number."
        draft.tell("unknown", what, node)
        return
    draft.refer("own", identifier)
    if is_taken:
        what = "An identifier occurs more than once; the key of the later activity has a number."
        draft.tell("unknown", what, node)
        draft.keep("iati-identifier", identifier)
    else:
        file.counts["distinct non-empty ids"] += 1


def _take_identifier(draft: Draft, node: Tag) -> None:
    """Keep a second identifier; the first is known already."""
    if node is not draft.identifier:
        draft.keep_all("iati-identifier", node)


def _keep_attributes(draft: Draft, node: Tag) -> None:
    for name, value in node.items():
        if name not in _USED and value:
            draft.keep(f"iati-activity/@{local(name)}", value)
    draft.keep("iati-activity", squeeze(node.text))


# What it is called


def _take_title(draft: Draft, node: Tag) -> None:
    for one in read_texts(node, draft.language):
        draft.titles.append(Text(" ".join(one.value.split()), one.language))


def _take_description(draft: Draft, node: Tag) -> None:
    draft.descriptions += read_texts(node, draft.language)
    if any(len(one) or one.tag != "narrative" for one in node[:]):
        draft.keep_all("description", node)


def _take_status(draft: Draft, node: Tag) -> None:
    written = squeeze_code(node.get("code")) or read_line(node)
    status = _STATUS.get(written.lower())
    if status and not any(facet == "status" for facet, _ in draft.facets):
        draft.facets["status", status] = Value(status, draft.where)
    elif written:
        draft.tell("read", "A status is not known; it is kept as a note.", node)
    if len(node) or squeeze(node.text) or not status:
        draft.keep_all("activity-status", node)


# What else is about it


def _take_related(draft: Draft, node: Tag) -> None:
    """Refer to a related activity; its kind is told if it is none of IATI."""
    code, reference = squeeze_code(node.get("type")), squeeze_code(node.get("ref"))
    kind = _RELATED.get(code) or code.lower()
    if kind not in _KINDS_OF_REFERENCE or not reference:
        draft.tell("read", "How an activity is related is not known; it is kept as a note.", node)
        draft.keep_all("related-activity", node)
        return
    draft.refer(kind, reference)
    if kind == "parent":
        draft.file.parents.append((draft.key, reference))
    elif kind == "child":
        draft.file.children.append((draft.key, reference))
    if text := read_line(node):
        draft.keep("related-activity", f"{reference}: {text}")


def _take_other(draft: Draft, node: Tag) -> None:
    """Refer to the activity under another identifier of its own."""
    kind = squeeze_code(node.get("type"))
    identifier = squeeze_code(node.get("ref")) or read_line(node)
    if identifier and not kind.startswith(_OF_THE_ORGANISATION):
        draft.refer("own", identifier)
    if identifier != describe(node):
        draft.keep_all("other-identifier", node)


_TAKE: dict[str, Callable[[Draft, Tag], None]] = {
    "iati-identifier": _take_identifier,
    "reporting-org": take_reporter,
    "title": _take_title,
    "description": _take_description,
    "participating-org": take_participant,
    "other-identifier": _take_other,
    "activity-status": _take_status,
    "activity-date": take_day,
    "contact-info": take_contact,
    "recipient-country": take_country,
    "recipient-region": take_region,
    "location": take_location,
    "sector": take_sector,
    "tag": take_tag,
    "budget": take_budget,
    "planned-disbursement": take_planned,
    "transaction": take_transaction,
    "related-activity": _take_related,
    "result": take_result,
}
"""What takes over what, by the name of an element; all else is kept."""
