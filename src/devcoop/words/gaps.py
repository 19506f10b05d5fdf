"""What was looked for and what is missing, in sentences.

Questions that a query asks have their wording in its header, in each language that it has.
English labels and denominators are those that the query gives; in another language they are
made from the codes and IRIs beside them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from devcoop.gaps import TOPIC
from devcoop.names import GOALS
from devcoop.overlap.coordination import COORDINATION
from devcoop.queries import load_topic
from devcoop.words.language import LANGUAGES, Label, Tongue
from devcoop.words.questions import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.model import Agency, Cell, GapCheck, Remark
    from devcoop.queries import Query
    from devcoop.words.lexicon import Lexicon

REMARKS = {
    "plan-as-a-whole": "named for the plan as a whole",
    "part-of-plan": "named in a part of the plan",
    "not-in-full": "not stated in full",
    "no-area": "no target area of the plan as a whole",
    "unlisted": "no list here of {name}",
    "meant-for": "meant for {name}",
    "expected-from": "{identifier}, expected from {name}",
    "subject": "{name} ({identifier})",
    "related": "related to our theme {name}",
    "related-more": "related to our theme {name} and {number} more",
    "least-developed": "least developed",
    "low-income": "low-income",
    "lower-middle-income": "lower-middle-income",
}
"""What else there is to say of a cell, by code."""
FOUND = {
    "own": "said of it",
    "of-part": "not said for this one; its part of the plan says it: {name}",
    "of-parts-below": "not said for this one; one of its parts says it: {name}",
    "of-served": "not said for this one; what it serves says it: {name}",
    "of-plan": "not said for this one; the plan as a whole says it",
    "other-role": "who pays, answers for it, manages money or oversees is named: {name}",
    "countries": "no group is said; countries are: {name}",
    "of-area": "not said for this one; the area that it stands in says it: {name}",
    "of-leading": "not said for this one; what leads to it says it: {name}",
    "acted-on": "acted on: {name}",
    "suggested": "only suggested for one initiative, not stated: {name}",
    "suggested-more": "only suggested for {number} initiatives, not stated; one of them: {name}",
    "named": "named, and no initiative is about it: {name}",
    "promised": "not listed; the plan says that there are indicators: {name}",
    "of-tools": "not said for this one; its part of the plan names tools for it: {name}",
    "named-otherwise": "a plan names it for another reason: {name}",
    "of-kind": "a plan names kinds of organization that the other may be one of: {others}",
    "named-and-of-kind": (
        "a plan names it for another reason: {name}; and kinds of organization that the other may "
        "be one of: {others}"
    ),
    "in-general": "only a broader subject is acted on or named: {name}",
    "unlisted-area": "the plan is meant for a group whose countries no list here gives: {name}",
    "listed-area": "it is said which countries are meant: {name}",
    "no-area": "no target area of the whole plan was recognised; its initiatives may have places",
    "no-period": "neither a beginning nor an end is stated",
    "no-start": "an end is stated, and no beginning",
    "no-end": "a beginning is stated, and no end",
    "meant-for-others": "the plan is meant for others: {name}",
    "said-of-indicators": "the plan says of its indicators: {name}",
    "no-amount": "money is named without an amount, for example: {name}",
    "in-measures": "figures in money are stated in its measures, for example: {name}",
    "aimed-at": "the plan aims at it: {name}",
    "served": "served",
    "nothing": "nothing was recognised in what was looked at",
}
"""How a cell is served, or what was found instead, by code."""
_STANDINGS = ("least-developed", "low-income", "lower-middle-income")
"""Codes after which it is said how a country is reached."""
_NAMED = "named"
_THROUGH = "through {name}"
_UNREACHED = "neither named nor in a group with known members"
_GOALS = "Sustainable Development Goals"
_GOAL = "SDG {number}"
_TARGET = "SDG target {number}"
_TARGETS = "Targets of Goal {number}"
_FOLD = "{number} of {of}: {names}"
_COORDINATION = {
    "title": "Overlaps for which neither plan names the other agency as one to coordinate with",
    "reason": "Neither plan names the other agency as one to coordinate with.",
    "looked": "The coordination that either plan states with the agency or a body that it heads",
    "matters": "Each may ask the same people for the same thing without knowing of the other.",
}
"""Wording of the question that the comparison itself asks."""
SPOKEN: tuple[str, ...] = (
    *(*REMARKS.values(), *FOUND.values(), *_COORDINATION.values()),
    *(_NAMED, _THROUGH, _UNREACHED, _GOALS, _GOAL, _TARGET, _TARGETS, _FOLD),
)
"""Messages of this module, for those who look for what has to be translated."""


@cache
def _find_queries() -> dict[str, Query]:
    return load_topic(TOPIC)


def find_query(check: GapCheck) -> Query | None:
    """Find the query that asked a question about gaps; None if the comparison itself did.

    Args:
        check: The question.
    """
    return None if check.name == COORDINATION else _find_queries().get(check.name)


def say_check(check: GapCheck, key: str, language: str = LANGUAGES[0]) -> Label:
    """Give the wording of a question about gaps.

    Args:
        check: The question.
        key: `title` for what is asked, `reason` for why an unserved cell is a gap, `looked` for
            what was looked at, `matters`
            for why that matters to a reader.
        language: The language.
    """
    query = find_query(check)
    if query is not None:
        return translate(query, key, language)
    return Label(Tongue(language).say(_COORDINATION[key]), language)


class GapWords:
    """Says what cells of questions about gaps are about.

    Args:
        lexicon: What things are called.
        agencies: The agencies, by IRI.
    """

    def __init__(self, lexicon: Lexicon, agencies: Mapping[str, Agency]) -> None:
        self._lexicon, self._agencies = lexicon, agencies

    def cell(self, check: GapCheck, cell: Cell, language: str = LANGUAGES[0]) -> Label:
        """Name what a cell is about.

        Args:
            check: The question.
            cell: The cell.
            language: The language.
        """
        if cell.parts:
            return self._fold(check, cell, language)
        if cell.label and language == LANGUAGES[0]:
            return Label(cell.label, language)
        if cell.subject == GOALS.removesuffix("/"):
            return Label(Tongue(language).say(_GOALS), language)
        number = cell.subject.removeprefix(GOALS)
        if check.cell != "thing" and number != cell.subject:
            is_target = check.cell == "target" and "." in number
            message = _TARGET if is_target else _GOAL
            return Label(Tongue(language).say(message).format(number=number), language)
        named = [self._lexicon.find(iri, language) for iri in (cell.subject, *cell.others)]
        spoken = {one.language for one in named} - {""}
        return Label(" / ".join(one.text for one in named), min(spoken, default=""))

    def _fold(self, check: GapCheck, cell: Cell, language: str) -> Label:
        """Tell all gaps of a denominator at once: how many, out of how many, and which."""
        names = "; ".join(self.cell(check, part, language).text for part in cell.parts)
        message = Tongue(language).say(_FOLD)
        words = message.format(number=len(cell.parts), of=cell.out_of, names=names)
        return Label(words, language)

    def scope(self, check: GapCheck, cell: Cell, language: str = LANGUAGES[0]) -> Label:
        """Name the denominator that a cell belongs to.

        Args:
            check: The question.
            cell: The cell.
            language: The language.
        """
        if check.scope == "agency":
            known = [self._agencies[iri].name for iri in cell.of if iri in self._agencies]
            # A short name is in no language.
            return Label(Tongue(language).join(known) or cell.scope, "")
        if cell.scope and language == LANGUAGES[0]:
            return Label(cell.scope, language)
        if check.scope == "theme":
            return self._lexicon.find(cell.of[0], language)
        number = cell.of[0].removeprefix(GOALS)
        return Label(Tongue(language).say(_TARGETS).format(number=number), language)

    def detail(self, check: GapCheck, cell: Cell, language: str = LANGUAGES[0]) -> Label:
        """Say what else a reader wants to know of a cell; identifiers have no language.

        Args:
            check: The question.
            cell: The cell.
            language: The language.
        """
        if cell.remark and (language != LANGUAGES[0] or not cell.detail):
            words = "; ".join(self._say(cell.remark, cell.subject, Tongue(language)))
            return Label(words, language)
        return Label(cell.detail, "" if check.detail == "identifier" else LANGUAGES[0])

    def whose(self, check: GapCheck, cell: Cell) -> str:
        """Name the agencies whose plans leave a gap; empty if it is of all plans together.

        Args:
            check: The question.
            cell: The cell.
        """
        known = [self._agencies[iri].name for iri in cell.of if iri in self._agencies]
        return " / ".join(known) if check.scope == "agency" else ""

    def found(self, cell: Cell, language: str = LANGUAGES[0]) -> str:
        """Say how a cell is served, or what was found instead; empty if the question tells not.

        Args:
            cell: The cell.
            language: The language.
        """
        if cell.found is None:
            return ""
        name = self._lexicon.say(cell.found.about, language) if cell.found.about else ""
        others = ", ".join(self._lexicon.say(one, language) for one in cell.found.others)
        tongue, code = Tongue(language), cell.found.code
        if code == "suggested" and cell.found.number > 1:
            code = "suggested-more"
        number = tongue.number(cell.found.number)
        return tongue.say(FOUND[code]).format(name=name, others=others, number=number)

    def _say(self, remark: Remark, subject: str, tongue: Tongue) -> list[str]:
        code = "related-more" if remark.code == "related" and remark.number else remark.code
        holes = {
            "name": self._lexicon.say(remark.about, tongue.code) if remark.about else "",
            "number": tongue.number(remark.number),
            "identifier": remark.identifier,
        }
        said = [tongue.say(REMARKS[code]).format(**holes)]
        if code in _STANDINGS:
            reached = _NAMED if remark.about == subject else _THROUGH
            said.append(tongue.say(reached if remark.about else _UNREACHED).format(**holes))
        return said
