#!/bin/bash
# Builds good.c, bad-*.c and hostile-*.c as plugins, each with a manifest.
#
# usage: build.sh OUTDIR [NAME...]
#
# OUTDIR receives NAME.so, NAME.plugin.json for each and one directory `example`, the template of the
# conformance section. Builds what is older than its sources only. CC chooses the compiler.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
include=$here/../../../Sources/PluginABI/include

build_one() {
    local out=$1 name=$2 source=$here/$2.c sum arch patched
    local library=$out/$name.so manifest=$out/$name.plugin.json newest
    if [[ $library -nt $source && $library -nt $here/base.h && $library -nt $here/build.sh &&
        $library -nt $include/berth_plugin.h && -s $manifest && ! $manifest -ot $library ]]; then
        return 0
    fi
    case $(uname -m) in
    x86_64 | amd64) arch=x86_64 ;;
    aarch64 | arm64) arch=aarch64 ;;
    *) arch=$(uname -m) ;;
    esac
    # Some linkers show _end and its like; the one that must show a helper is linked as it comes.
    local -a hide=("-Wl,--version-script=$out/.exports")
    [[ $name == bad-library-exports* ]] && hide=()
    "$CC" -std=c11 -O1 -g0 -fPIC -shared -fvisibility=hidden -pthread -D_GNU_SOURCE \
        -Wall -Wextra -Wpedantic -Werror -I "$include" -I "$here" "-DPLUGIN_NAME=\"$name\"" \
        "$source" "${hide[@]}" -o "$library.new"
    if [[ $name == bad-library-architecture* ]]; then # e_machine, at 18: EM_ALPHA_STD
        printf '\x29\x00' | dd of="$library.new" bs=1 seek=18 conv=notrunc status=none
    fi
    sum=$(sha256sum "$library.new" | cut -d' ' -f1)
    patched=$(sed -n 's/^.*manifest: \(.*[^ ]\) *\*\/.*$/\1/p; s/^ \* manifest: \(.*[^ ]\)$/\1/p' "$source" | head -n 1)
    cat <<JSON | sed -e "${patched:-#}" >"$manifest.new"
{
  "manifest_version": 1,
  "id": "dev.berth.test.$name",
  "name": "$name",
  "version": "1.0.0",
  "description": "Keeps resources as files.",
  "vendor": "Berth",
  "abi": {"major": 1, "minor_min": 0, "minor_max": 0},
  "capabilities": ["parse", "plan", "apply", "destroy", "read", "recover"],
  "extensions": ["berth.actions/1", "berth.inventory/1"],
  "library": "$name.so",
  "arch": "$arch",
  "sha256": "$sum",
  "conformance": {
    "configuration": {"root": "\${TEMP}/root"},
    "inputs": {
      "transition": "start",
      "deployment": {"id": "4c1f2c9e-6f6e-4b0e-9a54-7f2f6b1c0d11", "access_url": "https://berth.example.org"},
      "workspace": {"id": "0f3d7a52-1c7f-4c57-8a44-0c2b7f4f9a01", "name": "sample"},
      "build": {"id": "b6b5f0d7-3c1f-4d0e-8f6b-5b8e2d9c7a02", "number": 1},
      "owner": {"id": "7d0e1b64-53b5-4b35-9a0d-6c1f6f0e8b03", "name": "ada", "full_name": "Ada Example",
                "email": "ada@example.org", "groups": ["everyone"]},
      "template": {"id": "c2a9e8f1-7b64-4f2b-8d57-1e3f5a7c9d04", "name": "example", "version": "1"},
      "variables": {},
      "parameters": {"greeting": "hello", "password": "correct horse battery staple"},
      "previous_parameters": {},
      "external_auth": {},
      "sensitive": ["/parameters/password"]
    },
    "source": "example"
  }
}
JSON
    mv "$library.new" "$library"
    mv "$manifest.new" "$manifest"
}

if [[ ${1:-} == --one ]]; then
    build_one "$2" "$3"
    exit 0
fi
[[ $# -ge 1 ]] || { echo "usage: build.sh OUTDIR [NAME...]" >&2; exit 2; }
out=$1
shift
mkdir -p "$out/example"
out=$(cd "$out" && pwd)
cp -u "$here"/example/* "$out/example/"
exports='{ global: berth_plugin_v*; local: *; };'
[[ -e $out/.exports ]] || echo "$exports" >"$out/.exports"
if [[ -z ${CC:-} ]]; then
    CC=$(command -v clang || command -v cc) || { echo "build.sh: neither clang nor cc is here" >&2; exit 1; }
fi
export CC
if [[ $# -gt 0 ]]; then names=("$@"); else
    names=()
    for source in "$here"/good.c "$here"/bad-*.c "$here"/hostile-*.c; do names+=("$(basename "$source" .c)"); done
fi
printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -I {} "${BASH_SOURCE[0]}" --one "$out" {}
