"""What a process does that another one started to share its work."""

import multiprocessing
import os
import signal
import threading


def end_with_parent() -> None:
    """End as soon as the process that started this one does, killed or not. Ctrl-C, which reaches both, is for it to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    started_us = multiprocessing.parent_process()
    threading.Thread(target=lambda: (started_us.join(), os._exit(1)), daemon=True).start()
