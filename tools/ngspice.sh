#!/bin/sh
# Install ngspice and libngspice where apt can; elsewhere say in one line how.
set -eu
have_library() {
    ldconfig -p 2>/dev/null | grep -q libngspice ||
        ls /opt/homebrew/lib/libngspice* /usr/local/lib/libngspice* "${CONDA_PREFIX:-/nonexistent}"/lib/libngspice* \
            >/dev/null 2>&1
}
if command -v ngspice >/dev/null 2>&1 && { have_library || [ -n "${SPICEKIT_LIBNGSPICE:-}" ]; }; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    sudo=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || { echo "ngspice is missing: run 'apt-get install ngspice libngspice0' as root" >&2; exit 3; }
        sudo=sudo
    fi
    echo "== ngspice is missing. Installing it now: ${sudo:+sudo }apt-get install ngspice libngspice0   (Ctrl-C: I do that myself)"
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq ngspice libngspice0 >/dev/null
    exit 0
fi
echo "ngspice is missing: 'brew install ngspice libngspice' (macOS), 'dnf install ngspice libngspice' (Fedora) or 'conda install -c conda-forge ngspice ngspice-lib', then run make again" >&2
exit 3
