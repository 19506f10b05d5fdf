"""How far two independent readings of the plans agree, if that was measured."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop import assets
from devcoop.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

AGREEMENT = assets.DATA / "readings" / "agreement.csv"


@dataclass(frozen=True)
class Agreement:
    """How far two readings of one plan agree on one question.

    Attributes:
        plan: The plan, as the file names it.
        facet: What was judged.
        coefficient: Agreement: 1 is the same throughout, 0 is no better than chance.
        n: How many initiatives both judged.
    """

    plan: str
    facet: str
    coefficient: float
    n: int


def read_agreement(path: Path = AGREEMENT) -> list[Agreement]:
    """Read the agreement figures.

    Args:
        path: CSV with the columns plan, facet, coefficient and n.

    Returns:
        Figures in the order of the file; none if there is no such file.

    Raises:
        SourceError: A column is missing or a number is none.

    Examples:
        >>> from pathlib import Path
        >>> read_agreement(Path("no-such-file.csv"))
        []
    """
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [_read_row(path, reader.line_num, row) for row in reader]


def _read_row(path: Path, line: int, row: dict[str, str]) -> Agreement:
    try:
        return Agreement(row["plan"], row["facet"], float(row["coefficient"]), int(row["n"]))
    except (KeyError, TypeError, ValueError) as error:
        problem = f"a row has plan, facet, coefficient (number) and n (whole number): {error!r}"
        raise SourceError(path, problem, line) from error
