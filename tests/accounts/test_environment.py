"""What the login history says of a browser."""

import pytest

from accounts.environment import in_words

AGENTS = [
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/146.0.0.0 Safari/537.36 Edg/146.0.0.0",
        "Windows・Edge 146",
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/19.0 Safari/605.1.15",
        "macOS・Safari 19",
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/19.0 Mobile/15E148 Safari/604.1",
        "iPhone・Safari 19",
    ),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Linux・Firefox 140"),
    ("curl/8.5.0", "curl 8"),
    ("なにか知らないもの", "なにか知らないもの"),
    ("", ""),
]


@pytest.mark.parametrize(("user_agent", "words"), AGENTS)
def test_known_browsers_are_named(user_agent: str, words: str) -> None:
    assert in_words(user_agent) == words
