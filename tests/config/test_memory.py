"""What a program holds in memory is not written to the disk when it crashes."""

import subprocess
import sys

import pytest

TOLD = """
import ctypes, resource, runpy, sys
sys.argv = [sys.argv[1], "--help"]
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
try:
    runpy.run_module(sys.argv[0] + ".__main__", run_name="__main__")
except SystemExit:
    pass
PR_GET_DUMPABLE = 3
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0))
"""


@pytest.mark.parametrize("program", ["booth", "sync.district"])
def test_no_core_of_a_program_that_holds_keys(program):
    ran = subprocess.run([sys.executable, "-c", TOLD, program], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "(0, 0) 0", ran.stderr
