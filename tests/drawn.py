"""Reads published figures back: what each trace says that it shows, and what its JSON, its CSV and its static picture really show."""

import base64
import csv
import io
import json
import re
import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from xml.etree import ElementTree

import numpy as np
import xarray as xr

from explainers.kit import labelled
from explainers.kit.figure.plot import ARROW
from explainers.kit.files import ROOT

BUILT = ROOT / "docs" / "built"
NUMBER = r"-?[\d.]+(?:e-?\d+)?"


def numbers(value) -> np.ndarray:
    """The numbers of a trace, as Plotly writes them: a list, or bytes in base64."""
    if not isinstance(value, dict):
        return np.asarray([np.nan if each is None else each for each in value], float) if np.ndim(value) < 2 else np.array(value, float)
    flat = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).astype(float)
    return flat.reshape([int(size) for size in str(value.get("shape", len(flat))).split(",")])


@dataclass
class Trace:
    """One trace of a published figure beside the record's array that it names."""

    figure: "Figure"
    data: dict
    whole: xr.DataArray

    @property
    def shows(self) -> dict:
        return self.data["meta"]["shows"]

    @property
    def kind(self) -> str:
        return self.data["type"]

    @cached_property
    def part(self) -> xr.DataArray:
        """What the record holds of it, with the axes in the order in which they are drawn."""
        chosen = self.whole
        for dim, places in self.shows["at"].items():
            chosen = chosen.sel({dim: places})
        order = [self.shows[side] for side in ("rows", "columns") if side in self.shows]
        return chosen.transpose(*order, ...) if order else chosen

    @property
    def quantity(self) -> labelled.Quantity:
        return self.whole.attrs["quantity"]

    @property
    def suffix(self) -> str:
        return (self.data.get("xaxis") or "x")[1:]

    @property
    def panel(self) -> str:
        return self.figure.layout["meta"]["panels"][int(self.suffix or 1) - 1]

    def axis(self, letter: str) -> dict:
        return self.figure.layout[f"{letter}axis{self.suffix}"]

    def labels(self, dim: str) -> list[str]:
        return list(self.part.coords[f"{dim} label"].values)

    def written(self, dim: str) -> list[tuple[int, str]]:
        """Place and label of each tick; a marked place has an arrow."""
        there, marked = (self.part.coords[f"{dim} {what}"].values for what in ("written", "marked"))
        labels = [ARROW if arrow else label if shown else "" for label, shown, arrow in zip(self.labels(dim), there, marked, strict=True)]
        return [(place, label) for place, label in enumerate(labels) if label]

    @property
    def title(self) -> str:
        """The title of the array, with what was chosen."""
        words = self.whole.attrs["title"]
        for dim in set(re.findall(r"{(\w+)}", words)):
            words = words.replace(f"{{{dim}}}", str(self.part.coords[f"{dim} label"].item()))
        return words


class Figure:
    """A published figure: its JSON, its CSV, its picture, and the traces that name an array of the record."""

    def __init__(self, page: str, name: str, held: dict):
        self.stem = BUILT / f"{page}.{name}"
        drawing = json.loads(self.stem.with_name(self.stem.name + ".json").read_text())
        self.layout = drawing["layout"]
        self.all = [trace for trace in drawing["data"] if (trace.get("meta") or {}).get("kind") != "masked"]
        self.overlays = [trace for trace in drawing["data"] if (trace.get("meta") or {}).get("kind") == "masked"]
        self.record = held
        self.traces = [Trace(self, trace, self.held(trace["meta"]["shows"])) for trace in self.all]

    def held(self, shows: dict) -> xr.DataArray:
        """The array of the record that goes by this name."""
        return self.record[(shows["record"], *sorted(shows["of"].items()))]

    @property
    def rows(self) -> list[list[str]]:
        """The rows of the CSV, without the head."""
        return list(csv.reader(io.StringIO(self.stem.with_name(self.stem.name + ".csv").read_text())))[1:]

    @cached_property
    def picture(self) -> list["Drawn"]:
        """The panels of the static picture."""
        return panels(ElementTree.fromstring(self.stem.with_name(self.stem.name + ".svg").read_text()))


def panels(picture: ElementTree.Element) -> list["Drawn"]:
    """The panels of a static picture."""
    found: list[list] = []
    for node in picture:
        if node.tag.endswith("text") and node.get("font-size") in ("12", "14"):
            found.append([])
        if found:
            found[-1].append(node)
    return [Drawn(nodes) for nodes in found]


def read(text: str) -> float:
    """The number that is written beside an axis: `0.5`, `−20k`."""
    thousands = 1 + "kMG".find(text[-1])
    return float(text.rstrip("kMG").replace("−", "-")) * 1000**thousands


class Drawn:
    """One panel of a static picture, read as a person reads it: by the numbers beside its axes."""

    def __init__(self, nodes: list):
        self.title = "".join(nodes[0].itertext())
        self.nodes = nodes

    def tagged(self, name: str) -> list:
        return [node for node in self.nodes if node.tag.endswith("}" + name)]

    @property
    def pixels(self) -> np.ndarray:
        """The colours of a heatmap's cells: row, column, red green blue opacity."""
        link = next(value for key, value in self.tagged("image")[0].attrib.items() if key.endswith("href"))
        return read_png(base64.b64decode(link.split(",")[1]))

    def words(self) -> list[str]:
        return [unescape("".join(node.itertext())) for node in self.tagged("text")]

    def height(self, y: float, log: bool = False) -> float:
        """The value that stands at a height, by two lines of the scale and the numbers beside them."""
        lines = [
            float(re.match(rf"M{NUMBER} ({NUMBER})H", node.get("d"))[1])
            for node in self.tagged("path")
            if re.match(rf"M{NUMBER} {NUMBER}H{NUMBER}$", node.get("d"))
        ]
        beside = {}
        for node in self.tagged("text")[1:]:
            if node.get("text-anchor") == "end" and node.get("y") and not node.get("transform"):
                near = min(lines, key=lambda line: abs(line + 4 - float(node.get("y"))))
                beside[near] = np.log10(read(node.text)) if log else read(node.text)
        (low, a), (high, b) = max(beside.items()), min(beside.items())
        value = a + (b - a) * (y - low) / (high - low)
        return 10**value if log else value

    @property
    def bars(self) -> list[tuple[float, float, float]]:
        """Left side, top and foot of each bar."""
        rects = [node for node in self.tagged("rect") if node.get("fill") != "none"]
        return [(float(node.get("x")), float(node.get("y")), float(node.get("y")) + float(node.get("height"))) for node in rects]

    @property
    def images(self) -> list[tuple[float, float, float, float]]:
        """Left, top, right and bottom of each field of cells; the scale of its colours is none."""
        sides = ([float(node.get(side)) for side in ("x", "y", "width", "height")] for node in self.tagged("image") if node.get("width") != "10")
        return [(x, y, x + width, y + height) for x, y, width, height in sides]

    @property
    def edges(self) -> list[float]:
        """Where upright lines through a heatmap stand."""
        paths = [node.get("d") for node in self.tagged("path") if not node.get("stroke-width")]
        return [float(x) for path in paths for x in re.findall(rf"M({NUMBER}) {NUMBER}V", path)]

    @property
    def ends(self) -> list[tuple[float, float, float]]:
        """Place, top and foot of the line from the least to the most that a bar stands for."""
        paths = (re.fullmatch(rf"M({NUMBER}) ({NUMBER})V({NUMBER})", node.get("d")) for node in self.tagged("path") if node.get("stroke-width"))
        return [(float(path[1]), float(path[3]), float(path[2])) for path in paths if path]

    @property
    def lines(self) -> list:
        """The path of each line."""
        return [node for outer in self.nodes for node in outer.iter() if node.tag.endswith("}path") and node.get("fill") == "none"]

    @property
    def curves(self) -> list[list[tuple[float, float]]]:
        """The points of each line."""
        return [[tuple(map(float, point.split())) for point in node.get("d")[1:].split("L")] for node in self.lines]

    @property
    def points(self) -> list[tuple[float, float]]:
        """The middles of all dots."""
        return [(float(node.get("cx")), float(node.get("cy"))) for node in self.tagged("circle")]


def read_png(data: bytes) -> np.ndarray:
    """The pixels of a PNG of red, green, blue and opacity without filters."""
    (wide, high), place, pixels = struct.unpack(">II", data[16:24]), 8, b""
    assert data[24:26] == b"\x08\x06"
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        pixels += data[place + 8 : place + 8 + length] if data[place + 4 : place + 8] == b"IDAT" else b""
        place += 12 + length
    lines = np.frombuffer(zlib.decompress(pixels), np.uint8).reshape(high, 1 + 4 * wide)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape(high, wide, 4)
