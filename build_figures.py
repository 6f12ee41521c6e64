"""Builds the figures, facts and claims of the site from recorded runs of small models."""

import sys

from explainers.kit.command.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
