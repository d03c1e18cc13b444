#!/bin/sh
# Make .venv and install DigitDesk and what it needs, once.
#
#     sh scripts/setup.sh EXTRAS      for instance: train or train,onnx,test,lint
#
# Does nothing if that was done before with the same pinned versions. Needs no make and
# no compiler. On Debian and its relatives it installs missing system libraries.
set -eu
cd "$(dirname "$0")/.."
extras=$1
venv=.venv

say() { printf '%s\n' "$*" >&2; }

# Whoever changes one of these files, the place or the extras sets up anew.
place=$(pwd -P)
wanted=$({ echo "$place"; cat constraints.txt pyproject.toml setup.py; } | cksum)
for ready in "$venv/.ready-$extras"*; do
    # A set such as "train,onnx,test" begins with the smaller "train,onnx".
    if [ -f "$ready" ] && [ "$(cat "$ready")" = "$wanted" ] \
        && [ -x "$venv/bin/python" ]; then
        exit 0
    fi
done

# Library that must be there, and the Debian package that brings it.
libraries='
libEGL.so.1 libegl1
libGL.so.1 libgl1
libX11-xcb.so.1 libx11-xcb1
libXext.so.6 libxext6
libXrandr.so.2 libxrandr2
libdbus-1.so.3 libdbus-1-3
libdrm.so.2 libdrm2
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libpulse.so.0 libpulse0
libwayland-client.so.0 libwayland-client0
libwayland-cursor.so.0 libwayland-cursor0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-shm.so.0 libxcb-shm0
libxcb-sync.so.1 libxcb-sync1
libxcb-util.so.1 libxcb-util1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
'

# Print a Python that the pinned versions were made for, or nothing.
find_python() {
    for candidate in python3 python3.11 python3.12 python3.13; do
        if "$candidate" -c '
import sys
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

# Print the Debian packages that are missing.
find_missing() {
    known=$(/sbin/ldconfig -p 2>/dev/null || true)
    printf '%s' "$libraries" | while read -r library package; do
        case $library in '') continue ;; esac
        case $known in *"$library "*) ;; *) echo "$package" ;; esac
    done
    # A window without any font shows empty boxes.
    [ -d /usr/share/fonts/truetype ] || echo fonts-dejavu-core
    python=$(find_python)
    if [ -z "$python" ]; then
        echo python3 python3-venv
    elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -c 'import sys; print(f"python3.{sys.version_info[1]}-venv")'
    fi
}

install_packages() {
    say "Installing system packages:" "$@"
    root=
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "DigitDesk needs the system packages named above. Ask whoever" \
                "administers this machine to run: apt-get install $*"
            exit 1
        fi
        root=sudo
    fi
    $root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
        --no-install-recommends "$@" >&2
}

if command -v apt-get >/dev/null; then
    missing=$(find_missing)
    # shellcheck disable=SC2086 # one word per package
    [ -z "$missing" ] || install_packages $missing
fi

python=$(find_python)
if [ -z "$python" ]; then
    say "DigitDesk needs Python 3.11, 3.12 or 3.13, and none was found. Install one" \
        "of them and start again."
    exit 1
fi

say "Setting up DigitDesk in $venv; the first time this takes a few minutes."
trap 'say "The set-up did not finish. Start the same command again."' EXIT
# A half-made environment is not gone on with, nor one that was moved here.
if [ ! -x "$venv/bin/python" ] || ! ls "$venv"/.ready-* >/dev/null 2>&1 \
    || [ "$(cat "$venv/.place")" != "$place" ]; then
    rm -rf "$venv"
    "$python" -m venv "$venv"
    echo "$place" >"$venv/.place"
fi
rm -f "$venv"/.ready-*
# The variable, unlike the option, also pins what pip builds the package with.
PIP_CONSTRAINT=$PWD/constraints.txt "$venv/bin/python" -m pip install \
    --disable-pip-version-check --quiet --editable ".[$extras]" >&2
printf '%s\n' "$wanted" >"$venv/.ready-$extras"
trap - EXIT
say "DigitDesk is set up."
