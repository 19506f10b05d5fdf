"""Where an activity is, what it is for, and how much of it each takes: codes with percentages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.load.markup import write_xml
from devcoop.load.readers.iati.draft import Location
from devcoop.load.readers.iati.texts import (
    describe,
    local,
    read_line,
    read_more_lines,
    squeeze_code,
)
from devcoop.load.records import Share, Site, Value
from devcoop.names import FACET_PROPERTIES

if TYPE_CHECKING:
    from decimal import Decimal

    from devcoop.load.markup import Tag
    from devcoop.load.readers.iati.draft import Draft

_REGIONS = {
    "89": "150", "189": "015", "289": "202", "298": "002", "380": "029", "489": "005",
    "498": "019", "589": "Middle East", "619": "143", "679": "034", "798": "142", "889": "009",
    "998": "Developing countries", "1027": "014", "1028": "017", "1029": "018", "1030": "011",
    "1031": "029", "1032": "013", "1033": "054", "1034": "057", "1035": "061",
    "88": "States of former Yugoslavia", "389": "Caribbean and Central America",
    "689": "South and Central Asia", "789": "Far East Asia",
}  # fmt: skip
"""Regions of the DAC, as numbers of M49 where both mean the same countries, else by name."""
_DAC = frozenset({"", "1", "2", "DAC", "DAC-3", "DAC-5"})
"""Vocabularies of purposes of the DAC, in the words of all versions; without one it is meant."""
_PURPOSE = re.compile(r"\d{5}|\d{3}")
_FACETS = {f"{names.BASE}{facet}": facet for facet in FACET_PROPERTIES if facet != "purpose"}
"""Facets by the addresses of their schemes, which are vocabularies of tags."""
_GOALS = {"sector": {"7": "goal", "8": "target"}, "tag": {"2": "goal", "3": "target"}}
"""Vocabularies of Sustainable Development Goals and of their targets."""
_GOAL = re.compile(r"0?([1-9]|1[0-7])")
_TARGET = re.compile(r"0?([1-9]|1[0-7])\.(\d{1,2}|[a-dA-D])")
_TARGETS = (5, 5, 9, 7, 6, 6, 3, 10, 5, 7, 7, 8, 3, 7, 9, 10, 19)
"""How many targets with a number each Goal has."""
_MEANS = "bcdccbbbccccbccb "
"""The last letter of the targets of each Goal on its means; the seventeenth has none."""
_M49 = "2"
_DAC_REGIONS = frozenset({"", "1"})
_CODED = frozenset({"code", "percentage", "vocabulary", "vocab"})
_MOST_NORTH, _MOST_EAST = 90, 180
_PAIR = 2
_WHOLE = 100
_POINTS = frozenset({"point", "coordinates"})
_MOST_KNOWN = 65_536
"""Locations that are remembered."""


def find_country(draft: Draft, node: Tag) -> Value | None:
    """Find what country an element names, by its code or else in words."""
    text = squeeze_code(node.get("code")) or read_line(node)
    return Value(text, draft.where, "iso2") if text else None


def find_region(draft: Draft, node: Tag) -> Value | None:
    """Find what region an element names; a code of the DAC becomes the region that is meant."""
    code, vocabulary = squeeze_code(node.get("code")), squeeze_code(node.get("vocabulary"))
    text = code
    if vocabulary in _DAC_REGIONS:
        text = _REGIONS.get(code) or read_line(node) or code
    elif vocabulary == _M49:
        text = code.zfill(3) if code else ""
    else:
        text = read_line(node) or code
    text = text or read_line(node)
    return Value(text, draft.where, "region") if text else None


def take_country(draft: Draft, node: Tag) -> None:
    """Take over a country and its share."""
    _take_place(draft, node, find_country(draft, node))


def take_region(draft: Draft, node: Tag) -> None:
    """Take over a region and its share; its code is kept beside it."""
    _take_place(draft, node, find_region(draft, node))


def _take_place(draft: Draft, node: Tag, value: Value | None) -> None:
    if value is not None:
        draft.places.setdefault(value.text, value)
        _take_share(draft, node, "place", value)
    _keep_words(draft, node, "" if value is None else value.text)


def _keep_words(draft: Draft, node: Tag, said: str) -> None:
    """Keep the words beside a code, and what else an element says."""
    code, text = squeeze_code(node.get("code")), read_line(node)
    words = [] if text in ("", said, code) else [text]
    if len(node):
        words += read_more_lines(node)
    if code and code != said:
        words.insert(0, code)
    elif words and code:
        words[0] = f"{code}: {words[0]}"
    for name, value in node.items():
        if value and name not in _CODED and name[0] != "{":
            words.append(value if name == "vocabulary-uri" else f"{name} {value}")
    if words:
        draft.keep(str(node.tag), "; ".join(words))


def _take_share(draft: Draft, node: Tag, facet: str, value: Value) -> None:
    written = node.get("percentage")
    if not written:
        return
    number = draft.read_number(node, written.rstrip("% "))
    if number is not None and not 0 <= number <= _WHOLE:
        draft.tell("read", "A percentage is below 0 or above 100; it is kept as a note.", node)
        number = None
    if number is None:
        draft.keep(f"{local(str(node.tag))}/@percentage", f"{value.text}: {written}")
    else:
        _add_share(draft, node, Share(facet, value, number))


def _add_share(draft: Draft, node: Tag, share: Share) -> None:
    """Add a share; what takes several shares takes their sum."""
    key = (share.facet, share.value.text)
    known = draft.shares.get(key)
    if known is not None:
        draft.tell("read", "A code has a percentage more than once; they are added.", node)
        share = known._replace(percentage=known.percentage + share.percentage)
    draft.shares[key] = share


def take_sector(draft: Draft, node: Tag) -> None:
    """Take over a purpose of the DAC and its share, or a Goal; codes of other lists are kept."""
    value = find_purpose(draft, node)
    if value is None and _take_goal(draft, node, "sector"):
        return
    if value is None:
        draft.keep_all("sector", node)
        return
    draft.facets.setdefault(("purpose", value.text), value)
    _take_share(draft, node, "purpose", value)
    _keep_words(draft, node, value.text)


def find_purpose(draft: Draft, node: Tag) -> Value | None:
    """Find what purpose of the DAC a sector is; None if it is of another list."""
    vocabulary = squeeze_code(node.get("vocabulary") or node.get("vocab"))
    code = squeeze_code(node.get("code"))
    if vocabulary not in _DAC or not _PURPOSE.fullmatch(code):
        return None
    return Value(code, draft.where, "crs")


def take_tag(draft: Draft, node: Tag) -> None:
    """Take over a concept of a scheme of this project, or a Goal; other tags are kept."""
    if _take_goal(draft, node, "tag"):
        return
    facet = _FACETS.get(squeeze_code(node.get("vocabulary-uri")).rstrip("/"), "")
    code = squeeze_code(node.get("code"))
    if not facet or not code:
        draft.keep_all("tag", node)
        return
    draft.facets.setdefault((facet, code), Value(code, draft.where))


def _take_goal(draft: Draft, node: Tag, name: str) -> bool:
    """Take over a Sustainable Development Goal or a target of one; False if it is none."""
    vocabulary = squeeze_code(node.get("vocabulary") or node.get("vocab"))
    goal = find_goal(squeeze_code(node.get("code")), _GOALS[name].get(vocabulary, ""))
    if not goal:
        return False
    draft.goals.setdefault(goal)
    _keep_words(draft, node, squeeze_code(node.get("code")))
    if written := node.get("percentage"):
        # The model has shares of places and purposes; that of a Goal stays beside it.
        draft.keep(f"{name}/@percentage", f"SDG {goal}: {written}")
    return True


def find_goal(code: str, kind: str) -> str:
    """Find which Sustainable Development Goal or target a code is.

    Args:
        code: As written.
        kind: `goal` or `target`; empty for a code of another list.

    Returns:
        Its number, such as `9` or `9.b`; empty if there is no such Goal or target.

    Examples:
        >>> find_goal("09", "goal"), find_goal("9.B", "target"), find_goal("18", "goal")
        ('9', '9.b', '')
    """
    if kind == "goal" and (found := _GOAL.fullmatch(code)):
        return found[1]
    if kind != "target" or not (found := _TARGET.fullmatch(code)):
        return ""
    goal, target = int(found[1]), found[2].lower()
    if target.isdecimal():
        is_one = 1 <= int(target) <= _TARGETS[goal - 1]
        return f"{goal}.{int(target)}" if is_one else ""
    return f"{goal}.{target}" if target <= _MEANS[goal - 1] else ""


def take_location(draft: Draft, node: Tag) -> None:
    """Take over a place below a country, by its name and its point.

    The same place is often given for many activities; it is read once, unless something about it
    is to be told of each.
    """
    written, file = write_xml(node), draft.file
    said = file.locations.get(written)
    if said is None:
        told = file.told.total()
        said = _read_location(draft, node)
        if len(file.locations) < _MOST_KNOWN and file.told.total() == told:
            file.locations[written] = said
    if said.name or said.latitude is not None:
        draft.sites.append(Site(said.name, said.latitude, said.longitude, draft.where))
    draft.keep("location", said.rest)


def _read_location(draft: Draft, node: Tag) -> Location:
    """Read a location; what has no place in a site goes into words, with the name before it."""
    name, latitude, longitude = "", None, None
    rest = [f"{key} {text}" for key, text in node.items() if key[0] != "{" and text]
    for child in node[:]:
        tag = str(child.tag)
        if tag == "name" and not name:
            name = read_line(child)
            rest += read_more_lines(child)
        elif tag in _POINTS and latitude is None:
            latitude, longitude = _read_point(draft, child)
            rest += _find_precision(child) if latitude is not None else [describe(child)]
        elif said := describe(child):
            rest.append(f"{local(tag)}: {said}")
    words = "; ".join(filter(None, rest))
    return Location(name, latitude, longitude, f"{name}: {words}" if name and words else words)


def _find_precision(node: Tag) -> list[str]:
    """Find what is said of a point besides its degrees; WGS 84 goes without saying."""
    system, precision = node.get("srsName", ""), node.get("precision")
    said = [f"srsName {system}"] if system and not system.endswith("4326") else []
    return [*said, f"precision {precision}"] if precision else said


def _read_point(draft: Draft, node: Tag) -> tuple[Decimal | None, Decimal | None]:
    """Read the degrees of a point; none if they are no such thing, or only stand for some."""
    if node.tag == "point":
        written = " ".join([one.text or "" for one in node[:]]).replace(",", " ").split()
    else:
        written = [squeeze_code(node.get("latitude")), squeeze_code(node.get("longitude"))]
    if not any(written):
        return None, None
    read = [draft.read_number(node, one) for one in written]
    if len(read) != _PAIR or read[0] is None or read[1] is None:
        draft.tell("read", "A point is no pair of numbers; it is kept as a note.", node)
        return None, None
    latitude, longitude = read[0], read[1]
    if abs(latitude) > _MOST_NORTH or abs(longitude) > _MOST_EAST:
        draft.tell("read", "A point is not on the earth; it is kept as a note.", node)
        return None, None
    if not latitude and not longitude:
        draft.tell("read", "A point at 0, 0 stands for one that is not known.", node)
        return None, None
    return latitude, longitude
