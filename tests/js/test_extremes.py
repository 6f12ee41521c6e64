"""The browser's softmax and sharpening where numbers are so large that the formula as written overflows."""

import json

import pytest
import torch

from explainers.models import ntm

HUGE = 1e4
ROWS = [[HUGE, 0, -HUGE], [HUGE, HUGE, 0], [-HUGE, -HUGE, -HUGE - 1], [0, None, HUGE], [HUGE, HUGE - 1, HUGE - 2], [-HUGE]]
SHARPENED = [([0.5, 0.3, 0.2], HUGE), ([1 / 3] * 3, HUGE), ([1.0, 0.0, 0.0], HUGE), ([1e-30, 0.0, 0.0], HUGE), ([0.4999, 0.5001], HUGE)]


def test_nothing_overflows(run_node, tmp_path):
    (tmp_path / "rows.json").write_text(json.dumps({"rows": ROWS, "sharpened": SHARPENED}))
    found = run_node("extremes.mjs", tmp_path / "rows.json")
    for row, weights in zip(ROWS, found["weights"], strict=True):
        scores = torch.tensor([-torch.inf if value is None else value for value in row])
        assert weights == pytest.approx(torch.softmax(scores, 0).tolist(), abs=1e-6), row
    for (weighting, gamma), double, single in zip(SHARPENED, found["double"], found["single"], strict=True):
        wanted = ntm.sharpen(torch.tensor(weighting, dtype=torch.double), torch.tensor(gamma, dtype=torch.double)).tolist()
        assert double == pytest.approx(wanted, abs=1e-9), weighting
        assert single == pytest.approx(wanted, abs=1e-2), weighting
