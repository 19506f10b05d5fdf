"""Compare what devcoop writes with what it wrote at another commit; exit 1 if anything differs.

Both are built from their own source in folders of their own: the commit from an archive of
the repository, the present one from the working tree. Files are compared byte for byte, the
figures of `report.json` number by number, the report's page and all other pages by the facts
that a reader sees (`page_facts.py`).

Run: python benchmarks/same_outputs.py [--base COMMIT] [--pages [--every N]] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
BASE = "7547055"
BUILT = ("src/devcoop/pages/static/vendor", "src/devcoop/pages/static/ontology")
"""Folders that a build adds to the source: a commit is given those of the working tree."""
_FACTS = Path(__file__).with_name("page_facts.py")
_SHOWN = 160
"""Characters of a difference that are printed."""
_HASH_LENGTHS = (64, 16, 12)
_AROUND = 4
"""Words before and after the first that differs."""
COMMANDS: dict[str, Sequence[str]] = {
    "report": ("report", "-o", "report"),
    "nquads": ("export", "-f", "nquads", "-o", "dataset.nq"),
    "release": ("export", "--all", "--date", "2026-01-01", "-o", "release"),
    "overlaps": ("overlaps", "--all", "-f", "csv", "-o", "overlaps-all.csv"),
    "gaps": ("gaps", "-f", "csv", "-o", "gaps-all.csv"),
    "explain-close": ("explain", "ISO-output-3.5", "OBOR-IV.7.c", "-o", "explain-1.txt"),
    "explain-apart": ("explain", "ISO-output-1.1", "UNIDO-annex-10", "-o", "explain-2.txt"),
    "explain-turned": ("explain", "UNIDO-annex-10", "OBOR-IV.7.c", "-o", "explain-3.txt"),
}
"""What is asked of both, by name; each writes into the folder it runs in."""


def unpack(commit: str, folder: Path) -> None:
    """Unpack a commit's tree.

    Args:
        commit: Name of the commit.
        folder: Where to.
    """
    archive = subprocess.run(
        ["git", "-C", str(ROOT), "archive", commit], check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    for name in BUILT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)


def run(tree: Path, command: Sequence[str], folder: Path) -> bytes:
    """Run Python with a tree's own source.

    Args:
        tree: A working tree.
        command: Arguments of Python.
        folder: Where it runs.

    Returns:
        What it printed.
    """
    settings = {name: text for name, text in os.environ.items() if not name.startswith("DEVCOOP_")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=settings | {"PYTHONPATH": str(tree / "src")},
        check=True,
        stdout=subprocess.PIPE,
    ).stdout


def write_outputs(tree: Path, folder: Path) -> None:
    """Write all outputs of a tree into a folder.

    Args:
        tree: A working tree.
        folder: Made if it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for command in COMMANDS.values():
        run(tree, ("-m", "devcoop", *command), folder)


def write_facts(tree: Path, file: Path, every: int) -> None:
    """Write the facts of a tree's pages into a file, one page per line.

    Args:
        tree: A working tree.
        file: The file.
        every: One of so many pages of large kinds.
    """
    file.write_bytes(run(tree, (str(_FACTS), "--every", str(every)), file.parent))


class Base:
    """What is compared with, made once.

    Args:
        commit: Name of the commit.
        folder: Where it is kept.
    """

    def __init__(self, commit: str, folder: Path) -> None:
        self._commit, self._folder = commit, folder / commit

    def outputs(self) -> Path:
        """Give the folder with the outputs."""
        return self._make("outputs", write_outputs)

    def facts(self, every: int) -> Path:
        """Give the file with the facts of pages.

        Args:
            every: One of so many pages of large kinds.
        """
        return self._make(f"facts-{every}", lambda tree, file: write_facts(tree, file, every))

    def _make(self, name: str, write: Callable[[Path, Path], None]) -> Path:
        """Make what is not there yet; what a broken run left is not taken for whole."""
        whole = self._folder / name
        if not whole.exists():
            with tempfile.TemporaryDirectory() as tree:
                unpack(self._commit, Path(tree))
                self._folder.mkdir(parents=True, exist_ok=True)
                write(Path(tree), self._folder / "part")
            (self._folder / "part").rename(whole)
        return whole


def find_numbers(value: object, place: str = "") -> Iterator[str]:
    """Find the numbers in JSON, each with its place.

    Examples:
        >>> list(find_numbers({"a": [1, "x", {"b": 2.5}]}))
        ['/a/0 1', '/a/2/b 2.5']
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from find_numbers(inner, f"{place}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from find_numbers(inner, f"{place}/{number}")
    elif isinstance(value, int | float):
        yield f"{place} {value}"


def read_hash(folder: Path) -> str:
    """Read the hash of the data that outputs were made from; empty if they do not tell."""
    file = folder / "report" / "report.json"
    return str(json.loads(file.read_bytes())["provenance"]["data_hash"]) if file.exists() else ""


def read_lines(file: Path, data_hash: str = "") -> list[str]:
    """Read what is compared of a file: its lines, numbers of JSON, words of the report's page.

    Args:
        file: The file.
        data_hash: Hash of the data, which stands for what went in and is no difference itself.
    """
    if file.name == "report.json":
        return list(find_numbers(json.loads(file.read_bytes())))
    text = file.read_bytes().decode(errors="replace")
    for length in _HASH_LENGTHS if data_hash else ():
        text = text.replace(data_hash[:length], "the data")
    if file.name == "index.html":
        from page_facts import read_words  # noqa: PLC0415  the working tree's, for both

        return read_words(text, "body")
    return text.splitlines(keepends=True)


def find_difference(old: Sequence[str], new: Sequence[str]) -> str:
    """Say where two lists of lines differ first; empty if they do not.

    Examples:
        >>> find_difference(["a", "b"], ["a", "c"])
        "line 2: 'b' is 'c'"
        >>> find_difference(["a"], ["a"])
        ''
    """
    for number, (one, other) in enumerate(zip_longest(old, new), 1):
        if one != other:
            return f"line {number}: {str(one)[:_SHOWN]!r} is {str(other)[:_SHOWN]!r}"
    return ""


def compare_outputs(old: Path, new: Path) -> int:
    """Compare two folders file by file and print a line for each.

    Returns:
        How many files differ.
    """
    names = {
        file.relative_to(folder)
        for folder in (old, new)
        for file in folder.rglob("*")
        if file.is_file()
    }
    differ, hashes = 0, (read_hash(old), read_hash(new))
    for name in sorted(names):
        there = [folder / name for folder in (old, new) if (folder / name).is_file()]
        if len(there) == len(hashes):
            said = find_difference(*map(read_lines, there, hashes))
        else:
            said = "only before" if there[0].is_relative_to(old) else "only now"
        differ += bool(said)
        print(f"{'differs' if said else 'same':8}{name}{f': {said}' if said else ''}")
    return differ


def compare_facts(old: Path, new: Path) -> int:
    """Compare the facts of pages, one by one, and print those that differ.

    Returns:
        How many pages differ.
    """
    before, now = (
        {(path, language): words for path, language, words in map(json.loads, file.open())}
        for file in (old, new)
    )
    differ = 0
    for key in {**before, **now}:
        one, other = before.get(key, []), now.get(key, [])
        if one != other:
            differ += 1
            print(f"differs {' '.join(key)}: {_show(one, other)}")
    print(f"{len(now)} pages and tables compared, {differ} differ")
    return differ


def _show(one: list[str], other: list[str]) -> str:
    """Show the first words that differ, with those around them."""
    at = next(place for place, words in enumerate(zip_longest(one, other)) if words[0] != words[1])
    there = slice(max(0, at - _AROUND), at + _AROUND)
    return f"“{' '.join(one[there])}” is “{' '.join(other[there])}”"


def main(arguments: list[str]) -> int:
    """Build both, compare them, and tell whether anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default=BASE, help="commit to compare with")
    parser.add_argument("--pages", action="store_true", help="compare pages, not files")
    parser.add_argument("--every", type=int, default=1, help="one of so many pages of large kinds")
    parser.add_argument("--keep", type=Path, help="folder that keeps what the commit gave")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        base = Base(options.base, (options.keep or Path(place, "kept")).resolve())
        now = Path(place, "now")
        if options.pages:
            write_facts(ROOT, now, options.every)
            return min(1, compare_facts(base.facts(options.every), now))
        write_outputs(ROOT, now)
        return min(1, compare_outputs(base.outputs(), now))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
