"""How long a sync takes on a disk: `syncing.py <folder>` says it in milliseconds."""

import os
import statistics
import sys
import time
from pathlib import Path

PAGE = b"\0" * 8192


def synced(folder: Path, times: int = 200) -> float:
    took = []
    with (folder / "synced").open("wb", buffering=0) as file:
        for _ in range(times):
            began = time.perf_counter()
            file.write(PAGE)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return 1000 * statistics.median(took)


if __name__ == "__main__":
    print(synced(Path(sys.argv[1])))  # noqa: T201
