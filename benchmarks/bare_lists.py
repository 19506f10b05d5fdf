"""Print how well a list without facets is ranked by facets that are suggested for it.

Each built-in plan in turn is made such a list: all that its initiatives say is dropped but title
and description in English. Facets are suggested from the schemes and the two other plans, all
pairs with the other plans are ranked by devcoop's own comparison, and the ranking is scored as
`gold/evaluate.py` scores one (AP_overlap: grade 1.5 or more; AP_related: 1 or more), on the
judged pairs of that plan; equal scores are put in the worst order. Beside it stand the ranking by
TF-IDF of title and description alone, and that by the facets that people gave. How often the
first suggestion, and one of the first three, is what people gave is printed by facet and by
confidence.

Needs the judged pairs: `gold/` in the folder that DEVCOOP_SHARED names, else in `../shared`
beside the checkout.

Run: python benchmarks/bare_lists.py
"""

from __future__ import annotations

import csv
import json
import math
import os
import sys
from itertools import combinations, product
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.load.suggest import build_suggester
from devcoop.load.suggestions import compose, state
from devcoop.model import FACETS
from devcoop.names import DEVC, term
from devcoop.overlap import compare
from devcoop.pipeline import analyze
from devcoop.store import Store
from devcoop.store.terms import Literal, Quad, as_text
from devcoop.texts import TITLE_WEIGHT, count_terms, measure_rarity, weigh_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from devcoop.model import Suggestion, Undertaking

ROOT = Path(__file__).resolve().parents[1]
GOLD = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared")) / "gold"
OVERLAP, RELATED = 1.5, 1.0
BANDS = (0.0, 0.2, 0.4, 0.6, 0.8)
_KEPT = {
    term("rdf:type"),
    term("rdfs:label"),
    term("dcterms:identifier"),
    term("dcterms:description"),
    str(DEVC.inPlan),
    str(DEVC.agency),
}
_TEXTS = {term("rdfs:label"), term("dcterms:description")}

Key = tuple[str, str]
Scores = dict[Key, float]


class Gold(NamedTuple):
    """The judged pairs, with their grades, and the plan of each initiative."""

    grades: dict[Key, float]
    plans: dict[str, str]

    def of_plan(self, plan: str) -> dict[Key, float]:
        """Give the judged pairs of one plan."""
        return {
            pair: grade
            for pair, grade in self.grades.items()
            if plan in {self.plans[name] for name in pair}
        }


def read_gold() -> Gold:
    """Read the grade of every judged pair; a pair that nobody listed has grade 0."""
    with (GOLD / "overlap.csv").open(newline="", encoding="utf-8") as file:
        listed = {
            frozenset((row["left"], row["right"])): float(row["grade"])
            for row in csv.DictReader(file)
        }
    judged = set((GOLD / "left-items.txt").read_text(encoding="utf-8").split())
    plans = json.loads((GOLD / "initiatives.json").read_text(encoding="utf-8"))
    pairs = [pair for one, other in combinations(plans.values(), 2) for pair in product(one, other)]
    grades = {pair: listed.get(frozenset(pair), 0.0) for pair in pairs if pair[0] in judged}
    return Gold(grades, {name: plan for plan, names in plans.items() for name in names})


def measure_precision(grades: Mapping[Key, float], scores: Scores, least: float) -> float:
    """Measure average precision; among equal scores the lower grade comes first."""
    order = sorted(grades, key=lambda pair: (-scores.get(pair, -math.inf), grades[pair]))
    places = [place for place, pair in enumerate(order, 1) if grades[pair] >= least]
    return sum(found / place for found, place in enumerate(places, 1)) / max(1, len(places))


class Bare(NamedTuple):
    """A plan that was made a list without facets.

    Attributes:
        graph: All plans, that one without facets, with suggestions.
        suggestions: What was suggested, by IRI.
    """

    graph: Store
    suggestions: dict[str, list[Suggestion]]


def strip_plan(whole: Store, undertakings: Iterable[Undertaking]) -> Bare:
    """Drop all but titles and descriptions of some initiatives, and suggest facets for them."""
    listed = list(undertakings)
    iris = {one.iri for one in listed}
    graph = Store()
    graph.adopt(whole.sources, (quad for quad in whole if _is_kept(quad, iris)))
    texts = [compose(one.label, one.gist) for one in listed]
    suggested = build_suggester(graph).suggest(texts)
    found = dict(zip((one.iri for one in listed), suggested, strict=True))
    graph.add("urn:suggested", (quad for iri, said in found.items() for quad in state(iri, said)))
    return Bare(graph, found)


def _is_kept(quad: Quad, iris: set[str]) -> bool:
    if as_text(quad.subject) not in iris:
        return True
    is_text = quad.predicate.value in _TEXTS
    is_english = isinstance(quad.object, Literal) and quad.object.language == "en"
    return quad.predicate.value in _KEPT and (is_english or not is_text)


def rank_bare(bare: Bare) -> Scores:
    """Score all pairs by devcoop's own comparison."""
    table = read_facet_table(bare.graph)
    names = {one["undertaking"]: one["identifier"] for one in table.records("undertaking")}
    scores = {(names[p.left], names[p.right]): p.score for p in compare(table).iter_pairs()}
    return scores | {(right, left): score for (left, right), score in scores.items()}


def rank_by_words(undertakings: Iterable[Undertaking]) -> Scores:
    """Score all pairs by TF-IDF of title and description alone."""
    counts = {
        one.identifier: count_terms(one.label, TITLE_WEIGHT) + count_terms(one.gist)
        for one in undertakings
    }
    rarity = measure_rarity(counts.values())
    terms = {name: weigh_terms(count, rarity) for name, count in counts.items()}
    return {
        (one, other): math.fsum(
            weight * terms[other].get(word, 0.0) for word, weight in said.items()
        )
        for one, said in terms.items()
        for other in terms
    }


def measure_bare() -> tuple[dict[str, dict[str, float]], dict[str, Bare]]:
    """Measure the rankings of each plan: figures by column, by plan; and what was suggested."""
    gold, analysis = read_gold(), analyze()
    known = analysis.undertakings
    names = {one.iri: one.identifier for one in known.values()}
    stated = {(names[p.left], names[p.right]): p.score for p in analysis.comparison.iter_pairs()}
    stated |= {(right, left): score for (left, right), score in stated.items()}
    words = rank_by_words(known.values())
    figures, lists = {}, {}
    for plan in dict.fromkeys(gold.plans.values()):
        listed = [one for one in known.values() if gold.plans.get(one.identifier) == plan]
        lists[plan] = strip_plan(build_graph(), listed)
        rankings = {"suggested": rank_bare(lists[plan]), "TF-IDF": words, "stated": stated}
        grades = gold.of_plan(plan)
        figures[plan] = {
            f"{name}, AP_{level}": measure_precision(grades, scores, least)
            for level, least in (("overlap", OVERLAP), ("related", RELATED))
            for name, scores in rankings.items()
        }
        figures[plan]["pairs"] = len(grades)
        figures[plan]["overlaps"] = sum(grade >= OVERLAP for grade in grades.values())
    return figures, lists


def judge_suggestions(
    lists: Mapping[str, Bare], known: Mapping[str, Undertaking], facet: str
) -> list[tuple[float, bool, bool]]:
    """Hold suggestions against what people gave: confidence, first right, one of three right."""
    judged = []
    for bare in lists.values():
        for iri, suggestions in bare.suggestions.items():
            given = {one.iri for one in known[iri].facets.get(facet, ())}
            said = [one for one in suggestions if one.facet == facet]
            if given and said:
                right = [one.concept in given for one in said]
                judged.append((said[0].confidence, right[0], any(right)))
    return judged


def render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Render a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def render_rankings(figures: Mapping[str, Mapping[str, float]]) -> str:
    """Render the figures of each plan and their mean."""
    columns = [name for name in next(iter(figures.values())) if name not in ("pairs", "overlaps")]
    rows = [
        [f"{plan}, {one['pairs']:,.0f} pairs, {one['overlaps']:.0f} overlaps"]
        + [f"{one[name]:.3f}" for name in columns]
        for plan, one in figures.items()
    ]
    means = [f"{fmean(one[name] for one in figures.values()):.3f}" for name in columns]
    return render_table(["plan without facets", *columns], [*rows, ["mean", *means]])


def render_suggestions(lists: Mapping[str, Bare], known: Mapping[str, Undertaking]) -> str:
    """Render how often suggestions are what people gave, by facet and confidence."""
    rows = []
    for facet in FACETS:
        judged = judge_suggestions(lists, known, facet)
        given = sum(
            facet in known[iri].facets for bare in lists.values() for iri in bare.suggestions
        )
        shares = [
            _say_share([first for _, first, _ in judged]),
            _say_share([any_right for *_, any_right in judged]),
        ]
        bands = [
            _say_share(
                [
                    right
                    for sure, right, _ in judged
                    if low <= sure < low + 0.2 or sure == 1 == low + 0.2
                ]
            )
            for low in BANDS
        ]
        rows.append([facet, f"{len(judged)} of {given}", *shares, *bands])
    heads = [f"first, {low:.1f}–{low + 0.2:.1f} sure" for low in BANDS]
    return render_table(["facet", "suggested", "first is right", "one of three is", *heads], rows)


def _say_share(right: Sequence[bool]) -> str:
    return f"{sum(right) / len(right):.2f} of {len(right)}" if right else "–"


def main() -> None:
    """Print the tables."""
    if not GOLD.is_dir():
        sys.exit(f"No judged pairs in {GOLD}: name the folder that holds gold/ in DEVCOOP_SHARED.")
    figures, lists = measure_bare()
    print(render_rankings(figures), render_suggestions(lists, analyze().undertakings), sep="\n\n")


if __name__ == "__main__":
    main()
