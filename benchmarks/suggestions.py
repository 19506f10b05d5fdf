"""Print how often suggested purposes of aid are right, how sure they are, and what goals they tell.

Descriptions of real activities with one purpose of the DAC each are ranked against all purposes:
by devcoop, by the names of the scheme alone, by TF-IDF against the names, and by a linear model on
TF-IDF that learned from the other publishers. Devcoop's words were written from what the codes mean
and learn from no text, so that all publishers are others to it. A withdrawn code is never suggested
and counts as wrong, but in the row that reads it as the one that took its place.

How sure a suggestion is comes from a curve of three numbers. The table of confidence is made by
curves that were fitted on the other publishers; the line below it is the one fitted on all, which
`load/purposes.py` states.

Texts that experts marked as speaking of a Sustainable Development Goal or not are ranked by TF-IDF
against the wording of the goals with their targets, by that of the nearest target alone, by the
purposes that belong to each goal, and by all three together.

Needs `formats/labels/` in the folder that DEVCOOP_SHARED names, else in `../shared` beside the
checkout; the linear model needs `pip install 'devcoop[quality]'`.

Run: python benchmarks/suggestions.py
"""

from __future__ import annotations

import csv
import json
import math
import os
import sys
from importlib import import_module
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from devcoop.graph import build_graph
from devcoop.load.purposes import Curve, Found, Purposes, measure_confidence, read_purposes
from devcoop.names import mint_concept, slug_of, term
from devcoop.store.terms import as_text
from devcoop.texts import TITLE_WEIGHT, count_terms, measure_rarity, weigh_terms

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from devcoop.store import Store
    from devcoop.texts import Terms

    Floats = NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]
LABELS = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared")) / "formats" / "labels"
HEIRS = {
    "15120": "15111",
    "15140": "15110",
    "23010": "23110",
    "23020": "23310",
    "23030": "23210",
    "23040": "23630",
    "23082": "23182",
    "74010": "74020",
}
"""Withdrawn codes in the file, and the codes that took their place."""
GOALS = {
    "1": "160 510",
    "2": "311 313 12240 43040 43042 43071 43072 52010 72040",
    "3": "120 130",
    "4": "110",
    "5": "15170 15180 13020",
    "6": "140",
    "7": "230",
    "8": "16020 16070 16080 240 250 321 33210",
    "9": "210 220 321 43082",
    "10": "15160 15190 16010 24050 600",
    "11": "16030 16040 16061 21012 41040 43030 43031 43032 43060",
    "12": "14050 25040 33210 41020",
    "13": "41010 43060 74020",
    "14": "313",
    "15": "31130 312 41030",
    "16": "151 152",
    "17": "15114 16062 22040 331 510 600",
}
"""Purposes, categories and groups that belong to each goal, by what both say."""
BANDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
MOST = 3
DIGITS = 5
STEPS = 40

Row = dict[str, str]
Ranking = list[str]
Key = tuple[str, str]


class Judged(NamedTuple):
    """A suggestion that was held against what the publisher stated.

    Attributes:
        publisher: Who stated it.
        place: 0 if it was the first suggestion, and so on.
        found: What the words said.
        is_right: Whether the publisher stated that purpose, or one that it took the place of.
    """

    publisher: str
    place: int
    found: Found
    is_right: bool


# Purposes


def read_rows(name: str) -> list[Row]:
    """Read one of the files of labels."""
    with (LABELS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def count_row(row: Row) -> Counter[str]:
    """Count the terms of an activity."""
    return count_terms(row["title"], TITLE_WEIGHT) + count_terms(row["description"])


def rank_by_purposes(purposes: Purposes, rows: Iterable[Row]) -> list[Ranking]:
    """Rank the codes for each activity by devcoop."""
    return [
        [slug_of(one.purpose) for one in purposes.measure(row["title"], row["description"])]
        for row in rows
    ]


def rank_by_tfidf(store: Store, rows: Sequence[Row]) -> list[Ranking]:
    """Rank all codes for each activity by TF-IDF against their names in all languages."""
    scheme = mint_concept("codelist/crs", "")
    names: dict[str, list[str]] = {}
    for quad in store.quads(predicate=term("skos:prefLabel")):
        code = as_text(quad.subject).removeprefix(scheme)
        if len(code) == DIGITS:
            names.setdefault(code, []).append(as_text(quad.object))
    counts = {code: count_terms("\n".join(said)) for code, said in names.items()}
    texts = [count_row(row) for row in rows]
    rarity = measure_rarity([*counts.values(), *texts])
    weighed = {code: weigh_terms(count, rarity) for code, count in counts.items()}
    return [rank(weigh_terms(text, rarity), weighed) for text in texts]


def rank(text: Terms, weighed: Mapping[str, Terms]) -> Ranking:
    """Rank documents by how near they are to a text; those with nothing in common are left out."""
    near = {name: measure_nearness(text, one) for name, one in weighed.items()}
    return sorted((one for one in near if near[one] > 0), key=lambda one: (-near[one], one))


def measure_nearness(text: Terms, other: Terms) -> float:
    """Measure the cosine of two texts."""
    return math.fsum(weight * other.get(term, 0.0) for term, weight in text.items())


def rank_by_model(rows: Sequence[Row]) -> list[Ranking]:
    """Rank the codes for each activity by a linear model that learned from other publishers."""
    text = import_module("sklearn.feature_extraction.text")
    svm = import_module("sklearn.svm")
    said = np.array([f"{row['title']} {row['description']}" for row in rows])
    codes = np.array([row["dac-sector"] for row in rows])
    publishers = np.array([row["reporting-org-ref"] for row in rows])
    rankings: list[Ranking] = [[] for _ in rows]
    for publisher in sorted(set(publishers)):
        tested = publishers == publisher
        vectors = text.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        learned = vectors.fit_transform(said[~tested])
        model = svm.LinearSVC().fit(learned, codes[~tested])
        decided = model.decision_function(vectors.transform(said[tested]))
        for place, scores in zip(np.flatnonzero(tested), decided, strict=True):
            rankings[place] = [str(one) for one in model.classes_[np.argsort(-scores)]]
    return rankings


def measure_hits(rankings: Sequence[Ranking], codes: Sequence[str]) -> list[float]:
    """Measure how often the first, and one of the first three, is right: five digits, then three.

    A category takes the place of its best purpose.
    """
    places = [
        (find_place(ranking, code), find_place(dict.fromkeys(o[:3] for o in ranking), code[:3]))
        for ranking, code in zip(rankings, codes, strict=True)
    ]
    return [
        fmean(place[digits] < within for place in places) for digits in (0, 1) for within in (1, 3)
    ]


def find_place(ranking: Iterable[str], wanted: str) -> float:
    """Find at which place from 0 a ranking has what is wanted; infinity if it has it nowhere."""
    return next((place for place, one in enumerate(ranking) if one == wanted), math.inf)


def print_purposes(store: Store, purposes: Purposes, rows: Sequence[Row]) -> None:
    """Print how often the purposes are right."""
    codes = [row["dac-sector"] for row in rows]
    found = rank_by_purposes(purposes, rows)
    ways = {
        "TF-IDF against the names": measure_hits(rank_by_tfidf(store, rows), codes),
        "names alone": measure_hits(
            rank_by_purposes(read_purposes(store, words=None), rows), codes
        ),
        "devcoop": measure_hits(found, codes),
        "devcoop, withdrawn codes as their heirs": measure_hits(
            found, [HEIRS.get(code, code) for code in codes]
        ),
    }
    try:
        ways["linear model, other publishers"] = measure_hits(rank_by_model(rows), codes)
    except ImportError:
        print("Left out: the linear model needs `pip install 'devcoop[quality]'`.\n")
    for publisher in sorted({row["reporting-org-ref"] for row in rows}):
        among = [place for place, row in enumerate(rows) if row["reporting-org-ref"] == publisher]
        ways[f"devcoop, the {len(among)} of {publisher}"] = measure_hits(
            [found[place] for place in among], [codes[place] for place in among]
        )
    head = ["purposes", "5 digits, first", "of three", "3 digits, first", "of three"]
    print_table(head, ([way, *(f"{one:.3f}" for one in hits)] for way, hits in ways.items()))


# How sure


def judge(purposes: Purposes, rows: Iterable[Row]) -> list[Judged]:
    """Hold the first three purposes of each activity against what its publisher stated."""
    return [
        Judged(
            row["reporting-org-ref"],
            place,
            found,
            slug_of(found.purpose) == HEIRS.get(row["dac-sector"], row["dac-sector"]),
        )
        for row in rows
        for place, found in enumerate(purposes.measure(row["title"], row["description"])[:MOST])
    ]


def fit_curve(judged: Sequence[Judged]) -> Curve:
    """Fit the curve of confidence: logistic regression by Newton's method."""
    features = np.array(
        [[1.0, math.log(one.found.share), math.log(one.found.weight)] for one in judged]
    )
    right = np.array([float(one.is_right) for one in judged])
    numbers: Floats = np.zeros(features.shape[1])
    for _ in range(STEPS):
        sure = 1 / (1 + np.exp(-features @ numbers))
        slope = features.T @ (features * (sure * (1 - sure))[:, None])
        numbers += np.linalg.solve(slope, features.T @ (right - sure))
    return Curve(*(round(float(one), 2) for one in numbers))


def print_confidence(judged: Sequence[Judged]) -> None:
    """Print how often suggestions are right that were this sure by what others taught."""
    curves = {
        publisher: fit_curve([one for one in judged if one.publisher != publisher])
        for publisher in sorted({one.publisher for one in judged})
    }
    sure = [(measure_confidence(one.found, curves[one.publisher]), one) for one in judged]
    rows = []
    for low, high in zip(BANDS, (*BANDS[1:], 1.01), strict=True):
        band = [(confidence, one) for confidence, one in sure if low <= confidence < high]
        first = [(confidence, one) for confidence, one in band if one.place == 0]
        rows.append([f"{low:.1f}–{min(high, 1):.1f}", *say_band(first), *say_band(band)])
    head = ["sure", "first", "said", "right", "one of three", "said", "right"]
    print_table(head, rows)
    print("\n".join(f"without {name}: {curve}" for name, curve in curves.items()))
    print(f"on all: {fit_curve(judged)}")


def say_band(band: Sequence[tuple[float, Judged]]) -> list[str]:
    """Say how many suggestions there are, how sure they are on average, how often right."""
    if not band:
        return ["0", "–", "–"]
    said, right = fmean(one[0] for one in band), fmean(one[1].is_right for one in band)
    return [str(len(band)), f"{said:.2f}", f"{right:.2f}"]


# Goals


def score_by_wording(rows: Sequence[Row], texts: Mapping[Key, str]) -> list[dict[str, float]]:
    """Score the goals for each text by TF-IDF against wordings: each by its nearest one."""
    counts = {key: count_terms(text) for key, text in texts.items()}
    said = [count_terms(row["text"]) for row in rows]
    rarity = measure_rarity([*counts.values(), *said])
    weighed = {key: weigh_terms(count, rarity) for key, count in counts.items()}
    scored = []
    for one in said:
        text, scores = weigh_terms(one, rarity), dict.fromkeys(GOALS, 0.0)
        for (goal, _), wording in weighed.items():
            scores[goal] = max(scores[goal], measure_nearness(text, wording))
        scored.append(scores)
    return scored


def read_wordings() -> tuple[dict[Key, str], dict[Key, str]]:
    """Read the wording of each goal with its targets and indicators, and that of each target."""
    goals = json.loads((LABELS / "sdg-targets.json").read_text(encoding="utf-8"))
    whole, targets = {}, {}
    for goal, said in goals.items():
        lines = [said["name"]]
        for code, target in said["targets"].items():
            targets[goal, code] = target["description"]
            lines += [one["description"] for one in (target, *target["indicators"])]
        whole[goal, ""] = "\n".join(lines)
    return whole, targets


def score_by_purposes(purposes: Purposes, rows: Iterable[Row]) -> list[dict[str, float]]:
    """Score the goals for each text by the best purpose that belongs to each."""
    scored = []
    for row in rows:
        weights = {slug_of(one.purpose): one.weight for one in purposes.measure("", row["text"])}
        scored.append(
            {
                goal: max(
                    (weight for code, weight in weights.items() if belongs(code, codes.split())),
                    default=0.0,
                )
                for goal, codes in GOALS.items()
            }
        )
    return scored


def belongs(code: str, codes: Iterable[str]) -> bool:
    """Tell whether a purpose is among some, or in a category or group that is."""
    # A group of three digits ends in 0 and shares two with its categories.
    return any(
        code.startswith(one if len(one) == DIGITS else one.removesuffix("0")) for one in codes
    )


def add_up(*scores: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Add up scores of several ways, each brought to length 1 for each text."""
    return [
        {
            goal: math.fsum(one[goal] / (math.hypot(*one.values()) or 1) for one in said)
            for goal in GOALS
        }
        for said in zip(*scores, strict=True)
    ]


def measure_goals(rows: Sequence[Row], scores: Sequence[Mapping[str, float]]) -> list[float]:
    """Measure area under the curve, and how often the goal of a text is among the first three."""
    marked = [
        (row["label"] == "True", score[row["sdg"]]) for row, score in zip(rows, scores, strict=True)
    ]
    right, wrong = ([score for is_so, score in marked if is_so is so] for so in (True, False))
    above = math.fsum((one > other) + (one == other) / 2 for one in right for other in wrong)
    places = [
        find_place(sorted(score, key=lambda goal: -score[goal]), row["sdg"])
        for row, score in zip(rows, scores, strict=True)
        if row["label"] == "True"
    ]
    return [above / (len(right) * len(wrong)), fmean(place < MOST for place in places)]


def print_goals(purposes: Purposes) -> None:
    """Print how well texts are told by goals."""
    rows = read_rows("sdg-benchmark.csv")
    whole, target = (score_by_wording(rows, texts) for texts in read_wordings())
    told = score_by_purposes(purposes, rows)
    ways = {
        "TF-IDF against goals with their targets": whole,
        "TF-IDF against the nearest target": target,
        "purposes": told,
        "all three": add_up(whole, target, told),
    }
    figures = (
        [way, *(f"{one:.3f}" for one in measure_goals(rows, of))] for way, of in ways.items()
    )
    print_table(["goals", "AUC", "one of three"], figures)


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a Markdown table."""
    for line in (head, ["---"] * len(head), *rows):
        print(f"| {' | '.join(line)} |")
    print()


def main() -> None:
    """Print all tables."""
    if not LABELS.is_dir():
        sys.exit(f"No labels in {LABELS}: name the folder of formats/labels/ in DEVCOOP_SHARED.")
    store = build_graph()
    purposes, rows = read_purposes(store), read_rows("dac-iati.csv")
    print_purposes(store, purposes, rows)
    print_confidence(judge(purposes, rows))
    print()
    print_goals(purposes)


if __name__ == "__main__":
    main()
