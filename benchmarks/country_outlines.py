"""Write `data/outlines/countries.json` from Natural Earth, as npm's package world-atlas has it.

Outlines of the scale 1:50 million are made simpler by as much as can hardly be seen when the
country, or the smaller of two neighbours, fills a picture; borders stay common. A ring is a flat
list of whole hundredths of a degree: the longitude and latitude of its first point, then the
steps to each next one.

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
from math import hypot, sqrt
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
MOST_RINGS = 12
"""So many rings of a country are kept, the largest; small islands are the first to go."""
LEAST_RING = 0.002
"""Share of the largest ring that another has to have."""
TOLERANCE = 0.013
"""Points nearer than this to the line without them are left out; 1 is the size of a country."""
Line = list[tuple[float, float]]
MOVED = (("RUS", "UKR", (34.3, 45.2)),)
"""Rings that are given to another country, each by a point in it: Crimea, as the United Nations
have it (General Assembly, resolution 68/262)."""


def read_topology(path: Path) -> tuple[dict[str, list[list[int]]], list[Line]]:
    """Read the outer rings of each country as numbers of arcs, and the arcs."""
    with tarfile.open(path) as archive:
        file = archive.extractfile("package/countries-50m.json")
        topology = json.loads(file.read()) if file else {}
    pairs = re.findall(r"pl:([A-Z]{3}) skos:exactMatch geo:(\d{3})", CODES.read_text("utf-8"))
    codes = {number: code for code, number in pairs}
    found: dict[str, list[list[int]]] = {}
    for one in topology["objects"]["countries"]["geometries"]:
        # What has no code is drawn without a name.
        code = codes.get(one.get("id", ""), f"-{one['properties']['name']}")
        polygons = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
        found.setdefault(code, []).extend(rings[0] for rings in polygons)
    return found, [decode(arc, topology["transform"]) for arc in topology["arcs"]]


def decode(arc: list[list[int]], transform: dict[str, Any]) -> Line:
    """Turn the steps of an arc into degrees."""
    (wide, high), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * wide + west, y * high + south))
    return unroll(points)


def unroll(line: Line) -> Line:
    """Let a line go on beyond the date line, where it would jump around the world."""
    found = line[:1]
    for x, y in line[1:]:
        found.append((x + 360 * round((found[-1][0] - x) / 360), y))
    return found


def join(arcs: list[Line], numbers: list[int]) -> Line:
    """Put the arcs of a ring together."""
    ring: Line = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return unroll(ring)


def measure(ring: Line) -> float:
    """Measure the area of a ring in square degrees."""
    ends = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in ends)) / 2


def has(ring: Line, point: tuple[float, float]) -> bool:
    """Tell whether a point is inside a ring, by the edges to its right."""
    x, y = point
    ends = zip(ring, [*ring[1:], ring[0]], strict=True)
    crossed = sum(
        (a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]
        for a, b in ends
    )
    return crossed % 2 == 1


def choose(rings: list[list[int]], arcs: list[Line]) -> list[list[int]]:
    """Choose the largest rings of a country."""
    sizes = [(measure(join(arcs, ring)), ring) for ring in rings]
    sizes.sort(key=lambda one: -one[0])
    return [ring for size, ring in sizes[:MOST_RINGS] if size >= LEAST_RING * sizes[0][0]]


def simplify(line: Line, least: float) -> Line:
    """Leave out points that are nearer to the line than `least` (Douglas and Peucker 1973)."""
    if len(line) <= 2:  # noqa: PLR2004  its ends
        return line
    far, place = max((distance(one, line[0], line[-1]), n) for n, one in enumerate(line[1:-1], 1))
    # A line that is closed has a farthest point, without which nothing of it were left.
    if far < least and line[0] != line[-1]:
        return [line[0], line[-1]]
    return simplify(line[: place + 1], least)[:-1] + simplify(line[place:], least)


def distance(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """Measure how far a point is from the straight line between two others."""
    along, up = end[0] - start[0], end[1] - start[1]
    length = hypot(along, up)
    x, y = point[0] - start[0], point[1] - start[1]
    return abs(along * y - up * x) / length if length else hypot(x, y)


def encode(ring: Line) -> list[int]:
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
    countries, arcs = read_topology(path)
    for giver, taker, point in MOVED:
        (ring,) = (one for one in countries[giver] if has(join(arcs, one), point))
        countries[giver].remove(ring)
        countries[taker].append(ring)
    chosen = {code: choose(rings, arcs) for code, rings in countries.items()}
    least: dict[int, float] = {}
    for rings in chosen.values():
        size = sqrt(measure(join(arcs, rings[0])))
        for number in (max(one, ~one) for ring in rings for one in ring):
            least[number] = min(least.get(number, size), size)
    simple = [simplify(arc, TOLERANCE * least.get(n, 1)) for n, arc in enumerate(arcs)]
    found = {
        code: [encode(join(simple, ring)) for ring in rings]
        for code, rings in sorted(chosen.items())
    }
    text = json.dumps(found, separators=(",", ":"), ensure_ascii=False)
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(text.replace('],"', '],\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
