"""How the n-gram machines count: one sequence to look at, what each machine does with its memory over many, and how long its counts last."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, Measured, largest, smallest
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.studies import ngram_memory
from explainers.studies.ngram_memory import READ, WRITE, Recording
from explainers.tasks import ngrams

SEED = 2  # of the recorded sequence: the first in which every context comes up
HALF = ngrams.LENGTH // 2
SEQUENCES, SEQUENCES_SEED = 200, 5000  # that memory use is measured on
LONG, LONG_SEQUENCES, LONG_SEED = 4 * ngrams.LENGTH, 50, 6000
UNTRAINED_SEED = 100
BACK = 8  # bits: how far back is asked what a head's place tells
VISITS = 12


@dataclass(frozen=True)
class Use:
    """What a machine does with its memory, over many sequences; where a head stands is the location of its largest weight.

    Attributes:
        away: how far its predictions are from the optimal estimator's, added up over each sequence, in bits.
        same_context: at how many of the pairs of steps with the same context the read head stands at the same location: a share.
        any_context: the same share of any pairs of steps.
        shared: the same of pairs whose contexts differ in one bit alone: the newest, …, the oldest.
        read_locations: at how many locations the read head stands in all.
        read_tells, write_tells: how many bits the place of a head tells of the newest bit, of the one before it, …, BACK of them.
        context_told: how many bits the place of the read head tells of the context.
        after, here: the mean weight of the write head where the read head stood a step before, and where it stands now.
        opposed: the cosine of what is added after a one and of what is added after a zero, on average.
        estimate_told: how much of the variance of the optimal estimate, as log-odds, a linear function of what is read explains.
        faded: the largest weight of the write head a step after the first, second, … visit to a context: means.
    """

    seed: int
    away: Float[Tensor, "batch"]
    same_context: float
    any_context: float
    shared: tuple[float, ...]
    read_locations: int
    read_tells: tuple[float, ...]
    write_tells: tuple[float, ...]
    context_told: float
    after: float
    here: float
    opposed: float
    estimate_told: float
    faded: tuple[float, ...]


@dataclass(frozen=True)
class Lasting:
    """How far predictions are from the optimal estimator's at each step of long sequences, in bits: means over the sequences.

    Attributes:
        machines: the published one first.
        four_bits: of counting with four bits of context.
    """

    machines: tuple[Float[Tensor, "time"], ...]
    lstm: Float[Tensor, "time"]
    four_bits: Float[Tensor, "time"]


@dataclass(frozen=True)
class Counting:
    """One recorded sequence, and what was measured on many.

    Attributes:
        run: the published machine on the recorded sequence.
        lstm: what the LSTM says of it.
        machines: trained on probabilities, the published one first.
        untrained: a machine that has learned nothing.
        away_on_bits: the same distances as `Use.away`, of the machines trained on bits, by their seeds.
        context_holds: how many bits there are to tell of the context of a step.
        lasting: what long sequences do.
        optimal_costs: what other fresh sequences cost the optimal estimator, in bits.
        looking_back: what estimators that look back 0, 1, … bits cost on the sequences of the learning curves, in bits a sequence.
    """

    run: ngrams.Run
    lstm: Float[Tensor, "time"]
    machines: tuple[Use, ...]
    untrained: Use
    away_on_bits: dict[int, Float[Tensor, "batch"]]
    context_holds: float
    lasting: Lasting
    optimal_costs: Float[Tensor, "sequence"]
    looking_back: tuple[float, ...]

    @property
    def bits(self) -> list[int]:
        """The recorded sequence."""
        return self.run.sequences.bits[:, 0].int().tolist()

    @property
    def context(self) -> Int[Tensor, "time"]:
        """The last five bits at each step of the recorded sequence, as a number."""
        return self.run.sequences.context[:, 0]

    @property
    def optimal(self) -> Float[Tensor, "time"]:
        """What the optimal estimator says of the recorded sequence."""
        return self.run.sequences.optimal[:, 0]

    @property
    def away(self) -> Float[Tensor, "time"]:
        """How far the machine is from the optimal estimator at each step of it, in bits."""
        return ngrams.divergence(self.optimal, self.run.predicted)

    @property
    def lstm_away(self) -> Float[Tensor, "time"]:
        """How far the LSTM is."""
        return ngrams.divergence(self.optimal, self.lstm)

    @property
    def mistakes(self) -> list[int]:
        """The two steps at which the machine is farthest from the optimal estimator, in the order of time."""
        return sorted(self.away.topk(2).indices.tolist())

    @property
    def favourite(self) -> int:
        """The context that is seen most often in the first half, other than the two that can follow themselves."""
        seen = self.context[ngrams.ORDER : HALF].bincount(minlength=ngrams.CONTEXTS)
        seen[[0, ngrams.CONTEXTS - 1]] = 0
        return int(seen.argmax())

    @property
    def visits(self) -> list[int]:
        """The steps of the first half at which the favourite is the context."""
        return (self.context[:HALF] == self.favourite).nonzero()[:, 0].tolist()

    @property
    def last_visit(self) -> int:
        """The last of them: the step that is worked out by hand."""
        return self.visits[-1]

    def each(self, measure: str) -> list[float]:
        """A measure of `Use` for every machine, the published one first."""
        return [getattr(machine, measure) for machine in self.machines]


@study
def counting(trial: Trial = PUBLISHED) -> Counting:
    """The published machine on one sequence; all machines on many, and on long ones with an LSTM beside them."""
    many = drawn(SEQUENCES, trial.seed(SEQUENCES_SEED, "ngrams, many sequences"))
    costly = drawn(ngrams.FRESH, trial.seed(ngrams.FRESH_SEED, "ngrams, costs"))
    machines, lstm = {seed_of(name): ngrams.trained(name) for name in ngrams.machines()}, ngrams.lstm()
    run = ngrams.run(trial.seed(SEED, "ngrams, the sequence"))
    window = many.context[BACK:].flatten()
    return Counting(
        run=run,
        lstm=ngrams.predictions(lstm, run.sequences.bits)[:, 0],
        machines=tuple(use(machine, many, seed) for seed, machine in machines.items()),
        untrained=use(ngrams.build(UNTRAINED_SEED), many, UNTRAINED_SEED),
        away_on_bits={seed_of(name): away(many, ngrams.predictions(ngrams.trained(name), many.bits)).sum(0) for name in ngrams.machines(ngrams.HARD)},
        context_holds=ngram_memory.information(window, window),
        lasting=lasting(list(machines.values()), lstm, drawn(LONG_SEQUENCES, trial.seed(LONG_SEED, "ngrams, long sequences"), LONG)),
        optimal_costs=ngrams.cost(costly.optimal, costly.bits),
        looking_back=looking_back(),
    )


def drawn(count: int, seed: int, length: int = ngrams.LENGTH) -> ngrams.Sequences:
    """Random sequences."""
    return ngrams.draw_sequences(count, Generator().manual_seed(seed), length)


def seed_of(name: str) -> int:
    """From which seed a machine was trained."""
    return checkpoint.read_card(name)["seed"]


def away(sequences: ngrams.Sequences, predicted: Float[Tensor, "time batch"]) -> Float[Tensor, "time batch"]:
    """How far predictions are from the optimal estimator's, in bits."""
    return ngrams.divergence(sequences.optimal, predicted)


def lasting(machines: list[NeuralTuringMachine], lstm: Lstm, long: ngrams.Sequences) -> Lasting:
    """How far machines and an LSTM are from the optimal estimator at each step of these sequences."""
    predicted = [ngrams.predictions(each, long.bits) for each in (*machines, lstm)] + [ngrams.estimate(long.bits, ngrams.ORDER - 1)]
    *of_machines, of_lstm, four_bits = (away(long, each).mean(1) for each in predicted)
    return Lasting(tuple(of_machines), of_lstm, four_bits)


def looking_back() -> tuple[float, ...]:
    """What estimators that look back 0, 1, …, ORDER bits cost on the sequences that learning curves are measured on, in bits a sequence."""
    bits = ngrams.trial()[0].targets[..., 0]
    return tuple(float(ngrams.cost(ngrams.estimate(bits, order), bits).mean()) for order in range(ngrams.ORDER + 1))


def use(machine: NeuralTuringMachine, sequences: ngrams.Sequences, seed: int) -> Use:
    """What a machine does with its memory over these sequences.

    Args:
        seed: of its training, or of its random weights.
    """
    recorded = ngram_memory.record(machine, sequences)
    read = recorded.top[..., READ]
    return Use(
        seed=seed,
        away=away(sequences, recorded.predicted).sum(0),
        same_context=ngram_memory.same_place(read, sequences.context, 0),
        any_context=ngram_memory.same_place(read, sequences.context),
        shared=tuple(ngram_memory.same_place(read, sequences.context, 1 << back) for back in range(ngrams.ORDER)),
        read_locations=len(read[ngrams.ORDER :].unique()),
        read_tells=each_bit_told(recorded, READ),
        write_tells=each_bit_told(recorded, WRITE),
        context_told=told(recorded, READ, 1, ngrams.ORDER),
        after=float(recorded.after[ngrams.ORDER :].mean()),
        here=float(recorded.here[ngrams.ORDER :].mean()),
        opposed=opposed(recorded),
        estimate_told=estimate_told(recorded),
        faded=faded(recorded),
    )


def told(recorded: Recording, head: int, first: int, last: int) -> float:
    """How many bits the place of a head tells of the bits from `first` to `last` steps ago, less what it seems to tell by chance."""
    window = ngram_memory.windows(recorded.sequences.bits, first, last)[BACK:].flatten()
    top = recorded.top[BACK:, :, head].flatten()
    chance = top[torch.randperm(len(top), generator=Generator().manual_seed(0))]
    return ngram_memory.information(top, window) - ngram_memory.information(chance, window)


def each_bit_told(recorded: Recording, head: int) -> tuple[float, ...]:
    """How many bits the place of a head tells of the newest bit, of the bit before it, and so on, BACK of them."""
    return tuple(told(recorded, head, back, back) for back in range(1, BACK + 1))


def opposed(recorded: Recording) -> float:
    """The cosine of the mean add vector after a one and the mean add vector after a zero."""
    add, ones = recorded.add[1:], recorded.sequences.bits[:-1] == 1
    return float(torch.cosine_similarity(add[ones].mean(0), add[~ones].mean(0), 0))


def estimate_told(recorded: Recording) -> float:
    """How much of the variance of the optimal estimator's log-odds a linear readout of the read vector explains."""
    odds = torch.logit(recorded.sequences.optimal[ngrams.ORDER :])
    return ngram_memory.explained(*ngram_memory.readout(recorded.read_vector[ngrams.ORDER :], odds))


def faded(recorded: Recording) -> tuple[float, ...]:
    """The mean of the largest weight of the write head a step after the first, second, … visit to a context, VISITS of them."""
    seen = recorded.sequences
    visits, known = (seen.ones + seen.zeros)[:-1], seen.context[:-1] >= 0
    return tuple(ngram_memory.by_visit(recorded.largest[1:, :, WRITE], visits, known, VISITS))


def goes_by_context(machine: Use) -> Finding:
    """Whether the read head stands at the same location much more often with the same context than at any two steps."""
    return Measured(machine.same_context, "share", "pairs of steps") > 5 * machine.any_context


def tells_contexts_apart(machine: Use) -> Finding:
    """Whether it is rarely at the same location with two contexts that differ in one bit alone, not in the oldest."""
    return largest(machine.shared[:-1], over="bits but the oldest") < 1 / 30


def tells_five(tells: tuple[float, ...], first: int) -> Finding:
    """Whether a place tells much more of each of the five bits from the `first` one on than of any bit before them."""
    last = first + ngrams.ORDER - 1
    return smallest(tells[first - 1 : last], over="five bits") > 2 * max(tells[last:])


def reads_by_five(machine: Use) -> Finding:
    """Whether the place of the read head tells much more of each of the last five bits than of any bit before them."""
    return tells_five(machine.read_tells, 1)


def writes_by_the_five_before(machine: Use) -> Finding:
    """Whether the place of the write head tells much more of each of the five bits before the newest than of any bit before them."""
    return tells_five(machine.write_tells, 2)


def writes_where_it_read(machine: Use) -> Finding:
    """Whether the write head gives much more weight to what was read most a step before than to what is read most now."""
    return Measured(machine.after, "mean", "steps") > 4 * machine.here


HABITS = (goes_by_context, tells_contexts_apart, reads_by_five, writes_by_the_five_before, writes_where_it_read)
