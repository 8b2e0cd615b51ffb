"""Lets programs of one language work in turn and compares what they cost."""

import sys
from pathlib import Path

# For `common`, which lies beside this folder's own.
sys.path.append(str(Path(__file__).resolve().parents[2]))
