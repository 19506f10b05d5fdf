"""Print how far two independent readings of the plans agree, facet by facet.

`data/readings/first-*.csv` holds the facets as first encoded, `second-*.csv` those of a
second reader who saw only the text and the schemes. `third-blind.csv` holds those of a reader
who saw neither, for all that the third edition of the codebook changed and thirty initiatives
more; beside it stands `third-settled.csv`. A reading gives each initiative a set of concepts;
the agreement is Krippendorff's alpha with the MASI distance for sets (Passonneau 2006): 1 is
full agreement, 0 what chance would give.

Run: python benchmarks/reading_agreement.py [--write]
"""

from __future__ import annotations

import csv
import sys
from itertools import product
from pathlib import Path

READINGS = Path(__file__).resolve().parents[1] / "data" / "readings"
FACETS = ("theme", "function", "instrument", "beneficiary", "sector", "arena")
THIRD = ("theme", "beneficiary", "sector", "area")
Row = tuple[str, str, float, float, int]
Reading = dict[str, dict[str, frozenset[str]]]


def read_reading(path: Path, facets: tuple[str, ...] = FACETS) -> Reading:
    """Read one reader's facets, by undertaking and facet."""
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["identifier"]: {facet: frozenset(row[facet].split()) for facet in facets}
            for row in csv.DictReader(file)
        }


def masi_distance(one: frozenset[str], other: frozenset[str]) -> float:
    """Measure how far two sets are apart, from 0 (the same) to 1 (disjoint)."""
    if one == other:
        return 0.0
    shared = one & other
    if not shared:
        return 1.0
    weight = 2 / 3 if shared in (one, other) else 1 / 3
    return 1 - len(shared) / len(one | other) * weight


def measure_alpha(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> float:
    """Measure Krippendorff's alpha for two readers and no missing values."""
    observed = sum(masi_distance(*pair) for pair in pairs) / len(pairs)
    values = [value for pair in pairs for value in pair]
    count = len(values)
    expected = sum(masi_distance(a, b) for a, b in product(values, values)) / (count * (count - 1))
    return 1 - observed / expected if expected else 1.0


def compare_readings(plan: str) -> list[Row]:
    """Compare the two readings of one plan: plan, facet, alpha, share alike, items."""
    first = read_reading(READINGS / f"first-{plan}.csv")
    second = read_reading(READINGS / f"second-{plan}.csv")
    return [_compare(plan, facet, first, second) for facet in FACETS]


def compare_third() -> list[Row]:
    """Compare what the third edition settled with a blind reading: all plans, facet by facet."""
    settled = read_reading(READINGS / "third-settled.csv", THIRD)
    blind = read_reading(READINGS / "third-blind.csv", THIRD)
    return [_compare("third edition, all plans", facet, settled, blind) for facet in THIRD]


def _compare(name: str, facet: str, one: Reading, other: Reading) -> Row:
    pairs = [(one[item][facet], other[item][facet]) for item in one]
    met = sum(bool(a & b) or a == b for a, b in pairs) / len(pairs)
    return name, facet, measure_alpha(pairs), met, len(pairs)


def main() -> None:
    """Print one line per plan and facet; with --write, keep them in agreement.csv."""
    plans = sorted(path.stem.removeprefix("first-") for path in READINGS.glob("first-*.csv"))
    rows = [row for plan in plans for row in compare_readings(plan)]
    lines = ["plan,facet,coefficient,share_a_concept,n"]
    lines += [f"{plan},{facet},{alpha:.2f},{met:.2f},{n}" for plan, facet, alpha, met, n in rows]
    print("\n".join(lines))
    if "--write" in sys.argv:
        (READINGS / "agreement.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, facet, alpha, met, number in compare_third():
        print(f"{name},{facet},{alpha:.2f},{met:.2f},{number}")


if __name__ == "__main__":
    main()
