from __future__ import annotations

import pyoxigraph as ox
import pytest

from devcoop.catalog.formats import FORMATS, render_rdf
from devcoop.store import rdf

ONE = ox.NamedNode("https://w3id.org/devcoop/theme/metrology")
LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_written_can_be_read(suffix: str) -> None:
    literal = ox.Literal('Métrologie "fine"\n</script>', language="fr")
    triple, form = ox.Triple(ONE, LABEL, literal), FORMATS[suffix]
    written = render_rdf([triple], suffix)
    read = [quad.triple for quad in rdf.parse(written, form.media_type)]
    assert read == [triple]
    assert render_rdf([triple], suffix) == written


@pytest.mark.parametrize("suffix", ["trig", "nq", "jsonld"])
def test_format_with_graphs_keeps_them(suffix: str) -> None:
    quad = ox.Quad(ONE, LABEL, ox.Literal("a"), ox.NamedNode("https://w3id.org/devcoop/graph/a"))
    written = render_rdf([quad], suffix)
    assert list(rdf.parse(written, FORMATS[suffix].media_type)) == [quad]


def test_media_types_are_those_of_the_engine() -> None:
    assert {one.suffix: one.media_type for one in FORMATS.values()} == {
        one.suffix: rdf.get_format(one.media_type).media_type for one in FORMATS.values()
    }
