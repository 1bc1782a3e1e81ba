"""`python -m bench`: measures, and prints tables or (`--json`) one JSON object."""

from __future__ import annotations

import argparse
import json
import platform
import sys

from rich.console import Console

from bench.conditions import conditions
from bench.definitions import definitions
from bench.matching import matching
from bench.report import print_found
from bench.steps import steps


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    as_json = parser.parse_args().json
    console = Console(stderr=as_json)
    if not console.is_terminal:
        console.width = 120
    with console.status("measuring …"):
        found = conditions() + matching() + steps() + definitions()
    if as_json:
        sys.stdout.write(json.dumps({"python": platform.python_version(), **found.to_json()}, indent=2) + "\n")
    else:
        print_found(console, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
