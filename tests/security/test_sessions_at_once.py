"""Several logins of one person in the same moment: one session stays, and every one of them was answered."""

import threading

import pytest
from django.db import connection

from accounts.models import LoginRecord, UserSession
from erec.doors import CERT
from tests import cast

SESSION = "__Host-erec-cert-session"


@pytest.mark.django_db(transaction=True)
def test_of_two_logins_at_once_one_session_stays() -> None:
    person = cast.master()
    clients = [cast.DoorClient(CERT, pem=person.certificate.pem) for _ in range(4)]
    together = threading.Barrier(len(clients))
    answers: list[int] = []

    def log_in(client: cast.DoorClient) -> None:
        try:
            together.wait()
            answers.append(client.post("/login", {"password": person.password}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=log_in, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 4
    assert len({client.cookies[SESSION].value for client in clients}) == 4
    assert sorted(client.get("/services").status_code for client in clients) == [200, 302, 302, 302]
    assert UserSession.objects.get(user=person.user).ended_at is None
    assert LoginRecord.objects.filter(user=person.user, result="accepted").count() == 4
