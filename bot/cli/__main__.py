"""`python -m bot.cli` does what `crmbot` does."""

import sys

from bot.cli import main

sys.exit(main())
