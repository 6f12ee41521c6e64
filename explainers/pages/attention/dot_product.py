"""Scaled dot-product attention, step by step, in the encoder of a trained translation model."""

import math
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from transformers import MarianMTModel

from explainers.kit import checkpoint, draw, live, theme
from explainers.kit.marks import claim, fact, figure
from explainers.models.attention import Attention, Head, attention
from explainers.tasks import translation

TIRED = translation.SENTENCE
WIDE = TIRED.replace("tired", "wide")
LENGTH = len(TIRED.split()) + 3  # the sentence, </s>, and two places of padding for the mask to hide
MILLIONTH = 1e-6


@dataclass(frozen=True)
class Story:
    """The same sentence with its two endings, and the layer and head (from 0) that tells them apart."""

    tired: translation.Run
    wide: translation.Run
    model: MarianMTModel
    layer: int
    head: int

    @property
    def it(self) -> int:
        """The place of the pronoun."""
        return self.tired.words.index("it")

    @property
    def animal(self) -> int:
        """The place of the noun that is tired."""
        return self.tired.words.index("animal")

    @property
    def street(self) -> int:
        """The place of the noun that is wide."""
        return self.tired.words.index("street")

    def row(self, run: translation.Run) -> torch.Tensor:
        """The weights with which *it* looks at each word: `[word]`."""
        return run.encoder[self.layer].weights[0, self.head, self.it]


def subject() -> Story:
    """Both sentences, and the head whose look from *it* moves most from the one noun to the other."""
    tired, wide = translation.run(TIRED, LENGTH), translation.run(WIDE, LENGTH)
    it, animal, street = (tired.words.index(word) for word in ("it", "animal", "street"))
    looks = [
        torch.stack([layer.weights[0, :, it, animal] - layer.weights[0, :, it, street] for layer in run.encoder])
        for run in (tired, wide)
    ]
    best = int((looks[0] - looks[1]).argmax())
    heads = looks[0].shape[1]
    return Story(tired, wide, translation.trained(), best // heads, best % heads)


def learned(story: Story) -> Head:
    """The projections of the chosen head, cut out of the model's weights."""
    layer = story.model.get_encoder().layers[story.layer].self_attn
    size = layer.head_dim
    part = slice(story.head * size, (story.head + 1) * size)
    projections = (layer.q_proj, layer.k_proj, layer.v_proj)
    return Head(*(p.weight[part] for p in projections), *(p.bias[part] for p in projections))


def stepwise(story: Story, scale: float = 1.0) -> Attention:
    """The page's listing, run on the chosen head; `scale` multiplies the query, to undo or to exaggerate the division."""
    trace = story.tired.encoder[story.layer]
    head = learned(story)
    scaled = Head(head.w_query * scale, head.w_key, head.w_value, head.b_query * scale, head.b_key, head.b_value)
    return attention(trace.input[0], scaled, trace.mask[0, story.head])


@figure(live="antecedent-lens")
def antecedent(story: Story) -> go.Figure:
    """What does “it” mean? The attention of one head from “it” to every word. One word at the end of the sentence decides."""
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
    return live.with_live(
        draw.panels(panels),
        words=shown,
        weights={name: live.array(row)["data"] for name, row in rows.items()},
        translation={name: list(run.translation[:-1]) for name, run in runs.items()},
        layer=story.layer,
        head=story.head,
        query=story.it,
    )


@figure(live="attention-stepper")
def steps(story: Story) -> go.Figure:
    """From words to output: every value of one head of the trained encoder, step by step."""
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
        features("① words → X", trace.input[0]),
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
    return live.with_live(draw.panels(panels, 2), **live_model(story))


def live_model(story: Story) -> dict:
    """What the browser needs to show the recorded run and to compute the next one."""
    vocabulary = translation.vocabulary()
    ids = sorted(vocabulary.english.values())
    recorded = [
        {
            "x": live.array(trace.input[0]),
            "query": live.array(trace.query[0]),
            "key": live.array(trace.key[0]),
            "value": live.array(trace.value[0]),
        }
        for trace in story.tired.encoder
    ]
    return {
        "checkpoint": "translation",
        "heads": story.tired.encoder[0].query.shape[1],
        "words": list(story.tired.words),
        "translation": list(story.tired.translation[:-1]),
        "recorded": recorded,
        "layer": story.layer,
        "head": story.head,
        "query": story.it,
        "tokens": list(vocabulary.tokens),
        "english": [ids[0], ids[-1] + 1],
    }


@figure
def scaling(story: Story) -> go.Figure:
    """The weights of one word with the division by √dₖ, and without it: the softmax puts nearly everything on one word."""
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
def causal_mask(story: Story) -> go.Figure:
    """The other mask: a word of the translation sees itself and the words before it, never the ones that come after."""
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
    """How many numbers the model has learned."""
    return sum(parameter.numel() for parameter in story.model.parameters())


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
def translation_when_tired(story: Story) -> str:
    """The model's translation of the sentence that ends with “tired”."""
    return spelled(story.tired)


@fact
def translation_when_wide(story: Story) -> str:
    """The model's translation of the sentence that ends with “wide”."""
    return spelled(story.wide)


@fact
def pronouns_right(story: Story) -> float:
    """Mean over seeds: how often il or elle is right for two nouns that never met in training, in percent."""
    return 100 * checkpoint.read_card("translation")["across_seeds"]["pronoun_gender_held_out"]["mean"]


@fact
def seeds(story: Story) -> int:
    """From how many seeds the model was trained."""
    return len(checkpoint.read_card("translation")["across_seeds"]["pronoun_gender_held_out"]["seeds"])


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
    """How often il or elle is right if the pronoun is always taken to mean the subject, in percent."""
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
    """The largest weight after a dropout of one half, as a model in training mode has it."""
    generator = torch.Generator().manual_seed(0)
    weights = stepwise(story).weights
    kept = torch.rand(weights.shape, generator=generator) < 0.5
    return (weights * kept / 0.5).max()


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
def head_follows_the_meaning(story: Story) -> bool:
    """With “tired” this head looks from “it” more at the animal than at the street; with “wide” it is the other way round."""
    tired, wide = story.row(story.tired), story.row(story.wide)
    return bool(tired[story.animal] > tired[story.street] and wide[story.street] > wide[story.animal])


@claim
def every_seed_finds_the_noun(story: Story) -> bool:
    """Whichever of the seeds it was trained from, the model gets at least 97 in 100 of them right."""
    seeds = checkpoint.read_card("translation")["across_seeds"]["pronoun_gender_held_out"]["seeds"]
    return min(seeds) >= 0.97
