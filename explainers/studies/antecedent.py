"""What *it* means: one sentence with two endings in the encoder of the trained translator, and the same looks over many sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import torch
import xarray as xr
from jaxtyping import Bool, Float
from torch import Tensor
from transformers import MarianMTModel
from transformers.modeling_outputs import BaseModelOutput

from explainers.kit import labelled
from explainers.kit.build import checkpoint
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import PERCENT, WEIGHT, Axis, Quantity, recorded
from explainers.models.attention import Projections
from explainers.models.tracer import trace_attention
from explainers.tasks import translation
from explainers.tasks.translation.grammar import Sentence, sentences

TIRED = translation.SENTENCE
WIDE = TIRED.replace("tired", "wide")
LENGTH = len(TIRED.split()) + 3  # the sentence, </s>, and two places of padding for the mask to hide
# Sentences that neither training nor the card has used.
MANY, FRESH_SEED = 1000, 2000
DROPOUT = 0.5
# Dot products of vectors of so many random numbers, and of how many pairs of vectors.
SIZES, PAIRS = (16, 64, 256, 1024), 4000


@dataclass(frozen=True)
class Many:
    """Looks from a contested pronoun to its noun and to the other noun, over many sentences.

    Attributes:
        trained: of the published model.
        silenced: of the same with one head of layer 1 silenced, for each of these heads.
        untrained: of the same model before its first training step.
        even: what a noun would get if the pronoun looked at all words alike.
    """

    trained: Float[Tensor, "noun sentence layer head"]
    silenced: tuple[Float[Tensor, "noun sentence layer head"], ...]
    untrained: Float[Tensor, "noun sentence layer head"]
    even: Float[Tensor, "sentence"]


@dataclass(frozen=True)
class Story:
    """The same sentence with its two endings, and the layer and head (from 0) that tells them apart.

    Attributes:
        projections: what each attention layer of the encoder has learned.
        fetcher: the head of the first layer that looks most from *it* at the last word.
        change_silenced: how much of each word's input to layer 2 changes with the ending, with that head silenced.
        change_untrained: the same before the first training step.
        read_at_it: the pronouns that the decoder writes for either ending; then with what the encoder made of *it* exchanged.
        many: what was measured over many sentences.
        kept: which weights a dropout keeps: one draw.
        spreads: the standard deviation of dot products of random vectors, by their size, as a share of its root.
    """

    tired: translation.Run
    wide: translation.Run
    projections: tuple[Projections, ...]
    layer: int
    head: int
    fetcher: int
    change_silenced: Float[Tensor, "word"]
    change_untrained: Float[Tensor, "word"]
    read_at_it: tuple[str, ...]
    many: Many
    kept: Bool[Tensor, "query key"]
    spreads: dict[int, float]

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

    @property
    def ending(self) -> int:
        """The place of the word in which the two sentences differ."""
        return self.tired.words.index("tired")

    def row(self, run: translation.Run) -> Float[Tensor, "word"]:
        """The weights with which *it* looks at each word."""
        return run.encoder[self.layer].weights[0, self.head, self.it]

    def look(self, run: translation.Run, word: str) -> float:
        """The weight with which *it* looks at a word."""
        return float(self.row(run)[self.tired.words.index(word)])

    def fetched(self, run: translation.Run) -> float:
        """The weight with which *it* looks at the ending, in the head of layer 1 that fetches it."""
        return float(run.encoder[0].weights[0, self.fetcher, self.it, self.ending])

    def found(self, looks: Float[Tensor, "noun sentence layer head"]) -> Bool[Tensor, "sentence"]:
        """In which of many sentences the chosen head looks more at the pronoun's noun than at the other."""
        meant, other = looks[..., self.layer, self.head]
        return meant > other

    @property
    def spoken(self) -> list[str]:
        """The words of the sentence that ends with “tired”, and </s>, without padding."""
        return [word for word in self.tired.words if word != "<pad>"]

    @property
    def places(self) -> list[int]:
        """Their places."""
        return list(range(len(self.spoken)))


@study
def two_endings(trial: Trial = PUBLISHED) -> Story:
    """Both sentences, and the head whose look from *it* moves most from the one noun to the other."""
    tired, wide = translation.run(TIRED, LENGTH), translation.run(WIDE, LENGTH)
    it, animal, street, ending = (tired.words.index(word) for word in ("it", "animal", "street", "tired"))
    looks = [torch.stack([layer.weights[0, :, it, animal] - layer.weights[0, :, it, street] for layer in run.encoder]) for run in (tired, wide)]
    best = int((looks[0] - looks[1]).argmax())
    heads = looks[0].shape[1]
    fetcher = int(torch.minimum(*(run.encoder[0].weights[0, :, it, ending] for run in (tired, wide))).argmax())
    model = translation.trained()
    dropped = torch.Generator().manual_seed(trial.seed(0, "dot_product, dropout"))
    return Story(
        tired=tired,
        wide=wide,
        projections=tuple(projections(model, layer) for layer in range(len(tired.encoder))),
        layer=best // heads,
        head=best % heads,
        fetcher=fetcher,
        change_silenced=change_in(model, [(0, fetcher)]),
        change_untrained=change_in(untrained()),
        read_at_it=exchanged(model, it),
        many=over_many(model, heads, fresh_tests(trial.seed(FRESH_SEED, "dot_product, sentences"))),
        kept=torch.rand(LENGTH, LENGTH, generator=dropped) < 1 - DROPOUT,
        spreads=spreads(trial.seed(0, "dot_product, random vectors")),
    )


def pronoun(run: translation.Run) -> str:
    """The French word for *it* in the model's own translation: il or elle."""
    return next(word for word in run.translation if word in ("il", "elle"))


def spelled(run: translation.Run) -> str:
    """The model's translation as French is written: no space after an apostrophe, none before the full stop."""
    return " ".join(run.translation[:-1]).replace("' ", "'").replace(" .", ".")


def over_many(model: MarianMTModel, heads: int, tests: Sequence[Sentence]) -> Many:
    """Measure the looks over many sentences."""
    return Many(
        trained=translation.noun_looks(model, tests),
        silenced=tuple(translation.noun_looks(model, tests, [(0, head)]) for head in range(heads)),
        untrained=translation.noun_looks(untrained(), tests),
        even=torch.tensor([1 / (len(test.english) + 1) for test in tests if test.contested]),
    )


def fresh_tests(seed: int) -> list[Sentence]:
    """Sentences whose two nouns never met in training, without those by which the model was chosen from its seeds."""
    chosen_by = sentences(translation.TEST_SENTENCES, translation.TEST_SEED, "held out nouns")
    seen = {test.english for test in chosen_by}
    return [test for test in sentences(MANY, seed, "held out nouns") if test.english not in seen]


def untrained() -> MarianMTModel:
    """The published model before its first training step: the same seed, so the same random weights."""
    return translation.build(checkpoint.read_card("translation")["seed"])


def projections(model: MarianMTModel, layer: int) -> Projections:
    """What an attention layer of the encoder has learned."""
    learned = model.get_encoder().layers[layer].self_attn
    parts = (learned.q_proj, learned.k_proj, learned.v_proj, learned.out_proj)
    return Projections(*(part.weight.detach() for part in parts), *(part.bias.detach() for part in parts))


def change(story: Story, layer: int) -> Float[Tensor, "word"]:
    """How much of each word's input to a layer changes from the one ending to the other, as a share of its length."""
    return changed(*(run.encoder[layer].input[0] for run in (story.tired, story.wide)))


def changed(tired: Float[Tensor, "word width"], wide: Float[Tensor, "word width"]) -> Float[Tensor, "word"]:
    """The length of the change from one vector to the other, as a share of the first one's length."""
    return (wide - tired).norm(dim=-1) / tired.norm(dim=-1)


@torch.no_grad()
def change_in(model: MarianMTModel, silenced: Sequence[tuple[int, int]] = ()) -> Float[Tensor, "word"]:
    """The same change in the input of layer 2 of any model, or with heads (layer, head) silenced; without padding."""
    source = translation.encode([TIRED.split(), WIDE.split()])
    with translation.silence(model, silenced), trace_attention(model) as traces:
        model.get_encoder()(input_ids=source, attention_mask=source != translation.PAD)
    return changed(*traces[1].input)


@torch.no_grad()
def exchanged(model: MarianMTModel, place: int) -> tuple[str, ...]:
    """What the decoder writes where its translation of the first sentence has a pronoun.

    It reads what the encoder made of the sentence with either ending; then the same with what stands at one place exchanged.
    """
    source = translation.encode([TIRED.split(), WIDE.split()], LENGTH)
    mask = source != translation.PAD
    memory = model.get_encoder()(input_ids=source, attention_mask=mask).last_hidden_state
    other = memory.clone()
    other[:, place] = memory.flip(0)[:, place]
    written = [translation.START, *translation.greedy(model, source)[0]]
    pronouns = [translation.vocabulary().french[word] for word in ("il", "elle")]
    # A model that has learned nothing may write no pronoun; it is asked for its first word.
    before = next((number for number, token in enumerate(written) if token in pronouns), 1)
    result = model(
        encoder_outputs=BaseModelOutput(last_hidden_state=torch.cat([memory, other])),
        attention_mask=mask.repeat(2, 1),
        decoder_input_ids=torch.tensor([written[:before]] * 4),
    )
    return tuple(translation.vocabulary().tokens[token] for token in result.logits[:, -1].argmax(-1).tolist())


def spreads(seed: int) -> dict[int, float]:
    """How far dot products of vectors of independent random numbers spread, by the size of the vectors.

    Returns:
        Their standard deviation, as a share of the root of the size.
    """
    generator = torch.Generator().manual_seed(seed)
    return {size: float(torch.randn(2, PAIRS, size, generator=generator).prod(0).sum(-1).std()) / sqrt(size) for size in SIZES}


# What the card says of every seed's translator, and of those that were not told or not trained: its title, its name on the card, and what it is.
TOLD = {
    "right": ("French pronoun right", "pronoun_gender_held_out", 100, PERCENT),
    "looks": ("From the pronoun to its noun", "pronoun_looks_at_noun", 1, Quantity("mean weight", "weights", 0, 1)),
}
OTHERS = {"not told": "not_guided", "never trained": "random_initialised"}


@recorded
def looks(story: Story, *, ending: str) -> xr.DataArray:
    """The weights with which “it” looks at every word of the sentence that ends so."""
    run = story.tired if ending == "tired" else story.wide
    title = f"… it was too {ending}: the model writes “{pronoun(run)}”"
    return labelled.array(story.row(run), "key", WEIGHT, title, key=labelled.words("", run.words))


@recorded
def changes(story: Story) -> xr.DataArray:
    """How much of each word's input to each layer changes with the last word."""
    words = [f"{tired}/{wide}" if tired != wide else tired for tired, wide in zip(story.tired.words, story.wide.words, strict=True)]
    layers = Axis("", (1, 2), ("X of layer 1: the word and its place", "X of layer 2: what layer 1 made of it"))
    found = torch.stack([change(story, layer) for layer in range(len(layers.places))])
    return labelled.array(found, "layer word", Quantity("change"), "{layer}", layer=layers, word=labelled.words("", words))


@recorded
def by_model(*, what: str) -> xr.DataArray:
    """One of TOLD, for the model of each seed and for the others."""
    title, metric, scale, quantity = TOLD[what]
    card = checkpoint.read_card("translation")
    found = dict(zip(translation.SEEDS, card["across_seeds"][metric]["seeds"], strict=True))
    names = {f"told, seed {seed}" + " (shown)" * (seed == card["seed"]): value for seed, value in found.items()}
    names |= {f"{name}, seed {translation.SEEDS[0]}": card["baselines"][other][metric] for name, other in OTHERS.items()}
    values = [scale * value for value in names.values()]
    return labelled.array(values, "model", quantity, title, model=Axis("", tuple(names)))


@recorded
def causal_weights(story: Story) -> xr.DataArray:
    """The weights of the decoder's heads over its own words."""
    fed = story.tired.fed
    return labelled.array(
        torch.stack([trace.weights[0] for trace in story.tired.decoder]),
        "layer head query key",
        WEIGHT,
        "Decoder, layer {layer}, head {head}",
        torch.stack([trace.mask[0] for trace in story.tired.decoder]),
        layer=labelled.count("layer", translation.LAYERS),
        head=labelled.count("head", translation.HEADS),
        query=labelled.words("query word", fed),
        key=labelled.words("key word", fed),
    )
