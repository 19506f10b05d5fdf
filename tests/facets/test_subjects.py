"""Texts speak of the same subjects, however they are divided."""

from __future__ import annotations

import numpy as np
import pytest

from devcoop.facets import subjects
from devcoop.facets.subjects import Entries, Subjects

WORDS, TEXTS, NAMES = 40, 200, 30


def _make() -> tuple[Subjects, Entries]:
    chance = np.random.default_rng(1)
    words = [f"word{number}" for number in range(WORDS)]
    names = {f"subject{n:02}": {words[n]: 1.0, words[-1 - n]: 2.0} for n in range(NAMES)}
    said = Entries(
        chance.integers(0, WORDS, 100),
        chance.integers(0, NAMES, 100),
        chance.random(100, np.float32),
    )
    rows = np.sort(chance.integers(0, TEXTS, 900))
    texts = Entries(rows, chance.integers(0, WORDS, 900), chance.random(900, np.float32))
    return Subjects(names, dict.fromkeys(words, 3), 50, said), texts


@pytest.mark.parametrize("at_once", [1, NAMES, 7 * NAMES, 10**6])
def test_texts_are_measured_alike_in_parts_of_any_size(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    made, texts = _make()
    whole = made.measure(texts)
    monkeypatch.setattr(subjects, "_NUMBERS_AT_ONCE", at_once)
    found = made.measure(texts)
    assert np.array_equal(found.rows, whole.rows)
    assert np.array_equal(found.columns, whole.columns)
    assert np.allclose(found.weights, whole.weights, atol=1e-6)


def test_a_text_speaks_of_twenty_subjects_at_most_and_its_squares_come_to_one() -> None:
    made, texts = _make()
    found = made.measure(texts)
    assert set(found.rows.tolist()) <= set(texts.rows.tolist())
    which, counts = np.unique(found.rows, return_counts=True)
    assert 1 <= counts.min() <= counts.max() <= 20
    squares = np.bincount(found.rows, found.weights.astype(float) ** 2)
    assert np.allclose(squares[which], 1)
    assert found.weights.min() > 0


def test_nothing_speaks_of_nothing() -> None:
    made, _ = _make()
    nothing = Entries(np.array([], int), np.array([], int), np.array([], np.float32))
    assert made.measure(nothing).rows.tolist() == []
