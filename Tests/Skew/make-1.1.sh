#!/bin/bash
# Derives a header "1.1" that nobody released from the frozen 1.0, the way a minor may grow: it appends a
# function to berth_job and to berth_plugin and a field to berth_resource and to berth_param.
#
# usage: make-1.1.sh FROZEN-1.0.h >berth_plugin.h
#
# Every edit must find its place exactly once, or nothing is printed and the exit is 1.
set -euo pipefail
[[ $# -eq 1 && -r $1 ]] || { echo "usage: make-1.1.sh FROZEN-1.0.h" >&2; exit 2; }

awk '
function edit(name) { done[name]++ }
function swap(name, from, to,    at) {
    at = index($0, from)
    if (at == 0) return
    $0 = substr($0, 1, at - 1) to substr($0, at + length(from))
    edit(name)
}
BEGIN {
    count = split("minor job resource param plugin size-job size-resource size-param size-plugin", names, " ")
}
/^#define BERTH_ABI_MINOR / { swap("minor", "MINOR 0u", "MINOR 1u") }
/^} berth_job;/ {
    print "    /* 1.1: tells the host that the job is alive. [job] */"
    print "    BERTH_NODISCARD berth_status (*heartbeat)(const struct berth_job *job);"
    edit("job")
}
/^} berth_resource;/ { print "    berth_str region; /* 1.1: where it is, or absent */"; edit("resource") }
/^} berth_param;/ { print "    berth_str unit; /* 1.1: unit of the value, or absent */"; edit("param") }
/^} berth_plugin;/ {
    print "    /* 1.1: the number of resources in memory. [any] */"
    print "    uint64_t (*census)(berth_instance *self);"
    edit("plugin")
}
/^BERTH_STATIC_ASSERT/ {
    swap("size-job", "sizeof(berth_job) == 136", "sizeof(berth_job) == 144")
    swap("size-resource", "sizeof(berth_resource) == 128", "sizeof(berth_resource) == 144")
    swap("size-param", "sizeof(berth_param) == 72", "sizeof(berth_param) == 88")
    swap("size-plugin", "sizeof(berth_plugin) == 96", "sizeof(berth_plugin) == 104")
}
{ print }
END {
    for (i = 1; i <= count; i++)
        if (done[names[i]] != 1) {
            printf "make-1.1.sh: edit \"%s\" was made %d times instead of once\n", names[i], done[names[i]] >"/dev/stderr"
            failed = 1
        }
    exit failed
}' "$1" >"${TMPDIR:-/tmp}/make-1.1.$$" || { rm -f "${TMPDIR:-/tmp}/make-1.1.$$"; exit 1; }
cat "${TMPDIR:-/tmp}/make-1.1.$$"
rm -f "${TMPDIR:-/tmp}/make-1.1.$$"
