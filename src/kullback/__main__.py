"""``python -m kullback`` is the command ``kullback``."""

import sys

from kullback.cli import main

if __name__ == "__main__":
    sys.exit(main())
