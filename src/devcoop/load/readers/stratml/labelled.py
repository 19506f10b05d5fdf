"""What other information says in lines such as "Place: Kenya", as `export -f stratml` writes it.

StratML has no element for facets, places, larger undertakings and the days of an objective.
Other information is read so only if each of its lines begins with such a label; else all of it
is a note, since nobody knows then which line ends where.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from devcoop.load.readers.stratml.draft import whole_text
from devcoop.load.records import Value
from devcoop.words.codes import FACETS

if TYPE_CHECKING:
    from devcoop.load.markup import Tag
    from devcoop.load.readers.stratml.draft import Draft

_LABELS = {words: facet for facet, words in FACETS.items()} | {
    "part of": "part of",
    "place": "place",
    "start": "start",
    "end": "end",
}


@dataclass(frozen=True)
class Labelled:
    """What lines with labels say.

    Attributes:
        facets: Values by facet.
        places: Where it takes place.
        part_of: What an undertaking is part of, by its title; empty if nothing is said.
        start: First day.
        end: Last day.
    """

    facets: tuple[tuple[str, Value], ...] = ()
    places: tuple[Value, ...] = ()
    part_of: str = ""
    start: date | None = None
    end: date | None = None


NOTHING = Labelled()
"""No line has a label."""


def take_labelled(draft: Draft, node: Tag) -> Labelled:
    """Take over other information of a goal or an objective if all its lines have labels.

    Args:
        draft: What is known so far.
        node: The element.
    """
    found = draft.find(node, "OtherInformation")
    said = {} if found is None else _read_lines(whole_text(found))
    if found is None or not said:
        return NOTHING
    draft.use(found)
    where = draft.where(found)
    values = {label: [Value(text, where) for text in texts] for label, texts in said.items()}
    return Labelled(
        tuple((facet, one) for facet in FACETS for one in values.get(facet, ())),
        tuple(values.get("place", ())),
        said.get("part of", [""])[0],
        _find_day(said, "start"),
        _find_day(said, "end"),
    )


def take_places(draft: Draft) -> tuple[Value, ...]:
    """Take over other information of the plan if it has the label of places, and no other."""
    found = draft.find(draft.root, "OtherInformation")
    said = {} if found is None else _read_lines(whole_text(found))
    if found is None or said.keys() != {"place"}:
        return ()
    return take_labelled(draft, draft.root).places


def _find_day(said: dict[str, list[str]], label: str) -> date | None:
    return date.fromisoformat(said[label][0]) if label in said else None


def _read_lines(text: str) -> dict[str, list[str]]:
    """Read lines by label; nothing if one of them is no such line or two have one label."""
    said: dict[str, list[str]] = {}
    for line in filter(None, text.split("\n")):
        words, _, rest = line.partition(": ")
        label = _LABELS.get(words.lower(), "")
        values = [one.strip() for one in rest.split("; ") if one.strip()]
        if not label or label in said or not values or not _fits(label, values):
            return {}
        said[label] = values
    return said


def _fits(label: str, values: list[str]) -> bool:
    """Tell whether there are as many values as there may be, and days where days are meant."""
    if label == "part of":
        return len(values) == 1
    return label not in ("start", "end") or (len(values) == 1 and _is_day(values[0]))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
