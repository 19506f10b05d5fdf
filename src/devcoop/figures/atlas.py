"""A country among its neighbours as geometry, with points on it: templates only write it as SVG.

The outlines are those of Natural Earth, made simpler; `data/README.md` says how. Degrees of
longitude are drawn shorter by the cosine of the latitude in the middle, so that the country keeps
its shape.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from math import cos, hypot, radians
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from devcoop import assets
from devcoop.names import BASE, is_country, slug_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from devcoop.figures.money import Site

OUTLINES = assets.DATA / "outlines" / "countries.json"
WIDTH, HEIGHT = 600, 400
"""Of the picture, in its own units."""
_PER_DEGREE = 100
_MARGIN = 0.3
"""What is seen around the country, as a share of its size on either side."""
_LEAST_DEGREES = 1.0
_NEAR = 0.25
"""Rings no farther from the largest than this share of its size are in the picture."""
_BLEED = 10.0
"""What is drawn beyond the edge, so that no cut is seen."""
_STEP = 25
"""Places for a name are tried so far apart."""
_NAME = 0.35
"""A name is so much higher than half of it is wide."""
_MOST_NUMBERED = 20
"""More numbers than these would cover the map."""
_LEAST_ROOM = 12.0
"""Names have at least so much room above and below, and more beside."""
_LETTER, _LINE = 12.0, 24.0
"""A letter is so wide and a line so high where names are written largest: in a narrow window."""
_MOST_LETTERS = 20
"""A longer name is broken between its words."""

Ring = tuple[tuple[float, float], ...]


class Shape(NamedTuple):
    """A country on the map.

    Attributes:
        iri: The country; empty for an area that has no code of its own in the list.
        path: Its outline, as the attribute `d` of an SVG path.
        is_asked: It is the country that the map is of.
        middle: Where its name may stand; None if there is no room.
        lines: Its name, broken between words if it is long.
    """

    iri: str
    path: str
    is_asked: bool
    middle: tuple[float, float] | None
    lines: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[float, float]:
        """How wide and how high its name is."""
        return max(map(len, self.lines), default=0) * _LETTER, len(self.lines) * _LINE


class Point(NamedTuple):
    """A site on the map.

    Attributes:
        x: From the left.
        y: From the top.
        site: The site.
    """

    x: float
    y: float
    site: Site


@dataclass(frozen=True)
class Map:
    """A country among its neighbours.

    Attributes:
        shapes: The largest first, but that the country itself is followed only by what lies
            within the reach of it, such as an enclave.
        points: Sites in the picture.
        outside: How many sites lie beyond its edge.
        unplaced: How many sites state no coordinates, or none that there are on Earth.
    """

    shapes: tuple[Shape, ...]
    points: tuple[Point, ...]
    outside: int
    unplaced: int

    def number(self, sites: Iterable[Site]) -> list[tuple[int, Site]]:
        """Give sites the numbers of their points, those in the picture first.

        Args:
            sites: All that were to be shown.

        Returns:
            Numbers from 1, and 0 for sites that have no point.
        """
        marks = {one.site: number for number, one in enumerate(self.points, 1)}
        listed = [(marks.get(one, 0), one) for one in sites]
        return sorted(listed, key=lambda one: (not one[0], one[0]))

    @property
    def is_numbered(self) -> bool:
        """Whether points have their numbers beside them: of many, these could not be read."""
        return len(self.points) <= _MOST_NUMBERED

    @property
    def named(self) -> tuple[str, ...]:
        """IRIs of the countries around it that have a name in the picture."""
        return tuple(one.iri for one in self.shapes if one.middle and not one.is_asked and one.iri)


@cache
def read_outlines() -> dict[str, tuple[Ring, ...]]:
    """Read the outlines of countries.

    Returns:
        Rings of longitudes and latitudes in degrees by ISO 3166-1 alpha-3 code; what has no code
        has a name that begins with a hyphen.

    Examples:
        >>> len(read_outlines()["KHM"])
        1
    """
    content = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return {code: tuple(map(_decode, rings)) for code, rings in content.items()}


@cache
def _sort_outlines() -> tuple[str, ...]:
    """Sort countries by size, the largest first: what lies inside another is drawn upon it."""
    sizes = {code: sum(map(_measure, rings)) for code, rings in read_outlines().items()}
    return tuple(sorted(sizes, key=lambda code: -sizes[code]))


@cache
def _box_outlines(code: str) -> tuple[_Frame, ...]:
    return tuple(map(_box, read_outlines()[code]))


def _decode(flat: Sequence[int]) -> Ring:
    x = y = 0
    points = []
    for step_x, step_y in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + step_x, y + step_y
        points.append((x / _PER_DEGREE, y / _PER_DEGREE))
    return tuple(points)


class _Frame(NamedTuple):
    """The part of the world that is in the picture, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def scale(self) -> float:
        return WIDTH / (self.east - self.west)

    @property
    def stretch(self) -> float:
        """How much longer a degree of latitude is drawn than one of longitude."""
        return HEIGHT / (self.north - self.south) / self.scale

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * self.scale
        return x, (self.north - latitude) * self.scale * self.stretch

    def shift(self, longitude: float) -> float:
        """Give a longitude as it lies nearest to the middle: the world is round."""
        middle = (self.west + self.east) / 2
        return longitude + 360 * round((middle - longitude) / 360)


def build_map(
    country: str, sites: Iterable[Site] = (), *, name: Callable[[str], str] = slug_of
) -> Map | None:
    """Draw a country among its neighbours.

    Args:
        country: Its IRI.
        sites: What is shown as points.
        name: Gives the name of a country by its IRI, as it is to be written: where two would cover
            each other, that with less room is left out.

    Returns:
        The map; None if there is no outline of the country.

    Examples:
        >>> drawn = build_map("https://w3id.org/devcoop/place/KHM")
        >>> sorted(slug_of(one.iri) for one in drawn.shapes)
        ['KHM', 'LAO', 'MMR', 'THA', 'VNM']
        >>> build_map("https://w3id.org/devcoop/place/africa") is None
        True
    """
    code = slug_of(country)
    if not is_country(country) or code not in read_outlines():
        return None
    frame = _choose_frame(read_outlines()[code])
    listed = list(sites)
    placed = [(one, *place) for one in listed if (place := _place(frame, one))]
    points = [Point(round(x, 1), round(y, 1), one) for one, x, y in placed if _is_inside(x, y)]
    return Map(
        shapes=tuple(_clear_names(list(_iter_shapes(code, name)))),
        points=tuple(points),
        outside=len(placed) - len(points),
        unplaced=len(listed) - len(placed),
    )


def _place(frame: _Frame, site: Site) -> tuple[float, float] | None:
    longitude, latitude = site.longitude, site.latitude
    if longitude is None or latitude is None:
        return None
    is_on_earth = abs(longitude) <= 180 and abs(latitude) <= 90  # noqa: PLR2004  degrees
    return frame.place(frame.shift(longitude), latitude) if is_on_earth else None


def _is_inside(x: float, y: float) -> bool:
    return 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def _measure(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in _edges(ring))) / 2


def _edges(ring: Ring) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    return zip(ring, (*ring[1:], *ring[:1]), strict=True)


def _box(ring: Ring) -> _Frame:
    along, up = [x for x, _ in ring], [y for _, y in ring]
    return _Frame(min(along), min(up), max(along), max(up))


def _choose_frame(rings: tuple[Ring, ...]) -> _Frame:
    """Frame the largest ring and those near to it: far islands would make all the rest small."""
    largest = _box(max(rings, key=_measure))
    reach = _NEAR * max(largest.east - largest.west, largest.north - largest.south, _LEAST_DEGREES)
    boxes = [_move(_box(ring), largest) for ring in rings]
    near = [one for one in boxes if _meets(one, largest, reach)]
    return _fit(
        _Frame(
            min(one.west for one in near),
            min(one.south for one in near),
            max(one.east for one in near),
            max(one.north for one in near),
        )
    )


def _move(box: _Frame, to: _Frame) -> _Frame:
    """Move a box around the world, if that brings it nearer to another."""
    step = to.shift((box.west + box.east) / 2) - (box.west + box.east) / 2
    return box._replace(west=box.west + step, east=box.east + step)


def _meets(one: _Frame, other: _Frame, reach: float = 0) -> bool:
    along = one.west <= other.east + reach and one.east >= other.west - reach
    return along and one.south <= other.north + reach and one.north >= other.south - reach


def _fit(box: _Frame) -> _Frame:
    """Widen a box by the margin, and to the proportions of the picture."""
    middle_x, middle_y = (box.west + box.east) / 2, (box.south + box.north) / 2
    shrink = cos(radians(middle_y))
    high = max(box.north - box.south, _LEAST_DEGREES) * (1 + 2 * _MARGIN)
    wide = max((box.east - box.west) * (1 + 2 * _MARGIN), _LEAST_DEGREES) * shrink
    high = max(high, wide * HEIGHT / WIDTH)
    wide = high * WIDTH / HEIGHT / shrink
    return _Frame(
        middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2
    )


@lru_cache(maxsize=300)
def _draw_outlines(asked: str) -> tuple[tuple[str, tuple[Ring, ...], str], ...]:
    """Draw the countries in the picture of one: code, rings in the picture, their path.

    It takes a tenth of a second, and nothing that is loaded changes it.
    """
    frame = _choose_frame(read_outlines()[asked])
    found = []
    for code in _order_outlines(asked):
        whole = zip(read_outlines()[code], _box_outlines(code), strict=True)
        if drawn := tuple(part for ring, box in whole for part in _draw(frame, ring, box)):
            found.append((code, drawn, "".join(map(_write, drawn))))
    return tuple(found)


def _iter_shapes(asked: str, name: Callable[[str], str]) -> Iterator[tuple[Shape, float]]:
    """Iterate over the countries in the picture, each with the room for its name."""
    for code, drawn, path in _draw_outlines(asked):
        iri = "" if code.startswith("-") else f"{BASE}place/{code}"
        lines = tuple(wrap(name(iri), _MOST_LETTERS)) if iri else ()
        shape = Shape(iri, path, code == asked, None, lines)
        room, middle = _find_middle(drawn, *shape.size)
        yield shape._replace(middle=middle), room


def _clear_names(drawn: list[tuple[Shape, float]]) -> Iterator[Shape]:
    """Leave out names that would cover others: of two that with less room, not the asked one."""
    kept: dict[str, Shape] = {}
    for shape, _ in sorted(drawn, key=lambda one: (not one[0].is_asked, -one[1])):
        if shape.iri and not any(_cover(shape, other) for other in kept.values()):
            kept[shape.iri] = shape
    for shape, _ in drawn:
        yield kept.get(shape.iri, shape._replace(middle=None))


def _cover(one: Shape, other: Shape) -> bool:
    """Tell whether the names of two countries would cover each other."""
    if one.middle is None or other.middle is None:
        return False
    wide, high = ((a + b) / 2 for a, b in zip(one.size, other.size, strict=True))
    along, up = (abs(a - b) for a, b in zip(one.middle, other.middle, strict=True))
    return along < wide and up < high


def _order_outlines(asked: str) -> list[str]:
    """Order the countries as they are drawn: of rings, only the outer ones are known."""
    others = [one for one in _sort_outlines() if one != asked]
    around = max(_box_outlines(asked), key=lambda box: box.east - box.west)
    within = [
        one
        for one in others[_sort_outlines().index(asked) :]
        if all(_holds(around, box) for box in _box_outlines(one))
    ]
    return [*(one for one in others if one not in within), asked, *within]


def _holds(outer: _Frame, inner: _Frame) -> bool:
    along = outer.west <= inner.west and inner.east <= outer.east
    return along and outer.south <= inner.south and inner.north <= outer.north


def _draw(frame: _Frame, ring: Ring, box: _Frame) -> Iterator[Ring]:
    """Draw what is in the picture of a ring, wherever around the world it is written."""
    for turn in (-360, 0, 360):
        moved = box._replace(west=box.west + turn, east=box.east + turn)
        if _meets(moved, frame):
            clipped = _clip(tuple(frame.place(x + turn, y) for x, y in ring))
            if _measure(clipped):
                yield clipped


def _clip(ring: Ring) -> Ring:
    """Cut off what lies beyond the edge of the picture.

    Source:
        Sutherland and Hodgman (1974).
    """
    sides: tuple[tuple[int, float, Callable[[float, float], bool]], ...] = (
        (0, -_BLEED, float.__ge__),
        (0, WIDTH + _BLEED, float.__le__),
        (1, -_BLEED, float.__ge__),
        (1, HEIGHT + _BLEED, float.__le__),
    )
    for axis, edge, is_kept in sides:
        cut: list[tuple[float, float]] = []
        for before, after in _edges(ring):
            if is_kept(before[axis], edge):
                cut.append(before)
            if is_kept(before[axis], edge) != is_kept(after[axis], edge):
                share = (edge - before[axis]) / (after[axis] - before[axis])
                cut.append(
                    (
                        before[0] + share * (after[0] - before[0]),
                        before[1] + share * (after[1] - before[1]),
                    )
                )
        ring = tuple(cut)
    return ring


def _write(ring: Ring) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z"


@lru_cache(maxsize=3_000)
def _find_middle(
    rings: Sequence[Ring], wide: float, high: float
) -> tuple[float, tuple[float, float] | None]:
    """Find where a name has most room in the largest ring, and how much; None if too little.

    A name of this width and height is nowhere cut by the edge of the picture.
    """
    ring = max(rings, key=_measure)
    most, middle = _LEAST_ROOM, None
    if _measure(ring) < _LEAST_ROOM**2:
        return most, middle
    lines = {y: _find_crossings(ring, y) for y in _iter_steps(HEIGHT, high)}
    for x, y in product(_iter_steps(WIDTH, wide), lines):
        # Inside is what an odd number of edges lies to the right of.
        if (len(lines[y]) - bisect_right(lines[y], x)) % 2:
            room = _find_room(ring, x, y, most)
            if room > most:
                most, middle = room, (float(x), float(y))
    return most, middle


def _iter_steps(length: int, size: float) -> Iterator[int]:
    """Iterate over the places on a side of the picture where something of a size is inside."""
    steps = range(_STEP // 2, length, _STEP)
    return (one for one in steps if size / 2 <= one <= length - size / 2)


def _find_crossings(ring: Ring, y: float) -> list[float]:
    """List where a line along a parallel crosses a ring, from the left."""
    return sorted(
        (x1 - x0) * (y - y0) / (y1 - y0) + x0
        for (x0, y0), (x1, y1) in _edges(ring)
        if (y0 > y) != (y1 > y)
    )


def _find_room(ring: Ring, x: float, y: float, least: float) -> float:
    """Measure how far a point inside a ring is from its edge and that of the picture.

    Returns:
        The distance; 0 if it has no more room than the least.
    """
    room = min(x * _NAME, (WIDTH - x) * _NAME, y, HEIGHT - y)
    if room <= least:
        return 0.0
    for (x0, y0), (x1, y1) in _edges(ring):
        far = _measure_distance((x0 - x) * _NAME, y0 - y, (x1 - x) * _NAME, y1 - y)
        if far <= least:
            return 0.0
        room = min(room, far)
    return room


def _measure_distance(x0: float, y0: float, x1: float, y1: float) -> float:
    """Measure how far the stretch between two points is from the origin."""
    along, up = x1 - x0, y1 - y0
    length = along * along + up * up
    share = min(1.0, max(0.0, -(x0 * along + y0 * up) / length)) if length else 0.0
    return hypot(x0 + share * along, y0 + share * up)
