"""The query library as questions in plain words, each with a form and its answer."""

from __future__ import annotations

import re
import shlex
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from devcoop.gaps import CODES, TOPIC, read_check
from devcoop.names import shorten, term
from devcoop.pages.charts import Bar, build_bars
from devcoop.pages.links import EMPTY
from devcoop.pages.routes import Route, Table, View, only
from devcoop.pages.views.days import read_day
from devcoop.pages.views.facts import facts_of
from devcoop.pages.views.forms import Control, read_controls
from devcoop.store import Answer
from devcoop.store.terms import Literal, NamedNode, Term, as_text
from devcoop.words.language import Label, Tongue
from devcoop.words.questions import say_initiative, translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from devcoop.model import GapCheck
    from devcoop.pages.content import Content
    from devcoop.pages.links import Value
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.facts import Facts
    from devcoop.queries import Query

SECTION = "/questions"
TOPICS = ("competency", "explore", "gaps")
"""Folders of the library that hold questions of people; the others are building blocks."""
MOST_ROWS = 500
_MOST_BARS = 40
_NUMBERS = ("integer", "decimal")


@dataclass(frozen=True)
class Column:
    """A column of an answer as the page shows it.

    Attributes:
        name: Its name in the query.
        words: What it holds, in a few words.
        is_number: It holds numbers.
    """

    name: str
    words: Label
    is_number: bool


@dataclass(frozen=True)
class Cell:
    """A cell of an answer.

    Attributes:
        text: What it says, with its language.
        iri: What it links to; empty for a text.
        day: The same as a day; None for anything else.
        number: The same as a number; None for anything else.
    """

    text: Label
    iri: str = ""
    day: object = None
    number: float | None = None


@dataclass(frozen=True)
class Answered:
    """An answer as the page shows it.

    Attributes:
        columns: The columns that say something new.
        rows: The first rows.
        number: How many rows there are.
        bars: A chart of the answer; empty if there is none to draw.
        counted: What the bars count.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    number: int
    bars: tuple[Bar, ...] = ()
    counted: str = ""


@dataclass(frozen=True)
class QuestionPage:
    """All that is shown about a question.

    Attributes:
        query: The query.
        title: What it is called.
        question: The question, in the reader's language if there is a translation.
        grain: What one row of the answer is; empty if it is not said in the reader's language.
        controls: Its parameters.
        sparql: The query as it was asked, without its header.
        command: The line that gives the same rows in a terminal; empty if none does.
        params: The values that differ from the defaults, as an address has them.
        answer: The answer; None if a value is wrong.
    """

    query: Query
    title: Label
    question: Label
    grain: str
    controls: tuple[Control, ...]
    sparql: str
    command: str
    params: Mapping[str, Value]
    answer: Answered | None


def build_question(facts: Facts, query: Query, request: Request) -> QuestionPage:
    """Gather what is shown about a question, and ask it.

    Args:
        facts: Where to look.
        query: The question.
        request: Values of its parameters.
    """
    controls = read_controls(facts, query, request)
    is_wrong = any(control.error for control in controls)
    params = _read_params(controls)
    text = query.bind(params)
    return QuestionPage(
        query=query,
        title=translate(query, "title", request.language),
        question=translate(query, "question", request.language),
        grain=_say_grain(query, request.language),
        controls=controls,
        sparql=strip_header(text),
        command=write_command(query, params),
        params={name: value or EMPTY for name, value in params.items()},
        answer=None if is_wrong else answer(facts, query, text, request.language),
    )


def _read_params(controls: Iterable[Control]) -> dict[str, str]:
    """Read the values that differ from the defaults; empty text leaves a parameter open."""
    return {one.name: one.value for one in controls if one.is_changed and not one.error}


def _say_grain(query: Query, language: str) -> str:
    key = "grain" if language == "en" else f"grain_{language}"
    return say_initiative(str(query.header.get(key, "")))


def find_rows(content: Content, query: Query, text: str) -> Answer:
    """Ask a question where it has its answer, unless it was asked when the data were made.

    Args:
        content: The plans, and all that is published.
        query: The question.
        text: Its SPARQL with values.
    """
    if text != query.text:
        return _ask(content, query, text)
    for asked in (content.analysis.gap_answers, content.dataset.counts):
        if query.name in asked:
            return asked[query.name]
    return content.once(_ask_as_it_is, query.name)


def _ask_as_it_is(content: Content, name: str) -> Answer:
    query = content.library[name]
    return _ask(content, query, query.text)


def _ask(content: Content, query: Query, text: str) -> Answer:
    return (content.store if query.needs_findings else content.analysis.graph).query(text)


def write_command(query: Query, params: Mapping[str, str]) -> str:
    """Write the line that asks the same question in a terminal.

    Args:
        query: The question.
        params: Values by name of the parameter.

    Examples:
        >>> from devcoop.queries import get_query
        >>> write_command(get_query("concept-search"), {"text": "quality mark"})
        "devcoop query concept-search -p 'text=quality mark'"
    """
    words = ["devcoop", "query", query.name]
    for name, value in params.items():
        words += ["-p", f"{name}={value}"]
    return shlex.join(words)


def strip_header(text: str) -> str:
    """Take the header out of a query's text."""
    lines = [line for line in text.splitlines() if not line.startswith("#+")]
    return "\n".join(lines).strip()


def answer(facts: Facts, query: Query, text: str, language: str) -> Answered:
    """Ask a question and put the answer as the page shows it.

    Args:
        facts: Where to look.
        query: The question.
        text: Its SPARQL with values.
        language: In which things are named.
    """
    found = find_rows(facts.content, query, text)
    shown = show_answer(facts, found, language, query)
    bars, counted = _draw(facts.content, query, found, shown, language)
    return Answered(shown.columns, shown.rows, shown.number, bars, counted)


def show_answer(facts: Facts, found: Answer, language: str, query: Query | None = None) -> Answered:
    """Put an answer as a page shows it: things by name, no column that repeats another.

    Args:
        facts: Where names are looked up.
        found: The answer.
        language: In which things are named.
        query: The question that names the columns; None for free SPARQL.
    """
    if query and _is_about_gaps(query):
        check = read_check(query, found)
        said = list(islice(_say_gaps(facts.content, check, language), MOST_ROWS))
        found = _leave_codes_out(found)
    else:
        said = [{} for _ in found.rows]
    first = found.rows[:MOST_ROWS]
    # Where an answer says in which language a name is, the name is shown, and as it is.
    is_quoted = "language" in found.columns
    kept = [
        at
        for at in range(len(found.columns))
        if (is_quoted and _has_language(first, at)) or not _repeats(facts, first, at)
    ]
    named_in = "en" if is_quoted else language
    columns = tuple(_column(found.columns[at], query, language) for at in kept)
    rows = tuple(
        tuple(
            _cell(facts, row[at], language, named_in, said=words.get(found.columns[at]))
            for at in kept
        )
        for row, words in zip(first, said, strict=False)
    )
    return Answered(columns, rows, len(found.rows))


def _leave_codes_out(found: Answer) -> Answer:
    """Leave out the columns of an answer about gaps that its texts are made from."""
    kept = [at for at, column in enumerate(found.columns) if column not in CODES]
    columns = tuple(found.columns[at] for at in kept)
    return Answer(columns, [tuple(row[at] for at in kept) for row in found.rows])


def _is_about_gaps(query: Query | None) -> bool:
    return query is not None and query.topic == TOPIC


def _say_gaps(content: Content, check: GapCheck, language: str) -> Iterator[dict[str, Label]]:
    """Give the texts of each row of an answer about gaps, by column."""
    words = content.gap_words
    for cell in check.cells:
        yield {
            "label": words.cell(check, cell, language),
            "scope": words.scope(check, cell, language),
            "detail": words.detail(check, cell, language),
        }


def _column(name: str, query: Query | None, language: str) -> Column:
    header = (query.header.get("columns") or {}).get(name) if query else None
    if not isinstance(header, dict):
        return Column(name, Label(name, ""), is_number=False)
    words = name_column(name, header)
    spoken = Tongue(language).say(words)
    words_in = language if spoken != words else "en"
    return Column(name, Label(spoken, words_in), header.get("type") in _NUMBERS)


def name_column(name: str, header: Mapping[str, str]) -> str:
    """Say in a few words of English what a column of a query holds.

    Args:
        name: The column.
        header: What the query's header says of it.

    Examples:
        >>> name_column("iri", {"about": "The undertaking. It is ours."})
        'The initiative'
    """
    about = re.split(r"[.;]", str(header.get("about", "")))[0].strip()
    return say_initiative(about) or _split_name(name)


def _split_name(name: str) -> str:
    """Write a variable's name as words.

    Examples:
        >>> _split_name("themeLabel")
        'Theme label'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _cell(
    facts: Facts, term: Term | None, language: str, named_in: str, *, said: Label | None
) -> Cell:
    if said is not None:
        return Cell(said)
    if isinstance(term, NamedNode):
        return Cell(facts.content.label(term.value, language), term.value)
    text = as_text(term)
    if not isinstance(term, Literal):
        return Cell(Label(text, ""))
    kind = term.datatype.value.rpartition("#")[2]
    day = read_day(text) if kind == "date" else None
    number = _read_number(text) if kind in _NUMBERS else None
    return Cell(_name(facts, text, term.language or "", named_in), day=day, number=number)


def _name(facts: Facts, text: str, written_in: str, language: str) -> Label:
    """Give a text of an answer, by its name in the page's language if it is an English name."""
    if language == "en" or written_in not in ("", "en"):
        return Label(text, written_in)
    iri = facts.content.once(_index_names).get(text)
    named = facts.content.label(iri, language) if iri else Label(text, written_in)
    return named if named.language == language else Label(text, written_in)


def _index_names(content: Content) -> dict[str, str]:
    """Find things by their English name, for answers that give no more than that.

    If things that are called so have other names that differ, one of the schemes is meant.
    """
    found: dict[str, dict[tuple[tuple[str, str], ...], str]] = defaultdict(dict)
    for iri, texts in sorted(content.labels.items()):
        if "en" in texts:
            found[texts["en"]].setdefault(tuple(sorted(texts.items())), iri)
    chosen: dict[str, str] = {}
    for text, iris in found.items():
        several = [*iris.values()]
        meant = several if len(several) == 1 else [one for one in several if _is_of_scheme(one)]
        if meant:
            chosen[text] = meant[0]
    return chosen


def _is_of_scheme(iri: str) -> bool:
    return iri.startswith(tuple(term(f"{one}:") for one in ("actor", "ag", "gr", "pl", "th")))


def _read_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _repeats(facts: Facts, rows: Sequence[tuple[Term | None, ...]], at: int) -> bool:
    """Tell whether a column only says what things in another one are called in English."""
    if any(_is_thing(row[at]) for row in rows) or not any(as_text(row[at]) for row in rows):
        return False
    others = [one for one in range(len(rows[0])) if any(_is_thing(row[one]) for row in rows)]
    return any(
        all(
            as_text(row[at]) == (facts.english(as_text(row[one])) if _is_thing(row[one]) else "")
            for row in rows
        )
        for one in others
    )


def _has_language(rows: Sequence[tuple[Term | None, ...]], at: int) -> bool:
    terms = (row[at] for row in rows)
    return any(isinstance(term, Literal) and term.language for term in terms)


def _is_thing(term: Term | None) -> bool:
    return isinstance(term, NamedNode)


def _draw(
    content: Content, query: Query, found: Answer, shown: Answered, language: str
) -> tuple[tuple[Bar, ...], str]:
    """Draw an answer with one number in each row; of gaps, how many there are by scope."""
    if _is_about_gaps(query):
        return _draw_gaps(content, read_check(query, found), language)
    numbers = [at for at, column in enumerate(shown.columns) if column.is_number]
    if len(numbers) != 1 or not 1 < shown.number <= _MOST_BARS:
        return (), ""
    at = numbers[0]
    linked = [one for one in range(len(shown.columns)) if any(row[one].iri for row in shown.rows)]
    telling = _tell_apart(shown.rows, linked)
    rows = [
        (", ".join(row[one].text.text for one in telling), row[at].number or 0.0)
        for row in shown.rows
    ]
    if not telling or min(number for _, number in rows) < 0:
        return (), ""
    return build_bars(rows), shown.columns[at].words.text


def _tell_apart(rows: Sequence[tuple[Cell, ...]], columns: Sequence[int]) -> list[int]:
    """Choose the column that tells the rows apart, else all that do not stay the same."""
    different = {at: len({row[at].iri for row in rows}) for at in columns}
    for at, number in different.items():
        if number == len(rows):
            return [at]
    return [at for at, number in different.items() if number > 1]


def _draw_gaps(content: Content, check: GapCheck, language: str) -> tuple[tuple[Bar, ...], str]:
    gaps = Counter(cell.denominator for cell in check.gaps)
    scopes = {cell.denominator: cell for cell in check.cells}
    rows = [
        (content.gap_words.scope(check, cell, language).text, float(gaps[one]))
        for one, cell in scopes.items()
    ]
    if not 1 < len(rows) <= _MOST_BARS:
        return (), ""
    return build_bars(rows), Tongue(language).say("gaps")


def _view_list(content: Content, request: Request, _parts: Parts) -> View:
    library = content.library.values()
    topics = [
        (
            topic,
            [
                (one, translate(one, "question", request.language))
                for one in library
                if one.topic == topic
            ],
        )
        for topic in TOPICS
    ]
    blocks = [
        (one, translate(one, "question", request.language))
        for one in library
        if one.topic not in TOPICS
    ]
    return View("questions.html.j2", {"topics": topics, "blocks": blocks}, SECTION)


def _table_list(content: Content, _request: Request, _parts: Parts) -> Table:
    rows = [
        (one.topic, one.name, one.question, one.header.get("grain", ""))
        for one in content.library.values()
    ]
    return Table(("topic", "name", "question", "one_row"), rows)


def _view(content: Content, request: Request, parts: Parts) -> View | None:
    query = content.library.get(parts["name"])
    if query is None:
        return None
    page = build_question(facts_of(content), query, request)
    values = {"page": page, "most": MOST_ROWS, "shorten": shorten}
    return View("question.html.j2", values, SECTION, status=200 if page.answer else 400)


def _table(content: Content, request: Request, parts: Parts) -> Table | None:
    """Give the whole answer, as the command line writes it."""
    query = content.library.get(parts["name"])
    if query is None:
        return None
    controls = read_controls(facts_of(content), query, request)
    wrong = [(one.name, one.value, one.error) for one in controls if one.error]
    if wrong:
        return Table(("parameter", "value", "problem"), wrong, status=400)
    found = find_rows(content, query, query.bind(_read_params(controls)))
    return Table(found.columns, [tuple(record.values()) for record in found.records()])


def _paths(content: Content) -> Iterable[str]:
    return [f"/questions/{name}" for name in content.library]


ROUTES = (
    Route("/questions", _view_list, only("/questions"), _table_list),
    Route("/questions/{name}", _view, _paths, _table),
)
