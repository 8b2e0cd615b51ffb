"""``python -m runner sync`` or ``python -m runner async``."""

import sys

from .main import main

sys.exit(main())
