import os

import pytest

from scripts.bundle_entry import restore_library_path


@pytest.mark.parametrize("before", ["/opt/libraries", None])
def test_other_programs_find_their_own_libraries(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle/_internal")
    monkeypatch.setenv("PYINSTALLER_RESET_ENVIRONMENT", "0")
    if before is None:
        monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    else:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)

    restore_library_path()

    assert os.environ.get("LD_LIBRARY_PATH") == before
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
