"""Where the ontology, the plans and the queries lie, in a checkout or in an installed wheel.

A wheel carries the three folders inside the package; in a checkout they stand at the top,
where people edit them. Nothing else in the package knows the difference.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _get_root() -> Path:
    """Find the folder that holds `ontology/`, `data/` and `queries/`."""
    shipped = _PACKAGE / "assets_"
    return shipped if shipped.is_dir() else _PACKAGE.parents[1]


ROOT = _get_root()
ONTOLOGY = ROOT / "ontology"
DATA = ROOT / "data"
QUERIES = ROOT / "queries"
TEMPLATES = _PACKAGE / "report" / "templates"
SHARED_STYLE = _PACKAGE / "pages" / "static" / "shared.css"
"""Style of the report and of the pages; each has a sheet of its own after it."""
_PROGRAM = (".py", ".j2", ".html", ".css", ".js", ".po", ".svg", ".rq", ".sql", ".yaml")


@cache
def hash_program() -> str:
    """Hash all that decides what is made of plans: modules, templates, words and queries.

    Returns:
        SHA-256 in hexadecimal, the same for the same files wherever they lie.
    """
    digest = hashlib.sha256()
    for folder in (_PACKAGE, QUERIES):
        for file in sorted(folder.rglob("*")):
            if file.suffix in _PROGRAM:
                digest.update(file.read_bytes())
    return digest.hexdigest()


def iter_turtle(folder: Path) -> list[Path]:
    """List the Turtle files below a folder.

    Args:
        folder: Where to look, all levels down.

    Returns:
        Paths in the order of their names, so that every build reads them alike.

    Examples:
        >>> any(path.name == "devcoop.ttl" for path in iter_turtle(ONTOLOGY))
        True
    """
    return sorted(folder.rglob("*.ttl"), key=lambda path: path.relative_to(folder).as_posix())
