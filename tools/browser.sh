#!/bin/sh
# The tests need Debian's Chromium and Firefox, nginx and Caddy, a reader of PDF, and what printing needs (archives/paper/fonts.py), a
# Chinese font among it.
# Installs them as root, else says what to install.
set -eu
cd "$(dirname "$0")/.."
packages=$(.venv/bin/python -c 'from kuaiji.archives.paper import fonts; print(*fonts.lacking(fonts.installed_fonts()))')
command -v chromium-headless-shell >/dev/null || packages="$packages chromium-headless-shell"
command -v firefox-esr >/dev/null || packages="$packages firefox-esr"
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || packages="$packages nginx"
command -v caddy >/dev/null || packages="$packages caddy"
command -v pdftotext >/dev/null || packages="$packages poppler-utils"
[ -n "$packages" ] || exit 0

if [ "$(id -u)" != 0 ]; then
    # shellcheck disable=SC2086
    echo "测试缺少软件包，请运行 / for the tests, run: sudo apt-get install" $packages >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
# Tests start nginx and Caddy themselves, on ports of their own: nothing is to serve from this machine by itself.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
fi
# shellcheck disable=SC2086
apt-get install --quiet=2 --yes --no-install-recommends $packages
