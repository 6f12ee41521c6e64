"""What is measured of an n-gram machine's memory: small cases worked by hand."""

import math
from itertools import combinations

import pytest
import torch
from torch import Generator

from explainers.studies import ngram_memory
from explainers.tasks import ngrams

BITS = torch.tensor([[1.0], [0], [1], [1], [0]])
TOP = torch.tensor([[4], [7], [4], [7], [4]])


def test_windows_by_hand():
    """After 1, 0: the bit one back is 0, worth 1, the bit two back is 1, worth 2."""
    assert ngram_memory.windows(BITS, 1, 2)[:, 0].tolist() == [-1, -1, 2, 1, 3]
    assert ngram_memory.windows(BITS, 2, 3)[:, 0].tolist() == [-1, -1, -1, 2, 1]


def test_the_last_five_bits_are_the_context():
    """The context of the task has the newest bit as its last, so the bit one back is worth 1 there too."""
    drawn = ngrams.draw_sequences(3, Generator().manual_seed(0), 30)
    assert torch.equal(ngram_memory.windows(drawn.bits, 1, ngrams.ORDER), drawn.context)


def test_same_place_by_hand():
    """Windows a a b b and none: of the pairs (0, 1) and (2, 3) neither is at one place; of all six, (0, 2) and (1, 3) are."""
    window = torch.tensor([[0], [0], [1], [1], [-1]])
    assert ngram_memory.same_place(TOP, window, 0) == 0
    assert ngram_memory.same_place(TOP, window, 1) == 0.5
    assert ngram_memory.same_place(TOP, window) == pytest.approx(2 / 6)


@pytest.mark.parametrize("differing", [None, 0, 1, 2, 6])
def test_same_place_looks_at_every_pair_of_steps(differing):
    random = Generator().manual_seed(0)
    top, window = (torch.randint(low, high, (9, 4), generator=random) for low, high in ((0, 3), (-1, 7)))
    same = [
        top[one, sequence] == top[other, sequence]
        for sequence in range(4)
        for one, other in combinations(range(9), 2)
        if min(window[one, sequence], window[other, sequence]) >= 0 and (differing is None or window[one, sequence] ^ window[other, sequence] == differing)
    ]
    assert ngram_memory.same_place(top, window, differing) == pytest.approx(sum(map(int, same)) / len(same))


def test_pairs_are_taken_within_a_sequence():
    """Two sequences of one step each have no pair; of two steps, one pair each."""
    top = torch.tensor([[1, 2], [1, 3]])
    assert ngram_memory.same_place(top, torch.zeros(2, 2, dtype=torch.long), 0) == 0.5


def test_information_by_hand():
    """Equal numbers tell each other wholly; independent ones nothing; one of two seen through a third: H(¼) bits."""
    first = torch.tensor([0, 0, 1, 1])
    assert ngram_memory.information(first, first) == pytest.approx(1)
    assert ngram_memory.information(first, torch.tensor([0, 1, 0, 1])) == pytest.approx(0)
    quarter = -(math.log2(1 / 4) + 3 * math.log2(3 / 4)) / 4
    assert ngram_memory.information(torch.tensor([0, 0, 0, 1]), torch.arange(4)) == pytest.approx(quarter)


def test_a_readout_finds_a_linear_function_and_is_told_of_other_sequences():
    vectors = torch.randn(5, 8, 3, generator=Generator().manual_seed(0))
    wanted = 2 * vectors[..., 0] - vectors[..., 2] + 7
    told, held = ngram_memory.readout(vectors, wanted)
    assert torch.equal(held, wanted[:, 4:].T.flatten())
    torch.testing.assert_close(told, held)
    assert ngram_memory.explained(told, held) == pytest.approx(1)


def test_what_says_the_mean_explains_nothing():
    wanted = torch.tensor([1.0, 2, 3])
    assert ngram_memory.explained(torch.full((3,), 2.0), wanted) == pytest.approx(0)


def test_by_visit_by_hand():
    """First visits hold 1 and 3; the second 5; what is not known does not count."""
    values, visits = torch.tensor([[1.0, 3], [5, 100]]), torch.tensor([[0.0, 0], [1, 1]])
    known = torch.tensor([[True, True], [True, False]])
    assert ngram_memory.by_visit(values, visits, known, 2) == [2, 5]


def test_a_recording_is_what_the_machine_does():
    drawn = ngrams.draw_sequences(2, Generator().manual_seed(0), 12)
    machine = ngrams.build(0)
    recorded = ngram_memory.record(machine, drawn)
    with torch.no_grad():
        logits, trace = machine(ngrams.seen(drawn.bits))
    torch.testing.assert_close(recorded.predicted, logits[..., 0].sigmoid())
    assert torch.equal(recorded.top, trace.addressing.weighting.argmax(-1))
    torch.testing.assert_close(recorded.add, trace.add[:, :, 0])
    torch.testing.assert_close(recorded.read_vector, trace.read_vector[:, :, 0])
    reading, writing = trace.addressing.weighting.unbind(2)
    for step in range(1, 12):
        for each in range(2):
            where = writing[step, each]
            assert recorded.here[step, each] == pytest.approx(float(where[reading[step, each].argmax()]), abs=1e-6)
            assert recorded.after[step, each] == pytest.approx(float(where[reading[step - 1, each].argmax()]), abs=1e-6)
