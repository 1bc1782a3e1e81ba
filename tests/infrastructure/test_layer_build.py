"""The script that builds the layers: same bytes from the same inputs, nothing done twice, nothing half done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from layers.build import BUILT, digest_of, find_interpreter

SCRIPT = Path(__file__).resolve().parents[2] / "layers" / "build.py"


@dataclass(frozen=True)
class Workshop:
    """The script with a small product and no packages."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def code(self) -> Path:
        return self.folder / "core" / "python" / "anlass"

    @property
    def built(self) -> Path:
        return self.folder / "built"

    def build(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return run(self.folder / "build.py", "--arch", "arm64", **{**self.environment, **environment})


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path / "layers", {"ANLASS_PYTHON313": find_interpreter().path})
    shop.code.mkdir(parents=True)
    (shop.code / "engine.py").write_text("STEPS = {'wait', 'send'}\n")
    (shop.code / "wire.py").write_text("LIMIT = 1\n")
    (shop.folder / "deps").mkdir()
    (shop.folder / "deps" / "requirements.txt").touch()
    shutil.copy(SCRIPT, shop.folder)
    return shop


def run(script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(
        command, env=os.environ | environment, check=False, capture_output=True, text=True, umask=0o077
    )


def test_another_build_elsewhere_gives_the_same_bytes(tmp_path: Path) -> None:
    far_west = {"TZ": "Etc/GMT+12", "PYTHONHASHSEED": "7"}

    done = run(SCRIPT, "--arch", "arm64", "--output", str(tmp_path), **far_west)

    assert done.returncode == 0, done.stderr
    assert "MB of 250.0 MB unzipped" in done.stdout
    for name in ("core", "deps-arm64"):
        assert (BUILT / name).is_dir(), "run `make layers` first"
        assert digest_of(tmp_path / name) == digest_of(BUILT / name), f"{name} differs; is it made from other sources?"


def test_what_has_not_changed_is_left_alone(workshop: Workshop) -> None:
    assert workshop.build().returncode == 0
    before = (workshop.built / "core").stat()
    (workshop.code / "__pycache__").mkdir()
    (workshop.code / "__pycache__" / "wire.cpython-311.pyc").touch()

    done = workshop.build()

    assert "core: unchanged\ndeps-arm64: unchanged\n" in done.stdout
    assert (workshop.built / "core").stat().st_ino == before.st_ino


def test_a_changed_module_builds_the_code_anew_and_a_removed_one_is_gone(workshop: Workshop) -> None:
    workshop.build()
    (workshop.code / "engine.py").write_text("STEPS = {'wait'}\n")
    (workshop.code / "wire.py").unlink()

    done = workshop.build()

    assert "deps-arm64: unchanged" in done.stdout
    assert "core: unchanged" not in done.stdout
    files = {path.relative_to(workshop.built / "core").as_posix() for path in (workshop.built / "core").rglob("*.*")}
    assert files == {"python/anlass/engine.py", "python/anlass/__pycache__/engine.cpython-313.pyc"}
    assert (workshop.built / "core" / "python" / "anlass" / "engine.py").read_text() == "STEPS = {'wait'}\n"


def test_a_build_that_fails_says_where_and_leaves_the_layer_that_was_there(workshop: Workshop) -> None:
    workshop.build()
    before, listing = digest_of(workshop.built / "core"), sorted(os.listdir(workshop.built))
    (workshop.code / "wire.py").write_text("LIMIT = = 1\n")

    done = workshop.build()

    assert done.returncode == 1
    assert "core does not compile with CPython 3.13" in done.stderr
    assert "anlass/wire.py" in done.stderr
    assert digest_of(workshop.built / "core") == before
    assert sorted(os.listdir(workshop.built)) == listing


def test_a_package_without_hash_is_refused(workshop: Workshop) -> None:
    (workshop.folder / "deps" / "requirements.txt").write_text("six==1.17.0\n")

    done = workshop.build(UV_OFFLINE="1")

    assert done.returncode == 1
    assert "uv could not install layers/deps/requirements.txt" in done.stderr
    assert not (workshop.built / "deps-arm64").exists()


def test_a_shim_that_does_not_run_is_passed_over(workshop: Workshop, tmp_path: Path) -> None:
    shim, working = tmp_path / "shim", tmp_path / "working"
    for folder, text in ((shim, "exit 127"), (working, f'exec {find_interpreter().path} "$@"')):
        folder.mkdir()
        (folder / "python3.13").write_text(f"#!/bin/sh\n{text}\n")
        (folder / "python3.13").chmod(0o755)

    done = workshop.build(ANLASS_PYTHON313="", PATH=f"{shim}:{working}", HOME=str(tmp_path))

    assert done.returncode == 0, done.stderr
    assert (workshop.built / "core").is_dir()


def test_without_lambdas_python_it_says_what_to_install(workshop: Workshop, tmp_path: Path) -> None:
    nowhere = {"PATH": str(tmp_path), "HOME": str(tmp_path), "PYENV_ROOT": "", "UV_PYTHON_INSTALL_DIR": str(tmp_path)}

    done = workshop.build(ANLASS_PYTHON313="", UV_OFFLINE="1", **nowhere)

    assert done.returncode == 1
    assert "must be made by CPython 3.13, and none that runs is on the PATH" in done.stderr
    assert "ANLASS_PYTHON313=/path/to/python3.13 make layers" in done.stderr
    assert not workshop.built.exists()


def test_a_python_that_was_named_is_not_replaced_by_another(workshop: Workshop) -> None:
    done = workshop.build(ANLASS_PYTHON313="/nowhere/python3.13")

    assert done.returncode == 1
    assert "/nowhere/python3.13 is no CPython 3.13 that runs" in done.stderr
