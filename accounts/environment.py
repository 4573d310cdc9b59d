"""A browser's own words (User-Agent), in words that a person recognises: 「Windows・Edge 146」.

Only for reading a history: what a browser says of itself proves nothing.
"""

import re

# The first that fits: Edge says Chrome too, Chrome says Safari, an iPhone says Mac OS X.
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    (r"Edg(?:A|iOS)?/(\d+)", "Edge"),
    (r"(?:Firefox|FxiOS)/(\d+)", "Firefox"),
    (r"(?:Chrome|CriOS)/(\d+)", "Chrome"),
    (r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari/", "Safari"),
    (r"curl/(\d+)", "curl"),
)


def in_words(user_agent: str) -> str:
    """System and browser with its version; the words themselves if neither is known."""
    system = next((name for token, name in _SYSTEMS if token in user_agent), "")
    browser = ""
    for pattern, name in _BROWSERS:
        found = re.search(pattern, user_agent)
        if found:
            browser = f"{name} {found[1]}"
            break
    return "・".join(part for part in (system, browser) if part) or user_agent[:40]
