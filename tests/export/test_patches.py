from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.errors import OutOfMemoryError, OutOfTimeError, PatchError, SourceError
from devcoop.export import (
    apply_patch,
    make_patch,
    read_edition,
    read_patch,
    render_nquads,
    render_patch,
)
from devcoop.export.patches import hash_lines
from devcoop.store.canonical import canonical_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

PATH = Path("changes.rdfp")
A, B, C = (ox.NamedNode(f"https://example.org/{name}") for name in ("a", "b", "ü"))
_BLANKS = [ox.BlankNode(f"n{number}") for number in range(5)]
_TEXTS = st.one_of(
    st.sampled_from(
        ['"', "\\", "\n", "\r\n", "\u2028", "\x85", "\x0b", "\x00", ". \nTC .", "𝄞", "_:c14n0"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
_OBJECTS = st.one_of(
    st.sampled_from([A, B, C, *_BLANKS]),
    st.builds(ox.Literal, _TEXTS),
    st.builds(lambda text: ox.Literal(text, language="fr-be"), _TEXTS),
    st.builds(lambda text: ox.Literal(text, datatype=C), _TEXTS),
)
_QUADS = st.builds(
    ox.Quad,
    st.sampled_from([A, B, *_BLANKS]),
    st.sampled_from([A, C]),
    _OBJECTS,
    st.sampled_from([ox.DefaultGraph(), A, C]),
)
DATASETS = st.lists(_QUADS, max_size=10)


def _canonize(content: bytes) -> list[str]:
    return canonical_lines(ox.parse(content, format=ox.RdfFormat.N_QUADS))


def _carry(old: Sequence[str], new: Sequence[str]) -> bytes:
    """Write a patch, read it back and apply it."""
    content = render_patch(make_patch(old, new))
    return render_nquads(apply_patch(old, read_patch(PATH, content), _canonize))


@given(DATASETS, DATASETS)
@settings(max_examples=200, deadline=None)
def test_patch_leads_from_the_old_export_to_the_new_byte_for_byte(
    before: list[ox.Quad], after: list[ox.Quad]
) -> None:
    old, new = canonical_lines(before), canonical_lines(after)
    assert _carry(old, new) == render_nquads(new)


@given(DATASETS, _QUADS, st.integers(0, 9))
@settings(max_examples=200, deadline=None)
def test_patch_follows_blank_nodes_whose_labels_move(
    quads: list[ox.Quad], one: ox.Quad, place: int
) -> None:
    changed = [quad for number, quad in enumerate(quads) if number != place] + [one]
    old, new = canonical_lines(quads), canonical_lines(changed)
    assert _carry(old, new) == render_nquads(new)
    assert _carry(new, old) == render_nquads(old)


def test_patch_of_a_changed_restriction_is_exact() -> None:
    old = canonical_lines(
        [ox.Quad(_BLANKS[0], A, ox.Literal("z")), ox.Quad(_BLANKS[1], A, ox.Literal("y"))]
    )
    new = canonical_lines(
        [ox.Quad(_BLANKS[0], A, ox.Literal("z")), ox.Quad(_BLANKS[1], A, ox.Literal("x"))]
    )
    assert old != new
    assert _carry(old, new) == render_nquads(new)


def test_patch_is_written_as_jena_reads_it() -> None:
    old, new = (
        canonical_lines([ox.Quad(A, A, B)]),
        canonical_lines([ox.Quad(A, A, ox.Literal("x"), C)]),
    )
    assert render_patch(make_patch(old, new)).decode().splitlines() == [
        f"H id <urn:sha256:{hash_lines(new)}> .",
        f"H prev <urn:sha256:{hash_lines(old)}> .",
        "TX .",
        "D <https://example.org/a> <https://example.org/a> <https://example.org/b> .",
        'A <https://example.org/a> <https://example.org/a> "x" <https://example.org/ü> .',
        "TC .",
    ]


def test_patch_of_others_is_read_with_prefixes_quotes_and_comments() -> None:
    new = canonical_lines([ox.Quad(A, A, B)])
    text = (
        f'# made elsewhere\nH "id" <urn:sha256:{hash_lines(new)}> .\n'
        f'H prev <urn:sha256:{hash_lines([])}> .\nH note "x" .\nTX .\r\n'
        'PA "rdf" "http://www.w3.org/1999/02/22-rdf-syntax-ns#" .\n'
        "A  <https://example.org/a>  <https://example.org/a> <https://example.org/b>  .\nTC .\n"
    )
    assert apply_patch([], read_patch(PATH, text.encode()), _canonize) == new


HEAD = f"H id <urn:sha256:{'0' * 64}> .\nH prev <urn:sha256:{'1' * 64}> .\n"
GARBAGE = {
    "nothing": (b"", "names no version"),
    "no versions": (b"TX .\nTC .\n", "names no version"),
    "another kind of name": (b"H id <uuid:1> .\nH prev <uuid:2> .\n", "names no version"),
    "aborted": (f"{HEAD}TX .\nTA .\n".encode(), ":4: this is no line"),
    "words": (f"{HEAD}hello\n".encode(), ":3: this is no line"),
    "no quad": (f"{HEAD}A <a> .\n".encode(), ":3: this is no quad"),
    "deep": (f"{HEAD}A <a> <a> {'<<( <a> <a> ' * 20_000}".encode(), ":3: this is no quad"),
    "two quads": (f"{HEAD}A <urn:a> <urn:a> <urn:a> . <urn:b> <urn:b> <urn:b> .\n".encode(), ":3:"),
    "binary": (HEAD.encode() + b"A \xff\xfe\n", ":3: this is no text"),
    "a long line": (HEAD.encode() + b"A " + b"x" * 2_000_000, ":3: this is no quad"),
    "a long word": (HEAD.encode() + b"x" * 2_000_000, ":3: this is no line"),
}


def test_byte_order_mark_is_no_part_of_a_patch() -> None:
    patch = make_patch([], [str(ox.Quad(A, A, B)) + " ."])
    assert read_patch(PATH, b"\xef\xbb\xbf" + render_patch(patch)) == read_patch(
        PATH, render_patch(patch)
    )


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_one_short_line_with_its_place(name: str) -> None:
    content, problem = GARBAGE[name]
    with pytest.raises(SourceError) as caught:
        read_patch(PATH, content)
    assert problem in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 250


def test_patch_for_another_version_is_refused() -> None:
    old, new = canonical_lines([ox.Quad(A, A, B)]), canonical_lines([ox.Quad(A, A, C)])
    with pytest.raises(PatchError, match="is for version"):
        apply_patch(new, make_patch(old, new), _canonize)


def _forge(old: Sequence[str], *changes: str, version: str) -> bytes:
    head = [f"H id <urn:sha256:{version}> .", f"H prev <urn:sha256:{hash_lines(old)}> ."]
    return "\n".join([*head, *changes, ""]).encode()


def test_patch_that_does_not_fit_is_refused() -> None:
    old = canonical_lines([ox.Quad(A, A, B)])
    missing = _forge(old, "D <urn:x> <urn:x> <urn:x> .", version=hash_lines(old))
    double = _forge(old, f"A {old[0]}", version=hash_lines(old))
    elsewhere = _forge(old, "A <urn:x> <urn:x> <urn:x> .", version=hash_lines(old))
    for content, problem in ((missing, "not there"), (double, "already"), (elsewhere, "lead")):
        with pytest.raises(PatchError, match=problem):
            apply_patch(old, read_patch(PATH, content), _canonize)


def test_patch_to_labels_that_are_not_canonical_is_refused() -> None:
    forged = ["_:evil <urn:x> <urn:x> ."]
    content = _forge([], f"A {forged[0]}", version=hash_lines(forged))
    with pytest.raises(PatchError, match="does not lead"):
        apply_patch([], read_patch(PATH, content), _canonize)


def test_entangled_nodes_end_in_an_error_and_not_in_endless_work() -> None:
    nodes = [ox.BlankNode(f"x{number}") for number in range(14)]
    quads = [ox.Quad(one, A, other) for one in nodes for other in nodes if one != other]
    # On a fast machine the memory that it may have is used up before its second is over.
    with pytest.raises((OutOfTimeError, OutOfMemoryError), match=r"too entangled|more memory"):
        canonical_lines(quads, what="evil.nq", seconds=1)


def test_an_edition_is_read_from_a_release_folder(release: Path) -> None:
    assert read_edition(release).version == read_edition(release / "devcoop.jsonld").version
