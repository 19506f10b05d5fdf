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
  Vision an Impact of a level of its own (what is wished for, and need not be measured).
- A Stakeholder takes part in what it stands in, in the role that is said of it; one that is
  said to be the name of a sector becomes a sector instead.
- A PerformanceIndicator becomes an Indicator of the nearest element around it that has a name.
- Other information of which each line has a label, such as "Place: Kenya", is read by them, as
  `export -f stratml` writes it; that of an indicator describes it.
- Whatever else has text becomes a note on the nearest element around it.

Source: ISO 17469-1:2015, ISO 17469-2.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from devcoop import killable
from devcoop.errors import SourceError
from devcoop.load.markup import (
    find_language,
    iter_places,
    parse_xml,
    read_name,
    read_namespace,
    read_own_text,
)
from devcoop.load.readers.stratml.draft import Draft, find_notes, is_said, lay_out, whole_text
from devcoop.load.readers.stratml.figures import NOT_YET, read_figures, take_day
from devcoop.load.readers.stratml.labelled import take_labelled, take_places
from devcoop.load.readers.stratml.schema import (
    PART_1,
    PART_1_OF_2009,
    PART_2,
    Node,
    find_departures,
)
from devcoop.load.readers.stratml.stakeholders import (
    NOBODY,
    find_places,
    find_stakeholders,
    is_stakeholder,
    read_involved,
    tell_nobody,
)
from devcoop.load.reading import Reading
from devcoop.load.records import (
    Body,
    Element,
    Figure,
    Head,
    Records,
    Teller,
    Text,
    Value,
    Where,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from devcoop.load.markup import Tag
    from devcoop.load.readers.stratml.stakeholders import Involved
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
_LONGEST_TITLE = 160
_DEEPEST = 100
"""Steps up from one element to what it is part of."""
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


# The file


def _read(path: Path, content: bytes, hints: Hints) -> tuple[str, Records]:
    root = parse_xml(path, content)
    places = dict(iter_places(root, f"/{read_name(root)}"))
    draft = Draft(root, places, lines=content.count(b"\n") * 2 > len(places))
    draft.described = dict(_find_described(draft))
    head = _read_head(draft, hints)
    _walk(draft, root, ())
    _find_larger(draft)
    _compare_goals(draft)
    departures = _tell_schema(draft)
    head = replace(head, notes=tuple(find_notes(draft, root)))
    elements = tuple(
        one._replace(notes=tuple(find_notes(draft, node))) for node, one in draft.elements.items()
    )
    counts = _count(draft) | ({} if departures is None else {"XSD errors": departures})
    records = Records(head, elements, draft.teller.all(), counts)
    return ROOTS.get(read_name(root), "StratML"), records


def _find_described(draft: Draft) -> Iterator[tuple[tuple[str, str], Tag]]:
    for node in draft.root.iter():
        found = draft.find(node, "Identifier")
        if found is not None and draft.find(node, "Name", "Description") is not None:
            yield (read_name(node), whole_text(found)), node


def _count(draft: Draft) -> dict[str, int]:
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


def _tell_duplicates(draft: Draft) -> int:
    first: dict[str, Tag] = {}
    repeated: dict[str, Tag] = {}
    for node in draft.root.iter():
        if read_name(node) == "Identifier" and (text := whole_text(node)):
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


def _read_head(draft: Draft, hints: Hints) -> Head:
    root, language = draft.root, find_language(draft.root) or hints.language
    title = draft.take_line(root, "Name") or hints.title
    if not title:
        draft.tell("unknown", "The plan has no name.", root)
    description = draft.take(root, "Description")
    about = next((one for one in root.iter() if read_name(one) == _ABOUT), None)
    start = end = None
    key = published = ""
    if about is not None:
        start, end = take_day(draft, about, "StartDate"), take_day(draft, about, "EndDate")
        key = draft.take_line(about, "Identifier")
        day = take_day(draft, about, "PublicationDate")
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
        places=take_places(draft) or find_places(draft, title, otherwise=hints.place),
        bodies=bodies,
    )


def _text_language(draft: Draft, node: Tag, *names: str) -> str:
    """Find the language of the child that holds a text; else that of the element."""
    found = draft.find(node, *names)
    return find_language(node if found is None else found)


def _texts(value: str, language: str) -> tuple[Text, ...]:
    return (Text(value, language),) if value else ()


def _read_organizations(draft: Draft, hints: Hints) -> tuple[Body | None, tuple[Body, ...]]:
    """Read who issues the plan, the first organization with a name, and who takes part."""
    bodies: list[Body] = []
    agency = None
    for node in draft.root.iter():
        if read_name(node) != "Organization" or is_stakeholder(node):
            continue
        body = _read_organization(draft, node)
        if body and agency is None:
            agency = body
        elif body:
            bodies.append(body)
        bodies += read_involved(draft, node, keep_sectors=False).bodies
    if agency is None and hints.agency:
        agency = Body(hints.agency)
    if agency is None:
        draft.tell("unknown", "No organization is named that issues the plan.", draft.root)
    return agency, tuple(bodies)


def _read_organization(draft: Draft, node: Tag) -> Body | None:
    short = draft.take_line(node, "Acronym")
    name = draft.take_line(node, "Name") or short
    if not name:
        return None
    identifier = draft.take_line(node, "Identifier")
    return Body(name, draft.where(node), identifier=identifier, acronym=short)


# Elements


def _walk(draft: Draft, node: Tag, above: tuple[Tag, ...]) -> None:
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
        elif not is_stakeholder(child):
            _walk(draft, child, above)


def _add_aim(draft: Draft, node: Tag, above: tuple[Tag, ...]) -> bool:
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
        involved=read_involved(draft, node),
        part_of=draft.elements[above[-1]].key if above else "",
        contributes_to=tuple(draft.elements[one].key for one in goals[-1:])
        if kind == "Undertaking"
        else (),
    )
    _add_labelled(draft, node)
    return True


def _add_labelled(draft: Draft, node: Tag) -> None:
    """Add to a goal or an objective its days, and what its other information says by label."""
    said, one = take_labelled(draft, node), draft.elements[node]
    if said.part_of:
        draft.larger[node] = said.part_of
    draft.elements[node] = one._replace(
        places=said.places,
        facets=one.facets + said.facets,
        start=take_day(draft, node, "StartDate") or said.start,
        end=take_day(draft, node, "EndDate") or said.end,
    )


def _find_larger(draft: Draft) -> None:
    """Find the larger undertakings that are named by title or key; others are put back."""
    keys: dict[str, set[str]] = {}
    for one in draft.elements.values():
        if one.kind == "Undertaking":
            for name in (one.key, *(text.value for text in one.titles)):
                keys.setdefault(name, set()).add(one.key)
    parts = {one.key: one.part_of for one in draft.elements.values()}
    for node, title in draft.larger.items():
        one, found = draft.elements[node], [*keys.get(title, ())]
        if len(found) == 1 and not _is_within(found[0], one.key, parts):
            parts[one.key] = found[0]
            draft.elements[node] = one._replace(part_of=found[0])
        else:
            _put_back(draft, node)


def _is_within(key: str, whole: str, parts: Mapping[str, str]) -> bool:
    """Tell whether an element is another one or below it, or so deep that nobody can tell."""
    for _ in range(_DEEPEST):
        if key in ("", whole):
            return key == whole
        key = parts[key]
    return True


def _tell_empty(draft: Draft, node: Tag) -> None:
    """Tell of a goal or an objective that only refers to another, or is a shell."""
    for one in find_stakeholders(node):
        if draft.find(one, "Name") is None:
            tell_nobody(draft, one)
        else:
            what = "A stakeholder of an element that says nothing itself is kept as a note."
            draft.tell("read", what, one)
    name = read_name(node)
    found = draft.find(node, "Identifier")
    if found is None:
        draft.tell("read", f"{_article(name)} {_SHELL}", node)
    elif (name, whole_text(found)) in draft.described:
        draft.tell("read", f"{_article(name)} {_REFERS}", node)
    else:
        draft.tell("unknown", f"{_article(name)} {_REFERENCE}", node)


def _article(name: str) -> str:
    return f"An {name}" if name[0] in "AEIOU" else f"A {name}"


def _add_statement(draft: Draft, node: Tag) -> None:
    """Add the vision or the mission; its text is its description or its own."""
    name = read_name(node)
    if not _read_description(draft, node):
        return
    involved = read_involved(draft, node)
    if name == "Vision":
        # What is wished for is no result that anybody has to measure or to lead to.
        level = ("level", Value(name, draft.where(node)))
        involved = replace(involved, facets=(*involved.facets, level))
    _add(draft, node, _STATEMENTS[name], title=name, involved=involved)


def _read_description(draft: Draft, node: Tag) -> str:
    own = read_own_text(node)
    found = draft.find(node, "Description")
    return lay_out(own) if own else "" if found is None else whole_text(found)


def _add_value(draft: Draft, node: Tag) -> None:
    if draft.find(node, "Name", "Description") is None and not read_own_text(node):
        draft.tell("read", "A Value has neither a name nor a description.", node)
        return
    _add(draft, node, "Principle")


def _add(
    draft: Draft,
    node: Tag,
    kind: str,
    *,
    title: str = "",
    involved: Involved = NOBODY,
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
        bodies=involved.bodies,
        facets=involved.facets,
        part_of=part_of,
        contributes_to=contributes_to,
    )


def _take_description(draft: Draft, node: Tag) -> str:
    own = read_own_text(node)
    if own:
        draft.used.add((node, ""))
    description = draft.take(node, "Description")
    return "\n\n".join(filter(None, (lay_out(own), description)))


def _name_by(draft: Draft, node: Tag, description: str) -> tuple[str, str]:
    """Name an element that has no name by what it says; short words are all it says."""
    line = " ".join(description.split())
    if read_name(node) == "Value" and len(line) <= _LONGEST_TITLE:
        return line, ""
    draft.tell("read", f"{_article(read_name(node))} has no name; its description names it.", node)
    if len(line) <= _LONGEST_TITLE:
        return line, description
    return f"{line[:_LONGEST_TITLE].rpartition(' ')[0] or line[:_LONGEST_TITLE]}…", description


def _make_key(draft: Draft, node: Tag) -> str:
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


def _compare_goals(draft: Draft) -> None:
    """Let a plan be compared by its goals if they have no objectives."""
    if any(one.kind == "Undertaking" for one in draft.elements.values()):
        return
    what = "No goal has an objective, so that the goals themselves are taken for initiatives."
    for node, one in draft.elements.items():
        if read_name(node) == "Goal":
            draft.elements[node] = one._replace(kind="Undertaking", part_of="")
            draft.tell("read", what, node)


def _put_back(draft: Draft, node: Tag) -> None:
    found = draft.find(node, "OtherInformation")
    if found is not None:
        draft.put_back(found)


# Indicators


def _add_indicator(draft: Draft, node: Tag, above: tuple[Tag, ...]) -> None:
    unit = draft.find(node, "UnitOfMeasurement", "UnitOfMeasure")
    words = "" if unit is None else " ".join(whole_text(unit).split())
    told = draft.teller.all()
    figures = tuple(read_figures(draft, node, "", unit=words))
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
        draft.put_back(node)
        draft.teller = Teller(told)
        draft.tell("read", what, node)
        return
    language = _text_language(draft, node, "Name", "MeasurementDimension")
    draft.elements[node] = Element(
        "Indicator",
        _make_key(draft, node),
        draft.where(node),
        titles=_texts(title, language),
        descriptions=_texts(draft.take(node, "Description", "OtherInformation"), language),
        part_of=draft.elements[above[-1]].key if above else "",
        measures=tuple(draft.elements[one].key for one in above[-1:]),
        figures=figures,
    )


def _name_by_figures(figures: Iterable[Figure]) -> str:
    words = (" ".join(one.text.split()) for one in figures if not NOT_YET.search(one.text))
    return next((one for one in words if one and len(one) <= _LONGEST_TITLE), "")


# The schema


def _find_models(root: Tag) -> dict[str, str]:
    """Find the schema of a file's version; nothing if none is known."""
    namespace = read_namespace(root)
    if read_name(root) == "PerformancePlanOrReport" and namespace:
        return PART_2
    if read_name(root) != "StrategicPlan" or not namespace:
        return {}
    return PART_1 if namespace.startswith("urn:") else PART_1_OF_2009


def _tell_schema(draft: Draft) -> int | None:
    """Count the departures from the schema of the file's version; None if none is known."""
    models = _find_models(draft.root)
    if not models:
        return None
    found = find_departures(_as_node(draft, draft.root), models)
    if found:
        first = found[0]
        what = f"The file is not valid StratML, first: {first.problem}; it is read all the same."
        draft.teller.tell("read", what, where=Where(xpath=first.path), number=len(found))
    return len(found)


def _as_node(draft: Draft, node: Tag) -> Node:
    attributes = {str(one): str(value) for one, value in node.attrib.items() if is_said(str(one))}
    children = tuple(_as_node(draft, one) for one in node)
    return Node(
        read_name(node), draft.places[node], (node.text or "").strip(), attributes, children
    )
