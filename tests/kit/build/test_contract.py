"""What outsiders rely on: the commands, their output, the built files, the cards."""

import json
import os
import re
import subprocess
import sys

from explainers.kit.build import checkpoint
from explainers.kit.command.catalogue import unquoted

ELEMENT = ["kind", "name", "page", "text", "value", "source", "checkpoints", "fresh"]


def test_list_json(toys):
    found = json.loads(toys.figures("list", "--json").stdout)
    assert all(list(element) == ELEMENT for element in found)
    named = {element["name"]: element for element in found}
    assert set(named) == {
        "toys.coin", "toys.coin.sides", "toys.coin.has_two_sides",
        "toys.die", "toys.die.largest", "toys.die.seen", "toys.die.chances", "toys.die.as_bars", "toys.die.is_loaded",
    }  # fmt: skip
    assert named["toys.die.seen"] == {
        "kind": "fact", "name": "toys.die.seen", "page": "toys/die", "text": "How often the die was thrown.", "value": 7,
        "source": "explainers/pages/toys/die.py:22", "checkpoints": ["dice"], "fresh": True,
    }  # fmt: skip
    assert named["toys.die.is_loaded"]["value"] is True
    assert named["toys.die.chances"]["value"] is None
    assert named["toys.coin"]["checkpoints"] == []


def test_list_knows_what_is_stale(toys):
    toys.edit("explainers/pages/toys/coin.py", "How many sides.", "The number of sides.")
    found = json.loads(toys.figures("list", "--json").stdout)
    assert {element["page"]: element["fresh"] for element in found} == {"toys/coin": False, "toys/die": True}


def test_list_in_words(toys):
    text = toys.figures("list").stdout
    assert "fact   toys.die.seen = 7  explainers/pages/toys/die.py:22" in text
    assert "warning" not in text


def test_list_warns_of_what_no_page_quotes(toys):
    toys.edit("docs/toys/die.md", "{{ toys.die.seen }} throws", "some throws")  # what stands in code there quotes nothing
    toys.edit("docs/toys/die.md", "{{ figure toys.die.as_bars }}", "")
    toys.edit("docs/toys/die.md", "{{ claim toys.die.is_loaded }}", "{{ toys.die.is_loaded }}")
    assert [line for line in toys.figures("list").stdout.splitlines() if line.startswith("warning")] == [
        "warning: explainers/pages/toys/die.py:22: no page quotes the fact toys.die.seen",
        "warning: explainers/pages/toys/die.py:35: no page quotes the figure toys.die.as_bars",
        "warning: explainers/pages/toys/die.py:41: no page quotes the claim toys.die.is_loaded",
    ]


def test_a_page_of_the_site_quotes_everything_that_is_made():
    assert unquoted() == []


def test_a_reader_who_has_seen_enough_is_no_error(toys):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "build_figures.py", "list"], cwd=toys.root, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_check_says_how_many_claims_hold(toys):
    done = toys.figures("check")
    assert (done.returncode, done.stdout) == (0, "2 claims hold\n")


def test_a_build_has_a_progress_bar_and_says_what_it_did(toys):
    toys.edit("explainers/pages/toys/coin.py", "How many sides.", "The number of sides.")
    done = toys.figures()
    assert "2/2" in done.stderr
    assert done.stdout.startswith("built: toys/coin\nkept: toys/die\n2 pages in ")


def test_built_files(toys):
    built = toys.built()
    for figure in ("chances", "as_bars"):
        for ending in ("json", "svg", "csv", "html"):
            assert f"toys/die.{figure}.{ending}" in built
    record = json.loads(built["toys/die.json"])
    assert record["facts"]["seen"]["value"] == 7
    assert record["claims"]["is_loaded"]["value"] is True
    assert record["figures"]["chances"]["text"] == "The chance of each face, as one row of weights."
    assert set(record["provenance"]) == {"checkpoints", "versions", "rebuild"}
    data = json.loads(built["toys/die.chances.json"])
    assert set(data) == {"data", "layout"}


def test_training_writes_weights_and_card(toys):
    before = (toys.root / "explainers/checkpoints/dice.safetensors").read_bytes()
    (toys.root / "explainers/checkpoints/dice.safetensors").unlink()
    done = toys.figures("train", "dice")
    assert re.fullmatch(r"dice: trained in \d+\.\d s; explainers/checkpoints/dice\.safetensors\n", done.stdout), done.stderr
    assert (toys.root / "explainers/checkpoints/dice.safetensors").read_bytes() == before


def test_every_committed_card_is_whole_and_fits_its_weights():
    names = [path.stem for path in checkpoint.FOLDER.glob("*.safetensors")]
    assert names
    for name in names:
        card = checkpoint.read_card(name)
        assert list(card) == list(checkpoint.CARD_FIELDS)
        assert card["task"] == name.split("-")[0]
        assert card["command"] == f"python build_figures.py train {card['task']}"
        assert checkpoint.load_checkpoint(name)
        for summary in card["across_seeds"].values():
            assert set(summary) == {"mean", "spread", "seeds"}
            assert len(summary["seeds"]) >= 3
