# shellcheck shell=bash
# The build's own programs: Debian's, from the lock, run with their own libraries out of the folder they were unpacked to.
# shellcheck disable=SC2154  # work is the caller's

tools_section() {
    case $(dpkg --print-architecture) in
    amd64 | arm64) printf 'tools-%s\n' "$(dpkg --print-architecture)" ;;
    *) stop "This builds on amd64 and arm64; this machine is $(dpkg --print-architecture)." ;;
    esac
}

unpack_tools() {
    tools=$work/tools
    unpack "$(tools_section)" "$tools"
    loader=$(find "$tools/usr/lib" -maxdepth 2 -name 'ld-linux-*.so.*' | sort | head -n 1)
    [ -n "$loader" ] || fail "The build's tools lack their own ld.so."
    libraries=$(dirname "$(find "$tools/usr/lib" -maxdepth 2 -name libc.so.6 | head -n 1)")
}

# tool NAME ARGUMENTS…: a program of the build's own, with nothing of the host's.
tool() {
    local name=$1 program
    shift
    for program in "$tools/usr/bin/$name" "$tools/usr/sbin/$name"; do
        [ ! -x "$program" ] || break
    done
    "$loader" --library-path "$libraries" --argv0 "$name" "$program" "$@"
}

python() {
    PYTHONHOME=$tools/usr PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 \
        "$loader" --library-path "$libraries" --argv0 "$tools/usr/bin/python3" "$tools/usr/bin/python3" -s "$@"
}
