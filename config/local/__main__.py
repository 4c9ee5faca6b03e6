"""`python -m config.local run | test | check`, which is what the Makefile calls.

Written so that an old Python can read it and be told that it is too old.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Vouch needs Python 3.11 or later; this is {}.{}. Install one, and say "
        "where it is: make PYTHON=/path/to/python3".format(*sys.version_info[:2])
    )

from config.local.main import main

sys.exit(main(sys.argv[1:]))
