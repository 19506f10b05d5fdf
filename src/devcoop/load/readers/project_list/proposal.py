"""Proposes what the columns of a list mean, from their headings and what stands in them.

A proposal is for a person to correct: each line says how sure it is and shows an example.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from devcoop.errors import SourceError
from devcoop.load.readers.project_list.mapping import FIELDS
from devcoop.load.recognition import plain
from devcoop.load.records import Value
from devcoop.load.tables import as_text, read_workbook
from devcoop.load.written.amounts import read_number
from devcoop.load.written.dates import read_days
from devcoop.load.written.persons import is_personal, leave_out_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from devcoop.load.recognition import Recognizer
    from devcoop.load.tables import Row, Sheet, Workbook

_HEADINGS = {
    "identifier": "identifier, id, number, project no, no, nr, code, reference, ref, project id,"
    " project number, identifiant, numero, codigo, acao, operation unique identifier,"
    " iati identifier",
    "title": "title, name, project, project title, activity, project name, titre, intitule, nom,"
    " titulo, nombre, projeto, proyecto, projet, titel, operation name",
    "description": "description, abstract, summary, objective, objectives, purpose, resume,"
    " objectif, objectifs, objetivo, descripcion, descricao, resumen, long description,"
    " short description, project abstract, beschreibung",
    "agency": "agency, organisation, organization, donor, reporting organisation, organisme,"
    " agence, agencia, organizacion, funding org name, funding organization name, donante,"
    " bailleur, provider",
    "country": "country, countries, recipient, recipients, recipient country, location, region,"
    " place, pays, pais, paises, land, beneficiary country, all recipients, country name",
    "theme": "theme, themes, topic, subject, thematic area, thema, tema, sujet, domaine",
    "sector": "sector, sectors, sector name, sector code, secteur, setor, sektor, crs sector code,"
    " purpose code, category of intervention",
    "beneficiary": "beneficiaries, target group, beneficiaires, beneficiarios, groupe cible",
    "status": "status, project status, state, situacao, estado, etat, statut",
    "start": "start, start date, begin, beginning, from, start year, start actual, debut,"
    " date de debut, inicio, fecha de inicio, operation start date, planned start",
    "end": "end, end date, to, until, end year, end actual, fin, date de fin, termino,"
    " fecha de fin, operation end date, completion date, closing date",
    "year": "year, annee, ano, jahr, fiscal year",
    "commitment": "commitment, commitment amount, committed, amount awarded, engagement,"
    " max contribution, approved amount, compromiso",
    "disbursement": "disbursement, disbursement amount, disbursed, paid, spent, decaissement",
    "amount": "amount, budget, value, total cost, cost, montant, monto, valor, orcamento, betrag,"
    " contribution, total project cost",
    "currency": "currency, devise, moneda, moeda, wahrung, commitment amount currency",
    "funder": "funder, funding agency, co financing agency, cofinancer, financing agency,"
    " fund name, bailleur de fonds",
    "implementer": "implementer, implementing agency, executing agency, implementor, implementing"
    " partner, agence d'execution, ejecutor, executor, partenaire de mise en oeuvre",
    "partner": "partner, partners, partenaire, partenaires, socio, parceiro",
    "recipient": "recipient org name, recipient organisation, recipient organization name, grantee,"
    " beneficiary name, beneficiaire nom, recipient agencies",
    "leave out": "contact, e mail, email, phone, telephone, surname of applicant, full name of"
    " applicant, contact person, contact name",
}
"""Headings that are usual for a field, in several languages, without accents."""
_COMMON = frozenset(
    {
        "name",
        "code",
        "date",
        "amount",
        "id",
        "number",
        "type",
        "org",
        "en",
        "fr",
        "es",
        "pt",
        "total",
    }
)
"""Words that stand in many headings and tell little; languages of columns that come in pairs."""
_COMMON_WEIGHT = 0.25
_SEVERAL = frozenset(
    {"description", "country", "sector", "theme", "funder", "partner", "leave out"}
)
"""Fields that several columns may have."""
_MOST_ROWS = 30
_SAMPLE = 200
_LEAST = 0.5
_SURE = 0.8
_LEAST_HEADINGS = 2
_EXAMPLE = 60
_SHORT = 4
_LEAST_PLACES = 0.2
# Of two lists the longer one, but headings that are known count more.
_MOST_LENGTH, _LENGTHS = 10_000, 100_000


@dataclass(frozen=True)
class Guess:
    """What a column may mean.

    Attributes:
        heading: Its heading.
        field: A field of `mapping.FIELDS`; empty if nothing is near enough.
        confidence: How sure that is, from 0 to 1.
        example: What stands in it somewhere.
    """

    heading: str
    field: str
    confidence: float
    example: str


@dataclass(frozen=True)
class Proposal:
    """What a list may mean.

    Attributes:
        sheet: The sheet with the list; empty in a file without sheets.
        heading_row: Number of its row of headings.
        section: Field that rows with only their first cell filled state; empty if there is none.
        guesses: One for each column with a heading, in their order.
    """

    sheet: str
    heading_row: int
    section: str
    guesses: tuple[Guess, ...]

    def render(self) -> str:
        """Write it as a map, with what is not used as comments."""
        return "\n".join(self._iter_lines()) + "\n"

    def _iter_lines(self) -> Iterator[str]:
        yield "# What the columns of the list mean, as proposed; correct it before it is used."
        yield "# Behind each heading: how sure that is, from 0 to 1, and an example."
        yield "# agency: who answers for what has no agency of its own"
        yield "# language: en"
        if self.sheet:
            yield f"sheet: {_quote(self.sheet)}"
        yield f"heading row: {self.heading_row}"
        if self.section:
            yield f"section: {self.section}  # rows with only their first cell filled"
        yield "columns:"
        for field in FIELDS:
            found = [one for one in self.guesses if one.field == field]
            if found:
                yield f"  {field}:"
            for one in found:
                shown = f"; {_show(one.example)}" if one.example else ""
                yield f"    - {_quote(one.heading)}  # {one.confidence:.2f}{shown}"
        unused = [one for one in self.guesses if not one.field]
        if unused:
            yield "# Not used, kept as notes; what a column can mean: " + ", ".join(FIELDS)
        for one in unused:
            yield f"#   - {_quote(one.heading)}  # {_show(one.example)}"


def _quote(text: str) -> str:
    """Write a text as YAML would, on one line."""
    written = yaml.safe_dump(text, allow_unicode=True, width=10**9, default_style='"')
    return written.strip()


def _show(text: str) -> str:
    """Show an example on one line of a comment."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f\u2028\u2029]", " ", text).split())
    return line if len(line) <= _EXAMPLE else f"{line[:_EXAMPLE]}…"


def propose(path: Path, content: bytes, known: Recognizer) -> Proposal:
    """Propose what the columns of a list mean.

    Args:
        path: The file.
        content: Its bytes.
        known: Recognises countries and concepts.

    Raises:
        SourceError: It is no table, or no row of it looks like headings of a list.
    """
    sheet, headings = _find_list(path, read_workbook(path, content))
    rows = [row for row in sheet.rows if row.number > headings.number]
    columns = {
        number: _Column(as_text(cell), [row.text(number) for row in rows][:_SAMPLE], known)
        for number, cell in enumerate(headings.cells, 1)
        if as_text(cell)
    }
    return Proposal(
        sheet.name,
        headings.number,
        _find_section(sheet, known),
        tuple(_assign(list(columns.values()))),
    )


def _find_list(path: Path, book: Workbook) -> tuple[Sheet, Row]:
    """Find the sheet and the row of headings that look most like a list of projects."""
    best: tuple[float, Sheet, Row] | None = None
    for sheet in book.shown():
        for row in sheet.rows[:_MOST_ROWS]:
            known = sum(_likeness(as_text(cell))[1] >= _SURE for cell in row.cells if cell)
            weight = known + min(len(sheet.rows), _MOST_LENGTH) / _LENGTHS
            if known >= _LEAST_HEADINGS and (best is None or weight > best[0]):
                best = (weight, sheet, row)
    if best is None:
        raise SourceError(
            path,
            "no row looks like the headings of a list of projects (a title, a country, a date);"
            " if it is a table of figures by place and sector, it is no list that can be loaded",
        )
    return best[1], best[2]


def _likeness(heading: str, field: str = "") -> tuple[str, float]:
    """Give the field whose usual headings are nearest to a heading, and how near they are."""
    words = _words(heading)
    scored = (
        (name, _compare(words, usual))
        for name, usual in _USUAL.items()
        if not field or name == field
    )
    return max(scored, key=lambda one: one[1], default=("", 0.0))


def _words(heading: str) -> frozenset[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    words = plain(re.sub("[_:/]", " ", apart)).split()
    # The way to a value in a list of JSON counts: recipient/0/name.
    return frozenset(one for one in words if not one.isdigit())


def _compare(words: frozenset[str], usual: Sequence[frozenset[str]]) -> float:
    """Give how much of the words a usual heading shares, both ways; common words count little."""
    whole = _weigh(words)
    return max(
        (2 * _weigh(words & one) / (whole + _weigh(one)) for one in usual if one), default=0.0
    )


def _weigh(words: Iterable[str]) -> float:
    return sum(_COMMON_WEIGHT if word in _COMMON else 1.0 for word in words)


_USUAL = {
    field: tuple(_words(one) for one in listed.split(",")) for field, listed in _HEADINGS.items()
}


class _Column:
    """A column and what speaks for each field."""

    def __init__(self, heading: str, cells: Iterable[str], known: Recognizer) -> None:
        self.heading, self.cells, self.known = heading, [one for one in cells if one], known
        self.is_personal = is_personal(heading)

    @property
    def example(self) -> str:
        """Something that stands in it; nothing of persons is shown."""
        first = self.cells[0] if self.cells and not self.is_personal else ""
        return leave_out_addresses(first)[0]

    def score(self, field: str) -> float:
        """Give how sure it is that the column has a field: heading and cells must both fit."""
        if self.is_personal:
            return float(field == "leave out" and bool(self.cells))
        return _likeness(self.heading, field)[1] * self._fit(field) if self.cells else 0.0

    def _fit(self, field: str) -> float:
        """Give how well what stands in it fits a field, from 0 to 1."""
        if field in _TESTS:
            return self._share(_TESTS[field])
        if field == "country":
            return max(_LEAST_PLACES, self._share(self._names_places))
        if field == "title":
            return self._fit_title()
        if field == "identifier":
            return len(set(self.cells)) / len(self.cells)
        if field == "recipient":
            return 1 - self._share(self._names_places)
        return 1.0

    def _names_places(self, cell: str) -> bool:
        return bool(self.known.find_all("place", Value(cell)).known)

    def _fit_title(self) -> float:
        words = sum(len(cell) for cell in self.cells) / len(self.cells)
        places = self._share(lambda cell: bool(self.known.find("place", Value(cell))))
        return (1 - places) * (1.0 if words > _SHORT * 2 else 0.3)

    def _share(self, holds: Callable[[str], bool]) -> float:
        return sum(map(holds, self.cells)) / len(self.cells)


def _is_day(cell: str) -> bool:
    return read_days(cell) is not None


def _is_money(cell: str) -> bool:
    return read_number(cell) is not None


def _is_currency(cell: str) -> bool:
    return len(cell) <= _SHORT and not cell.isdigit()


_TESTS: dict[str, Callable[[str], bool]] = {
    "start": _is_day,
    "end": _is_day,
    "year": _is_day,
    "commitment": _is_money,
    "disbursement": _is_money,
    "amount": _is_money,
    "currency": _is_currency,
}
"""What a cell must be for a field."""


def _assign(columns: list[_Column]) -> Iterator[Guess]:
    """Give each column the field it fits best; a field that stands once goes to the surest."""
    scored = sorted(
        (
            (column.score(field), -place, field)
            for place, column in enumerate(columns)
            for field in FIELDS
        ),
        reverse=True,
    )
    taken: dict[int, tuple[str, float]] = {}
    used: set[str] = set()
    for score, minus, field in scored:
        if score >= _LEAST and -minus not in taken and (field not in used or field in _SEVERAL):
            # A second column of a field must be as sure as if its heading were the usual one.
            if field in used and score < _SURE:
                continue
            taken[-minus] = (field, score)
            used.add(field)
    for place, column in enumerate(columns):
        field, score = taken.get(place, ("", 0.0))
        yield Guess(column.heading, field, score, column.example)


def _find_section(sheet: Sheet, known: Recognizer) -> str:
    """Tell whether rows with only their first cell filled name countries."""
    alone = [
        row.text(1)
        for row in sheet.rows
        if row.get(1) is not None and all(cell is None for cell in row.cells[1:])
    ]
    found = sum(bool(known.find("place", Value(text))) for text in alone)
    return "country" if alone and found >= len(alone) / 2 else ""
