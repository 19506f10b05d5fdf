"""StratML (ISO 17469): strategic plans and performance reports in XML.

Parts 1 and 2 of 2009 to 2016, version 3.5, and files that follow them loosely are read by the
names of their elements, whatever the namespace. Nothing is fetched, and no entity is resolved.

What becomes what:

- A Goal becomes an Objective: it says where the organization wants to be, over several cycles
  of planning, which is what our plans call an aim.
- An Objective below a Goal becomes an Undertaking, part of its goal and contributing to it. By
  its definition it is a "target level of results ... within a single resource allocation and
  performance execution cycle", and `ontology/alignments/stratml.ttl` maps the definition to our
  objective; but what agencies write there is what they will do, with the performers, the cycle
  and the indicators of it ("Update the Land Use Element", "Higher education: degree programs;
  scholarships"). It is the unit that an officer would compare with an initiative of another
  agency, and the comparison looks at undertakings only. A plan whose goals have no objectives is
  compared by its goals, which is told.
- A Value becomes a Principle, the Mission an Objective (the purpose that all serves), the
  Vision an Impact (the lasting change that is wanted).
- A PerformanceIndicator becomes an Indicator of the nearest element around it that has a name.
- Whatever else has text becomes a note on the nearest element around it.

Source: ISO 17469-1:2015, ISO 17469-2.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from devcoop import killable
from devcoop.errors import SourceError
from devcoop.load.markup import (
    LAST_LINE,
    find_language,
    iter_places,
    parse_xml,
    read_name,
    read_namespace,
    read_own_text,
)
from devcoop.load.readers.stratml_schema import (
    PART_1,
    PART_1_OF_2009,
    PART_2,
    Node,
    find_departures,
)
from devcoop.load.reading import Reading
from devcoop.load.records import (
    Body,
    Element,
    Figure,
    Head,
    Note,
    Records,
    Text,
    Told,
    Where,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from devcoop.load.markup import Tag
    from devcoop.load.records import Hints

SUFFIXES: tuple[str, ...] = (".xml",)
"""Endings of the files that this reader takes."""
ROOTS = {
    "StrategicPlan": "StratML, part 1",
    "PerformancePlanOrReport": "StratML, part 2",
    "OrganizationalStrategyDocument": "StratML, version 3.5",
}
"""Names of root elements, with what they are."""
COUNTED = ("Organization", "Goal", "Objective", "PerformanceIndicator", "Stakeholder", "Value")
"""Elements that are counted by name."""
_AIMS = {"Goal": "Objective", "Objective": "Undertaking"}
_STATEMENTS = {"Vision": "Impact", "Mission": "Objective"}
_MEASURES = {
    "TargetResult": "target",
    "TargetResults": "target",
    "Target": "target",
    "Targets": "target",
    "ActualResult": "actual",
    "ActualResults": "actual",
    "Actual": "actual",
    "Actuals": "actual",
    "Current": "actual",
    "Baseline": "baseline",
}
_AROUND_MEASURES = ("MeasurementInstance", "MeasurementInstances", "Result", "Results")
_NUMBERS = ("NumberOfUnits", "MeasureValue", "Value", "Number")
_ROLES = {
    "performer": "implementing",
    "funder": "funding",
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
            "supervising",
        )
    },
}
"""Roles by the word for them; those of devcoop are as `export -f stratml` writes them."""
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_NOT_YET = re.compile(r"\bto be determined\b|\bTBD\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(constant|current)\s+(us\s+)?(dollars?|amounts?|prices?|\$)|\bbudget requests?\b"
    r"|\bappropriated\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?|-?Q([1-4]))?(?:Z|[+-]\d\d:\d\d)?")
# A caret between words is a mark; within one, as in km^2, it is none.
_BREAK = re.compile(r"(?:^|\s)\s*(\^{1,2})(?=\s|$)\s*|(\^\^)\s*")
_LONGEST_TITLE = 160
_ABOUT = "AdministrativeInformation"
_SHELL = "has neither a name nor a description nor an identifier, so that it says nothing."
_REFERENCE = "gives only an identifier, which the file describes nowhere; it is kept as a note."
_REFERS = "only refers to an element that the file describes elsewhere."


def recognizes(path: Path, content: bytes) -> bool:
    """Tell whether a file is StratML: by the name of its root, whatever the namespace.

    XML that is broken is taken as well, so that somebody says where.
    """
    try:
        root = killable.run(lambda: read_name(parse_xml(path, content)), what=str(path))
    except SourceError:
        return True
    return root in ROOTS


def read(path: Path, content: bytes, hints: Hints) -> Reading:
    """Read a plan or report in StratML.

    Args:
        path: Names it in messages.
        content: Its bytes.
        hints: What it does not say itself.

    Raises:
        SourceError: It is not well-formed, or declares entities.
        OutOfTimeError: It takes too long.
        OutOfMemoryError: It takes too much memory.
    """
    form, records = killable.run(lambda: _read(path, content, hints), what=str(path))
    return Reading(path, hashlib.sha256(content).hexdigest(), records=records, format=form)


# Text


def _whole_text(node: Tag) -> str:
    return _lay_out("".join(node.itertext()))


def _lay_out(text: str) -> str:
    r"""Bring text to paragraphs: runs of white space go, and the marks `^^` and `^` break lines.

    Examples:
        >>> _lay_out("so:  ^^ 1. plan ^ 2. do, 3 km^2\n")
        'so:\n\n1. plan\n2. do, 3 km^2'
    """
    text = " ".join(text.split())
    broken = _BREAK.sub(lambda one: "\n" * len(one[1] or one[2]), text)
    return broken.strip()


# Records


@dataclass
class _Draft:
    """What is known of a file while it is read.

    Attributes:
        root: The root of the file.
        places: Where each element stands.
        lines: Whether the file is broken into lines, so that a line names a place.
        used: Elements and attributes whose text has a place in a record.
        elements: Elements so far, by the element of the file.
        keys: Keys that are taken.
        numbers: How often a key was wanted, and how many elements of a name there are.
        told: What is to be told: by kind and sentence, how often and where first.
        called: Names of stakeholders by their element.
        described: Elements with a name or a description, by the name of the element and the
            identifier in it.
    """

    root: Tag
    places: dict[Tag, str]
    lines: bool
    used: set[tuple[Tag, str]] = field(default_factory=set)
    elements: dict[Tag, Element] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    numbers: Counter[str] = field(default_factory=Counter)
    told: dict[tuple[str, str], tuple[int, Where]] = field(default_factory=dict)
    called: dict[Tag, str] = field(default_factory=dict)
    described: dict[tuple[str, str], Tag] = field(default_factory=dict)

    def where(self, node: Tag) -> Where:
        """Name a place."""
        line = node.sourceline or 0
        is_line = self.lines and line < LAST_LINE
        return Where(line=line if is_line else 0, xpath=self.places[node])

    def tell(self, kind: str, what: str, node: Tag, number: int = 1) -> None:
        """Note something that a person should know."""
        before, where = self.told.get((kind, what), (0, self.where(node)))
        self.told[kind, what] = (before + number, where)

    def use(self, node: Tag, attribute: str = "") -> None:
        """Mark what an element or an attribute says as taken over."""
        self.used.add((node, attribute))
        if not attribute:
            self.used |= {(one, "") for one in node.iterdescendants()}

    def find(self, node: Tag, *names: str) -> Tag | None:
        """Find the first child of a name that has text; the first name goes first."""
        for name in names:
            for child in node:
                if read_name(child) == name and _whole_text(child):
                    return child
        return None

    def take(self, node: Tag, *names: str) -> str:
        """Take over the text of a child; empty if there is none."""
        found = self.find(node, *names)
        if found is None:
            return ""
        self.use(found)
        return _whole_text(found)

    def take_line(self, node: Tag, *names: str) -> str:
        """Take over the text of a child in one line."""
        return " ".join(self.take(node, *names).split())


def _read(path: Path, content: bytes, hints: Hints) -> tuple[str, Records]:
    root = parse_xml(path, content)
    places = dict(iter_places(root, f"/{read_name(root)}"))
    draft = _Draft(root, places, lines=content.count(b"\n") * 2 > len(places))
    draft.described = dict(_find_described(draft))
    head = _read_head(draft, hints)
    _walk(draft, root, ())
    _compare_goals(draft)
    departures = _tell_schema(draft)
    head = replace(head, notes=tuple(_find_notes(draft, root)))
    elements = tuple(
        replace(one, notes=tuple(_find_notes(draft, node))) for node, one in draft.elements.items()
    )
    counts = _count(draft) | ({} if departures is None else {"XSD errors": departures})
    told = tuple(Told(*key, where, number) for key, (number, where) in draft.told.items())
    return ROOTS.get(read_name(root), "StratML"), Records(head, elements, told, counts)


def _find_described(draft: _Draft) -> Iterator[tuple[tuple[str, str], Tag]]:
    for node in draft.root.iter():
        found = draft.find(node, "Identifier")
        if found is not None and draft.find(node, "Name", "Description") is not None:
            yield (read_name(node), _whole_text(found)), node


def _count(draft: _Draft) -> dict[str, int]:
    root = draft.root
    names = Counter(map(read_name, root.iter()))
    counts = {name: names[name] for name in COUNTED}
    for name in ("Stakeholder", "Goal"):
        nodes = [one for one in root.iter() if read_name(one) == name]
        counts[f"{name} with a name"] = sum(draft.find(one, "Name") is not None for one in nodes)
    targets = [one for one in root.iter() if read_name(one) == "TargetResult"]
    with_units = sum(draft.find(one, "NumberOfUnits") is not None for one in targets)
    counts["TargetResult with NumberOfUnits"] = with_units
    counts["Identifier duplicated"] = _tell_duplicates(draft)
    return counts


def _tell_duplicates(draft: _Draft) -> int:
    first: dict[str, Tag] = {}
    repeated: dict[str, Tag] = {}
    for node in draft.root.iter():
        if read_name(node) == "Identifier" and (text := _whole_text(node)):
            if text in first:
                repeated.setdefault(text, node)
            first.setdefault(text, node)
    for node in repeated.values():
        what = (
            "An identifier occurs more than once; an element that repeats one of another gets a"
            " number at its end."
        )

        draft.tell("read", what, node)
    return len(repeated)


# Head


def _read_head(draft: _Draft, hints: Hints) -> Head:
    root, language = draft.root, find_language(draft.root) or hints.language
    title = draft.take_line(root, "Name") or hints.title
    if not title:
        draft.tell("unknown", "The plan has no name.", root)
    description = draft.take(root, "Description")
    about = next((one for one in root.iter() if read_name(one) == _ABOUT), None)
    start = end = None
    key = published = ""
    if about is not None:
        start, end = _take_day(draft, about, "StartDate"), _take_day(draft, about, "EndDate")
        key = draft.take_line(about, "Identifier")
        day = _take_day(draft, about, "PublicationDate")
        published = day.isoformat() if day else ""
    agency, bodies = _read_organizations(draft, hints)
    return Head(
        key=key or draft.take_line(root, "Identifier"),
        titles=_texts(title, language),
        descriptions=_texts(description, language),
        agency=agency,
        start=start,
        end=end,
        language=language,
        edition=published,
        bodies=bodies,
    )


def _text_language(draft: _Draft, node: Tag, *names: str) -> str:
    """Find the language of the child that holds a text; else that of the element."""
    found = draft.find(node, *names)
    return find_language(node if found is None else found)


def _texts(value: str, language: str) -> tuple[Text, ...]:
    return (Text(value, language),) if value else ()


def _read_organizations(draft: _Draft, hints: Hints) -> tuple[Body | None, tuple[Body, ...]]:
    """Read who issues the plan, the first organization with a name, and who takes part."""
    bodies: list[Body] = []
    agency = None
    for node in draft.root.iter():
        if read_name(node) != "Organization" or _is_stakeholder(node):
            continue
        body = _read_organization(draft, node)
        if body and agency is None:
            agency = body
        elif body:
            bodies.append(body)
        bodies += _read_stakeholders(draft, node)
    if agency is None and hints.agency:
        agency = Body(hints.agency)
    if agency is None:
        draft.tell("unknown", "No organization is named that issues the plan.", draft.root)
    return agency, tuple(bodies)


def _read_organization(draft: _Draft, node: Tag) -> Body | None:
    short = draft.take_line(node, "Acronym")
    name = draft.take_line(node, "Name") or short
    if not name:
        return None
    identifier = draft.take_line(node, "Identifier")
    return Body(name, draft.where(node), identifier=identifier, short_name=short)


# Stakeholders


def _is_stakeholder(node: Tag) -> bool:
    around = node.getparent()
    in_list = around is not None and read_name(around) == "Stakeholders"
    return read_name(node) == "Stakeholder" or in_list


def _read_stakeholders(draft: _Draft, node: Tag) -> tuple[Body, ...]:
    """Read the stakeholders of an element; one of two roles is given once for each."""
    found = _find_stakeholders(node)
    return tuple(body for one in found for body in _read_stakeholder(draft, one))


def _find_stakeholders(node: Tag) -> list[Tag]:
    return [
        one
        for child in node
        for one in (child if read_name(child) == "Stakeholders" else (child,))
        if _is_stakeholder(one)
    ]


def _tell_nobody(draft: _Draft, node: Tag) -> None:
    if not _whole_text(node):
        what = "A stakeholder has no name and no description, so that it names nobody."
    else:
        what = "A stakeholder has no name; what is said of it is kept as a note."
    draft.tell("read", what, node)


def _read_stakeholder(draft: _Draft, node: Tag) -> Iterator[Body]:
    reference = draft.find(node, "ReferenceIdentifier", "ReferentIdentifier")
    name = draft.take_line(node, "Name") or _look_up(draft, reference)
    if not name:
        _tell_nobody(draft, node)
        return
    draft.called[node] = name
    if reference is not None:
        draft.use(reference)
    kind = node.get("StakeholderTypeType", "").strip()
    draft.use(node, "StakeholderTypeType") if kind else None
    for role in _read_roles(draft, node) or ("",):
        is_group = kind == "Generic_Group"
        identifier = draft.take_line(node, "Identifier")
        yield Body(name, draft.where(node), role, identifier, kind.replace("_", " "), is_group)


def _look_up(draft: _Draft, reference: Tag | None) -> str:
    """Find the name of the organization that a stakeholder refers to."""
    wanted = "" if reference is None else _whole_text(reference)
    node = draft.described.get(("Organization", wanted))
    name = None if node is None else draft.find(node, "Name")
    return "" if name is None else " ".join(_whole_text(name).split())


def _read_roles(draft: _Draft, node: Tag) -> tuple[str, ...]:
    """Read the roles that are given by their word; what else is said of a role is a note."""
    roles = [one for one in node.iterdescendants() if read_name(one) == "RoleType"]
    for one in node:
        if read_name(one) == "Role" and not any(read_name(child) == "RoleType" for child in one):
            named = draft.find(one, "Name")
            roles += [one] if not len(one) else [] if named is None else [named]
    found: dict[str, None] = {}
    for one in roles:
        role = _ROLES.get(_whole_text(one).lower())
        if role:
            draft.use(one)
            found[role] = None
    return tuple(found)


# Elements


def _walk(draft: _Draft, node: Tag, above: tuple[Tag, ...]) -> None:
    """Read what is below an element of the file.

    Args:
        draft: What is known so far.
        node: The element.
        above: Elements around it that are elements of the plan, the nearest last.
    """
    for child in node:
        name = read_name(child)
        if name.endswith("PerformanceIndicator"):
            _add_indicator(draft, child, above)
        elif name in _AIMS:
            is_added = _add_aim(draft, child, above)
            _walk(draft, child, (*above, child) if is_added else above)
        elif name in _STATEMENTS:
            _add_statement(draft, child)
        elif name == "Value":
            _add_value(draft, child)
        elif not _is_stakeholder(child):
            _walk(draft, child, above)


def _add_aim(draft: _Draft, node: Tag, above: tuple[Tag, ...]) -> bool:
    """Add a goal or an objective, unless it says nothing itself; tell whether it was added."""
    name = read_name(node)
    title, description = draft.find(node, "Name"), draft.find(node, "Description")
    if title is None and description is None:
        _tell_empty(draft, node)
        return False
    kind = _AIMS[name]
    goals = [one for one in above if draft.elements[one].kind == "Objective"]
    _add(
        draft,
        node,
        kind,
        bodies=_read_stakeholders(draft, node),
        start=_take_day(draft, node, "StartDate"),
        end=_take_day(draft, node, "EndDate"),
        part_of=draft.elements[above[-1]].key if above else "",
        contributes_to=tuple(draft.elements[one].key for one in goals[-1:])
        if kind == "Undertaking"
        else (),
    )
    return True


def _tell_empty(draft: _Draft, node: Tag) -> None:
    """Tell of a goal or an objective that only refers to another, or is a shell."""
    for one in _find_stakeholders(node):
        if draft.find(one, "Name") is None:
            _tell_nobody(draft, one)
        else:
            what = "A stakeholder of an element that says nothing itself is kept as a note."
            draft.tell("read", what, one)
    name = read_name(node)
    found = draft.find(node, "Identifier")
    if found is None:
        draft.tell("read", f"{_article(name)} {_SHELL}", node)
    elif (name, _whole_text(found)) in draft.described:
        draft.tell("read", f"{_article(name)} {_REFERS}", node)
    else:
        draft.tell("unknown", f"{_article(name)} {_REFERENCE}", node)


def _article(name: str) -> str:
    return f"An {name}" if name[0] in "AEIOU" else f"A {name}"


def _add_statement(draft: _Draft, node: Tag) -> None:
    """Add the vision or the mission; its text is its description or its own."""
    name = read_name(node)
    if not _read_description(draft, node):
        return
    stakeholders = _read_stakeholders(draft, node)
    _add(draft, node, _STATEMENTS[name], title=name, bodies=stakeholders)


def _read_description(draft: _Draft, node: Tag) -> str:
    own = read_own_text(node)
    found = draft.find(node, "Description")
    return _lay_out(own) if own else "" if found is None else _whole_text(found)


def _add_value(draft: _Draft, node: Tag) -> None:
    if draft.find(node, "Name", "Description") is None and not read_own_text(node):
        draft.tell("read", "A Value has neither a name nor a description.", node)
        return
    _add(draft, node, "Principle")


def _add(
    draft: _Draft,
    node: Tag,
    kind: str,
    *,
    title: str = "",
    bodies: tuple[Body, ...] = (),
    start: date | None = None,
    end: date | None = None,
    part_of: str = "",
    contributes_to: tuple[str, ...] = (),
) -> None:
    language = _text_language(draft, node, "Name")
    told_in = _text_language(draft, node, "Description")
    description = _take_description(draft, node)
    named = title or draft.take_line(node, "Name")
    if not named:
        named, description = _name_by(draft, node, description)
    draft.elements[node] = Element(
        kind,
        _make_key(draft, node),
        draft.where(node),
        titles=_texts(named, "en" if title else language),
        descriptions=_texts(description, told_in),
        bodies=bodies,
        start=start,
        end=end,
        part_of=part_of,
        contributes_to=contributes_to,
    )


def _take_description(draft: _Draft, node: Tag) -> str:
    own = read_own_text(node)
    if own:
        draft.used.add((node, ""))
    description = draft.take(node, "Description")
    return "\n\n".join(filter(None, (_lay_out(own), description)))


def _name_by(draft: _Draft, node: Tag, description: str) -> tuple[str, str]:
    """Name an element that has no name by what it says; short words are all it says."""
    line = " ".join(description.split())
    if read_name(node) == "Value" and len(line) <= _LONGEST_TITLE:
        return line, ""
    draft.tell("read", f"{_article(read_name(node))} has no name; its description names it.", node)
    if len(line) <= _LONGEST_TITLE:
        return line, description
    return f"{line[:_LONGEST_TITLE].rpartition(' ')[0] or line[:_LONGEST_TITLE]}…", description


def _make_key(draft: _Draft, node: Tag) -> str:
    """Make a key that nothing else in the file has: its identifier, or its name and number."""
    name = read_name(node).lower()
    draft.numbers[f"{name}/"] += 1
    number = f"-{draft.numbers[f'{name}/']}" if read_name(node) not in _STATEMENTS else ""
    wanted = key = draft.take_line(node, "Identifier") or f"{name}{number}"
    while key in draft.keys:
        draft.numbers[wanted] += 1
        key = f"{wanted}-{draft.numbers[wanted] + 1}"
    draft.keys.add(key)
    return key


def _compare_goals(draft: _Draft) -> None:
    """Let a plan be compared by its goals if they have no objectives."""
    if any(one.kind == "Undertaking" for one in draft.elements.values()):
        return
    what = "No goal has an objective, so that the goals themselves are taken for initiatives."
    for node, one in draft.elements.items():
        if read_name(node) == "Goal":
            draft.elements[node] = replace(one, kind="Undertaking", part_of="")
            draft.tell("read", what, node)


# Indicators


def _add_indicator(draft: _Draft, node: Tag, above: tuple[Tag, ...]) -> None:
    unit = draft.find(node, "UnitOfMeasurement", "UnitOfMeasure")
    words = "" if unit is None else " ".join(_whole_text(unit).split())
    told = dict(draft.told)
    figures = tuple(_read_figures(draft, node, "", unit=words))
    if unit is not None and figures:
        draft.use(unit)
    title = draft.take_line(node, "Name", "MeasurementDimension")
    if not title:
        title = _name_by_figures(figures)
        what = "An indicator has no name; the words of its first figure name it."
        if title:
            draft.tell("read", what, node)
    if not title:
        what = "An indicator does not say what it measures; the rest of it is kept as notes."
        _put_back(draft, node)
        draft.told = told
        draft.tell("read", what, node)
        return
    language = _text_language(draft, node, "Name", "MeasurementDimension")
    draft.elements[node] = Element(
        "Indicator",
        _make_key(draft, node),
        draft.where(node),
        titles=_texts(title, language),
        descriptions=_texts(draft.take(node, "Description"), language),
        part_of=draft.elements[above[-1]].key if above else "",
        measures=tuple(draft.elements[one].key for one in above[-1:]),
        figures=figures,
    )


def _name_by_figures(figures: Iterable[Figure]) -> str:
    words = (" ".join(one.text.split()) for one in figures if not _NOT_YET.search(one.text))
    return next((one for one in words if one and len(one) <= _LONGEST_TITLE), "")


def _put_back(draft: _Draft, node: Tag) -> None:
    """Leave all that an element says to the notes."""
    for one in node.iter():
        draft.used -= {(one, str(attribute)) for attribute in ("", *one.attrib)}


@dataclass(frozen=True)
class _Period:
    start: date | None = None
    end: date | None = None
    nodes: tuple[Tag, ...] = ()


def _read_figures(
    draft: _Draft,
    node: Tag,
    kind: str,
    *,
    unit: str,
    period: _Period | None = None,
) -> Iterator[Figure]:
    """Read the numbers below an element of an indicator, each with its kind and period."""
    for child in node:
        name = read_name(child)
        if name not in _MEASURES and name not in _AROUND_MEASURES:
            continue
        here = _MEASURES.get(name, kind)
        when = _find_period(draft, child) or period or _Period()
        figure = _read_figure(draft, child, here, unit=unit, period=when) if here else None
        if figure:
            yield figure
        yield from _read_figures(draft, child, here, unit=unit, period=when)


def _read_figure(
    draft: _Draft, node: Tag, kind: str, *, unit: str, period: _Period
) -> Figure | None:
    """Read a number and the words beside it; None if there is neither."""
    number = draft.find(node, *_NUMBERS)
    words = [draft.take(node, "Description")]
    labels = [_read_descriptor(draft, one) for one in node if read_name(one) == "Descriptor"]
    kinds = [one.lower() for name, one in labels if name == _KIND and one.lower() in _KINDS]
    words += [": ".join(filter(None, one)) for one in labels if one[0] != _KIND]
    text = "\n".join(filter(None, words))
    if number is None and not text:
        return None
    for one in period.nodes:
        draft.use(one)
    value = None
    if number is not None:
        draft.use(number)
        value, rest = _read_number(draft, number, text)
        text = "\n".join(filter(None, (text, rest)))
    if kinds:
        kind = kinds[0]
    elif _MONEY.search(text):
        what = (
            "What stands as target or actual result is described as a budget request, an"
            " appropriation or an amount in constant or current money; it is kept as context."
        )
        draft.tell("read", what, node)
        kind, text = "context", f"{text}\n{read_name(node)}"
    return Figure(kind, value, unit, period.start, period.end, text, draft.where(node))


_KIND = "Kind"
_KINDS = ("baseline", "context")


def _read_descriptor(draft: _Draft, node: Tag) -> tuple[str, str]:
    return draft.take_line(node, "DescriptorName"), draft.take_line(node, "DescriptorValue")


def _read_number(draft: _Draft, node: Tag, text: str) -> tuple[Decimal | None, str]:
    """Read a number; if it is none, or stands for what is not known yet, give its words."""
    written = " ".join(_whole_text(node).split())
    if not _DECIMAL.fullmatch(written):
        draft.tell("read", "A number is not written as one; it is kept as words.", node)
        return None, written
    number = Decimal(written)
    if number == 0 and _NOT_YET.search(text):
        what = 'A result is 0 and "to be determined"; it is taken as not known.'
        draft.tell("read", what, node)
        return None, ""
    return number, ""


# Days


def _find_period(draft: _Draft, node: Tag) -> _Period | None:
    """Find the period of a result: its first and last day, or a year, quarter or month."""
    found = [draft.find(node, name) for name in ("StartDate", "EndDate")]
    days = [None if one is None else _read_days(_whole_text(one)) for one in found]
    nodes = tuple(
        one for one, day in zip(found, days, strict=True) if one is not None and day is not None
    )
    if nodes:
        first, last = days
        return _Period(first[0] if first else None, last[1] if last else None, nodes)
    one = draft.find(node, "Period", "Date")
    span = None if one is None else _read_days(_whole_text(one))
    return _Period(*span, (one,)) if span and one is not None else None


def _read_days(text: str) -> tuple[date, date] | None:
    """Give the first and last day of what is written as a day, month, quarter or year.

    Examples:
        >>> [str(day) for day in _read_days("2023-Q2")], _read_days("soon")
        (['2023-04-01', '2023-06-30'], None)
    """
    parts = _PERIOD.fullmatch(text.strip())
    if not parts:
        return None
    year, month, day, quarter = (int(one) if one else 0 for one in parts.groups())
    months = (quarter * 3 - 2, 3) if quarter else (month, 1) if month else (1, 12)
    try:
        first = date(year, months[0], day or 1)
        last = first if day else _end_of(first, months[1])
    except (ValueError, OverflowError):
        return None
    return first, last


def _end_of(first: date, months: int) -> date:
    year, month = divmod(first.month - 1 + months, 12)
    return date(first.year + year, month + 1, 1) - timedelta(days=1)


def _take_day(draft: _Draft, node: Tag, name: str) -> date | None:
    """Take over a day; what is no day is told and stays a note."""
    found = draft.find(node, name)
    if found is None:
        return None
    days = _read_days(_whole_text(found))
    if days is None:
        draft.tell("read", f"{name} is no date; it is kept as a note.", found)
        return None
    draft.use(found)
    return days[name == "EndDate"]


# The rest


def _find_notes(draft: _Draft, owner: Tag) -> Iterator[Note]:
    """Find what nothing else has taken over, down to the next element of the plan."""
    yield from _find_notes_of(draft, owner, owner)
    waiting = list(owner)[::-1]
    while waiting:
        node = waiting.pop()
        if node in draft.elements:
            continue
        yield from _find_notes_of(draft, owner, node)
        waiting += list(node)[::-1]


def _find_notes_of(draft: _Draft, owner: Tag, node: Tag) -> Iterator[Note]:
    texts = [(f"@{name}", value) for name, value in node.attrib.items() if _is_said(name)]
    said = [(name, value) for name, value in texts if (node, name[1:]) not in draft.used]
    if (node, "") not in draft.used and (own := read_own_text(node)):
        said.append(("", own))
    for name, value in said:
        heading = "/".join(filter(None, (*_path_between(owner, node), name)))
        what = f"{heading} has no place in the model; it is kept as a note."
        draft.tell("kept", what, node)
        called = next(
            (draft.called[one] for one in _upwards(owner, node) if one in draft.called), ""
        )
        text = _lay_out(value)
        yield Note(heading, f"{called}: {text}" if called else text, draft.where(node))


def _is_said(attribute: str) -> bool:
    """Tell whether an attribute says something of the plan; those with a namespace do not."""
    return not attribute.startswith("{")


def _upwards(owner: Tag, node: Tag) -> Iterator[Tag]:
    while node is not owner:
        yield node
        around = node.getparent()
        if around is None:
            return
        node = around


def _path_between(owner: Tag, node: Tag) -> list[str]:
    names = [read_name(one) for one in _upwards(owner, node)][::-1]
    # What only holds the core of a plan says nothing.
    return [one for one in names if one not in ("StrategicPlanCore", "Strategy")] or [
        read_name(node)
    ]


# The schema


def _find_models(root: Tag) -> dict[str, str]:
    """Find the schema of a file's version; nothing if none is known."""
    namespace = read_namespace(root)
    if read_name(root) == "PerformancePlanOrReport" and namespace:
        return PART_2
    if read_name(root) != "StrategicPlan" or not namespace:
        return {}
    return PART_1 if namespace.startswith("urn:") else PART_1_OF_2009


def _tell_schema(draft: _Draft) -> int | None:
    """Count the departures from the schema of the file's version; None if none is known."""
    models = _find_models(draft.root)
    if not models:
        return None
    found = find_departures(_as_node(draft, draft.root), models)
    if found:
        first = found[0]
        what = f"The file is not valid StratML, first: {first.problem}; it is read all the same."
        draft.told["read", what] = (len(found), Where(xpath=first.path))
    return len(found)


def _as_node(draft: _Draft, node: Tag) -> Node:
    attributes = {str(one): str(value) for one, value in node.attrib.items() if _is_said(str(one))}
    children = tuple(_as_node(draft, one) for one in node)
    return Node(
        read_name(node), draft.places[node], (node.text or "").strip(), attributes, children
    )
