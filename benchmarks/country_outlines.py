"""Write `data/outlines/countries.json` from Natural Earth, as npm's package world-atlas has it.

Outlines are those of the scale 1:110 million; countries that are too small for it come from
1:50 million, with fewer points. A ring is a flat list of whole hundredths of a degree: the
longitude and latitude of its first point, then the steps to each next one.

    npm pack world-atlas@2.0.2
    python benchmarks/country_outlines.py world-atlas-2.0.2.tgz
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import tarfile
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "data" / "outlines" / "countries.json"
CODES = ROOT / "ontology" / "alignments" / "place-m49.ttl"
INTEGRITY = (
    "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
)
"""SHA-512 of the package in base64, as the registry states it."""
PER_DEGREE = 100
MOST_RINGS, MOST_POINTS = 16, 24
"""Of a country that is too small for the coarse scale: its largest rings, and points of each."""
Ring = list[tuple[float, float]]


def read_atlas(path: Path, scale: str) -> dict[str, list[Ring]]:
    """Read outer rings by code of the country; parts that have none are left out."""
    with tarfile.open(path) as archive:
        file = archive.extractfile(f"package/countries-{scale}.json")
        topology = json.loads(file.read()) if file else {}
    arcs = [_decode(arc, topology["transform"]) for arc in topology["arcs"]]
    pairs = re.findall(r"pl:([A-Z]{3}) skos:exactMatch geo:(\d{3})", CODES.read_text("utf-8"))
    codes = {number: code for code, number in pairs}
    found: dict[str, list[Ring]] = {}
    for one in topology["objects"]["countries"]["geometries"]:
        code = codes.get(one.get("id", ""), f"-{one['properties']['name']}")
        polygons = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
        found.setdefault(code, []).extend(_join(arcs, rings[0]) for rings in polygons)
    return found


def _decode(arc: list[list[int]], transform: dict[str, Any]) -> Ring:
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        along, up = transform["scale"], transform["translate"]
        points.append((x * along[0] + up[0], y * along[1] + up[1]))
    return points


def _join(arcs: list[Ring], numbers: list[int]) -> Ring:
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring


def measure(ring: Ring) -> float:
    """Measure the area of a ring in square degrees."""
    ends = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in ends)) / 2


def thin(rings: list[Ring]) -> list[Ring]:
    """Keep the largest rings, with every so many of their points."""
    largest = sorted(rings, key=measure, reverse=True)[:MOST_RINGS]
    return [ring[:: max(1, len(ring) // MOST_POINTS)] for ring in largest]


def encode(ring: Ring) -> list[int]:
    """Write a ring as steps; points that fall together are one."""
    whole = [(round(x * PER_DEGREE), round(y * PER_DEGREE)) for x, y in ring]
    points = [one for place, one in enumerate(whole) if one != whole[place - 1]] or whole[:1]
    flat = [*points[0]]
    for before, after in pairwise(points):
        flat += [after[0] - before[0], after[1] - before[1]]
    return flat


def main() -> None:
    """Write the file."""
    path = Path(sys.argv[1])
    if base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode() != INTEGRITY:
        sys.exit("this is another package than the one meant")
    coarse, fine = read_atlas(path, "110m"), read_atlas(path, "50m")
    small = {code: thin(rings) for code, rings in fine.items() if code not in coarse}
    small = {code: rings for code, rings in small.items() if not code.startswith("-")}
    every = sorted((coarse | small).items())
    lines = (
        f'"{code}":{json.dumps([*map(encode, rings)], separators=(",", ":"))}'
        for code, rings in every
    )
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
