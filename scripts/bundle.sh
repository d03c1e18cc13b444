#!/bin/sh
# Build the program as one folder, dist/digitdesk, that needs no Python.
#
#     sh scripts/bundle.sh            sets up .venv if needed
#     PYTHON=python3 sh scripts/bundle.sh
#                                     builds with what that Python has installed
set -eu
cd "$(dirname "$0")/.."
if [ -z "${PYTHON-}" ]; then
    sh scripts/setup.sh train,onnx,test,lint,bundle
    PYTHON=.venv/bin/python
fi
"$PYTHON" -m PyInstaller --noconfirm --log-level WARN digitdesk.spec
echo "The program is dist/digitdesk/digitdesk."
