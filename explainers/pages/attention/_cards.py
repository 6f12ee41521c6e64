"""What was measured of the translators when they were trained, as the pages on attention quote it."""

from explainers.kit.build import checkpoint


def of_seeds(metric: str, name: str = "translation") -> list[float]:
    """A metric of the model of each seed."""
    return checkpoint.read_card(name)["across_seeds"][metric]["seeds"]


def baseline(other: str, metric: str) -> float:
    """The same metric of another model, or of a guess."""
    return checkpoint.read_card("translation")["baselines"][other][metric]
