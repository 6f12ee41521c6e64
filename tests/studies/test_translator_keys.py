"""The keys are recorded once for every word written."""

from explainers.studies import translator_keys
from explainers.tasks import translation


def test_there_are_keys_for_every_word_read_and_written():
    keys = translator_keys.keys_while_writing()
    words = translation.tokenise(translation.SENTENCE)
    written = translation.translate(translation.trained(), [words])[0]
    assert keys.words == (*words, "</s>")
    assert {each.shape[2] for each in keys.read} == {len(words) + 1}
    assert [each.shape[2] for each in keys.written] == list(range(1, len(written) + 2))
