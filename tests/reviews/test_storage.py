"""The file of reviews says what was said, keeps the rest, and is never half written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop.errors import SourceError
from devcoop.publication import write_whole
from devcoop.reviews import Review, read_reviews, write_reviews
from devcoop.reviews.records import VERDICTS, Evidence

if TYPE_CHECKING:
    from devcoop.reviews.storage import ReviewFile

PAIR = ("https://example.org/a", "https://example.org/b")
EVIDENCE = Evidence("overlap", "a" * 64, "b" * 64)
REVIEW = Review(
    PAIR, "https://example.org/f", "dismissed", "Me", date(2026, 11, 22), EVIDENCE, "No"
)
GAP = """
@prefix devc: <https://w3id.org/devcoop/ns#> .
# A comment, which goes.
<https://example.org/gap> a devc:Review ; devc:reviews <https://example.org/gap-finding> .
[] devc:reviews [] .
"""
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)


def _write(path: Path, *reviews: Review) -> ReviewFile:
    file = read_reviews(path, must_exist=False).change(reviews)
    write_reviews(file)
    return file


def test_file_that_is_not_there_has_no_reviews(tmp_path: Path) -> None:
    assert read_reviews(tmp_path / "r.ttl", must_exist=False).reviews == {}
    with pytest.raises(SourceError, match="No such file"):
        read_reviews(tmp_path / "r.ttl")


@settings(deadline=None, max_examples=50)
@given(
    note=TEXTS,
    by=TEXTS.filter(str.strip),
    verdict=st.sampled_from(sorted(VERDICTS.values())),
    on=st.dates(min_value=date(1900, 1, 1)),
)
def test_review_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, note: str, by: str, verdict: str, on: date
) -> None:
    path = tmp_path_factory.mktemp("reviews") / "r.ttl"
    review = replace(REVIEW, note=note, by=by, verdict=verdict, on=on)
    file = _write(path, review)
    assert read_reviews(path).reviews == {PAIR: review}
    before = path.read_bytes()
    write_reviews(file)
    assert path.read_bytes() == before


def test_person_may_be_an_iri(tmp_path: Path) -> None:
    review = replace(
        REVIEW, by="https://orcid.org/0000-0002-1825-0097", lead="https://example.org/l"
    )
    _write(tmp_path / "r.ttl", review)
    assert read_reviews(tmp_path / "r.ttl").reviews == {PAIR: review}


def test_file_has_no_node_without_a_name_and_states_no_other_time(tmp_path: Path) -> None:
    path = tmp_path / "r.ttl"
    _write(path, REVIEW)
    triples = list(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE))
    assert all(isinstance(triple.subject, ox.NamedNode) for triple in triples)
    assert path.read_text(encoding="utf-8").count("dateTime") == 1


def test_file_keeps_what_it_says_of_other_findings(tmp_path: Path) -> None:
    path = tmp_path / "r.ttl"
    path.write_text(GAP, encoding="utf-8")
    assert read_reviews(path).others == 1
    _write(path, REVIEW)
    file = read_reviews(path)
    assert (file.others, list(file.reviews)) == (1, [PAIR])
    assert "https://example.org/gap-finding" in path.read_text(encoding="utf-8")
    before = path.read_bytes()
    write_reviews(file)
    assert path.read_bytes() == before


def test_new_review_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "r.ttl"
    _write(path, REVIEW)
    new = replace(REVIEW, by="You", verdict="confirmed", note="")
    _write(path, new)
    text = path.read_text(encoding="utf-8")
    assert read_reviews(path).reviews == {PAIR: new}
    assert '"Me"' not in text
    assert '"No"' not in text


def test_review_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "r.ttl"
    write_reviews(_write(path, REVIEW).change(drop=[PAIR]))
    assert read_reviews(path).triples == frozenset()


def test_latest_of_two_reviews_of_a_pair_counts(tmp_path: Path) -> None:
    path = tmp_path / "r.ttl"
    _write(path, REVIEW)
    text = path.read_text(encoding="utf-8")
    older = text.replace("review:", "finding:").replace("2026-11-22", "2026-11-21")
    body = [line for line in older.splitlines() if not line.startswith("@prefix")]
    path.write_text(text + "\n".join(body).replace("dismissed", "confirmed"), encoding="utf-8")
    file = read_reviews(path)
    assert len(file.nodes) == 2
    assert file.reviews[PAIR].verdict == "dismissed"


@pytest.mark.parametrize("name", ["r.txt", "r.nq", "r"])
def test_file_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=r"\.ttl"):
        read_reviews(tmp_path / name, must_exist=False)


def test_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "r.ttl").write_text("\n\n<a> <b", encoding="utf-8")
    with pytest.raises(SourceError, match=r"r\.ttl:3"):
        read_reviews(tmp_path / "r.ttl")


def test_old_file_stays_when_the_new_cannot_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.ttl"
    path.write_bytes(b"old")

    def refuse(self: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["r.ttl"]


def test_file_behind_a_link_is_written(tmp_path: Path) -> None:
    (tmp_path / "real.ttl").write_bytes(b"old")
    (tmp_path / "link.ttl").symlink_to(tmp_path / "real.ttl")
    write_whole(tmp_path / "link.ttl", b"new")
    assert (tmp_path / "link.ttl").is_symlink()
    assert (tmp_path / "real.ttl").read_bytes() == b"new"
