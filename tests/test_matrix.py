"""Scores are exact products however passages are chosen, and the rough ones point to the best."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from index.matrix import Matrix

WIDTH = 256


def _units(lot: np.random.Generator, rows: int) -> NDArray[np.float32]:
    """Unit vectors that differ in a few directions more than in others, as those of a model do."""
    widths = 1 / np.sqrt(1 + np.arange(WIDTH))
    vectors = (lot.standard_normal((rows, WIDTH)) * widths).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return _units(np.random.default_rng(1), 5000)


@pytest.fixture
def matrix(vectors: NDArray[np.float32]) -> Matrix:
    matrix = Matrix(len(vectors), WIDTH)
    numbers = np.arange(1, len(vectors) + 1)
    matrix.put(numbers[:3000], vectors[:3000])
    matrix.put(numbers[3000:], vectors[3000:])
    return matrix


@pytest.mark.parametrize(
    "numbers",
    [
        [],
        [1],
        [5000],
        range(1, 5001),
        [*range(1, 2000), *range(2002, 5001)],
        range(1, 5001, 3),
        [7, 7, 3],
        [4000, *range(9)],
    ],
)
def test_scores_are_products_whatever_is_chosen(
    matrix: Matrix, vectors: NDArray[np.float32], numbers: list[int]
) -> None:
    chosen = np.array([one for one in numbers if one], dtype=np.int64)
    query = _units(np.random.default_rng(2), 1)[0]
    assert np.allclose(matrix.scores(query, chosen), vectors[chosen - 1] @ query, atol=1e-6)


def test_the_best_are_among_those_that_look_best(matrix: Matrix, vectors: NDArray[np.float32]) -> None:
    everything = np.arange(1, len(vectors) + 1)
    lot, held = np.random.default_rng(3), 0
    for query in _units(lot, 20):
        likely = set(np.argsort(-matrix.rough(query, everything))[:500])
        held += len(likely & set(np.argsort(-(vectors @ query))[:10]))
    assert held >= 198  # of 200


def test_what_comes_after_a_rough_look_is_looked_at_as_well(matrix: Matrix, vectors: NDArray[np.float32]) -> None:
    query = vectors[10]
    matrix.rough(query, np.arange(1, 5001))
    assert list(matrix.lacking(np.array([5, 5001, 7000]))) == [5001, 7000]  # and makes room for them
    matrix.put(np.array([5001, 7000]), vectors[[10, 20]])
    again = matrix.rough(query, np.array([11, 5001, 21, 7000]))
    assert again[1] == pytest.approx(again[0], abs=1e-5)
    assert again[3] == pytest.approx(again[2], abs=1e-5)
    assert matrix.scores(query, np.array([5001]))[0] == pytest.approx(1, abs=1e-6)
