"""Print how long the report takes, beside the import of rdflib and pyshacl, as a ratio.

Both run as whole processes, in turn, after one run of each that does not count.

Run: python benchmarks/report_time.py [RUNS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from statistics import median

IMPORT = [sys.executable, "-c", "import rdflib, pyshacl"]


def measure_seconds(command: list[str]) -> float:
    """Measure the wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main(runs: int) -> None:
    """Measure both commands and print medians and the median ratio."""
    with tempfile.TemporaryDirectory() as folder:
        report = [sys.executable, "-m", "devcoop", "report", "-o", f"{folder}/out"]
        pairs = [(measure_seconds(report), measure_seconds(IMPORT)) for _ in range(runs + 1)][1:]
    print(f"devcoop report               {median(one for one, _ in pairs):6.2f} s")
    print(f"import rdflib, pyshacl       {median(other for _, other in pairs):6.2f} s")
    print(f"ratio, median of {runs} pairs    {median(one / other for one, other in pairs):6.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
