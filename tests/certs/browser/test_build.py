"""The step that bundles the page's script."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from certs.browser import build as builder
from certs.browser.build import PRODUCTS, SOURCE, BuildFailed, axe_script, build, work_directory


def states(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}


def test_only_the_bundles_and_their_licences_lie_in_the_served_folder(bundles: Path) -> None:
    assert {file.name for file in bundles.iterdir()} == set(PRODUCTS)
    assert axe_script(bundles).read_text().startswith("/*! axe v4.14.1")


def test_the_source_tree_stays_clean(bundles: Path) -> None:
    assert not (SOURCE / "node_modules").exists()


def test_a_second_run_writes_nothing(bundles: Path) -> None:
    before = states(bundles)
    build(bundles)
    assert states(bundles) == before


def test_a_missing_bundle_is_built_again(bundles: Path) -> None:
    before = (bundles / "certificate-old.js").read_bytes()
    (bundles / "certificate-old.js").unlink()
    build(bundles)
    assert (bundles / "certificate-old.js").read_bytes() == before


def test_each_bundle_names_the_licences_of_what_it_holds(bundles: Path) -> None:
    page = (bundles / "certificate.js.LEGAL.txt").read_text()
    assert [
        line for line in page.splitlines() if line in ("asn1js 4.0.0", "pkijs 4.0.0", "node-forge 1.4.3")
    ] == [
        "asn1js 4.0.0",
        "pkijs 4.0.0",
    ]
    old = (bundles / "certificate-old.js.LEGAL.txt").read_text()
    assert old.startswith("node-forge 1.4.3\n")
    for name in ("certificate.js", "certificate-old.js"):
        assert (bundles / name).read_text().startswith(f"/*! Licences: {name}.LEGAL.txt */")


def test_the_typeface_of_the_sheets_comes_in_two_weights_with_its_licence(bundles: Path) -> None:
    for name in ("sheet.ttf", "sheet-bold.ttf"):
        assert (bundles / name).read_bytes()[:4] == b"\0\1\0\0"
    licence = (bundles / "sheet.ttf.LEGAL.txt").read_text()
    assert licence.startswith("Copyright 2022 The BIZ UDGothic Project Authors")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_the_bundles_need_no_eval(bundles: Path) -> None:
    for name in ("certificate.js", "certificate-old.js"):
        script = (bundles / name).read_text()
        assert [word for word in ("eval(", "new Function", "console.log") if word in script] == []


def test_the_lock_pins_every_package_by_hash_and_by_no_address() -> None:
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    named = {name: package for name, package in packages.items() if name}
    assert {"node_modules/pkijs", "node_modules/@esbuild/linux-x64", "node_modules/axe-core"} <= named.keys()
    assert [name for name, package in named.items() if "resolved" in package] == []
    assert [name for name, package in named.items() if not package["integrity"].startswith("sha512-")] == []


def test_a_path_with_spaces_and_japanese_is_built_by_the_command(tmp_path: Path) -> None:
    out = tmp_path / "配布 用" / ("long " * 20).strip() / "static files"
    command = [sys.executable, "-m", "certs.browser.build", str(out)]
    done = subprocess.run(command, cwd=SOURCE.parents[1], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {file.name for file in out.iterdir()} == set(PRODUCTS)


def test_the_command_without_a_folder_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert builder.main([]) == 2
    assert capsys.readouterr().err == "使い方: python -m certs.browser.build 出力先フォルダ\n"


def test_an_unreachable_registry_is_one_sentence_and_the_next_run_recovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "static"
    with monkeypatch.context() as unreachable:
        unreachable.setenv("npm_config_registry", "http://127.0.0.1:9/")
        unreachable.setenv("npm_config_fetch_retries", "0")
        assert builder.main([str(out)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("証明書ページのスクリプトに必要なnpmのパッケージを取り込めませんでした。")
    assert "ECONNREFUSED" in told
    assert list(out.iterdir()) == []
    assert not (work_directory(out) / "installed").exists()
    build(out)
    assert {file.name for file in out.iterdir()} == set(PRODUCTS)


def test_a_script_that_does_not_parse_is_told_and_the_old_bundles_stay(
    tmp_path: Path, bundles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    (source / "src").mkdir(parents=True)
    for name in (*builder.MANIFESTS, "build.mjs"):
        (source / name).write_bytes((SOURCE / name).read_bytes())
    (source / "src" / "certificate.js").write_text("const = ;")
    before = states(bundles)
    with monkeypatch.context() as broken:
        broken.setattr(builder, "SOURCE", source)
        with pytest.raises(BuildFailed) as told:
            build(bundles)
    assert str(told.value).startswith("証明書ページのスクリプトをまとめられませんでした。")
    assert states(bundles) == before
    build(bundles)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BuildFailed) as told:
        build(tmp_path / "file" / "static")
    reason = os.strerror(errno.ENOTDIR)
    assert str(told.value) == (
        f"証明書ページのスクリプトを「{tmp_path / 'file' / 'static'}」に書けませんでした（{reason}）。"
        "空き容量と書込みの権限を確かめて、もう一度実行してください。"
    )
