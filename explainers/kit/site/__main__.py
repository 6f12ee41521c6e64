"""Builds the site; run as `python -m explainers.kit.site`."""

import sys

from explainers.kit.environment import needed
from explainers.kit.errors import Mistake

if __name__ == "__main__":
    try:
        with needed():
            from explainers.kit.site.assemble import build

            print(build())
    except Mistake as mistake:
        sys.exit(str(mistake))
