#!/bin/sh
# Finds or installs the browser that the tests drive. Usage: browser.sh BIN
set -u
command -v chromium >/dev/null 2>&1 && exit 0
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null 2>&1 && $as_root true 2>/dev/null; then
  echo "installing chromium with apt-get …"
  $as_root apt-get update -qq && $as_root apt-get install -y -qq chromium >/dev/null && command -v chromium >/dev/null && exit 0
fi
"$1/playwright" install chromium && exit 0
echo "The tests need a browser, and none could be installed here." >&2
echo "Install chromium with your system's packages so that \`chromium\` is on the PATH, then run make test again." >&2
exit 1
