"""The cert door: the browser shows a client certificate while it connects."""

from django.urls import path

from accounts import views as accounts
from certs.views import login, own, portal
from erec.members import views as members

urlpatterns = [
    path("", login.home, name="home"),
    path("login", login.login, name="login"),
    path("logout", login.logout, name="logout"),
    path("logged-out", login.logged_out, name="logged-out"),
    path("services", login.services, name="services"),
    path("session/extend", accounts.extend_session, name="session-extend"),
    path("password/first", accounts.first_password, name="first-password"),
    path("password", accounts.password, name="password"),
    path("password/changed", accounts.password_changed, name="password-changed"),
    path("history/logins", accounts.login_history, name="login-history"),
    path("certificates", own.certificates, name="certificates"),
    path("certificates/renew", own.renewal, name="renewal"),
    path("certificates/<slug:serial>/stop", own.stop, name="certificate-stop"),
    path("portal", portal.main, name="portal"),
    path("densai/enter", members.enter, name="densai-enter"),
    path("densai", members.top, name="densai-top"),
    path("densai/leave", members.leave, name="densai-leave"),
    path("densai/left", members.left, name="densai-left"),
]

handler400 = "erec.errors.bad_request"
handler403 = "erec.errors.permission_denied"
handler404 = "erec.errors.page_not_found"
handler500 = "erec.errors.server_error"
