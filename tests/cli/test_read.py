import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digitdesk.__main__ import main
from digitdesk.cli.read import expand

WritePicture = Callable[..., Path]


def read_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:
    main(["read", "--json", *map(str, arguments)])
    return json.loads(capsys.readouterr().out)


def test_one_file_prints_its_lines(
    write_picture: WritePicture, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["read", str(write_picture("page.png", "0471", "235"))])

    assert capsys.readouterr() == ("0471\n235\n", "")
    assert code == 0


def test_several_files_print_their_names_in_order(
    write_picture: WritePicture, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"{number:02}.png" for number in range(12)]
    files = [str(write_picture(name, name[:2])) for name in names]
    blank = str(write_picture("blank.png"))

    assert main(["read", *files, blank]) == 0

    wanted = [f"{file}: {name[:2]}" for file, name in zip(files, names, strict=True)]
    assert capsys.readouterr().out.splitlines() == [*wanted, f"{blank}: "]


def test_numbers_of_a_line_are_told_apart(
    write_picture: WritePicture, capsys: pytest.CaptureFixture[str]
) -> None:
    page = write_picture("page.png", "25  7", "048")

    (record,) = read_json(capsys, page)

    assert [line["text"] for line in record["lines"]] == ["257", "048"]
    assert [line["numbers"] for line in record["lines"]] == [["25", "7"], ["048"]]
    assert main(["read", str(page)]) == 0
    assert capsys.readouterr().out == "25 7\n048\n"


def test_the_json_form(
    write_picture: WritePicture, capsys: pytest.CaptureFixture[str]
) -> None:
    page = write_picture("page.png", "0471", "235")

    (record,) = read_json(capsys, page)

    assert list(record) == ["file", "width", "height", "error", "lines"]
    assert record["file"] == str(page)
    assert (record["width"], record["height"], record["error"]) == (500, 240, None)
    assert [line["text"] for line in record["lines"]] == ["0471", "235"]
    for line in record["lines"]:
        assert list(line) == ["text", "digits", "numbers"]
        assert line["numbers"] == [line["text"]]
        assert "".join(str(digit["digit"]) for digit in line["digits"]) == line["text"]
        for digit in line["digits"]:
            check_digit(digit, record["width"], record["height"])


def check_digit(digit: dict[str, Any], width: int, height: int) -> None:
    keys = ["digit", "confidence", "probabilities", "not_digit", "box"]
    assert list(digit) == keys
    shares = digit["probabilities"]
    assert len(shares) == 10
    assert sum(shares) == pytest.approx(1, abs=1e-4)
    assert shares[digit["digit"]] == digit["confidence"] == max(shares)
    assert 0 <= digit["not_digit"] <= 1
    x, y, w, h = digit["box"]
    assert 0 <= x < x + w <= width
    assert 0 <= y < y + h <= height


@pytest.mark.parametrize("lines", [(), ("7",), ("12", "34")], ids=["blank", "1", "4"])
def test_single_always_answers_with_one_digit(
    lines: tuple[str, ...],
    write_picture: WritePicture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (record,) = read_json(capsys, "--single", write_picture("one.png", *lines))

    (line,) = record["lines"]
    (digit,) = line["digits"]
    check_digit(digit, record["width"], record["height"])
    if lines == ("7",):
        assert line["text"] == "7"


def test_a_bad_file_does_not_stop_the_others(
    write_picture: WritePicture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write_picture("good.png", "58")
    cut = tmp_path / "cut.png"
    cut.write_bytes(good.read_bytes()[:300])
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("no picture")
    bad = [tmp_path / "missing.png", tmp_path, cut]
    bad += [tmp_path / "empty.png", tmp_path / "text.png"]

    code = main(["read", *map(str, bad), str(good)])

    out, err = capsys.readouterr()
    assert out == f"{good}: 58\n"
    assert [line.split(": ")[1] for line in err.splitlines()] == [str(p) for p in bad]
    assert code == 1

    records = read_json(capsys, *bad, good)
    assert [record["file"] for record in records] == [str(p) for p in [*bad, good]]
    for record in records[:-1]:
        assert record["error"].endswith(".")
        assert (record["width"], record["height"]) == (None, None)
        assert record["lines"] == []
    assert records[-1]["lines"][0]["text"] == "58"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="the administrator may read every file",
)
def test_a_forbidden_file_is_named(
    write_picture: WritePicture, capsys: pytest.CaptureFixture[str]
) -> None:
    page = write_picture("page.png", "1")
    page.chmod(0)

    assert main(["read", str(page)]) == 1
    assert "Permission denied" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a b'\"$&;.png", id="signs"),
        pytest.param("[1]*.png", id="pattern"),
        pytest.param("ünï 数字.png", id="letters"),
        pytest.param(os.fsdecode(b"raw\xff.png"), id="no text"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
def test_odd_names_come_back_as_they_were(
    name: str, write_picture: WritePicture, tmp_path: Path
) -> None:
    write_picture(name, "64")

    done = run_digitdesk("read", name, name, cwd=tmp_path)
    assert done.stdout == os.fsencode(f"{name}: 64\n") * 2
    assert done.stderr == b""

    (record,) = json.loads(run_digitdesk("read", "--json", name, cwd=tmp_path).stdout)
    assert record["file"] == name


def run_digitdesk(
    *arguments: str, cwd: Path, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "digitdesk", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"},
    )


def test_patterns_are_expanded_where_the_shell_did_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.png", "a.png", "c.txt"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)

    assert list(expand(["c.txt", "*.png", "*.gif"])) == [
        "c.txt",
        "a.png",
        "b.png",
        "*.gif",
    ]
    assert list(expand([str(tmp_path / "?.txt")])) == [str(tmp_path / "c.txt")]


def test_a_dash_is_the_standard_input(
    write_picture: WritePicture, tmp_path: Path
) -> None:
    page = write_picture("page.png", "902").read_bytes()

    done = run_digitdesk("read", "--json", "-", cwd=tmp_path, stdin=page)

    (record,) = json.loads(done.stdout)
    assert (record["file"], record["lines"][0]["text"]) == ("-", "902")
    assert run_digitdesk("read", "-", cwd=tmp_path).returncode == 1


def test_a_reader_that_goes_away_is_no_fault(
    write_picture: WritePicture, tmp_path: Path
) -> None:
    write_picture("page.png", "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "digitdesk", "read", "--json", *["page.png"] * 40],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as stderr:
        complaint = stderr.read()

    assert process.wait() == 141
    assert complaint == b""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param([], "FILE", id="no file"),
        pytest.param(["--threshold", "300", "a"], "from 0 to 255", id="range"),
        pytest.param(["--threshold", "x", "a"], "invalid int", id="number"),
        pytest.param(["--mode", "magic", "a"], "invalid choice", id="mode"),
        pytest.param(["--region", "1,2,3", "a"], "four whole numbers", id="region"),
        pytest.param(["--region", "1,2,0,5", "a"], "inside", id="empty region"),
        pytest.param(["--jso", "a"], "unrecognized", id="abbreviation"),
    ],
)
def test_a_wrong_command_line_ends_with_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["read", *arguments])

    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


def test_an_unusable_model_ends_with_3(
    write_picture: WritePicture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = write_picture("page.png", "1")

    assert main(["read", "--model", str(tmp_path / "none"), str(page)]) == 3

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("digitdesk: There is no usable model in")


def test_settings_reach_the_reader(
    write_picture: WritePicture, capsys: pytest.CaptureFixture[str]
) -> None:
    page = str(write_picture("page.png", "0471", "235"))

    main(["read", "--region", "0,130,500,110", page])
    assert capsys.readouterr().out == "235\n"

    main(["read", "--threshold", "128", "--polarity", "dark-on-light", page])
    assert capsys.readouterr().out == "0471\n235\n"


def test_reading_needs_neither_tensorflow_nor_qt(
    write_picture: WritePicture, tmp_path: Path
) -> None:
    write_picture("page.png", "36")
    script = (
        "import sys\n"
        "from digitdesk.__main__ import main\n"
        "main(['read', 'page.png'])\n"
        "heavy = {'tensorflow', 'keras', 'PySide6', 'pyqtgraph'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )

    assert done.stdout == "36\n[]\n"
    assert done.stderr == ""


def test_output_survives_an_ascii_terminal(
    write_picture: WritePicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write_picture("数.png", "1")
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", terminal)

    assert main(["read", str(page), str(page)]) == 0
    assert raw.getvalue().count(b"\\u6570.png: 1\n") == 2
