import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.core.draws import neighbor_draws, random_stream


def test_a_generator_lends_its_bit_generator_and_moves_on():
    first, second = np.random.default_rng(5), np.random.default_rng(5)
    stream = random_stream(first)
    assert_array_equal(
        stream.randint(0, 99, 4), np.random.RandomState(second.bit_generator).randint(0, 99, 4)
    )
    assert first.bit_generator.state == second.bit_generator.state


def test_a_random_state_is_itself_and_an_int_seeds_one():
    stream = np.random.RandomState(3)
    assert random_stream(stream) is stream
    assert random_stream(3).randint(1000) == np.random.RandomState(3).randint(1000)


def test_none_is_the_global_stream():
    np.random.seed(11)
    expected = np.random.randint(10**6)
    np.random.seed(11)
    assert random_stream(None).randint(10**6) == expected


def test_anything_else_is_refused():
    with pytest.raises(ValueError, match="'seed' cannot be used to seed"):
        random_stream("seed")


def test_smote_draws_pairs_and_then_steps():
    rng, same = np.random.RandomState(0), np.random.RandomState(0)
    base, neighbor, step = neighbor_draws(rng, 7, 3, 10)
    pairs = same.randint(0, 21, size=10)
    assert_array_equal(base, pairs // 3)
    assert_array_equal(neighbor, pairs % 3)
    assert_array_equal(step, same.uniform(size=10))
