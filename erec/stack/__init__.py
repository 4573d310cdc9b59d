"""The real parts under the service, brought up and watched without root or containers.

`bootstrap` makes the virtual environment, `supervisor` runs everything for `make run`, `command` lends a
database to `manage.py`. Production uses the same addresses and the same nginx template, not the rest.
"""


class StackError(Exception):
    """Something on this machine is in the way; the text is one Japanese sentence for whoever started us."""


def say(text: str) -> None:
    """One line of progress on the console."""
    print(text, flush=True)  # noqa: T201 - the console is where this program talks
