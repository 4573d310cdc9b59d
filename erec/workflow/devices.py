"""Whether who approves sits where the request was entered: the same certificate, or the same browser.

A second person who uses the first one's machine, or a thief who holds one machine, is two persons in one.
Browsers are told apart by a mark that they keep (certs/device.py): it shows, it cannot prove.
"""

from collections.abc import Iterable, Sequence

from accounts.origin import Origin
from erec.workflow.errors import SameDevice
from erec.workflow.models import Decision, Version


def same_as(versions: Sequence[Version], approvals: Sequence[Decision], origin: Origin) -> str:
    """「仮登録と同じ証明書・端末」, or empty. `versions`: those whose makers count."""
    found = []
    for what, rows in (("仮登録", versions), ("1人目の承認", approvals)):
        shared = [label for label, name in _MARKS if _shared(rows, name, origin)]
        if shared:
            found.append(f"{what}と同じ{'・'.join(shared)}")
    return "、".join(found)


_MARKS = (("証明書", "certificate"), ("端末", "device"))


def _shared(rows: Iterable[Version | Decision], name: str, origin: Origin) -> bool:
    mark = getattr(origin, name)
    return bool(mark) and any(getattr(row, name) == mark for row in rows)


def refuse(same: str) -> None:
    """Raises SameDevice."""
    if same:
        raise SameDevice(
            f"{same}からは、承認できない設定です。何も変わっていません。"
            "ほかの承認者に、その人の端末から承認してもらってください。"
        )
