"""Files of others on their way into a store: readers by format, one writer.

A reader turns one file into statements of RDF or into records, and knows no store; `registry`
says which reader takes which file, and is where a new format is added. `recognition` finds what
is meant by the words of records, `encoding` states them; `sources` decides which statements of
RDF belong together and what their graph is called. `writer` compares all with what is there,
replaces what changed and says so.
"""

from devcoop.load.records import Hints
from devcoop.load.registry import find_left, read_files
from devcoop.load.writer import Change, Loaded, Wishes, load_files, unload

__all__ = [
    "Change",
    "Hints",
    "Loaded",
    "Wishes",
    "find_left",
    "load_files",
    "read_files",
    "unload",
]
