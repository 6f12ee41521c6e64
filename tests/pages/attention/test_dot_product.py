"""What must be true of the page attention/dot_product, beside its claims."""

from explainers.pages.attention import dot_product


def test_both_axes_of_the_weights_carry_the_words_of_the_sentence():
    story = dot_product.subject()
    words = list(story.tired.words)
    drawn = [trace for trace in dot_product.steps(story).data if trace.meta["kind"] == "weights"]
    assert drawn
    for trace in drawn:
        assert trace.meta["rows"] == trace.meta["columns"] == words
