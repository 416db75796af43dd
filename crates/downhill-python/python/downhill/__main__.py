"""The command: ``python -m downhill fit data.csv --target y``."""

import signal
import sys

from ._downhill import run


def main():
    """Do what the command line says, and end with its exit code."""
    # The command has its own ways to end.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run(["downhill", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
