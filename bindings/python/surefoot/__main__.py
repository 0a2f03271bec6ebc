# SPDX-License-Identifier: MIT
"""python3 -m surefoot: the same as the command surefoot."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
