"""What *it* means: one sentence with two endings in the encoder of the trained translator, and the same looks over many sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import MarianMTModel

from explainers.kit.build import checkpoint
from explainers.models.attention import Attention, Head, attention
from explainers.models.tracer import trace_attention
from explainers.tasks import translation
from explainers.tasks.translation.grammar import Sentence, sentences

TIRED = translation.SENTENCE
WIDE = TIRED.replace("tired", "wide")
LENGTH = len(TIRED.split()) + 3  # the sentence, </s>, and two places of padding for the mask to hide
# Sentences that neither training nor the card has used.
MANY, FRESH_SEED = 1000, 2000


@dataclass(frozen=True)
class Many:
    """Looks from a contested pronoun to its noun and to the other noun, over many sentences: `[noun, sentence, layer, head]`.

    `trained` is the published model, `silenced` the same with one head of layer 1 silenced, for each of these heads,
    `untrained` the same model before its first training step. `even` is what a noun would get if a pronoun looked at
    all words alike, a mean over the sentences.
    """

    trained: torch.Tensor
    silenced: tuple[torch.Tensor, ...]
    untrained: torch.Tensor
    even: float


@dataclass(frozen=True)
class Story:
    """The same sentence with its two endings, and the layer and head (from 0) that tells them apart.

    `fetcher` is the head of the first layer that looks most from *it* at the last word. `many` is what was measured
    over many sentences.
    """

    tired: translation.Run
    wide: translation.Run
    model: MarianMTModel
    layer: int
    head: int
    fetcher: int
    many: Many

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

    def row(self, run: translation.Run) -> torch.Tensor:
        """The weights with which *it* looks at each word: `[word]`."""
        return run.encoder[self.layer].weights[0, self.head, self.it]


def two_endings() -> Story:
    """Both sentences, and the head whose look from *it* moves most from the one noun to the other."""
    tired, wide = translation.run(TIRED, LENGTH), translation.run(WIDE, LENGTH)
    it, animal, street = (tired.words.index(word) for word in ("it", "animal", "street"))
    looks = [
        torch.stack([layer.weights[0, :, it, animal] - layer.weights[0, :, it, street] for layer in run.encoder])
        for run in (tired, wide)
    ]
    best = int((looks[0] - looks[1]).argmax())
    heads = looks[0].shape[1]
    ending = tired.words.index("tired")
    fetcher = int(torch.minimum(*(run.encoder[0].weights[0, :, it, ending] for run in (tired, wide))).argmax())
    model = translation.trained()
    return Story(tired, wide, model, best // heads, best % heads, fetcher, over_many(model, heads))


def over_many(model: MarianMTModel, heads: int) -> Many:
    """Measure the looks over the fresh sentences."""
    tests = fresh_tests()
    lengths = [len(test.english) + 1 for test in tests if test.contested]
    return Many(
        trained=translation.noun_looks(model, tests),
        silenced=tuple(translation.noun_looks(model, tests, [(0, head)]) for head in range(heads)),
        untrained=translation.noun_looks(untrained(), tests),
        even=sum(1 / length for length in lengths) / len(lengths),
    )


def fresh_tests() -> list[Sentence]:
    """Sentences whose two nouns never met in training, without those by which the model was chosen from its seeds."""
    chosen_by = sentences(translation.TEST_SENTENCES, translation.TEST_SEED, "held out nouns")
    seen = {test.english for test in chosen_by}
    drawn = sentences(MANY, FRESH_SEED, "held out nouns")
    return [test for test in drawn if test.english not in seen]


def untrained() -> MarianMTModel:
    """The published model before its first training step: the same seed, so the same random weights."""
    return translation.build(checkpoint.read_card("translation")["seed"])


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


def change(story: Story, layer: int) -> torch.Tensor:
    """How much of each word's input to a layer changes from the one ending to the other, as a share of its length: `[word]`."""
    return changed(*(run.encoder[layer].input[0] for run in (story.tired, story.wide)))


def changed(tired: torch.Tensor, wide: torch.Tensor) -> torch.Tensor:
    """The length of the change from one vector to the other, as a share of the first one's length: `[word]`."""
    return (wide - tired).norm(dim=-1) / tired.norm(dim=-1)


@torch.no_grad()
def change_in(model: MarianMTModel, silenced: Sequence[tuple[int, int]] = ()) -> torch.Tensor:
    """The same change in the input of layer 2 of another model, or with heads (layer, head) silenced: `[word]`."""
    source = translation.encode([TIRED.split(), WIDE.split()])
    with translation.silence(model, silenced), trace_attention(model) as traces:
        model.get_encoder()(input_ids=source, attention_mask=source != translation.PAD)
    return changed(*traces[1].input)
