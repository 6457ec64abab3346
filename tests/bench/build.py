#!/usr/bin/env python3
"""Clean release build of everything, without a compiler cache."""
import os
import shutil
import subprocess
import tempfile
import time

import harness as h


def main():
    folder = tempfile.mkdtemp(prefix="schutznetz-build-")
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    begin = time.monotonic()
    quiet = {"stdout": subprocess.DEVNULL, "check": True, "env": environment}
    subprocess.run(["cmake", "-G", "Ninja", "-S", h.ROOT, "-B", folder, "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG"], **quiet)
    subprocess.run(["ninja", "-C", folder], **quiet)
    minutes = (time.monotonic() - begin) / 60
    shutil.rmtree(folder)
    h.row("build", "clean release build with tests", minutes, 5, "limit", "min", 1, higher_is_better=False)


if __name__ == "__main__":
    main()
