"""The folders below draw their pairs from `random_pairs` beside this file."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
