"""The machines in Chromium give what they give in torch, over whole episodes; and they are quick enough to draw for."""

import pytest
import torch

from tests.episodes import EPISODES, declared

TOLERANCE = 1e-5
RUN = """async ({ name, locations, episodes }) => {
  const { Machine } = await import("../../assets/js/model/ntm.js");
  const { parseSafetensors } = await import("../../assets/js/model/safetensors.js");
  const weights = await (await fetch(`../../built/checkpoints/${name}.safetensors`)).arrayBuffer();
  const machine = new Machine(parseSafetensors(weights), { locations });
  return episodes.map((inputs) => machine.run(inputs).map((trace) => [
    ...trace.output, ...trace.addressing.flatMap(({ weighting }) => weighting),
  ]));
}"""


def test_no_task_is_left_out():
    assert set(EPISODES) == {task.name.partition("-")[0] for task in declared()}


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("task", EPISODES)
def test_whole_episodes(visit, task):
    """Outputs and weightings of all heads. In double precision: what is compared is the arithmetic."""
    machine, episodes = EPISODES[task]()
    machine = machine.double()
    page = visit().open("memory/results/")
    cases = {"name": task, "locations": machine.locations}
    found = page.evaluate(RUN, cases | {"episodes": [inputs.tolist() for inputs in episodes]})
    worst = 0.0
    for inputs, steps in zip(episodes, found, strict=True):
        outputs, trace = machine(inputs.double()[:, None])
        recorded = torch.cat([outputs[:, 0], trace.addressing.weighting[:, 0].flatten(1)], 1)
        worst = max(worst, float((torch.tensor(steps, dtype=torch.double) - recorded).abs().max()))
    print(f"\nmeasured: JavaScript memory machine in Chromium against torch, whole episodes of five tasks (trained machines): {worst:.1e}")
    assert worst <= TOLERANCE
