"""What a step takes on this machine: a Neural Turing Machine, and a transformer and an LSTM with as many weights.

Run as `python -m tests.benchmark_rivals`. One sequence, one thread, the models of the copy task; the transformer keeps the keys and values of
earlier steps. What is printed is the time of a step after so many steps as a ratio to the machine's, measured in turns, and beside it the ratio
of the counted multiply-adds. At this size a step is mostly calling, not computing, so the two differ.
"""

import statistics
import time

import torch

from explainers.models import cost
from explainers.tasks import rivals

AFTER = (0, 250, 1000, 4000)  # steps
ROUNDS, REPEATS = 7, 20


@torch.no_grad()
def main() -> None:
    """Measure, and print."""
    torch.set_num_threads(1)
    contest = rivals.CONTESTS["copy"]
    machine, lstm = contest.task.build(0), contest.kinds["lstm"]["one layer"]()
    transformer = contest.kinds["transformer"]["rotary"]()
    now, state, kept = torch.zeros(1, contest.task.inputs), machine.initial_state(1), None
    carried = lstm.cells(now[None])[1]
    for after in AFTER:
        if after:
            seen = transformer.see(torch.zeros(1, after, contest.task.inputs))
            kept = transformer.decoder(inputs_embeds=seen, use_cache=True).past_key_values

        def transformer_step(kept=kept, after=after) -> None:
            seen = transformer.see(now[None])
            found = transformer.decoder(inputs_embeds=seen, past_key_values=kept, use_cache=True)
            transformer.emit(found.last_hidden_state)
            found.past_key_values.crop(after)

        steps = {
            "machine": lambda: machine.step(state, now),
            "transformer": transformer_step,
            "lstm": lambda: lstm.emit(lstm.cells(now[None], carried)[0]),
        }
        times = {name: [] for name in steps}
        for _ in range(ROUNDS):
            for name, step in steps.items():
                times[name].append(taken(step))
        middle = {name: statistics.median(found) for name, found in times.items()}
        counted = {name: cost.multiply_adds(model, after + 1) for name, model in (("machine", machine), ("transformer", transformer), ("lstm", lstm))}
        for name in ("transformer", "lstm"):
            print(
                f"after {after} steps, {name} to machine: {middle[name] / middle['machine']:.2f} in time, "
                f"{counted[name] / counted['machine']:.2f} in multiply-adds"
            )


def taken(step) -> float:
    """Seconds of processor time of a step."""
    begun = time.process_time()
    for _ in range(REPEATS):
        step()
    return (time.process_time() - begun) / REPEATS


if __name__ == "__main__":
    main()
