"""How the die gets its weights."""

import torch

from explainers.kit.build.checkpoint import save_checkpoint


def train() -> None:
    """Write the checkpoint."""
    card = {"task": "dice", "model": "six numbers", "seed": 0, "command": "python build_figures.py train dice"}
    card |= {
        "steps": 0,
        "sequences": 0,
        "cpu_seconds": 0.0,
        "threads": 1,
        "metrics": {},
        "across_seeds": {},
        "baselines": {},
    }
    generator = torch.Generator().manual_seed(0)
    save_checkpoint("dice", {"weight": torch.randn(6, 1, generator=generator)}, card)
