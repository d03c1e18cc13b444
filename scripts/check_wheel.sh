#!/bin/sh
# Build the wheel, install it beside the needed packages, and read a page with it from
# a folder where no source tree can be found.
set -eu
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python
page=$PWD/resources/demo/ten-digits.png
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A copy, because building leaves files behind.
mkdir "$scratch/source"
cp -R digitdesk models resources setup.py pyproject.toml README.md LICENSE \
    "$scratch/source"
PIP_CONSTRAINT=$PWD/constraints.txt "$python" -m pip wheel --quiet --no-deps \
    --disable-pip-version-check --wheel-dir "$scratch" "$scratch/source"
"$python" -m pip install --quiet --no-deps --disable-pip-version-check \
    --target "$scratch/site" "$scratch"/digitdesk-*.whl

cd "$scratch"
where=$(PYTHONPATH=$scratch/site "$python" -P -c '
import digitdesk.core.paths as paths; print(paths.default_model())')
case $where in
    "$scratch"/site/*) ;;
    *) echo "The wheel reads with $where" >&2 && exit 1 ;;
esac
text=$(PYTHONPATH=$scratch/site "$python" -P -m digitdesk read "$page")
printf 'The installed wheel reads:\n%s\n' "$text"
[ "$text" = "01234
56789" ]
