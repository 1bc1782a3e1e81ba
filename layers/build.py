"""Builds the Lambda layers into layers/built, without docker.

    core/python          the product's code
    deps-arm64/python    the packages that layers/deps/requirements.txt pins, as Lambda runs them
    deps-x86_64/python   the same for a machine that is not arm64, so that tests can import from them

Each module gets its bytecode: /opt is read-only on Lambda, and without it a cold start compiles everything anew. The
same inputs give the same bytes, so that CDK uploads a layer only when it has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "core" / "python"
REQUIREMENTS = HERE / "deps" / "requirements.txt"
BUILT = HERE / "built"

PYTHON = "3.13"
# Lambda's python3.13 runs on Amazon Linux 2023, which has glibc 2.34.
PLATFORMS = {"arm64": "aarch64-manylinux_2_34", "x86_64": "x86_64-manylinux_2_34"}
MACHINE = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
# The services that adapters/aws/clients.py asks for. botocore describes 432 more: 16 MB, which zip no further (26 MB
# are left of 42), and it looks into each one's folder before it makes its first client: 11 ms of every cold start.
SERVICES = frozenset({"dynamodb", "s3", "scheduler", "secretsmanager", "sesv2", "sns", "sqs", "stepfunctions"})
# Commands name the Python that installed them, and the records name the commands.
DROPPED = ("bin", ".lock", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED")
LIMIT = 250 * 2**20  # unzipped, of all layers of a function and its code
MOMENT = 315_619_200  # of all files; 1980-01-02, because a zip can name nothing before 1980 in any time zone


class CannotBuild(Exception):
    """What is missing and what to do."""


@dataclass(frozen=True)
class Interpreter:
    path: str
    version: str  # as 3.13.0


@dataclass(frozen=True)
class Layer:
    name: str
    inputs: tuple[Path, ...]  # files
    fill: Callable[[Path, Interpreter], None]  # puts modules into the folder `python`


@dataclass(frozen=True)
class Built:
    """What a layer was made from and what came out. Sizes in bytes; the digests are SHA-256."""

    inputs: str
    digest: str
    files: int
    unzipped: int
    zipped: int


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the Lambda layers; what has not changed is left alone.")
    parser.add_argument("--arch", action="append", choices=PLATFORMS, help="default: arm64 and this machine's")
    parser.add_argument("--output", type=Path, default=BUILT, help="default: layers/built")
    parser.add_argument("--python", metavar="PATH", help=f"a CPython {PYTHON}; default: $ANLASS_PYTHON313, or found")
    asked = parser.parse_args()
    try:
        interpreter = find_interpreter(asked.python)
        done = {each.name: build(each, asked.output.resolve(), interpreter) for each in layers(asked.arch)}
    except CannotBuild as fault:
        _say(f"layers/build.py: {fault}", to=sys.stderr)
        return 1
    _say("\n".join(_table(done)))
    return 0


def layers(arches: Iterable[str] | None = None) -> tuple[Layer, ...]:
    """The code, and the packages once for each architecture; default: Lambda's and this machine's."""
    code = tuple(path for path in _files(SOURCES) if path.parent.name != "__pycache__" and path.name[0] != ".")
    wanted = dict.fromkeys(arches or ("arm64", MACHINE))
    return (
        Layer("core", code, _copying(code)),
        *(Layer(f"deps-{arch}", (REQUIREMENTS,), _installing(PLATFORMS[arch])) for arch in wanted),
    )


def build(layer: Layer, output: Path, interpreter: Interpreter) -> Built:
    """Builds beside the place and renames at the end: what lies in `output/<name>` is always whole."""
    before = built(layer, output, interpreter)
    if before is not None:
        _say(f"{layer.name}: unchanged")
        return before
    output.mkdir(parents=True, exist_ok=True)
    inputs = _fingerprint(layer, interpreter)  # before they are read: who changes them meanwhile gets another build
    with tempfile.TemporaryDirectory(dir=output, prefix=f".{layer.name}-") as workshop:
        fresh = Path(workshop, "fresh")
        (fresh / "python").mkdir(parents=True)
        _say(f"{layer.name}: fetching")
        layer.fill(fresh / "python", interpreter)
        _compile(layer.name, fresh, interpreter)
        _normalise(fresh)
        _say(f"{layer.name}: measuring")
        result = _measured(fresh, inputs)
        place, note = output / layer.name, _note(layer, output)
        note.unlink(missing_ok=True)
        if place.exists():
            place.rename(Path(workshop, "old"))
        fresh.rename(place)
        note.write_text(json.dumps(asdict(result), indent=2) + "\n", "utf-8")
    return result


def built(layer: Layer, output: Path, interpreter: Interpreter) -> Built | None:
    """What lies in `output`, if it was made from what is there now."""
    note = _note(layer, output)
    if not note.exists() or not (output / layer.name).is_dir():
        return None
    known = json.loads(note.read_text("utf-8"))
    return Built(**known) if known["inputs"] == _fingerprint(layer, interpreter) else None


def digest_of(tree: Path) -> str:
    """Over names, modes and contents of all files."""
    total = hashlib.sha256()
    for path in _files(tree):
        content = path.read_bytes()
        total.update(f"{path.relative_to(tree).as_posix()}\0{path.stat().st_mode:o}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def find_interpreter(named: str | None = None) -> Interpreter:
    """A CPython 3.13 that really runs (pyenv's shims often do not); the last resort is to let uv install one."""
    named = named or os.environ.get("ANLASS_PYTHON313")
    if named:
        found = _probe(shutil.which(named) or named)
        if found is None:
            raise CannotBuild(f"{named} is no CPython {PYTHON} that runs; mend --python or ANLASS_PYTHON313")
        return found
    for candidate in _candidates():
        found = _probe(candidate)
        if found is not None:
            return found
    _say(f"no CPython {PYTHON} found, asking uv for one")
    said = _run([_uv(), "python", "install", "--no-bin", PYTHON]).stderr.strip()
    found = _probe(_managed())
    if found is None:
        raise CannotBuild(
            f"bytecode for Lambda must be made by CPython {PYTHON}, and none that runs is on the PATH, in pyenv or "
            f"with uv. Install one (pyenv install {PYTHON}, uv python install {PYTHON} or your system's package), or "
            f"name one: ANLASS_PYTHON313=/path/to/python{PYTHON} make layers. uv could not install it: {said}"
        )
    return found


def _candidates() -> Iterator[str]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield os.path.join(folder, f"python{PYTHON}")
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    versions = sorted(pyenv.glob(f"{PYTHON}*"), key=lambda each: [int(part) for part in re.findall(r"\d+", each.name)])
    yield from (str(version / "bin" / "python3") for version in reversed(versions))
    yield _managed()


def _managed() -> str:
    return _run([_uv(), "python", "find", "--managed-python", PYTHON]).stdout.strip()


def _probe(path: str) -> Interpreter | None:
    if not os.access(path, os.X_OK):
        return None
    question = "import platform as p, sys; print(p.python_implementation(), p.python_version(), sys.abiflags or '-')"
    try:
        answer = _run([path, "-I", "-c", question]).stdout.split()
    except OSError:  # not a program of this machine
        return None
    match answer:
        case ["CPython", version, "-"] if version.startswith(f"{PYTHON}."):
            return Interpreter(path, version)
        case _:
            return None


def _copying(code: Iterable[Path]) -> Callable[[Path, Interpreter], None]:
    def fill(target: Path, _interpreter: Interpreter) -> None:
        for file in code:
            copy = target / file.relative_to(SOURCES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)

    return fill


def _installing(wheels: str) -> Callable[[Path, Interpreter], None]:
    def fill(target: Path, interpreter: Interpreter) -> None:
        command = [_uv(), "pip", "install", "--target", str(target), "--requirement", str(REQUIREMENTS)]
        command += ["--python", interpreter.path, "--python-version", PYTHON, "--python-platform", wheels]
        command += ["--only-binary", ":all:", "--require-hashes", "--no-deps"]
        command += ["--link-mode", "copy"]  # a hard link would let us change the files of uv's cache
        # What uv has kept is enough for all builds but the first; then no network is needed.
        if _run([*command, "--offline"]).returncode and subprocess.run(command, check=False).returncode:  # noqa: S603
            raise CannotBuild(
                "uv could not install layers/deps/requirements.txt, see above. The first build needs the package "
                "index; if a pin has no wheel for this platform, change it in pyproject.toml and run `make lock`."
            )
        for pattern in DROPPED:
            for path in target.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for service in target.glob("botocore/data/*/"):
            if service.name not in SERVICES:
                shutil.rmtree(service)

    return fill


def _compile(name: str, fresh: Path, interpreter: Interpreter) -> None:
    """Unchecked: nothing can change below /opt, so that Python need not compare the source with its bytecode."""
    _say(f"{name}: compiling with CPython {interpreter.version}")
    command = [interpreter.path, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(fresh), "-p", "/opt", str(fresh / "python")]
    done = _run(command)
    if done.returncode:
        said = (done.stdout + done.stderr).replace(f"{fresh}/python/", "").strip()
        raise CannotBuild(f"{name} does not compile with CPython {interpreter.version}:\n{said}")


def _normalise(tree: Path) -> None:
    for path in sorted(tree.rglob("*"), reverse=True):  # a folder after what is in it
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (MOMENT, MOMENT))
    tree.chmod(0o755)


def _measured(tree: Path, inputs: str) -> Built:
    files = _files(tree)
    return Built(inputs, digest_of(tree), len(files), sum(each.stat().st_size for each in files), _zipped(tree, files))


def _zipped(tree: Path, files: list[Path]) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(tree).as_posix())
    return buffer.tell()


def _fingerprint(layer: Layer, interpreter: Interpreter) -> str:
    total = hashlib.sha256(f"{layer.name} {interpreter.version}".encode())
    for path in (Path(__file__).resolve(), *layer.inputs):
        content = path.read_bytes()
        total.update(f"\0{path.relative_to(HERE).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _files(tree: Path) -> list[Path]:
    return sorted(path for path in tree.rglob("*") if path.is_file())


def _note(layer: Layer, output: Path) -> Path:
    return output / f"{layer.name}.json"


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise CannotBuild("uv is missing; `make layers` installs it into .venv first")
    return found


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    # A set's order is part of bytecode; and no PYTHONPATH may lead elsewhere.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONHASHSEED"] = "0"
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603


def _table(done: dict[str, Built]) -> Iterator[str]:
    yield f"\n{'layer':<12} {'files':>6} {'unzipped':>11} {'zipped':>10}  SHA-256"
    for name, each in done.items():
        sizes = f"{each.files:>6,} {_mb(each.unzipped):>11} {_mb(each.zipped):>10}"
        yield f"{name:<12} {sizes}  {each.digest[:16]}"
    on_lambda = [each.unzipped for name, each in done.items() if name in ("core", "deps-arm64")]
    yield f"On Lambda: {_mb(sum(on_lambda))} of {_mb(LIMIT)} unzipped."


def _mb(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"


def _say(text: str, to: TextIO | None = None) -> None:
    (to or sys.stdout).write(text + "\n")
    (to or sys.stdout).flush()


if __name__ == "__main__":
    sys.exit(main())
