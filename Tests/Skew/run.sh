#!/bin/bash
# Runs hosts and plugins of 1.0 and 1.1 against each other under sanitizers.
#
# usage: run.sh OUTDIR
#
# Leaves skew-1.1.so and skew-1.1.plugin.json in OUTDIR: a plugin of the made-up 1.1, without sanitizers,
# for the tests of the real host. Exit 1 if a pair does not get on.
set -euo pipefail
[[ $# -eq 1 ]] || { echo "usage: run.sh OUTDIR" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
frozen=$here/../../abi/frozen/berth_plugin-1.0.h
mkdir -p "$1"
out=$(cd "$1" && pwd)
CC=${CC:-$(command -v clang || command -v cc)}
mkdir -p "$out/1.0" "$out/1.1"
cp "$frozen" "$out/1.0/berth_plugin.h"
"$here/make-1.1.sh" "$frozen" >"$out/1.1/berth_plugin.h"

warnings=(-std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror)
sanitize=(-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
read -r -a ffi_cflags <<<"$(pkg-config --cflags libffi 2>/dev/null || true)"
read -r -a ffi_libs <<<"$(pkg-config --libs libffi 2>/dev/null || echo -lffi)"
# Some linkers warn of every symbol of the sanitizer; what they say is shown if the build fails.
for version in 1.0 1.1; do
    "$CC" "${warnings[@]}" "${sanitize[@]}" -fPIC -shared -fvisibility=hidden -I "$out/$version" "$here/plugin.c" \
        -o "$out/$version/plugin.so" >"$out/$version/plugin.build.log" 2>&1 &
    "$CC" "${warnings[@]}" "${sanitize[@]}" -I "$out/$version" ${ffi_cflags[@]+"${ffi_cflags[@]}"} "$here/host.c" \
        "${ffi_libs[@]}" -ldl -o "$out/$version/host" >"$out/$version/host.build.log" 2>&1 &
done
for job in $(jobs -p); do
    wait "$job" || { cat "$out"/1.?/*.build.log >&2; exit 1; }
done

failed=0
for host in 1.0 1.1; do
    for plugin in 1.0 1.1; do
        minor=0
        [[ $host == 1.1 && $plugin == 1.1 ]] && minor=1
        log=$out/host-$host-plugin-$plugin.log
        if "$out/$host/host" "$out/$plugin/plugin.so" $minor >"$log" 2>&1 && ! grep -q '^FAIL' "$log"; then
            echo "skew host $host plugin $plugin: ok ($(tail -n 1 "$log"))"
        else
            echo "skew host $host plugin $plugin: FAILED, see $log"
            sed 's/^/    /' "$log"
            failed=1
        fi
    done
done

# For the real host.
"$CC" "${warnings[@]}" -O1 -fPIC -shared -fvisibility=hidden -I "$out/1.1" "$here/plugin.c" -o "$out/skew-1.1.so"
case $(uname -m) in x86_64 | amd64) arch=x86_64 ;; aarch64 | arm64) arch=aarch64 ;; *) arch=$(uname -m) ;; esac
cat >"$out/skew-1.1.plugin.json" <<JSON
{
  "manifest_version": 1,
  "id": "dev.berth.test.skew-1-1",
  "name": "skew-1-1",
  "version": "1.0.0",
  "abi": {"major": 1, "minor_min": 0, "minor_max": 1},
  "capabilities": ["plan", "apply", "destroy"],
  "extensions": ["berth.actions/1"],
  "library": "skew-1.1.so",
  "arch": "$arch",
  "sha256": "$(sha256sum "$out/skew-1.1.so" | cut -d' ' -f1)",
  "conformance": {"configuration": {}, "inputs": {"transition": "start"}}
}
JSON
exit $failed
