"""The tracer on every family of the transformers library: exact, or refused with a reason. Nothing in between."""

import json
import re

import pytest
from transformers import logging

from .families import NAMES, RECORD, outcome

WRITTEN: dict[str, str] = json.loads(RECORD.read_text("utf8"))
NEEDS = "not made: it needs"  # a library that this project does without, but that someone may have
AGAIN = "If the library has changed, run: python -m tests.models.families, and read what differs."


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """What becomes of each family, here and now."""
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        return {name: outcome(name) for name in NAMES if not WRITTEN.get(name, "").startswith(NEEDS)}
    finally:
        logging.set_verbosity(before)


def test_nothing_is_silently_different(outcomes):
    assert {name: result for name, result in outcomes.items() if result.startswith("DIFFERENT")} == {}


def test_what_is_exact_and_what_is_refused_is_as_written_down(outcomes):
    """Why a model cannot be made is the library's wording, and not compared."""

    def compared(results: dict[str, str]) -> dict[str, str]:
        return {name: re.sub("^not made.*", "not made", results[name]) for name in outcomes}

    assert outcomes.keys() <= WRITTEN.keys(), AGAIN
    assert compared(outcomes) == compared(WRITTEN), AGAIN


@pytest.mark.parametrize(
    "family",
    [
        "albert",
        "apertus",
        "bart",
        "beit",
        "bert",
        "blenderbot",
        "camembert",
        "clip",
        "cohere",
        "cohere2",
        "deepseek_v3",
        "deit",
        "dinov2",
        "dinov3_vit",
        "distilbert",
        "electra",
        "gemma",
        "gemma2",
        "gemma3",
        "gemma3_text",
        "gpt2",
        "gpt_bigcode",
        "gpt_neox",
        "gpt_oss",
        "granite",
        "llama",
        "llama4",
        "m2m_100",
        "marian",
        "mbart",
        "mistral",
        "mixtral",
        "modernbert",
        "mt5",
        "nllb-moe",
        "olmo",
        "olmo2",
        "olmo3",
        "opt",
        "pegasus",
        "phi",
        "phi3",
        "qwen2",
        "qwen2_moe",
        "qwen2_vl",
        "qwen3",
        "qwen3_moe",
        "qwen3_next",
        "roberta",
        "smollm3",
        "starcoder2",
        "swin",
        "t5",
        "vit",
        "whisper",
        "xlm-roberta",
    ],
)
def test_families_that_everybody_knows_are_exact(family):
    assert re.match("exact(, bias|, sinks|, soft cap)?$", WRITTEN[family]), WRITTEN[family]
