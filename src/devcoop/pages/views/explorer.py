"""The explorer: which initiatives meet, as two matrices and a table, all filtered alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from devcoop.export.findings import OVERLAP_COLUMNS, iter_overlap_rows
from devcoop.figures.meetings import find_reviews
from devcoop.model import FOUND_TYPES, STRENGTH
from devcoop.names import is_country
from devcoop.overlap.explanation import find_setting
from devcoop.pages.routes import Parts, Route, Table, View, only
from devcoop.pages.selection import ANY, PROBLEMS, Filters, Selector, read_filters, shorten
from devcoop.words.explanations import say_setting
from devcoop.words.language import Tongue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from devcoop.figures.coverage import Scheme
    from devcoop.model import Pair, Undertaking
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.reviews import Reviewed

MOST_COLUMNS = 12
"""So many agencies have a row and a column in the matrices; the filters know all."""
ROWS = 50
"""Rows of one page of the table."""
TYPES = tuple(slug for slug in STRENGTH if slug != "none")
SORTS = ("score", "type", "subject", "left", "right", "time")
"""What the table can be sorted by."""


@dataclass(frozen=True)
class Cell:
    """A number in a matrix.

    Attributes:
        number: How many findings.
        filters: What to filter by to see them; None where there is nothing to see.
        is_current: The filter that is set.
    """

    number: int
    filters: Filters | None
    is_current: bool = False


@dataclass(frozen=True)
class ThemeRow:
    """A theme and who meets on it.

    Attributes:
        iri: The theme.
        filters: What to filter by to see its findings and the themes below it.
        is_current: The theme that is filtered by.
        cells: One for each agency.
        total: Findings on it, each once.
    """

    iri: str
    filters: Filters
    is_current: bool
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class Themeless:
    """Pairs that no theme counts, since a side states none.

    Attributes:
        number: How many pairs.
        suggested: Those of them whose silent sides all have themes that are suggested.
        of: The pairs looked at.
    """

    number: int
    suggested: int
    of: int


@dataclass(frozen=True)
class Row:
    """A pair in the table.

    Attributes:
        pair: The pair.
        sides: Both initiatives.
        review: What a person said about it; None if nobody did.
        themes: Slugs of the themes of both sides, for the script of a bundle.
        places: The same of countries and groups.
        plans: The same of the plans of both sides.
        years: First and last year of each side, likewise.
        where: What is known of where they meet.
    """

    pair: Pair
    sides: tuple[Undertaking, Undertaking]
    review: Reviewed | None
    themes: str = ""
    places: str = ""
    plans: str = ""
    years: str = ""
    where: str = ""


def _view(content: Content, request: Request, parts: Parts) -> View:
    del parts
    filters, problems = read_filters(content, request)
    sort, pairs = _sort(content, request, filters)
    pages = max(1, -(-len(pairs) // ROWS))
    page = _read_page(request, pages, problems)
    shown = pairs if request.links.is_static else pairs[(page - 1) * ROWS : page * ROWS]
    selector, themes = content.once(Selector), content.scheme("theme", request.language)
    columns = choose_columns(content, filters)
    values = {
        "columns": columns,
        "filters": filters,
        "params": filters.params | {"sort": sort if sort != SORTS[0] else ""},
        "problems": problems,
        "agencies": list(content.agencies),
        "plans": [(shorten(one.iri, "plan"), one) for one in content.analysis.plans],
        "matrix": _build_matrix(content, filters, columns),
        "themes": _build_themes(content, filters, themes, columns),
        "themeless": _count_themeless(content, filters),
        "above": themes.path(filters.theme),
        "rows": _build_rows(content, request, shown),
        "count": len(pairs),
        "of": len(content.analysis.pairs if filters.type else selector.findings),
        "compared": len(content.analysis.pairs),
        "scope": content.analysis.comparison.scope,
        "found": content.analysis.pairs.count_findings(),
        "listed": len(selector.findings),
        "is_cut": content.analysis.pairs.is_cut,
        "most": content.analysis.pairs.best,
        "open_places": selector.count_open_places(filters) if filters.place else 0,
        "types": TYPES if content.analysis.pairs.is_exhaustive else (*FOUND_TYPES, "dismissed"),
        "any": ANY,
        "options_of": _list_options(content, request, filters),
        "slug_of": _shorten_theme,
        "sort": sort,
        "page": page,
        "pages": 1 if request.links.is_static else pages,
        "first": (page - 1) * ROWS,
    }
    return View("overlaps.html.j2", values, status=400 if problems else 200)


def _table(content: Content, request: Request, parts: Parts) -> Table:
    del parts
    filters, problems = read_filters(content, request)
    _, pairs = _sort(content, request, filters)
    rows = iter_overlap_rows(content.analysis, pairs)
    if problems:
        # A table that is filtered otherwise than asked for would be taken for the right one.
        return Table(("problem",), [(problem,) for problem in problems], status=400)
    return Table(OVERLAP_COLUMNS, rows)


def _read_page(request: Request, pages: int, problems: list[str]) -> int:
    asked = request.get("page") or "1"
    number = int(asked) if asked.isdecimal() and len(asked) <= len(str(pages)) else 0
    if 1 <= number <= pages:
        return number
    problems.append(Tongue(request.language).say(PROBLEMS["page"]).format(value=asked))
    return 1


def _sort(content: Content, request: Request, filters: Filters) -> tuple[str, list[Pair]]:
    """Sort the pairs that pass; pairs that are equal stay in the order of their score."""
    asked = request.get("sort")
    sort = asked if asked in SORTS else SORTS[0]
    sides, label = content.analysis.undertakings, content.label

    def name(key: str) -> str:
        return label(key, request.language).text.lower()

    def by_time(pair: Pair) -> str:
        days = [side.period.start for side in (sides[pair.left], sides[pair.right])]
        return max((day.isoformat() for day in days if day), default="9")

    keys: dict[str, Callable[[Pair], object]] = {
        "type": lambda pair: -STRENGTH[pair.type],
        "subject": lambda pair: (
            label(pair.subject, request.language).text.lower() if pair.subject else "\uffff"
        ),
        "left": lambda pair: (content.agency(pair.left_agency), name(pair.left)),
        "right": lambda pair: (content.agency(pair.right_agency), name(pair.right)),
        "time": by_time,
    }
    pairs = content.once(Selector).select(filters)
    return sort, sorted(pairs, key=keys[sort]) if sort in keys else pairs  # type: ignore[arg-type]


def choose_columns(content: Content, filters: Filters, most: int = MOST_COLUMNS) -> list[str]:
    """Choose the agencies of the matrices: all, or those filtered by and those with most pairs.

    Args:
        content: Everything that the pages show.
        filters: What pairs have to pass.
        most: How many agencies at most.

    Returns:
        Short names in the order of the agencies.
    """
    agencies = list(content.agencies)
    if len(agencies) <= most:
        return agencies
    pairs = Counter(dict.fromkeys(agencies, 0))
    for both, number in _count_pairs(content, filters).items():
        pairs.update(dict.fromkeys(both, number))
    asked = (filters.agency, filters.other)
    order = sorted(agencies, key=lambda one: (one not in asked, -pairs[one]))[:most]
    # A column of zeros says nothing where there is no room for all.
    wanted = [one for one in order if pairs[one] or one in asked] or order
    return [one for one in agencies if one in wanted]


def _count_pairs(content: Content, filters: Filters) -> Counter[frozenset[str]]:
    """Count the pairs of each two agencies, whatever agencies are filtered by."""
    without = replace(filters, agency="", other="")
    # Counted by IRI first: there are many pairs and few agencies.
    found = Counter(
        (pair.left_agency, pair.right_agency) for pair in content.once(Selector).select(without)
    )
    counts: Counter[frozenset[str]] = Counter()
    for sides, number in found.items():
        counts[frozenset(map(content.agency, sides))] += number
    return counts


def _build_matrix(
    content: Content, filters: Filters, agencies: Sequence[str]
) -> list[tuple[str, list[Cell | None]]]:
    """Count by pair of agencies, whatever agencies are filtered by."""
    counts = _count_pairs(content, filters)
    current = frozenset((filters.agency, filters.other))

    def cell(one: str, other: str) -> Cell | None:
        if one == other:
            return None
        both = frozenset((one, other))
        wanted = replace(filters, agency=one, other=other) if counts[both] else None
        return Cell(counts[both], wanted, both == current)

    return [(one, [cell(one, other) for other in agencies]) for one in agencies]


def _build_themes(
    content: Content, filters: Filters, themes: Scheme, agencies: Sequence[str]
) -> list[ThemeRow]:
    """Count by theme and agency: the theme filtered by with those below it, else those on top."""
    selector = content.once(Selector)
    below = themes.narrower(filters.theme)
    shown = [filters.theme, *below] if filters.theme else below
    of = {iri: found.intersection(shown) for iri, found in selector.themes.items()}
    # Counted by IRI first: there are many pairs and few agencies.
    sides = Counter(
        (theme, pair.left_agency, pair.right_agency)
        for pair in selector.select(replace(filters, theme=""))
        for theme in of[pair.left] & of[pair.right]
    )
    counts: Counter[tuple[str, str]] = Counter()
    for (theme, *both), number in sides.items():
        for agency in (*map(content.agency, both), ""):
            counts[theme, agency] += number
    return [
        _build_theme_row(filters, theme, counts, agencies)
        for theme in shown
        if counts[theme, ""] or theme == filters.theme
    ]


def _count_themeless(content: Content, filters: Filters) -> Themeless:
    """Count the pairs of which a side states no theme, whatever theme is filtered by."""
    sides, selector = content.analysis.undertakings, content.once(Selector)
    silent = {iri for iri, one in sides.items() if not one.facets.get("theme")}
    # A pair tells by what is suggested only where that holds for each side that is silent.
    without = {iri for iri in silent if not sides[iri].suggestions.get("theme")}
    pairs = [{one.left, one.right} for one in selector.select(replace(filters, theme=""))]
    open_pairs = [both for both in pairs if both & silent]
    suggested = sum(not both & without for both in open_pairs)
    return Themeless(len(open_pairs), suggested, len(pairs))


def _build_theme_row(
    filters: Filters, theme: str, counts: Counter[tuple[str, str]], agencies: Sequence[str]
) -> ThemeRow:
    wanted = replace(filters, theme=theme)

    def cell(agency: str) -> Cell:
        number = counts[theme, agency]
        # An agency clicked in this matrix replaces the first of the two filtered by.
        chosen = replace(wanted, agency=agency or filters.agency)
        if agency and agency == filters.other:
            chosen = replace(chosen, other="")
        is_current = theme == filters.theme and agency == filters.agency
        return Cell(number, chosen if number else None, is_current)

    return ThemeRow(
        iri=theme,
        filters=wanted,
        is_current=theme == filters.theme,
        cells=tuple(map(cell, agencies)),
        total=cell(""),
    )


def _build_rows(content: Content, request: Request, pairs: Sequence[Pair]) -> list[Row]:
    detailed = request.links.is_static
    sides, reviews = content.analysis.undertakings, content.once(_find_reviews)
    selector = content.once(Selector)

    def both(known: dict[str, frozenset[str]], scheme: str, pair: Pair) -> str:
        shared = known[pair.left] & known[pair.right]
        return " ".join(sorted(shorten(iri, scheme) for iri in shared))

    return [
        Row(
            pair=pair,
            sides=(sides[pair.left], sides[pair.right]),
            review=reviews.get((pair.left, pair.right)),
            themes=both(selector.themes, "theme", pair) if detailed else "",
            places=both(selector.places, "place", pair) if detailed else "",
            plans=_write_plans(sides[pair.left], sides[pair.right]) if detailed else "",
            years=" ".join(_write_years(sides[key]) for key in (pair.left, pair.right)),
            where=_say_where(content, pair, request.language),
        )
        for pair in pairs
    ]


def _write_plans(*sides: Undertaking) -> str:
    return " ".join(dict.fromkeys(shorten(side.plan, "plan") for side in sides))


def _say_where(content: Content, pair: Pair, language: str) -> str:
    analysis = content.analysis
    names = (
        analysis.undertakings[pair.left].agency.name,
        analysis.undertakings[pair.right].agency.name,
    )
    setting = find_setting(analysis.comparison, pair, analysis.undertakings)
    return say_setting(setting, names, content.lexicon, language)


def _write_years(side: Undertaking) -> str:
    """Write years as `2016-2020`; without an end as `2020-`."""
    start, end = side.period.start or side.period.end, side.period.end
    return f"{start.year if start else ''}-{end.year if end else ''}"


def _shorten_theme(iri: str) -> str:
    return shorten(iri, "theme")


def _find_reviews(content: Content) -> dict[tuple[str, str], Reviewed]:
    return find_reviews(content.analysis)


def _list_options(
    content: Content, request: Request, filters: Filters
) -> dict[str, list[tuple[str, list[tuple[str, str, str]]]]]:
    """List what the choice of theme and place offers, in groups of slug, label and language."""
    selector, themes = content.once(Selector), content.scheme("theme", request.language)
    used = frozenset().union(*selector.themes.values())
    places = frozenset().union(*selector.reach.values(), {filters.place} - {""})
    countries = {iri for iri in places if is_country(iri)}

    def entries(iris: Iterable[str], scheme: str) -> list[tuple[str, str, str]]:
        labels = ((shorten(iri, scheme), content.label(iri, request.language)) for iri in iris)
        return [(slug, one.text, one.language) for slug, one in labels]

    def by_name(iris: Iterable[str]) -> list[tuple[str, str, str]]:
        return sorted(entries(iris, "place"), key=itemgetter(1))

    in_order = [iri for iri, _ in themes.iter_below() if iri in used or iri == filters.theme]
    return {
        "themes": [
            (content.label(top, request.language).text, entries(group, "theme"))
            for top, group in themes.by_top(in_order).items()
        ],
        "places": [("countries", by_name(countries)), ("groups", by_name(places - countries))],
    }


ROUTES = (Route("/overlaps", _view, only("/overlaps"), table=_table),)
