#!/bin/sh
# Set up DigitDesk if needed and run its tests. Arguments go to pytest:
#
#     sh test.sh                  runs all tests
#     sh test.sh tests/core -x    runs some of them
set -eu
cd "$(dirname "$0")"
sh scripts/setup.sh train,onnx,test,lint
QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen} exec .venv/bin/python -m pytest "$@"
