# What the scripts share: stages with times, and failures that say what to do. To be sourced, not run.
# shellcheck shell=bash

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
    bold='' dim='' red='' green='' plain=''
fi

stage_name=''
stage_began=0
stage_times=()

# elapsed SECONDS: "7 s" or "2 min 05 s"
elapsed() {
    if [ "$1" -lt 60 ]; then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# stage NAME: ends the stage before, and begins one
stage() {
    stage_end
    stage_name=$1
    stage_began=$SECONDS
    printf '%s==> %s%s %s(%s since the start)%s\n' "$bold" "$1" "$plain" "$dim" "$(elapsed $SECONDS)" "$plain"
}

# stage_end: notes how long the stage took
stage_end() {
    [ -z "$stage_name" ] || stage_times+=("$(printf '%-36s %s' "$stage_name" "$(elapsed $((SECONDS - stage_began)))")")
    stage_name=''
}

# fail WHAT [WHY-OR-WHAT-TO-DO...]: the first line says what went wrong, the others help
fail() {
    printf '%s%s: %s%s\n' "$red" "${0##*/}" "$1" "$plain" >&2
    shift
    [ $# -eq 0 ] || printf '    %s\n' "$@" >&2
    exit 1
}
