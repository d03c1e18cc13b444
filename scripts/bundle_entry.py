"""Where the bundled program starts."""

import os
import sys

from digitdesk.__main__ import main


def restore_library_path() -> None:
    """Let other programs, such as the file manager, find their own libraries.

    PyInstaller's starter makes its programs' libraries come first, for all programs
    started from here too. This process needs that no longer; a DigitDesk started from
    here sets it up again.
    """
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"


if __name__ == "__main__":
    restore_library_path()
    sys.exit(main())
