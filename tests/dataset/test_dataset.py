from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from devcoop.dataset import build_dataset, open_dataset, read_dataset
from devcoop.errors import SourceError
from devcoop.export import Writer
from devcoop.reviews import Opinion, make_review

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = {
    "empty.nq": b"",
    "triples.ttl": b"<urn:a> <urn:b> <urn:c> .",
    "broken.nq": b"<urn:a> <urn:b> .\n",
    "broken.trig": b"<urn:g> { <urn:a> <urn:b> ",
    "broken.jsonld": b'{"@graph": [',
    "remote.jsonld": b'{"@context": "http://127.0.0.1:9/context.jsonld", "a": "b"}',
    "binary.nq": bytes(range(256)),
    "unknown.zip": b"PK\x03\x04",
    "long.nq": b"<urn:" + b"a" * 1_000_000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_line_that_names_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BROKEN[name])
    with pytest.raises(SourceError) as caught:
        read_dataset(path)
    assert name in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 10_000


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no\.nq"):
        open_dataset(tmp_path / "no.nq")


def test_reviews_in_a_file_are_honoured_when_it_is_read_back(tmp_path: Path) -> None:
    plain = build_dataset()
    grounds = plain.analysis.grounds
    pair = next(one for one in plain.analysis.pairs if one.type == "overlap")
    opinion = Opinion("dismiss", "A. Officer", "not the same people")
    review = make_review(pair, opinion, grounds, on=date(2026, 1, 2))
    reviewed = build_dataset(reviews=[review])
    path = tmp_path / "reviewed.nq"
    path.write_bytes(Writer(reviewed).render("nquads")["devcoop.nq"])
    again = read_dataset(path)
    assert again.version == reviewed.version != plain.version
    assert [one.review for one in again.analysis.reviewed] == [review]
    assert [one.type for one in again.analysis.pairs] == [
        one.type for one in reviewed.analysis.pairs
    ]
