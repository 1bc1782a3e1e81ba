"""The lines that functions write while they run in the local runtime, as CloudWatch would get them."""

from __future__ import annotations

import io
import json
import logging
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import redirect_stdout
from functools import partial
from importlib import import_module
from typing import Any

from anlass.telemetry import logger

from cli.runtime.lambdas import Handler
from infra.topology import TOPOLOGY

SILENT = "rotate_links"  # writes nothing; the runtime wants one function of the product's own
MACHINE_TASKS = frozenset(task.function for machine in TOPOLOGY.machines for task in machine.tasks)


class Overheard:
    """`handlers` are for LocalRuntime: the product's functions, speaking as they do on AWS."""

    def __init__(self) -> None:
        self.written: list[tuple[str, str]] = []  # function, line
        self.machine_tasks: list[tuple[str, Any, Any]] = []  # function, what a state machine told it, its answer
        names = (function.name for function in TOPOLOGY.functions)
        self.handlers: Mapping[str, Handler] = {name: partial(self._run, name) for name in names if name != SILENT}

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.written)

    def lines(self, function: str | None = None, **having: Any) -> list[dict[str, Any]]:
        """What one function, or all, wrote, parsed; only the lines that have these values."""
        found = [json.loads(line) for name, line in self.written if function in (name, None)]
        return [line for line in found if having.items() <= {k: v for k, v in line.items() if k in having}.items()]

    def counted(self) -> dict[str, float]:
        """All metrics so far, summed up."""
        counts: Counter[str] = Counter()
        for line in self.lines():
            for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
                for metric in directive["Metrics"]:
                    counts[metric["Name"]] += sum(line[metric["Name"]])
        return dict(counts)

    def bytes_written(self) -> dict[str, int]:
        """By function, with the line ends."""
        sizes: Counter[str] = Counter()
        for name, line in self.written:
            sizes[name] += len(line.encode()) + 1
        return dict(sizes)

    def forget(self) -> None:
        self.written.clear()
        self.machine_tasks.clear()

    def _run(self, name: str, event: Any, context: Any) -> Any:
        os.environ["POWERTOOLS_METRICS_DISABLED"] = "false"  # the runtime gives it back when another function comes
        out = io.StringIO()
        listener = logging.StreamHandler(out)
        listener.setFormatter(logger.registered_formatter)
        beneath = logging.getLogger(logger.name)
        level = beneath.level
        beneath.addHandler(listener)
        beneath.setLevel(logging.INFO)
        answer = None
        try:
            with redirect_stdout(out):
                answer = import_module(f"functions.{name}").handler(event, context)
                return answer
        finally:
            beneath.setLevel(level)
            beneath.removeHandler(listener)
            self.written += [(name, line) for line in out.getvalue().splitlines()]
            if name in MACHINE_TASKS:
                self.machine_tasks.append((name, event, answer))
