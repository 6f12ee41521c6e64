"""How fast Neural Turing Machines are trained here, against pytorch-ntm on the same machine.

Run as `python -m tests.benchmark_ntm PATH`, PATH being a checkout of pytorch-ntm (loudinthecloud/pytorch-ntm on GitHub). Both train on the
copy task, lengths 1 to 20, on one thread, each for SECONDS of processor time; ours also at the batch that its recipe takes. What is printed is
sequences a CPU second, and ratios.
"""

import argparse
import importlib
import random
import sys
import time
from pathlib import Path

import torch

from explainers.tasks import copy
from explainers.tasks.copy.train import TEACHING

SECONDS = 20


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="a checkout of pytorch-ntm")
    path = parser.parse_args().path
    if not (path / "ntm" / "aio.py").is_file():
        parser.error(f"{path}: no checkout of pytorch-ntm (ntm/aio.py is missing)")
    torch.set_num_threads(1)
    theirs = {batch: throughput(their_step(path, batch), batch) for batch in (1, 16)}
    ours = {f"{name}, batch 16": throughput(step, 16) for name, step in our_steps(16).items()}
    trained = copy.RECIPE.batch
    ours[f"compiled episodes, batch {trained}"] = throughput(our_steps(trained)["compiled episodes"], trained)
    for batch, speed in theirs.items():
        print(f"pytorch-ntm, batch {batch}: {speed:.1f} sequences a CPU second")
    for name, speed in ours.items():
        print(f"{name}: {speed:.0f} sequences a CPU second; {speed / theirs[1]:.0f} × and {speed / theirs[16]:.0f} × pytorch-ntm")


def throughput(step, batch: int) -> float:
    """Sequences a second of processor time."""
    for _ in range(3):
        step()
    begun, steps = time.process_time(), 0
    while time.process_time() - begun < SECONDS:
        step()
        steps += 1
    return steps * batch / (time.process_time() - begun)


def their_step(path: Path, batch: int):
    """One training step of pytorch-ntm at its own settings for the copy task: LSTM controller of 100, memory 128 x 20, RMSprop."""
    sys.path.insert(0, str(path))
    machine = importlib.import_module("ntm.aio").EncapsulatedNTM(9, 8, 100, 1, 1, 128, 20)
    optimizer = torch.optim.RMSprop(machine.parameters(), momentum=0.9, alpha=0.95, lr=1e-4)
    criterion = torch.nn.BCELoss()

    def step() -> None:
        length = random.randint(1, 20)
        inputs = torch.zeros(length + 1, batch, 9)
        inputs[:length, :, :8] = torch.randint(0, 2, (length, batch, 8)).float()
        inputs[length, :, 8] = 1
        optimizer.zero_grad()
        machine.init_sequence(batch)
        for now in inputs:
            machine(now)
        answer = torch.stack([machine()[0] for _ in range(length)])
        criterion(answer, inputs[:length, :, :8]).backward()
        for parameter in machine.parameters():
            parameter.grad.data.clamp_(-10, 10)
        optimizer.step()

    return step


def our_steps(batch: int) -> dict:
    """One training step of ours, with the readable machine and with the compiled one."""
    from explainers.models import ntm_fused
    from explainers.models.ntm import NeuralTuringMachine

    def step_of(predict):
        made = TEACHING.learning("benchmark", 0, copy.RECIPE, copy.build(0), predict)
        made.recipe = type(made.recipe)(batch=batch, rate=3e-3, clip=0.02, batches=10**9, levels=(20, 20))
        return made.one_batch

    return {"the reference": step_of(NeuralTuringMachine.predict), "compiled episodes": step_of(ntm_fused.predict)}


if __name__ == "__main__":
    main()
