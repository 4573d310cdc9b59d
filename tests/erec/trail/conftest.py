"""Every test of the trail has a state directory of its own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_var(settings: Any, tmp_path: Path) -> Path:
    """Keys, heads and mail of this test alone."""
    settings.VAR = tmp_path
    settings.TRAIL_HEADS = tmp_path / "heads"
    settings.MAIL_DIRECTORY = tmp_path / "mail"
    settings.MAIL_URL = "file:"
    settings.DEFAULT_FROM_EMAIL = "erec@bank.example"
    return tmp_path
