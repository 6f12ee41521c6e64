"""Scaled dot-product attention, step by step, in the encoder of a trained translation model."""

import math

import plotly.graph_objects as go
import torch
from transformers.modeling_outputs import BaseModelOutput

from explainers.kit.build import checkpoint
from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.figure import browser, draw, theme
from explainers.pages.attention._live import live_model
from explainers.studies.antecedent import (
    LENGTH,
    Story,
    change,
    change_in,
    stepwise,
    two_endings,
    untrained,
)
from explainers.tasks import translation

MILLIONTH = 1e-6
DROPOUT = 0.5
LOW, HIGH = 0.0, 2.0  # the two scores that the page turns into weights by hand


def subject() -> Story:
    """The sentence about the tired animal, and the one about the wide street."""
    return two_endings()


@figure(live="antecedent-lens")
def antecedent(story: Story) -> go.Figure:
    """What does “it” mean? How much weight “it” gives to every word, in one attention head of the model. One word at the end of the sentence decides."""
    runs = {"tired": story.tired, "wide": story.wide}
    shown = {name: [word for word in run.words if word != "<pad>"] for name, run in runs.items()}
    rows = {name: story.row(run)[: len(shown[name])] for name, run in runs.items()}
    panels = [
        draw.Panel(
            f"… it was too {name}: the model writes “{pronoun(run)}”",
            [draw.bars(shown[name], rows[name], "", theme.MODEL)],
            y="weight",
            height=120,
            axes={"y": {"range": [0, 1]}},
        )
        for name, run in runs.items()
    ]
    return browser.with_live(
        draw.panels(panels),
        words=shown,
        weights={name: browser.array(row)["data"] for name, row in rows.items()},
        translation={name: list(run.translation[:-1]) for name, run in runs.items()},
        layer=story.layer,
        head=story.head,
        query=story.it,
    )


@figure(live="attention-stepper")
def steps(story: Story) -> go.Figure:
    """From X to the head's output: every value of one head of the trained encoder, step by step."""
    trace, head = story.tired.encoder[story.layer], story.head
    words = list(story.tired.words)
    ours = stepwise(story)
    blank = [""] * ours.query.shape[1]
    forbidden = trace.mask[0, head]

    def features(title: str, values) -> draw.Panel:
        return draw.Panel(
            title, draw.values(values, words, [""] * values.shape[1]), x="feature", height=200, scale=True
        )

    def compared(title: str, traces: list) -> draw.Panel:
        return draw.Panel(title, traces, x="key word", y="query word", height=230, scale=True)

    limit = float(ours.scores.abs().max())
    panels = [
        features("① X", trace.input[0]),
        features("② query Q", ours.query),
        features("② key K", ours.key),
        features("② value V", ours.value),
        compared("③ scores QKᵀ", draw.values(ours.scores, words, words, limit)),
        compared("④ scores ÷ √d<sub>k</sub>", draw.values(ours.scaled, words, words, limit)),
        compared("⑤ after the mask", draw.values(ours.scaled, words, words, limit, masked=forbidden)),
        compared("⑥ softmax: weights", draw.weights(ours.weights, words, words, forbidden)),
        draw.Panel(
            "⑦ output: weights · V", draw.values(ours.output, words, blank), x="feature", height=200, scale=True
        ),
    ]
    return browser.with_live(draw.panels(panels, 2), **live_model(story))


@figure
def scaling(story: Story) -> go.Figure:
    """The weights of one word with the division by √dₖ, and without it. Of all words, it is the one whose largest weight grows most."""
    words = [word for word in story.tired.words if word != "<pad>"]
    place = most_changed(story)
    divided, undivided = (stepwise(story, scale).weights[place, : len(words)] for scale in (1, root(story)))
    panel = draw.Panel(
        f"From “{words[place]}” to every word",
        [
            draw.bars(words, divided, "divided by √dₖ", theme.MODEL),
            draw.bars(words, undivided, "not divided", theme.CONTROL),
        ],
        y="weight",
        height=170,
        axes={"y": {"range": [0, 1]}},
    )
    return draw.panels([panel])


def most_changed(story: Story) -> int:
    """The place of the word whose largest weight grows most when the scores are not divided."""
    gain = stepwise(story, root(story)).weights.amax(-1) - stepwise(story).weights.amax(-1)
    return int(gain[: story.tired.words.index("</s>")].argmax())


@figure
def what_layer_one_did(story: Story) -> go.Figure:
    """How much of each word's X changes when “tired” becomes “wide”: the length of the change, divided by the length of the vector."""
    words = [word for word in story.tired.words if word != "<pad>"]
    words[story.ending] = "tired/wide"
    panels = [
        draw.Panel(
            title,
            [draw.bars(words, change(story, layer)[: len(words)], "", theme.MODEL)],
            y="change",
            height=110,
            axes={"y": {"range": [0, 1.2]}},
        )
        for layer, title in enumerate(("X of layer 1: the word and its place", "X of layer 2: what layer 1 made of it"))
    ]
    return draw.panels(panels)


@figure
def told_or_not(story: Story) -> go.Figure:
    """Left: how often each model gets the French pronoun right. Right: the mean weight from the pronoun to its noun, in the head of the encoder where it is largest. “Told” and “not told”: was the decoder told where to read?"""
    card = checkpoint.read_card("translation")
    others = {"not told": card["baselines"]["not_guided"], "never trained": card["baselines"]["random_initialised"]}
    seeds = [f"told, seed {seed}" for seed in translation.SEEDS]
    shown = translation.SEEDS.index(card["seed"])
    seeds[shown] += " (shown)"
    labels = seeds + [f"{name}, seed {translation.SEEDS[0]}" for name in others]

    def panel(title: str, metric: str, unit: str, colour: theme.Colour, scale: float) -> draw.Panel:
        values = [*card["across_seeds"][metric]["seeds"], *(other[metric] for other in others.values())]
        bars = draw.bars(labels, [scale * value for value in values], "", colour)
        return draw.Panel(title, [bars], y=unit, height=140, axes={"y": {"range": [0, scale]}})

    panels = [
        panel("French pronoun right", "pronoun_gender_held_out", "percent", theme.CONTROL, 100),
        panel("From the pronoun to its noun", "pronoun_looks_at_noun", "mean weight", theme.MODEL, 1),
    ]
    return draw.panels(panels, 2)


@figure
def value_lengths(story: Story) -> go.Figure:
    """What “it” takes: the weight of each word, the length of the word's value, and the two multiplied."""
    words = [word for word in story.tired.words if word != "<pad>"]
    weights, lengths = story.row(story.tired)[: len(words)], value_length(story)
    panels = [
        draw.Panel("weight", [draw.bars(words, weights, "", theme.MODEL)], height=80),
        draw.Panel("length of the value", [draw.bars(words, lengths, "", theme.VALUE)], height=80),
        draw.Panel("weight × length", [draw.bars(words, weights * lengths, "", theme.VALUE)], height=80),
    ]
    return draw.panels(panels)


def value_length(story: Story) -> torch.Tensor:
    """The length of each word's value in the chosen head, padding left out: `[word]`."""
    return stepwise(story).value[~story.tired.padding].norm(dim=-1)


@figure
def causal_mask(story: Story) -> go.Figure:
    """The other mask: a word of the translation (a row) sees itself and the words before it, never the ones that come after."""
    trace = story.tired.decoder[0]
    words = list(story.tired.fed)
    panels = [
        draw.Panel(
            f"Decoder, layer 1, head {head + 1}",
            draw.weights(trace.weights[0, head], words, words, trace.mask[0, head]),
            x="key word",
            y="query word",
            height=240,
            scale=head == 1,
        )
        for head in range(2)
    ]
    return draw.panels(panels, 2)


def spelled(run: translation.Run) -> str:
    """The model's translation as French is written: no space after an apostrophe, none before the full stop."""
    return " ".join(run.translation[:-1]).replace("' ", "'").replace(" .", ".")


def pronoun(run: translation.Run) -> str:
    """The French word for *it* in the model's own translation: il or elle."""
    return next(word for word in run.translation if word in ("il", "elle"))


@fact
def layer(story: Story) -> int:
    """The layer of the head that the page looks at, counted from one."""
    return story.layer + 1


@fact
def head(story: Story) -> int:
    """The head that the page looks at, counted from one."""
    return story.head + 1


@fact
def width(story: Story) -> int:
    """How many numbers stand for a word."""
    return story.tired.encoder[0].input.shape[-1]


@fact
def head_size(story: Story) -> int:
    """d_k: how many numbers a query, a key and a value of one head have."""
    return story.tired.encoder[0].query.shape[-1]


@fact
def root(story: Story) -> float:
    """The square root of d_k."""
    return math.sqrt(head_size(story))


@fact
def parameters(story: Story) -> int:
    """How many numbers training set. The numbers that stand for the places are fixed, so they are not counted."""
    return sum(parameter.numel() for parameter in untrained().parameters() if parameter.requires_grad)


@fact
def to_animal_when_tired(story: Story) -> float:
    """The weight from “it” to “animal” when the sentence ends with “tired”."""
    return story.row(story.tired)[story.animal]


@fact
def to_street_when_tired(story: Story) -> float:
    """The weight from “it” to “street” when the sentence ends with “tired”."""
    return story.row(story.tired)[story.street]


@fact
def to_animal_when_wide(story: Story) -> float:
    """The weight from “it” to “animal” when the sentence ends with “wide”."""
    return story.row(story.wide)[story.animal]


@fact
def to_street_when_wide(story: Story) -> float:
    """The weight from “it” to “street” when the sentence ends with “wide”."""
    return story.row(story.wide)[story.street]


@fact
def score(story: Story) -> float:
    """The dot product of the query of “it” and the key of “animal”."""
    return stepwise(story).scores[story.it, story.animal]


@fact
def scaled_score(story: Story) -> float:
    """That dot product divided by the square root of d_k."""
    return stepwise(story).scaled[story.it, story.animal]


@fact
def score_when_wide(story: Story) -> float:
    """The dot product of the query of “it” and the key of “animal” when the sentence ends with “wide”."""
    return story.wide.encoder[story.layer].scores[0, story.head, story.it, story.animal]


@fact
def score_back(story: Story) -> float:
    """The dot product the other way round: of the query of “animal” and the key of “it”."""
    return stepwise(story).scores[story.animal, story.it]


@fact
def back_to_it(story: Story) -> float:
    """The weight from “animal” to “it”."""
    return stepwise(story).weights[story.animal, story.it]


@fact
def power(story: Story) -> float:
    """e to the power of the scaled score of “it” and “animal”."""
    return powers(story)[story.animal]


@fact
def sum_of_powers(story: Story) -> float:
    """The sum of such powers over all words that “it” may look at."""
    return powers(story).sum()


def powers(story: Story) -> torch.Tensor:
    """e to the power of each score of “it”, 0 where it may not look: `[word]`."""
    return stepwise(story).masked[story.it].exp()


@fact
def second_word(story: Story) -> str:
    """The word that gets the second largest weight of “it”."""
    return story.tired.words[second(story)]


@fact
def second_score(story: Story) -> float:
    """The scaled score of “it” and that word."""
    return stepwise(story).scaled[story.it, second(story)]


@fact
def second_power(story: Story) -> float:
    """e to the power of that score."""
    return powers(story)[second(story)]


@fact
def second_weight(story: Story) -> float:
    """The second largest weight of “it”."""
    return stepwise(story).weights[story.it, second(story)]


def second(story: Story) -> int:
    """The place of the word with the second largest weight of “it”."""
    return int(stepwise(story).weights[story.it].argsort(descending=True)[1])


@fact
def euler(story: Story) -> float:
    """Euler's number."""
    return math.e


@fact
def low(story: Story) -> float:
    """The lower of the two scores that are turned into weights by hand."""
    return LOW


@fact
def high(story: Story) -> float:
    """The higher of those two scores."""
    return HIGH


@fact
def high_undivided(story: Story) -> float:
    """The higher score before the division by the square root of d_k."""
    return HIGH * root(story)


@fact
def low_power(story: Story) -> float:
    """e to the power of the lower score."""
    return math.exp(LOW)


@fact
def high_power(story: Story) -> float:
    """e to the power of the higher score."""
    return math.exp(HIGH)


@fact
def two_powers(story: Story) -> float:
    """The sum of the two powers."""
    return math.exp(LOW) + math.exp(HIGH)


@fact
def low_weight(story: Story) -> float:
    """The weight that the softmax makes of the lower score."""
    return by_hand(1)[0]


@fact
def high_weight(story: Story) -> float:
    """The weight that the softmax makes of the higher score."""
    return by_hand(1)[1]


@fact
def high_weight_hot(story: Story) -> float:
    """The weight of the higher score at temperature 2."""
    return by_hand(2)[1]


@fact
def high_weight_cold(story: Story) -> float:
    """The weight of the higher score at temperature ½."""
    return by_hand(0.5)[1]


@fact
def high_weight_undivided(story: Story) -> float:
    """The weight of the higher score if the scores had not been divided by the square root of d_k."""
    return by_hand(1 / root(story))[1]


@fact
def slope(story: Story) -> float:
    """How fast the weight of the higher score grows with the number that goes into the softmax: weight × (1 − weight)."""
    return by_hand(1)[1] * by_hand(1)[0]


@fact
def slope_divided(story: Story) -> float:
    """How fast it grows with the score before the division: the division makes that slope smaller as well."""
    return slope(story) / root(story)


@fact
def slope_undivided(story: Story) -> float:
    """The same slope if the scores had not been divided by the square root of d_k."""
    return by_hand(1 / root(story))[1] * by_hand(1 / root(story))[0]


def by_hand(temperature: float) -> tuple[float, float]:
    """The softmax of the two scores: e to the power of each score divided by the temperature, divided by their sum."""
    low, high = (math.exp(score / temperature) for score in (LOW, HIGH))
    return low / (low + high), high / (low + high)


@fact
def fetcher(story: Story) -> int:
    """The head of layer 1 that looks most from “it” at the last word of the sentence, counted from one."""
    return story.fetcher + 1


@fact
def fetched_tired(story: Story) -> float:
    """The weight from “it” to “tired” in that head."""
    return story.tired.encoder[0].weights[0, story.fetcher, story.it, story.ending]


@fact
def fetched_wide(story: Story) -> float:
    """The weight from “it” to “wide” in that head."""
    return story.wide.encoder[0].weights[0, story.fetcher, story.it, story.ending]


@fact
def change_of_it(story: Story) -> float:
    """How much of what layer 1 made of “it” changes when “tired” becomes “wide”, in percent of the vector's length."""
    return 100 * change(story, 1)[story.it]


@fact
def change_of_it_silenced(story: Story) -> float:
    """The same with that head of layer 1 silenced, in percent."""
    return 100 * change_in(story.model, [(0, story.fetcher)])[story.it]


@fact
def change_of_it_untrained(story: Story) -> float:
    """The same before the first training step, in percent."""
    return 100 * change_in(untrained())[story.it]


@fact
def change_of_ending(story: Story) -> float:
    """The same of the changed word itself, in percent."""
    return 100 * change(story, 1)[story.ending]


@fact
def change_of_others(story: Story) -> float:
    """The largest such change of any other word, in percent."""
    others = [place for place in range(len(story.tired.words)) if place not in (story.it, story.ending)]
    return 100 * change(story, 1)[others].max()


@fact
def shortest_value(story: Story) -> float:
    """The length of the shortest value of the sentence in this head."""
    return value_length(story).min()


@fact
def longest_value(story: Story) -> float:
    """The length of the longest value of the sentence in this head."""
    return value_length(story).max()


def outdone(story: Story) -> tuple[int, int, int]:
    """The word that asks, its largest weight's word, and the word that hands over more with a smaller weight, by the largest factor.

    Raises:
        ValueError: no word of the sentence has such a row in this head.
    """
    kept = int((~story.tired.padding).sum())
    weights = stepwise(story).weights[:kept, :kept]
    products = weights * value_length(story)
    asks = range(kept)
    most, more = weights.argmax(-1), products.argmax(-1)
    gain = products[asks, more] / products[asks, most]
    row = int(gain.argmax())
    if gain[row] <= 1:
        raise ValueError("In this head the largest weight hands over most, for every word of the sentence.")
    return row, int(most[row]), int(more[row])


@fact
def outdone_asks(story: Story) -> str:
    """A word that gets most from another word than the one that it looks at most."""
    return story.tired.words[outdone(story)[0]]


@fact
def outdone_most(story: Story) -> str:
    """The word that it looks at most."""
    return story.tired.words[outdone(story)[1]]


@fact
def outdone_more(story: Story) -> str:
    """The word that it gets most from."""
    return story.tired.words[outdone(story)[2]]


@fact
def outdone_most_weight(story: Story) -> float:
    """Its largest weight."""
    asks, most, _ = outdone(story)
    return stepwise(story).weights[asks, most]


@fact
def outdone_more_weight(story: Story) -> float:
    """The weight of the word that it gets most from."""
    asks, _, more = outdone(story)
    return stepwise(story).weights[asks, more]


@fact
def outdone_most_length(story: Story) -> float:
    """The length of the value of the word that it looks at most."""
    return value_length(story)[outdone(story)[1]]


@fact
def outdone_more_length(story: Story) -> float:
    """The length of the value of the word that it gets most from."""
    return value_length(story)[outdone(story)[2]]


@fact
def outdone_most_product(story: Story) -> float:
    """Largest weight × length of that value."""
    return outdone_most_weight(story) * outdone_most_length(story)


@fact
def outdone_more_product(story: Story) -> float:
    """The smaller weight × the length of the longer value."""
    return outdone_more_weight(story) * outdone_more_length(story)


@fact
def translation_when_tired(story: Story) -> str:
    """The model's translation of the sentence that ends with “tired”."""
    return spelled(story.tired)


@fact
def translation_when_wide(story: Story) -> str:
    """The model's translation of the sentence that ends with “wide”."""
    return spelled(story.wide)


@fact
def pronouns_right(story: Story) -> float:
    """Mean over seeds: how often the French pronoun is right for two nouns that never met in training, in percent."""
    return 100 * checkpoint.read_card("translation")["across_seeds"]["pronoun_gender_held_out"]["mean"]


@fact
def seeds(story: Story) -> int:
    """From how many seeds the model was trained."""
    return len(checkpoint.read_card("translation")["across_seeds"]["pronoun_gender_held_out"]["seeds"])


@fact
def fresh_sentences(story: Story) -> int:
    """In how many fresh sentences, with nouns that never met in training, two nouns are possible and French tells them apart."""
    return story.many.trained.shape[1]


def finds(story: Story, looks: torch.Tensor) -> float:
    """In how many of the sentences the chosen head looks more at the pronoun's noun than at the other, in percent."""
    meant, other = looks[..., story.layer, story.head]
    return 100 * float((meant > other).float().mean())


@fact
def finds_noun(story: Story) -> float:
    """In how many of these the head looks more at the pronoun's noun than at the other, in percent."""
    return finds(story, story.many.trained)


@fact
def finds_noun_blind(story: Story) -> float:
    """The same with the head of layer 1 silenced that looks at the adjective, in percent."""
    return finds(story, story.many.silenced[story.fetcher])


@fact
def finds_noun_other_silenced(story: Story) -> float:
    """The same with another head of layer 1 silenced, the one that does most harm, in percent."""
    others = (looks for head, looks in enumerate(story.many.silenced) if head != story.fetcher)
    return min(finds(story, looks) for looks in others)


@fact
def finds_noun_untrained(story: Story) -> float:
    """The same before the first training step, in percent."""
    return finds(story, story.many.untrained)


@fact
def mean_look(story: Story) -> float:
    """The mean weight from the pronoun to its noun in this head, over these sentences."""
    return story.many.trained[0, :, story.layer, story.head].mean()


@fact
def even_look(story: Story) -> float:
    """The weight that a noun would get if the pronoun looked at all words alike, a mean over these sentences."""
    return story.many.even


@fact
def decoder_reads_it(story: Story) -> float:
    """The weight that the decoder gives to “it” when it writes “il”, a mean over the heads of its last layer."""
    return story.tired.cross[-1].weights[0, :, story.tired.translation.index(pronoun(story.tired)), story.it].mean()


@fact
def look_not_told(story: Story) -> float:
    """The mean weight from the pronoun to its noun, in the encoder's head where it is largest, of a model that was not told where to read."""
    return checkpoint.read_card("translation")["baselines"]["not_guided"]["pronoun_looks_at_noun"]


@fact
def look_untrained(story: Story) -> float:
    """The same of that model before its first training step."""
    return checkpoint.read_card("translation")["baselines"]["random_initialised"]["pronoun_looks_at_noun"]


@fact
def pronouns_right_not_told(story: Story) -> float:
    """How often a model that was not told where to read gets the pronoun right, in percent."""
    return 100 * checkpoint.read_card("translation")["baselines"]["not_guided"]["pronoun_gender_held_out"]


@fact
def control_seed(story: Story) -> int:
    """The seed of the model that was not told, and of the one that was not trained."""
    return translation.SEEDS[0]


@fact
def shown_seed(story: Story) -> int:
    """The seed of the model that the page shows."""
    return checkpoint.read_card("translation")["seed"]


@fact
def looks_of_all_seeds(story: Story) -> str:
    """The weight from a pronoun to its noun in the head where it is largest, for each seed, over many sentences."""
    looks = checkpoint.read_card("translation")["across_seeds"]["pronoun_looks_at_noun"]["seeds"]
    return ", ".join(f"{look:.2f}" for look in looks)


@fact
def alignment_error(story: Story) -> float:
    """The alignment error rate of the decoder's cross-attention, in percent."""
    return 100 * checkpoint.read_card("translation")["metrics"]["alignment_error_rate"]


@fact
def alignment_error_unguided(story: Story) -> float:
    """The same for a model that was never told the alignment, in percent."""
    return 100 * checkpoint.read_card("translation")["baselines"]["not_guided"]["alignment_error_rate"]


@fact
def alignment_error_diagonal(story: Story) -> float:
    """The same for the guess that the words stand in the same order, in percent."""
    return 100 * checkpoint.read_card("translation")["baselines"]["diagonal"]["alignment_error_rate"]


@fact
def subject_guess(story: Story) -> float:
    """How often the pronoun is right if it is always taken to mean the subject, in percent."""
    return 100 * checkpoint.read_card("translation")["baselines"]["pronoun_means_subject"]["pronoun_gender_held_out"]


@fact
def scaling_word(story: Story) -> str:
    """The word whose largest weight changes most when the scores are not divided."""
    return story.tired.words[most_changed(story)]


@fact
def largest_without_scaling(story: Story) -> float:
    """The largest weight of that word when the scores are not divided."""
    return stepwise(story, root(story)).weights[most_changed(story)].max()


@fact
def largest_with_scaling(story: Story) -> float:
    """The largest weight of that word when the scores are divided."""
    return stepwise(story).weights[most_changed(story)].max()


@fact
def padding_without_mask(story: Story) -> float:
    """How much of the weight of “it” goes to padding when the mask is left out."""
    scaled = stepwise(story).scaled[story.it]
    return torch.softmax(scaled, dim=-1)[story.tired.padding].sum()


@fact
def smallest_sum_over_wrong_axis(story: Story) -> float:
    """The smallest sum of a row when the softmax runs over the queries instead of the keys."""
    return wrong_axis(story).min()


@fact
def largest_sum_over_wrong_axis(story: Story) -> float:
    """The largest sum of a row when the softmax runs over the queries instead of the keys."""
    return wrong_axis(story).max()


def wrong_axis(story: Story) -> torch.Tensor:
    """The sums of the words' rows when the softmax is taken along the wrong axis."""
    kept = ~story.tired.padding
    return torch.softmax(stepwise(story).scaled[kept][:, kept], dim=0).sum(dim=1)


@fact
def largest_after_dropout(story: Story) -> float:
    """The largest weight after a dropout of one half, which this model was not trained with: one draw."""
    generator = torch.Generator().manual_seed(0)
    weights = stepwise(story).weights
    kept = torch.rand(weights.shape, generator=generator) < 1 - DROPOUT
    return (weights * kept / (1 - DROPOUT)).max()


@claim
def agrees_with_the_library(story: Story) -> bool:
    """The listing on this page gives what the transformers library computes, within a millionth, at every step."""
    trace, ours = story.tired.encoder[story.layer], stepwise(story)
    theirs = {"query": trace.query, "key": trace.key, "value": trace.value, "scores": trace.scores}
    theirs |= {"scaled": trace.scaled, "weights": trace.weights, "output": trace.heads}
    return all(
        torch.allclose(getattr(ours, name), values[0, story.head], rtol=MILLIONTH, atol=MILLIONTH)
        for name, values in theirs.items()
    )


@claim
def rows_are_distributions(story: Story) -> bool:
    """Every row of weights sums to one, and the weight of a masked word is exactly zero."""
    traces = [trace for run in (story.tired, story.wide) for trace in (*run.encoder, *run.decoder, *run.cross)]
    return all(
        torch.allclose(trace.weights.sum(-1), torch.ones(1)) and not trace.weights[trace.mask].any() for trace in traces
    )


@claim
def pronoun_follows_the_meaning(story: Story) -> bool:
    """With “tired” the model writes “il”, for l'animal; with “wide” it writes “elle”, for la rue."""
    return (pronoun(story.tired), pronoun(story.wide)) == ("il", "elle")


@claim
def meaning_is_read_at_it(story: Story) -> bool:
    """Let the decoder read the sentence that ends with “tired”, but at “it” what the encoder made of the “it” that is wide: it writes “elle”. Let it read the other sentence, but at “it” what the encoder made of the “it” that is tired: it writes “il”."""
    memories = [encoded(story, run) for run in (story.tired, story.wide)]
    exchanged = [memory.clone() for memory in memories]
    for memory, other in zip(exchanged, reversed(memories), strict=True):
        memory[story.it] = other[story.it]
    return [next_pronoun(story, memory) for memory in memories + exchanged] == ["il", "elle", "elle", "il"]


@torch.no_grad()
def encoded(story: Story, run: translation.Run) -> torch.Tensor:
    """What the encoder made of each word of a sentence: `[word, width]`."""
    source = translation.encode([run.words[: run.words.index("</s>")]], LENGTH)
    encoder = story.model.get_encoder()
    return encoder(input_ids=source, attention_mask=source != translation.PAD).last_hidden_state[0]


@torch.no_grad()
def next_pronoun(story: Story, memory: torch.Tensor) -> str:
    """What the decoder writes after “parce qu'” if it reads this in place of the encoder's output."""
    tokens = translation.vocabulary().tokens
    before = story.tired.translation[: story.tired.translation.index(pronoun(story.tired))]
    fed = translation.shifted(translation.encode_targets([[*before, "il"]]))[:, : len(before) + 1]
    result = story.model(
        encoder_outputs=BaseModelOutput(last_hidden_state=memory[None]),
        attention_mask=~story.tired.padding[None],
        decoder_input_ids=fed,
    )
    return tokens[int(result.logits[0, -1].argmax())]


@claim
def head_follows_the_meaning(story: Story) -> bool:
    """With “tired” this head looks from “it” more at the animal than at the street; with “wide” it is the other way round."""
    tired, wide = story.row(story.tired), story.row(story.wide)
    return bool(tired[story.animal] > tired[story.street] and wide[story.street] > wide[story.animal])


@claim
def head_finds_the_noun(story: Story) -> bool:
    """In at least 95 of 100 such sentences this head looks more at the right noun than at the other; before training, in fewer than 60."""
    return finds_noun(story) >= 95 and finds_noun_untrained(story) < 60


@claim
def first_layer_cannot_know(story: Story) -> bool:
    """In layer 1 only the changed word's X differs, and in every head “it” has the same scores with all other words."""
    tired, wide = (run.encoder[0] for run in (story.tired, story.wide))
    others = [place for place in range(len(story.tired.words)) if place != story.ending]
    scores = (layer.scores[0, :, story.it, others] for layer in (tired, wide))
    return bool(
        torch.equal(tired.input[0, others], wide.input[0, others])
        and change(story, 0)[story.ending] > 0
        and torch.allclose(*scores, rtol=MILLIONTH, atol=MILLIONTH)
    )


@claim
def needs_the_first_layer(story: Story) -> bool:
    """With that head of layer 1 silenced, the head of the first picture finds the right noun in fewer than 60 of 100 of the fresh sentences; with any other head of layer 1 silenced, in more than 90."""
    return finds_noun_blind(story) < 60 and finds_noun_other_silenced(story) > 90


@claim
def knows_without_looking(story: Story) -> bool:
    """The model that was not told gets every pronoun of the test right, and its largest mean weight from a pronoun to its noun is smaller than before training."""
    return pronouns_right_not_told(story) == 100 and look_not_told(story) < look_untrained(story)


@claim
def agrees_with_torch(story: Story) -> bool:
    """PyTorch's own function gives the same output, within a millionth, if it is told what may be seen; told what is forbidden, it does not."""
    ours, forbidden = stepwise(story), story.tired.encoder[story.layer].mask[0, story.head]
    right, wrong = (
        torch.nn.functional.scaled_dot_product_attention(ours.query, ours.key, ours.value, attn_mask=mask)
        for mask in (~forbidden, forbidden)
    )
    return torch.allclose(ours.output, right, rtol=MILLIONTH, atol=MILLIONTH) and not torch.allclose(ours.output, wrong)


@claim
def spread_grows_like_the_root(story: Story) -> bool:
    """Dot products of vectors of independent random numbers (mean 0, variance 1) spread like √dₖ, within one in twenty, for 16, 64, 256 and 1,024 numbers."""
    generator = torch.Generator().manual_seed(0)
    sizes = (16, 64, 256, 1024)
    spreads = [torch.randn(2, 4000, size, generator=generator).prod(0).sum(-1).std() for size in sizes]
    return all(abs(spread / math.sqrt(size) - 1) < 0.05 for size, spread in zip(sizes, spreads, strict=True))


@claim
def every_seed_finds_the_noun(story: Story) -> bool:
    """From each of these seeds, the model got at least 97 of 100 pronouns right when it was measured after training."""
    seeds = checkpoint.read_card("translation")["across_seeds"]["pronoun_gender_held_out"]["seeds"]
    return min(seeds) >= 0.97
