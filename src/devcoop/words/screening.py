"""What a draft meets, would close and leaves open, in English sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.words import codes
from devcoop.words.counts import write_count, write_types
from devcoop.words.explanations import tell
from devcoop.words.gaps import GapWords, say_check
from devcoop.words.language import ENGLISH
from devcoop.words.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.drafts import Closed, Open, Screening
    from devcoop.model import Undertaking
    from devcoop.overlap.explanation import Explanation

_STRONG = ("duplication", "duplication-candidate", "overlap", "complementarity")
_SAID_BEFORE = ("place-unknown", "timing-uncertain")
"""Caveats that the sentences on time and place say already."""
_MOST_MEETINGS = 12
_MOST_GAPS = 12
_MOST_NAMED = 5


@dataclass(frozen=True)
class Item:
    """One thing that is told.

    Attributes:
        head: What it is, in one line.
        lines: What there is to say of it.
    """

    head: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One question about a draft and its answer.

    Attributes:
        name: Its name, for links.
        title: Its heading.
        lead: The answer in one sentence.
        items: The things it speaks of, the most important first.
    """

    name: str
    title: str
    lead: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """All that is said of a draft.

    Attributes:
        title: What the draft is called, and whose it is.
        lead: What it was held against.
        sections: The questions, in the order in which they are asked.
    """

    title: str
    lead: str
    sections: tuple[Section, ...]


def tell_screening(
    screening: Screening, unread: tuple[str, ...] = (), read: tuple[str, ...] = ()
) -> Sheet:
    """Put into sentences what a draft meets, would close and leaves open.

    Args:
        screening: What was found.
        unread: What was not understood when the draft was read.
        read: What was read in a way that may be wrong.
    """
    sections = [
        _tell_partners(screening),
        _tell_meetings(screening),
        _tell_continued(screening),
        _tell_closed(screening),
        _tell_open(screening),
    ]
    if unread:
        lead = "Not everything in the file was understood; what was not, played no part."
        sections.append(
            Section("unread", "What was not understood", lead, tuple(map(Item, unread)))
        )
    if read:
        lead = "What could have been read in another way, or was suggested:"
        sections.append(Section("read", "How it was read", lead, tuple(map(Item, read))))
    agency = screening.draft.agency.name or "agency not stated"
    return Sheet(f"{screening.draft.title} ({agency})", _say_scope(screening), tuple(sections))


def _say_scope(screening: Screening) -> str:
    """Say what the draft was held against, and what it was not."""
    draft = write_count(len(screening.initiatives), "initiative")
    others = write_count(screening.others, "initiative")
    agencies = {one.agency.iri for one in screening.plans} - {screening.draft.agency.iri}
    whose = write_count(len(agencies), "other agency", "other agencies")
    own = (
        f" The {write_count(screening.own, 'initiative')} that its own agency has here were not"
        " held against it."
        if screening.own
        else ""
    )
    days = ENGLISH.period(screening.draft.period) if screening.draft.period.start else ""
    period = f" ({days})" if days else ""
    return f"A draft of {draft}{period}, held against {others} of {whose}.{own}"


def _tell_partners(screening: Screening) -> Section:
    items = tuple(
        Item(screening.agencies[iri].name, (write_types(counted),))
        for iri, counted in screening.partners
    )
    lead = (
        f"It meets work of {ENGLISH.join([one.head for one in items])}."
        if items
        else "Nothing was found that would need a conversation."
    )
    return Section("partners", "With whom to talk", lead, items)


def _tell_meetings(screening: Screening) -> Section:
    found = screening.of_type(*_STRONG)
    lead = (
        f"{write_types(_count(found))[:1].upper()}{write_types(_count(found))[1:]}, each to be"
        " looked at by a person."
        if found
        else "None of its initiatives is close to one of another agency at the same time."
    )
    items = [_tell_meeting(screening, one) for one in found[:_MOST_MEETINGS]]
    return Section("meetings", "What it would duplicate or overlap", lead, (*items, *_rest(found)))


def _tell_continued(screening: Screening) -> Section:
    found = screening.of_type("continuity")
    lead = (
        f"{write_count(len(found), 'initiative')} on the same subject that ended before it begins,"
        " or begin after it ends."
        if found
        else "No initiative of another agency on the same subject ended before it begins, or begins"
        " after it ends, as far as the periods are known."
    )
    items = [_tell_meeting(screening, one) for one in found[:_MOST_MEETINGS]]
    return Section("continued", "What comes before or after it", lead, (*items, *_rest(found)))


def _rest(found: list[Explanation]) -> Iterator[Item]:
    if found[_MOST_MEETINGS:]:
        yield Item(f"and {len(found) - _MOST_MEETINGS} more, less close; the table has all")


def _count(found: list[Explanation]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in found:
        counted[one.pair.type] = counted.get(one.pair.type, 0) + 1
    return counted


def _tell_meeting(screening: Screening, meeting: Explanation) -> Item:
    ours, theirs = screening.side(meeting)
    told = tell(meeting, name_things(screening))
    kind = codes.TYPES_IN_SENTENCES[meeting.pair.type]
    said = [f"{told.headline}; {kind}, closeness {meeting.pair.score:.2f} of 1."]
    said += [told.when, told.where]
    said += [
        f"Beware: {words}"
        for code, words in zip(meeting.caveats, told.caveats, strict=True)
        if code not in _SAID_BEFORE
    ]
    said += [f"Could be done: {', '.join(option.term for option in told.options)}."]
    passages = ", ".join(one.locator for one in theirs.evidence)
    if passages:
        said.append(f"Passages of {theirs.agency.name}: {passages}.")
    return Item(f"{name_side(ours)} – {name_side(theirs)}", tuple(said))


def name_things(screening: Screening) -> Lexicon:
    """Say what concepts, places and initiatives are called."""
    return Lexicon({iri: {"en": label} for iri, label in screening.labels.items()})


def name_side(side: Undertaking) -> str:
    """Name an initiative: whose it is, its identifier and its title."""
    return f"{side.agency.name} {side.identifier}: {side.label}"


def _tell_closed(screening: Screening) -> Section:
    by_check: dict[str, list[Closed]] = {}
    for one in screening.closed:
        by_check.setdefault(one.check.name, []).append(one)
    gap_words = GapWords(name_things(screening), screening.agencies)
    items = [
        Item(
            say_check(several[0].check, "title").text,
            tuple(gap_words.cell(one.check, one.cell).text for one in several[:_MOST_GAPS]),
        )
        for several in by_check.values()
    ]
    looked = write_count(screening.looked_at, "gap")
    number = len(screening.closed)
    lead = (
        f"{number} of the {looked} that a plan could close."
        if number
        else f"None of the {looked} that a plan could close."
    )
    return Section("closed", "Which gaps it would close", lead, tuple(items))


def _tell_open(screening: Screening) -> Section:
    items = tuple(_tell_one_open(screening, one) for one in screening.open)
    lead = (
        "What is not said cannot be coordinated; it is taken for unknown, not for no."
        if items
        else "Nothing that was looked at is left open."
    )
    return Section("open", "What it leaves vague", lead, items)


def _tell_one_open(screening: Screening, one: Open) -> Item:
    what = (
        say_check(one.check, "title").text
        if one.check
        else f"{codes.FACETS[one.facet]}: not stated"
    )
    what = what[:1].upper() + what[1:]
    if one.subjects == (screening.draft.iri,):
        return Item(f"{what}: the draft as a whole")
    known = [screening.initiatives[iri].identifier for iri in one.subjects]
    more = f" and {len(known) - _MOST_NAMED} more" if known[_MOST_NAMED:] else ""
    return Item(f"{what}: {len(known)} of {one.of}", (", ".join(known[:_MOST_NAMED]) + more,))
