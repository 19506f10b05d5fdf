"""Write lists of projects in the shape of what agencies publish: titles, codes, countries, days.

Texts and purpose codes are those of a table of published activities (columns `title`,
`description`, `dac-sector`); agencies, countries and days are drawn with a fixed seed. Beside
the lists stands the map by which all of them load.

Run: python benchmarks/lists_of_others.py TABLE.csv FOLDER [LISTS [PROJECTS]]
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

LISTS, PROJECTS = 40, 250
SEED = 20261128
COLUMNS = (
    "Code",
    "Agency",
    "Title",
    "Description",
    "Purpose",
    "Countries",
    "Start",
    "End",
    "Budget",
)
COUNTRIES = (
    *("KEN", "GHA", "TZA", "UGA", "ETH", "SEN", "MLI", "NER", "TCD", "COD"),
    *("MOZ", "ZMB", "MWI", "RWA", "BDI", "BEN", "TGO", "CIV", "NPL", "BGD"),
)
MAP = """language: en
columns:
  identifier: Code
  agency: Agency
  title: Title
  description: Description
  sector: Purpose
  country: Countries
  start: Start
  end: End
  amount: Budget
constants: {currency: EUR}
"""


def write_lists(table: Path, folder: Path, lists: int, projects: int) -> list[Path]:
    """Write lists and their map.

    Args:
        table: The published activities.
        folder: Where they go; made if it is missing.
        lists: How many.
        projects: How many projects each has.

    Returns:
        The lists; `map.yaml` stands beside them.
    """
    with table.open(encoding="utf-8", newline="") as file:
        texts = list(csv.DictReader(file))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    chance = random.Random(SEED)  # noqa: S311  the same lists each time
    return [
        _write_list(
            folder / f"agency-{number:02}.csv", number, chance.sample(texts, projects), chance
        )
        for number in range(1, lists + 1)
    ]


def _write_list(
    path: Path, number: int, texts: list[dict[str, str]], chance: random.Random
) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for place, text in enumerate(texts, 1):
            start = chance.randint(2012, 2018)
            countries = "; ".join(chance.sample(COUNTRIES, chance.choice((0, 1, 1, 1, 2))))
            writer.writerow(
                (
                    f"A{number:02}-{place:03}",
                    f"Agency {number:02}",
                    text["title"],
                    text["description"],
                    text["dac-sector"],
                    countries,
                    f"{start}-01-01",
                    f"{start + chance.randint(1, 4)}-12-31",
                    chance.choice(("", chance.randrange(10_000, 5_000_000, 1000))),
                )
            )
    return path


def main() -> None:
    """Write the lists that the command line names."""
    table, folder, *numbers = sys.argv[1:]
    lists = int(numbers[0]) if numbers else LISTS
    projects = int(numbers[1]) if len(numbers) > 1 else PROJECTS
    files = write_lists(Path(table), Path(folder), lists, projects)
    print(f"{len(files)} lists of {projects} projects in {folder}; load them with --map map.yaml")


if __name__ == "__main__":
    main()
