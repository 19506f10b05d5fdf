"""Print how well pairs of published activities are ranked, against what two judges said.

The files of `../shared/iati` are loaded into a store of their own, beside the built-in plans, the
activities that were judged are compared with each other, and the ranking of the judged pairs is
scored as `gold-iati/evaluate.py` scores one (AP_overlap: a mean grade of 1.5 or more; AP_related:
1 or more); equal scores are put in the worst order. Beside it stand the same without each of the
numbers that are there for activities. What follows tells how much hangs on single activities (each
is left out in turn, with all its pairs), on halves of the pairs that chance draws, and on
countries; how many pairs are called an overlap, and how many of them rightly; and how many pairs
of different countries rank above one that shares country and purpose. That texts are read by the
purposes of which they speak, and by which numbers, was chosen with these pairs in sight, which no
figure here shows; the numbers were set by what they mean and not to the highest figure.

Needs the files and the judged pairs: `iati/` and `gold-iati/` in the folder that DEVCOOP_SHARED
names, else in `../shared` beside the checkout.

Run: python benchmarks/activity_ranking.py
"""

from __future__ import annotations

import csv
import os
import random
import sys
import tempfile
from bisect import bisect
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from overlap_quality import average_precision

from devcoop.facets import FacetTable, read_facet_table
from devcoop.load.writer import Wishes, load_files
from devcoop.names import slug_of
from devcoop.overlap import Limits, compare
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from devcoop.model import Pair
    from devcoop.overlap import Comparison

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared"))
OVERLAP, RELATED = 1.5, 1.0
CALLED = ("overlap", "duplication-candidate", "reported-twice")
"""Types that ask two agencies to talk now."""
HALVES = 20
SETTINGS: dict[str, dict[str, float]] = {
    "devcoop": {},
    "words decide nothing": {"words_share": 0.0},
    "what texts speak of counts nothing": {"same_words_share": 1.0},
    "the very words count nothing": {"same_words_share": 0.0},
    "purposes count nothing": {"purpose_share": 0.0},
    "places count nothing": {
        "elsewhere_factor": 1.0,
        "other_country_factor": 1.0,
        "open_place_factor": 1.0,
    },
    "years apart count nothing": {"long_apart_factor": 1.0},
    "design and evaluation count as the work": {"side_work_factor": 1.0},
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


def keep_judged(facets: FacetTable, grades: Collection[Key]) -> FacetTable:
    """Keep the activities that were judged; what the others say has its part in the words."""
    judged = {identifier for key in grades for identifier in key}
    table = facets.tables["undertaking"]
    place = list(table.types).index("identifier")
    kept = [row for row in table.rows() if " ".join(row[place].split()).lower() in judged]
    return replace(facets, tables=facets.tables | {table.name: table.with_rows(kept)})


def name_pairs(facets: FacetTable, comparison: Comparison) -> dict[Key, Pair]:
    """Give every pair by the identifiers of both."""
    called = {row["undertaking"]: row["identifier"] for row in facets.records("undertaking")}
    return {
        make_key(called[pair.left], called[pair.right]): pair for pair in comparison.iter_pairs()
    }


def measure(
    pairs: Mapping[Key, Pair], grades: Mapping[Key, float], keys: Iterable[Key], least: float
) -> float:
    """Measure the average precision of the ranking of some judged pairs."""
    ordered = sorted(keys, key=lambda key: (-_score(pairs, key), grades[key]))
    return average_precision(list(enumerate((grades[key] for key in ordered), 1)), least)


def _score(pairs: Mapping[Key, Pair], key: Key) -> float:
    return pairs[key].score if key in pairs else -1.0


def find_shared(facets: FacetTable, keys: Iterable[Key]) -> dict[Key, set[str]]:
    """Find the countries that both sides of pairs state."""
    areas = defaultdict(set)
    for row in facets.records("area"):
        areas[row["undertaking"]].add(slug_of(row["area"]))
    iris = {
        identifier: row["undertaking"]
        for row in facets.records("undertaking")
        for identifier in make_key(row["identifier"], row["identifier"])
    }
    return {key: set.intersection(*(areas[iris[each]] for each in key)) for key in keys}


def print_folds(pairs: Mapping[Key, Pair], grades: Mapping[Key, float]) -> None:
    """Print AP_overlap with each activity left out in turn, and on halves drawn by chance."""
    folds = [
        [key for key in grades if one not in key]
        for one in {one for key, grade in grades.items() if grade >= OVERLAP for one in key}
    ]
    chance = random.Random(1)  # noqa: S311
    halves = [chance.sample(sorted(grades, key=sorted), len(grades) // 2) for _ in range(HALVES)]
    for name, some in (
        (f"one of {len(folds)} activities of relevant pairs left out", folds),
        (f"{HALVES} halves of the pairs", halves),
    ):
        found = sorted(measure(pairs, grades, keys, OVERLAP) for keys in some)
        middle = found[len(found) // 2]
        print(f"AP_overlap, {name}: {found[0]:.3f} to {found[-1]:.3f}, middle {middle:.3f}.")


def print_countries(
    pairs: Mapping[Key, Pair], grades: Mapping[Key, float], shared: Mapping[Key, set[str]]
) -> None:
    """Print how many pairs lie in each country, how many are relevant, and how they rank."""
    by_place: dict[str, list[Key]] = defaultdict(list)
    for key in grades:
        for place in shared[key] or {"no country in common"}:
            by_place[place].append(key)
    print("\n| country | pairs | relevant | AP_overlap | AP_related |\n|---|---|---|---|---|")
    for place, keys in sorted(by_place.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        cells = [
            f"{measure(pairs, grades, keys, least):.3f}"
            if any(grades[key] >= least for key in keys)
            else "none to find"
            for least in (OVERLAP, RELATED)
        ]
        relevant = sum(grades[key] >= OVERLAP for key in keys)
        print(f"| {place} | {len(keys)} | {relevant} | {cells[0]} | {cells[1]} |")


def print_types(pairs: Mapping[Key, Pair], grades: Mapping[Key, float]) -> None:
    """Print how many of the relevant pairs are called an overlap, and how many wrongly."""
    called = [key for key in grades if key in pairs and pairs[key].type in CALLED]
    right = sum(grades[key] >= OVERLAP for key in called)
    relevant = sum(grade >= OVERLAP for grade in grades.values())
    print(f"\nCalled an overlap or more: {right} of {relevant} relevant pairs", end="")
    print(f"; {right} of {len(called)} that are called so are relevant.")
    counted = Counter(pairs[key].type for key in grades if key in pairs)
    print(f"Types: {', '.join(f'{name} {count}' for name, count in counted.most_common())}.")


def print_elsewhere(facets: FacetTable, pairs: Mapping[Key, Pair]) -> None:
    """Print how many pairs of different countries rank above one of one country and purpose."""
    purposes = defaultdict(set)
    for row in facets.records("facet"):
        if row["facet"] == "purpose":
            purposes[row["undertaking"]].add(row["concept"])
    near = sorted(
        pair.score
        for pair in pairs.values()
        if pair.place_relation == "named" and purposes[pair.left] & purposes[pair.right]
    )
    far = [pair.score for pair in pairs.values() if pair.place_relation == "none"]
    above = sum(bisect(near, score - 1e-9) > 0 for score in far)
    print(
        f"Of {len(far)} pairs of different countries {above} rank above any of {len(near)} that "
        f"share a country and a purpose (least score {min(near, default=0):.4f}, greatest "
        f"elsewhere {max(far, default=0):.4f})."
    )


def main() -> None:
    """Print the tables."""
    if not (SHARED / "gold-iati").is_dir():
        sys.exit(f"There are no judged pairs of activities in {SHARED}.")
    grades = read_grades()
    facets = keep_judged(load(), grades)
    print("| setting | AP_overlap | AP_related |\n|---|---|---|")
    ranked = {}
    for name, numbers in SETTINGS.items():
        pairs = name_pairs(facets, compare(facets, numbers, limits=Limits(exhaustive=3_000_000)))
        of = [measure(pairs, grades, grades, least) for least in (OVERLAP, RELATED)]
        print(f"| {name} | {of[0]:.3f} | {of[1]:.3f} |", flush=True)
        ranked[name] = pairs
    pairs = ranked["devcoop"]
    print()
    print_folds(pairs, grades)
    print_countries(pairs, grades, find_shared(facets, grades))
    print_types(pairs, grades)
    print_elsewhere(facets, pairs)


if __name__ == "__main__":
    main()
