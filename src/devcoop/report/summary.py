"""The report's figures as JSON, each with what it is out of."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from devcoop.figures.concentration import CLASSES
from devcoop.figures.coordination import MOST_PROMISES
from devcoop.figures.sources import find_agreement
from devcoop.model import WAYS_OF
from devcoop.names import CC_BY, slug_of
from devcoop.overlap.comparison import METHOD
from devcoop.report.since import describe_limits, list_findings
from devcoop.words.explanations import say_headline
from devcoop.words.gaps import say_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.figures.country import Country, CountryCell, Measure
    from devcoop.figures.pledges import Pledges
    from devcoop.model import Naming, Period, Plan
    from devcoop.pipeline import Analysis
    from devcoop.report.page import Page


def write_summary(analysis: Analysis, page: Page) -> bytes:
    """Write the report's figures as JSON.

    Args:
        analysis: The run to report on.
        page: The same run as the page shows it.
    """
    content = {
        "title": page.title,
        **({"focus": describe_focus(analysis)} if analysis.extent else {}),
        "figures": [asdict(figure) for figure in page.figures],
        "pairs_by_type": dict(sorted(analysis.pairs.count_types().items())),
        "plans": [_plan(plan) for plan in analysis.plans],
        "conversations": list(_conversations(analysis)),
        "findings": list(list_findings(analysis)),
        **({"listed": list(_listed(analysis))} if analysis.pairs.is_cut else {}),
        "reviews": list(_reviews(analysis)),
        "since": asdict(page.since) if page.since else None,
        **({"left_out": list(map(asdict, analysis.left_out))} if analysis.left_out else {}),
        "coordination": list(_coordination(analysis, page)),
        **_coordination_of(page),
        "countries": list(_countries(analysis, page)),
        **({"country": _country(page.country, analysis)} if page.country else {}),
        **({"pledges": _pledges(page.pledges)} if page.pledges else {}),
        "gap_checks": list(_gap_checks(analysis)),
        "agreement": [asdict(figure) for figure in find_agreement(analysis.run.graphs)],
        "provenance": {
            "software": "devcoop",
            "version": analysis.run.version,
            "method": METHOD,
            "data_hash": analysis.run.data_hash,
            "graphs": list(analysis.run.graphs),
            "license": CC_BY,
            **_texts_of_others(page),
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def describe_focus(analysis: Analysis) -> dict[str, object]:
    """Say what a report is limited to, out of what, and how initiatives stand to it.

    Args:
        analysis: A run that is limited.
    """
    extent = analysis.extent
    if extent is None:
        return {}
    return {
        "limits": describe_limits(extent.focus),
        "initiatives": len(extent.undertakings),
        "initiatives_of": extent.of,
        "compared_with": len(extent.partners),
        "plans": len(extent.plans),
        "plans_of": extent.of_plans,
        "pairs": len(analysis.pairs),
        "pairs_of": extent.of_pairs,
        "standings": [
            {"point": point, "way": way, "meets": is_met, "initiatives": counts[way]}
            for point, ways in WAYS_OF.items()
            for counts in (extent.count_ways(point),)
            for way, is_met in ways.items()
            if counts
        ],
        "gap_checks_left_out": list(analysis.unlimited),
    }


def _texts_of_others(page: Page) -> dict[str, object]:
    """Name the plans whose texts are not under the licence of the report; nothing if none is."""
    loaded = [plan.iri for plan in page.sources.loaded]
    return {"license_not_of_texts_of": loaded} if loaded else {}


def _listed(analysis: Analysis) -> Iterator[dict[str, object]]:
    """Say down to which score the findings of each two agencies are listed, if not all are."""
    for agencies, score in analysis.pairs.floors.items():
        yield {"agencies": list(agencies), "least_score": score}


def _plan(plan: Plan) -> dict[str, object]:
    return {
        "iri": plan.iri,
        "title": plan.title,
        "agency": plan.agency.name,
        "agency_label": plan.agency.label,
        "period": _period(plan.period),
        "undertakings": plan.undertakings,
        "passages": plan.passages,
        "sha256": plan.sha256,
    }


def _period(period: Period) -> dict[str, str | None]:
    return {
        "start": period.start.isoformat() if period.start else None,
        "end": period.end.isoformat() if period.end else None,
        "basis": period.basis,
    }


def _conversations(analysis: Analysis) -> Iterator[dict[str, object]]:
    for conversation in analysis.conversations:
        best = conversation.best
        explanation = analysis.explain(best)
        headline = say_headline(explanation, analysis.lexicon)
        yield {
            "agencies": [side.agency.name for side in (explanation.left, explanation.right)],
            "subject": conversation.subject,
            "subject_label": analysis.labels.get(conversation.subject, ""),
            "headline": headline,
            "pairs": len(conversation.pairs),
            "type": best.type,
            "timing": best.timing,
            "place_relation": best.place_relation,
            "score": best.score,
            "best": [explanation.left.identifier, explanation.right.identifier],
            "options": list(explanation.options),
        }


def _coordination(analysis: Analysis, page: Page) -> Iterator[dict[str, object]]:
    """Say what each two agencies name of each other; of many, only where one names anything."""
    for promise in page.coordination.promises:
        yield {
            "agency": analysis.agencies[promise.agency].name,
            "other": analysis.agencies[promise.other].name,
            "names_to_coordinate": bool(promise.locators),
            "locators": list(promise.locators),
            "names_otherwise": _list_namings(analysis, promise.named),
            "names_kinds": _list_namings(analysis, promise.kinds),
        }


def _coordination_of(page: Page) -> dict[str, object]:
    """Say how many ordered pairs of agencies were looked at, where not all are listed."""
    looked_at = page.coordination.of
    return {"coordination_of": looked_at} if looked_at > MOST_PROMISES else {}


def _list_namings(analysis: Analysis, namings: Iterable[Naming]) -> list[dict[str, object]]:
    return [
        {
            "iri": one.thing,
            "label": analysis.labels.get(one.thing, one.thing),
            "locators": list(one.locators),
        }
        for one in namings
    ]


def _countries(analysis: Analysis, page: Page) -> Iterator[dict[str, object]]:
    for row in page.countries:
        yield {
            "iri": row.iri,
            "label": analysis.labels.get(row.iri, row.iri),
            "reached": {analysis.agencies[cell.agency].name: cell.way for cell in row.cells},
        }


def _country(country: Country, analysis: Analysis) -> dict[str, object]:
    names = {iri: one.name for iri, one in analysis.parties.items()}
    return {
        "iri": country.iri,
        "initiatives": len(country.initiatives),
        "agencies": [names.get(iri, iri) for iri in country.agencies],
        **_statuses(country),
        "without_money": country.without_money,
        "money": _money(country.sum_of()),
        "money_left_out": dict(country.left_out),
        "money_not_divided": [
            {"basis": basis, "currency": currency, "initiatives": number, "amount": float(amount)}
            for (basis, currency), (number, amount) in country.undivided.items()
        ],
        "states_no_country": dict(zip(("initiatives", "of"), country.silent, strict=True)),
        "purposes": [
            {"iri": purpose, "agencies": [names.get(iri, iri) for iri in agencies]}
            for purpose, agencies in country.purposes.items()
        ],
        "concentration": list(map(_measure, country.measures)),
        "sites": [one._asdict() for one in country.sites],
    }


def _statuses(country: Country) -> dict[str, object]:
    """Count how far initiatives have come, and what is cancelled; nothing if none says it."""
    if not (country.statuses or country.cancelled.initiatives):
        return {}
    counts = country.count_statuses(country.initiatives)
    cancelled = country.cancelled
    return {
        "statuses": {slug_of(iri) if iri else "not-stated": counts[iri] for iri in sorted(counts)},
        "cancelled": {
            "initiatives": len(cancelled.initiatives),
            "of": len(cancelled.initiatives) + len(country.initiatives),
            "money": _money(cancelled),
        },
    }


def _money(cell: CountryCell) -> list[dict[str, object]]:
    """List amounts, each on its own basis and of its own initiatives."""
    return [
        {
            "basis": key[0],
            "currency": key[1],
            "amount": round(float(amount), 2),
            "initiatives": len(cell.behind[key]),
        }
        for key, amount in cell.amounts.items()
    ]


def _pledges(told: Pledges) -> dict[str, object]:
    return {
        "initiatives_of_plans": told.promised,
        "looked_at": told.looked_at,
        "not_looked_at": told.possible,
        "activities": told.activities,
        "activities_with_purpose": told.stating,
        "unmet": [
            {"iri": one.reached.initiative.iri, "agency": agency, "purposes": list(one.purposes)}
            for agency, several in told.unmet.items()
            for one in several
        ],
    }


def _measure(one: Measure) -> dict[str, object]:
    return {
        "basis": one.basis,
        "currency": one.currency or None,
        "years": list(one.years),
        "amount": round(float(one.found.amount), 2),
        "relations": one.found.relations,
        "classes": dict(zip(CLASSES, one.found.classes, strict=True)) if one.has_classes else None,
        "fragmentation": round(one.found.fragmentation, 4) if one.has_classes else None,
        "herfindahl": round(one.found.herfindahl, 4),
        "theil": round(one.found.theil, 4),
        "partners": one.partners,
        "initiatives": one.of,
        "not_divided": one.unknown,
    }


def _reviews(analysis: Analysis) -> Iterator[dict[str, object]]:
    for one in analysis.reviewed:
        yield {
            "elements": list(one.review.elements),
            "finding": one.finding or None,
            "judged_finding": one.review.finding,
            "verdict": one.review.verdict,
            "by": one.review.by,
            "on": one.review.on.isoformat(),
            "note": one.review.note,
            "lead": one.lead or None,
            "stands": one.stands,
            "changes": list(one.changes),
        }
    for gap in analysis.reviewed_gaps:
        yield {
            "elements": [],
            "finding": gap.review.finding if gap.stands else None,
            "judged_finding": gap.review.finding,
            "verdict": gap.review.verdict,
            "by": gap.review.by,
            "on": gap.review.on.isoformat(),
            "note": gap.review.note,
            "lead": gap.lead or None,
            "stands": gap.stands,
            "changes": [] if gap.stands else ["subjects"],
        }


def _gap_checks(analysis: Analysis) -> Iterator[dict[str, object]]:
    for check in analysis.gap_checks:
        yield {
            "query": check.name,
            "type": check.type,
            "title": say_check(check, "title").text,
            "gaps": len(check.gaps),
            "findings": len(check.findings),
            "checked_of": len(check.cells),
        }
