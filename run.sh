#!/bin/sh
# Set up DigitDesk if needed and start it. Arguments are passed on:
#
#     sh run.sh                   opens the window
#     sh run.sh read page.jpg     prints the digits of a picture
set -eu
root=$(cd "$(dirname "$0")" && pwd)
sh "$root/scripts/setup.sh" train,onnx
python=$root/.venv/bin/python

if [ $# -gt 0 ] || [ "$(uname)" != Linux ] \
    || [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}${QT_QPA_PLATFORM-}" ]; then
    exec "$python" -m digitdesk "$@"
fi
echo "There is no display here for the window. These are the digits on the demo pages:"
"$python" -m digitdesk read "$root"/resources/demo/*.png
echo "And this is a test of the window, out of sight:"
exec "$python" -m digitdesk --smoke-test
