#!/bin/sh
# The beginning of a report as a picture, for the docs: sh tools/screenshot.sh PAGE.html PICTURE.png
set -eu
[ $# -eq 2 ] || { echo "usage: sh tools/screenshot.sh PAGE.html PICTURE.png" >&2; exit 2; }
page=$(realpath "$1")
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
chromium --headless --no-sandbox --disable-gpu --no-first-run --hide-scrollbars --user-data-dir="$profile" \
    --window-size=1100,1400 --screenshot="$2" "file://$page" 2>/dev/null
