"""Results to which an activity contributes, with their indicators, as elements of IATI."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from devcoop import names
from devcoop.export.iati.markup import add, narrate
from devcoop.names import DEVC

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from devcoop.export.iati.facts import Facts, Thing
    from devcoop.export.iati.tally import Tally

_TYPES = {
    str(DEVC.Output): "1",
    str(DEVC.Outcome): "2",
    str(DEVC.Impact): "3",
    str(DEVC.IntendedResult): "9",
}
_UNIT, _PERCENTAGE = "1", "2"
_OF_PERIODS = ("target", "actual")


class Figure(NamedTuple):
    """A number of an indicator.

    Attributes:
        kind: Slug of what it is: `baseline`, `target`, `actual` or `context`.
        number: As it is stated.
        unit: What it counts.
        start: First day that it is of; empty if that is not stated.
        end: Last day, likewise.
        comment: Words beside it.
    """

    kind: str
    number: str
    unit: str
    start: str
    end: str
    comment: str


def add_results(node: ET.Element, facts: Facts, thing: Thing, tally: Tally) -> None:
    """Add the results to which an activity contributes; those without an indicator are counted."""
    tally.seen["indicator"] += (own := len(thing.pointing(str(DEVC.measures))))
    if own:
        # An indicator of IATI measures a result and not an activity.
        tally.leave("measures-none", own)
    for iri in thing.values(str(DEVC.contributesTo)):
        result = facts.find(iri)
        kind = next((_TYPES[one] for one in result.values("rdf:type") if one in _TYPES), "")
        if not kind:
            continue
        tally.seen["result"] += 1
        indicators = result.pointing(str(DEVC.measures))
        tally.seen["indicator"] += len(indicators)
        if not indicators:
            tally.leave("no-indicator")
            continue
        written = add(node, "result", type=kind)
        _add_texts(written, result)
        for one in indicators:
            _add_indicator(written, facts, facts.find(one), tally)


def _add_texts(node: ET.Element, thing: Thing) -> None:
    narrate(add(node, "title"), thing.texts("rdfs:label"))
    if described := thing.texts("dcterms:description"):
        narrate(add(node, "description"), described)


def _add_indicator(node: ET.Element, facts: Facts, thing: Thing, tally: Tally) -> None:
    figures = [*_read_figures(facts, thing)]
    tally.seen["figure"] += len(figures)
    is_percentage = any(one.unit == "%" for one in figures)
    indicator = add(node, "indicator", measure=_PERCENTAGE if is_percentage else _UNIT)
    _add_texts(indicator, thing)
    periods: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for one in figures:
        if one.kind == "baseline" and one.start:
            _add_baseline(indicator, one)
        elif one.kind in _OF_PERIODS and one.start and one.end:
            periods[one.start, one.end].append(one)
        else:
            tally.leave("figure-period")
    for (start, end), some in periods.items():
        _add_period(indicator, start, end, some)


def _read_figures(facts: Facts, thing: Thing) -> Iterator[Figure]:
    for iri in thing.pointing(str(DEVC.valueOf)):
        value = facts.find(iri)
        kind = names.slug_of(value.value(str(DEVC.valueKind)))
        yield Figure(
            kind,
            value.value(str(DEVC.numericValue)),
            value.value(str(DEVC.unitText)),
            *facts.find_period(value),
            facts.find_notes(value).get(kind, ""),
        )


def _add_baseline(node: ET.Element, one: Figure) -> None:
    day = one.start if one.start == one.end or not one.end else ""
    baseline = add(node, "baseline", iso_date=day, year=one.start[:4], value=one.number)
    _add_comment(baseline, one)


def _add_period(node: ET.Element, start: str, end: str, figures: list[Figure]) -> None:
    period = add(node, "period")
    add(period, "period-start", iso_date=start)
    add(period, "period-end", iso_date=end)
    for kind in _OF_PERIODS:
        for one in figures:
            if one.kind == kind:
                _add_comment(add(period, kind, value=one.number), one)


def _add_comment(node: ET.Element, one: Figure) -> None:
    if one.comment:
        narrate(add(node, "comment"), [("", one.comment)])
