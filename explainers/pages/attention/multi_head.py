"""Multi-head attention, step by step: several looks at one sentence, and what becomes of them."""

from collections.abc import Callable

import plotly.graph_objects as go
import torch

from explainers.kit.build.finding import Finding, Measured, alike, count, exactly, largest, mean, smallest
from explainers.kit.build.marks import fact, figure, finding, invariant, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import browser, draw, plot, theme
from explainers.pages.attention._cards import of_seeds
from explainers.pages.attention._live import live_model
from explainers.studies import heads as study
from explainers.studies import one_head, patterns
from explainers.studies.heads import NAMED, ONE_HEAD, TESTED, Heads, Place, label
from explainers.tasks import translation

MILLIONTH = 1e-6
END, SUBJECT = (list(patterns.PATTERNS).index(name) for name in ("full stop and end", "main verb → its subject"))


def subject(trial: Trial = PUBLISHED) -> Heads:
    """The sentence of the page before, its heads, and the measurements over many sentences."""
    return study.all_heads(trial)


@figure(live="head-grid")
def all_heads(heads: Heads) -> go.Figure:
    """All heads of the encoder at once, after training, for the sentence about the tired animal. Rows are the words that look, columns the words that are looked at, in the order of the sentence. The brighter a cell, the larger the weight; hatched cells are padding."""
    panels = [plot.heat(head, 150, untitled="xy", unlabelled="xy") for head in study.weights(heads)]
    return browser.with_live(
        draw.panels(panels, 4, 2),
        **live_model(heads.story),
        intact=heads.intact,
        ablations={f"{layer},{head}": result for (layer, head), result in heads.silenced.items()},
        names={f"{layer},{head}": heads.name(layer, head) for layer, head in heads.places},
        tested=TESTED,
        stepper="../dot_product/",
    )


@figure
def what_heads_do(heads: Heads) -> go.Figure:
    """How much of its weight each head puts where a pattern wants it, over many sentences: after training, and the same heads before it."""
    return draw.panels([plot.heat(model, 200, scale=True) for model in study.followed(heads)])


@figure
def from_heads_to_result(heads: Heads) -> go.Figure:
    """The outputs of the heads of one layer, the same numbers side by side, and what the output projection makes of them."""
    panels = [plot.heat(head, 200, untitled="x", unlabelled="y" if number else "") for number, head in enumerate(study.outputs(heads))]
    panels += [plot.heat(study.joined(heads, which=which), 200, span=2, scale=True) for which in ("concatenated", "result")]
    return draw.panels(panels, 4, 2)


@figure
def shares(heads: Heads) -> go.Figure:
    """What each head of one layer contributes to the layer's result for “it”. The rows of the heads and the bias add up to the last row."""
    return draw.panels([plot.heat(study.parts_of_it(heads), 150, scale=True)])


@figure
def silenced(heads: Heads) -> go.Figure:
    """The output of one head of the encoder at a time is set to zero, and sentences with noun pairs that never met in training are translated again."""
    found = study.right_when_silenced(heads)
    colours = {"exact_match": theme.MODEL, "pronoun_gender": theme.CONTROL}
    return draw.panels([plot.bars(found.sel(measure=measure), colours=colour) for measure, colour in colours.items()], 2)


@figure
def one_or_four(heads: Heads) -> go.Figure:
    """What one head and four heads get wrong, with equally many parameters. Bars are means over the seeds, lines go from the lowest to the highest."""
    colours = {"four heads": theme.MODEL, "one head": theme.CONTROL}
    return draw.panels([plot.bars(study.wrong_with_one_or_four(), 180, by="learner", over="seed", colours=colours)])


def right(result: dict[str, float], what: str) -> Measured:
    """Which part of the sentences or of the contested pronouns came out right, in percent."""
    return Measured(100 * result[what], "share", {"exact_match": "sentences", "pronoun_gender": "contested pronouns"}[what])


def pronouns(result: dict[str, float]) -> Measured:
    """Contested pronouns with the right gender, in percent."""
    return right(result, "pronoun_gender")


def translated(result: dict[str, float]) -> Measured:
    """Sentences translated exactly, in percent."""
    return right(result, "exact_match")


def weight(part: float) -> Measured:
    """A head's share of a pattern, in percent: the mean weight over all words that the pattern is about."""
    return Measured(100 * part, "mean", "words that the pattern is about")


def silenced_with(extreme: Callable, results: dict[Place, dict[str, float]], what: str) -> str:
    """The head whose silencing leaves the least or the most of this right, as layer.head; the heads, if several leave as much."""
    left = extreme(result[what] for result in results.values())
    return " or ".join(label(place) for place, result in results.items() if result[what] == left)


def percent_of_seeds(metric: str, name: str = "translation") -> list[float]:
    """A metric of the model of each seed, in percent."""
    return [100 * value for value in of_seeds(metric, name)]


sentences_measured = setting("Over how many sentences the heads were named.", lambda: patterns.SENTENCES)
sentences_translated = setting("How many sentences were translated with each head silenced.", lambda: TESTED)
seeds = setting("From how many seeds each of the two was trained.", lambda: len(translation.SEEDS))
heads_in_a_layer = setting("How many heads a layer has.", lambda: translation.HEADS)
layers = setting("How many layers the encoder has.", lambda: translation.LAYERS)
size = setting("How many numbers a query, a key and a value of one head have.", one_head.head_size)

named_heads = fact(
    "How many heads put more than half of their weight where one pattern says.",
    lambda heads: count([heads.share(*place) > NAMED for place in heads.places], over="heads"),
)
clearest = fact("The head whose pattern has grown most in training, as layer.head.", lambda heads: label(heads.ranked[0]))
clearest_name = fact("The pattern of that head.", lambda heads: heads.name(*heads.ranked[0]))
clearest_share = fact("How much of its weight it puts there, in percent.", lambda heads: weight(heads.share(*heads.ranked[0])))
clearest_share_untrained = fact(
    "How much the same head put there before its first training step, in percent.",
    lambda heads: weight(heads.share_untrained(*heads.ranked[0])),
)
second = fact("The head that comes next, as layer.head.", lambda heads: label(heads.ranked[1]))
second_name = fact("The pattern of that head.", lambda heads: heads.name(*heads.ranked[1]))
second_share = fact("How much of its weight it puts there, in percent.", lambda heads: weight(heads.share(*heads.ranked[1])))
second_share_untrained = fact(
    "How much the same head put there before its first training step, in percent.",
    lambda heads: weight(heads.share_untrained(*heads.ranked[1])),
)
third = fact("The head that comes third, as layer.head.", lambda heads: label(heads.ranked[2]))
third_share = fact("How much of its weight it puts where its pattern says, in percent.", lambda heads: weight(heads.share(*heads.ranked[2])))
most_end_untrained = fact(
    "The largest share of any head for the full stop and the end of the sentence before training, in percent.",
    lambda heads: largest(100 * heads.untrained[END], over="heads"),
)
least_end_untrained = fact("The smallest such share, in percent.", lambda heads: smallest(100 * heads.untrained[END], over="heads"))
subject_share = fact(
    "The largest share of any head for the pattern from the main verb to its subject, in percent.",
    lambda heads: largest(100 * heads.trained[SUBJECT], over="heads"),
)
subject_share_untrained = fact("The same before training, in percent.", lambda heads: largest(100 * heads.untrained[SUBJECT], over="heads"))
even_end = fact(
    "What a head would give to these two places if it looked at all places alike, a mean over the words, in percent.",
    lambda heads: mean([100 * 2 / (length + 1) for length in heads.lengths.tolist() for _ in range(length)], over="words"),
)
most_missed = fact(
    "The head whose silencing costs most sentences, as layer.head, or the heads if several cost as many.",
    lambda heads: silenced_with(min, heads.silenced, "exact_match"),
)
least_missed = fact(
    "The head whose silencing costs fewest sentences, as layer.head, or the heads if several cost as few.",
    lambda heads: silenced_with(max, heads.silenced, "exact_match"),
)
pronouns_without_most_missed = fact(
    "Without that head: contested pronouns with the right gender, in percent.", lambda heads: pronouns(heads.silenced[heads.most_missed])
)
pronouns_intact = fact("With all heads: contested pronouns with the right gender, in percent.", lambda heads: pronouns(heads.intact))
clearest_silenced = fact(
    "Sentences translated exactly without the head whose pattern is clearest, in percent.",
    lambda heads: translated(heads.silenced[heads.clearest]),
)
pronouns_without_clearest = fact(
    "Without that head: contested pronouns with the right gender, in percent.", lambda heads: pronouns(heads.silenced[heads.clearest])
)
partner = fact(
    "The head of the same layer that is missed most if it is silenced together with that one, as layer.head, or the heads if several are.",
    lambda heads: silenced_with(min, heads.paired, "pronoun_gender"),
)
pronouns_without_partner = fact(
    "Without that other head alone: contested pronouns with the right gender, in percent.",
    lambda heads: pronouns(heads.silenced[heads.partner]),
)
pronouns_without_both = fact("Without the two: contested pronouns with the right gender, in percent.", lambda heads: pronouns(heads.paired[heads.partner]))
pronouns_without_other_pair = fact(
    "Without the clearest head and another, the pair that is missed most after that one: contested pronouns with the right gender, in percent.",
    lambda heads: smallest([pronouns(result) for place, result in heads.paired.items() if place != heads.partner], over="other pairs"),
)
intact_percent = fact("Sentences translated exactly with all heads, in percent.", lambda heads: translated(heads.intact))
most_missed_percent = fact(
    "Sentences translated exactly without the head that is missed most, in percent.",
    lambda heads: translated(heads.silenced[heads.most_missed]),
)
least_missed_percent = fact(
    "Sentences translated exactly without one of the heads that are missed least, in percent.",
    lambda heads: largest(map(translated, heads.silenced.values()), over="shares, one for each silenced head"),
)
pronouns_four_heads = fact(
    "Mean over seeds with four heads: the French pronoun right for new noun pairs, in percent.",
    lambda heads: mean(percent_of_seeds("pronoun_gender_held_out"), over="seeds"),
)
pronouns_one_head = fact(
    "Mean over seeds with one head: the French pronoun right for new noun pairs, in percent.",
    lambda heads: mean(percent_of_seeds("pronoun_gender_held_out", ONE_HEAD), over="seeds"),
)
worst_four_heads = fact("The same, the worst seed with four heads.", lambda heads: smallest(percent_of_seeds("pronoun_gender_held_out"), over="seeds"))
best_one_head = fact("The same, the best seed with one head.", lambda heads: largest(percent_of_seeds("pronoun_gender_held_out", ONE_HEAD), over="seeds"))
ordinary_four_heads = fact(
    "Mean over seeds with four heads: ordinary sentences translated exactly, in percent.",
    lambda heads: mean(percent_of_seeds("exact_match"), over="seeds"),
)
ordinary_one_head = fact(
    "Mean over seeds with one head: ordinary sentences translated exactly, in percent.",
    lambda heads: mean(percent_of_seeds("exact_match", ONE_HEAD), over="seeds"),
)


@invariant
def shares_add_up(heads: Heads) -> bool:
    """The shares of the heads and the bias add up to the result, for every word and every feature."""
    return all(
        torch.allclose(ours.shares.sum(0) + learned.b_output, ours.result, rtol=0, atol=1e-5)
        for ours, learned in zip(heads.layers, heads.story.projections, strict=True)
    )


@invariant
def agrees_with_the_library(heads: Heads) -> Finding:
    """The listing gives what the transformers library computes, within a millionth, in every layer of the encoder."""
    layers = enumerate(zip(heads.layers, heads.story.tired.encoder, strict=True), 1)
    return alike(
        (
            pair
            for layer, (ours, trace) in layers
            for pair in (
                (f"weights of layer {layer}", ours.heads.weights, trace.weights[0]),
                (f"result of layer {layer}", ours.result, trace.output[0]),
            )
        ),
        MILLIONTH,
    )


@invariant
def agrees_with_torch(heads: Heads) -> Finding:
    """With the same weights, torch.nn.MultiheadAttention gives the same result, within a millionth."""
    results = enumerate(ours.result for ours in heads.layers)
    return alike(((f"layer {layer + 1}", ours, study.in_torch(heads.story, layer)) for layer, ours in results), MILLIONTH)


@finding
def training_makes_the_heads_differ(heads: Heads) -> Finding:
    """Before training, none of these heads followed any of the patterns half as clearly as the clearest head does now."""
    return largest(heads.untrained, over="heads and patterns") < float(heads.trained.max()) / 2


@finding
def stand_in_for_each_other(heads: Heads) -> Finding:
    """Without both, more pronouns are lost than without the one and without the other added up. With any other head of that layer as the second, that surplus is less than half as large."""
    surplus = heads.lost_on_top(heads.partner)
    others = [heads.lost_on_top(place) for place in heads.paired if place != heads.partner]
    return exactly(surplus > 0) & (largest(others, over="other heads of the layer") < surplus / 2)


@invariant
def numbers_mean_nothing(heads: Heads) -> bool:
    """Put a layer's heads into another order, each with its piece of the output projection, and the layer's result stays the same."""
    return all(torch.allclose(study.reversed_heads(heads.story, layer), ours.result, rtol=0, atol=1e-5) for layer, ours in enumerate(heads.layers))


@invariant
def heads_cost_nothing(heads: Heads) -> bool:
    """The model with one head a layer has exactly as many parameters as the model with four."""
    models = [translation.build(0, heads) for heads in translation.VARIANTS.values()]
    counts = {sum(parameter.numel() for parameter in model.parameters()) for model in models}
    widths = {model.config.encoder_attention_heads for model in models}
    return len(counts) == 1 and len(widths) == 2
