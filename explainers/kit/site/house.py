"""The picture of the house: the rooms of `explainers/`, and who imports whom, read from the imports."""

import ast
import xml.etree.ElementTree as etree
from pathlib import Path

from explainers.kit.build import project
from explainers.kit.files import ROOT

CODE = ROOT / "explainers"
WIDTH, HEIGHT, APART, FLOOR, MARGIN = 150, 44, 190, 78, 10  # of the boxes, and what lies between them


def room_of(path: Path) -> str:
    """The room that a module lies in: `pages`, `kit/build`; empty for the package itself."""
    folders = path.relative_to(CODE).parent.parts
    return "/".join(folders[: 2 if folders[:1] == ("kit",) else 1])


def modules() -> dict[str, list[Path]]:
    """The modules of each room, without those that only say what a package is."""
    found: dict[str, list[Path]] = {}
    for path in sorted(CODE.rglob("*.py")):
        if room_of(path) and path.name != "__init__.py":
            found.setdefault(room_of(path), []).append(path)
    return found


def arrows() -> dict[str, set[str]]:
    """For each room the others that its modules import."""
    around = CODE / "kit" / "__init__.py"  # comes with everything in the kit, and holds nothing
    return {room: {room_of(target) for path in paths for target in project.imported(path) - {around}} - {room, ""} for room, paths in modules().items()}


def levels(arrows: dict[str, set[str]]) -> dict[str, int]:
    """How far above the ground each room stands: 0 if it imports no other, else one more than the highest that it imports.

    Raises:
        ValueError: rooms import each other in a ring; they are named.
    """
    found: dict[str, int] = {}

    def level(room: str, way: tuple[str, ...]) -> int:
        if room in way:
            raise ValueError(f"these rooms import each other: {' → '.join([*way[way.index(room) :], room])}")
        if room not in found:
            found[room] = max((level(other, (*way, room)) + 1 for other in arrows[room]), default=0)
        return found[room]

    for room in arrows:
        level(room, ())
    return found


def direct(arrows: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows that are drawn: those to a room that no other imported room leads to."""

    def reached(room: str) -> set[str]:
        return arrows[room].union(*(reached(other) for other in arrows[room]))

    return [(room, other) for room in arrows for other in sorted(arrows[room]) if not any(other in reached(between) for between in arrows[room] - {other})]


def purpose(room: str) -> str:
    """What a room says of itself."""
    return project.joined(ast.get_docstring(project.tree(CODE / room / "__init__.py")) or "")


def places(height: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Where the boxes stand: a floor a level, the kit's rooms on the right."""
    found: dict[str, tuple[int, int]] = {}
    for room in sorted(height, reverse=True):
        column = int(room.startswith("kit"))
        while (place := (MARGIN + APART * column, MARGIN + FLOOR * (max(height.values()) - height[room]))) in found.values():
            column += 1
        found[room] = place
    return found


def picture() -> etree.Element:
    """The house as a figure: boxes and arrows, and a table of what is in each room."""
    known = arrows()
    height = levels(known)
    place = places(height)
    right, bottom = (max(ends) for ends in zip(*place.values(), strict=True))
    size = {"viewBox": f"0 0 {right + WIDTH + MARGIN} {bottom + HEIGHT + MARGIN}"}
    box = etree.Element("figure", {"class": "house"})
    told = "; ".join(f"{room} imports {', '.join(sorted(others)) or 'no other room'}" for room, others in sorted(known.items()))
    svg = etree.SubElement(box, "svg", {"role": "img", "aria-label": f"The rooms of the house: {told}."} | size)
    for room, other in direct(known):
        (x, y), (to_x, to_y) = place[room], place[other]
        line = {"x1": x + WIDTH / 2, "y1": y + HEIGHT, "x2": to_x + WIDTH / 2, "y2": to_y - 8}
        etree.SubElement(svg, "line", {name: f"{end:g}" for name, end in line.items()} | {"data-from": room, "data-to": other})
        tip = " ".join(f"{to_x + WIDTH / 2 + dx:g},{to_y - dy:g}" for dx, dy in ((0, 0), (-5, 9), (5, 9)))
        etree.SubElement(svg, "polygon", {"points": tip})
    for room, (x, y) in place.items():
        shape = {"x": str(x), "y": str(y), "width": str(WIDTH), "height": str(HEIGHT), "rx": "6"}
        etree.SubElement(svg, "rect", shape)
        etree.SubElement(svg, "text", {"x": f"{x + WIDTH / 2:g}", "y": str(y + 19)}).text = f"{room}/"
        counted = f"{len(modules()[room])} modules"
        etree.SubElement(svg, "text", {"x": f"{x + WIDTH / 2:g}", "y": str(y + 35), "class": "small"}).text = counted
    caption = "Who imports whom, read from the imports by the build. An arrow that others imply is left out."
    etree.SubElement(box, "figcaption").text = caption
    return box


def rooms() -> etree.Element:
    """What is in each room, as the rooms say it themselves."""
    height = levels(arrows())
    table = etree.Element("table")
    for room in sorted(height, key=lambda room: (room.startswith("kit"), -height[room], room)):
        line = etree.SubElement(table, "tr")
        etree.SubElement(etree.SubElement(line, "th", {"scope": "row"}), "code").text = f"{room}/"
        etree.SubElement(line, "td").text = purpose(room)
    return table
