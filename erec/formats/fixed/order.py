"""The order of records that all files of this family keep: header, data, trailer, again for the next
account, and one end record behind all."""

from erec.formats.fixed.framing import Frame
from erec.formats.fixed.model import Problem

HEADER, DATA, TRAILER, END = "1", "2", "8", "9"
_NAMES = {
    HEADER: "ヘッダー・レコード",
    DATA: "データ・レコード",
    TRAILER: "トレーラ・レコード",
    END: "エンド・レコード",
}
_FOLLOW = {
    "": (HEADER,),
    HEADER: (DATA, TRAILER),
    DATA: (DATA, TRAILER),
    TRAILER: (HEADER, END),
    END: (),
}
_ITEM = "データ区分"


class Order:
    """Where in a file its reader is."""

    def __init__(self) -> None:
        self.mark = ""

    def step(self, frame: Frame) -> tuple[str, list[Problem]]:
        """The record's mark ("" for an unknown one), and what is wrong with its place."""
        mark = frame.data[:1].decode("latin-1")
        if mark not in _NAMES:
            shown = f"「{mark}」はわかりません" if " " < mark < "\x7f" else "が読めません"
            return "", [Problem(frame.line, 1, _ITEM, f"{_ITEM}{shown}。1、2、8、9のどれかのはずです。")]
        before, self.mark = self.mark, mark
        if mark in _FOLLOW[before]:
            return mark, []
        if before == END:
            return mark, [
                Problem(frame.line, 1, _ITEM, f"エンド・レコードのあとに{_NAMES[mark]}があります。")
            ]
        expected = "か".join(_NAMES[each] for each in _FOLLOW[before])
        message = f"ここは{expected}のはずですが、{_NAMES[mark]}です。"
        return mark, [Problem(frame.line, 1, _ITEM, message)]

    def end(self, line: int) -> list[Problem]:
        """What is wrong when the file ends behind record `line`."""
        if self.mark == END:
            return []
        message = "エンド・レコードがありません。ファイルが途中で切れていないか確かめてください。"
        return [Problem(line + 1, None, "", message)]
