"""Valkey from the wheel: the broker. It holds nothing that PostgreSQL does not hold too."""

from pathlib import Path

from erec.stack import addresses, programs
from erec.stack.processes import Program


def program(var: Path) -> Program:
    """On a private Unix socket; no port, no files."""
    settings = {
        "port": "0",
        "unixsocket": str(addresses.broker_socket(var)),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "maxmemory": "64mb",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return Program(
        name="valkey",
        command=[
            programs.valkey(),
            *(part for key, value in settings.items() for part in (f"--{key}", value)),
        ],
        folder=addresses.socket_folder(var),
    )
