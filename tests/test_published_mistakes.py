"""The mistakes that well-known explainers have published, put into a copy of this project: the build or the tests refuse each.

The list is that of docs/about/how_it_is_made.md. Each mutation is applied to a temporary copy of the tree.
"""

import shutil

import pytest

from .conftest import ROOT, Project

ONE_HEAD = "explainers/studies/one_head.py"
PLOT = "explainers/kit/figure/plot.py"
TRANSLATION = "explainers/tasks/translation/run.py"
NTM = "explainers/models/ntm.py"
ATTENTION = "explainers/models/attention.py"


@pytest.fixture
def project(tmp_path) -> Project:
    """A copy of this project, without what was built."""
    left = shutil.ignore_patterns("__pycache__", "built", "vendor")
    for name in ("explainers", "docs", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left)
    for name in (
        "build_figures.py",
        "mkdocs.yml",
        "pyproject.toml",
        "package.json",
        "package-lock.json",
        "requirements.txt",
    ):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return Project(tmp_path)


def refused_by_build(project: Project, page: str, *words: str) -> None:
    """The page's build fails and says why."""
    done = project.figures(page)
    assert done.returncode == 1, done.stdout
    assert any(word in done.stderr for word in words), done.stderr


def refused_by_tests(project: Project, *tests: str) -> None:
    """These tests fail in the copy; unchanged, they pass."""
    done = project.python("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests)
    assert done.returncode == 1, done.stdout[-2000:]


def test_weights_above_one_because_they_are_drawn_after_dropout(project):
    project.edit(
        ATTENTION,
        "weights = torch.softmax(masked, dim=-1)  # ⑥ softmax",
        "weights = torch.dropout(torch.softmax(masked, dim=-1), 0.5, True)",
    )
    refused_by_build(project, "attention/dot_product", "a weight is", "weights sum to")


def test_a_model_that_was_never_put_in_eval_mode(project):
    project.edit(
        TRANSLATION,
        'return fill(build(read_card(name)["seed"], VARIANTS[name.partition("-seed_")[0]]), name)',
        'return fill(build(read_card(name)["seed"], VARIANTS[name.partition("-seed_")[0]]), name).train()',
    )
    refused_by_build(project, "attention/dot_product", "training mode")


def test_axes_swapped(project):
    project.edit(ONE_HEAD, '"scores query key", WEIGHT', '"scores key query", WEIGHT')
    refused_by_build(project, "attention/dot_product", "weights sum to")


def test_axes_swapped_where_they_are_drawn(project):
    project.edit(PLOT, "rows, columns = _axes(array, 2)", "columns, rows = _axes(array, 2)")
    refused_by_tests(project, "tests/kit/figure/test_plot.py")


def test_the_wrong_language_on_an_axis(project):
    project.edit(ONE_HEAD, 'labelled.words("key word", story.tired.words)', 'labelled.words("key word", story.tired.fed)')
    refused_by_tests(project, "tests/pages/attention/test_dot_product.py", "-k", "both_axes_of_the_weights")


def test_self_attention_where_cross_attention_was_meant(project):
    project.edit(
        TRANSLATION,
        'cross=tuple(trace for trace in traces if trace.name.endswith("encoder_attn"))',
        'cross=tuple(trace for trace in traces if trace.name.endswith("self_attn"))',
    )
    refused_by_tests(project, "tests/tasks/test_translation.py", "-k", "every_layer_of_the_run")


def test_a_softmax_legend_from_minus_one(project):
    project.edit("explainers/kit/labelled.py", 'WEIGHT = Quantity("weight", "weights", 0, 1, "key")', 'WEIGHT = Quantity("weight", "weights", -1, 1, "key")')
    refused_by_build(project, "attention/dot_product", "from -1 to 1")


def test_a_shift_that_is_not_circular(project):
    project.edit(NTM, "weighting.roll(distance, dims=-1)", "fallen_off(weighting, distance)")
    with (project.root / NTM).open("a") as file:
        file.write(
            "\n\ndef fallen_off(weighting, distance):\n    moved = weighting.roll(distance, dims=-1).clone()\n"
            "    if distance:\n        moved[..., 0 if distance > 0 else -1] = 0\n    return moved\n"
        )
    refused_by_tests(project, "tests/models/test_ntm.py")


def test_a_dot_product_in_place_of_the_cosine(project):
    project.edit(NTM, "return key @ memory.mT / (key_norm[..., :, None] * memory_norm[..., None, :])", "return key @ memory.mT")
    refused_by_tests(project, "tests/models/test_ntm.py")


def test_no_key_strength(project):
    project.edit(NTM, "key_strength[..., None] * cosine_similarity(key, memory)", "cosine_similarity(key, memory)")
    refused_by_tests(project, "tests/models/test_ntm.py")


def test_sharpening_fixed_at_the_square(project):
    project.edit(NTM, "sharpening[..., None] * weighting", "2 * weighting")
    refused_by_tests(project, "tests/models/test_ntm.py")


def test_random_numbers_in_place_of_values(project):
    numbers = "torch.randn(trace.input[0].shape, generator=torch.Generator().manual_seed(0))"
    project.edit(
        ONE_HEAD,
        "return attention(trace.input[0], scaled, trace.mask[0, story.head])",
        f"return attention({numbers}, scaled, trace.mask[0, story.head])",
    )
    refused_by_build(project, "attention/dot_product", "agrees_with_the_library")


def test_prose_and_code_that_disagree_about_a_number(project):
    project.edit("docs/attention/dot_product.md", "here by {{ attention.dot_product.root:.0f }}", "here by 8.0")
    refused_by_tests(project, "tests/test_house.py", "-k", "no_measured_number")


def test_masked_cells_in_the_colour_of_zero(project):
    project.edit(PLOT, 'np.where(gone, np.float32("nan"), array.values.astype(np.float32))', "array.values.astype(np.float32)")
    refused_by_tests(project, "tests/kit/figure/test_plot.py")
