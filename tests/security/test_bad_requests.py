"""What no browser should send: addresses, bodies of every wrong kind to every URL, OCSP; never a 500."""

import base64
import html
import json
import urllib.parse
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import UserSession
from erec.doors import CERT, ENTRY
from tests import cast
from tests.erec.members.cast_members import colleague, member_of
from tests.security import walk
from tests.security.conftest import rows

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nchigau1234\r\n'

# Kind of body: its bytes, its type, and the status where a form is read; None where a view may understand it.
BODIES: dict[str, tuple[bytes, str, int | None]] = {
    "a form of 1.5 MB": (b"password=" + b"x" * 1_500_000, FORM, 413),
    "a form of 10 MB": (b"password=" + b"x" * 10_000_000, FORM, 413),
    "JSON of 1.5 MB": (b'{"csr": "' + b"x" * 1_500_000 + b'"}', "application/json", 413),
    "a multipart field of 1.5 MB": (PART.replace(b"chigau", b"x" * 1_500_000) + b"--x--\r\n", MULTIPART, 413),
    "6,000 fields": (b"&".join(b"f%d=1" % n for n in range(6000)), FORM, 400),
    "5,001 parts": (PART * 5001 + b"--x--\r\n", MULTIPART, 400),
    "1,001 files": (PART.replace(b'"\r', b'"; filename="a"\r') * 1001 + b"--x--\r\n", MULTIPART, 400),
    "NUL in a field's name": (b"pass%00word=1", FORM, 400),
    "a form in UTF-16": ("password=x".encode("utf-16"), f"{FORM}; charset=utf-16", 400),
    "a charset that is none": (b"password=x", f"{FORM}; charset=no-such", 400),
    "a codec that is no charset": (b"password=x", f"{FORM}; charset=rot13", 400),
    "multipart without a boundary": (PART, "multipart/form-data", 400),
    "multipart that is cut off": (PART[:60], MULTIPART, None),
    "multipart in base64 that is none": (
        PART.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1) + b"--x--\r\n",
        MULTIPART,
        None,
    ),
    "a file where a field is": (
        PART.replace(b'"\r', b'"; filename="a.txt"\r', 1) + b"--x--\r\n",
        MULTIPART,
        None,
    ),
    "broken UTF-8": (b"password=%ff%fe&next=%c0%af", FORM, None),
    "the same field a hundred times": (b"password=chigau1234&" * 100, FORM, None),
    "brackets": (b"password[]=x&password[$ne]=&current[]=x", FORM, None),
    "JSON to a form": (b'{"password": "chigau1234"}', "application/json", None),
    "deep JSON": (b"[" * 200_000, "application/json", None),
    "XML": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "text/xml", None),
    "no type": (b"password=x", "", None),
    "a type that is none": (b"password=x", ";;;===", None),
    "nothing": (b"", FORM, None),
}


@pytest.mark.parametrize("kind", BODIES)
def test_no_body_makes_any_url_fail(kind: str, person: cast.Person) -> None:
    """A master in the service, and the URLs are those of another person there, so that every form is met.

    What is refused before a view is chosen is tried at the exempt URLs and at one in ten of the others, all
    other kinds at the exempt ones and at one in three: every URL meets a third of them.
    """
    body, content_type, status = BODIES[kind]
    exempt = [url for url in walk.all_urls() if getattr(url.view, "csrf_exempt", False)]
    others = [url for url in walk.all_urls() if url not in exempt]
    urls = exempt + (others[list(BODIES).index(kind) % 3 :: 3] if status is None else others[::10])
    member_of(person)
    _, colleagues_row = colleague(person)
    values = {**walk.SOMETHING, "login_id": colleagues_row.login_id}
    entry = cast.DoorClient(ENTRY, raise_request_exception=False)
    for url in urls:
        if url.door == CERT and not is_in_the_service(person):
            person.log_in()
            person.client.post("/densai/enter")
        before = rows()
        client = person.client if url.door == CERT else entry
        path = url.path(**values)
        response = client.generic("POST", path, body, content_type=content_type)
        page = response.content.decode(errors="replace")
        assert (str(url), "chigau1234" in page) == (str(url), False)
        assert (str(url), response.status_code < 500) == (str(url), True)
        if status is not None:
            assert (str(url), response.status_code) == (str(url), status)
            assert "何も保存していません" in (page if page[0] == "<" else json.loads(page)["message"])
            assert rows() == before


def is_in_the_service(person: cast.Person) -> bool:
    return UserSession.objects.filter(user=person.user, densai_entered_at__isnull=False).exists()


MALFORMED_REQUEST = bytes.fromhex("30030a0101")  # OCSPResponse with nothing but status 1 (RFC 6960 4.2.1)
OCSP = "application/ocsp-request"


def ocsp(body: bytes, content_type: str = OCSP) -> Any:
    client = cast.DoorClient(ENTRY, raise_request_exception=False)
    return client.generic("POST", "/pki/ocsp", body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        b"x" * 5000,
        b"x" * 900_000,
        b"\x30\x00",
        b"\x30\x80" * 1000,
        b"\x30\x84\xff\xff\xff\xff",
        b"{}",
    ],
    ids=lambda body: f"{body[:4]!r} {len(body)}",
)
def test_an_ocsp_request_that_cannot_be_read_is_told_so(body: bytes, person: cast.Person) -> None:
    in_path = base64.b64encode(body[:3000]).decode()
    client = cast.DoorClient(ENTRY, raise_request_exception=False)
    answers = [ocsp(body)]
    if body:
        answers.append(client.get("/pki/ocsp/" + urllib.parse.quote(in_path, safe="")))
    for response in answers:
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/ocsp-response")
        assert response.content == MALFORMED_REQUEST


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300))
def test_any_bytes_are_an_answerable_ocsp_request(body: bytes, person: cast.Person) -> None:
    assert ocsp(body).content == MALFORMED_REQUEST


@pytest.mark.parametrize("text", ["x", "====", "%20", "電子", "MAA", "a/b/c", "%FF", "-_-_", "%2e%2e/%2e%2e"])
def test_an_ocsp_path_that_is_no_base64_is_told_so(text: str, person: cast.Person) -> None:
    response = cast.DoorClient(ENTRY, raise_request_exception=False).get(f"/pki/ocsp/{text}")
    assert (response.status_code, response.content) == (200, MALFORMED_REQUEST)


def header_bytes(response: Any) -> int:
    lines = [f"{name}: {text}\r\n" for name, text in response.items()]
    lines += [morsel.output() + "\r\n" for morsel in response.cookies.values()]
    return sum(len(line) for line in lines)


# nginx takes the head of an answer into one page of memory (proxy_buffer_size) and answers 502 to a longer
# one. A return address in Japanese grows by nine when it is written into the head.
HEAD_MAX = 4096
LONG = ["a" * 300, "a" * 4000, "a" * 17_000, "電" * 300, "電" * 1000, "電" * 3000]


@pytest.mark.parametrize("text", LONG, ids=lambda text: f"{len(text)} {text[0]}")
@pytest.mark.parametrize("way", ["deep link", "hidden field"])
def test_a_return_address_never_makes_the_head_too_long(way: str, text: str, person: cast.Person) -> None:
    response = (
        person.client.get("/services", {"x": text})
        if way == "deep link"
        else person.client.post("/login", {"password": person.password, "next": f"/{text}"})
    )
    assert response.status_code == 302
    assert header_bytes(response) < HEAD_MAX


@pytest.mark.parametrize(
    "text", ['"><script>alert(1)</script>', "'\"`", "/\u202e", "😀" * 500, "{{ 1|add:1 }}", "%00"]
)
def test_what_stands_in_the_address_is_escaped_in_the_page(text: str, person: cast.Person) -> None:
    response = person.client.get("/login", {"next": text, "ended": text})
    page = response.content.decode()
    assert response.status_code == 200
    kept = "" if text == "😀" * 500 else html.escape(text)  # too long to be sent back
    assert f'<input type="hidden" name="next" value="{kept}">' in page


@pytest.mark.parametrize(
    "before", ["x", "-1", "1.5", "1e3", "٣", "１２", " 1", "1;", "9" * 19, "9" * 5000, "0x10", "None", "１"]
)
def test_a_place_in_the_history_that_is_no_number_is_not_found(before: str, person: cast.Person) -> None:
    person.log_in()
    assert person.client.get("/history/logins", {"before": before}).status_code == 404


@pytest.mark.parametrize("before", ["", "0", "1", "9" * 18])
def test_a_place_that_is_a_number_is_shown(before: str, person: cast.Person) -> None:
    person.log_in()
    assert person.client.get("/history/logins", {"before": before}).status_code == 200


SERIALS = ["0", "-", "_", "G" * 5000, "a" * 40, "1'--", "..%2f..", "%00", "%ff", "１", "%20"]


@pytest.mark.parametrize("serial", SERIALS)
def test_a_serial_number_that_is_none_is_not_found(serial: str, person: cast.Person) -> None:
    person.log_in()
    for ask in (person.client.get, person.client.post):
        assert ask(f"/certificates/{serial}/stop").status_code == (400 if serial == "%00" else 404)
