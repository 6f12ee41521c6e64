"""The markup around a figure, its stand-alone page for an iframe, and the highlighted source of a page's module."""

from html import escape

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'self'; form-action 'none'"
)
PICTURE = "[picture]"
UNSOUGHT = 'data-search-exclude=""'  # the search's index skips the element; of a figure the caption is enough


def figure(full: str, record: dict, root: str) -> str:
    """The markup of a figure as well-formed XML, with `PICTURE` where the static pictures go.

    Args:
        full: the name of the figure's function, as the prose writes it: `memory.copy.memory_use`.
        record: what was built of its page.
        root: what leads from the place of the markup to the site's root, ending in a slash.
    """
    part, page, name = full.split(".")
    entry = record["figures"][name]
    stem = f"{root}built/{part}/{page}.{name}"
    stage = f'<div class="fig-stage" {UNSOUGHT} style="{stage_height(entry)}">{PICTURE}</div>'
    if entry["live"]:
        stage = f'<{entry["live"]} class="fig-live">{stage}</{entry["live"]}>'
    place = escape(entry["source"])
    file = place.rsplit("/", 1)[-1]
    return (
        f'<figure class="fig" id="{full}" data-figure="{full}">{stage}'
        f"<figcaption>{escape(entry['text'])}</figcaption>"
        f'<details class="fig-evidence" {UNSOUGHT}><summary>Data, image, source, how it was made</summary>'
        f'<div class="fig-links" role="group" aria-label="About this figure">'
        f'<span><b>Data</b> <a href="{stem}.csv" download="{page}.{name}.csv">CSV</a> '
        f'<a class="fig-json" href="{stem}.json" download="{page}.{name}.json">JSON</a></span>'
        f'<span><b>Image</b> <a class="fig-svg" href="{stem}.svg" download="{page}.{name}.svg">SVG</a> '
        f'<button type="button" class="fig-png" hidden="hidden">PNG</button></span>'
        f'<span><a href="{stem}.html">Embed</a></span>'
        f'<span><a href="{root}built/{part}/{page}.source.html#line-{entry["line"]}" title="{place}">Source {file}</a></span></div>'
        f"{provenance(record, root)}"
        f'<details class="fig-numbers"><summary>Table of the numbers</summary>'
        f'<p><a class="fig-csv" href="{stem}.csv">The numbers as CSV</a></p></details></details></figure>'
    )


def stage_height(entry: dict) -> str:
    """Keeps the figure's place while the interactive one is drawn."""
    return f"--wide:{entry['height']['wide']}px;--narrow:{entry['height']['narrow']}px"


def provenance(record: dict, root: str) -> str:
    """The command that makes the figure anew, the weights it comes from, and the library versions."""
    made = record["provenance"]
    rows = [f"<dt>Rebuild</dt><dd><code>{escape(made['rebuild'])}</code></dd>"]
    for name, card in made["checkpoints"].items():
        rows.append(
            f'<dt>Checkpoint</dt><dd><a href="{root}built/checkpoints/{name}.json">{name}</a>, seed {card["seed"]}, '
            f'sha256 <code class="fig-sha">{card["sha256"]}</code>, '
            f"trained by <code>{escape(card['command'])}</code></dd>"
        )
    versions = ", ".join(f"{library} {version}" for library, version in made["versions"].items())
    rows.append(f"<dt>Versions</dt><dd>{escape(versions)}</dd>")
    return f"<dl>{''.join(rows)}</dl>"


def embed_page(full: str, record: dict) -> str:
    """A page that holds one figure and nothing else, for an iframe."""
    entry = record["figures"][full.rsplit(".", 1)[1]]
    root = "../../"
    body = figure(full, record, root).replace(PICTURE, entry["inline"])
    return (
        f'<!doctype html>\n<html lang="en" class="fig-alone">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(entry['text'])}</title>\n"
        f'<link rel="stylesheet" href="{root}assets/css/site.css">\n'
        f'<script type="module" src="{root}assets/js/site.js"></script>\n'
        f"</head>\n<body>\n<main>{body}</main>\n</body>\n</html>\n"
    )


def source_page(name: str, code: str) -> str:
    """The module of the page `part/page`, highlighted, each line with an anchor `line-N`."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    root = "../../"
    formatter = HtmlFormatter(linenos="inline", lineanchors="line", anchorlinenos=True, cssclass="highlight")
    listing = highlight(code, PythonLexer(), formatter)
    title = f"explainers/pages/{name}.py"
    return (
        f'<!doctype html>\n<html lang="en" class="source-alone">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n<title>{title}</title>\n'
        f'<link rel="stylesheet" href="{root}assets/css/site.css">\n</head>\n<body>\n<main>'
        f'<h1>{title}</h1>\n<p><a href="{root}{name}/">Back to the page</a></p>\n{listing}</main>\n</body>\n</html>\n'
    )
