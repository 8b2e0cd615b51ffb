"""``python tests/matrix/runner-python sync`` or ``… async``."""

import sys

from runner.main import main

sys.exit(main())
