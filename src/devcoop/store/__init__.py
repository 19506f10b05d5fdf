"""The only door to the engine that keeps quads: terms, syntaxes, canonical form, queries.

`terms` and `rdf` are what the rest of devcoop says RDF with; `Store` keeps it, in memory or on
disk, and answers SPARQL. Nobody else imports pyoxigraph.
"""

from devcoop.store.quadstore import Source, Store, hash_files
from devcoop.store.results import Answer, Result

__all__ = ["Answer", "Result", "Source", "Store", "hash_files"]
