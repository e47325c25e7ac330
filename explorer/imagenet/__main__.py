"""The command `python -m explorer.imagenet`."""

import sys

from explorer.imagenet.pretrained import main

sys.exit(main())
