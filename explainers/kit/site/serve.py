"""Serves the site on this machine, rebuilds it on change and reloads the browser; run as `python -m explainers.kit.site.serve [--port N]`.

With SITE_URL it is served below the same folder as at that address. What is wrong is shown in the browser until it is mended.
"""

import argparse
import errno
import json
import subprocess
import sys
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.livereload import _SCRIPT_TEMPLATE, LiveReloadServer
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from explainers.kit.build.project import BUILT
from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT
from explainers.kit.site.assemble import INPUTS, SITE, address

HOST, PORT = "127.0.0.1", 8000
CHANGES = ("created", "modified", "moved", "deleted")
WHOLE = (["build_figures.py"], ["-m", "explainers.kit.site"])
SCRIPT = "/reload.js"  # a file, for the site's pages run no script that stands in them
FAULT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The site cannot be built</title></head>
<body style="font:16px system-ui;margin:3em;max-width:60em"><h1>The site cannot be built</h1><pre style="white-space:pre-wrap">{}</pre></body></html>"""


class Server(LiveReloadServer):
    """MkDocs' server, with a script that our pages may run, and with what is wrong in place of the pages."""

    def __init__(self, port: int):
        super().__init__(self.rebuild, HOST, port, root=str(SITE), mount_path=urlsplit(address()).path)
        self.observer = Observer()
        self.error_handler = lambda code: (SITE / "404.html").read_bytes() if code == 404 else None
        self.changed: set[Path] = set()
        self.fault = ""
        self.warm: subprocess.Popen | None = None
        self.loaded = False

    def _build_loop(self) -> None:
        print(f"serving on {self.url}", flush=True)  # now it is true, and changes are seen
        super()._build_loop()

    def watch(self, path: str, func: None = None, *, recursive: bool = True) -> None:
        """Build anew when a file below a folder is changed by a person."""
        handler = FileSystemEventHandler()
        handler.on_any_event = self.noticed
        self._watched_paths[path] = 1
        self.observer.schedule(handler, path, recursive=recursive)

    def noticed(self, event: FileSystemEvent) -> None:
        """Remember what was changed, and ask for a build."""
        path = Path(event.dest_path or event.src_path)
        if event.is_directory or event.event_type not in CHANGES or not written_by_hand(path):
            return
        with self._rebuild_cond:
            self.changed.add(path)
            self._want_rebuild = True
            self._rebuild_cond.notify_all()

    def rebuild(self) -> None:
        """Build what was changed: a page by the warm process, anything else from the beginning."""
        with self._rebuild_cond:
            paths, self.changed = sorted(self.changed), set()
        answer = self.quickly(paths) if self.warm else {"done": False}
        self.fault = answer["error"] if answer["done"] else self.wholly()
        if self.fault:
            self.changed |= set(paths)  # to be built again with the next edit
            print(self.fault, file=sys.stderr, flush=True)

    def quickly(self, paths: list[Path]) -> dict:
        """What the warm process says of an edit, as soon as it has loaded everything."""
        if not self.loaded:
            self.loaded = bool(self.warm.stdout.readline())
        print(json.dumps(list(map(str, paths))), file=self.warm.stdin, flush=True)
        return json.loads(self.warm.stdout.readline() or '{"done": false}')

    def wholly(self) -> str:
        """Figures, then the site, each as a process of its own; returns what is wrong."""
        self.stop_warm()
        for command in WHOLE:
            done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=False)
            if done.returncode:
                return done.stderr.decode(errors="replace").split("\r")[-1].strip()  # without what the progress bar drew over
            print(done.stdout.decode(errors="replace"), end="", flush=True)
        self.start_warm()
        return ""

    def start_warm(self) -> None:
        """Start the process that builds single pages."""
        command = [sys.executable, "-m", "explainers.kit.site.warm"]
        self.warm = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.loaded = False

    def stop_warm(self) -> None:
        """End it: what it has loaded is no longer what is there."""
        if self.warm:
            self.warm.stdin.close()
            self.warm.wait()
            self.warm = None

    def _serve_request(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path == SCRIPT:
            script = _SCRIPT_TEMPLATE.substitute(epoch=environ["QUERY_STRING"], request_id=id(environ)).encode()
            start_response("200 OK", [("Content-Type", "application/javascript"), ("Content-Length", str(len(script)))])
            return [script]
        if self.fault and not path.startswith("/livereload/"):
            with self._epoch_cond:
                self._epoch_cond.wait_for(lambda: self._visible_epoch == self._wanted_epoch)
            page = self._inject_js_into_html(FAULT.format(escape(self.fault)).encode(), self._visible_epoch)
            start_response("500 Internal Server Error", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))])
            return [page]
        return super()._serve_request(environ, start_response)

    def _inject_js_into_html(self, content: bytes, epoch: int) -> bytes:
        return content.replace(b"</body>", f'<script src="{SCRIPT}?{epoch}"></script></body>'.encode())


def written_by_hand(path: Path) -> bool:
    """Whether a file is one that people edit."""
    passing = path.name.startswith((".", "~", "#")) or path.name.endswith(("~", ".pyc")) or path.name == "4913"  # what editors write beside a file
    return not path.is_relative_to(BUILT) and "__pycache__" not in path.parts and not passing


def main() -> None:
    """Serve until interrupted.

    Raises:
        Mistake: the port is taken.
    """
    asked = argparse.ArgumentParser(prog="python -m explainers.kit.site.serve", description="Serves the site and rebuilds it on change.")
    asked.add_argument("--port", type=int, default=PORT, help=f"where it is served; {PORT} by default")
    options = asked.parse_args()
    server = Server(options.port)
    for name in filter(lambda name: (ROOT / name).exists(), INPUTS):
        server.watch(str(ROOT / name))
    try:
        server.start_warm()
        server.serve()
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise Mistake(f"Port {options.port} cannot be used ({error.strerror}). `make serve PORT=N`, or `--port N`, takes another one.") from error
    except KeyboardInterrupt:
        print("stopped")
    finally:
        server.stop_warm()
        server.shutdown()


if __name__ == "__main__":
    try:
        main()
    except Mistake as mistake:
        sys.exit(str(mistake))
