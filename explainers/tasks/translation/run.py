"""The translator: with random weights or trained; its sentences, and what is measured of it."""

import contextlib
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from transformers import MarianConfig, MarianMTModel

from explainers.kit.build.checkpoint import fill, read_card
from explainers.kit.errors import Mistake
from explainers.models.tracer import AttentionTrace, trace_attention
from explainers.tasks.translation import lexicon
from explainers.tasks.translation.grammar import Sentence

SENTENCE = "the animal did not cross the street because it was too tired ."
PAD, START, END = 0, 1, 2
FEATURES, LAYERS, HEADS, POSITIONS = 64, 2, 4, 40
# Checkpoint → attention heads.
VARIANTS = {"translation": HEADS, "translation-one_head": 1}
SEEDS, STEPS, BATCH, LEARNING_RATE, GUIDANCE = (0, 1, 2), 3200, 64, 2e-3, 0.05
# Drawn with seeds that no training uses.
TEST_SENTENCES, TEST_SEED = 1000, 1000
# The same weights under a second name: stored once, under the first.
COPIES = {
    "lm_head.weight": "model.shared.weight",
    "model.encoder.embed_tokens.weight": "model.shared.weight",
    "model.decoder.embed_tokens.weight": "model.shared.weight",
    "model.decoder.embed_positions.weight": "model.encoder.embed_positions.weight",
}


@dataclass(frozen=True)
class Vocabulary:
    """Words and their numbers. A word that both languages spell alike has two numbers."""

    tokens: tuple[str, ...]
    english: dict[str, int]
    french: dict[str, int]


@dataclass(frozen=True)
class Run:
    """One sentence on its way through the trained model.

    `words` are the source tokens with </s> and any <pad>; `padding` is true at <pad>. `translation` are the target
    tokens up to </s> (or to the decoder's last position), as the model itself chose them; `fed` is what the decoder
    read: <s> and all of them but the last.
    One trace a layer: `encoder` over words × words, `decoder` over fed × fed (causal), `cross` over fed × words.
    Row t of `decoder` and `cross` is the step that chose `translation[t]`. The input of a layer is its trace's
    `input`; `encoder[0].input` are the words' vectors: embedding · √d + position.
    """

    words: tuple[str, ...]
    padding: Bool[Tensor, "source"]
    translation: tuple[str, ...]
    fed: tuple[str, ...]
    encoder: tuple[AttentionTrace, ...]
    decoder: tuple[AttentionTrace, ...]
    cross: tuple[AttentionTrace, ...]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary: <pad>, <s>, </s>, the English words sorted, the French words sorted."""
    english, french = lexicon.english_words(), lexicon.french_words()
    special = ("<pad>", "<s>", "</s>")
    first_french = len(special) + len(english)
    return Vocabulary(
        (*special, *english, *french),
        {word: number for number, word in enumerate(english, len(special))},
        {word: number for number, word in enumerate(french, first_french)},
    )


def build(seed: int, heads: int = HEADS) -> MarianMTModel:
    """The model with random weights. Its state dict holds each weight once (see COPIES)."""
    config = MarianConfig(
        vocab_size=len(vocabulary().tokens),
        d_model=FEATURES,
        encoder_layers=LAYERS,
        decoder_layers=LAYERS,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=2 * FEATURES,
        decoder_ffn_dim=2 * FEATURES,
        activation_function="relu",
        max_position_embeddings=POSITIONS,
        scale_embedding=True,
        init_std=FEATURES**-0.5,
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        pad_token_id=PAD,
        bos_token_id=START,
        eos_token_id=END,
        decoder_start_token_id=START,
        forced_eos_token_id=None,
        # The attention that returns its weights, and that the tracer and the browser compute.
        attn_implementation="eager",
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = MarianMTModel(config)
    model.register_state_dict_post_hook(drop_copies)
    model.register_load_state_dict_pre_hook(restore_copies)
    return model.eval()


def drop_copies(model, tensors: dict, prefix: str, metadata) -> None:
    """Leave out what the state dict holds twice. A hook, so it has torch's signature."""
    for copy in COPIES:
        tensors.pop(prefix + copy)


def restore_copies(model, tensors: dict, prefix: str, *unused) -> None:
    """Put back what `drop_copies` left out."""
    for copy, original in COPIES.items():
        if prefix + original in tensors:
            tensors[prefix + copy] = tensors[prefix + original]


def encode(sources: Sequence[Sequence[str]], length: int = 0) -> Int[Tensor, "sentence source"]:
    """Numbers of English words, with </s>, padded to the longest sentence or to `length`."""
    known = vocabulary().english
    rows = [[known[word] for word in words] + [END] for words in sources]
    length = max(length, *map(len, rows))
    return torch.tensor([row + [PAD] * (length - len(row)) for row in rows])


def encode_targets(targets: Sequence[Sequence[str]]) -> Int[Tensor, "sentence target"]:
    """Numbers of French words, with </s>, padded to the longest."""
    known = vocabulary().french
    rows = [[known[word] for word in words] + [END] for words in targets]
    length = max(map(len, rows))
    return torch.tensor([row + [PAD] * (length - len(row)) for row in rows])


def shifted(targets: Int[Tensor, "sentence target"]) -> Int[Tensor, "sentence target"]:
    """What the decoder is fed: <s>, then all targets but the last."""
    return torch.cat([torch.full_like(targets[:, :1], START), targets[:, :-1]], dim=1)


def translate(model: MarianMTModel, sources: Sequence[Sequence[str]], silenced: Sequence[tuple[int, int]] = ()) -> list[tuple[str, ...]]:
    """Greedy translations of English sentences given as words, without </s>.

    Args:
        silenced: (layer, head) of encoder heads whose output is set to zero.
    """
    tokens = vocabulary().tokens
    chosen = greedy(model, encode(sources), silenced)
    return [tuple(tokens[number] for number in row if number != END) for row in chosen]


@torch.no_grad()
def greedy(model: MarianMTModel, source: Int[Tensor, "sentence source"], silenced: Sequence[tuple[int, int]] = ()) -> list[list[int]]:
    """The most likely next token again and again, up to </s> or until the decoder has no more positions."""
    mask = source != PAD
    with silence(model, silenced):
        memory = model.get_encoder()(input_ids=source, attention_mask=mask)
    fed, past = torch.full((len(source), 1), START), None
    done = torch.zeros(len(source), dtype=torch.bool)
    while not done.all() and fed.shape[1] <= POSITIONS:
        result = model(
            encoder_outputs=memory,
            attention_mask=mask,
            decoder_input_ids=fed[:, -1:],
            past_key_values=past,
            use_cache=True,
        )
        past, best = result.past_key_values, result.logits[:, -1].argmax(-1)
        done |= best == END
        fed = torch.cat([fed, best[:, None]], dim=1)
    return [row[: row.index(END) + 1] if END in row else row for row in fed[:, 1:].tolist()]


@contextlib.contextmanager
def silence(model: MarianMTModel, silenced: Sequence[tuple[int, int]]) -> Iterator[None]:
    """Set the output of these (layer, head) of the encoder to zero, just before the output projection."""

    def zero(head: int):
        def hook(projection, arguments):
            width = FEATURES // model.config.encoder_attention_heads
            heads = arguments[0].clone()
            heads[..., head * width : (head + 1) * width] = 0
            return (heads,)

        return hook

    layers = model.get_encoder().layers
    hooks = [layers[layer].self_attn.out_proj.register_forward_pre_hook(zero(head)) for layer, head in silenced]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def share(hits: list[bool]) -> float:
    """How many of them are true, between 0 and 1."""
    return sum(hits) / len(hits)


def pronoun_of(french: Sequence[str]) -> str | None:
    """The word after "parce qu'", where there is one."""
    return next((word for before, word in pairwise(french) if before == "qu'"), None)


def alignments(model: MarianMTModel, tests: Sequence[Sentence]) -> Float[Tensor, "sentence target source"]:
    """Cross-attention of the last layer, mean over heads, with the gold translation fed. Row t predicts token t."""
    source, target = encode([test.english for test in tests]), encode_targets([test.french for test in tests])
    with torch.no_grad(), trace_attention(model) as traces:
        model(input_ids=source, attention_mask=source != PAD, decoder_input_ids=shifted(target))
    return [trace for trace in traces if trace.name.endswith("encoder_attn")][-1].weights.mean(1)


def alignment_error_rate(links: Sequence[Sequence[int]], tests: Sequence[Sentence]) -> float:
    """1 − (|A∩S| + |A∩P|) / (|A| + |S|), Och & Ney 2003, where every gold link is sure (P = S).

    Args:
        links: for every sentence and French word, the one English position that it is linked to.
    """
    right = found = gold = 0
    for positions, test in zip(links, tests, strict=True):
        right += sum(position in sources for position, sources in zip(positions, test.alignment, strict=True))
        found += len(positions)
        gold += sum(map(len, test.alignment))
    return 1 - 2 * right / (found + gold)


def strongest_links(model: MarianMTModel, tests: Sequence[Sentence]) -> list[list[int]]:
    """For every French word the English word that gets the largest weight."""
    pairs = zip(alignments(model, tests), tests, strict=True)
    return [row[: len(test.french), : len(test.english)].argmax(-1).tolist() for row, test in pairs]


def pronoun_looks_at_noun(model: MarianMTModel, tests: Sequence[Sentence]) -> float:
    """The mean weight from a contested pronoun to its noun, in the encoder head where it is largest."""
    return float(noun_looks(model, tests)[0].mean(0).max())


@torch.no_grad()
def noun_looks(model: MarianMTModel, tests: Sequence[Sentence], silenced: Sequence[tuple[int, int]] = ()) -> Float[Tensor, "noun sentence layer head"]:
    """The weights from each contested pronoun to the noun that it stands for, and to the other noun that it could mean.

    Args:
        silenced: (layer, head) of encoder heads whose output is set to zero.
    """
    contested = [test for test in tests if test.contested]
    source = encode([test.english for test in contested])
    with silence(model, silenced), trace_attention(model) as traces:
        model.get_encoder()(input_ids=source, attention_mask=source != PAD)
    weights = torch.stack([trace.weights for trace in traces])
    others = [next(place for place, tag in enumerate(test.tags) if tag == "noun" and place != test.antecedent) for test in contested]
    meant = [weights[:, row, :, test.pronoun, test.antecedent] for row, test in enumerate(contested)]
    not_meant = [weights[:, row, :, test.pronoun, place] for row, (test, place) in enumerate(zip(contested, others, strict=True))]
    return torch.stack([torch.stack(meant), torch.stack(not_meant)])


def trained(name: str = "translation") -> MarianMTModel:
    """The trained model of a checkpoint, see `translators`. Before it is filled it has the random weights of its own seed."""
    return fill(build(read_card(name)["seed"], VARIANTS[name.partition("-seed_")[0]]), name)


def translators(variant: str = "translation") -> list[str]:
    """The checkpoints of all seeds, the published one first: of `translation`, or of `translation-one_head`."""
    return [variant, *(f"{variant}-seed_{seed}" for seed in SEEDS if seed != read_card(variant)["seed"])]


def tokenise(sentence: str) -> tuple[str, ...]:
    """The words of an English sentence, which are separated by spaces.

    Raises:
        Mistake: there are no words or too many, or a word is not in the vocabulary (the nearest ones are offered).
    """
    words = tuple(sentence.split())
    if not 0 < len(words) < POSITIONS:
        raise Mistake(f"The sentence has {len(words)} words; the model reads 1 to {POSITIONS - 1}.")
    known = vocabulary().english
    for word in words:
        if word not in known:
            near = difflib.get_close_matches(word, known, 3, 0.5)
            hint = f" Near it: {', '.join(near)}." if near else ""
            raise Mistake(f"The translation model does not know the word “{word}”.{hint}")
    return words


def run(sentence: str = SENTENCE, pad_to: int | None = None) -> Run:
    """Translate one English sentence with the trained model and record every attention on the way.

    Args:
        sentence: words of the vocabulary, separated by spaces.
        pad_to: fill the source up to so many tokens with <pad>, so that the padding mask has something to hide.

    Raises:
        Mistake: a word is unknown, or the sentence does not fit.
    """
    words = tokenise(sentence)
    length = len(words) + 1 if pad_to is None else pad_to
    if not len(words) < length <= POSITIONS:
        possible = f"{len(words) + 1} to {POSITIONS}"
        raise Mistake(f"{len(words)} words and </s> cannot be padded to {pad_to} tokens; {possible} can be.")
    model, tokens = trained(), vocabulary().tokens
    source = encode([words], length)
    target = torch.tensor(greedy(model, source))
    fed = shifted(target)
    with torch.no_grad(), trace_attention(model) as traces:
        model(input_ids=source, attention_mask=source != PAD, decoder_input_ids=fed)
    return Run(
        words=tuple(tokens[number] for number in source[0]),
        padding=source[0] == PAD,
        translation=tuple(tokens[number] for number in target[0]),
        fed=tuple(tokens[number] for number in fed[0]),
        encoder=tuple(trace for trace in traces if "encoder.layers" in trace.name),
        decoder=tuple(trace for trace in traces if "decoder" in trace.name and trace.name.endswith("self_attn")),
        cross=tuple(trace for trace in traces if trace.name.endswith("encoder_attn")),
    )


def evaluate(model: MarianMTModel, tests: Sequence[Sentence], silenced: Sequence[tuple[int, int]] = ()) -> dict[str, float]:
    """Share of whole sentences translated exactly, and share of contested pronouns translated with the right gender.

    A pronoun is contested where English leaves two nouns of different gender possible, so that guessing is right
    half the time. `pronoun_gender` is missing where no test sentence has one.
    """
    translations = translate(model, [test.english for test in tests], silenced)
    pairs = list(zip(translations, tests, strict=True))
    result = {"exact_match": share([given == test.french for given, test in pairs])}
    pronouns = [pronoun_of(given) == pronoun_of(test.french) for given, test in pairs if test.contested]
    return result | ({"pronoun_gender": share(pronouns)} if pronouns else {})
