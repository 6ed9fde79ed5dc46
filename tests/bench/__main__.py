"""`make bench`: runs the benchmarks that docs/performance.md names, and writes their tables into it.

A benchmark is a module beside this one that prints Markdown; it is run by the command that its block names:

    <!-- bench: python -m tests.bench.pages -->
    ... what it printed, and on what machine ...
    <!-- end -->

`make bench ONLY=pages` runs one. Figures are ratios within one run where they can be: machines differ, and so does the
same machine from hour to hour.
"""

import os
import platform
import re
import shlex
import subprocess
import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "docs/performance.md"
BLOCK = re.compile(r"<!-- bench: (python -m tests\.bench\.(\w+)[^>]*?) -->\n.*?<!-- end -->", re.DOTALL)


def machine() -> str:
    """What the figures were measured on: processor, cores, memory, versions, and how busy it was."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists() and (found := re.search(r"model name\s*: (.*)", info.read_text())):
        cpu = found[1]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}, {datetime.now().astimezone():%d/%m/%Y}"
    )


def run(command: str) -> str:
    """What a benchmark prints; its complaints go to the terminal."""
    words = shlex.split(command)
    done = subprocess.run([sys.executable, *words[1:]], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def main(only: list[str]) -> None:
    for command, name in BLOCK.findall(BOOK.read_text()):
        if only and name not in only:
            continue
        print(f"{name} ...", file=sys.stderr, flush=True)
        where, table = machine(), run(command)
        print(table, flush=True)
        block = f"<!-- bench: {command} -->\n{table}\n\n*{where}*\n<!-- end -->"
        # Read again: somebody may have edited the page while a long benchmark ran.
        text = BOOK.read_text()
        BOOK.write_text(BLOCK.sub(lambda found, b=block, c=command: b if found[1] == c else found[0], text))


if __name__ == "__main__":
    main(sys.argv[1:])
