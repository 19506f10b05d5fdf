"""Every code has a word, in every language, and no other part of the program has sentences."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import devcoop
from devcoop.model import FACETS, GAP_TYPES, STRENGTH
from devcoop.words import codes, explanations, gaps, language
from devcoop.words.gaps import REMARKS
from devcoop.words.language import LANGUAGES, Tongue, read_translations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.pipeline import Analysis

SOURCE = Path(devcoop.__file__).parent
CASES = Path(__file__).parents[1] / "gaps"
WORDLESS = (
    *("findings.py", "gaps.py", "model.py", "pipeline.py"),
    *("facets", "figures", "overlap", "report", "reviews"),
)
"""Parts of the program that carry codes, IRIs and numbers, and leave the sentences to words."""
SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z]+){2,}")
SCHEMES: dict[str, Iterable[str]] = {
    "timing": codes.TIMINGS,
    "place-relation": codes.PLACE_RELATIONS,
    "option": codes.OPTIONS,
    "finding-type": (*codes.TYPES, *codes.GAP_TYPES),
}


def list_slugs(analysis: Analysis, scheme: str) -> set[str]:
    base = f"https://w3id.org/devcoop/{scheme}"
    found = analysis.graph.query(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        f"SELECT ?one WHERE {{ ?one skos:inScheme <{base}> }}"
    )
    return {record["one"].removeprefix(f"{base}/") for record in found.records()}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_code_with_a_word_is_a_concept_of_its_scheme(analysis: Analysis, scheme: str) -> None:
    assert set(SCHEMES[scheme]) - list_slugs(analysis, scheme) <= {"dismissed", "none"}


@pytest.mark.parametrize("scheme", ["timing", "place-relation"])
def test_every_concept_that_a_comparison_gives_has_a_word(analysis: Analysis, scheme: str) -> None:
    assert list_slugs(analysis, scheme) - {"none"} == set(SCHEMES[scheme]) - {"none"}


def test_every_list_of_codes_has_the_same_codes_as_its_words() -> None:
    assert tuple(codes.FACETS) == FACETS
    assert tuple(codes.GAP_TYPES) == GAP_TYPES
    assert tuple(codes.TYPES) == tuple(STRENGTH)
    assert codes.TYPES_IN_SENTENCES.keys() == codes.TYPES.keys()
    assert codes.OPTION_REASONS.keys() == codes.OPTIONS.keys()


@pytest.mark.parametrize("code", LANGUAGES[1:])
def test_every_word_is_translated(code: str) -> None:
    missing = object()
    catalog = read_translations(code)._catalog  # type: ignore[attr-defined]
    spoken = (*codes.SPOKEN, *explanations.SPOKEN, *gaps.SPOKEN, *language.SPOKEN)
    assert len(spoken) > 100
    assert [one for one in spoken if catalog.get(one, missing) is missing] == []


def test_every_code_of_an_explanation_has_a_word(analysis: Analysis) -> None:
    for pair in analysis.pairs.found:
        told = analysis.explain(pair)
        assert set(told.caveats) <= codes.CAVEATS.keys()
        assert set(told.options) <= codes.OPTIONS.keys()
        assert {match.facet for match in told.matches} <= codes.FACETS.keys()


def test_every_remark_of_a_case_has_a_word_and_every_word_a_case() -> None:
    used = {"subject", "related-more"}
    for file in CASES.glob("*/expected.csv"):
        with file.open(newline="", encoding="utf-8") as text:
            used |= {row["remark"] for row in csv.DictReader(text) if row.get("remark")}
    assert used == REMARKS.keys()


def test_codes_of_gaps_say_in_english_what_the_queries_say(analysis: Analysis) -> None:
    words = analysis.gap_words
    asked = [check for check in analysis.gap_checks if gaps.find_query(check)]
    assert asked
    for check in asked:
        for cell in check.cells:
            bare = cell._replace(label="", scope="", detail="" if cell.remark else cell.detail)
            assert words.cell(check, bare).text == cell.label
            assert words.scope(check, bare).text == cell.scope
            assert words.detail(check, bare).text == cell.detail


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_finding_is_told_without_a_hole_left_open(analysis: Analysis, code: str) -> None:
    for pair in analysis.pairs.found:
        told = explanations.tell(analysis.explain(pair), analysis.lexicon, code)
        texts = (told.headline, told.when, told.where, told.said, *told.unknown, *told.caveats)
        assert not [one for one in (*texts, *map(str, told.apart)) if "{" in one]


def iter_literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Iterate over the texts of a module, but for docstrings and the messages of errors."""
    raised = [node for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    inside = {one for node in raised for one in ast.walk(node)}
    named = {one.id for one in inside if isinstance(one, ast.Name)}
    passed = set(inside)
    for node in ast.walk(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_message = isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id in named for one in node.targets
        )
        if is_docstring or is_message:
            passed.update(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in passed:
            yield node.lineno, node.value


def list_modules() -> list[Path]:
    paths = (SOURCE / part for part in WORDLESS)
    return [one for path in paths for one in (sorted(path.rglob("*.py")) or [path])]


@pytest.mark.parametrize("module", list_modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_module_below_the_faces_has_no_sentence(module: Path) -> None:
    found = iter_literals(ast.parse(module.read_text(encoding="utf-8")))
    assert [(line, text) for line, text in found if SENTENCE.search(text)] == []


def test_a_sentence_would_be_found() -> None:
    tree = ast.parse('def f():\n    """Give what it says here."""\n    return "Both name this."\n')
    assert [text for _, text in iter_literals(tree) if SENTENCE.search(text)] == ["Both name this."]


def test_a_language_without_a_catalogue_is_english() -> None:
    assert all(Tongue(LANGUAGES[0]).say(one) == one for one in codes.SPOKEN)
