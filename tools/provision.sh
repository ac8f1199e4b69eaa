#!/usr/bin/env bash
# Debian packages the product needs (with --dev: also what the tests need). Root installs what is missing; anybody
# else is told the exact command. What is still missing afterwards is not fatal here: whoever needs it says so.
set -euo pipefail

wanted=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-lxgw-wenkai)
if [ "${1:-}" = --dev ]; then
    command -v chromium >/dev/null || wanted+=(chromium)
    command -v redis-server >/dev/null || wanted+=(redis-server)
fi

if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian system: see to Pango, HarfBuzz (subset), Noto CJK and LXGW WenKai fonts yourself." >&2
    exit 0
fi

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
    echo "Installing ${missing[*]} …"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if { apt-get update && apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1; then
        exit 0
    fi
    tail -n 15 "$log" >&2
fi
echo "Missing on this machine: ${missing[*]}" >&2
echo "Without them printed papers or parts of the tests do not work. To install, as root:" >&2
echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
