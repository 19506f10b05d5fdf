"""The steps of the comparison and their numbers, as the files of `queries/comparison/` have them.

The step `candidate` says which pairs are compared. What comes before it is made once; it and
what follows, down to `comparison`, is made for each part of the candidates; what comes after is
made when somebody asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from devcoop import assets
from devcoop.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

CANDIDATE, RESULT = "candidate", "comparison"
"""The step that says which pairs are compared, and the one that says what they are."""
SCOPE = "pair_scope"
"""Table of how many pairs were looked at, and how closely."""
TAKEN = "taken_over"
"""Table of how many pairs an earlier comparison knew."""
PARTS = "scored_part"
"""Table of the parts of the pairs that are scored."""
CLOSEST_LEFT, CLOSEST_WAY = "closest_left", "closest_way"
"""Tables of how far the choice of the closest pairs came, until it is made."""
STEPS = assets.QUERIES / "comparison"


@dataclass(frozen=True)
class Step:
    """One named step of the comparison.

    Attributes:
        name: Name of the table it makes.
        sql: The SELECT that fills it.
    """

    name: str
    sql: str


@dataclass(frozen=True)
class Steps:
    """All steps, in their order.

    Attributes:
        once: Those that no pair plays a part in.
        candidate: The one that says which pairs are compared.
        of_pairs: Those that a pair's row comes from.
        late: Those that only a look at single pairs needs.
    """

    once: tuple[Step, ...]
    candidate: Step
    of_pairs: tuple[Step, ...]
    late: tuple[Step, ...]


def divide_steps() -> Steps:
    """Read the steps and divide them by when they are made.

    Examples:
        >>> [step.name for step in divide_steps().late]
        ['stability']
    """
    steps = load_steps()
    names = [step.name for step in steps]
    first, last = names.index(CANDIDATE), names.index(RESULT)
    return Steps(
        once=tuple(steps[:first]),
        candidate=steps[first],
        of_pairs=tuple(steps[first + 1 : last + 1]),
        late=tuple(steps[last + 1 :]),
    )


def load_steps() -> list[Step]:
    """Read the steps, in the order of their numbers.

    Examples:
        >>> load_steps()[0].name
        'ancestor'
    """
    return [
        Step(path.stem.partition("-")[2], path.read_text(encoding="utf-8"))
        for path in sorted(STEPS.glob("*.sql"))
    ]


def load_parameters(path: Path = STEPS / "parameters.yaml") -> dict[str, float]:
    """Read the numbers of the comparison.

    Args:
        path: YAML of `name: {value: number, why: text}`; it may name only some of them.

    Raises:
        SourceError: The file is no such YAML.

    Examples:
        >>> 0 < load_parameters()["overlap_score"] < 1
        True
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {name: float(entry["value"]) for name, entry in content.items()}
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise SourceError(path, f"no list of `name: {{value: …, why: …}}`: {error}") from error
