"""What an activity is part of, where its parent stands in the same file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.load.records import Element
from devcoop.load.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devcoop.load.readers.iati.draft import File

_DEEPEST = 100
"""Steps up from one activity to what it is part of."""


class Activities(Spool[Element]):
    """The activities of a file with their results.

    Attributes:
        parts: What activities are part of, by their keys, as it is known at the end of the file.
    """

    def __init__(self) -> None:
        super().__init__()
        self.parts: Mapping[str, str] = {}

    def __iter__(self) -> Iterator[Element]:
        """Iterate over them, each as a part of what it is part of."""
        for one in super().__iter__():
            whole = self.parts.get(one.key)
            yield one._replace(part_of=whole) if whole else one


def find_parts(file: File) -> dict[str, str]:
    """Find what activities are part of, whichever of the two says it.

    An activity that names several parents is part of the first; a circle is told and not made.

    Args:
        file: Who is said to be the parent or the child of whom.
    """
    parts: dict[str, str] = {}
    said = [(key, file.first.get(parent, "")) for key, parent in file.parents]
    said += [(file.first.get(child, ""), key) for key, child in file.children]
    for part, whole in said:
        if not part or not whole or part in parts:
            continue
        if _is_within(whole, part, parts):
            file.told["read", "An activity is said to be a part of itself; it is made none."] += 1
        else:
            parts[part] = whole
    return parts


def _is_within(key: str, whole: str, parts: Mapping[str, str]) -> bool:
    """Tell whether an activity is another one or below it, or so deep that nobody can tell."""
    for _ in range(_DEEPEST):
        if key in ("", whole):
            return key == whole
        key = parts.get(key, "")
    return True
