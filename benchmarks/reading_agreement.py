"""Print how far two independent readings of the plans agree, facet by facet.

`data/readings/first-*.csv` holds the facets as first encoded, `second-*.csv` those of a
second reader who saw only the text and the schemes. A reading gives each undertaking a set
of concepts; the agreement is Krippendorff's alpha with the MASI distance for sets
(Passonneau 2006): 1 is full agreement, 0 what chance would give.

Run: python benchmarks/reading_agreement.py [--write]
"""

from __future__ import annotations

import csv
import sys
from itertools import product
from pathlib import Path

READINGS = Path(__file__).resolve().parents[1] / "data" / "readings"
FACETS = ("theme", "function", "instrument", "beneficiary", "sector", "arena")
Reading = dict[str, dict[str, frozenset[str]]]


def read_reading(path: Path) -> Reading:
    """Read one reader's facets, by undertaking and facet."""
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["identifier"]: {facet: frozenset(row[facet].split()) for facet in FACETS}
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


def compare_readings(plan: str) -> list[tuple[str, str, float, float, int]]:
    """Compare the two readings of one plan: plan, facet, alpha, share alike, items."""
    first = read_reading(READINGS / f"first-{plan}.csv")
    second = read_reading(READINGS / f"second-{plan}.csv")
    rows = []
    for facet in FACETS:
        pairs = [(first[item][facet], second[item][facet]) for item in first]
        met = sum(bool(a & b) or a == b for a, b in pairs) / len(pairs)
        rows.append((plan, facet, measure_alpha(pairs), met, len(pairs)))
    return rows


def main() -> None:
    """Print one line per plan and facet; with --write, keep them in agreement.csv."""
    plans = sorted(path.stem.removeprefix("first-") for path in READINGS.glob("first-*.csv"))
    rows = [row for plan in plans for row in compare_readings(plan)]
    lines = ["plan,facet,coefficient,share_a_concept,n"]
    lines += [f"{plan},{facet},{alpha:.2f},{met:.2f},{n}" for plan, facet, alpha, met, n in rows]
    print("\n".join(lines))
    if "--write" in sys.argv:
        (READINGS / "agreement.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
