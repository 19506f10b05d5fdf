"""Write a dataset of many plans: the built-in ones again and again, under other agencies.

Copies share no identifier and no agency with each other; themes, groups and places are the
same. A dataset of eight times has 1,320 initiatives.

Run: python benchmarks/many_plans.py TIMES FILE.nq
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PLANS = {
    "iso-2016-2020": ("iso", "ISO"),
    "obor-2015-2017": ("obor-office", "OBOR"),
    "unido-mic-2020": ("unido", "UNIDO"),
}
"""Folder of each built-in plan: last part of its agency's IRI, and the agency's short name."""
_BASE = "https://w3id.org/devcoop/"
_QUAD = re.compile(r"\S+ \S+ .+ <[^>]+> \.")


def copy_line(line: str, plan: str, number: int) -> str:
    """Write a statement of a plan as one of its copy.

    Args:
        line: A line of N-Quads.
        plan: Folder of the plan.
        number: Which copy.

    Examples:
        >>> copy_line('<https://w3id.org/devcoop/agency/iso> <p> "ISO" .', "iso-2016-2020", 2)
        '<https://w3id.org/devcoop/agency/iso-2> <p> "ISO2" .'
    """
    agency, code = PLANS[plan]
    line = line.replace(f"/{plan}", f"/{plan}-{number}")
    line = line.replace(f"<{_BASE}agency/{agency}>", f"<{_BASE}agency/{agency}-{number}>")
    return re.sub(rf'"{code}(?=["-])', f'"{code}{number}', line)


def copy_plans(lines: list[str], times: int) -> list[str]:
    """Write a dataset with each plan several times.

    Args:
        lines: The built-in dataset as N-Quads, without what is worked out from it.
        times: How many times each plan shall be there.
    """
    made = list(lines)
    for plan, (agency, _) in PLANS.items():
        graph = f"<{_BASE}graph/plan/{plan}> ."
        about = f"<{_BASE}agency/{agency}> "
        mine = [line for line in lines if line.endswith(graph) or line.startswith(about)]
        for number in range(2, times + 1):
            made += [copy_line(line, plan, number) for line in mine]
    return made


def main(times: str, file: str) -> None:
    """Write the file."""
    export = [sys.executable, "-m", "devcoop", "export", "-f", "nquads"]
    written = subprocess.run(export, check=True, capture_output=True, text=True).stdout
    derived = tuple(f"<{_BASE}graph/{name}> ." for name in ("finding", "question"))
    lines = [line for line in written.splitlines() if line and not line.endswith(derived)]
    named = list(filter(_QUAD.fullmatch, lines))
    Path(file).write_text("\n".join(copy_plans(named, int(times))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
