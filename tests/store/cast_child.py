"""A booth's one step, to be killed or to have its disk fail: opens the store at argv[1] and casts what is pending.

Exit: 0 cast, 3 the disk failed and it was told so.
"""

import os
import sys
from pathlib import Path

from booth.store.faults import StoreFault
from booth.store.store import Store
from config.secret import Key

if __name__ == "__main__":
    try:
        store = Store.open(Path(sys.argv[1]), Key(bytes.fromhex(os.environ["STORE_KEY"])))
        store.cast()
        store.close()
    except StoreFault:
        sys.exit(3)
