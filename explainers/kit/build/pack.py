"""Plain data and tensors as bytes, and back by their types: JSON by cattrs, tensors as safetensors. Nothing is ever unpickled."""

import json
from collections.abc import Mapping
from typing import Any, get_args, get_origin

import cattrs
import torch
from safetensors.torch import load, save
from torch import Tensor

DATA, TENSORS = "data.json", "tensors.safetensors"


def pack(value: object, kind: Any) -> dict[str, bytes]:
    """The files that hold a value.

    Args:
        value: of dataclasses, tuples, lists, dictionaries, numbers, words and tensors.
        kind: its type, as an annotation says it.

    Raises:
        cattrs.errors.BaseValidationError, TypeError: it holds something else.
    """
    tensors: dict[str, Tensor] = {}
    converter = _converter(tensors)
    plain = json.dumps(converter.unstructure(value, unstructure_as=kind), allow_nan=True)
    return {DATA: plain.encode(), TENSORS: save(tensors)}


def unpack(files: dict[str, bytes], kind: Any) -> object:
    """The value that these files hold."""
    return _converter(load(files[TENSORS])).structure(json.loads(files[DATA]), kind)


def _converter(tensors: dict[str, Tensor]) -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=False)

    def put(tensor: Tensor) -> str:
        name = str(len(tensors))
        tensors[name] = tensor.detach().clone().contiguous()
        return name

    def pairs(kind: Any):
        key, value = get_args(kind)
        return lambda mapping: [
            [converter.unstructure(one, unstructure_as=key), converter.unstructure(other, unstructure_as=value)] for one, other in mapping.items()
        ]

    def mapped(kind: Any):
        key, value = get_args(kind)
        return lambda found, _: {converter.structure(one, key): converter.structure(other, value) for one, other in found}

    converter.register_unstructure_hook_func(is_tensor, put)
    converter.register_structure_hook_func(is_tensor, lambda name, _: tensors[name])
    converter.register_unstructure_hook_factory(is_mapping, pairs)
    converter.register_structure_hook_factory(is_mapping, mapped)
    return converter


def is_tensor(kind: Any) -> bool:
    """Whether an annotation is a tensor's, with a shape (jaxtyping) or without."""
    return isinstance(kind, type) and (issubclass(kind, Tensor) or issubclass(getattr(kind, "array_type", int), torch.Tensor))


def is_mapping(kind: Any) -> bool:
    """Whether an annotation is a dictionary's, with its types."""
    return isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping)
