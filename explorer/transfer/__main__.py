"""The command `python -m explorer.transfer`."""

import sys

from explorer.transfer.command import main

sys.exit(main())
