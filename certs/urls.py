"""ユーザ管理業務 (the portal) and stopping oneself, at the cert door."""

from django.urls import path

from accounts.policy import Act
from certs.views import management, new_user, own, portal, users

_USER = "portal/users/<slug:login_id>"
_CERTIFICATES = "portal/certificates/<slug:login_id>"

urlpatterns = [
    path("stop-myself", own.stop_myself, name="stop-myself"),
    path("stopped-myself", own.stopped_myself, name="stopped-myself"),
    path("portal", portal.main, name="portal"),
    path("portal/users", users.index, name="portal-users"),
    path("portal/users/new", new_user.form, name="portal-user-new"),
    path("portal/users/new/confirm", new_user.confirm, name="portal-user-confirm"),
    path("portal/users/new/done", new_user.made, name="portal-user-made"),
    path(_USER, users.person, name="portal-user"),
    path(f"{_USER}/hand-over", new_user.hand_over, name="portal-user-hand-over"),
    path(f"{_USER}/change", users.change, name="portal-user-change"),
    path(f"{_USER}/change/confirm", users.change_confirm, name="portal-user-change-confirm"),
    path(f"{_USER}/reset", users.reset, name="portal-user-reset"),
    path(f"{_USER}/suspend", users.stop, {"act": Act.SUSPEND}, name="portal-user-suspend"),
    path(f"{_USER}/delete", users.stop, {"act": Act.DELETE}, name="portal-user-delete"),
    path(f"{_USER}/resume", users.restore, {"act": Act.RESUME}, name="portal-user-resume"),
    path(f"{_USER}/unlock", users.restore, {"act": Act.UNLOCK}, name="portal-user-unlock"),
    path("portal/certificates", management.menu, name="portal-certificates"),
    path("portal/certificates/users", management.index, name="portal-certificate-list"),
    path(_CERTIFICATES, management.change, name="portal-certificate"),
    path(f"{_CERTIFICATES}/confirm", management.confirm, name="portal-certificate-confirm"),
    path(f"{_CERTIFICATES}/done", management.done, name="portal-certificate-done"),
]
