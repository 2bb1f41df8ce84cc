#!/bin/sh
# The browser journeys need Debian's Chromium and a Chinese font. Installs them as root, else says what to install.
set -eu
packages=
command -v chromium >/dev/null || packages=chromium
[ -n "$(find /usr/share/fonts -iname 'NotoSansCJK*' -print -quit 2>/dev/null)" ] || packages="$packages fonts-noto-cjk"
[ -n "$packages" ] || exit 0

if [ "$(id -u)" != 0 ]; then
    # shellcheck disable=SC2086
    echo "浏览器测试缺少软件包，请运行 / for the browser tests, run: sudo apt-get install" $packages >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
# shellcheck disable=SC2086
apt-get install --quiet=2 --yes --no-install-recommends $packages
