"""The query library, and SPARQL from outside.

`library` knows the questions we ask, `guard` what a question of others may not say, `values`
whether what a parameter names is there, and `running` lets such a question run where it can be
ended.
"""

from devcoop.queries.guard import refuse_outside
from devcoop.queries.library import (
    Query,
    get_query,
    load_library,
    load_topic,
    read_query,
    read_term,
)
from devcoop.queries.running import DEADLINE_SECONDS, MAX_ROWS, run_guarded
from devcoop.queries.values import check_values, find_problem

__all__ = [
    "DEADLINE_SECONDS",
    "MAX_ROWS",
    "Query",
    "check_values",
    "find_problem",
    "get_query",
    "load_library",
    "load_topic",
    "read_query",
    "read_term",
    "refuse_outside",
    "run_guarded",
]
