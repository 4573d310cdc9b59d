"""Django's commands and ours: `.venv/bin/python manage.py help`, whether `make run` runs or not."""

import sys

from erec.stack.command import run

if __name__ == "__main__":
    sys.exit(run(sys.argv))
