"""A file of IATI in stretches, each read by a process of its own, as if one had read them all.

Where a stretch begins is a part of the length of the file, so that all processes cut alike without
asking each other. Each parses the file from its beginning, since only so is XML understood, and
takes the keys of the activities that others read, since theirs hang on them; it makes elements of
its own ones, which is what takes time. A file of an organisation is not cut.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from devcoop import killable
from devcoop.errors import SourceError
from devcoop.load.markup import iter_children, open_xml, read_name
from devcoop.load.readers.iati.activities import pass_activity, read_activity
from devcoop.load.readers.iati.draft import Draft, File
from devcoop.load.readers.iati.links import Activities
from devcoop.load.readers.iati.money import say_amount
from devcoop.load.readers.iati.organisations import read_organisation
from devcoop.load.readers.iati.results import OF_RESULTS
from devcoop.load.readers.iati.texts import LANGUAGE, local, squeeze_code
from devcoop.load.records import Head, Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devcoop.load.content import Content
    from devcoop.load.markup import Tag, XmlFile
    from devcoop.load.records import Amount, Note

VERSIONS = frozenset(
    {"1.00", "1.0", "1.01", "1.02", "1.03", "1.04", "1.05", "2.01", "2.02", "2.03"}
)
"""Versions that there are, and a spelling of the first that many files have."""
AROUND = ("iati-activities", "iati-organisations")
"""Names of what holds the items of a file."""
ITEMS = ("iati-activity", "iati-organisation")
"""Names of the items themselves."""
_DAY = len("2026-11-28")
_WORTH_BYTES = 256 << 10
"""A stretch that is shorter takes no longer to read than it takes to begin another process."""
_MAKING = 0.82
"""Part of the time of reading that goes into making elements, on average; the rest is parsing."""
_MOST = 4
"""Stretches of a file; each more process parses all of it once more."""


class Stretch(NamedTuple):
    """A stretch of a file.

    Attributes:
        begin: Where it begins, as a part of the length of the file.
        end: Where it ends.
    """

    begin: float = 0.0
    end: float = math.inf


@dataclass
class Said:
    """What a stretch of a file says.

    Attributes:
        version: Version of IATI, as the file states it.
        edition: Day on which the file was made.
        whole: What is known of the file, and what stands beside its items.
        head: The list that it is.
        activities: Its activities with their results.
        since: Number of the last activity in front of the stretch.
        until: Number of its last one.
    """

    version: str
    edition: str
    whole: Draft
    head: Head = field(default_factory=Head)
    activities: Activities = field(default_factory=Activities)
    since: int = 0
    until: int = 0


def read_all(path: Path, content: Content) -> Said:
    """Read a file in this process."""
    return _read_stretch(path, content, Stretch())


def count_worth(content: Content) -> int:
    """Count the processes that may well share a file: no more than there are processors."""
    return min(killable.count_processors(), len(content) // _WORTH_BYTES, _MOST)


def read_beside(path: Path, content: Content, number: int) -> Said:
    """Read a file in several processes.

    Args:
        path: Names it in messages.
        content: What it holds, which may be packed and may be large.
        number: How many processes there may be, with this one.

    Returns:
        The same as `read_all`, but that an organisation that occurs in several stretches has its
        first place in each. Lists must be spooled in one context.

    Raises:
        SourceError: As the reader raises it.
    """
    *others, last = cut(number)
    with contextlib.ExitStack() as stack:
        begun = [
            stack.enter_context(
                killable.begin_beside(partial(_read_to_hand_on, path, content, one), what=str(path))
            )
            for one in others
        ]
        said = [_read_stretch(path, content, last)]
        said = [*(finish() for finish in begun), *said]
    is_cut_alike = all(one.until == then.since for one, then in itertools.pairwise(said))
    if not is_cut_alike or _has_keys_like_results(said[-1].whole.file):
        return read_all(path, content)
    while len(said) > 1:
        before = said.pop(-2)
        _put_in_front(said[-1], before)
    return said[0]


def _has_keys_like_results(file: File) -> bool:
    """Tell whether the key of a result may be one that the file itself gives to an activity.

    What is a key then hangs on all that stands before it, results too.
    """
    return any(part in identifier for identifier in file.first for part in OF_RESULTS)


def cut(number: int) -> list[Stretch]:
    """Cut a file in so many stretches that are read in the same time; in one if there are fewer.

    A later one is shorter, since all in front of it is parsed as well.

    Examples:
        >>> [(round(begin, 2), round(end, 2)) for begin, end in cut(2)]
        [(0.0, 0.55), (0.55, inf)]
    """
    ends = [(1 - _MAKING**place) / (1 - _MAKING**number) for place in range(1, number)]
    return [Stretch(*ends) for ends in zip([0.0, *ends], [*ends, math.inf], strict=True)]


def _put_in_front(said: Said, before: Said) -> None:
    said.whole.file.put_in_front(before.whole.file)
    said.whole.put_notes_in_front(before.whole)
    said.activities.put_in_front(before.activities)
    said.since = before.since
    # That of an organisation is known in the first stretch only, who reports maybe in a later one.
    said.head = said.head if before.head == Head() else before.head


def _read_to_hand_on(path: Path, content: Content, stretch: Stretch) -> Said:
    said = _read_stretch(path, content, stretch)
    said.whole.file.forget_names()
    return said


def _read_stretch(path: Path, content: Content, stretch: Stretch) -> Said:
    opened = open_xml(path, content)
    tags = iter_children(path, opened, AROUND, ITEMS)
    root = next(tags, None)
    if root is None:
        raise SourceError(path, "no element of it is one of IATI")
    file = File(language=root.get(LANGUAGE, ""), currency=root.get("default-currency", ""))
    # An item that stands alone is read as one, and is no root.
    whole = Draft(file, Where(xpath=f"/{read_name(root)}"))
    edition = squeeze_code(root.get("generated-datetime"))[:_DAY]
    said = Said(squeeze_code(root.get("version")), edition, whole)
    if not stretch.begin:
        _read_root(said, root)
    is_organisation = "organisation" in read_name(root)
    if not is_organisation:
        _read_activities(said, _iter_places(opened, stretch, tags))
    elif not stretch.begin:
        _read_organisations(said, tags)
    return said


def _read_root(said: Said, root: Tag) -> None:
    whole = said.whole
    if read_name(root) in AROUND:
        for name, value in root.items():
            if name not in (LANGUAGE, "default-currency") and value:
                whole.keep(f"{read_name(root)}/@{local(name)}", value)
    if not said.version:
        whole.tell("read", "The file does not state its version of IATI.", root)
    elif said.version not in VERSIONS:
        what = f"The file states version {said.version!r} of IATI, which is none that is known."
        whole.tell("read", what, root)


def _xpath(whole: Draft, node: Tag, number: int) -> str:
    name = read_name(node)
    is_alone = node.getparent() is None
    return f"/{name}" if is_alone else f"{whole.where.xpath}/{name}[{number}]"


# Activities


def _iter_places(
    opened: XmlFile, stretch: Stretch, tags: Iterator[Tag]
) -> Iterator[tuple[Tag, bool]]:
    """Iterate over what stands up to the end of a stretch, and tell what stands in front of it."""
    for node in tags:
        part = opened.part
        if part > stretch.end:
            return
        yield node, part <= stretch.begin


def _read_activities(said: Said, tags: Iterator[tuple[Tag, bool]]) -> None:
    file = said.whole.file
    for node, is_in_front in tags:
        if node.tag != "iati-activity":
            if not is_in_front:
                said.whole.keep_all(local(str(node.tag)), node)
            continue
        said.until += 1
        xpath = _xpath(said.whole, node, said.until)
        if is_in_front:
            said.since += 1
            pass_activity(file, node, xpath)
        else:
            said.activities.extend(read_activity(file, node, xpath))
    said.head = Head(agency=file.agency)


# Organisations


def _read_organisations(said: Said, tags: Iterator[Tag]) -> None:
    """Read the organisation of a file; money of others that it may have is kept."""
    whole, number = said.whole, 0
    heads: list[Head] = []
    for node in tags:
        if node.tag != "iati-organisation":
            whole.keep_all(local(str(node.tag)), node)
            continue
        number += 1
        draft, amounts = read_organisation(whole.file, node, _xpath(whole, node, number))
        if heads:
            draft.tell("unknown", "A second organisation of a file is kept as notes.", node)
            heads.append(Head(notes=_keep_second(draft, amounts)))
        else:
            head = Head(agency=draft.agency, amounts=tuple(amounts), notes=draft.make_notes())
            heads.append(head)
    if heads:
        notes = tuple(note for one in heads for note in one.notes)
        said.head = replace(heads[0], notes=notes)


def _keep_second(draft: Draft, amounts: list[Amount]) -> tuple[Note, ...]:
    name = draft.agency.name if draft.agency else ""
    for one in amounts:
        place = one.place.text if one.place else ""
        draft.keep(f"{name} {one.kind}", " ".join(filter(None, (place, say_amount(one)))))
    return draft.make_notes()
