"""The browser reads the same numbers from a .safetensors file as Python does, and refuses a damaged one by name."""

import json

import pytest
import torch
from safetensors.torch import save


def test_every_half_precision_number(run_node, tmp_path):
    file = tmp_path / "halves.safetensors"
    halves = torch.arange(2**16).to(torch.uint16).view(torch.float16).reshape(256, 256)
    file.write_bytes(save({"halves": halves}, metadata={"made": "here"}))
    read = run_node("safetensors.mjs", file)["tensors"]["halves"]
    assert read["shape"] == [256, 256]
    found = torch.tensor([float(number) for number in read["data"]])
    torch.testing.assert_close(found, halves.flatten().float(), rtol=0, atol=0, equal_nan=True)


def test_names_shapes_and_single_precision(run_node, tmp_path):
    file = tmp_path / "mixed.safetensors"
    tensors = {"a.weight": torch.randn(3, 5, generator=torch.Generator().manual_seed(0)), "b": torch.tensor(0.5).half()}
    file.write_bytes(save(tensors))
    read = run_node("safetensors.mjs", file)["tensors"]
    assert read.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert read[name]["shape"] == list(tensor.shape)
        assert [float(number) for number in read[name]["data"]] == tensor.flatten().tolist()


WHOLE = save({"weight": torch.ones(4, 4), "bias": torch.zeros(4)})
HEADER_END = 8 + int.from_bytes(WHOLE[:8], "little")


def framed(header: bytes, numbers: bytes = b"") -> bytes:
    """A file with this header, right or wrong, in front of these bytes."""
    return len(header).to_bytes(8, "little") + header + numbers


ODD = {"weight": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}
DAMAGED = {
    "empty": (b"", "The file is cut short: it has 0 bytes."),
    "length only": (WHOLE[:8], "The file is cut short: it has 8 bytes."),
    "cut in the header": (WHOLE[: HEADER_END - 1], "The file is cut short: its header ends at byte"),
    "no numbers": (WHOLE[:HEADER_END], "The file is cut short: tensor"),
    "last byte missing": (WHOLE[:-1], "The file is cut short: tensor"),
    "a byte too many": (WHOLE + b"\0", "Not a safetensors file: its tensors take 80 bytes, 81 are there."),
    "web page": (b"<!doctype html><title>Not found</title>", "Not a safetensors file: it has no header."),
    "pickle": (b"\x80\x02}q\x00X\x06\x00\x00\x00weightq", "Not a safetensors file: it has no header."),
    "no JSON": (framed(b'{"weight":'), "Not a safetensors file: its header cannot be read"),
    "other JSON": (framed(b'{"weight": 1}'), "Tensor weight holds undefined; only F32 and F16 can be read."),
    "whole numbers": (save({"ids": torch.tensor([1])}), "Tensor ids holds I64; only F32 and F16 can be read."),
    "shape and size differ": (
        framed(json.dumps(ODD).encode(), bytes(4)),
        "Not a safetensors file: tensor weight of shape [2] cannot take 4 bytes.",
    ),
}


@pytest.mark.parametrize(("content", "message"), DAMAGED.values(), ids=DAMAGED)
def test_damage_is_named(run_node, tmp_path, content, message):
    file = tmp_path / "damaged.safetensors"
    file.write_bytes(content)
    assert run_node("safetensors.mjs", file)["error"].startswith(message)
