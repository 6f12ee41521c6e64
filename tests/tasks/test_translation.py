"""The translation model: its training, its committed checkpoint, and the run that the pages show."""

import json
import math
import subprocess
import sys
from random import Random

import pytest
import torch
from safetensors.torch import save

from explainers.kit.build.checkpoint import ROOT, load_checkpoint, read_card, weights_path
from explainers.kit.errors import Mistake
from explainers.tasks import translation
from explainers.tasks.translation import train as training
from explainers.tasks.translation.grammar import sentences

NAMES = pytest.mark.parametrize("name", sorted(translation.VARIANTS))
# English, then French. Training never has the first two: "animal" and "street" are held out.
BY_HAND = """
the animal did not cross the street because it was too tired .
l' animal n' a pas traversé la rue parce qu' il était trop fatigué .
the animal did not cross the street because it was too wide .
l' animal n' a pas traversé la rue parce qu' elle était trop large .
some old friends sleep .
de vieux amis dorment .
this beautiful bird sleeps .
ce bel oiseau dort .
this beautiful owl sleeps .
ce beau hibou dort .
she draws a new hospital .
elle dessine un nouvel hôpital .
the queen does not buy any eggs .
la reine n' achète pas d' œufs .
he saw her .
il l' a vue .
she did not hear them .
elle ne les a pas entendus .
the king said that the cow was sick .
le roi a dit que la vache était malade .
the wolf sleeps near the park .
le loup dort près du parc .
our sisters often sing behind the school .
nos sœurs chantent souvent derrière l' école .
the turtle crossed the road quickly .
la tortue a traversé rapidement la route .
the girl sleeps because she is tired .
la fille dort parce qu' elle est fatiguée .
"""
LINES = BY_HAND.strip().splitlines()


@pytest.fixture(scope="module")
def trained():
    return translation.trained()


@pytest.fixture(scope="module")
def run():
    return translation.run(pad_to=18)


def test_vocabulary_keeps_the_languages_apart():
    words = translation.vocabulary()
    assert words.english["orange"] != words.french["orange"]
    for table in (words.english, words.french):
        assert all(words.tokens[number] == word for word, number in table.items())
    assert len(words.tokens) == 3 + len(words.english) + len(words.french)


def test_model_is_small_and_its_state_holds_each_weight_once():
    model = translation.build(0)
    state, parameters = model.state_dict(), sum(parameter.numel() for parameter in model.parameters())
    assert 150_000 < parameters < 250_000
    addresses = [tensor.data_ptr() for tensor in state.values()]
    assert len(addresses) == len(set(addresses)) and not set(state) & set(translation.COPIES)
    other = translation.build(1)
    other.load_state_dict(state)
    source = translation.encode([translation.SENTENCE.split()])
    outputs = [each(input_ids=source, decoder_input_ids=source).logits for each in (model, other)]
    assert torch.equal(*outputs)


def test_source_is_padded_and_target_is_shifted():
    words = translation.vocabulary()
    source = translation.encode([["he", "sleeps", "."], ["."]], length=5)
    he, sleeps, stop = (words.english[word] for word in ("he", "sleeps", "."))
    assert source.tolist() == [[he, sleeps, stop, 2, 0], [stop, 2, 0, 0, 0]]
    target = translation.encode_targets([["il", "dort", "."]])
    assert translation.shifted(target).tolist() == [[1, *target[0, :-1].tolist()]]


def test_same_seed_same_bytes():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    seeds = [0, 0, 1]
    models = [training.fit(translation.build(seed), Random(seed), 3, "test") for seed in seeds]
    torch.set_num_threads(threads)
    first, again, other = (save(model.state_dict()) for model in models)
    assert first == again != other


def test_alignment_error_rate_by_hand():
    test = next(each for each in sentences(5, 0) if len(each.french) >= 3)
    gold = [[sources[0] for sources in test.alignment]]
    perfect = translation.alignment_error_rate(gold, [test])
    links = sum(map(len, test.alignment))
    assert perfect == 1 - 2 * len(test.french) / (len(test.french) + links)
    gold[0][0] = len(test.english) - 1
    assert translation.alignment_error_rate(gold, [test]) == 1 - 2 * (len(test.french) - 1) / (len(test.french) + links)


def test_misalignment_is_least_at_the_gold_alignment():
    batch = sentences(3, 0)
    shape = (1, 3, 2, max(len(each.french) for each in batch) + 1, max(len(each.english) for each in batch) + 1)
    uniform = torch.full(shape, 1 / shape[-1])
    assert training.misalignment(uniform, batch).item() == pytest.approx(math.log(shape[-1]), abs=1e-4)
    gold = torch.zeros(shape)
    for row, each in enumerate(batch):
        for word, sources in enumerate([*each.alignment, (len(each.english),)]):
            gold[0, row, :, word, list(sources)] = 1 / len(sources)
    assert training.misalignment(gold, batch) < 0.1


def test_pronoun_is_read_after_because():
    assert translation.pronoun_of(["il", "dort", "parce", "qu'", "elle", "est", "là"]) == "elle"
    assert translation.pronoun_of(["il", "dort"]) is None


@pytest.mark.parametrize("english, french", list(zip(LINES[::2], LINES[1::2], strict=True)))
def test_trained_model_translates(trained, english, french):
    assert " ".join(translation.translate(trained, [english.split()])[0]) == french


def test_batch_and_single_translations_agree(trained):
    sources = [each.english for each in sentences(20, 1)]
    assert translation.translate(trained, sources) == [translation.translate(trained, [each])[0] for each in sources]


@NAMES
def test_checkpoint_is_small_and_holds_half_precision(name):
    assert weights_path(name).stat().st_size <= 450_000
    assert {tensor.dtype for tensor in load_checkpoint(name).values()} == {torch.float16}


def test_card_says_what_was_to_be_reached():
    card = read_card("translation")
    for metric, least in {
        "exact_match": 0.99,
        "exact_match_held_out_adjectives": 0.97,
        "exact_match_held_out_nouns": 0.97,
        "pronoun_gender_held_out": 0.97,
    }.items():
        assert card["metrics"][metric] >= least and card["across_seeds"][metric]["mean"] >= least
    error = card["across_seeds"]["alignment_error_rate"]
    assert max(error["seeds"]) <= 0.07
    for control in ("diagonal", "random_initialised"):
        assert card["baselines"][control]["alignment_error_rate"] > 3 * max(error["seeds"])


@NAMES
def test_card_lists_every_metric_across_the_seeds(name):
    card = read_card(name)
    assert card["task"] == "translation" and card["seed"] in translation.SEEDS
    assert card["steps"] == translation.STEPS and card["sequences"] == translation.STEPS * translation.BATCH
    assert set(card["across_seeds"]) == set(card["metrics"])
    for metric, seeds in card["across_seeds"].items():
        assert len(seeds["seeds"]) == len(translation.SEEDS) and card["metrics"][metric] in seeds["seeds"]


@pytest.mark.parametrize("variant", translation.VARIANTS)
def test_there_is_a_translator_for_every_seed_the_published_one_first(variant):
    names = translation.translators(variant)
    assert names[0] == variant
    assert sorted(read_card(name)["seed"] for name in names) == list(translation.SEEDS)


def test_measured_again_every_translator_does_what_its_card_says():
    """On the same sentences. Another processor may translate one or two of the others' otherwise; the published ones did the same on all so far."""
    # In a process of its own, where types are not checked: a thousand sentences of each kind are drawn.
    code = (
        "import json, torch; torch.set_num_threads(1)\n"
        "from explainers.tasks.translation.run import VARIANTS, trained, translators\n"
        "from explainers.tasks.translation.train import measure\n"
        "print(json.dumps({name: measure(trained(name)) for variant in VARIANTS for name in translators(variant)}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    for name, measured in json.loads(done.stdout).items():
        card = read_card(name)
        assert measured == pytest.approx(card["metrics"], abs=1e-9 if name in translation.VARIANTS else 2.5e-3), name
        place = translation.SEEDS.index(card["seed"])
        assert {metric: told["seeds"][place] for metric, told in card["across_seeds"].items()} == card["metrics"], name


def test_row_t_of_cross_attention_predicts_token_t(trained):
    tests = sentences(30, 2)
    weights = translation.alignments(trained, tests)
    links = translation.strongest_links(trained, tests)
    late = [row[1 : len(each.french) + 1, : len(each.english)].argmax(-1).tolist() for row, each in zip(weights, tests, strict=True)]
    assert translation.alignment_error_rate(links, tests) <= 0.07
    assert translation.alignment_error_rate(late, tests) > 0.5


def test_silencing_a_head_is_zeroing_its_columns_of_the_projection(trained):
    source = translation.encode([translation.SENTENCE.split()])
    before = trained.get_encoder()(input_ids=source).last_hidden_state
    with translation.silence(trained, [(0, 1), (1, 3)]):
        silenced = trained.get_encoder()(input_ids=source).last_hidden_state
    copy = translation.trained()
    copy.get_encoder().layers[0].self_attn.out_proj.weight[:, 16:32] = 0
    copy.get_encoder().layers[1].self_attn.out_proj.weight[:, 48:] = 0
    torch.testing.assert_close(silenced, copy.get_encoder()(input_ids=source).last_hidden_state, rtol=0, atol=1e-6)
    assert not torch.allclose(silenced, before)
    assert torch.equal(trained.get_encoder()(input_ids=source).last_hidden_state, before)


def test_silencing_every_head_loses_what_the_pronoun_means(trained):
    tests = sentences(60, 3, "held out nouns")
    every = [(layer, head) for layer in range(translation.LAYERS) for head in range(translation.HEADS)]
    assert translation.evaluate(trained, tests)["pronoun_gender"] > 0.9
    assert translation.evaluate(trained, tests, every)["pronoun_gender"] < 0.6


def test_looks_at_nouns_are_the_weights_of_the_trace(trained):
    test = next(each for each in sentences(30, 4, "held out nouns") if each.contested)
    run = translation.run(" ".join(test.english))
    nouns = [place for place, tag in enumerate(test.tags) if tag == "noun"]
    other = next(place for place in nouns if place != test.antecedent)
    assert len(nouns) == 2
    looks = translation.noun_looks(trained, [test])
    for found, noun in zip(looks, (test.antecedent, other), strict=True):
        wanted = torch.stack([trace.weights[0, :, test.pronoun, noun] for trace in run.encoder])
        torch.testing.assert_close(found[0], wanted)
    silenced = translation.noun_looks(trained, [test], [(0, 0)])
    assert torch.equal(silenced[:, :, 0], looks[:, :, 0]) and not torch.allclose(silenced[:, :, 1], looks[:, :, 1])


def test_run_has_every_map_of_every_layer(run):
    assert run.words == (*translation.SENTENCE.split(), "</s>", *["<pad>"] * 4)
    assert run.padding.tolist() == [False] * 14 + [True] * 4
    assert run.translation[-1] == "</s>" and run.fed == ("<s>", *run.translation[:-1])
    for traces, queries, keys in (
        (run.encoder, run.words, run.words),
        (run.decoder, run.fed, run.fed),
        (run.cross, run.fed, run.words),
    ):
        assert len(traces) == translation.LAYERS
        for trace in traces:
            assert trace.weights.shape == (1, translation.HEADS, len(queries), len(keys))
            assert (trace.weights[trace.mask] == 0).all()
            torch.testing.assert_close(trace.weights.sum(-1), torch.ones(trace.weights.shape[:-1]))


def test_run_masks_padding_and_the_future(run):
    length = len(run.fed)
    assert torch.equal(run.encoder[0].mask[0, 0], run.padding.expand(18, 18))
    assert torch.equal(run.cross[1].mask[0, 3], run.padding.expand(length, 18))
    assert torch.equal(run.decoder[1].mask[0, 2], torch.ones(length, length, dtype=torch.bool).triu(1))


def test_padding_changes_nothing_that_is_seen(run):
    bare = translation.run()
    assert bare.translation == run.translation
    torch.testing.assert_close(bare.encoder[1].weights, run.encoder[1].weights[:, :, :14, :14], rtol=0, atol=1e-6)


def test_run_starts_from_embeddings_and_positions(run, trained):
    encoder, source = trained.get_encoder(), translation.encode([translation.SENTENCE.split()], 18)
    vectors = encoder.embed_tokens(source) * translation.FEATURES**0.5 + encoder.embed_positions.weight[:18]
    torch.testing.assert_close(run.encoder[0].input, vectors)


def test_translation_of_the_run_is_what_the_model_chose(run, trained):
    words = translation.vocabulary()
    source = translation.encode([translation.SENTENCE.split()])
    fed = torch.tensor([[words.french.get(token, translation.START) for token in run.fed]])
    chosen = trained(input_ids=source, decoder_input_ids=fed).logits[0].argmax(-1).tolist()
    assert tuple(words.tokens[number] for number in chosen) == run.translation


@pytest.mark.parametrize(
    "sentence, pad_to, told",
    [
        ("the animl sleeps .", None, "“animl”.*animal"),
        ("xyzzyx", None, "“xyzzyx”"),
        ("", None, "0 words"),
        ("the " * 40, None, "40 words"),
        ("he sleeps .", 3, "cannot be padded to 3"),
        ("he sleeps .", 41, "cannot be padded to 41"),
    ],
)
def test_what_cannot_be_read_is_told(sentence, pad_to, told):
    with pytest.raises(Mistake, match=told):
        translation.run(sentence, pad_to)


def test_every_layer_of_the_run_is_what_the_library_itself_gives_out(run):
    """Encoder, decoder and cross-attention by their own names, layer by layer: not the other one, not the next."""
    model = translation.trained()
    source = translation.encode([translation.tokenise(translation.SENTENCE)], 18)
    fed = translation.shifted(torch.tensor(translation.greedy(model, source)))
    model.set_attn_implementation("eager")
    with torch.no_grad():
        given = model(input_ids=source, attention_mask=source != translation.PAD, decoder_input_ids=fed, output_attentions=True)
    kinds = {"encoder": given.encoder_attentions, "decoder": given.decoder_attentions, "cross": given.cross_attentions}
    for kind, layers in kinds.items():
        ours = getattr(run, kind)
        assert len(ours) == len(layers) == translation.LAYERS
        for trace, weights in zip(ours, layers, strict=True):
            torch.testing.assert_close(trace.weights, weights, msg=lambda said, kind=kind: f"{kind}: {said}")
    assert not torch.allclose(run.cross[0].weights, given.cross_attentions[1])
