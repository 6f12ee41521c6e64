"""Training, on a problem small enough to learn in a second: is the sum of two numbers positive?"""

from dataclasses import replace

import pytest
import torch
from torch import Generator, nn

from explainers.kit.errors import Mistake
from explainers.tasks.common import learning
from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.learning import Learning
from explainers.tasks.common.recipe import Recipe

RECIPE = Recipe(batch=8, rate=0.05, clip=1.0, batches=60, levels=(1, 1), decay=20)


def draw(level: float, count: int, generator: Generator) -> Episodes:
    """`level` pairs a sequence, each asked for at its own step."""
    inputs = torch.randn(int(level), count, 2, generator=generator)
    return Episodes(inputs, (inputs.sum(-1, keepdim=True) > 0).float(), slice(0, None))


def start(recipe: Recipe = RECIPE, seed: int = 0) -> Learning:
    torch.manual_seed(seed)
    trial = [draw(1, 50, Generator().manual_seed(99))]
    return Learning("sign", seed, recipe, nn.Linear(2, 1), lambda model, inputs: model(inputs), draw, trial)


def weights(made: Learning) -> bytes:
    return b"".join(parameter.detach().numpy().tobytes() for parameter in made.model.parameters())


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Saved states go to a temporary folder, every ten batches."""
    monkeypatch.setattr(learning, "UNFINISHED", tmp_path)
    monkeypatch.setattr(learning, "KEEP_EVERY", 10)
    monkeypatch.setattr(learning, "CURVE_EVERY", 20)


def test_it_learns_and_tells_how():
    made = start()
    assert made.run()
    assert [seen for seen, _ in made.progress.curve] == [160, 320, 480]
    assert made.progress.curve[-1][1] < 0.7 * made.progress.curve[0][1] < 0.7
    assert made.sequences == 480


def test_the_rate_comes_down_at_the_end_of_the_budget():
    made = start()
    made.run()
    assert made.progress.decay_from == 40
    assert made.optimizer.param_groups[0]["lr"] == pytest.approx(0.05 / 20)


def test_a_killed_training_ends_with_the_same_weights():
    whole = start()
    whole.run()
    whole.forget()
    killed = start()
    for _ in range(37):
        killed.one_batch()
        if killed.progress.batches % 10 == 0:
            killed.keep()
    again = start()
    again.run()
    assert again.progress.batches == 60
    assert weights(again) == weights(whole) != weights(start())


def test_a_finished_training_is_not_run_twice():
    first = start()
    first.run()
    second = start()
    second.one_batch = None
    assert second.run()
    assert weights(second) == weights(first)


def test_the_state_of_another_recipe_is_not_taken_up():
    first = start()
    first.run()
    other = start(replace(RECIPE, rate=0.01))
    other.take_up()
    assert other.progress.batches == 0
    assert weights(other) == weights(start())


def test_the_cost_by_hand():
    """Probabilities of 1/4 and 1/2 for bits that come cost two bits and one; knowing nothing costs a bit a bit."""
    logits = torch.tensor([1 / 3, 1.0]).log()[:, None, None]
    episodes = Episodes(logits, torch.ones(2, 1, 1), slice(0, None))
    assert learning.bits(nn.Identity(), lambda _, inputs: inputs, episodes) == pytest.approx(3)


def test_a_cost_that_is_no_number_stops_it_and_keeps_the_last_good_state():
    made = start()
    for _ in range(10):
        made.one_batch()
    made.keep()
    good = weights(made)
    with torch.no_grad():
        made.model.weight.fill_(float("nan"))
    with pytest.raises(Mistake, match=r"sign, seed 0: the cost is not a number at batch 10; .* kept in sign-seed_0"):
        made.one_batch()
    again = start()
    again.take_up()
    assert weights(again) == good


def test_the_level_is_raised_when_the_cost_is_low_enough():
    made = start(replace(RECIPE, levels=(1, 3), raise_below=0.9, batches=200))
    made.run()
    assert made.progress.level == 3


def test_a_hopeless_start_is_given_up():
    made = start(replace(RECIPE, rate=0.0, hopes=((30, 0.1),)))
    assert not made.run()
    assert made.progress.batches == 30


def test_a_wild_gradient_is_not_followed():
    made = start(replace(RECIPE, skip=2.0))
    for _ in range(30):
        made.one_batch()
    before, skipped = weights(made), made.progress.skipped
    made.progress.usual_norm = 1e-9
    made.one_batch()
    assert made.progress.skipped == skipped + 1
    assert weights(made) == before


def spoil(made: Learning) -> None:
    """Take away what was learned."""
    with torch.no_grad():
        made.model.weight.neg_()


def test_a_training_that_loses_what_it_learned_goes_back():
    made = start(replace(RECIPE, relapse=2.0))
    for _ in range(40):
        made.one_batch()
    made.hold_on(0.5)
    best, moments = weights(made), made.state()
    made.one_batch()
    spoil(made)
    made.hold_on(0.9)  # worse, but not so much
    assert weights(made) != best
    made.hold_on(1.1)
    assert weights(made) == best
    assert all(torch.equal(made.state()[name], tensor) for name, tensor in moments.items())
    assert (made.progress.lowest, made.progress.relapses, made.progress.batches) == (0.5, 1, 41)
    made.one_batch()
    assert all(torch.equal(made.best[name], tensor) for name, tensor in moments.items())


def test_a_killed_training_still_knows_its_best_state(monkeypatch):
    """Killed at batch 33, spoilt at 35: it goes back to the state that an undisturbed one goes back to."""
    monkeypatch.setattr(learning, "CURVE_EVERY", 10)

    def disturbed(killed_at: int = 0) -> Learning:
        made = start(replace(RECIPE, relapse=1.5))
        learn = made.one_batch

        def one_batch() -> None:
            learn()
            if made.progress.batches == killed_at:
                raise KeyboardInterrupt
            if made.progress.batches == 35:
                spoil(made)

        made.one_batch = one_batch
        return made

    whole = disturbed()
    whole.run()
    assert whole.progress.relapses == 1
    whole.forget()
    with pytest.raises(KeyboardInterrupt):
        disturbed(killed_at=33).run()
    again = disturbed()
    again.run()
    assert again.progress.relapses == 1
    assert weights(again) == weights(whole)
