"""Serves the site on 127.0.0.1:8000 and rebuilds it on change; run as `python -m explainers.kit.site.serve`.

With SITE_URL it is served below the same folder as at that address.
"""

import subprocess
import sys
from urllib.parse import urlsplit

from explainers.kit.files import ROOT
from explainers.kit.site.assemble import INPUTS, SITE, address

ADDRESS = ("127.0.0.1", 8000)


def rebuild() -> None:
    """Figures, then the site, each as its own process so that changed code is what runs; errors are shown, not fatal."""
    for command in (["build_figures.py"], ["-m", "explainers.kit.site"]):
        if subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode:
            return


def main() -> None:
    """Serve until interrupted."""
    from mkdocs.livereload import LiveReloadServer

    server = LiveReloadServer(rebuild, *ADDRESS, root=str(SITE), mount_path=urlsplit(address()).path)
    server.error_handler = lambda code: (SITE / "404.html").read_bytes() if code == 404 else None
    for name in INPUTS:
        server.watch(str(ROOT / name))
    print(f"serving on {server.url}", flush=True)
    try:
        server.serve()
    except KeyboardInterrupt:
        pass
    finally:
        server.shutdown()


if __name__ == "__main__":
    main()
