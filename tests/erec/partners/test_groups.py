"""取引先グループ: made, filled, changed and deleted, with nothing saved before ［保存］ and nothing lost."""

from typing import Any

import pytest

from erec.partners import policy
from erec.partners.actions import partners
from erec.partners.actions.groups import save_group
from erec.partners.errors import Changed, LimitReached
from erec.partners.models import GroupMember, Partner, PartnerGroup
from erec.partners.suggestions import group_lines
from tests.erec.partners.cast_partners import HERE, Keeper, another, key_of
from tests.erec.partners.test_editing import TICK, text_of

pytestmark = pytest.mark.django_db

NEW = "/densai/partners/groups/new"


def press(keeper: Keeper, step: str, *, path: str = NEW, **values: Any) -> Any:
    return keeper.client.post(path, {"version": "0", **values, "step": step})


def amounts(group: PartnerGroup) -> dict[int, int | None]:
    return dict(group.members.order_by("pk").values_list("partner_id", "amount_yen"))


def two(keeper: Keeper) -> tuple[Partner, Partner]:
    return (
        keeper.adds(another(), registered_name="あおば部品"),
        keeper.adds(another(), registered_name="みどり精機"),
    )


def test_partners_are_searched_added_given_amounts_and_saved() -> None:
    keeper = Keeper.at_work()
    one, other = two(keeper)
    found = text_of(press(keeper, "find", name="毎月", words="アオバ"))
    assert f'name="candidate" value="{one.pk}"' in found
    assert f'name="candidate" value="{other.pk}"' not in found
    taken = text_of(press(keeper, "take", name="毎月", candidate=[one.pk, other.pk]))
    assert 'value="毎月"' in taken
    assert f'name="member" value="{one.pk}"' in taken
    assert PartnerGroup.objects.count() == 0
    members: dict[str, Any] = {
        "member": [one.pk, other.pk],
        f"amount-{one.pk}": "１２，３４５円",
        f"amount-{other.pk}": "",
    }
    saved = press(keeper, "save", name="毎月", **members)
    assert saved.headers["Location"] == "/densai/partners/groups"
    group = PartnerGroup.objects.get()
    assert (group.name, group.company_id, group.version) == ("毎月", keeper.company_id, 1)
    assert amounts(group) == {one.pk: 12_345, other.pk: None}
    listed = text_of(keeper.client.get("/densai/partners/groups"))
    assert "グループ「毎月」を保存しました。" in listed
    assert "12,345" in listed
    assert f'name="amount-{one.pk}" value="12,345"' in text_of(
        keeper.client.get(f"/densai/partners/groups/{group.pk}")
    )


def test_one_partner_is_dropped_and_what_was_typed_for_the_others_stays() -> None:
    keeper = Keeper.at_work()
    one, other = two(keeper)
    typed: dict[str, Any] = {"name": "毎月", "member": [one.pk, other.pk], f"amount-{other.pk}": "なにか"}
    page = text_of(press(keeper, f"drop:{one.pk}", **typed))
    assert f'name="member" value="{one.pk}"' not in page
    assert 'value="なにか"' in page


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", "10000000000", "百", "1e3", "１０００００００００００"])
def test_an_amount_that_is_none_is_told_at_its_field_and_nothing_saved(amount: str) -> None:
    keeper = Keeper.at_work()
    one, _ = two(keeper)
    page = press(keeper, "save", name="毎月", member=[one.pk], **{f"amount-{one.pk}": amount})
    assert page.status_code == 422
    assert f'id="id_amount-{one.pk}_error"' in text_of(page)
    assert f'value="{amount}"' in text_of(page)
    assert PartnerGroup.objects.count() == 0


def test_a_name_twice_and_none_are_refused() -> None:
    keeper, rival = Keeper.at_work(), Keeper.at_work()
    keeper.groups("毎月")
    twice = press(keeper, "save", name="毎月")
    assert (twice.status_code, "同じ名前のグループがあります" in text_of(twice)) == (422, True)
    assert press(keeper, "save", name="").status_code == 422
    assert press(rival, "save", name="毎月").status_code == 302
    assert PartnerGroup.objects.filter(company_id=keeper.company_id).count() == 1


def test_a_colleagues_change_is_told_and_then_overwritten_knowingly() -> None:
    keeper = Keeper.at_work()
    one, other = two(keeper)
    group = keeper.groups("毎月", one)
    path = f"/densai/partners/groups/{group.pk}"
    save_group(group.pk, "毎月末", {other.pk: 5}, version=1, acting_user=keeper.user, **HERE)
    mine = {"name": "月初", "member": [one.pk], f"amount-{one.pk}": "7"}
    page = press(keeper, "save", path=path, **{**mine, "version": "1"})
    assert page.status_code == 409
    assert 'name="version" value="2"' in text_of(page)
    assert 'value="月初"' in text_of(page)
    assert amounts(group) == {other.pk: 5}
    assert press(keeper, "save", path=path, **{**mine, "version": "2"}).status_code == 302
    assert amounts(group) == {one.pk: 7}


def test_a_partner_that_was_deleted_meanwhile_is_told() -> None:
    keeper = Keeper.at_work()
    one, other = two(keeper)
    partners.delete(one.pk, version=1, acting_user=keeper.user, **HERE)
    with pytest.raises(Changed):
        save_group(None, "毎月", {one.pk: 1, other.pk: 2}, acting_user=keeper.user, **HERE)
    assert PartnerGroup.objects.count() == 0


def test_a_competitor_sees_and_takes_nothing() -> None:
    keeper, rival = Keeper.at_work(), Keeper.at_work()
    one, _ = two(keeper)
    group = keeper.groups("秘密の仕入先", one, amounts={one.pk: 99})
    for page in ("", "/delete"):
        path = f"/densai/partners/groups/{group.pk}{page}"
        posted = {"name": "x", "version": "1", "step": "save", **TICK}
        answers = (rival.client.get(path).status_code, rival.client.post(path, posted).status_code)
        assert (path, *answers) == (path, 404, 404)
    assert "秘密の仕入先" not in text_of(rival.client.get("/densai/partners/groups"))
    page = text_of(press(rival, "take", name="x", candidate=[one.pk], member=[one.pk]))
    assert "あおば部品" not in page
    assert press(rival, "save", name="x", member=[one.pk]).status_code == 302
    assert list(PartnerGroup.objects.get(name="x").members.all()) == []
    assert group_lines(rival.company_id, group.pk) == []
    assert amounts(group) == {one.pk: 99}


def test_limits_of_groups_and_members(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper.at_work()
    one, other = two(keeper)
    monkeypatch.setattr(policy, "GROUP_MEMBERS_MAX", 1)
    with pytest.raises(LimitReached, match="1件まで"):
        keeper.groups("毎月", one, other)
    keeper.groups("毎月", one)
    monkeypatch.setattr(policy, "GROUPS_MAX", 1)
    full = press(keeper, "save", name="別")
    assert (full.status_code, "グループは1件まで" in text_of(full)) == (422, True)
    assert PartnerGroup.objects.count() == 1


def test_the_deletion_leaves_the_partners() -> None:
    keeper = Keeper.at_work()
    one, _ = two(keeper)
    group = keeper.groups("毎月", one)
    path = f"/densai/partners/groups/{group.pk}/delete"
    assert keeper.client.post(path, {"version": "1"}).status_code == 422
    assert keeper.client.post(path, {"version": "2", **TICK}).status_code == 409
    assert PartnerGroup.objects.exists()
    assert keeper.client.post(path, {"version": "1", **TICK}).status_code == 302
    assert (PartnerGroup.objects.count(), GroupMember.objects.count()) == (0, 0)
    assert Partner.objects.filter(deleted_at=None).count() == 2


def test_a_group_fills_in_lines_by_name_with_what_the_contracts_say_now() -> None:
    keeper = Keeper.at_work()
    gone, company = another(), another()
    lost = keeper.adds(gone, registered_name="あ")
    kept = keeper.adds(company, registered_name="い")
    group = keeper.groups("毎月", kept, lost, amounts={kept.pk: 10})
    gone.settlement_accounts.all().delete()
    lines = group_lines(keeper.company_id, group.pk)
    assert [(one.partner.pk, one.amount_yen, one.found and one.found.key) for one in lines] == [
        (lost.pk, None, None),
        (kept.pk, 10, key_of(company)),
    ]


@pytest.mark.parametrize("step", ["drop:x", "drop:", "nothing", "find"])
@pytest.mark.parametrize("ids", [["x"], ["9" * 50], ["-1"], ["\x00"], [str(n) for n in range(900)]], ids=len)
def test_made_up_steps_and_ids_are_no_failure(step: str, ids: list[str]) -> None:
    keeper = Keeper.at_work()
    page = press(keeper, step, name="毎月", member=ids, candidate=ids, words="\x00%")
    assert page.status_code in (200, 302)
    assert GroupMember.objects.count() == 0
