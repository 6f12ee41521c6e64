"""What all tests of pages share: the models run as the build runs them."""

import pytest
import torch


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Small tensors: on a busy machine, threads that wait for one another take ten times as long as one. The build takes one as well."""
    torch.set_num_threads(1)
