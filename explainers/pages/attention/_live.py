"""What the browser needs of the encoder, for the live figures of several pages."""

from explainers.kit.figure import browser
from explainers.studies.antecedent import Story
from explainers.tasks import translation


def live_model(story: Story) -> dict:
    """What the browser needs to show the recorded run and to compute the next one."""
    vocabulary = translation.vocabulary()
    ids = sorted(vocabulary.english.values())
    recorded = [
        {
            "x": browser.array(trace.input[0]),
            "query": browser.array(trace.query[0]),
            "key": browser.array(trace.key[0]),
            "value": browser.array(trace.value[0]),
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
