"""The package stands alone, so that a tool without database or settings can use it."""

import pkgutil
import subprocess
import sys

import certs.pki


def test_nothing_in_it_needs_django() -> None:
    modules = [f"certs.pki.{module.name}" for module in pkgutil.iter_modules(certs.pki.__path__)]
    assert "certs.pki.verifier" in modules
    script = f"import sys, {', '.join(modules)}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
