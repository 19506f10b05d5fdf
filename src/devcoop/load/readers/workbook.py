"""The workbook of `devcoop template`, filled in: XLSX, ODS, or a folder of CSV files.

What each sheet and column means stands in `load.form`; where they are in a file that people
moved about, in `load.filled`. Here rows become records, and what must be mended is said.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devcoop.errors import SourceError, find_near
from devcoop.load.budgets import Budget, read_budget
from devcoop.load.form.choices import find_choice, fold, read_choices
from devcoop.load.form.columns import ACTORS, INITIATIVES, PLAN, RESULTS, is_yes
from devcoop.load.form.filled import Filled, Line, is_form, read_form
from devcoop.load.reading import Reading
from devcoop.load.records import (
    Amount,
    Body,
    Element,
    Figure,
    Head,
    Note,
    Records,
    Text,
    Told,
    Value,
)
from devcoop.load.tables import TEXTS, WORKBOOKS
from devcoop.load.written.amounts import Quantity, read_quantity, write_number
from devcoop.load.written.dates import Span, join_days, read_span
from devcoop.words import form as words
from devcoop.words.faults import FAULTS, MEANT
from devcoop.words.language import Tongue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from devcoop.load.records import Hints

SUFFIXES: tuple[str, ...] = (*WORKBOOKS, *TEXTS)
"""Endings of the files that this reader takes."""
_FACETS = ("theme", "function", "instrument", "beneficiary", "sector", "arena", "type", "status")
_CLASSES = {
    "impact": "Impact",
    "key-outcome": "Outcome",
    "outcome": "Outcome",
    "output": "Output",
    "intra-organizational-output": "Output",
}
_OF_RESULT = ("description", "level", "part_of", "serves")
"""Columns of a result that say nothing of its indicator."""
_LONGEST_KEY = 60
_MOST_STEPS = 8
_MOST_COMPARISONS = 100_000
"""Names that are compared with what names nothing; then nothing is suggested any more."""


def recognizes(path: Path, content: bytes) -> bool:
    """Tell whether a file is the workbook of the template, or one of its CSV files.

    Args:
        path: Its name tells which sheet it is, if it is CSV.
        content: Its bytes.
    """
    try:
        return is_form(path, content)
    except SourceError:
        # Who reads any list says best what is wrong with a file that is no table.
        return False


def read(path: Path, content: bytes, hints: Hints) -> Reading:
    """Read a filled workbook.

    Of CSV files, each stands for all of its folder: the reading is the same, under the name of
    the first.

    Args:
        path: Names it in messages and tells the format by its ending.
        content: Its bytes.
        hints: Agency, title and language, if the sheet of the plan does not say them.

    Raises:
        SourceError: It cannot be read at all.
        OutOfTimeError: It takes too long to read.
        OutOfMemoryError: It takes too much memory.
    """
    filled = read_form(path, content)
    builder = _Builder(filled, hints, path)
    records = builder.build()
    faults = tuple(sorted(builder.faults, key=_order))
    return Reading(
        next(iter(filled.contents), path),
        _hash(filled.contents),
        faults=faults,
        records=records,
        format="workbook of the template",
    )


def _hash(contents: Mapping[Path, bytes]) -> str:
    """Hash the bytes of a file, or of the files of a folder in their order."""
    hashes = [hashlib.sha256(one).hexdigest() for one in contents.values()]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def _order(fault: SourceError) -> tuple[str, str, int, int]:
    where = fault.where
    place = (getattr(where, name, default) for name, default in (("row", 0), ("column", 0)))
    return (str(fault.path), getattr(where, "sheet", ""), *place)  # type: ignore[return-value]


@dataclass(frozen=True)
class _Named:
    """Something that other rows may name by its identifier or its title."""

    key: str
    line: Line
    sheet: str


class _Builder:
    """Makes records of the lines of a form, and collects what must be mended or known."""

    def __init__(self, filled: Filled, hints: Hints, path: Path) -> None:
        self.filled, self.hints, self.path = filled, hints, path
        self.faults = filled.faults
        self.told: dict[tuple[str, str, str], Told] = {}
        self.named: dict[str, _Named] = {}
        self.titled: dict[str, _Named] = {}
        self.keys: dict[int, str] = {}
        self.numbers: dict[str, int] = {}
        self.above: dict[int, str] = {}
        self.notes: dict[int, tuple[Note, ...]] = {}
        self.bodies: dict[str, Body] = {}
        self.taking_part: dict[str, list[Body]] = {}
        self.known: dict[str, str] = {}
        self.comparisons = _MOST_COMPARISONS
        self.budget = Budget()

    def build(self) -> Records:
        """Make the records."""
        for one in self.filled.told:
            self._tell(one)
        for sheet in (INITIATIVES, RESULTS):
            self._name_all(sheet)
        self.known = {name: one.key for name, one in self.named.items()}
        for line in self.filled.lines[PLAN]:
            self.budget = self._take(read_budget(line))
        of_plan = self._read_actors()
        elements = [*self._read_initiatives(), *self._read_results()]
        for line, steps in _find_circles(elements, self.named):
            self._fault(line, "part_of", "circle", steps=steps)
        head = replace(self._read_head(), bodies=tuple(of_plan))
        elements = [self._complete(one, head) for one in elements]
        self._count_money(head, elements)
        counts = Counter(self.filled.counts)
        counts["indicators"] += sum(one.kind == "Indicator" for one in elements)
        return Records(
            head,
            tuple(elements),
            tuple(self.told.values()),
            {key: number for key, number in counts.items() if number},
        )

    def _count_money(self, head: Head, elements: Sequence[Element]) -> None:
        """Count the amounts, and tell if there is none that could speak for the plan."""
        amounts = len(head.amounts) + sum(len(one.amounts) for one in elements)
        self.filled.counts["amounts"] = amounts
        if self.filled.counts[INITIATIVES] and not amounts:
            one, other = (it["budget"].heading for it in (words.INITIATIVES, words.PLAN))
            told = (
                f"nothing stands under “{self._say(one)}” or “{self._say(other)}”, so the plan"
                " counts as one without an amount of money"
            )
            self._tell(Told("read", told))

    def _complete(self, element: Element, head: Head) -> Element:
        """Take what the form means by an empty cell: the body and the period of the plan."""
        if element.kind != "Undertaking":
            return element
        answers = element.agency or head.agency
        bodies = (answers._replace(role="accountable"), *element.bodies) if answers else ()
        start, end = element.start, element.end
        if bool(start) != bool(end):
            start, end = start or head.start, end or head.end
        if start and end and end < start:
            what = (
                "it is outside the period of the plan, of which an end is meant that is left empty"
            )
            self._tell(Told("read", what, element.where))
            start, end = element.start, element.end
        amounts = _complete_amounts(element.amounts, start, end)
        bodies = bodies or element.bodies
        return element._replace(bodies=bodies, start=start, end=end, amounts=amounts)

    def _tell(self, told: Told) -> None:
        """Tell something once, however often it occurs."""
        known = self.told.get(key := (told.kind, told.what, told.text))
        self.told[key] = known.join(told) if known else told

    # What is named

    def _name_all(self, sheet: str) -> None:
        """Give every row its key, but for those that go on with a result above."""
        last: _Named | None = None
        for number, line in enumerate(self.filled.lines[sheet], 1):
            if sheet == RESULTS and (above := self._find_result(line, last)):
                self._continue(line, above)
            else:
                last = self._name(line, sheet, number)

    def _name(self, line: Line, sheet: str, number: int) -> _Named:
        """Give a row its key, and find identifiers that are used twice."""
        written, title = line.text("identifier"), line.text("title")
        before = self.named.get(fold(written)) if written else None
        if before:
            place = before.line.where("identifier").address
            self._fault(line, "identifier", "twice", text=written, place=place)
            written = ""
        if not title:
            self._fault(line, "title", "title-missing")
        key = written or self._make_key(title or f"{sheet}-{number}")
        if not (written or before):
            told = "rows without an identifier got one made from their title"
            self._tell(Told("read", told, line.where("identifier")))
        self.keys[id(line)] = key
        self.named[fold(key)] = one = _Named(key, line, sheet)
        self.titled.setdefault(fold(title), one)
        return one

    def _find_result(self, line: Line, last: _Named | None) -> _Named | None:
        """Find the result above of which a row has another indicator.

        Such a row repeats the identifier of the result, or all that it says of it, or leaves
        both out, as merged cells do.
        """
        written, title = line.text("identifier"), line.text("title")
        if not written and not line.text("indicator"):
            return None
        if written:
            one = self.named.get(fold(written))
        else:
            one = self.titled.get(fold(title)) if title else last
        if one is None or one.sheet != RESULTS:
            return None
        is_same = fold(title) == fold(one.line.text("title")) and not _list_other(line, one.line)
        return one if is_same or not title else None

    def _continue(self, line: Line, above: _Named) -> None:
        """Take a row for another indicator; what it says besides is kept as notes."""
        notes = line.notes + tuple(
            Note(words.RESULTS[key].heading, line.text(key), line.where(key))
            for key in _list_other(line, above.line)
        )
        if len(notes) > len(line.notes):
            told = "what further rows of a result say of it in other words is kept as notes"
            for one in notes[len(line.notes) :]:
                self._tell(Told("kept", told, one.where))
        if not line.text("identifier"):
            told = "rows without an identifier were read as another indicator of a result above"
            self._tell(Told("read", told, line.where("identifier")))
        self.above[id(line)] = above.key
        if line.text("indicator"):
            self.notes[id(line)] = notes
        else:
            self.notes[id(above.line)] = (*self.notes.get(id(above.line), ()), *notes)

    def _make_key(self, title: str) -> str:
        """Make an identifier that stays the same when rows are moved."""
        return self._find_free(re.sub(r"\W+", "-", fold(title)).strip("-")[:_LONGEST_KEY] or "x")

    def _find_free(self, key: str) -> str:
        """Find a key that no row has: this one, or one with a number behind it."""
        free = key
        while fold(free) in self.named:
            # They go on from the last, so that the rows of one title take one step each.
            self.numbers[key] = self.numbers.get(key, 1) + 1
            free = f"{key}-{self.numbers[key]}"
        return free

    def _find_keys(self, line: Line, column: str) -> tuple[str, ...]:
        """Find what a cell names by identifiers or titles."""
        found: list[str] = []
        for text in line.several(column):
            one = self.named.get(fold(text)) or self.titled.get(fold(text))
            if one is None:
                self._fault(line, column, "name-unknown", known=self.known, text=text)
            elif one.key == self.keys.get(id(line)):
                self._fault(line, column, "the-row-itself", text=text)
            else:
                found.append(one.key)
        return tuple(found)

    def _find_near(self, text: str, known: Mapping[str, str]) -> str:
        """Find what may have been meant, as long as that takes no endless time."""
        self.comparisons -= len(known)
        return ", ".join(find_near(text, known)) if self.comparisons >= 0 else ""

    # What has to be mended

    def _fault(
        self,
        line: Line,
        column: str,
        name: str,
        *,
        known: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        """Say what is wrong with a cell in the language of the headings.

        Args:
            line: The row.
            column: The column.
            name: Key of what is said, in `words.faults`.
            known: What could stand there instead of the text, with how it is told.
            values: What the words name; `text` is what somebody wrote.
        """
        text = str(values.get("text", ""))
        problem = self._say(FAULTS[name], **{**values, "text": _cut(text)})
        if near := self._find_near(text, known) if known else "":
            problem += self._say(MEANT, names=near)
        self.faults.append(line.fault(column, problem))

    def _say(self, message: str, **values: object) -> str:
        return Tongue(self.filled.language).say(message) % values

    # Bodies

    def _read_actors(self) -> list[Body]:
        """Read who takes part in what; give those who take part in the whole plan."""
        of_plan, partners = [], self._list_partners()
        for line in self.filled.lines[ACTORS]:
            if not line.text("name"):
                self._fault(line, "name", "name-missing")
            # What else is wrong with such a row is told with it, and not a round later.
            body, keys = self._read_actor(line), self._find_keys(line, "takes_part")
            if not body.name:
                continue
            self.bodies.setdefault(fold(body.name), body._replace(role=""))
            if body.acronym:
                self.bodies.setdefault(fold(body.acronym), body._replace(role=""))
            for key in keys:
                self.taking_part.setdefault(key, []).append(body)
            is_partner = bool({fold(body.name), fold(body.acronym)} & partners)
            if not line.several("takes_part") and (body.role or not is_partner):
                of_plan.append(body)
            self.filled.notes.extend(line.notes)
        return of_plan

    def _read_actor(self, line: Line) -> Body:
        is_group = is_yes(line.text("is_group"))
        if line.text("is_group") and is_group is None:
            self._fault(line, "is_group", "not-yes-or-no", text=line.text("is_group"))
        return Body(
            line.text("name"),
            line.where("name"),
            role=self._read_role(line),
            identifier=line.text("code"),
            kind=line.text("kind"),
            is_group=bool(is_group),
            acronym=line.text("short"),
        )

    def _read_role(self, line: Line) -> str:
        text = line.text("role")
        found = find_choice("role", text) if text else None
        if text and found is None:
            self._fault(line, "role", "role-unknown", known=_list_roles(), text=text)
        return found.slug if found else ""

    def _list_partners(self) -> set[str]:
        """List whom initiatives name, folded."""
        texts = (
            text
            for line in self.filled.lines[INITIATIVES]
            for text in (*line.several("partners"), line.text("agency"))
        )
        return {fold(self._split_role(text)[0]) for text in texts if text}

    def _read_partners(self, line: Line) -> Iterator[Body]:
        for text in line.several("partners"):
            name, role = self._split_role(text)
            bracket = None if role else re.search(r"\(([^()]+)\)$", text)
            if bracket and (near := self._find_near(bracket[1], _list_roles())):
                told = (
                    f"({bracket[1]}) is no role and was taken for a part of the name; did you mean"
                    f" {near}?"
                )
                self._tell(Told("read", told, line.where("partners")))
            yield self._name_body(name, line, "partners")._replace(role=role)

    @staticmethod
    def _split_role(text: str) -> tuple[str, str]:
        """Split a body and its role in brackets; what is no role is a part of the name."""
        found = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", text)
        role = find_choice("role", found[2]) if found else None
        return (found[1], role.slug) if found and role else (text, "")

    def _name_body(self, name: str, line: Line, column: str) -> Body:
        known = self.bodies.get(fold(name))
        where = line.where(column)
        return known._replace(where=where) if known else Body(name, where)

    # Elements

    def _read_initiatives(self) -> Iterator[Element]:
        for line in self.filled.lines[INITIATIVES]:
            if key := self.keys.get(id(line)):
                agency = line.text("agency")
                element = self._read_element(line, key, "Undertaking")
                budget = self._take(read_budget(line, self.budget.currency))
                yield element._replace(
                    agency=self._name_body(agency, line, "agency") if agency else None,
                    amounts=tuple(budget.amounts),
                    notes=(*element.notes, *budget.notes),
                    facets=tuple(
                        (facet, Value(text, line.where(facet)))
                        for facet in _FACETS
                        for text in line.several(facet)
                    ),
                )

    def _take(self, budget: Budget) -> Budget:
        """Take over what is to be mended and known of money."""
        for line, name, values in budget.faults:
            why: dict[str, Any] = {key: self._say(one) for key, one in values.items()}
            self._fault(line, "budget_period", name, **why)
        for one in budget.told:
            self._tell(one)
        return budget

    def _read_results(self) -> Iterator[Element]:
        numbers: Counter[str] = Counter()
        for line in self.filled.lines[RESULTS]:
            key = self.keys.get(id(line))
            if key:
                level = self._read_level(line)
                facets = (("level", Value(line.text("level"), line.where("level"))),)
                element = self._read_element(line, key, _CLASSES.get(level, "Outcome"))
                yield element._replace(facets=facets if level else ())
            else:
                key = self.above[id(line)]
            if line.text("indicator"):
                numbers[key] += 1
                yield self._read_indicator(line, key, numbers[key])
            elif any(line.text(one) for one in ("baseline", "target")):
                self._fault(line, "indicator", "indicator-missing")

    def _read_level(self, line: Line) -> str:
        text = line.text("level")
        found = find_choice("level", text) if text else None
        if found is None:
            language = self.filled.language
            labels = ", ".join(one.label(language) for one in read_choices("level"))
            name = "level-unknown" if text else "level-missing"
            self._fault(line, "level", name, text=text, levels=labels)
        return found.slug if found else ""

    def _read_element(self, line: Line, key: str, kind: str) -> Element:
        start, end = self._read_period(line)
        description = line.text("description")
        part_of = self._find_keys(line, "part_of")
        if len(part_of) > 1:
            self._fault(line, "part_of", "several-wholes")
        return Element(
            kind,
            key,
            line.where("title"),
            titles=(Text(line.text("title")),),
            descriptions=(Text(description),) if description else (),
            bodies=(*self._read_partners(line), *self.taking_part.get(key, ())),
            places=tuple(Value(one, line.where("places")) for one in line.several("places")),
            start=start,
            end=end,
            part_of=part_of[0] if part_of else "",
            contributes_to=self._find_keys(line, "serves"),
            notes=(*line.notes, *self.notes.get(id(line), ())),
        )

    # Time and numbers

    def _read_span(self, line: Line, column: str) -> Span | None:
        try:
            span = read_span(line.cells.get(column))
        except ValueError as error:
            self._fault(line, column, "no-date", text=line.text(column), why=self._say(str(error)))
            return None
        if span and span.reading:
            self._tell(Told("read", span.reading, line.where(column)))
        return span

    def _read_period(self, line: Line) -> tuple[date | None, date | None]:
        """Read a first and a last day; either cell may name both years."""
        first, last = self._read_span(line, "start"), self._read_span(line, "end")
        start, end = join_days(first.days if first else None, last.days if last else None)
        if start and end and end < start:
            self._fault(line, "end", "ends-before", start=start, end=end)
            return None, None
        return start, end

    def _read_indicator(self, line: Line, result: str, number: int) -> Element:
        key = self._find_free(f"{result}-indicator-{number}")
        self.named[fold(key)] = _Named(key, line, RESULTS)
        figures = tuple(
            figure
            for kind in ("baseline", "target")
            if (figure := self._read_figure(line, kind)) is not None
        )
        return Element(
            "Indicator",
            key,
            line.where("indicator"),
            titles=(Text(line.text("indicator")),),
            measures=(result,),
            figures=figures,
            notes=self.notes.get(id(line), ()) if id(line) in self.above else (),
        )

    def _read_figure(self, line: Line, kind: str) -> Figure | None:
        span = self._read_span(line, f"{kind}_date")
        text, unit = line.text(kind), line.text("unit")
        if not text:
            if span:
                heading = line.where(kind).heading or self._say(words.RESULTS[kind].heading)
                self._fault(line, kind, "date-alone", heading=heading)
            return None
        found = self._read_quantity(line, kind)
        if found is None:
            return Figure(kind, None, unit, *_list_days(span), text, line.where(kind))
        number, rest = found.number, found.words
        if kind in line.percentages:
            number, rest = number * 100, "%"
        elif "%" in (unit, rest) and abs(number) < 1 and number:
            told = "numbers below 1 with the unit % were read as parts of one per cent"
            self._tell(Told("read", told, line.where(kind)))
        if rest == "%" and not unit:
            unit, rest = "%", ""
        rest = "" if rest == unit else rest
        return Figure(kind, number, unit, *_list_days(span), rest, line.where(kind))

    def _read_quantity(self, line: Line, kind: str) -> Quantity | None:
        """Read a number, and tell what only looks like one or may be another."""
        text, where = line.text(kind), line.where(kind)
        found = _read_number(line.cells.get(kind))
        if found is None and any(map(str.isdigit, text)):
            told = f"{_cut(text)} is not one number and was kept in words"
            self._tell(Told("kept", told, where))
        if found and not found.is_sure:
            told = f"{text} was read as the number {write_number(found.number)}"
            self._tell(Told("read", told, where))
        return found

    # The plan

    def _read_head(self) -> Head:
        lines = self.filled.lines[PLAN]
        line = lines[0] if lines else Line(self.path, {}, {})
        title = line.text("title") or self.hints.title
        agency = line.text("agency") or line.text("agency_short") or self.hints.agency
        for column, text, what in (("title", title, "title"), ("agency", agency, "agency")):
            if not text:
                heading = line.where(column).heading or self._say(words.PLAN[what].heading)
                sheet = line.where(column).sheet or self._say(words.SHEETS[PLAN])
                self._fault(line, column, "plan-missing", heading=heading, sheet=sheet)
        start, end = self._read_period(line)
        description = line.text("description")
        licence, notes = self._read_licence(line)
        return Head(
            key=line.text("identifier"),
            titles=(Text(title),) if title else (),
            descriptions=(Text(description),) if description else (),
            agency=self._read_agency(line, agency),
            start=start,
            end=end,
            language=self._read_language(line),
            licence=licence,
            edition=line.text("edition"),
            places=tuple(Value(one, line.where("places")) for one in line.several("places")),
            amounts=_complete_amounts(self.budget.amounts, start, end),
            notes=(*line.notes, *notes, *self.budget.notes, *self.filled.notes),
            where=line.where("title"),
        )

    def _read_agency(self, line: Line, agency: str) -> Body | None:
        if not agency:
            return None
        return Body(agency, line.where("agency"), acronym=line.text("agency_short"))

    def _read_language(self, line: Line) -> str:
        text = line.text("language")
        if not text:
            return self.hints.language
        if found := find_choice("language", text):
            return found.slug
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
            return text
        self._fault(line, "language", "language-unknown", text=text)
        return ""

    def _read_licence(self, line: Line) -> tuple[str, Sequence[Note]]:
        """Read an address, or a name of the list; other words are kept as a note."""
        text = line.text("licence")
        if not text or re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text):
            return text, ()
        if found := find_choice("licence", text):
            return found.slug, ()
        told = "the licence is none of the list and no web address; it is kept as a note"
        self._tell(Told("kept", told, line.where("licence")))
        return "", (Note(words.PLAN["licence"].heading, text, line.where("licence")),)


def _list_other(line: Line, above: Line) -> list[str]:
    """List the columns of a result in which a row says something else than the one above."""
    return [key for key in _OF_RESULT if line.text(key) not in ("", above.text(key))]


def _find_circles(
    elements: Iterable[Element], named: Mapping[str, _Named]
) -> Iterator[tuple[Line, str]]:
    """Find what is, over several steps, a part of itself, and the steps."""
    above = {one.key: one.part_of for one in elements if one.part_of}
    done: set[str] = set()
    for start in above:
        way: dict[str, None] = {}
        key = start
        while key in above and key not in done and key not in way:
            way[key] = None
            key = above[key]
        done.update(way)
        if key in way:
            circle = list(way)[list(way).index(key) :]
            for place, member in enumerate(circle):
                yield named[fold(member)].line, _say_steps(circle, place)


def _say_steps(circle: Sequence[str], start: int) -> str:
    """Say how one leads back to itself; of a long circle, the first steps."""
    steps = [circle[(start + step) % len(circle)] for step in range(min(len(circle), _MOST_STEPS))]
    left = ["…"] if len(circle) > _MOST_STEPS else []
    return " → ".join([*steps, *left, circle[start]])


def _list_roles() -> dict[str, str]:
    """List what roles are called in all languages."""
    return {label: label for one in read_choices("role") for label in one.labels.values()}


def _complete_amounts(
    amounts: Iterable[Amount], start: date | None, end: date | None
) -> tuple[Amount, ...]:
    """Take an amount without a period of its own for one from a first to a last day."""
    return tuple(
        one if one.start or one.end else one._replace(start=start, end=end) for one in amounts
    )


def _list_days(span: Span | None) -> tuple[date | None, date | None]:
    return (span.first, span.last) if span else (None, None)


def _read_number(cell: object) -> Quantity | None:
    """Read a number and the words around it; a day or an answer is none."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Quantity(Decimal(str(cell)).normalize() + 0)
    return read_quantity(cell) if isinstance(cell, str) else None


def _cut(text: str) -> str:
    """Shorten what somebody wrote, so that a message stays a line."""
    return text if len(text) <= _LONGEST_KEY else f"{text[:_LONGEST_KEY]} …"
