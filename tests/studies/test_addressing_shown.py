"""What is shown of addressing, of a made-up episode: every number stands under its head, its stage and its location."""

import pytest
import torch

from explainers.kit import labelled
from explainers.models.ntm import Addressing, Controls, Trace
from explainers.studies import addressing, modes
from explainers.studies import addressing_shown as shown
from explainers.tasks import copy

TIMES, LOCATIONS, WIDTH = addressing.ANSWERING + 2, 12, 2


def standing(ahead: int) -> torch.Tensor:
    """The read head is so far ahead of the number of its step, and the write head two locations more."""
    places = torch.arange(TIMES)[:, None] + torch.tensor([0, 2]) + ahead
    return torch.eye(LOCATIONS)[places % LOCATIONS][:, None]


def by_step(read: float, write: float) -> torch.Tensor:
    """The number of the step, and a number for each head."""
    return (torch.arange(TIMES)[:, None] + torch.tensor([read, write]))[:, None]


def episode() -> addressing.Episode:
    """At every step and stage each head stands in a place of its own; of the two shifts and of the two walks, each has its own numbers."""
    shift = torch.zeros(TIMES, 1, 2, 3)
    shift[:, :, 0, 1], shift[:, :, 1, 2] = 1, 1
    memory = torch.arange(TIMES * LOCATIONS * WIDTH).reshape(TIMES, 1, LOCATIONS, WIDTH).float()
    trace = Trace(
        controls=Controls(torch.zeros(TIMES, 1, 2, WIDTH), by_step(0.1, 0.2), by_step(0.3, 0.4), shift, by_step(0.5, 0.6)),
        addressing=Addressing(standing(1), standing(2), standing(3), standing(0)),
        erase=torch.full((TIMES, 1, 1, WIDTH), 0.5),
        add=by_step(0.25, 0.75)[:, :, None],
        memory_before=memory,
        memory_after=memory + 1000,
        read_vector=by_step(0.1, 0.9)[:, :, None],
        output=torch.zeros(TIMES, 1, 1),
    )
    bits = torch.zeros(1, 1, 1)
    run = copy.Run(1, bits, bits, bits, torch.zeros(1, 1), trace, 0, (), ())
    eye, steps = torch.eye(LOCATIONS), addressing.WALKED + 1
    edge = addressing.Edge(eye[11], eye[0], eye[3] / 4)
    lookup = addressing.Lookup(1, 2.5, eye[1], eye[2], eye[3], eye[0], eye[0])
    return addressing.Episode(run, standing(0)[0], (), edge, (0.9,) * steps, (0.8,) * steps, lookup)


@pytest.mark.parametrize(
    ("head", "places", "words"),
    [
        ("write", [6, 8, 9, 10, 7], ["write head, step 6: before", "β = 5.20", "g = 5.400", "s = (0.00, 0.00, 1.00)", "γ = 5.60"]),
        ("read", [10, 0, 1, 2, 11], ["read head, step 12: before", "β = 11.10", "g = 11.300", "s = (0.00, 1.00, 0.00)", "γ = 11.50"]),
    ],
)
def test_each_stage_of_a_head_has_its_place_and_its_instruction(head, places, words):
    """The write head's step 5 and the read head's step 11, counted from 0: after the last stage the heads stand at 7 and 11."""
    stages = shown.stages(episode(), head=head)
    assert stages.argmax("location").values.tolist() == places
    assert all(labelled.title(stage).endswith(word) for stage, word in zip(stages, words, strict=True))


@pytest.mark.parametrize(("focus", "near"), [(5, list(range(11))), (1, [8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6])])
def test_the_locations_near_one_lie_on_the_ring(focus, near):
    assert shown.around(focus, LOCATIONS) == near


def test_a_head_is_shown_where_it_stands_after_its_step():
    assert shown.near(episode(), "write")[shown.NEIGHBOURS] == 7 and shown.near(episode(), "read")[shown.NEIGHBOURS] == 11


def test_half_is_erased_and_the_vector_is_added_where_the_write_head_stands():
    pictures, before = shown.written(episode()), episode().run.trace.memory_before[addressing.WRITING, 0]
    here, elsewhere = pictures.sel(location=7), pictures.sel(location=8)
    assert here.values.tolist() == [before[7].tolist(), (before[7] / 2).tolist(), [5.25, 5.75], (before[7] + 1000).tolist()]
    assert elsewhere.values.tolist() == [before[8].tolist(), before[8].tolist(), [0, 0], (before[8] + 1000).tolist()]


def test_what_is_taken_is_what_stands_where_the_read_head_is_after_the_step():
    taken, memory = shown.taken(episode()), episode().run.trace.memory_after[addressing.ANSWERING, 0]
    assert taken.sel(location=11).values.tolist() == memory[11].tolist() and not taken.sel(location=10).values.any()
    read = shown.read(episode())
    assert read.sel(head="read").values == pytest.approx([11.1, 11.9])
    assert read.attrs["ends"] == taken.attrs["ends"] == (-float(memory[11].max()), float(memory[11].max()))


def test_both_shifts_stand_under_their_sum():
    found = shown.at_the_edge(episode())
    assert [labelled.title(row) for row in found] == ["before", "circular: the sum is 1.000", "not circular: the sum is 0.250"]
    assert found.argmax("location").values.tolist() == [11, 0, 3]


def test_a_walk_without_sharpening_is_called_so():
    walks = shown.walks(episode()).sel(step=addressing.WALKED)
    assert walks.sel(sharpening="the machine's γ") == 0.9 and walks.sel(sharpening="γ = 1: no sharpening") == 0.8


def test_each_way_to_look_up_has_its_own_weights():
    found = shown.lookups(episode().lookup)
    assert found.argmax("location").values.tolist() == [1, 2, 3]
    assert labelled.labels(found, "way") == ["cosine, β = 2.5", "cosine without β", "plain dot product"]


def test_modes_are_told_by_head_and_by_phase_in_percent():
    counts = {"dice": torch.tensor([[[3, 1, 0], [0, 0, 4]], [[0, 2, 2], [5, 0, 0]]])}
    used = modes.Used("dice", "Dice", {"throw": 4, "look": 5}, ("read", "write"), counts, counts["dice"])
    found = shown.modes_used({"dice": used}, task="dice")
    assert labelled.labels(found, "phase") == ["read: throw", "read: look", "write: throw", "write: look"]
    assert found.sel(phase="read: look").values.tolist() == [0, 50, 50]
    assert found.sel(phase="write: throw", mode="location") == 100 and found.sel(phase="read: throw", mode="content") == 75
