"""What a draft meets, would close and leaves open, in English sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.drafts import PERIOD, SUBJECTS
from devcoop.words import codes
from devcoop.words.counts import write_count, write_types
from devcoop.words.explanations import tell
from devcoop.words.gaps import GapWords, say_check
from devcoop.words.language import ENGLISH
from devcoop.words.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from devcoop.drafts import Closed, Open, Screening
    from devcoop.model import Undertaking
    from devcoop.overlap.explanation import Explanation

_STRONG = ("duplication", "duplication-candidate", "overlap", "complementarity")
_SAID_BEFORE = ("place-unknown", "timing-uncertain")
"""Caveats that the sentences on time and place say already."""
_OPEN = {
    **{facet: f"{name}: not stated" for facet, name in codes.FACETS.items()},
    PERIOD: "first day: not known",
}
"""What is left open where no question about gaps asks for it."""
_OF_THE_DRAFT = {"plans-without-amount": "Money: no amount in numbers is stated in the draft"}
"""What is said of a draft as a whole where the name of the question speaks of whole plans."""
_NOTED = "said in words that are not known here"
_ASKED = {
    "plans-without-known-countries": "For which countries it is meant",
    "undertakings-without-actor": "Who carries it out",
    "undertakings-without-beneficiary": "For which group or country it is meant",
    "undertakings-without-funding": "Where money for it is to come from",
    "undertakings-without-place": "Where it takes place",
    "undertakings-without-result": "What it leads to",
}
"""What questions ask of an initiative or a plan, by their names."""
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
        *_tell_doubled(screening),
        _tell_closed(screening),
        _tell_open(screening),
    ]
    if screening.inherited:
        sections.append(_tell_inherited(screening))
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
    others = write_count(screening.others.number, "initiative")
    issuers = {one.agency.iri for one in screening.initiatives.values()}
    agencies = screening.others.agencies
    words = ("agency", "agencies") if issuers & agencies else ("other agency", "other agencies")
    days = ENGLISH.period(screening.draft.period) if screening.draft.period.start else ""
    period = f" ({days})" if days else ""
    said = [
        f"A draft of {draft}{period}, held against {others} of"
        f" {write_count(len(agencies), *words)}.",
    ]
    if screening.own:
        own = write_count(screening.own, "initiative")
        which = "it is" if screening.own == 1 else "they are"
        said.append(f"Its own agency has {own} here; {which} told apart.")
    if screening.is_edition:
        said.append("Its edition in the store was set aside, as if this one had taken its place.")
    if blanks := "; ".join(_iter_blanks(screening)):
        said.append(f"Nothing could be found for {blanks}.")
    return " ".join(said)


def _iter_blanks(screening: Screening) -> Iterator[str]:
    """Say of how many initiatives too little is known to find anything."""
    own = screening.initiatives.values()
    blank = sum(not _has_subject(one) for one in own)
    undated = sum(one.period.start is None for one in own)
    for whose, silent, late in (
        ("its initiatives", blank, undated),
        ("the others", screening.others.blank, screening.others.undated),
    ):
        if silent:
            yield f"{silent} of {whose}, of which no subject or sector is known, even as suggested"
        if late:
            yield f"{late} of {whose}, of which no first day is known"


def _has_subject(one: Undertaking) -> bool:
    return any(known.get(facet) for known in (one.facets, one.suggestions) for facet in SUBJECTS)


def _rests_on_suggestions(meeting: Explanation) -> bool:
    """Tell whether what was compared is in part only suggested."""
    return any(one.suggested and one.similarity is not None for one in meeting.matches)


def _tell_partners(screening: Screening) -> Section:
    suggested = Counter(
        screening.side(one)[1].agency.iri
        for one in screening.meetings
        if _rests_on_suggestions(one)
    )
    surely: list[str] = []
    maybe: list[str] = []
    items = []
    for iri, counted in screening.partners:
        name, number = screening.agencies[iri].name, suggested[iri]
        (maybe if number == counted.total() else surely).append(name)
        items.append(Item(name, (write_types(counted) + _say_suggested(number, counted.total()),)))
    said = [f"It meets work of {ENGLISH.join(surely)}."] if surely else []
    if maybe:
        why = "what is close there is in part only suggested."
        said.append(f"It may meet work of {ENGLISH.join(maybe)}: {why}")
    lead = " ".join(said) or _say_nothing(
        screening, "Nothing was found that would need a conversation"
    )
    return Section("partners", "With whom to talk", lead, tuple(items))


def _say_suggested(number: int, of: int) -> str:
    """Say how many findings rest on what is only suggested."""
    if not number:
        return ""
    which = "which" if of == 1 else "all of which" if number == of else f"{number} of which"
    return f", {which} {'rests' if number == 1 else 'rest'} in part on suggestions"


def _say_nothing(screening: Screening, found: str) -> str:
    """Say that nothing was found, and how far that goes."""
    if not screening.initiatives:
        return "The draft has no initiatives that could be held against others."
    if not screening.others.number:
        return "There is no initiative of another agency to hold it against."
    return f"{found}, as far as subjects and periods are known."


def _tell_meetings(screening: Screening) -> Section:
    found = screening.of_type(*_STRONG)
    counted = write_types(Counter(one.pair.type for one in found))
    suggested = _say_suggested(sum(map(_rests_on_suggestions, found)), len(found))
    lead = (
        f"{counted}{suggested}; each is to be looked at by a person."
        if found
        else _say_nothing(
            screening,
            "None of its initiatives was found close to one of another agency at the same time",
        )
    )
    items = [_tell_meeting(screening, one) for one in found[:_MOST_MEETINGS]]
    return Section("meetings", "What it would duplicate or overlap", lead, (*items, *_rest(found)))


def _tell_continued(screening: Screening) -> Section:
    found = screening.of_type("continuity")
    number = len({screening.side(one)[1].iri for one in found})
    one = "initiative of another agency is on the same subject as one of the draft and ended before"
    many = one.replace("initiative", "initiatives").replace(" is ", " are ")
    lead = (
        f"{write_count(number, f'{one} it begins, or begins', f'{many} it begins, or begin')}"
        " after it ends."
        if found
        else _say_nothing(
            screening,
            "No initiative of another agency on the same subject was found that ended before one"
            " of the draft begins, or begins after it ends",
        )
    )
    items = [_tell_meeting(screening, one) for one in found[:_MOST_MEETINGS]]
    return Section("continued", "What comes before or after it", lead, (*items, *_rest(found)))


def _tell_doubled(screening: Screening) -> Iterator[Section]:
    """Say what a plan of the same agency has already, if the agency has any."""
    found = screening.doubled
    if not (screening.own or found):
        return
    number = len({screening.side(one)[1].iri for one in found})
    own = write_count(screening.own, "initiative")
    has = "an initiative" if number == 1 else f"{number} initiatives"
    lead = (
        f"Its own agency's plan already has {has} close to what the draft would do."
        if found
        else f"Its own agency has {own} here, and none was found close to what the draft would do"
        " at the same time, as far as subjects and periods are known."
    )
    items = [_tell_one_doubled(screening, one) for one in list(found)[:_MOST_MEETINGS]]
    title = "What its own agency already has"
    yield Section("own", title, lead, (*items, *_rest(list(found))))


def _tell_one_doubled(screening: Screening, meeting: Explanation) -> Item:
    ours, theirs = screening.side(meeting)
    plan = next((one.title for one in screening.plans if one.iri == theirs.plan), "")
    kind = codes.TYPES_IN_SENTENCES[meeting.pair.type]
    suggested = ", in part only by what is suggested" if _rests_on_suggestions(meeting) else ""
    timing = codes.TIMINGS[meeting.pair.timing]
    said = [f"{kind[:1].upper()}{kind[1:]}, closeness {meeting.pair.score:.2f} of 1{suggested}."]
    said.append(f"When: {timing}.")
    shared = [
        f"{codes.FACETS[one.facet]}: {'; '.join(screening.labels.get(i, i) for i in one.same)}"
        for one in meeting.matches
        if one.same
    ]
    if shared:
        said.append(f"Both have: {' – '.join(shared)}.")
    known = "" if theirs.label == theirs.identifier else f" ({theirs.identifier})"
    where = f", in {plan}" if plan else ""
    return Item(f"{_name_own(screening, ours)} – {theirs.label}{known}{where}", tuple(said))


def _rest(found: list[Explanation]) -> Iterator[Item]:
    if found[_MOST_MEETINGS:]:
        yield Item(f"and {len(found) - _MOST_MEETINGS} more, which the table (-f csv) lists")


def _tell_meeting(screening: Screening, meeting: Explanation) -> Item:
    ours, theirs = screening.side(meeting)
    told = tell(meeting, Lexicon.of_english(screening.labels))
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
    head = f"{ours.agency.name}: {_name_own(screening, ours)} – {_name_other(theirs)}"
    return Item(head, tuple(said))


def _name_own(screening: Screening, one: Undertaking) -> str:
    """Name an initiative of the draft by its title, with its identifier if several have that."""
    several = sum(other.label == one.label for other in screening.initiatives.values()) > 1
    return f"{one.label} ({one.identifier})" if several else one.label


def _name_other(one: Undertaking) -> str:
    """Name an initiative of the plans: whose it is, its title, and what it is asked for by."""
    known = "" if one.label == one.identifier else f" ({one.identifier})"
    return f"{one.agency.name}: {one.label}{known}"


def _tell_closed(screening: Screening) -> Section:
    looked = write_count(screening.looked_at, "gap")
    number = len(screening.closed)
    said = [
        f"{number} of the {looked} that a plan could close."
        if number
        else f"None of the {looked} that a plan could close, as far as it states what it does."
    ]
    suggested = sum(bool(one.suggestions) for one in screening.initiatives.values())
    if suggested:
        said.append(f"What is only suggested, for {suggested} of its initiatives, closes none.")
    items = [*_tell_gaps(screening, screening.closed)]
    if screening.reopened:
        said.append(
            f"There would be {write_count(len(screening.reopened), 'gap')} more that its edition"
            " in the store closes."
        )
        items += _tell_gaps(screening, screening.reopened, "Open again: ")
    return Section("closed", "Which gaps it would close", " ".join(said), tuple(items))


def _tell_gaps(screening: Screening, gaps: Iterable[Closed], kind: str = "") -> Iterator[Item]:
    """Name gaps, question by question."""
    by_check: dict[str, list[Closed]] = {}
    for one in gaps:
        by_check.setdefault(one.check.name, []).append(one)
    gap_words = GapWords(Lexicon.of_english(screening.labels), screening.agencies)
    for several in by_check.values():
        names = [gap_words.cell(one.check, one.cell).text for one in several[:_MOST_GAPS]]
        more = [f"and {len(several) - _MOST_GAPS} more"] if several[_MOST_GAPS:] else []
        yield Item(kind + say_check(several[0].check, "title").text, (*names, *more))


def _tell_open(screening: Screening) -> Section:
    items = tuple(_tell_one_open(screening, one) for one in screening.open)
    lead = (
        "What is not said cannot be coordinated; it is taken for unknown, not for no."
        if items
        else "Nothing that was looked at is left open."
    )
    if not screening.initiatives:
        lead += " The draft has no initiatives, so that only the plan itself was looked at."
    return Section("open", "What it leaves vague", lead, items)


def _tell_one_open(screening: Screening, one: Open) -> Item:
    what = say_check(one.check, "title").text if one.check else _OPEN[one.facet]
    if one.is_noted:
        what = f"{_ASKED.get(one.check.name) if one.check else codes.FACETS[one.facet]}: {_NOTED}"
    what = what[:1].upper() + what[1:]
    if one.subjects == (screening.draft.iri,):
        of = write_count(len(screening.initiatives), "initiative")
        say = "says it for itself" if one.own == 1 else "say it for themselves"
        own = (f"{one.own} of its {of} {say}.",) if one.own else ()
        said = _OF_THE_DRAFT.get(one.check.name if one.check else "")
        return Item(said or f"{what}: the draft as a whole", own)
    lines = [_list_titles(screening, one.subjects)]
    if one.suggested:
        several = [screening.initiatives[iri] for iri in one.suggested]
        told = [_say_suggestion(screening, which, one.facet) for which in several[:_MOST_NAMED]]
        more = [f"and {len(several) - _MOST_NAMED} more"] if several[_MOST_NAMED:] else []
        lines.append(
            f"Not stated, and suggested from title and description for {len(several)}:"
            f" {'; '.join(told + more)}"
        )
    return Item(f"{what}: {len(one.subjects)} of {one.of}", tuple(lines))


def _say_suggestion(screening: Screening, one: Undertaking, facet: str) -> str:
    surest = one.suggestions[facet][0]
    share = ENGLISH.share(surest.confidence)
    return f"{_name_own(screening, one)}: {surest.concept.label} ({share} sure)"


def _list_titles(screening: Screening, iris: Sequence[str]) -> str:
    """List the first of some initiatives of the draft, and how many more there are."""
    known = [_name_own(screening, screening.initiatives[iri]) for iri in iris[:_MOST_NAMED]]
    more = f"; and {len(iris) - _MOST_NAMED} more" if iris[_MOST_NAMED:] else ""
    return "; ".join(known) + more


def _tell_inherited(screening: Screening) -> Section:
    items = tuple(
        Item(
            f"{_ASKED[one.check.name]}: {len(one.subjects)} of {one.of}",
            (_list_titles(screening, one.subjects),),
        )
        for one in screening.inherited
    )
    lead = (
        "These do not say it for themselves; what the plan as a whole says counts for each of them."
    )
    return Section("inherited", "What only the plan as a whole says", lead, items)
