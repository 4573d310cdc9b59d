"""The name of one page of entry: only the person for whom it was made can use it.

It ends in a mark of that person, so a colleague's or another company's is as unknown as one that was made up,
and no row has to be asked.
"""

import base64
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

from erec.members.models import Member

_RANDOM = 16  # characters, 96 bits
_MARK_BYTES = 16


def new(member: Member) -> str:
    """38 characters of a URL's own alphabet."""
    random = secrets.token_urlsafe(12)
    return random + _mark(member, random)


def belongs_to(member: Member, token: str) -> bool:
    random, mark = token[:_RANDOM], token[_RANDOM:]
    return constant_time_compare(mark, _mark(member, random))


def _mark(member: Member, random: str) -> str:
    digest = salted_hmac(__name__, f"{member.pk}:{random}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:_MARK_BYTES]).decode().rstrip("=")
