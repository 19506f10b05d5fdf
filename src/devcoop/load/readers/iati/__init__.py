"""IATI: files of activities and of organisations in XML, of all versions from 1.00 to 2.03.

A file is recognised by the name of its first elements, whatever its ending and namespace, and
may be packed with gzip. Activities are read one by one, so that memory holds the records and not
the file. Nothing is fetched, no DTD is loaded and no entity is resolved. Both forms of texts are
read in any version, directly in an element (1) and in narratives (2); a version that is missing
or that there is not is told.

What becomes what:

- The file becomes the list, called by its publisher and its name; its agency is who reports the
  first activity.
- An activity becomes an Undertaking under its identifier. One that has none, or that of an
  earlier activity, is kept under another key, which is told. Titles and all its descriptions are
  taken over in all languages.
- Who takes part becomes a participant in its role; who reports an activity answers for it.
- A status becomes that of the scheme, each code its own: planned, running, finalising, done,
  cancelled, suspended. What is cancelled is kept, compared with nothing and counted apart.
- Days that came go before planned ones, and days that stand for an unknown one give way to days
  on which money was paid (see `days`).
- Countries and regions become places, sectors of the DAC purposes, both with their percentages;
  those of transactions count for the activity. Tags that name a concept of ours state it;
  sectors and tags that are Sustainable Development Goals or targets are what it contributes to.
  Sectors of other lists, other tags and policy markers are kept as notes.
- Locations become sites. Related activities, other identifiers and the activities that pay or
  are paid become references; a parent that stands in the same file is what the activity is part
  of.
- Transactions are summed by kind, calendar year, currency and place; budgets and planned
  disbursements by period. What else a transaction says is kept, the same words once for each
  activity; the single sums and days of transactions are not.
- Results become outputs, outcomes and impacts to which the activity contributes, indicators
  measure them, and baselines, targets and actual values are their numbers.
- An organisation file becomes a list without initiatives: its money is that of the list.
- Names, functions and addresses of persons are left out; whatever else has text or attributes
  becomes a note.

Source: https://iatistandard.org/en/iati-standard/203/
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devcoop import killable
from devcoop.errors import SourceError
from devcoop.load.content import hash_content
from devcoop.load.markup import find_first_names, iter_children, open_xml, read_name
from devcoop.load.readers.iati.activities import read_activity
from devcoop.load.readers.iati.checking import check_file
from devcoop.load.readers.iati.draft import Draft, File
from devcoop.load.readers.iati.links import Activities, find_parts
from devcoop.load.readers.iati.money import say_amount
from devcoop.load.readers.iati.organisations import COUNTED, read_organisation
from devcoop.load.readers.iati.texts import LANGUAGE, local, squeeze_code
from devcoop.load.reading import Reading
from devcoop.load.records import Body, Head, Records, Text, Value, Where
from devcoop.load.spool import spooling
from devcoop.names import make_readable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devcoop.load.content import Content
    from devcoop.load.markup import Tag
    from devcoop.load.records import Amount, Hints, Note

SUFFIXES: tuple[str, ...] = (".xml", ".gz")
"""Endings of the files that this reader takes."""
VERSIONS = frozenset(
    {"1.00", "1.0", "1.01", "1.02", "1.03", "1.04", "1.05", "2.01", "2.02", "2.03"}
)
"""Versions that there are, and a spelling of the first that many files have."""
_AROUND = ("iati-activities", "iati-organisations")
_ITEMS = ("iati-activity", "iati-organisation")
_ROOTS = frozenset({*_AROUND, *_ITEMS})
_FIRST = 4
"""Elements among which the one that holds the activities is; answers of servers wrap it."""
_AT_ACTIVITY = ("sector", "recipient-country", "recipient-region")
_OF_ACTIVITY = (
    "transaction", "budget", "planned-disbursement", "result", "tag", "participating-org",
    "document-link", "location",
)  # fmt: skip
_COUNTS = (
    "activities", "distinct non-empty ids", "sector at activity", "sector in transaction",
    "recipient-country at activity", "recipient-region at activity",
    "recipient-country in transaction", "recipient-region in transaction", "transaction",
    "budget", "planned-disbursement", "result", "indicator", "period", "document-link",
    "location", "tag", "participating-org",
)  # fmt: skip
"""What is counted of activities, in the order told."""
_PACKED = ".xml.gz"
_DAY = len("2026-11-28")


def recognizes(path: Path, content: Content) -> bool:
    """Tell whether a file is of IATI, by the names of its first elements.

    Packed XML that is broken is taken as well, so that somebody says what is wrong.
    """
    is_packed_xml = path.name.lower().endswith(_PACKED)
    try:
        found = killable.run(
            lambda: find_first_names(open_xml(path, content), _FIRST), what=str(path)
        )
    except SourceError:
        return is_packed_xml
    return bool(_ROOTS.intersection(found)) or (not found and is_packed_xml)


def read(path: Path, content: Content, hints: Hints) -> Reading:
    """Read a file of activities or of organisations.

    Args:
        path: Names it in messages.
        content: What it holds, which may be packed and may be large.
        hints: What it does not say itself.

    Raises:
        SourceError: It is not well-formed, declares entities, or cannot be unpacked.
        OutOfTimeError: It takes too long.
        OutOfMemoryError: It takes too much memory.
    """
    with spooling():
        form, records = killable.run(lambda: read_records(path, content, hints), what=str(path))
    if (folder := hints.check) is not None:
        broken = killable.run(lambda: check_file(path, content, folder), what=str(path))
        records = replace(records, told=(*records.told, *broken))
    return Reading(path, hash_content(content), records=records, format=form)


def read_records(path: Path, content: Content, hints: Hints) -> tuple[str, Records]:
    """Read a file as `read` does, in this process, and give its format and its records."""
    tags = iter_children(path, open_xml(path, content), _AROUND, _ITEMS)
    root = next(tags, None)
    if root is None:
        raise SourceError(path, "no element of it is one of IATI")
    file = File(language=root.get(LANGUAGE, ""), currency=root.get("default-currency", ""))
    # An item that stands alone is read as one, and is no root.
    whole = Draft(file, Where(xpath=f"/{read_name(root)}"))
    version = squeeze_code(root.get("version"))
    edition = squeeze_code(root.get("generated-datetime"))[:_DAY]
    if read_name(root) in _AROUND:
        _keep_attributes(whole, root)
    _tell_version(whole, root, version)
    read_them = _read_organisations if "organisation" in read_name(root) else _read_activities
    head, elements = read_them(file, whole, tags)
    head = replace(_complete(head, path, hints), language=file.find_language() or hints.language)
    head = replace(head, edition=edition, notes=(*head.notes, *whole.make_notes()))
    form = " ".join(filter(None, ("IATI", version)))
    return form, Records(head, elements, file.tell_all(), _say_counts(file))


def _keep_attributes(whole: Draft, root: Tag) -> None:
    for name, value in root.items():
        if name not in (LANGUAGE, "default-currency") and value:
            whole.keep(f"{read_name(root)}/@{local(name)}", value)


def _tell_version(whole: Draft, root: Tag, version: str) -> None:
    if not version:
        whole.tell("read", "The file does not state its version of IATI.", root)
    elif version not in VERSIONS:
        what = f"The file states version {version!r} of IATI, which is none that is known."
        whole.tell("read", what, root)


def _complete(head: Head, path: Path, hints: Hints) -> Head:
    """Add to what a file says of itself what the person who loads it says, and a title.

    A file of IATI has no title: it is called by who publishes it, and by its name, which tells
    several of one publisher apart.
    """
    agency = head.agency or (Body(hints.agency) if hints.agency else None)
    is_packed = path.name.lower().endswith(_PACKED)
    name = make_readable(path.name[: -len(_PACKED)]) if is_packed else ""
    called = (
        f"{agency.name} ({name or make_readable(path.stem)})" if agency and agency.name else name
    )
    titles = (Text(hints.title or called),) if hints.title or called else ()
    places = (Value(hints.place),) if hints.place else ()
    return replace(head, key=name, titles=titles, agency=agency, places=places)


def _iter_items(whole: Draft, tags: Iterator[Tag], name: str) -> Iterator[tuple[Tag, str]]:
    """Iterate over the items of a file, each with its place; what stands beside them is kept."""
    number = 0
    for node in tags:
        if node.tag == name:
            number += 1
            is_alone = node.getparent() is None
            yield node, f"/{name}" if is_alone else f"{whole.where.xpath}/{name}[{number}]"
        else:
            whole.keep_all(local(str(node.tag)), node)


# Activities


def _read_activities(file: File, whole: Draft, tags: Iterator[Tag]) -> tuple[Head, Activities]:
    elements = Activities()
    for node, xpath in _iter_items(whole, tags, "iati-activity"):
        elements.extend(read_activity(file, node, xpath))
    _tell_sums(whole)
    elements.parts = find_parts(file)
    return Head(agency=file.agency), elements


def _tell_sums(whole: Draft) -> None:
    what = "Transactions are summed by kind, year, currency and place."
    if number := whole.file.tags["transaction"]:
        whole.file.told["read", what] = number


def _say_counts(file: File) -> dict[str, int]:
    counts = file.counts
    if "iati-organisation" in counts:
        names = ("iati-organisation", *COUNTED)
        return {name: counts[name] for name in names}
    counts.update({name: file.tags[name] for name in _OF_ACTIVITY})
    counts.update({f"{name} at activity": file.tags[name] for name in _AT_ACTIVITY})
    more = ("activities without title text", "activities without any geography")
    counted = {name: counts[name] for name in (*_COUNTS, *more) if counts[name]}
    said = {f"narratives in {name}": number for name, number in sorted(file.languages.items())}
    return counted | said


# Organisations


def _read_organisations(file: File, whole: Draft, tags: Iterator[Tag]) -> tuple[Head, tuple[()]]:
    """Read the organisation of a file; money of others that it may have is kept."""
    head: Head | None = None
    for node, xpath in _iter_items(whole, tags, "iati-organisation"):
        draft, amounts = read_organisation(file, node, xpath)
        if head is None:
            head = Head(agency=draft.agency, amounts=tuple(amounts), notes=draft.make_notes())
        else:
            draft.tell("unknown", "A second organisation of a file is kept as notes.", node)
            head = replace(head, notes=(*head.notes, *_keep_second(draft, amounts)))
    return head or Head(), ()


def _keep_second(draft: Draft, amounts: list[Amount]) -> tuple[Note, ...]:
    name = draft.agency.name if draft.agency else ""
    for one in amounts:
        place = one.place.text if one.place else ""
        draft.keep(f"{name} {one.kind}", " ".join(filter(None, (place, say_amount(one)))))
    return draft.make_notes()
