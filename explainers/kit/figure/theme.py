"""One colour for one meaning, on the whole site. `docs/assets/css/site.css` holds the same colours; a test compares."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """A named colour: its CSS variable, and its value on a light and on a dark page."""

    variable: str
    light: str
    dark: str


QUERY = Colour("--query", "#0b62a4", "#74bdf5")
KEY = Colour("--key", "#b04708", "#ffab6b")
VALUE = Colour("--value", "#00704d", "#56d4a8")
WRITE = Colour("--write", "#7b3fa0", "#cfa3ee")
READ = Colour("--read", "#006a75", "#5fccd8")
MODEL = Colour("--model", "#3a4a9f", "#a9b6ff")
CONTROL = Colour("--control", "#6b7078", "#a3a9b2")
INK = Colour("--ink", "#22262b", "#e3e6ea")
FAINT = Colour("--faint", "#d5d9de", "#3d434c")
PAPER = Colour("--paper", "#ffffff", "#1e2129")
MASKED = Colour("--masked", "#c9cdd3", "#4a505a")

PALETTE = (QUERY, KEY, VALUE, WRITE, READ, MODEL, CONTROL, INK, FAINT, PAPER, MASKED)

# matplotlib's viridis: perceptually uniform, readable with every common colour blindness. For weights, always 0 to 1.
WEIGHTS = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip
# cmocean's balance: perceptually uniform around a light zero. For signed values, always symmetric.
SIGNED = (
    "#171c42", "#293a8f", "#0b66bd", "#4590b9", "#8eb5c2", "#dcd5d3", "#d59d89", "#c46548", "#ac2b24", "#780e28", "#3c0911",
)  # fmt: skip
# Black is zero and white is one, as in the paper's figures.
GREYS = ("#000000", "#ffffff")


def colorscale(stops: tuple[str, ...]) -> list[list]:
    """Evenly spaced stops as Plotly wants them: `[[0.0, "#…"], …, [1.0, "#…"]]`."""
    return [[round(index / (len(stops) - 1), 4), stop] for index, stop in enumerate(stops)]
