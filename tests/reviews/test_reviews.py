"""Reviews stand as long as the evidence that was judged is the same, and are never lost."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from devcoop import assets, findings, names
from devcoop.errors import OpinionError, UnknownResourceError
from devcoop.findings import mint_pair, serialize
from devcoop.graph import add_file, build_graph, iter_built_in
from devcoop.model import Said
from devcoop.overlap import comparison
from devcoop.overlap.conversations import is_finding, was_found
from devcoop.pipeline import Analysis, analyze
from devcoop.reviews import Opinion, Review, apply_reviews, get_pair, make_review
from devcoop.store import Source, Store
from devcoop.store.rdf import parse_rdf
from devcoop.validation import Severity, validate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from devcoop.model import Pair
    from devcoop.overlap.pairs import PairSource
    from devcoop.reviews.records import Grounds

    Compare = Callable[[Sequence[Pair]], PairSource]

DAY = date(2026, 11, 22)
NO = Opinion("dismiss", "A. Officer", "They are held in different countries.")


@pytest.fixture(scope="module")
def grounds(analysis: Analysis) -> Grounds:
    return analysis.grounds


@pytest.fixture(scope="module")
def pair(analysis: Analysis) -> Pair:
    return next(filter(was_found, analysis.pairs))


@pytest.fixture(scope="module")
def review(pair: Pair, grounds: Grounds) -> Review:
    return make_review(pair, NO, grounds, on=DAY)


def _hold(analysis: Analysis, review: Review) -> tuple[str, tuple[str, ...]]:
    """Hold a review against another run: the type that counts, and what changed."""
    _, (one,) = apply_reviews(analysis.comparison, [review], analysis.grounds)
    return one.pair.type if one.pair else "gone", one.changes


def _edit(graph: Store, subject: str, predicate: str) -> None:
    """Take out what a subject says by a predicate."""
    gone = set(graph.quads(subject=subject, predicate=predicate))
    for home in {quad.graph_name for quad in gone}:
        kept = [quad for quad in graph.quads(graph=home) if quad not in gone]
        [source] = [one for one in graph.sources if one.graph == getattr(home, "value", "")]
        graph.replace(source, kept)
    assert gone


def test_dismissed_finding_is_not_counted(analysis: Analysis, review: Review) -> None:
    again = analyze(reviews=[review])
    assert sum(map(is_finding, again.pairs)) == sum(map(is_finding, analysis.pairs)) - 1
    assert sum(map(was_found, again.pairs)) == sum(map(was_found, analysis.pairs))
    assert [one.stands for one in again.reviewed] == [True]


@pytest.mark.parametrize(
    ("types", "verdict"),
    [
        (("duplication-candidate", "duplication"), "confirm"),
        (("overlap", "overlap"), "confirm"),
        (("continuity", "continuity"), "confirm"),
        (("duplication-candidate", "complementarity"), "complementary"),
        (("overlap", "dismissed"), "dismiss"),
    ],
)
def test_verdict_says_what_a_finding_counts_as(
    pair: Pair, grounds: Grounds, compare_only: Compare, types: tuple[str, str], verdict: str
) -> None:
    found, counts_as = types
    one = replace(pair, type=found)
    review = make_review(one, Opinion(verdict, "A. Officer", "Because."), grounds, on=DAY)
    (changed,), (reviewed,) = apply_reviews(compare_only([one]), [review], grounds)
    assert (changed.type, changed.found_type) == (counts_as, found)
    assert reviewed.pair == changed


def _build_edited(folder: Path, old: str, new: str) -> Store:
    """Build the graph from copies of the files, with one text put for another."""
    graph = Store()
    for path in iter_built_in():
        relative = PurePosixPath(path.relative_to(assets.ROOT).as_posix())
        copy = folder / str(relative).replace("/", "-")
        copy.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        home = names.mint_graph(relative)
        before = list(graph.quads(graph=home))
        digest = hashlib.sha256(copy.read_bytes()).hexdigest()
        graph.replace(Source(home, digest), [*before, *parse_rdf(copy, copy.read_bytes())])
    return graph


def test_review_survives_a_run_over_an_edited_plan(
    pair: Pair, grounds: Grounds, review: Review, tmp_path: Path
) -> None:
    label = grounds.undertakings[pair.left].label
    graph = _build_edited(tmp_path, f'"{label}"@en', '"Another title"@en')
    edited = analyze(graph, reviews=[review])
    assert edited.run.data_hash != build_graph().version
    assert edited.undertakings[pair.left].label == "Another title"
    assert [one.stands for one in edited.reviewed] == [True]


def test_review_survives_another_method(
    pair: Pair, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "METHOD", "another-method-9")
    monkeypatch.setattr(findings, "METHOD", "another-method-9")
    again = analyze(reviews=[review])
    (one,) = again.reviewed
    assert one.stands
    assert one.finding == mint_pair(pair) != review.finding


def test_review_is_flagged_when_a_facet_changed(pair: Pair, review: Review) -> None:
    graph = build_graph()
    iri = next(one for one in review.elements)
    _edit(graph, iri, str(names.DEVC.function))
    counts_as, changes = _hold(analyze(graph), review)
    assert "facets" in changes
    assert counts_as != "dismissed"


def test_review_is_flagged_when_a_passage_changed(
    analysis: Analysis, pair: Pair, review: Review
) -> None:
    side = analysis.undertakings[pair.left]
    evidence = tuple(replace(one, locator=f"{one.locator}-bis") for one in side.evidence)
    texts = {pair.left: Said(evidence=evidence)}
    moved = {**analysis.undertakings, pair.left: replace(side, texts=texts)}
    grounds = replace(analysis.grounds, undertakings=moved)
    assert _hold(replace(analysis, grounds=grounds), review) == (pair.type, ("passages",))


def test_review_is_flagged_when_the_document_changed(
    pair: Pair, grounds: Grounds, compare_only: Compare, review: Review
) -> None:
    other = replace(grounds, documents=dict.fromkeys(grounds.documents, "0" * 64))
    _, (one,) = apply_reviews(compare_only([pair]), [review], other)
    assert one.changes == ("passages",)


def test_review_is_flagged_when_the_type_changed(
    pair: Pair, grounds: Grounds, compare_only: Compare, review: Review
) -> None:
    other = replace(pair, type="continuity" if pair.type != "continuity" else "overlap")
    (kept,), (one,) = apply_reviews(compare_only([other]), [review], grounds)
    assert (kept, one.changes) == (other, ("type",))
    assert one.review == review


def test_review_is_flagged_when_nothing_is_found_any_more(
    pair: Pair, grounds: Grounds, compare_only: Compare, review: Review
) -> None:
    _, (one,) = apply_reviews(compare_only([replace(pair, type="none")]), [review], grounds)
    assert (one.finding, one.changes) == ("", ("type",))
    _, (one,) = apply_reviews(compare_only([]), [review], grounds)
    assert (one.pair, one.changes) == (None, ("pair",))


def test_review_survives_a_plan_that_is_gone(review: Review) -> None:
    folder = review.elements[0].removeprefix(names.BASE).split("/")[1]
    again = analyze(build_graph(without=[folder]), reviews=[review])
    assert [one.changes for one in again.reviewed] == [("pair",)]
    assert serialize(again.findings())


@pytest.mark.parametrize(
    ("opinion", "problem"),
    [
        (Opinion("dismiss", "Me"), "for a reason"),
        (Opinion("dismiss", "Me", "  "), "for a reason"),
        (Opinion("confirm", " "), "whose judgement"),
        (Opinion("perhaps", "Me"), "not known"),
        (Opinion("confirm", "Me", lead="NASA"), "agency .NASA.; there are: ISO, OBOR, UNIDO"),
        (Opinion("confirm", "\udcff"), "UTF-8"),
    ],
)
def test_opinion_is_refused(pair: Pair, grounds: Grounds, opinion: Opinion, problem: str) -> None:
    with pytest.raises(OpinionError, match=problem):
        make_review(pair, opinion, grounds, on=DAY)


def test_what_is_no_finding_cannot_be_reviewed(pair: Pair, grounds: Grounds) -> None:
    with pytest.raises(OpinionError, match="no finding"):
        make_review(replace(pair, type="none"), NO, grounds, on=DAY)


def test_pair_is_got_by_iri_by_id_and_by_identifiers(
    analysis: Analysis, pair: Pair, grounds: Grounds
) -> None:
    left, right = (analysis.undertakings[side].identifier for side in (pair.left, pair.right))
    iri = mint_pair(pair)
    short = iri.rpartition("/")[2]
    for words in ([iri], [short], [f"finding:{short}"], [right.lower(), left], [pair.right, left]):
        assert get_pair(words, analysis.pairs, grounds) == pair
    for words in (["nothing"], [""], [left, left]):
        with pytest.raises(UnknownResourceError):
            get_pair(words, analysis.pairs, grounds)


def test_findings_hold_the_reviews_and_break_no_rule(
    analysis: Analysis, grounds: Grounds, compare_only: Compare, tmp_path: Path
) -> None:
    found = [replace(one, type="duplication-candidate")
             for one in [*filter(was_found, analysis.pairs)][:4]]  # fmt: skip
    verdicts = ["confirm", "dismiss", "complementary", "confirm"]
    said = [Opinion(verdict, "A. Officer", "Because.", "iso") for verdict in verdicts]
    reviews = [make_review(*one, grounds, on=DAY) for one in zip(found, said, strict=True)]
    found[3] = replace(found[3], type="overlap")
    pairs, reviewed = apply_reviews(compare_only(found), reviews, grounds)
    path = tmp_path / "findings.ttl"
    path.write_bytes(serialize(replace(analysis, pairs=pairs, reviewed=reviewed).findings()))
    graph = build_graph()
    add_file(graph, path, "https://example.org/findings")
    results = validate(graph, only=["https://example.org/findings"])
    assert [one for one in results if one.severity is not Severity.INFO] == []
    text = path.read_text(encoding="utf-8")
    assert text.count("a devc:Review ;") == 4
    assert text.count("devc:findingType ft:duplication ;") == 1
    assert text.count('devc:changedSince "type" ;') == 1


def test_findings_are_the_same_bytes_with_reviews(review: Review) -> None:
    first, second = analyze(reviews=[review]), analyze(reviews=[review])
    assert serialize(first.findings()) == serialize(second.findings())
