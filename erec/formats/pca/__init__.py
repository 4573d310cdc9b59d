"""PCA会計の汎用データ: all layouts of 「PCA会計Ⅹシリーズ 汎用データレイアウト」 第11版 as data, one codec.

    find("電子記録債権期日管理帳票", "電子記録債権") -> Table
    write(table, rows) -> the file's bytes; read(table, file) -> a Record or a Problem for each line

How to read the data files: `loading`. What may stand in a cell: `values`. Where the document is silent
(delimiters, quotes): `profiles`.
"""

from erec.formats.pca.kinds import Kind
from erec.formats.pca.loading import find, layouts
from erec.formats.pca.model import (
    Cell,
    Field,
    Layout,
    Problem,
    Record,
    Row,
    Table,
    UnknownLayout,
    Unwritable,
)
from erec.formats.pca.profiles import BARE, PROFILES, QUOTED, TAB, Profile
from erec.formats.pca.reading import read
from erec.formats.pca.writing import write

__all__ = [
    "BARE",
    "PROFILES",
    "QUOTED",
    "TAB",
    "Cell",
    "Field",
    "Kind",
    "Layout",
    "Problem",
    "Profile",
    "Record",
    "Row",
    "Table",
    "UnknownLayout",
    "Unwritable",
    "find",
    "layouts",
    "read",
    "write",
]
