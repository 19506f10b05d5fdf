"""Write the table of classes and properties in ontology/README.md from the graph.

The table says what is there, so it is made from what is there: a test compares the two.

Run: python benchmarks/data_dictionary.py [--write]
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from devcoop import assets, names
from devcoop.dataset import build_dataset
from devcoop.queries import load_library
from devcoop.store.terms import NamedNode, Quad, as_text

if TYPE_CHECKING:
    from devcoop.store import Store

README = assets.ONTOLOGY / "README.md"
BEGIN, END = "<!-- data dictionary: begin -->\n", "<!-- data dictionary: end -->\n"
ANY = "devc:PlanElement"
_TYPE = names.term("rdf:type")
_SUBCLASS = names.term("rdfs:subClassOf")
# A property of so many kinds of plan element is told once, of any.
_MANY_CLASSES = 7
_MOST_QUERIES = 2
_LONGEST = 40
_BORROWED = ("org:Organization", "dcterms:PeriodOfTime", "skos:Concept")
_PASSED = (str(names.DEVC.checkedGraph), _TYPE)
Uses = dict[tuple[str, str], list[Quad]]


def list_elements(store: Store) -> set[str]:
    """List the classes below devc:PlanElement, shortened."""
    below, found = {str(names.DEVC.PlanElement)}, set()
    while below:
        found |= below
        below = {
            as_text(quad.subject)
            for one in below
            for quad in store.quads(predicate=_SUBCLASS, object=one)
        }
    return {names.shorten(one) for one in found}


def collect_uses(store: Store) -> Uses:
    """Collect what is said of things of each class of ours, by class and property."""
    classes = defaultdict(set)
    for quad in store.quads(predicate=_TYPE):
        kind = names.shorten(as_text(quad.object))
        if kind.startswith("devc:") or kind in _BORROWED:
            classes[quad.subject].add(kind)
    uses: Uses = defaultdict(list)
    for quad in store.quads():
        predicate = as_text(quad.predicate)
        for kind in classes.get(quad.subject, ()) if predicate not in _PASSED else ():
            uses[kind, names.shorten(predicate)].append(quad)
    return uses


def merge_elements(uses: Uses, elements: set[str]) -> Uses:
    """Tell a property of many kinds of plan element once."""
    kinds = defaultdict(set)
    for kind, predicate in uses:
        if kind in elements:
            kinds[predicate].add(kind)
    merged: Uses = defaultdict(list)
    for (kind, predicate), quads in uses.items():
        is_of_any = kind in elements and len(kinds[predicate]) >= _MANY_CLASSES
        merged[ANY if is_of_any else kind, predicate] += quads
    return merged


def write_value(quad: Quad) -> str:
    """Write an example of a value."""
    if isinstance(quad.object, NamedNode):
        return names.shorten(as_text(quad.object)).removeprefix(names.BASE)
    text = as_text(quad.object)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def write_example(quads: list[Quad], *, is_derived: bool) -> str:
    """Write who says what, for the first of those that say it; of findings what kind of value.

    Which finding is the first changes with everything.
    """
    first = min(
        quads,
        key=lambda one: (
            str(one.subject),
            getattr(one.object, "language", None) != "en",
            str(one.object),
        ),
    )
    if is_derived:
        kinds = {names.kind_of(as_text(quad.object)) for quad in quads} - {""}
        return ", ".join(f"{kind}/…" for kind in sorted(kinds)) or "–"
    subject = as_text(first.subject).removeprefix(names.BASE)
    return f"{subject} → {write_value(first)}"


def list_queries(predicate: str) -> str:
    """List some queries that use a property."""
    word = re.compile(rf"(?<![\w:]){re.escape(predicate)}(?![\w-])")
    library = load_library().values()
    found = [one.name for one in library if word.search(one.text.partition("WHERE")[2])]
    more = ", …" if len(found) > _MOST_QUERIES else ""
    return ", ".join(f"`{name}`" for name in found[:_MOST_QUERIES]) + more


def render_dictionary() -> str:
    """Render the table."""
    store = build_dataset().store
    lines = ["| class | property | example | some queries that use it |", "|---|---|---|---|"]
    for (kind, predicate), quads in sorted(
        merge_elements(collect_uses(store), list_elements(store)).items()
    ):
        derived = any(one.graph_name == NamedNode(names.FINDINGS_GRAPH) for one in quads)
        example = write_example(quads, is_derived=derived).replace("|", "\\|").replace("\n", " ")
        lines.append(f"| `{kind}` | `{predicate}` | {example} | {list_queries(predicate)} |")
    return "\n".join(lines) + "\n"


def replace_dictionary(text: str, table: str) -> str:
    """Put a table between the marks of the README.

    Args:
        text: The README.
        table: What `render_dictionary` gives.
    """
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}{table}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    rendered = render_dictionary()
    if "--write" in sys.argv:
        whole = replace_dictionary(README.read_text(encoding="utf-8"), rendered)
        README.write_text(whole, encoding="utf-8")
    else:
        print(rendered)
