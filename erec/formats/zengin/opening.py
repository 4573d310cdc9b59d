"""Which form a statement file has, told from its beginning; what is not read says what it is."""

from typing import BinaryIO

from erec.formats.zengin.anser import is_header
from erec.formats.zengin.records import Form

_HEAD = 1 << 12
_MARKS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_BY_CODE = {b"03": Form.STATEMENT, b"01": Form.TRANSFERS}
# 種別コード of the same family, whose files hold something else.
_OTHERS = {
    b"04": "残高通知",
    b"11": "給与振込",
    b"12": "賞与振込",
    b"21": "総合振込",
    b"71": "給与振込（公務員）",
    b"72": "賞与振込（公務員）",
    b"91": "口座振替",
}
_EBCDIC_HEADER = b"\xf1\xf0"  # "10" in EBCDIC: ヘッダー, 種別 0…
_WHAT_IS_READ = "読めるのは、全銀の入出金取引明細（03）と振込入金通知（01）、ANSER形式のCSVです。"


class UnknownFile(ValueError):
    """The file is none of those that are read; `str()` says what it is and what to do."""


def form_of(source: BinaryIO) -> Form:
    """The form of a file, which is read from its beginning again afterwards. Raises UnknownFile."""
    source.seek(0)
    head = source.read(_HEAD)
    source.seek(0)
    if not head:
        raise UnknownFile("ファイルが空です。")
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            raise UnknownFile(
                f"文字コードが{name}（BOMつき）です。銀行から取得したままのファイルを選んでください。"
            )
    if head.startswith(_EBCDIC_HEADER):
        raise UnknownFile("文字コードがEBCDICです。銀行の画面でJISを選んで取得し直してください。")
    if head[:1] == b"1" and head[1:3].isdigit():
        return _by_code(head[1:3])
    if head.startswith((b"1,", b'"1",')):
        raise UnknownFile(
            "カンマ区切りの全銀ファイルは読めません。固定長（1件200バイト）で取得し直してください。"
        )
    if is_header(head.splitlines()[0]):
        return Form.ANSER
    raise UnknownFile(f"どの形式のファイルかわかりません。{_WHAT_IS_READ}")


def _by_code(code: bytes) -> Form:
    if code in _BY_CODE:
        return _BY_CODE[code]
    name = _OTHERS.get(code)
    what = f"{name}（種別コード{code.decode()}）" if name else f"種別コード{code.decode()}"
    raise UnknownFile(f"{what}のファイルは読めません。{_WHAT_IS_READ}")
