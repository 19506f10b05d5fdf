from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from devcoop.dataset import build_dataset, open_dataset
from devcoop.errors import SourceError
from devcoop.export import Writer
from devcoop.load import load_files
from devcoop.origin import Origin
from devcoop.queries import load_library
from devcoop.reviews import Opinion, make_review

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.dataset import Dataset
    from devcoop.store import Store

BROKEN = {
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
        load_files(tmp_path / "store", [path])
    assert name in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 10_000


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no\.nq"):
        load_files(tmp_path / "store", [tmp_path / "no.nq"])


def test_reviews_in_an_export_are_honoured_when_it_is_loaded(
    tmp_path: Path, dataset: Dataset
) -> None:
    pair = next(one for one in dataset.analysis.pairs.found if one.type == "overlap")
    opinion = Opinion("dismiss", "A. Officer", "not the same people")
    review = make_review(pair, opinion, dataset.analysis.grounds, on=date(2026, 1, 2))
    reviewed = build_dataset(reviews=[review])
    path = tmp_path / "reviewed.nq"
    path.write_bytes(Writer(reviewed).render("nquads")["devcoop.nq"])
    loaded = load_files(tmp_path / "store", [path])
    assert loaded.reviews == 1
    assert load_files(tmp_path / "store", [path]).reviews == 0
    with open_dataset(Origin(tmp_path / "store")) as again:
        assert again.version == reviewed.version != dataset.version
        assert [one.review for one in again.analysis.reviewed] == [review]


def test_no_question_about_the_plans_sees_what_is_worked_out_from_them(
    graph: Store, dataset: Dataset
) -> None:
    # Those of records are asked before anything is worked out.
    topics = ("competency", "explore", "facets", "gaps")
    asked = [
        one for one in load_library().values() if one.topic in topics and not one.needs_findings
    ]
    differ = [
        one.name
        for one in asked
        if graph.query(one.text).records() != dataset.store.query(one.text).records()
    ]
    assert differ == []
