#!/bin/sh
# Put DigitDesk into the menu of this user: sh install.sh
# Start it once more after moving the folder. sh install.sh --remove takes it out.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
share=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$share/applications/digitdesk.desktop
icon=$share/icons/hicolor/scalable/apps/digitdesk.svg

if [ "${1-}" = --remove ]; then
    rm -f "$entry" "$icon"
    exit 0
fi
# The rules of such files: in quotes \ " ` $ are escaped, then each \ once more, and
# a % is written twice.
place=$(printf '%s' "$here/digitdesk.desktop" \
    | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g')
mkdir -p "${entry%/*}" "${icon%/*}"
cp "$here/_internal/resources/icons/digitdesk.svg" "$icon"
PLACE=$place awk '
    /^#/ { next }
    sub(/%k$/, "") { $0 = $0 "\"" ENVIRON["PLACE"] "\"" }
    { print }' "$here/digitdesk.desktop" >"$entry.new"
mv "$entry.new" "$entry"
