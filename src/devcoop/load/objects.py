"""Lists of objects in JSON as rows of cells, as a spreadsheet would show them.

An object is a row, and what is nested in it has a column of its own, whose heading says the way to
it: `recipient/0/name`. Such a heading is also the end of a pointer (RFC 6901) to the value.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from devcoop.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JSON_LISTS = (".json",)
"""Endings of files with lists of objects."""
AROUND = "outside the lists"
"""Name of what stands beside the lists, as one row."""
FIRST_ROW = 2
"""Row of the first object; the headings stand above it."""
_SEPARATOR = "; "
_MOST_DIGITS = 4_000
_ALONE = "value"
"""Heading of what stands in a list and is no object."""


class Objects(NamedTuple):
    """One list of objects.

    Attributes:
        name: The name it has in the file; empty if it is the whole file.
        pointer: Where it stands, as RFC 6901 writes it; None for what stands around all lists.
        rows: The headings, and a row for each object.
    """

    name: str
    pointer: str | None
    rows: list[tuple[object, ...]]


def read_objects(path: Path, content: bytes, most_columns: int) -> list[Objects]:
    """Read the lists of a file.

    Args:
        path: Names it in messages.
        content: Its bytes.
        most_columns: How many columns a list may have.

    Raises:
        SourceError: It is no JSON, names something twice, or has no list of objects.

    Examples:
        >>> from pathlib import Path
        >>> text = b'{"grants": [{"id": 1, "to": [{"name": "A"}]}, {"id": 2}], "of": "B"}'
        >>> for one in read_objects(Path("a.json"), text, 100):
        ...     print(one)
        Objects(name='grants', pointer='/grants', rows=[('id', 'to/0/name'), (1, 'A'), (2, None)])
        Objects(name='outside the lists', pointer=None, rows=[('of',), ('B',)])
    """
    said = _parse(path, content)
    if isinstance(said, list):
        lists, around = {"": said}, {}
    elif isinstance(said, dict):
        lists = {name: one for name, one in said.items() if _is_list(one)}
        around = {name: one for name, one in said.items() if name not in lists}
    else:
        lists, around = {}, {}
    if not any(map(_is_list, lists.values())):
        raise SourceError(path, "there is no list of objects in it, such as of projects")
    found = [
        Objects(name, f"/{_escape(name)}" if name else "", _tabulate(path, one, most_columns))
        for name, one in lists.items()
    ]
    if around:
        found.append(Objects(AROUND, None, _tabulate(path, [around], most_columns)))
    return found


def _parse(path: Path, content: bytes) -> Any:
    try:
        return json.loads(
            content,
            object_pairs_hook=_refuse_twice,
            parse_constant=_refuse_constant,
            parse_int=_read_whole,
        )
    except json.JSONDecodeError as error:
        raise SourceError(path, f"this is no JSON: {error.msg}", error.lineno) from None
    except UnicodeDecodeError:
        raise SourceError(path, "this is no JSON: it is not UTF-8") from None
    except RecursionError:
        raise SourceError(path, "its objects are nested too deep") from None
    except ValueError as error:
        raise SourceError(path, f"this is no JSON that can be read: {error}") from None


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has two values for {twice!r}")
    return found


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _read_whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(text)} digits")
    return int(text)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _tabulate(path: Path, objects: list[Any], most: int) -> list[tuple[object, ...]]:
    """Bring objects to rows under the headings of all, in the order in which they come."""
    headings: dict[str, None] = {}
    flat = []
    for one in objects:
        cells = dict(_flatten(one, ""))
        headings |= dict.fromkeys(cells)
        if len(headings) > most:
            raise SourceError(path, f"its objects have more than {most} fields, which is the most")
        flat.append(cells)
    return [tuple(headings), *(tuple(map(cells.get, headings)) for cells in flat)]


def _flatten(value: Any, way: str) -> Iterator[tuple[str, object]]:
    """Iterate over what is in a value, each with the way to it; several plain ones are one."""
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        yield way or _ALONE, _SEPARATOR.join(_write(one) for one in value if one is not None)
    elif isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for name, one in inside:
            yield from _flatten(one, f"{way}/{_escape(str(name))}" if way else _escape(str(name)))
    else:
        yield way or _ALONE, value


def _write(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
