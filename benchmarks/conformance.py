"""Print how many of the W3C's tests of SPARQL 1.1 devcoop passes, beside another engine.

Protocol: requests to a running `devcoop serve`, and to `oxigraph serve`. Queries and updates:
run in-process by devcoop's engine, and by rdflib's. devcoop serves what it has and takes no
updates: a test of the protocol about updates passes if the update is refused as it should be,
with 403, or another 4xx where the suite expects one. The other server has to carry them out.

Needs the suite `rdf-tests`: in `suites/` of the folder that DEVCOOP_SHARED names, else of
`../shared` beside the checkout. `oxigraph` comes with `pip install 'devcoop[benchmarks]'`.

Run: python benchmarks/conformance.py [--failures] [--check] [--write]
     --failures lists them; --check fails below the numbers that are promised; --write keeps the
     table in README.md
"""

from __future__ import annotations

import logging
import os
import re
import sys
import tempfile
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import protocol_suite
import sparql_suite
from servers import devcoop_command, find_program, oxigraph_command, run_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parents[1]
SUITES = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared")) / "suites"
START, END = "<!-- printed by benchmarks/conformance.py -->", "<!-- end of print -->"

PROTOCOL_QUERIES = "protocol: queries"
PROTOCOL_UPDATES = "protocol: updates, refused by devcoop"
ALL_PROTOCOL, ALL_SPARQL = "**protocol, in all**", "**queries and updates, in all**"
GUARD = "valid queries that devcoop's guard takes for such"
LEAST_SPARQL = 482  # what the engine passed when we chose it

Failures = dict[str, str]  # what was wrong, by test


@dataclass(frozen=True)
class Result:
    """How two engines did on one group of tests.

    Attributes:
        suite: What the tests are about.
        tests: How many there are.
        own: What devcoop failed.
        other: What the other engine failed; None if it was not asked.
        engine: The other engine.
    """

    suite: str
    tests: int
    own: Failures
    other: Failures | None
    engine: str

    @property
    def passed(self) -> int:
        """How many tests devcoop passed."""
        return self.tests - len(self.own)


def run_protocol() -> list[Result]:
    """Run the tests of the protocol on devcoop's server and on oxigraph's."""
    cases = protocol_suite.load_cases(SUITES / protocol_suite.FOLDER)
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data.nq"
        protocol_suite.write_data(SUITES / protocol_suite.FOLDER, data)
        own = run_own_protocol(cases, data)
        other = run_oxigraph(cases, data) if find_program("oxigraph") else None
    groups = {
        PROTOCOL_QUERIES: [case.name for case in cases if not case.is_update],
        PROTOCOL_UPDATES: [case.name for case in cases if case.is_update],
    }
    return [
        Result(
            group,
            len(names),
            pick(own, names),
            None if other is None else pick(other, names),
            "oxigraph serve",
        )
        for group, names in groups.items()
    ]


def run_own_protocol(cases: Iterable[protocol_suite.Case], data: Path) -> Failures:
    """Run the tests of the protocol on devcoop's server."""
    with run_server("devcoop serve", devcoop_command(data), "/sparql") as server:
        outcomes = {
            case.name: protocol_suite.refuse_case(case, server.url)
            if case.is_update
            else protocol_suite.run_case(case, server.url)
            for case in cases
        }
    return {name: outcome.what for name, outcome in outcomes.items() if not outcome.passed}


def run_oxigraph(cases: Iterable[protocol_suite.Case], data: Path) -> Failures:
    """Run the tests of the protocol on oxigraph's server, which takes updates elsewhere."""
    command = oxigraph_command(data, data.parent / "store")
    with run_server("oxigraph serve", command, "/query") as server:
        update_url = server.url.replace("/query", "/update")
        outcomes = {
            case.name: protocol_suite.run_case(case, server.url, update_url=update_url)
            for case in cases
        }
    return {name: outcome.what for name, outcome in outcomes.items() if not outcome.passed}


def run_sparql() -> list[Result]:
    """Run the tests of queries and updates on devcoop's engine and on rdflib's."""
    cases = sparql_suite.load_cases(SUITES / sparql_suite.FOLDER)
    own = {case.name: sparql_suite.run_case(case, sparql_suite.Devcoop) for case in cases}
    other = {case.name: sparql_suite.run_case(case, sparql_suite.Rdflib) for case in cases}
    results = []
    for group in dict.fromkeys(sparql_suite.GROUPS.values()):
        names = [case.name for case in cases if case.group == group]
        failed = [{name: one[name] for name in names if one[name]} for one in (own, other)]
        results.append(Result(group, len(names), failed[0], failed[1], "rdflib"))
    return results


def run_guard() -> Result:
    """Let devcoop's guard judge the valid queries; refusing SERVICE and FROM is its task."""
    cases = sparql_suite.load_cases(SUITES / sparql_suite.FOLDER)
    said = {case.name: sparql_suite.read_by_guard(case) for case in cases if case.is_valid_query}
    failed = {name: what for name, what in said.items() if what}
    return Result(GUARD, len(said), failed, None, "")


def pick(failures: Failures, names: Iterable[str]) -> Failures:
    """Pick the failures among some tests."""
    return {name: failures[name] for name in names if name in failures}


def add_up(suite: str, results: Sequence[Result]) -> Result:
    """Add up the results of groups that have the same other engine."""
    own = {name: what for one in results for name, what in one.own.items()}
    asked = all(one.other is not None for one in results)
    other = {name: what for one in results for name, what in (one.other or {}).items()}
    tests = sum(one.tests for one in results)
    return Result(suite, tests, own, other if asked else None, results[0].engine)


def render_table(results: Iterable[Result]) -> str:
    """Render a Markdown table, a row for each group."""
    lines = [["SPARQL 1.1 suite of the W3C", "tests", "devcoop", "other engine"], ["---"] * 4]
    for one in results:
        count = "" if one.other is None else f"{one.tests - len(one.other)}, {one.engine}"
        lines.append([one.suite, str(one.tests), str(one.passed), count])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def render_failures(results: Iterable[Result]) -> str:
    """Render what each engine failed and what was wrong."""
    lines = []
    for one in results:
        for engine, failures in (("devcoop", one.own), (one.engine, one.other or {})):
            lines += [f"{engine}, {one.suite}: {name}: {said}" for name, said in failures.items()]
    return "\n".join(lines)


def find_broken(results: Iterable[Result]) -> list[str]:
    """List the promises that do not hold."""
    least = {ALL_SPARQL: LEAST_SPARQL}
    return [
        f"{one.suite}: {one.passed} of {one.tests}, {least.get(one.suite, one.tests)} are promised"
        for one in results
        if one.suite in {PROTOCOL_QUERIES, PROTOCOL_UPDATES, ALL_SPARQL, GUARD}
        and one.passed < least.get(one.suite, one.tests)
    ]


def write_report(report: str) -> None:
    """Keep the report in the README, between its two marks."""
    path = ROOT / "README.md"
    marked = re.compile(f"{START}.*?{END}", re.DOTALL)
    text = path.read_text(encoding="utf-8")
    path.write_text(marked.sub(lambda _: f"{START}\n\n{report}\n\n{END}", text), encoding="utf-8")


def main() -> None:
    """Print the table; with --check, fail when a promise does not hold."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--failures", action="store_true", help="list every failed test")
    parser.add_argument("--check", action="store_true", help="fail below what is promised")
    parser.add_argument("--write", action="store_true", help="keep the table in README.md")
    chosen = parser.parse_args()
    if not (SUITES / sparql_suite.FOLDER).is_dir():
        sys.exit(f"No rdf-tests in {SUITES}: name the folder that holds suites/ in DEVCOOP_SHARED.")
    logging.disable()  # rdflib logs the odd IRIs that the suite is made to contain
    protocol, sparql = run_protocol(), run_sparql()
    results = [*protocol, add_up(ALL_PROTOCOL, protocol)]
    results += [*sparql, add_up(ALL_SPARQL, sparql), run_guard()]
    report = render_table(results)
    print(report)
    if chosen.failures:
        print(f"\n{render_failures([*protocol, *sparql, results[-1]])}")
    if chosen.write:
        write_report(report)
    if broken := find_broken(results) if chosen.check else []:
        sys.exit("\n".join(broken))


if __name__ == "__main__":
    main()
