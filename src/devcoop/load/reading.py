"""What a reader gives: what one file says, and what it could not read in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from devcoop.names import make_readable

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.errors import SourceError
    from devcoop.load.content import Content
    from devcoop.load.records import Hints, Records
    from devcoop.store.terms import Quad


@dataclass(frozen=True)
class Reading:
    """What one file says: statements of RDF, or records that are to become statements.

    Attributes:
        path: The file.
        sha256: Hash of its bytes, in hexadecimal.
        quads: Its statements. Those that name a graph keep it; what an export says of its
            graphs is in the default graph, as in any other file.
        faults: What could not be read, each with its place; nothing is loaded if there is any.
        records: What a file holds that is no RDF.
        format: What kind of file it was taken for, in a few words.
    """

    path: Path
    sha256: str
    quads: tuple[Quad, ...] = ()
    faults: tuple[SourceError, ...] = ()
    records: Records | None = None
    format: str = "RDF"

    @property
    def name(self) -> str:
        """The file's name as text that can be written, whatever bytes it has."""
        return make_readable(self.path.name)

    @property
    def stem(self) -> str:
        """The same without its ending."""
        return make_readable(self.path.stem)


class Reader(Protocol):
    """A module of `readers`: reads one file format and knows no store."""

    SUFFIXES: tuple[str, ...]
    """Endings of the files that it may take, in lower case, each with its dot."""

    def recognizes(self, path: Path, content: bytes) -> bool:
        """Tell whether a file of one of its endings is of its format, from its content.

        A file that is broken belongs to the reader that can say best what is wrong.
        """

    def read(self, path: Path, content: bytes, hints: Hints) -> Reading:
        """Read a file.

        Args:
            path: Names it in messages.
            content: Its bytes.
            hints: What the person who loads it says of it.

        Returns:
            What it says. Faults that a person can mend one by one are in `faults`, all of them.

        Raises:
            SourceError: It cannot be read at all. Whatever is broken, and whatever library finds
                it, is told in one line: the file; the place, as near as it is known (a line, a
                sheet, a part of a packed file); what is wrong there.
            OutOfTimeError: It takes too long.
            OutOfMemoryError: It takes too much memory.
        """


class PortionReader(Protocol):
    """A reader that needs not hold a file to read it, whatever its size."""

    SUFFIXES: tuple[str, ...]
    """As of any reader."""

    def recognizes(self, path: Path, content: Content) -> bool:
        """Tell whether a file is of its format, as `Reader` does."""

    def read(self, path: Path, content: Content, hints: Hints) -> Reading:
        """Read a file, as `Reader` does."""
