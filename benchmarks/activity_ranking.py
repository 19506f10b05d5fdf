"""Print how well pairs of published activities are ranked, against what two judges said.

The files of `../shared/iati` are loaded into a store of their own, beside the built-in plans, every
pair is scored, and the ranking of the judged pairs is scored as `gold-iati/evaluate.py` scores one
(AP_overlap: a mean grade of 1.5 or more; AP_related: 1 or more); equal scores are put in the worst
order. Beside it stand the same without each of the numbers that are there for activities. The last
line tells in which countries the pairs lie that are relevant.

Needs the files and the judged pairs: `iati/` and `gold-iati/` in the folder that DEVCOOP_SHARED
names, else in `../shared` beside the checkout.

Run: python benchmarks/activity_ranking.py
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from overlap_quality import average_precision

from devcoop.facets import FacetTable, read_facet_table
from devcoop.load.writer import Wishes, load_files
from devcoop.names import slug_of
from devcoop.overlap import Limits, compare
from devcoop.store.folder import open_store

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared"))
OVERLAP, RELATED = 1.5, 1.0
SETTINGS: dict[str, dict[str, float]] = {
    "devcoop": {},
    "words decide nothing": {"words_share": 0.0},
    "purposes count nothing": {"purpose_share": 0.0},
    "places count nothing": {"elsewhere_factor": 1.0, "open_place_factor": 1.0},
    "years apart count nothing": {"long_apart_factor": 1.0},
}
Key = frozenset[str]


def make_key(one: str, other: str) -> Key:
    """Give a pair of identifiers whatever their order, case and white space."""
    return frozenset(" ".join(each.split()).lower() for each in (one, other))


def read_grades() -> dict[Key, float]:
    """Read the mean grade of each judged pair."""
    with (SHARED / "gold-iati" / "pairs.csv").open(newline="", encoding="utf-8") as file:
        return {
            make_key(row["left"], row["right"]): float(row["grade"]) for row in csv.DictReader(file)
        }


def load() -> FacetTable:
    """Load the files into a store that is thrown away, and read what is compared."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        load_files(store, [SHARED / "iati"], Wishes(built_in=True))
        with open_store(store) as opened:
            return read_facet_table(opened)


def rank(facets: FacetTable, numbers: dict[str, float], grades: dict[Key, float]) -> list[float]:
    """Give the grades of the judged pairs in the order of their scores."""
    called = {row["undertaking"]: row["identifier"] for row in facets.records("undertaking")}
    comparison = compare(facets, numbers, limits=Limits(exhaustive=3_000_000))
    scores = {
        key: pair.score
        for pair in comparison.iter_pairs()
        if (key := make_key(called[pair.left], called[pair.right])) in grades
    }
    ordered = sorted(grades, key=lambda key: (-scores.get(key, -1.0), grades[key]))
    return [grades[key] for key in ordered]


def count_countries(facets: FacetTable, grades: dict[Key, float]) -> Counter[str]:
    """Count the relevant pairs by the countries that both sides state."""
    iris = {
        make_key(row["identifier"], ""): row["undertaking"] for row in facets.records("undertaking")
    }
    areas = defaultdict(set)
    for row in facets.records("area"):
        areas[row["undertaking"]].add(slug_of(row["area"]))
    shared: Counter[str] = Counter()
    for key, grade in grades.items():
        if grade >= OVERLAP:
            one, other = (areas[iris[make_key(each, "")]] for each in sorted(key))
            shared.update((one & other) or {"not stated by both"})
    return shared


def main() -> None:
    """Print the table."""
    if not (SHARED / "gold-iati").is_dir():
        sys.exit(f"There are no judged pairs of activities in {SHARED}.")
    grades, facets = read_grades(), load()
    print("| setting | AP_overlap | AP_related |\n|---|---|---|")
    for name, numbers in SETTINGS.items():
        graded = list(enumerate(rank(facets, numbers, grades), 1))
        of = [average_precision(graded, least) for least in (OVERLAP, RELATED)]
        print(f"| {name} | {of[0]:.3f} | {of[1]:.3f} |")
    where = ", ".join(f"{place} {n}" for place, n in count_countries(facets, grades).most_common())
    print(f"\nRelevant pairs by country: {where}.")


if __name__ == "__main__":
    main()
