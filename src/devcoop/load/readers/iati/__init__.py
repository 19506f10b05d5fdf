"""IATI: files of activities and of organisations in XML, of all versions from 1.00 to 2.03.

A file is recognised by the name of its first elements, whatever its ending and namespace, and
may be packed with gzip. Activities are read one by one, so that memory holds the records and not
the file, and those of a long file by several processes (see `stretches`). Nothing is fetched, no
DTD is loaded and no entity is resolved. Both forms of texts are read in any version, directly in
an element (1) and in narratives (2); a version that is missing or that there is not is told.

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
from devcoop.load.markup import find_first_names, open_xml
from devcoop.load.readers.iati.checking import check_file
from devcoop.load.readers.iati.links import find_parts
from devcoop.load.readers.iati.organisations import COUNTED
from devcoop.load.readers.iati.stretches import AROUND, ITEMS, count_worth, read_all, read_beside
from devcoop.load.reading import Reading
from devcoop.load.records import Body, Records, Text, Value
from devcoop.load.spool import spooling
from devcoop.names import make_readable

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.load.content import Content
    from devcoop.load.readers.iati.draft import File
    from devcoop.load.readers.iati.stretches import Said
    from devcoop.load.records import Head, Hints

SUFFIXES: tuple[str, ...] = (".xml", ".gz")
"""Endings of the files that this reader takes."""
_ROOTS = frozenset({*AROUND, *ITEMS})
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
        form, records = killable.run(
            lambda: _finish(read_beside(path, content, count_worth(content)), path, hints),
            what=str(path),
        )
    if (folder := hints.check) is not None:
        broken = killable.run(lambda: check_file(path, content, folder), what=str(path))
        records = replace(records, told=(*records.told, *broken))
    return Reading(path, hash_content(content), records=records, format=form)


def read_records(path: Path, content: Content, hints: Hints) -> tuple[str, Records]:
    """Read a file as `read` does, in this process, and give its format and its records."""
    return _finish(read_all(path, content), path, hints)


def _finish(said: Said, path: Path, hints: Hints) -> tuple[str, Records]:
    file, head = said.whole.file, said.head
    if number := file.tags["transaction"]:
        what = "Transactions are summed by kind, year, currency and place."
        file.told["read", what] = number
    said.activities.parts = find_parts(file)
    head = replace(_complete(head, path, hints), language=file.find_language() or hints.language)
    head = replace(head, edition=said.edition, notes=(*head.notes, *said.whole.make_notes()))
    form = " ".join(filter(None, ("IATI", said.version)))
    return form, Records(head, said.activities or (), file.tell_all(), _say_counts(file))


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
