"""An initiative as an activity of IATI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from devcoop import names
from devcoop.export.iati.markup import add, narrate, remark
from devcoop.export.iati.money import INCOMING, add_planned, add_transactions, list_money
from devcoop.export.iati.places import add_places, add_sectors, find_shares
from devcoop.export.iati.results import add_results
from devcoop.names import DEVC
from devcoop.words.iati import ASSUMED, PLAN_PERIOD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.export.iati.facts import Facts, Thing
    from devcoop.export.iati.money import Provision
    from devcoop.export.iati.tally import Tally

_ROLES = {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"}
_RELATED = {"parent": "1", "child": "2", "sibling": "3", "co-funded": "4", "third-party": "5"}
_STATUS = {
    "planned": "1", "pilot": "2", "running": "2", "finalising": "3", "done": "4", "cancelled": "5",
    "stopped": "5", "suspended": "6",
}  # fmt: skip
_RUNNING = "2"
_TYPES = {"un-agency": "40", "intergovernmental": "40", "development-bank": "40",
          "government-body": "10"}  # fmt: skip
_OTHER_TYPE = "90"
_OTHER_IDENTIFIER = "A9"
_TYPE_CODE = re.compile(r"\d\d")
_DAYS = {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"}
_OTHER_DAY = re.compile(r"(start|end)-(planned|actual): (\d{4}-\d\d-\d\d)")
_BEGUN = frozenset({"pilot", "running", "finalising", "done", "stopped", "suspended"})
"""Of what is cancelled it is not known whether it ever began."""
_ENDED = frozenset({"finalising", "done"})
_LABEL, _DESCRIPTION = "rdfs:label", "dcterms:description"


class Chosen(NamedTuple):
    """An initiative that becomes an activity.

    Attributes:
        iri: The initiative.
        agency: IRI of who reports it.
        reference: What identifies that agency in IATI.
        identifier: What identifies the activity.
    """

    iri: str
    agency: str
    reference: str
    identifier: str


def build_activity(
    chosen: Chosen, facts: Facts, others: Mapping[str, str], tally: Tally
) -> ET.Element:
    """Build the element of an activity.

    Args:
        chosen: The initiative.
        facts: What its plan says.
        others: Identifiers of all activities of the file, by the IRIs of their initiatives.
        tally: Counts what has no place.
    """
    thing = facts.find(chosen.iri)
    notes = facts.find_notes(thing)
    node = ET.Element("iati-activity")
    add(node, "iati-identifier").text = chosen.identifier
    _add_reporter(node, facts, chosen, tally)
    _add_texts(node, thing, tally)
    references = _collect_references(facts, thing, others)
    _add_participants(node, facts, thing, chosen, references, tally=tally)
    for identifier in references.pop("own", ()):
        if identifier != chosen.identifier:
            add(node, "other-identifier", ref=identifier, type=_OTHER_IDENTIFIER)
    status = _add_status(node, thing, tally)
    _add_days(node, facts, thing, notes, status, tally=tally)
    shares = find_shares(facts, thing)
    add_places(node, facts, thing, shares)
    add_sectors(node, facts, thing, shares, tally)
    money = list_money(facts, thing, tally)
    add_planned(node, money)
    payers = _find_payers(money, references, tally)
    add_transactions(node, facts, money, provider=payers[0], receiver=payers[1])
    for kind, code in _RELATED.items():
        for identifier in references.get(kind, ()):
            add(node, "related-activity", ref=identifier, type=code)
    add_results(node, facts, thing, tally)
    return node


# Who


def _add_reporter(node: ET.Element, facts: Facts, chosen: Chosen, tally: Tally) -> None:
    body = facts.find_shared(chosen.agency)
    kind = _find_type(facts, body)
    reporter = add(node, "reporting-org", ref=chosen.reference, type=kind or _OTHER_TYPE)
    narrate(reporter, body.texts(_LABEL) or [("", chosen.reference)])
    if not kind:
        tally.leave("type-unknown")
        remark(node, ASSUMED["type"])
    if not body.value("dcterms:identifier"):
        tally.leave("no-identifier")


def _find_type(facts: Facts, body: Thing) -> str:
    """Find the type of an organisation, as its source or its classification has it."""
    kept = facts.find_notes(body).get("kind of organization", "")
    if _TYPE_CODE.fullmatch(kept):
        return kept
    kinds = map(names.slug_of, body.values("org:classification"))
    return next((_TYPES[one] for one in kinds if one in _TYPES), "")


def _add_participants(
    node: ET.Element,
    facts: Facts,
    thing: Thing,
    chosen: Chosen,
    references: dict[str, list[str]],
    *,
    tally: Tally,
) -> None:
    """Add who takes part; who answers for the activity, if nobody else has a role of IATI."""
    found: list[tuple[str, str]] = []
    for iri in thing.pointing(str(DEVC.participatesIn)):
        part = facts.find(iri)
        for role in map(names.slug_of, part.values(str(DEVC.role))):
            tally.seen["participation"] += 1
            if role in _ROLES:
                found += [(who, _ROLES[role]) for who in part.values(str(DEVC.participant))]
            else:
                tally.leave("role")
    activities = references.get("participant", [])
    # Of several organisations it is not known whose activity is meant.
    is_clear = len(activities) == len(found) == 1
    tally.leave("reference", 0 if is_clear else len(activities))
    for who, role in found or [(chosen.agency, _ROLES["accountable"])]:
        _add_participant(node, facts, who, role, activities[0] if is_clear else "")


def _add_participant(node: ET.Element, facts: Facts, who: str, role: str, activity: str) -> None:
    body = facts.find_shared(who)
    part = add(
        node,
        "participating-org",
        ref=body.value("dcterms:identifier"),
        type=_find_type(facts, body),
        role=role,
        activity_id=activity,
    )
    narrate(part, body.texts(_LABEL))


# What it is called, and how far it is


def _add_texts(node: ET.Element, thing: Thing, tally: Tally) -> None:
    title, described = thing.texts(_LABEL), thing.texts(_DESCRIPTION)
    narrate(add(node, "title"), title)
    if not described:
        tally.leave("no-description")
        remark(node, ASSUMED["description"])
    narrate(add(node, "description"), described or title)


def _add_status(node: ET.Element, thing: Thing, tally: Tally) -> str:
    """Add the status, and give its slug; empty if it is not stated."""
    slug = names.slug_of(thing.value(str(DEVC.hasStatus)))
    code = _STATUS.get(slug, "")
    if not code:
        tally.leave("no-status")
        remark(node, ASSUMED["status"])
    add(node, "activity-status", code=code or _RUNNING)
    return slug if code else ""


def _add_days(
    node: ET.Element,
    facts: Facts,
    thing: Thing,
    notes: dict[str, str],
    status: str,
    *,
    tally: Tally,
) -> None:
    days = facts.find_period(thing)
    if not any(days):
        tally.leave("day-of-plan")
        start, end = facts.find_period(facts.find(facts.plan))
        for kind, day in (("start-planned", start), ("end-planned", end)):
            if day:
                of_plan = add(node, "activity-date", iso_date=day, type=_DAYS[kind])
                narrate(of_plan, [("en", PLAN_PERIOD)])
        return
    others = {
        (which, kind): day
        for which, kind, day in _OTHER_DAY.findall(notes.get("activity-date", ""))
    }
    came = {"start": status in _BEGUN, "end": status in _ENDED}
    for which, day in zip(("start", "end"), days, strict=True):
        kind = "actual" if came[which] else "planned"
        # Of two days, the reader keeps the other one as a note with what it is.
        kind = next((_turn(other) for one, other in others if one == which), kind)
        if day:
            add(node, "activity-date", iso_date=day, type=_DAYS[f"{which}-{kind}"])
            if other_day := others.get((which, _turn(kind))):
                other = _DAYS[f"{which}-{_turn(kind)}"]
                add(node, "activity-date", iso_date=other_day, type=other)


def _turn(kind: str) -> str:
    return "planned" if kind == "actual" else "actual"


# Other activities


def _collect_references(
    facts: Facts, thing: Thing, others: Mapping[str, str]
) -> dict[str, list[str]]:
    """Collect identifiers of other activities by what they are to this one."""
    found: dict[str, list[str]] = {}
    for iri in thing.pointing(str(DEVC.referenceOf)):
        reference = facts.find(iri)
        kind = names.slug_of(reference.value(str(DEVC.referenceKind)))
        found.setdefault(kind, []).append(reference.value("dcterms:identifier"))
    for whole in thing.values(str(DEVC.partOf)):
        parent = others.get(whole, "")
        if parent and parent not in found.get("parent", ()):
            found.setdefault("parent", []).append(parent)
    return found


def _find_payers(
    money: list[Provision], references: dict[str, list[str]], tally: Tally
) -> tuple[str, str]:
    """Find which activity pays what comes in, and which is paid by what goes out.

    Money was added up: of several activities it is not known which sum is whose.
    """
    tally.seen["reference"] += sum(map(len, references.values()))
    kinds = {one.kind for one in money}
    moved = {
        "provider": bool(kinds & INCOMING),
        "receiver": bool(kinds - INCOMING - {"budget", "planned-disbursement"}),
    }
    found = []
    for which, is_moved in moved.items():
        named = references.get(which, [])
        is_clear = is_moved and len(named) == 1
        tally.leave("reference", 0 if is_clear else len(named))
        found.append(named[0] if is_clear else "")
    return found[0], found[1]
