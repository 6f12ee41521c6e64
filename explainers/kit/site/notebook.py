"""A figure in a notebook, as the site's own static picture: no scripts, and it follows the page's colours."""

from html import escape

import plotly.graph_objects as go

from explainers.kit.figure.checks import faults
from explainers.kit.figure.markup import UNSOUGHT
from explainers.kit.figure.svg import svg


class Picture:
    """What a cell returns to show a figure.

    Args:
        figure: from `kit.figure.draw.panels`.
        caption: stands below it.

    Raises:
        ValueError: the figure may not be published; the message says why.
    """

    def __init__(self, figure: go.Figure, caption: str):
        wrong = faults(figure)
        if wrong:
            raise ValueError("; ".join(wrong))
        self.figure, self.caption = figure, caption

    def _repr_html_(self) -> str:
        identity = "picture-" + "".join(letter if letter.isalnum() else "-" for letter in self.caption.lower())[:40]
        pictures = "".join(svg(self.figure, self.caption, identity, width) for width in ("wide", "narrow"))
        stage = f'<div class="fig-stage" {UNSOUGHT}>{pictures}</div>'
        return f'<figure class="fig plain">{stage}<figcaption>{escape(self.caption)}</figcaption></figure>'
