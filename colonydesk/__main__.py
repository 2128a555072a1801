"""The entry of the program: ``python -m colonydesk`` and the packaged one."""

import sys

from colonydesk.cli import main

if __name__ == "__main__":
    sys.exit(main())
