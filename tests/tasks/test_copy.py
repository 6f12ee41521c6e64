"""The copy task: its data, its training, and what the committed machines reach."""

import pytest
import torch
from safetensors.torch import save

from explainers.kit.build.checkpoint import read_card
from explainers.models import ntm_fused
from explainers.tasks import copy
from explainers.tasks.copy.train import TEACHING, fresh_cost

NAMES = copy.machines()


def test_an_episode_is_the_sequence_the_mark_and_silence():
    inputs, targets = copy.episodes(3, 2, torch.Generator().manual_seed(0))
    assert inputs.shape == (7, 2, 9)
    assert torch.equal(inputs[:3, :, :8], targets)
    assert inputs[:, :, 8].tolist() == [[0, 0], [0, 0], [0, 0], [1, 1], [0, 0], [0, 0], [0, 0]]
    assert not inputs[3:, :, :8].any()


def short_training(seed: int) -> bytes:
    """The weights after a few batches, as a file."""
    torch.set_num_threads(1)
    training = TEACHING.learning("test", seed, copy.RECIPE, copy.build(seed), ntm_fused.predict)
    for _ in range(4):
        training.one_batch()
    return save(training.model.state_dict())


def test_the_same_seed_gives_the_same_weights_to_the_byte():
    assert short_training(5) == short_training(5)
    assert short_training(5) != short_training(6)


@pytest.mark.parametrize("name", NAMES)
def test_the_card_says_what_the_machine_reaches(name):
    machine, metrics = copy.trained(name), read_card(name)["metrics"]
    assert fresh_cost(machine) == pytest.approx(metrics["bits_per_sequence"], rel=1e-3, abs=1e-4)
    for length, score in copy.scores(machine, (20, 50), 100, copy.FRESH_SEED).items():
        assert score.wrong_bits == pytest.approx(metrics[f"wrong_bits_{length}"], abs=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_every_machine_copies_twenty_and_the_published_one_reaches_the_goal(name):
    metrics = read_card(name)["metrics"]
    assert metrics["bits_per_sequence"] < (0.1 if name == "copy" else 0.2)
    assert metrics["wrong_bits_20"] == 0


def test_the_published_machine_goes_far_beyond_its_training():
    metrics = read_card("copy")["metrics"]
    assert metrics["wrong_bits_20"] == metrics["wrong_bits_50"] == 0
    assert metrics["wrong_bits_120"] <= 0.01 * 120 * copy.BITS


def test_the_machine_beats_the_lstm_by_far():
    card = read_card("copy")
    assert card["baselines"]["LSTM 3 x 128"]["bits_per_sequence"] > 20 * card["across_seeds"]["bits_per_sequence"]["mean"]


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_is_read_where_it_was_written(name):
    run = copy.run(length=20, seed=3, name=name)
    assert run.read == run.written
    assert run.wrong_bits == 0


def test_two_runs_are_the_same():
    first, second = copy.run(5, 1), copy.run(5, 1)
    assert torch.equal(first.trace.memory_after, second.trace.memory_after)
    assert first.written == second.written


@pytest.mark.parametrize("name", NAMES)
def test_a_walk_is_that_of_the_run_and_wrong_where_the_scores_are(name):
    run, walk = copy.run(length=9, seed=4, name=name), copy.walk(9, 1, 4, name)
    assert (tuple(walk.written[:, 0].tolist()), tuple(walk.read[:, 0].tolist())) == (run.written, run.read)
    score = copy.scores(copy.trained(name), (127,), 3, 0)[127]
    assert copy.walk(127, 3, 127, name).wrong.float().mean(1).tolist() == pytest.approx(score.errors_by_position)


@pytest.mark.parametrize("name", NAMES)
def test_who_is_spared_nothing_does_as_ever_and_who_has_room_needs_no_sparing(name):
    as_ever = copy.scores(copy.trained(name), (30,), 4, 0)[30]
    assert copy.spared(30, 4, 30, name) == as_ever
    assert copy.spared(30, 4, 30, name, hold=True, hide=True).perfect == as_ever.perfect == 1


def test_a_memory_that_is_held_gives_back_what_is_in_it():
    """As many vectors as locations: the write head would write over them."""
    held = copy.spared(128, 4, 1, hold=True, hide=True)
    assert held.perfect > copy.spared(128, 4, 1).perfect == 0
