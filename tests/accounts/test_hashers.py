"""The real cost of a password, once; every other test is cheap."""

import importlib

from django.contrib.auth.hashers import check_password, make_password

import erec.settings


def test_passwords_are_argon2id_at_nineteen_mebibytes_and_two_passes(settings: object) -> None:
    settings.ARGON2_COST = importlib.import_module(erec.settings.__name__).ARGON2_COST  # type: ignore[attr-defined]
    encoded = make_password("himitsu123")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("himitsu123", encoded)
    assert not check_password("himitsu124", encoded)
