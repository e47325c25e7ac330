"""The command `python -m explorer.imagenet`."""

import sys

from explorer.imagenet.command import main

sys.exit(main())
