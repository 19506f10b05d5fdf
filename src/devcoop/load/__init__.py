"""Files of others on their way into a store: readers by format, one writer.

A reader turns one file into statements and knows no store; `registry` says which reader takes
which file, and is where a new format is added. `sources` decides which statements belong
together and what their graph is called; `writer` compares them with what is there, replaces
what changed and says so.
"""

from devcoop.load.registry import read_files
from devcoop.load.writer import Loaded, load_files, unload

__all__ = ["Loaded", "load_files", "read_files", "unload"]
