"""Builds the site; run as `python -m explainers.kit.site`."""

import sys

from explainers.kit.errors import Mistake
from explainers.kit.site.assemble import build

if __name__ == "__main__":
    try:
        print(build())
    except Mistake as mistake:
        sys.exit(str(mistake))
