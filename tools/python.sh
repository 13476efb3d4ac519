#!/bin/sh
# Make a virtual environment ($2) with the Python $1, installing the venv module where apt can.
set -eu
python="$1" venv="$2"
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "spicekit needs Python 3.11 or newer; $python is $("$python" --version 2>&1 || echo missing): run 'make PYTHON=/path/to/python3.11'" >&2
    exit 2
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null && command -v apt-get >/dev/null 2>&1; then
    sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    echo "== the venv module of Python is missing. Installing it now: ${sudo:+sudo }apt-get install python3-venv   (Ctrl-C: I do that myself)"
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq python3-venv >/dev/null
fi
"$python" -m venv "$venv"
