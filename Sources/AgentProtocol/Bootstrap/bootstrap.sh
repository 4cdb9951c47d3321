#!/usr/bin/env sh
# Starts a workspace's agent: the one that lies here already, else one that is fetched from the server.
set -eu

CODER_AGENT_URL='${ACCESS_URL}'
CODER_AGENT_AUTH='${AUTH_TYPE}'
export CODER_AGENT_URL CODER_AGENT_AUTH
certificates='${CERTIFICATES}'
url="${BERTH_AGENT_URL:-$CODER_AGENT_URL}"
url="${url%/}/bin/berth-agent-linux-${ARCH}"

if [ -x /opt/berth/bin/berth-agent ]; then
    if [ -n "$certificates" ]; then
        BERTH_AGENT_CA="${BERTH_AGENT_CA:-$certificates}"
        export BERTH_AGENT_CA
    fi
    exec /opt/berth/bin/berth-agent
fi

# The first place that can be written, and that programs can be started from.
directory=
for place in "${BINARY_DIR:-}" "${TMPDIR:-}" /tmp /var/tmp "${HOME:-}" /dev/shm; do
    [ -n "$place" ] && [ -d "$place" ] && [ -w "$place" ] || continue
    directory="$place/berth-agent.$$"
    (umask 077 && mkdir "$directory") 2>/dev/null || { directory=; continue; }
    printf '#!/bin/sh\nexit 0\n' >"$directory/try" && chmod 700 "$directory/try" && "$directory/try" 2>/dev/null && break
    rm -rf "$directory"
    directory=
done
if [ -z "$directory" ]; then
    echo "berth: no directory can be written where programs can be started; set BINARY_DIR to one" >&2
    exit 1
fi
rm -f "$directory/try"

ca=
if [ -n "$certificates" ]; then
    ca="$directory/ca.pem"
    printf '%s\n' "$certificates" >"$ca"
    BERTH_AGENT_CA="${BERTH_AGENT_CA:-$ca}"
    export BERTH_AGENT_CA
fi

# fetch URL FILE
fetch() {
    if command -v curl >/dev/null 2>&1; then
        curl -fsSL --connect-timeout 20 ${ca:+--cacert "$ca"} -o "$2" "$1"
    elif command -v wget >/dev/null 2>&1; then
        # Those of busybox and of GNU share little more than these.
        wget -q ${ca:+--ca-certificate="$ca"} -O "$2" "$1"
    elif command -v busybox >/dev/null 2>&1; then
        busybox wget -q -O "$2" "$1"
    else
        echo "berth: neither curl, wget nor busybox is here to fetch the agent with" >&2
        exit 127
    fi
}

# What was fetched is what the server has, as far as this image can tell.
whole() {
    command -v sha256sum >/dev/null 2>&1 || return 0
    fetch "$url.sha256" "$directory/sha256" || return 1
    read -r wanted _ <"$directory/sha256" || [ -n "$wanted" ] || return 1
    found=$(sha256sum "$directory/berth-agent")
    [ "${found%% *}" = "$wanted" ]
}

pause=1
until fetch "$url" "$directory/berth-agent" && whole; do
    echo "berth: the agent could not be fetched from $url; trying again in $pause s" >&2
    sleep "$pause"
    [ "$pause" -ge 30 ] || pause=$((pause * 2))
done
chmod 700 "$directory/berth-agent"
exec "$directory/berth-agent"
