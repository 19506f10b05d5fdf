"""Print the JSON-LD context of the ontology; with --write, keep it in ontology/context.jsonld.

Run: python benchmarks/jsonld_context.py [--write]
"""

from __future__ import annotations

import sys

from devcoop.export.context import CONTEXT_FILE, render_context

if __name__ == "__main__":
    print(render_context().decode(), end="")
    if "--write" in sys.argv:
        CONTEXT_FILE.write_bytes(render_context())
