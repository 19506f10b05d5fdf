"""What a look is limited to, and how initiatives stand to it, in sentences.

What is not known is always told apart from what is known to be so and from what is known not to
be so. Numbers stand in lists, so that no sentence hangs on their being one or many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.model import WAYS_OF
from devcoop.names import shorten
from devcoop.words.language import LANGUAGES, Tongue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devcoop.model import Agency, Extent, Period
    from devcoop.words.lexicon import Lexicon

STANDINGS = {
    "place": {
        "named": "name it or a part of it",
        "inherited": "name no place; their plan, component or whole names it or a part of it",
        "group": "reach it through a group or region",
        "global": "are for all countries, or a worldwide body",
        "undefined": "are for a group whose members no list here gives",
        "ended": "are for a group whose list does not cover their time",
        "silent": "say no place, or none that is recognised",
        "other": "are for other places only",
    },
    "theme": {
        "narrower": "are on it or a narrower theme",
        "broader": "are on a broader theme only",
        "silent": "say no theme",
        "other": "are on other themes only",
    },
    "time": {
        "runs": "are stated to run then",
        "possible": "may run then: their dates are not stated in full",
        "silent": "say no dates",
        "other": "run at another time",
    },
}
"""How initiatives stand to a point of a focus, by point and way: so many of them do."""
_HEADS = {
    "place": "How initiatives stand to {name}",
    "theme": "How initiatives stand to {name}",
    "time": "How initiatives stand to {name}",
}
_IN_PLACE = "in {places}"
_ON_THEME = "on {themes}"
_IN_TIME = "in {period}"
_OF = "of {issuers}"
_OR = "or"
_FROM, _UNTIL = "from {day} on", "until {day}"
_LIMITED = (
    "Limited to initiatives {words}: {initiatives} of {of} initiatives, {plans} of {of_plans} "
    "plans, {pairs} of {of_pairs} pairs."
)
_HELD = "Limited to initiatives {words}: {initiatives} of {of} initiatives."
_SURE, _OR_MAY = "known to be {words}", "that are, or may be, {words}"
_PARTNERS = (
    "These are compared with {partners} initiatives of others within the same limits; a pair "
    "counts if one side is of those named."
)
_KNOWN = "known to be so: {known}; not known: {unknown}; known not to be so: {other}"
_STANDS = "{name}, of {of} initiatives: {told}."
_LINE = "{number} {words}"
_NO_LINE = "none"
_TAKEN_IN = "Taken in is also that of which it is not known."
_LEFT_OUT = "What is not known is left out, and counted here; it is neither yes nor no."
SPOKEN: tuple[str, ...] = (
    *(words for ways in STANDINGS.values() for words in ways.values()),
    *dict.fromkeys(_HEADS.values()),
    *(_IN_PLACE, _ON_THEME, _IN_TIME, _OF, _OR, _LIMITED, _HELD, _PARTNERS),
    *(_FROM, _UNTIL, _SURE, _OR_MAY),
    *(_KNOWN, _STANDS, _LINE, _NO_LINE, _TAKEN_IN, _LEFT_OUT),
)
"""Messages of this module, for those who look for what has to be translated."""


class FocusWords:
    """Says what a look is limited to.

    Args:
        extent: What is in the focus.
        lexicon: What places, themes and plans are called.
        agencies: All agencies, by IRI.
        language: Code of the language.
    """

    def __init__(
        self,
        extent: Extent,
        lexicon: Lexicon,
        agencies: Mapping[str, Agency],
        language: str = LANGUAGES[0],
    ) -> None:
        self._extent, self._focus, self._lexicon = extent, extent.focus, lexicon
        self._agencies, self._tongue = agencies, Tongue(language)

    @property
    def issuers(self) -> str:
        """Whose initiatives are asked for; empty if anybody's are."""
        named = [self._agencies[iri].name for iri in self._focus.agencies]
        plans = [f"“{self._name(iri)}”" for iri in self._focus.plans]
        return ", ".join(filter(None, (self._either(named), self._either(plans))))

    @property
    def limits(self) -> str:
        """Where, on what and when, as it stands behind a name; empty if anywhere and any time."""
        return " ".join(self._iter_limits())

    @property
    def words(self) -> str:
        """All of it, as it stands behind a noun."""
        said = [self._say(_OF, issuers=self.issuers)] if self.issuers else []
        if self.limits:
            message = _OR_MAY if self._focus.with_possible else _SURE
            said.append(self._say(message, words=self.limits))
        return ", ".join(said)

    def _iter_limits(self) -> Iterable[str]:
        if self._focus.themes:
            yield self._say(_ON_THEME, themes=self.name("theme"))
        if self._focus.places:
            yield self._say(_IN_PLACE, places=self.name("place"))
        if self._focus.period:
            yield self._say(_IN_TIME, period=self.name("time"))

    def name(self, point: str) -> str:
        """Name one point of the focus: its places, its themes or its days.

        Args:
            point: place, theme or time.
        """
        if point == "time":
            return self._write_period(self._focus.period) if self._focus.period else ""
        if point == "place":
            return self._either([self._name(iri) for iri in self._focus.places])
        code = self._tongue.code
        return self._either([self._lexicon.within(iri, code) for iri in self._focus.themes])

    def limited(self, pairs: int | None = None) -> str:
        """Say how much is in the focus, out of how much.

        Args:
            pairs: How many pairs are; None leaves plans and pairs out.
        """
        extent, number = self._extent, self._tongue.number
        numbers = {
            "initiatives": number(len(extent.undertakings)),
            "of": number(extent.of),
            "plans": number(len(extent.plans)),
            "of_plans": number(extent.of_plans),
            "pairs": number(pairs or 0),
            "of_pairs": number(extent.of_pairs),
        }
        message = _HELD if pairs is None else _LIMITED
        said = self._say(message, words=self.words, **numbers)
        if not self._focus.of_issuers or pairs is None:
            return said
        return f"{said} {self._say(_PARTNERS, partners=number(len(extent.partners)))}"

    @property
    def options(self) -> list[str]:
        """The options of a command that limit it to the same."""
        focus, period = self._focus, self._focus.period
        asked = (
            ("--agency", focus.agencies),
            ("--plan", focus.plans),
            ("--place", focus.places),
            ("--theme", focus.themes),
        )
        words = [word for name, iris in asked for iri in iris for word in (name, shorten(iri))]
        if period:
            days = (day.isoformat() if day else "" for day in (period.start, period.end))
            words += ["--during", "/".join(days)]
        return [*words, *(["--possible"] if focus.with_possible else [])]

    @property
    def points(self) -> list[str]:
        """The points of the focus of which it may not be known whether they are met."""
        asked = {
            "place": self._focus.places,
            "theme": self._focus.themes,
            "time": self._focus.period,
        }
        return [point for point in WAYS_OF if asked[point]]

    def head(self, point: str) -> str:
        """Give the heading above how initiatives stand to a point.

        Args:
            point: place, theme or time.
        """
        return self._say(_HEADS[point], name=self.name(point))

    def stands(self, point: str) -> str:
        """Say how all initiatives stand to a point: known to meet it, not known, known not to.

        Args:
            point: place, theme or time.
        """
        counts = self._extent.count_ways(point)
        told = {
            is_met: self._list(
                (way, counts[way]) for way, one in WAYS_OF[point].items() if one is is_met
            )
            for is_met in (True, None, False)
        }

        def join(is_met: bool | None) -> str:
            return ", ".join(
                self._say(_LINE, number=number, words=self.way(point, way))
                for way, number in told[is_met]
            ) or self._say(_NO_LINE)

        known = self._say(_KNOWN, known=join(True), unknown=join(None), other=join(False))
        of = self._tongue.number(self._extent.of)
        return self._say(_STANDS, name=self.name(point), of=of, told=known)

    def way(self, point: str, way: str) -> str:
        """Say how initiatives stand to a point.

        Args:
            point: place, theme or time.
            way: One of its ways.
        """
        return self._say(STANDINGS[point][way])

    @property
    def unknown(self) -> str:
        """Say what becomes of what is not known; empty if nothing can be unknown."""
        if not self.points:
            return ""
        return self._say(_TAKEN_IN if self._focus.with_possible else _LEFT_OUT)

    def _write_period(self, period: Period) -> str:
        """Write days that are asked for; an end that is left open has no limit."""
        tongue, day = self._tongue, period.start or period.end
        if period.start and period.end:
            is_whole = (
                period.start.strftime("%j") == "001" and period.end.strftime("%m%d") == "1231"
            )
            return tongue.span(period) if is_whole else tongue.period(period)
        return self._say(_FROM if period.start else _UNTIL, day=tongue.day(day) if day else "")

    def _list(self, counts: Iterable[tuple[str, int]]) -> list[tuple[str, str]]:
        return [(way, self._tongue.number(number)) for way, number in counts if number]

    def _either(self, words: list[str]) -> str:
        if not words[1:]:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self._say(_OR)} {words[-1]}"

    def _name(self, iri: str) -> str:
        return self._lexicon.say(iri, self._tongue.code)

    def _say(self, message: str, **holes: str) -> str:
        return self._tongue.say(message).format(**holes)
