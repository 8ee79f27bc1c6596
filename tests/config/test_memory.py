"""What a program holds in memory is not written to the disk when it crashes."""

import os
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


FREED = """
import ctypes, sys
from config.memory import wipe_what_is_freed
if sys.argv[1] == "wiped":
    wipe_what_is_freed()
secret = bytes(n * 7 % 256 for n in range(int(sys.argv[2])))
expected, place = secret[:32].hex(), id(secret) + bytes.__basicsize__ - 1
del secret
print(sys.argv[1:], ctypes.string_at(place, 32).hex() == expected)
"""


@pytest.mark.parametrize("size_bytes", [200, 5000])
@pytest.mark.parametrize(("how", "still_there"), [("wiped", False), ("not wiped", True)])
def test_what_is_freed_is_overwritten(size_bytes, how, still_there):
    """A small object of Python's and one of the C library's; the arguments come through the second start."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONMALLOC", "GLIBC_TUNABLES")}
    command = [sys.executable, "-c", FREED, how, str(size_bytes)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert ran.stdout == f"{[how, str(size_bytes)]} {still_there}\n", ran.stderr


def test_the_booth_wipes_from_its_start_on():
    said = "import os; print(os.environ['PYTHONMALLOC'], os.environ['GLIBC_TUNABLES'])"
    code = f"import sys, booth.__main__ as b\nsys.argv[1:] = ['--help']\ntry: b.main()\nexcept SystemExit: pass\n{said}"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1].startswith("malloc glibc.malloc.perturb=165:glibc.malloc.tcache_count=0:")
    assert ran.stdout.count("usage:") == 1


HOLES = """
from pathlib import Path
from config.memory import give_back_what_is_freed, wipe_what_is_freed
wipe_what_is_freed()

def held():
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line)

kept = [bytes(3000) for _ in range(20_000)]
kept = kept[::20]
before = held()
give_back_what_is_freed()
print(before - held())
"""


def test_holes_in_the_heap_go_back_to_the_system():
    """60 MB, of which every twentieth piece stays."""
    ran = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    assert int(ran.stdout) > 40_000
