"""What is kept between a form, its confirmation and its result: in the session, never in the page.

One draft a flow, under a random id that the confirmation sends back: another tab's draft is not taken for
this one's, and what was done once is not done again by sending the page again.
"""

import base64
import hashlib
import secrets
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.sessions.backends.base import SessionBase

Content = dict[str, Any]


def begin(session: SessionBase, flow: str, content: Content) -> str:
    """Keep `content`; returns the draft's id."""
    draft_id = secrets.token_urlsafe(12)
    session[flow] = {"id": draft_id, "content": content}
    return draft_id


def content_of(session: SessionBase, flow: str, draft_id: str) -> Content | None:
    """What was kept, until it was finished; None for another tab's id."""
    return _part(session, flow, draft_id, "content")


def finish(session: SessionBase, flow: str, draft_id: str, result: Content) -> None:
    """The draft was carried out: only its result stays, for the next page."""
    session[flow] = {"id": draft_id, "result": result}


def result_of(session: SessionBase, flow: str, draft_id: str) -> Content | None:
    return _part(session, flow, draft_id, "result")


def _part(session: SessionBase, flow: str, draft_id: str, part: str) -> Content | None:
    kept = session.get(flow)
    if not isinstance(kept, dict) or not draft_id or kept.get("id") != draft_id:
        return None
    found: Content | None = kept.get(part)
    return found


def seal(session: SessionBase, secret: str) -> str:
    """`secret` for one redirect, unreadable in the database: its key is the cookie, which is not stored."""
    return _box(session).encrypt(secret.encode()).decode()


def unseal(session: SessionBase, sealed: str) -> str:
    """Empty for what another session sealed."""
    try:
        return _box(session).decrypt(sealed).decode()
    except InvalidToken:
        return ""


def _box(session: SessionBase) -> Fernet:
    material = hashlib.sha256(f"accounts.drafts:{session.session_key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(material))
