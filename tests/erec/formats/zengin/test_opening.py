"""Which form a statement file has, and what is said of those that are not read."""

import io

import pytest

from erec.formats.zengin import Form, UnknownFile, form_of
from tests.erec.formats.zengin.bank import statement
from tests.erec.formats.zengin.test_anser import HEADER


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"".join(statement([])), Form.STATEMENT),
        (b"1010", Form.TRANSFERS),
        (HEADER.encode("cp932"), Form.ANSER),
        (HEADER.replace('"', "").encode("cp932"), Form.ANSER),
    ],
)
def test_a_file_is_known_by_its_beginning_and_left_there(data: bytes, form: Form) -> None:
    source = io.BytesIO(data)
    assert form_of(source) is form
    assert source.tell() == 0


KINDS = "読めるのは、全銀の入出金取引明細（03）と振込入金通知（01）、ANSER形式のCSVです。"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "ファイルが空です。"),
        (b"\n", f"どの形式のファイルかわかりません。{KINDS}"),
        (b"PK\x03\x04", f"どの形式のファイルかわかりません。{KINDS}"),
        (b"2100", f"どの形式のファイルかわかりません。{KINDS}"),
        (b"1210", f"総合振込（種別コード21）のファイルは読めません。{KINDS}"),
        (b"1040", f"残高通知（種別コード04）のファイルは読めません。{KINDS}"),
        (b"1990", f"種別コード99のファイルは読めません。{KINDS}"),
        (
            "10308".encode("cp037"),
            "文字コードがEBCDICです。銀行の画面でJISを選んで取得し直してください。",
        ),
        (
            b"\xef\xbb\xbf1030",
            "文字コードがUTF-8（BOMつき）です。銀行から取得したままのファイルを選んでください。",
        ),
        (
            "照会口座".encode("utf-16"),
            "文字コードがUTF-16（BOMつき）です。銀行から取得したままのファイルを選んでください。",
        ),
        (HEADER.encode("utf-8"), f"どの形式のファイルかわかりません。{KINDS}"),
        (
            b'"1","03","0"',
            "カンマ区切りの全銀ファイルは読めません。固定長（1件200バイト）で取得し直してください。",
        ),
    ],
)
def test_what_is_not_read_is_said_to_be_what_it_is(data: bytes, sentence: str) -> None:
    with pytest.raises(UnknownFile) as refusal:
        form_of(io.BytesIO(data))
    assert str(refusal.value) == sentence
