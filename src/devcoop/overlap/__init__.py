"""Where agencies plan the same: comparison of undertakings, facet by facet."""

from devcoop.overlap.comparison import Comparison, compare

__all__ = ["Comparison", "compare"]
