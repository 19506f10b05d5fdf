"""Results of an activity with their indicators, and the numbers of these."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from devcoop.load.readers.iati.draft import Draft
from devcoop.load.readers.iati.texts import describe, local, read_texts, squeeze, squeeze_code
from devcoop.load.records import Element, Figure

if TYPE_CHECKING:
    from decimal import Decimal

    from devcoop.load.markup import Tag

_RESULT, _INDICATOR = "/result/", "/indicator/"
OF_RESULTS = (_RESULT, _INDICATOR)
"""What the keys of results and indicators have between that of their activity and a number."""
_KINDS = {"1": "Output", "2": "Outcome", "3": "Impact"}
_WORDS = {"output": "Output", "outcome": "Outcome", "impact": "Impact"}
_PERCENTAGE = "2"
_YEAR = re.compile(r"\d{4}")
_TEXTS = frozenset({"title", "description"})


def take_result(draft: Draft, node: Tag) -> None:
    """Take over a result, to which the activity contributes, with its indicators."""
    number = len(draft.contributes_to) + 1
    below = Draft(draft.file, draft.file.inner(node, draft.where), draft.language)
    below.key = draft.file.mint(f"{draft.key}{_RESULT}{number}")
    code = squeeze_code(node.get("type"))
    kind = _KINDS.get(code) or _WORDS.get(code.lower())
    if kind is None:
        what = (
            "A result is said to be neither output, outcome nor impact; it is taken for an outcome."
        )
        draft.tell("read", what, node)
        below.keep("result/@type", code)
    _take_texts(below, node)
    _keep_attributes(below, node, "result", "type")
    indicators = [_read_indicator(below, one, n) for n, one in _number(node)]
    draft.contributes_to.append(below.key)
    draft.results.append(_make_element(below, kind or "Outcome"))
    draft.results += indicators


def _number(node: Tag) -> list[tuple[int, Tag]]:
    return [*enumerate((one for one in node[:] if one.tag == "indicator"), 1)]


def _take_texts(draft: Draft, node: Tag, known: tuple[str, ...] = ("indicator",)) -> None:
    """Take over title and description; other elements that are not known are kept."""
    for child in node[:]:
        tag = str(child.tag)
        if tag in _TEXTS:
            texts = draft.titles if tag == "title" else draft.descriptions
            texts += read_texts(child, draft.language)
        elif tag not in known:
            draft.keep_all(f"{local(str(node.tag))}/{local(tag)}", child)


def _keep_attributes(draft: Draft, node: Tag, heading: str, *known: str) -> None:
    for name, text in node.items():
        if name not in known and name[0] != "{":
            draft.keep(f"{heading}/@{name}", text)


def _make_element(
    draft: Draft, kind: str, measures: str = "", figures: tuple[Figure, ...] = ()
) -> Element:
    return Element(
        kind=kind,
        key=draft.key,
        where=draft.where,
        titles=draft.file.clean_texts(draft.titles, draft.where),
        descriptions=draft.file.clean_texts(draft.descriptions, draft.where),
        measures=(measures,) if measures else (),
        figures=figures,
        notes=draft.make_notes(),
    )


def _read_indicator(draft: Draft, node: Tag, number: int) -> Element:
    below = Draft(draft.file, draft.file.inner(node, draft.where), draft.language)
    below.key = draft.file.mint(f"{draft.key}{_INDICATOR}{number}")
    draft.file.counts["indicator"] += 1
    _take_texts(below, node, ("baseline", "period"))
    measure = squeeze_code(node.get("measure"))
    known = ("measure",) if measure in ("", "1", _PERCENTAGE) else ()
    _keep_attributes(below, node, "indicator", *known)
    unit = "%" if measure == _PERCENTAGE else ""
    figures: list[Figure] = []
    for child in node[:]:
        if child.tag == "baseline":
            figures += _read_baseline(below, child, unit)
        elif child.tag == "period":
            draft.file.counts["period"] += 1
            figures += _read_period(below, child, unit)
    return _make_element(below, "Indicator", draft.key, tuple(figures))


def _read_baseline(draft: Draft, node: Tag, unit: str) -> list[Figure]:
    day = draft.read_day(node, node.get("iso-date"))
    year = squeeze_code(node.get("year"))
    days: tuple[date | None, date | None] = (day, day)
    if day is None and _YEAR.fullmatch(year) and int(year):
        days = date(int(year), 1, 1), date(int(year), 12, 31)
    elif year and (day is None or str(day.year) != year):
        draft.keep("baseline/@year", year)
    return _read_figure(draft, node, "baseline", unit, days)


def _read_period(draft: Draft, node: Tag, unit: str) -> list[Figure]:
    """Read targets and actual values of a period."""
    days: dict[str, date | None] = {}
    found: list[Figure] = []
    for child in node[:]:
        if child.tag in ("period-start", "period-end"):
            days[child.tag] = draft.read_day(child, child.get("iso-date") or child.text)
    start, end = days.get("period-start"), days.get("period-end")
    if start and end and end < start:
        draft.tell("read", "A period ends before it starts; its end is left out.", node)
        draft.keep("period/period-end", end.isoformat())
        end = None
    for child in node[:]:
        if child.tag in ("target", "actual"):
            found += _read_figure(draft, child, child.tag, unit, (start, end))
        elif child.tag not in days:
            draft.keep_all(f"period/{local(str(child.tag))}", child)
    return found


def _read_figure(
    draft: Draft, node: Tag, kind: str, unit: str, days: tuple[date | None, date | None]
) -> list[Figure]:
    """Read a number with the words beside it; nothing if there is neither."""
    written = squeeze_code(node.get("value")) or squeeze(node.text)
    number: Decimal | None = draft.read_number(node, written)
    words = [] if number is not None or not written else [written]
    for child in node[:]:
        said = describe(child)
        if said:
            words.append(said if child.tag == "comment" else f"{local(str(child.tag))}: {said}")
    if number is None and not words:
        return []
    text = draft.clean("\n".join(words))
    return [Figure(kind, number, unit, days[0], days[1], text, draft.where)]
