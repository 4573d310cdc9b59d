"""Argon2id at the cost OWASP names (19 MiB, 2 passes, 1 lane), never more hashes at once than cores."""

import os
import threading

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

# Each gunicorn process gets its share of the cores; a flood of passwords then queues instead of
# taking 19 MiB a thread and every processor.
_SLOTS = threading.BoundedSemaphore(
    max(1, (os.cpu_count() or 1) // max(1, settings.CONFIG["EREC_WEB_WORKERS"]))
)


class Argon2idHasher(Argon2PasswordHasher):
    """Parameters are read at use, so that the tests can be cheap and one test can be real."""

    @property
    def time_cost(self) -> int:  # type: ignore[override]
        return settings.ARGON2_COST["passes"]

    @property
    def memory_cost(self) -> int:  # type: ignore[override]
        return settings.ARGON2_COST["memory_kib"]

    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _SLOTS:
            encoded: str = super().encode(password, salt)
        return encoded

    def verify(self, password: str, encoded: str) -> bool:
        with _SLOTS:
            verified: bool = super().verify(password, encoded)
        return verified
