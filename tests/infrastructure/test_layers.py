"""What lies in layers/built is what Lambda will have below /opt: complete, for its machine, and small enough."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.topology import TOPOLOGY
from layers.build import BUILT, LIMIT, MACHINE, REQUIREMENTS, SERVICES, Interpreter, built, find_interpreter, layers

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = tuple(each.name for each in TOPOLOGY.functions)
DEPENDENCIES = tuple(each.name for each in layers() if each.name != "core")
ELF_MACHINES = {"deps-arm64": (0xB7, "aarch64"), "deps-x86_64": (0x3E, "x86_64")}
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    return find_interpreter()


class Built:
    """The folders of the layers by name, each made from its sources as they are now."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._known: set[str] = set()

    def __getitem__(self, name: str) -> Path:
        if name not in self._known:
            wanted = next(each for each in layers() if each.name == name)
            if built(wanted, BUILT, self._interpreter) is None:
                pytest.fail(f"layers/built/{name} is missing or has other sources: run `make layers`", pytrace=False)
            self._known.add(name)
        return BUILT / name


@pytest.fixture(scope="session")
def layer(interpreter: Interpreter) -> Built:
    return Built(interpreter)


@dataclass(frozen=True)
class Lambda:
    """An empty virtual environment of Lambda's Python that finds the layers, the code of one function and no more."""

    python: Path
    task: Path
    path: tuple[Path, ...]
    environment: Mapping[str, str]

    def run(self, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, "PYTHONPATH": ":".join(map(str, self.path)), "PYTHONNOUSERSITE": "1"}
        command = [str(self.python), "-P", "-W", "error", "-c", code, *arguments]
        return subprocess.run(command, env=environment, cwd=self.task, check=False, capture_output=True, text=True)

    def answer(self, code: str, *arguments: str) -> str:
        done = self.run(code, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def empty(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([interpreter.path, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin" / "python"


@pytest.fixture
def on_lambda(empty: Path, layer: Built, tmp_path: Path) -> Lambda:
    environment = {"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    path = (tmp_path, layer[f"deps-{MACHINE}"] / "python", layer["core"] / "python")
    return Lambda(empty, tmp_path, path, environment)


IMPORT = """
import importlib, json, sys
for name in sys.argv[1:]:
    assert callable(importlib.import_module(name).handler), name
files = [file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]
import sysconfig
print(json.dumps([sysconfig.get_path("stdlib"), *files]))
"""


def test_functions_import_from_the_layers_and_the_standard_library_only(on_lambda: Lambda) -> None:
    """All in one process: there is nothing beside the layers that one could leave for another to find."""
    for name in FUNCTIONS:
        shutil.copy(ROOT / "functions" / f"{name}.py", on_lambda.task)

    standard, *files = map(Path, json.loads(on_lambda.answer(IMPORT, *FUNCTIONS)))

    homes = (*on_lambda.path, standard)
    assert [file for file in files if not any(file.is_relative_to(home) for home in homes)] == []
    assert {on_lambda.task / f"{name}.py" for name in FUNCTIONS} <= set(files)
    assert any(file.is_relative_to(on_lambda.path[-1]) for file in files)


@pytest.mark.parametrize("stranger", ["rich", "moto", "cli.main", "infra.topology", "functions.sweep"])
def test_a_function_that_needs_something_else_does_not_import(stranger: str, on_lambda: Lambda) -> None:
    (on_lambda.task / "strange.py").write_text(f"import {stranger}\ndef handler(event, context): ...\n")

    done = on_lambda.run(IMPORT, "strange")

    assert done.returncode != 0
    assert f"No module named '{stranger.split('.')[0]}'" in done.stderr


LATER = """
import ast, sys
from importlib.util import find_spec
from pathlib import Path

for file in (file for root in sys.argv[1:] for file in Path(root).rglob("*.py")):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        for name in [node.module] if isinstance(node, ast.ImportFrom) and not node.level else names:
            # `a.b` is looked for in `a`: without `a` that raises and names it.
            if find_spec(name) is None:
                print(f"{file.name}:{node.lineno} imports {name}")
"""


def test_nothing_is_imported_later_that_is_not_there(on_lambda: Lambda) -> None:
    """Imports within a function, too, which no other test here may come to."""
    code = on_lambda.path[-1]
    for name in FUNCTIONS:
        shutil.copy(ROOT / "functions" / f"{name}.py", on_lambda.task)

    assert on_lambda.answer(LATER, str(on_lambda.task), str(code)) == ""


@pytest.mark.parametrize(
    ("name", "event", "status"),
    [
        ("subscribe", {"requestContext": {"http": {"method": "GET"}}, "rawPath": "/v1/subscribe"}, 405),
        ("ingest_event", {"requestContext": {"http": {"method": "POST"}}, "rawPath": "/v1/teleport"}, 404),
    ],
)
def test_a_function_answers(name: str, event: dict[str, object], status: int, on_lambda: Lambda) -> None:
    shutil.copy(ROOT / "functions" / f"{name}.py", on_lambda.task)
    call = "import importlib, json, sys; module = importlib.import_module(sys.argv[1]);"
    call += "print(json.dumps(module.handler(json.loads(sys.argv[2]), None)))"

    assert json.loads(on_lambda.answer(call, name, json.dumps(event)))["statusCode"] == status


PUBLISH = """
import sys
from pathlib import Path
from anlass.adapters.memory.content import MemoryContent
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.bootstrap import SystemClock
from anlass.usecases.publish_content import publish
from anlass.usecases.write_pages import write_pages

folder = Path(sys.argv[1])
files = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}
content, definitions, clock = MemoryContent(files), MemoryDefinitions(), SystemClock()
for path in (path for path in files if path.endswith(".json")):
    done = publish(path, content=content, definitions=definitions, clock=clock)
    assert done.status in ("live", "waiting", "ignored"), done
    write_pages(done, content=content, definitions=definitions, clock=clock)
print(*sorted(definitions.index()[1]["journeys"]))
"""


def test_what_is_compiled_to_machine_code_works_too(on_lambda: Lambda) -> None:
    """Publishing goes through pydantic, MJML, lxml, Babel's data and what lays out pictures."""
    shipped = sorted(path.stem for path in (ROOT / "content" / "journeys").glob("*.json"))

    assert on_lambda.answer(PUBLISH, str(ROOT / "content")).split() == shipped


CLIENTS = """
from functools import cached_property
from anlass.adapters.aws.clients import Clients

clients = Clients("eu-central-1")
names = [name for name, each in vars(Clients).items() if isinstance(each, cached_property) and name[0] != "_"]
print(*(getattr(clients, name).meta.service_model.service_name for name in names))
"""


def test_the_layer_describes_the_services_that_the_code_calls_and_no_others(on_lambda: Lambda) -> None:
    assert set(on_lambda.answer(CLIENTS).split()) == SERVICES


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_native_code_is_for_the_machine_and_for_lambdas_python(name: str, layer: Built) -> None:
    machine, triplet = ELF_MACHINES[name]
    heads = {path: head for path in files_of(layer[name]) if (head := head_of(path, 20)).startswith(b"\x7fELF")}

    assert {path.name for path in heads} >= {"etree.cpython-313-" + triplet + "-linux-gnu.so", "mjml.abi3.so"}
    assert {int.from_bytes(head[18:20], "little") for head in heads.values()} == {machine}
    ours = re.compile(rf"\.(cpython-313-{triplet}-linux-gnu|abi3)\.so$")
    assert [path for path in heads if not ours.search(path.name)] == []


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_every_package_is_built_for_lambdas_python_and_glibc(name: str, layer: Built) -> None:
    _, machine = ELF_MACHINES[name]
    fitting = re.compile(rf"(py3|cp3\d+)-(none|abi3|cp313)-(any|manylinux2014_{machine}|manylinux_2_(\d+)_{machine})")
    for wheel in layer[name].glob("python/*.dist-info/WHEEL"):
        tags = [fitting.fullmatch(tag) for tag in re.findall(r"^Tag: (\S+)$", wheel.read_text(), re.MULTILINE)]

        assert any(tag and int(tag[4] or 17) <= 34 for tag in tags), wheel.parent.name


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_a_layer_holds_the_pinned_packages_and_no_others(name: str, layer: Built) -> None:
    folders = [path.name.removesuffix(".dist-info") for path in layer[name].glob("python/*.dist-info")]
    installed = {canonical(package): version for package, _, version in (each.partition("-") for each in folders)}

    assert installed == pins(REQUIREMENTS)


def test_lambda_gets_the_versions_that_the_tests_run_with() -> None:
    locked, on_lambda = pins(ROOT / "requirements.lock"), pins(REQUIREMENTS)

    assert on_lambda
    assert {package: locked.get(package) for package in on_lambda} == on_lambda


BYTECODE = """
import importlib.util, marshal, sys
from pathlib import Path

for root in map(Path, sys.argv[1:]):
    for source in root.rglob("*.py"):
        compiled = Path(importlib.util.cache_from_source(source))
        content = compiled.read_bytes() if compiled.exists() else b""
        unchecked = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little")
        place = f"/opt/{source.relative_to(root).as_posix()}"
        if not content.startswith(unchecked + importlib.util.source_hash(source.read_bytes())):
            print(f"no unchecked bytecode of this Python: {source}")
        elif (named := marshal.loads(content[16:]).co_filename) != place:
            print(f"a trace would say {named}, not {place}")
"""


@pytest.mark.parametrize("name", ["core", *DEPENDENCIES])
def test_every_module_has_bytecode_that_lambda_takes_unseen(name: str, layer: Built, interpreter: Interpreter) -> None:
    command = [interpreter.path, "-c", BYTECODE, str(layer[name])]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert said == ""
    assert len(list(layer[name].rglob("*.pyc"))) == len(list(layer[name].rglob("*.py"))) > 100


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_no_layer_hides_a_file_of_the_other(name: str, layer: Built) -> None:
    """Lambda unpacks both into one /opt, and the later wins."""
    code, packages = ({path.relative_to(layer[each]) for path in files_of(layer[each])} for each in ("core", name))

    assert code & packages == set()
    assert Path("python/anlass/bootstrap.py") in code


def test_layers_and_code_stay_below_lambdas_limit(layer: Built) -> None:
    code = list((ROOT / "functions").glob("*.py"))
    unzipped = sum(path.stat().st_size for path in (*files_of(layer["core"]), *files_of(layer["deps-arm64"]), *code))

    assert unzipped < LIMIT, f"{unzipped / 2**20:.1f} MB unzipped, Lambda takes {LIMIT / 2**20:.0f}"


def files_of(tree: Path) -> list[Path]:
    return [path for path in tree.rglob("*") if path.is_file()]


def head_of(path: Path, length: int) -> bytes:
    with path.open("rb") as file:
        return file.read(length)


def pins(path: Path) -> dict[str, str]:
    return {canonical(package): version for package, version in PIN.findall(path.read_text("utf-8"))}


def canonical(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()
