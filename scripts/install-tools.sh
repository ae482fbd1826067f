#!/bin/sh
# Programs that no Python wheel carries, used by tests only. Installs what is missing by apt where this user may;
# otherwise says what is missing in one line each. Tests that need a missing tool are skipped by name, and fail
# when CI_STRICT=1. tests/tools.py holds the same list for the tests.
set -u

# package  command-or-file that shows it is there
NEEDED="
chromium chromium
poppler-utils pdftotext
qpdf qpdf
hunspell hunspell
hunspell-no /usr/share/hunspell/nb_NO.dic
pspp pspp
libreoffice-core-nogui soffice
libreoffice-writer-nogui /usr/lib/libreoffice/program/libswlo.so
"

present() {
  case "$1" in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing=""
for pair in $(echo "$NEEDED" | awk 'NF == 2 { print $1 "=" $2 }'); do
  present "${pair#*=}" || missing="$missing ${pair%%=*}"
done
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root="none"; fi
fi

if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != "none" ]; then
  echo "Installing for the tests:$missing"
  log=$(mktemp)
  # Some of the list may not be in this distribution; each package stands alone so that one failure hides no other.
  $as_root apt-get update -qq >"$log" 2>&1
  for package in $missing; do
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$package" >>"$log" 2>&1 || true
  done
  rm -f "$log"
fi

for pair in $(echo "$NEEDED" | awk 'NF == 2 { print $1 "=" $2 }'); do
  present "${pair#*=}" || echo "Not installed: ${pair%%=*}. Its tests will be skipped. On Debian: apt-get install ${pair%%=*}"
done
exit 0
