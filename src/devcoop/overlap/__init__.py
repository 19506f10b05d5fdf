"""Where agencies plan the same: comparison of undertakings, facet by facet."""

from devcoop.overlap.comparison import Comparison, compare
from devcoop.overlap.progress import Tell, tell_nobody
from devcoop.overlap.scoring import DEFAULT_LIMITS, Limits
from devcoop.overlap.steps import load_parameters

__all__ = [
    "DEFAULT_LIMITS",
    "Comparison",
    "Limits",
    "Tell",
    "compare",
    "load_parameters",
    "tell_nobody",
]
