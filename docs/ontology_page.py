"""Write the page of the ontology with pyLODE: one folder that asks no other host for anything.

Run: python docs/ontology_page.py FOLDER

pyLODE shows labels of several languages run together, so English is shown and the French label
stands below it, marked as French. Its style goes into a file of its own, so that the page works
under a policy that allows no style within the page.
"""

from __future__ import annotations

import hashlib
import html
import importlib
import importlib.metadata
import json
import re
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rdflib import Graph

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ROOT / "ontology" / "devcoop.ttl"
NAMESPACE = "https://w3id.org/devcoop/ns#"
AUTHORS = "The devcoop authors"
NARROW = """
@media (max-width: 800px) {
  body { margin: 10px; padding: 0; overflow-wrap: anywhere; }
  dd { margin-left: 1em; }
  th { width: 6em; }
  #pylode { display: none; }
  #toc { position: static; width: auto; height: auto; }
  #content { width: auto; }
  #legend table.entity { width: 100%; }
  pre { white-space: pre-wrap; }
  table { max-width: 100%; }
  img, svg { max-width: 100%; height: auto; }
}
"""
"""What pyLODE's style lacks for a telephone, where its table of contents covers the text."""


def write_page(folder: Path) -> list[Path]:
    """Write `index.html` and `ontology.css` into a folder.

    Args:
        folder: Where to; made if it is missing.

    Raises:
        ImportError: pyLODE is not here.
    """
    make = _load_profile()
    graph = _prepare()
    profile = make(graph, sort_subjects=True)
    profile.fids.update((str(term), _anchor(str(term))) for term in graph.subjects())
    style, page = _split(profile.make_html())
    folder.mkdir(parents=True, exist_ok=True)
    files = {folder / "index.html": page, folder / "ontology.css": style}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def is_current(folder: Path) -> bool:
    """Tell whether the page in a folder is of the ontology and the maker as they are now."""
    page = folder / "index.html"
    return page.is_file() and _mark() in page.read_text(encoding="utf-8")


def _mark() -> str:
    sources = (ONTOLOGY.read_bytes(), Path(__file__).read_bytes())
    digest = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in sources))
    return f'<meta name="source-sha256" content="{digest.hexdigest()}">'


def _load_profile() -> Any:
    """Load pyLODE, which in 3.4.1 looks for its version in a file that its wheel leaves out."""
    version: Any = types.ModuleType("pylode.version")
    version.__version__ = importlib.metadata.version("pylode")
    sys.modules.setdefault("pylode.version", version)
    return importlib.import_module("pylode").OntPub


def _prepare() -> Graph:
    """Read the ontology and bring it into the form that pyLODE shows well."""
    from rdflib import RDFS, SDO, Graph, Literal, URIRef  # noqa: PLC0415  come with pyLODE
    from rdflib.collection import Collection  # noqa: PLC0415
    from rdflib.namespace import OWL, SKOS  # noqa: PLC0415

    graph = Graph().parse(ONTOLOGY, format="turtle")
    for one in [one for one in graph if getattr(one[2], "language", None) not in {None, "en"}]:
        graph.remove(one)
        if one[1] == RDFS.label:
            said = f'In French: <span lang="fr">{html.escape(str(one[2]))}</span>'
            graph.add((one[0], SKOS.note, Literal(said)))
    # pyLODE puts the members of a union in no order; as separate lines they have one.
    for prop, wide in ((RDFS.domain, SDO.domainIncludes), (RDFS.range, SDO.rangeIncludes)):
        for term, union in list(graph.subject_objects(prop)):
            for members in list(graph.objects(union, OWL.unionOf)):
                graph.remove((term, prop, union))
                for member in Collection(graph, members):
                    graph.add((term, wide, member))
    for union in list(graph.subjects(OWL.unionOf)):
        graph.remove((union, None, None))
    graph.add((URIRef("https://w3id.org/devcoop/agency/devcoop"), SDO.name, Literal(AUTHORS)))
    return graph


def _anchor(term: str) -> str:
    """Give a term's anchor: the fragment of its IRI; pyLODE by itself makes anchors of labels."""
    if term.startswith(NAMESPACE):
        return term.removeprefix(NAMESPACE)
    return re.sub(r"\W+", "-", term.partition("://")[2])


def _sort(value: Any) -> Any:
    """Put what JSON-LD leaves without an order into one: the writer's differs by run."""
    if isinstance(value, dict):
        return {key: value[key] if key == "@list" else _sort(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted(map(_sort, value), key=json.dumps)
    return value


def _sort_data(found: re.Match[str]) -> str:
    data = json.dumps(_sort(json.loads(found[2])), indent=2, ensure_ascii=False)
    return f"{found[1]}\n{data}\n{found[3]}"


def _split(page: str) -> tuple[str, str]:
    """Take the style out of a page; mark its language and what it was made from."""
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    if style is None:
        raise ValueError("pyLODE wrote a page without a style")
    page = re.sub(r"(?s)(<script[^>]*ld.json[^>]*>)(.*?)(</script>)", _sort_data, page)
    page = page.replace(style.group(), '<link href="ontology.css" rel="stylesheet">')
    # Without an icon of its own a browser asks the server for one that is not there.
    page = re.sub(r'<link[^>]*rel="icon"[^>]*>', "", page)
    page = page.replace("<html>", '<html lang="en">', 1)
    head = '<meta charset="utf-8">' + _mark()
    head += '<meta name="viewport" content="width=device-width, initial-scale=1">'
    head += '<link href="../icon.svg" rel="icon">'
    page = re.sub(r"\n\s*\n+", "\n", page.replace("<head>", f"<head>{head}", 1))
    written = re.sub(r"(?m)^ {8}", "", style.group(1)).strip()
    return f"{written}\n{NARROW}", page + "\n"


if __name__ == "__main__":
    for path in write_page(Path(sys.argv[1])):
        print(path)  # noqa: T201
