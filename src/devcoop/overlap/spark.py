"""A Spark cluster that runs the steps of the comparison, for what is too much for one machine.

The steps are those of `queries/comparison/`, as they stand. What Spark's SQL understands
otherwise is put right here and nowhere else:

1. double quotes stand around names, and what cannot be worked out is an error: both settings;
2. a step that is recursive goes round by round until nothing new comes, since Spark has no UNION
   there, and UNION ALL would not end at a circle;
3. `ROUND(number, digits)` is written out as the engine of this machine rounds: Spark would round
   what a number is printed as, and a tie could fall to the other side.

The table of each step is brought here and given out again. So a worker that is lost takes nothing
along but what it was at, which others do again; and no folder is needed that all machines see.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import tempfile
import time
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from devcoop.errors import ClusterError

if TYPE_CHECKING:
    from types import TracebackType

    from devcoop.overlap.steps import Step

THIS_MACHINE = "local[*]"
"""The master that is no other program: all work is done here."""
_NEEDED = ("pyspark", "pyarrow", "pandas")
_STANDALONE = "spark://"
_SECONDS_TO_ANSWER = 5
_SECONDS_TO_WORK = 60
_LEAST_MEMORY = 1024
_LONGEST_SAID = 300
_SETTINGS = {
    "spark.app.name": "devcoop",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
}
_RECURSIVE = re.compile(
    r"WITH RECURSIVE (?P<name>\w+) AS \((?P<first>.+?)\n  UNION\n(?P<again>.+?)\n\)\n(?P<last>.+)",
    re.DOTALL,
)
_ROUND = "ROUND("


class Cluster:
    """Machines that run steps under a master of Spark, or this one; nothing starts before a step.

    Args:
        master: `spark://host:port`, or another address that Spark knows.
        memory: MiB that the driver may take, about; what workers may take, they are told by those
            who run them.

    Raises:
        ClusterError: A package, Java or the master is not there.
    """

    def __init__(self, master: str = THIS_MACHINE, memory: int = _LEAST_MEMORY) -> None:
        _check_packages()
        _check_java()
        self._master, self._memory = master, memory
        self._address = _find_own_address(master)
        self._session: Any = None

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster to others."""
        if self._session is not None:
            self._session.stop()
            self._session = None

    def add(self, name: str, table: Any) -> None:
        """Give a table out.

        Args:
            name: What steps call it.
            table: A `pyarrow.Table`, with IRIs as texts.

        Raises:
            ClusterError: The cluster did not take it.
        """
        from py4j.protocol import Py4JError  # noqa: PLC0415  an extra
        from pyspark.errors import PySparkException  # noqa: PLC0415  an extra

        if self._session is None:
            self._session = self._start()
        try:
            self._session.createDataFrame(table).createOrReplaceTempView(name)
        except (PySparkException, Py4JError, OSError) as error:
            raise ClusterError(f"table {name}: {_say(error)}") from error

    def make(self, step: Step) -> Any:
        """Make the table of a step.

        Args:
            step: The tables that it takes are there.

        Returns:
            The table, a `pyarrow.Table`; steps that follow have it, too.

        Raises:
            ClusterError: The cluster refused it, or was lost.
        """
        recursive = _RECURSIVE.search(step.sql)
        if recursive:
            made = self._repeat(step.name, **recursive.groupdict())
        else:
            made = self._fetch(step.name, step.sql)
        self.add(step.name, made)
        return made

    def _repeat(self, step: str, *, name: str, first: str, again: str, last: str) -> Any:
        """Add rows to the first ones until a round brings no new ones, then ask for the last."""
        import pyarrow as pa  # noqa: PLC0415  an extra

        new = self._fetch(step, first)
        schema, seen = new.schema, set(_list_rows(new))
        rows = seen
        while rows:
            columns = list(zip(*sorted(rows), strict=True))
            new = pa.table([pa.array(one) for one in columns], names=schema.names).cast(schema)
            self.add(name, new)
            rows = set(_list_rows(self._fetch(step, again))) - seen
            seen |= rows
        columns = list(zip(*sorted(seen), strict=True)) or [() for _ in schema.names]
        every = [pa.array(one, kind) for one, kind in zip(columns, schema.types, strict=True)]
        self.add(name, pa.table(every, schema=schema))
        return self._fetch(step, last)

    def _fetch(self, step: str, sql: str) -> Any:
        from py4j.protocol import Py4JError  # noqa: PLC0415  an extra
        from pyspark.errors import PySparkException  # noqa: PLC0415  an extra

        try:
            return self._session.sql(write_rounding(sql)).toArrow()
        except (PySparkException, Py4JError, OSError) as error:
            raise ClusterError(f"step {step}: {_say(error)}") from error

    def _start(self) -> Any:
        """Start a Java machine that talks to the master, and wait for who does the work."""
        from py4j.protocol import Py4JError  # noqa: PLC0415  an extra
        from pyspark import SparkConf, SparkContext  # noqa: PLC0415  an extra
        from pyspark.errors import PySparkException  # noqa: PLC0415  an extra
        from pyspark.java_gateway import launch_gateway  # noqa: PLC0415  an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415  an extra

        # It would write on stderr, in lines of JSON, what is raised all the same.
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
        # It warns of a pandas that is newer than what it knows; nothing here goes through pandas.
        warnings.filterwarnings("ignore", category=FutureWarning, module=r"pyspark\.")
        settings = SparkConf().setMaster(self._master).setAll(list(self._list_settings().items()))
        launch: Any = launch_gateway
        with tempfile.TemporaryFile() as log:
            try:
                # One Java machine serves a process to its end.
                gateway = SparkContext._gateway or launch(settings, {"stdout": log, "stderr": log})
                context = SparkContext(conf=settings, gateway=gateway)
            except (PySparkException, Py4JError, OSError, ValueError) as error:
                said = _read_end(log) or _say(error)
                raise ClusterError(f"Spark did not start at {self._master}: {said}") from error
        _wait_for_workers(context, self._master)
        session = SparkSession(context)
        partitions = 2 * context.defaultParallelism
        session.conf.set("spark.sql.shuffle.partitions", str(partitions))
        return session

    def _list_settings(self) -> dict[str, str]:
        memory = f"{max(self._memory, _LEAST_MEMORY)}m"
        where = {"spark.driver.bindAddress": self._address, "spark.driver.host": self._address}
        return {**_SETTINGS, **where, "spark.driver.memory": memory}


def _check_packages() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ClusterError(f"Spark needs {', '.join(missing)}: pip install 'devcoop[spark]'")


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = Path(home, "bin", "java") if home else "java"
    if shutil.which(java) is None:
        where = f" where JAVA_HOME says, in {home}" if home else ""
        raise ClusterError(
            f"Spark needs a Java runtime, and none was found{where}: install one "
            "(version 17 or later), or leave out --engine spark"
        )


def _find_own_address(master: str) -> str:
    """Find the address at which a master sees this machine.

    Raises:
        ClusterError: It is the master of a cluster of Spark's own, and does not answer.
    """
    if not master.startswith(_STANDALONE):
        return "127.0.0.1" if master.startswith("local") else socket.getfqdn()
    problem = "this is no spark://host:port"
    for one in master.removeprefix(_STANDALONE).split(","):
        host, _, port = one.rpartition(":")
        if not (host and port.isdecimal() and int(port) <= 0xFFFF):  # noqa: PLR2004  16 bits
            continue
        try:
            found = socket.create_connection((host.strip("[]"), int(port)), _SECONDS_TO_ANSWER)
        except OSError as error:
            problem = error.strerror or str(error)
        else:
            with found:
                return str(found.getsockname()[0])
    raise ClusterError(f"no master of Spark answers at {master}: {problem}")


def _wait_for_workers(context: Any, master: str) -> None:
    """Wait until somebody works for us: without that, a first step would wait for ever."""
    if not master.startswith(_STANDALONE):
        return
    end = time.monotonic() + _SECONDS_TO_WORK
    # The driver is one of those that are counted.
    while context._jsc.sc().getExecutorMemoryStatus().size() <= 1:
        if time.monotonic() > end:
            context.stop()
            raise ClusterError(
                f"no worker of {master} took the work within {_SECONDS_TO_WORK} seconds: "
                "there is none, or all are taken"
            )
        time.sleep(0.2)


def write_rounding(sql: str) -> str:
    """Write out how numbers are rounded to digits behind the point.

    Args:
        sql: A step.

    Examples:
        >>> write_rounding("SELECT ROUND(a * (b + 1), 6) AS c, ROUND(d) AS e")
        'SELECT (ROUND((a * (b + 1)) * 1E6) / 1E6) AS c, ROUND(d) AS e'
    """
    before, found, rest = sql.partition(_ROUND)
    if not found:
        return sql
    comma, end = _find_ends(rest)
    digits = rest[comma + 1 : end].strip()
    inner, after = write_rounding(rest[:comma]), write_rounding(rest[end + 1 :])
    if not digits:
        return f"{before}{_ROUND}{inner}){after}"
    return f"{before}({_ROUND}({inner}) * 1E{digits}) / 1E{digits}){after}"


def _find_ends(rest: str) -> tuple[int, int]:
    """Find where the first argument ends, and the last, of what follows an open bracket."""
    depth, comma = 0, None
    for place, sign in enumerate(rest):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return (place if comma is None else comma), place
        if sign == "," and not depth:
            comma = place
    raise ClusterError("a bracket of a step is not closed")


def _list_rows(table: Any) -> list[tuple[Any, ...]]:
    return list(zip(*(one.to_pylist() for one in table.columns), strict=True))


def _read_end(log: IO[bytes]) -> str:
    """Read the last error that the Java machine told, if any; most of what it tells is none."""
    log.seek(0)
    lines = log.read().decode(errors="replace").splitlines()
    told = [line.strip() for line in lines if "Exception" in line or "Error" in line]
    return told[-1][:_LONGEST_SAID] if told else ""


def _say(error: Exception) -> str:
    """Say in one line what Spark said in many."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:_LONGEST_SAID] or type(error).__name__
