"""Trained weights as `.safetensors`, and beside them a card that says how they came about.

The name is the wiring: `<task>.safetensors`, or `<task>-<variant>.safetensors`, belongs to `explainers/tasks/<task>/`.
Nothing is ever unpickled.
"""

import contextlib
import difflib
import json
import platform
import re
from collections.abc import Iterator
from contextvars import ContextVar
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, sha256, shown, write_whole

if TYPE_CHECKING:  # looking up what is stale takes less time than loading it
    import numpy as np

FOLDER = ROOT / "explainers" / "checkpoints"
SUMS = FOLDER / "cards.sha256"
LIBRARIES = ("torch", "transformers", "numpy", "safetensors")
CARD_FIELDS = (
    "task", "model", "seed", "command", "steps", "sequences", "cpu_seconds", "threads",
    "metrics", "across_seeds", "baselines", "sha256", "versions",
)  # fmt: skip


def weights_path(name: str) -> Path:
    """Where the weights of this checkpoint lie."""
    return FOLDER / f"{name}.safetensors"


def card_path(name: str) -> Path:
    """Where the card of this checkpoint lies."""
    return FOLDER / f"{name}.json"


def save_checkpoint(name: str, tensors: dict, card: dict) -> None:
    """Write weights and card. The digest and the library versions are filled in here.

    Args:
        name: `<task>` or `<task>-<variant>`.
        tensors: name → torch.Tensor, as `state_dict()` gives them.
        card: every field of the card but `sha256` and `versions`.

    Raises:
        Mistake: a field of the card is missing or unknown, or the folder cannot be written.
    """
    from safetensors.torch import save

    content = save({key: tensor.detach().contiguous().cpu() for key, tensor in sorted(tensors.items())})
    versions = {"python": platform.python_version()} | {library: metadata.version(library) for library in LIBRARIES}
    whole = card | {"sha256": sha256(content), "versions": versions}
    wrong = set(whole) ^ set(CARD_FIELDS)
    if wrong:
        raise Mistake(f"The card of checkpoint {name} has missing or unknown fields: {', '.join(sorted(wrong))}.")
    ordered = {field: whole[field] for field in CARD_FIELDS}
    written = (json.dumps(ordered, indent=1, allow_nan=False) + "\n").encode()
    write_whole(weights_path(name), content)
    write_whole(card_path(name), written)
    sums = {card: digest for card, digest in card_sums().items() if card_path(card).is_file()} | {name: sha256(written)}
    write_whole(SUMS, "".join(f"{digest}  {card}.json\n" for card, digest in sorted(sums.items())).encode())


def card_sums() -> dict[str, str]:
    """The digests of the cards as training wrote them."""
    return {name: digest for digest, name in re.findall(r"^(\w{64})  (\S+)\.json$", SUMS.read_text("utf8") if SUMS.is_file() else "", re.M)}


_OBSERVERS: ContextVar[tuple[dict[str, str], ...]] = ContextVar("observers", default=())
_UNTRAINED: ContextVar[bool] = ContextVar("untrained", default=False)
_DAMAGED: ContextVar[int] = ContextVar("damaged", default=0)
MEASURED = ("sequences", "cpu_seconds", "metrics", "across_seeds", "baselines")  # the fields of a card that hold what was measured


@contextlib.contextmanager
def observed() -> Iterator[dict[str, str]]:
    """What checkpoints are read meanwhile: name → the digest of the weights."""
    used: dict[str, str] = {}
    token = _OBSERVERS.set((*_OBSERVERS.get(), used))
    try:
        yield used
    finally:
        _OBSERVERS.reset(token)


def note(used: dict[str, str]) -> None:
    """Tell everybody who observes that these checkpoints were read, now or when a record was made."""
    for observer in _OBSERVERS.get():
        observer |= used


def learned() -> bool:
    """Whether models get what they have learned: not while `untrained` holds."""
    return not _UNTRAINED.get()


@contextlib.contextmanager
def untrained() -> Iterator[None]:
    """Meanwhile every model keeps the random weights that it was made with: the control of what a model has learned."""
    token = _UNTRAINED.set(True)
    try:
        yield
    finally:
        _UNTRAINED.reset(token)


@contextlib.contextmanager
def damaged(number: int = 1) -> Iterator[None]:
    """Meanwhile every number that was measured, on cards and in curves, is another one: what is said of it must change with it.

    Args:
        number: of the damage; another one, other numbers.
    """
    token = _DAMAGED.set(number)
    try:
        yield
    finally:
        _DAMAGED.reset(token)


def moved(value, random: "np.random.Generator"):
    """The same with every number multiplied by another factor, between a seventh and seven."""
    import numpy as np

    if isinstance(value, dict):
        return {name: moved(each, random) for name, each in value.items()}
    if isinstance(value, list):
        return [moved(each, random) for each in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return type(value)((value + isinstance(value, int)) * np.exp(random.uniform(-2, 2)) + (value == 0))
    return value


def damage(name: str) -> "np.random.Generator":
    """What a checkpoint's numbers are damaged with."""
    import numpy as np

    return np.random.default_rng([_DAMAGED.get(), *name.encode()])


def damaged_tensor(tensor, random: "np.random.Generator"):
    """A tensor of other numbers, all of them together much larger or smaller: a curve that fell may now stay high, and the other way round.

    Whole numbers are places, and -1 says that there is none: each now says so by the toss of a coin.
    """
    import numpy as np
    import torch

    factors = np.exp(random.uniform(-9, 3) + random.uniform(-2, 2, tensor.shape))
    moved = ((tensor + 1) * torch.as_tensor(factors)).to(tensor)
    none = torch.as_tensor(random.random(tensor.shape) < 0.5)
    return moved if tensor.is_floating_point() else torch.where(none, -1, moved)


def read_card(name: str) -> dict:
    """The card of a checkpoint.

    Raises:
        Mistake: there is no such card (the nearest name is offered), or it is no card.
    """
    path = card_path(name)
    if not path.is_file():
        known = sorted(file.stem for file in FOLDER.glob("*.json"))
        near = difflib.get_close_matches(name, known, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise Mistake(f"{shown(path)}: there is no card of this name.{hint} `python build_figures.py train {name.split('-')[0]}` makes it.")
    content = path.read_bytes()
    try:
        card = json.loads(content)
    except ValueError as error:
        raise Mistake(f"{shown(path)}: this card is not JSON ({error}).") from error
    missing = set(CARD_FIELDS) - set(card)
    if missing:
        raise Mistake(f"{shown(path)}: this card lacks {', '.join(sorted(missing))}.")
    if card_sums().get(name) != sha256(content):
        raise Mistake(
            f"{shown(path)}: this card is not the one that training wrote: {shown(SUMS)} has another digest. "
            f"`git checkout -- {shown(path)}` brings it back; `python build_figures.py train {card['task']}` makes it anew."
        )
    note({name: card["sha256"]})
    if _DAMAGED.get():
        return card | moved({field: card[field] for field in MEASURED}, damage(name))
    return card


def load_checkpoint(name: str) -> dict:
    """The weights of a checkpoint, verified against the digest on its card: name → torch.Tensor.

    Raises:
        Mistake: weights or card missing, truncated, changed by so much as a bit, or not in the safetensors format.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    path, card = weights_path(name), read_card(name)
    repair = f"`git checkout -- {shown(path)}` brings it back; `python build_figures.py train {card['task']}` makes it anew."
    if not path.is_file():
        raise Mistake(f"{shown(path)}: the weights are missing. {repair}")
    content = path.read_bytes()
    if sha256(content) != card["sha256"]:
        raise Mistake(f"{shown(path)}: the weights are not those of the card (sha256 {sha256(content)[:12]}… instead of {card['sha256'][:12]}…). {repair}")
    try:
        tensors = load(content)
        if not _DAMAGED.get():
            return tensors
        random = damage(name)  # drawn in the order of the names: the library's own differs from call to call
        return {key: damaged_tensor(tensor, random) for key, tensor in sorted(tensors.items())}
    except SafetensorError as error:
        raise Mistake(f"{shown(path)}: not a safetensors file ({error}); other formats are never read. {repair}") from error


def fill(module, name: str):
    """Load a checkpoint into a torch module of the same shape, in eval mode, without gradients. Returns the module.

    Where `untrained` holds, the module keeps the weights that it has.

    Raises:
        Mistake: the checkpoint is damaged, or its tensors are not this module's (the first difference is named).
    """
    tensors, own = load_checkpoint(name), module.state_dict()
    for key in sorted(set(tensors) ^ set(own)):
        raise Mistake(f"{shown(weights_path(name))}: tensor {key} is {'unknown to' if key in tensors else 'missing for'} {type(module).__name__}.")
    for key, tensor in tensors.items():
        if tensor.shape != own[key].shape:
            raise Mistake(f"{shown(weights_path(name))}: tensor {key} has shape {tuple(tensor.shape)}, {type(module).__name__} wants {tuple(own[key].shape)}.")
    if not learned():
        return module.eval().requires_grad_(False)
    module.load_state_dict({key: tensor.to(own[key].dtype) for key, tensor in tensors.items()})
    return module.eval().requires_grad_(False)
