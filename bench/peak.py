"""Run reconcile and tell the most memory it took: python -m bench.peak merge …

A child's own figure from the system counts what its parent held when it began.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from reconcile.cli import main

if __name__ == "__main__":
    try:
        main()
    finally:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        print(int(found[1]) // 1024 if found else 0, "MB", file=sys.stderr)
