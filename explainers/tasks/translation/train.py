"""How the translators are trained, and what their cards say."""

import statistics
import time
from collections.abc import Sequence
from itertools import islice
from random import Random

import torch
from jaxtyping import Float
from torch import Tensor
from tqdm import tqdm
from transformers import MarianMTModel

from explainers.kit.build.checkpoint import save_checkpoint
from explainers.tasks.translation.grammar import PARTS, Sentence, sentences, stream
from explainers.tasks.translation.run import (
    BATCH,
    FEATURES,
    GUIDANCE,
    HEADS,
    LAYERS,
    LEARNING_RATE,
    PAD,
    SEEDS,
    STEPS,
    TEST_SEED,
    TEST_SENTENCES,
    VARIANTS,
    alignment_error_rate,
    build,
    encode,
    encode_targets,
    evaluate,
    pronoun_looks_at_noun,
    share,
    shifted,
    strongest_links,
)


def train_one(seed: int, heads: int = HEADS, steps: int = STEPS, guided: bool = True) -> tuple[MarianMTModel, dict]:
    """Train one model on one thread. The same seed gives the same weights to the byte.

    Args:
        guided: whether the decoder's cross-attention is told the word alignment (see `misalignment`).

    Returns:
        The model in eval mode, its weights rounded to numbers that float16 can hold, and a report: metrics and
        seconds of processor time.
    """
    threads, started = torch.get_num_threads(), time.process_time()
    torch.set_num_threads(1)
    try:
        title = f"translation, seed {seed}, heads {heads}{'' if guided else ', not guided'}"
        model = fit(build(seed, heads), Random(seed), steps, title, guided)
        seconds = time.process_time() - started
        return model, {"metrics": measure(model), "cpu_seconds": seconds}
    finally:
        torch.set_num_threads(threads)


def fit(model: MarianMTModel, random: Random, steps: int, title: str, guided: bool = True) -> MarianMTModel:
    """The training itself: AdamW, a short warm-up, then a straight line down to nothing; all by step count.

    The loss is the cross-entropy of the next French word and, if `guided`, GUIDANCE times that of the alignment.
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    drawn = stream(random, "train")
    bar = tqdm(range(steps), desc=title, unit="step", mininterval=1.0)
    for step in bar:
        rate = LEARNING_RATE * min(1, (step + 1) / 100, (steps - step) / (0.7 * steps))
        optimizer.param_groups[0]["lr"] = rate
        batch = list(islice(drawn, BATCH))
        source, target = encode([each.english for each in batch]), encode_targets([each.french for each in batch])
        result = model(input_ids=source, attention_mask=source != PAD, decoder_input_ids=shifted(target), output_attentions=True)
        loss = torch.nn.functional.cross_entropy(result.logits.flatten(0, 1), target.flatten(), ignore_index=PAD)
        if guided:
            loss = loss + GUIDANCE * misalignment(torch.stack(result.cross_attentions), batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 250 == 0:
            shares = evaluate(model, sentences(200, TEST_SEED - 1))
            bar.set_postfix(loss=f"{loss.item():.3f}", **{name: f"{share:.2f}" for name, share in shares.items()})
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half())
    return model.requires_grad_(False)


def misalignment(weights: Float[Tensor, "layer sentence head target source"], batch: Sequence[Sentence]) -> Float[Tensor, ""]:
    """Cross-entropy from the gold alignment to the heads' mean cross-attention, per French word, summed over layers.

    </s> belongs to </s>. Guided alignment, Chen et al. 2016 (arXiv 1607.01628). It tells the decoder where to read
    each word. So it suggests what the encoder should bring to that place, such as the gender of what "it" stands for. How
    to find that out it does not say: no attention of the encoder is told where to look.
    """
    links = [
        (row, word, source, 1 / len(sources))
        for row, sentence in enumerate(batch)
        for word, sources in enumerate([*sentence.alignment, (len(sentence.english),)])
        for source in sources
    ]
    rows, words, sources, shares = (torch.tensor(column) for column in zip(*links, strict=True))
    gold = torch.zeros_like(weights[0, :, 0]).index_put((rows, words, sources), shares)
    # A weight of 0 has no logarithm.
    return -(gold * (weights.mean(2) + 1e-6).log()).sum() / gold.sum()


def diagonal_links(tests: Sequence[Sentence]) -> list[list[int]]:
    """The control that links word t to word t."""
    return [[min(t, len(test.english) - 1) for t in range(len(test.french))] for test in tests]


def measure(model: MarianMTModel) -> dict[str, float]:
    """The metrics of the card, each over TEST_SENTENCES sentences that no training has seen."""
    unseen, adjectives, nouns = (sentences(TEST_SENTENCES, TEST_SEED, part) for part in PARTS[1:])
    seen_pairs, new_pairs = evaluate(model, unseen), evaluate(model, nouns)
    return {
        "exact_match": seen_pairs["exact_match"],
        "exact_match_held_out_adjectives": evaluate(model, adjectives)["exact_match"],
        "exact_match_held_out_nouns": new_pairs["exact_match"],
        "pronoun_gender": seen_pairs["pronoun_gender"],
        "pronoun_gender_held_out": new_pairs["pronoun_gender"],
        "alignment_error_rate": alignment_error_rate(strongest_links(model, unseen), unseen),
        "pronoun_looks_at_noun": pronoun_looks_at_noun(model, nouns),
    }


def baselines(heads: int) -> dict[str, dict[str, float]]:
    """What the metrics are worth: the same for guesses without a model, without training, and without guidance."""
    unseen, _, nouns = (sentences(TEST_SENTENCES, TEST_SEED, part) for part in PARTS[1:])
    contested = [test for test in nouns if test.contested]
    result = {
        "diagonal": {"alignment_error_rate": alignment_error_rate(diagonal_links(unseen), unseen)},
        "pronoun_means_subject": {"pronoun_gender_held_out": share([test.antecedent == test.subject for test in contested])},
        "random_initialised": measure(build(SEEDS[0], heads)),
    }
    if heads == HEADS:
        result["not_guided"] = train_one(SEEDS[0], heads, guided=False)[1]["metrics"]
    return result


def train() -> None:
    """Train all seeds, with four heads and with one; write weights and card of each, the published ones under the plain name.

    Every seed solves the task, but not all in the same way. We publish the one whose pronoun looks at its noun most
    directly, because that can be seen; each card has the metric for all seeds.
    """
    for name, heads in VARIANTS.items():
        reports = {seed: train_one(seed, heads) for seed in SEEDS}
        metrics = {seed: report["metrics"] for seed, (_, report) in reports.items()}
        shown = max(SEEDS, key=lambda seed: metrics[seed]["pronoun_looks_at_noun"])
        seeds = {metric: [metrics[seed][metric] for seed in SEEDS] for metric in metrics[shown]}
        across = {metric: {"mean": statistics.mean(values), "spread": max(values) - min(values), "seeds": values} for metric, values in seeds.items()}
        known = baselines(heads)
        for seed, (model, report) in reports.items():
            card = {
                "task": "translation",
                "model": f"Marian, {FEATURES} features, {LAYERS} + {LAYERS} layers, {heads} heads",
                "seed": seed,
                "command": "python build_figures.py train translation",
                "steps": STEPS,
                "sequences": STEPS * BATCH,
                "cpu_seconds": report["cpu_seconds"],
                "threads": 1,
                "metrics": report["metrics"],
                "across_seeds": across,
                "baselines": known,
            }
            save_checkpoint(name if seed == shown else f"{name}-seed_{seed}", {key: tensor.half() for key, tensor in model.state_dict().items()}, card)
