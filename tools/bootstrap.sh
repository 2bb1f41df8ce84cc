#!/bin/sh
# Puts the locked environment into .venv, with a uv of our own in .uv: nothing is needed but python3 and its venv.
set -eu
cd "$(dirname "$0")/.."
# By version and digest: tools/uv.txt says both.
UV_VERSION=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' tools/uv.txt)
export UV_PYTHON_DOWNLOADS=never
# Trust what the machine trusts, where it says so.
[ ! -r /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS=1

fail() { printf '%s\n' "$@" >&2; exit 1; }

# The interpreter that is in use already, else the newest there is; its real path, since uv compares paths.
python=
for candidate in .venv/bin/python python3.13 python3.12 python3.11 python3; do
    python=$("$candidate" -c 'import sys
sys.version_info >= (3, 11) and print(getattr(sys, "_base_executable", sys.executable))' 2>/dev/null) || continue
    [ -z "$python" ] || break
done
[ -n "$python" ] || fail '需要 Python 3.11 或更新：apt-get install python3 python3-venv' \
    'Python 3.11 or newer is needed: apt-get install python3 python3-venv'

if [ "$(.uv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$UV_VERSION" ]; then
    "$python" -c 'import ensurepip' 2>/dev/null || fail '缺少软件包 python3-venv：apt-get install python3-venv' \
        'The package python3-venv is missing: apt-get install python3-venv'
    rm -rf .uv
    "$python" -m venv .uv
    echo '*' > .uv/.gitignore
    .uv/bin/pip install --quiet --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes --requirement tools/uv.txt
fi

.uv/bin/uv sync --quiet --locked --python "$python"
