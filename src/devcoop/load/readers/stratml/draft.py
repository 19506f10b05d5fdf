"""What is known of a StratML file while it is read: what was taken over, and what is left.

The reader takes texts over one by one; whatever nothing has taken over becomes a note at the
end, so that nothing is dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devcoop.load.markup import LAST_LINE, read_name, read_own_text
from devcoop.load.records import Element, Note, Teller, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.load.markup import Tag

# A caret between words is a mark; within one, as in km^2, it is none.
_BREAK = re.compile(r"(?:^|\s)\s*(\^{1,2})(?=\s|$)\s*|(\^\^)\s*")


def whole_text(node: Tag) -> str:
    """Give all text in an element, laid out as `lay_out` does."""
    return lay_out("".join(node.itertext()))


def lay_out(text: str) -> str:
    r"""Bring text to paragraphs: runs of white space go, and the marks `^^` and `^` break lines.

    Examples:
        >>> lay_out("so:  ^^ 1. plan ^ 2. do, 3 km^2\n")
        'so:\n\n1. plan\n2. do, 3 km^2'
    """
    text = " ".join(text.split())
    broken = _BREAK.sub(lambda one: "\n" * len(one[1] or one[2]), text)
    return broken.strip()


@dataclass
class Draft:
    """What is known of a file while it is read.

    Attributes:
        root: The root of the file.
        places: Where each element stands.
        lines: Whether the file is broken into lines, so that a line names a place.
        used: Elements and attributes whose text has a place in a record.
        elements: Elements so far, by the element of the file.
        keys: Keys that are taken.
        numbers: How often a key was wanted, and how many elements of a name there are.
        teller: What is to be told.
        called: Names of stakeholders by their element.
        larger: Titles of what elements are part of, where they say it besides where they stand.
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
    teller: Teller = field(default_factory=Teller)
    called: dict[Tag, str] = field(default_factory=dict)
    larger: dict[Tag, str] = field(default_factory=dict)
    described: dict[tuple[str, str], Tag] = field(default_factory=dict)

    def where(self, node: Tag) -> Where:
        """Name a place."""
        line = node.sourceline or 0
        is_line = self.lines and line < LAST_LINE
        return Where(line=line if is_line else 0, xpath=self.places[node])

    def tell(self, kind: str, what: str, node: Tag) -> None:
        """Tell something that a person should know of an element of the file."""
        self.teller.tell(kind, what, where=self.where(node))

    def use(self, node: Tag, attribute: str = "") -> None:
        """Mark what an element or an attribute says as taken over."""
        self.used.add((node, attribute))
        if not attribute:
            self.used |= {(one, "") for one in node.iterdescendants()}

    def find(self, node: Tag, *names: str) -> Tag | None:
        """Find the first child of a name that has text; the first name goes first."""
        for name in names:
            for child in node:
                if read_name(child) == name and whole_text(child):
                    return child
        return None

    def take(self, node: Tag, *names: str) -> str:
        """Take over the text of a child; empty if there is none."""
        found = self.find(node, *names)
        if found is None:
            return ""
        self.use(found)
        return whole_text(found)

    def take_line(self, node: Tag, *names: str) -> str:
        """Take over the text of a child in one line."""
        return " ".join(self.take(node, *names).split())

    def put_back(self, node: Tag) -> None:
        """Leave all that an element says to the notes."""
        for one in node.iter():
            self.used -= {(one, str(attribute)) for attribute in ("", *one.attrib)}


_PERSONAL = frozenset(
    {"GivenName", "FirstName", "Surname", "LastName", "PhoneNumber", "EmailAddress"}
)
"""What a file says of the person who sent it, by the names of the elements of `Submitter`."""


def find_notes(draft: Draft, owner: Tag) -> Iterator[Note]:
    """Find what nothing else has taken over, down to the next element of the plan."""
    yield from _find_notes_of(draft, owner, owner)
    waiting = list(owner)[::-1]
    while waiting:
        node = waiting.pop()
        if node in draft.elements:
            continue
        yield from _find_notes_of(draft, owner, node)
        waiting += list(node)[::-1]


def _find_notes_of(draft: Draft, owner: Tag, node: Tag) -> Iterator[Note]:
    texts = [(f"@{name}", value) for name, value in node.attrib.items() if is_said(name)]
    said = [(name, value) for name, value in texts if (node, name[1:]) not in draft.used]
    if (node, "") not in draft.used and (own := read_own_text(node)):
        said.append(("", own))
    for name, value in said:
        heading = "/".join(filter(None, (*_path_between(owner, node), name)))
        if read_name(node) in _PERSONAL:
            draft.tell("lost", "Name or address of the person who sent the plan is left out.", node)
            continue
        what = f"{heading} has no place in the model; it is kept as a note."
        draft.tell("kept", what, node)
        called = next(
            (draft.called[one] for one in _upwards(owner, node) if one in draft.called), ""
        )
        text = lay_out(value)
        yield Note(heading, f"{called}: {text}" if called else text, draft.where(node))


def is_said(attribute: str) -> bool:
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
