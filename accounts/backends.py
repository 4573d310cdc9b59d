"""Django's question "who is this session's user?", answered from the row."""

from django.contrib.auth.backends import BaseBackend

from accounts.models import User


class RowBackend(BaseBackend):
    """Loads a user; entering is `certs.actions.login`, never `authenticate()`."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("company").filter(pk=user_id).first()
        return user if user is not None and user.is_active else None
