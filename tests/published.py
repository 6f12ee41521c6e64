"""The ledger of what is published: every fact, a digest of every series, and the place of every word and field of the static
pictures, as they were last looked at. `python -m tests.published` writes it.

It does not say that a number is true. It says that it is the one that somebody has read, so that none changes unseen.
"""

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree

from explainers.kit.build import project
from explainers.kit.build.project import BUILT, Page
from explainers.kit.files import ROOT, sha256, write_whole

LEDGER = ROOT / "tests" / "published"
KINDS = r"\b(?:means?|median|average|most|least|largest|smallest|longest|shortest|highest|lowest|fewest|maximum|maxima|minimum|every|each|all|none|no|not|never|always)\b"


def place(page: Page) -> Path:
    """Where the ledger of a page lies."""
    return LEDGER / f"{page.part}.{page.stem}.json"


def numbers(page: Page) -> dict:
    """The facts of a page, and of each series of its figures the size, three sums, and a digest of its labels."""
    record = json.loads(page.record.read_text("utf8"))
    facts = {name: statistic(entry) for name, entry in record["facts"].items() if "millionths" not in entry["text"]}  # those measure rounding
    said = {name: entry["said"] for name, entry in record["claims"].items()}
    return {
        "facts": facts,
        "claims": said,
        "words": {name: found for kind in ("facts", "claims", "figures") for name, entry in record[kind].items() if (found := words(entry["text"]))},
        "series": {name: series(page, name) for name in record["figures"]},
        "tables": record["tables"] and tables(record),
        "chosen": {name: chosen(page, name) for name in record["figures"]},
        "places": {name: places(entry["inline"]) for name, entry in record["figures"].items()},
    }


def words(text: str) -> str:
    """What a caption or a sentence says of the kind of number: another such word is another sentence."""
    return " ".join(re.findall(KINDS, text, flags=re.I))


def statistic(entry: dict) -> object:
    """The value of a fact; of a statistic also which it is, and over what."""
    return [entry["statistic"], entry["over"], entry["value"]] if "statistic" in entry else entry["value"]


def series(page: Page, figure: str) -> list[list]:
    """Panel, name, size, sums and labels of each series of a figure, in the order in which they stand."""
    found: dict[tuple[str, str], list[float]] = {}
    labels: dict[tuple[str, str], list[str]] = {}
    with (BUILT / page.part / f"{page.stem}.{figure}.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["value"] != "masked":
                found.setdefault((row["panel"], row["series"]), []).append(float(row["value"]))
                labels.setdefault((row["panel"], row["series"]), []).append(f"{row['row']} {row['column']}")
    return [[*name, len(values), *sums(values), sha256("\n".join(labels[name]).encode())[:8]] for name, values in found.items()]


def sums(values: list[float]) -> list[float]:
    """The mean, the mean weighted by place, and the mean of absolute values."""
    weighted = sum((1 + place / len(values)) * value for place, value in enumerate(values))
    return [float(f"{total / len(values):.6g}") for total in (sum(values), weighted, sum(map(abs, values)))]


def chosen(page: Page, figure: str) -> list[str]:
    """Which array of the record each trace of a figure shows, which places of it, and in which colours."""
    traces = json.loads((BUILT / page.part / f"{page.stem}.{figure}.json").read_bytes())["data"]
    found = []
    for trace in traces:
        show = trace.get("meta", {}).get("shows", {})
        colours = [trace.get(part, {}).get("color") for part in ("line", "marker")]
        told = json.dumps([*(show.get(name) for name in ("record", "of", "at")), *(colour for colour in colours if colour)], ensure_ascii=False)
        found.append(told if len(told) < 200 else f"{told[:180]}… {sha256(told.encode())[:8]}")
    return found


def places(pictures: str) -> list[str]:
    """What stands where in the static pictures, in tenths of a pixel: words at their point, fields and pictures with their size, straight lines."""
    found = []
    for element in ElementTree.fromstring(f'<both xmlns:xlink="http://www.w3.org/1999/xlink">{pictures}</both>').iter():
        name = element.tag.split("}")[-1]
        if name in ("text", "rect", "image"):
            numbers = [element.get(side) for side in ("x", "y", "width", "height") if element.get(side)]
            numbers += re.findall(r"-?[\d.]+", element.get("transform", ""))
            found.append(" ".join([*(f"{float(number):.1f}" for number in numbers), element.get("text-anchor", ""), "".join(element.itertext()) or name]))
        elif name == "path" and (straight := re.fullmatch("(?:M[^MLHVh]+[HVh][^MLHVh]+)+", element.get("d"))):
            found.append(re.sub(r"-?[\d.]+", lambda number: f"{float(number[0]):.1f} ", straight[0]) + name)
    return found


def tables(record: dict) -> dict:
    """The cells of each table."""
    return {name: [group["rows"] for group in table["groups"]] for name, table in record["tables"].items()}


if __name__ == "__main__":
    for gone in {*LEDGER.glob("*.json")} - {place(page) for page in project.pages()}:
        gone.unlink()
        print(f"{gone.relative_to(ROOT)}: gone, as its page is")
    for page in project.pages():
        content = (json.dumps(numbers(page), indent=1, ensure_ascii=False) + "\n").encode()
        if not place(page).is_file() or place(page).read_bytes() != content:
            write_whole(place(page), content)
            print(f"{place(page).relative_to(ROOT)}: written; `git diff` shows what is new")
