"""nginx: both doors from one template, for `make run` and for the image.

`python -m erec.stack.nginx` prints the configuration of the image in docker/.
"""

import os
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erec import configuration
from erec.stack import StackError, addresses, programs
from erec.stack.checks import loopback_addresses
from erec.stack.processes import Program

_HERE = Path(__file__).resolve().parent

# The entry door never asks, and says so to the application whatever was sent.
_ENTRY_CLIENT = "        ssl_verify_client off;"
# Every outcome of the check goes to the application, which has a page for each.
_CERT_CLIENT = """\
        ssl_verify_client optional;
        ssl_verify_depth 2;
        ssl_client_certificate {authority};
        error_page 495 496 = @app;"""


@dataclass(frozen=True)
class Place:
    """What differs between a desk and a data centre."""

    user: str
    workers: str
    temp: str
    pid: str
    access_log: str
    application: str
    static_parent: str
    listen_on: tuple[str, ...]
    tls: str
    certificates: Mapping[str, str]
    client_authority: str
    http2: bool


def desk(config: Mapping[str, Any]) -> Place:
    """`make run`: everything in the state directory, reached through the link in the socket folder."""
    return Place(
        user="user root;" if os.getuid() == 0 else "",
        workers="1",
        temp="nginx",
        pid="nginx/nginx.pid",
        access_log="log/access.log",
        application=f"unix:{addresses.web_socket(config['EREC_VAR'])}",
        static_parent=".",
        listen_on=listen_addresses(config),
        tls="../tls",
        certificates={"entry": "server", "cert": "server"},
        client_authority="../tls/client_ca.pem",
        http2=_knows_http2_directive(),
    )


def image() -> Place:
    """docker/compose.yaml mounts these."""
    return Place(
        user="",
        workers="auto",
        temp="/tmp/nginx",  # noqa: S108 - a tmpfs of the container's own
        pid="/tmp/nginx.pid",  # noqa: S108
        access_log="/dev/stdout",
        application="unix:/run/erec/web.sock",
        static_parent="/srv",
        listen_on=("", "[::]:"),
        tls="/run/tls",
        certificates={"entry": "entry", "cert": "cert"},
        client_authority="/run/client-ca/client_ca.pem",
        http2=True,
    )


def render(config: Mapping[str, Any], place: Place) -> str:
    """The whole configuration."""
    doors = "".join(_door(name, config, place) for name in ("entry", "cert"))
    return _fill(
        "nginx.conf.in",
        {
            "USER": place.user,
            "WORKERS": place.workers,
            "PID": place.pid,
            "TEMP": place.temp,
            "ACCESS_LOG": place.access_log,
            "HTTP2": "http2 on;" if place.http2 else "",
            "CERT_PORT": str(config["EREC_CERT_PORT"]),
            "APP": place.application,
            "DOORS": doors,
            "FETCH_RATE": str(config["EREC_FETCH_REQUESTS_PER_MINUTE"]),
        },
    )


def write(config: Mapping[str, Any]) -> Program:
    """Write the configuration of `make run`, have nginx check it, and say how to start it."""
    var: Path = config["EREC_VAR"]
    folder = var / "nginx"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "nginx.conf").write_text(render(config, desk(config)))
    prefix = var_link(var)
    command = [str(programs.nginx()), "-p", f"{prefix}/", "-c", f"{prefix}/nginx/nginx.conf", "-e", "stderr"]
    tried = subprocess.run(  # noqa: S603 - our own programs
        [*command, "-t", "-q"], capture_output=True, text=True, errors="replace", check=False
    )
    if tried.returncode:
        raise StackError(f"nginx の設定が通りません。\n{tried.stderr.strip()}")
    return Program(name="nginx", command=command, stop_seconds=5)


def var_link(var: Path) -> Path:
    """A plain short name for the state directory: nginx would read a `$` or a quote in the real one."""
    link = addresses.socket_folder(var) / "var"
    if not (link.is_symlink() and link.readlink() == var):
        link.unlink(missing_ok=True)
        link.symlink_to(var)
    return link


def listen_addresses(config: Mapping[str, Any]) -> tuple[str, ...]:
    """This machine alone while the doors are called localhost, else every address."""
    names = {urllib.parse.urlsplit(config[key]).hostname for key in ("EREC_ENTRY_URL", "EREC_CERT_URL")}
    if names <= {"localhost", "127.0.0.1", "::1"}:
        return tuple(f"[{a}]:" if ":" in a else f"{a}:" for a in loopback_addresses())
    return ("", "[::]:") if len(loopback_addresses()) > 1 else ("",)


def _door(name: str, config: Mapping[str, Any], place: Place) -> str:
    port = config["EREC_PORT" if name == "entry" else "EREC_CERT_PORT"]
    url = config["EREC_ENTRY_URL" if name == "entry" else "EREC_CERT_URL"]
    certificate = f"{place.tls}/{place.certificates[name]}"
    client = _CERT_CLIENT.format(authority=place.client_authority)
    http2 = "" if place.http2 else " http2"
    return _fill(
        "nginx_door.conf.in",
        {
            "LISTEN": "\n".join(f"        listen {on}{port} ssl{http2};" for on in place.listen_on),
            "SERVER_NAME": urllib.parse.urlsplit(url).hostname or "_",
            "CERTIFICATE": f"{certificate}.pem",
            "KEY": f"{certificate}.key",
            "CLIENT": client if name == "cert" else _ENTRY_CLIENT,
            "FETCH_RATE": str(config["EREC_FETCH_REQUESTS_PER_MINUTE"]),
            "URL": url,
            "STATIC_PARENT": place.static_parent,
        },
    )


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Every @NAME@ of the template; a KeyError is a mistake in this file or in the template."""
    return re.sub(r"@([A-Z0-9_]+)@", lambda found: values[found[1]], (_HERE / template).read_text())


def _knows_http2_directive() -> bool:
    """`http2 on` came with 1.25.1; before, it was a word of `listen`."""
    told = subprocess.run(  # noqa: S603 - our own programs
        [str(programs.nginx()), "-v"], capture_output=True, text=True, check=False
    )
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", told.stderr)
    return found is not None and tuple(map(int, found.groups())) >= (1, 25, 1)


if __name__ == "__main__":
    sys.stdout.write(render(configuration.load(os.environ), image()))
