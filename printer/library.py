"""python-escpos without its list of models: our profiles are whole, and that list is 96 KB of YAML at every start.

``capabilities.json`` has the encodings that our profiles name, in the form of that list.
"""

import os
import shutil
from pathlib import Path

os.environ["ESCPOS_CAPABILITIES_FILE"] = str(Path(__file__).with_name("capabilities.json"))

from escpos import capabilities
from escpos.capabilities import Profile as EscposProfile
from escpos.printer import Dummy

__all__ = ["Dummy", "EscposProfile"]

if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
    # python-escpos leaves a folder among the temporary files at every start, and never looks into it again.
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
