"""What is kept between a form, its confirmation and its result."""

from accounts import drafts
from accounts.sessions import SessionStore

FLOW = "flow"


def session(key: str = "k" * 32) -> SessionStore:
    made = SessionStore(session_key=key)
    made._session_cache = {}  # type: ignore[attr-defined]  # as loaded, empty
    return made


def test_a_draft_is_found_under_its_own_id_only() -> None:
    one = session()
    draft = drafts.begin(one, FLOW, {"name": "山田"})
    assert drafts.content_of(one, FLOW, draft) == {"name": "山田"}
    for wrong in ("", "x", draft + "x"):
        assert drafts.content_of(one, FLOW, wrong) is None
    assert drafts.content_of(one, "other", draft) is None


def test_a_newer_draft_takes_the_place_of_the_older() -> None:
    one = session()
    old = drafts.begin(one, FLOW, {"name": "一つ目"})
    new = drafts.begin(one, FLOW, {"name": "二つ目"})
    assert drafts.content_of(one, FLOW, old) is None
    assert drafts.content_of(one, FLOW, new) == {"name": "二つ目"}


def test_what_is_finished_has_a_result_and_no_content() -> None:
    one = session()
    draft = drafts.begin(one, FLOW, {"name": "山田"})
    assert drafts.result_of(one, FLOW, draft) is None
    drafts.finish(one, FLOW, draft, {"done": True})
    assert drafts.content_of(one, FLOW, draft) is None
    assert drafts.result_of(one, FLOW, draft) == {"done": True}


def test_a_sealed_secret_opens_only_in_the_session_that_sealed_it() -> None:
    sealed = drafts.seal(session(), "ABCD-EFGH")
    assert "ABCD" not in sealed
    assert drafts.unseal(session(), sealed) == "ABCD-EFGH"
    assert drafts.unseal(session("j" * 32), sealed) == ""
    assert drafts.unseal(session(), "") == ""
