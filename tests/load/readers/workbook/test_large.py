"""Forms with very many rows and very many values: the time grows with their number, no faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from devcoop.load.readers.workbook import read
from devcoop.load.records import Hints

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "What,Your plan\nTitle of the plan,Plan\nAgency,Body\nEdition,1\n"
HEADINGS = "Identifier,Title,Part of,Serves result,Partners\n"
MANY = 4_000
REST = "".join(f"Z{number},Title,,,\n" for number in range(5))
ROWS = {
    "chain": "".join(f"I{n},Title {n},I{n + 1},,\n" for n in range(MANY)) + f"I{MANY},Last,,,\n",
    "circle": "".join(f"I{n},Title {n},I{(n + 1) % MANY},,\n" for n in range(MANY)),
    "unknown": "".join(f"I{n},Title {n},,X{n},\n" for n in range(MANY)),
    "one title": ",Title,,,\n" * MANY,
    "parts": f"{REST}A,Title,,{';'.join(f'X{n}' for n in range(MANY))},\n",
    "partners": f"{REST}A,Title,,,{';'.join(f'Body {n} (implementer)' for n in range(MANY))}\n",
    "long words": "".join(f"{'ab' * 4_000}{n},Title,,{'ba' * 4_000}{n},\n" for n in range(20)),
}
FAULTS = {"circle": MANY, "unknown": MANY, "parts": MANY, "long words": 20}


@pytest.mark.parametrize("kind", ROWS)
def test_form_with_very_many_values_is_read_in_bounded_time(kind: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text(PLAN, encoding="utf-8")
    (tmp_path / "initiatives.csv").write_text(HEADINGS + ROWS[kind], encoding="utf-8")
    start = time.monotonic()
    reading = read(plan, plan.read_bytes(), Hints())
    assert time.monotonic() - start < 30
    assert len(reading.faults) == FAULTS.get(kind, 0)
    assert max([0, *(len(str(one)) for one in reading.faults)]) < 1_000
