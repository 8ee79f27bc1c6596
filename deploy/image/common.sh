# shellcheck shell=bash
# What every part of the build uses: words, the work folder and its end, what the host must have.
# shellcheck disable=SC2154  # top, parts and lock are the caller's

BUILD=${BUILD:-$top/build/image}
JOBS=${JOBS:-$(nproc)}
work=
running=()

say() { printf 'image: %s\n' "$*" >&2; }
fail() {
    say "$1"
    exit 1
}
stop() {
    say "$1"
    shift
    [ $# -eq 0 ] || printf '    %s\n' "$@" >&2
    exit 2
}

# Says what is done, does it, and how long that took.
step() {
    local what=$1 began=$SECONDS
    shift
    say "$what …"
    "$@"
    say "$what: $((SECONDS - began)) s"
}

# A folder of this run alone. It goes with the run, however that ends; what is kept was moved out of it whole.
make_work() {
    [ -z "$work" ] || return 0
    mkdir -p "$BUILD"
    BUILD=$(cd -P "$BUILD" && pwd)
    work=$(mktemp -d "$BUILD/work.XXXXXX")
    trap 'finish $?' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

finish() {
    local group
    trap - EXIT INT TERM HUP
    # Downloads and compressors that still run would write into what is taken away.
    for group in "${running[@]}"; do kill -TERM -- "-$group" 2>/dev/null || true; done
    wait
    chmod -R u+w "$work" 2>/dev/null || true
    rm -rf "$work"
    exit "$1"
}

# What takes long runs in a process group of its own, and the shell waits for it: so an interrupt is heard at once, and
# ends it with all that it started. start … start … join, or job for one alone; join gives the last failure.
start() {
    set -m
    "$@" </dev/null &
    running+=($!)
    set +m
}
join() {
    local group status=0
    for group in "${running[@]}"; do wait "$group" || status=$?; done
    running=()
    return "$status"
}
job() {
    start "$@"
    join
}

# Lines of a list without comments: their first words.
listed() { sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$1"; }

# Everything else comes from the lock. These are in every Debian and Ubuntu, but not in every container of them.
prepare_host() {
    local missing=() word package
    while read -r word package; do
        case $word in
        /*) [ -e "$word" ] ;;
        *) command -v "$word" >/dev/null ;;
        esac || missing+=("$package")
    done <<'TABLE'
dpkg-deb dpkg
/usr/lib/apt/apt-helper apt
git git
xz xz-utils
/etc/ssl/certs/ca-certificates.crt ca-certificates
TABLE
    [ ${#missing[@]} -gt 0 ] || return 0
    say "missing here: ${missing[*]}"
    install_on_host "${missing[@]}"
}

install_on_host() {
    local line="apt-get update && apt-get install --yes --no-install-recommends $*"
    local -a as=()
    command -v apt-get >/dev/null || stop "This machine has no apt-get. Build on Debian 12, 13 or Ubuntu 24.04."
    if [ "$(id -u)" -ne 0 ]; then
        as=(sudo)
        { command -v sudo && { sudo -n true || [ -t 0 ]; }; } >/dev/null 2>&1 ||
            stop "Installing that needs an administrator. Run this line, then again:" "su -c '$line'"
    fi
    say "installing: $*"
    "${as[@]}" sh -c "export DEBIAN_FRONTEND=noninteractive; $line" >"$work/install.log" 2>&1 </dev/null || {
        tail -n 20 "$work/install.log" >&2
        stop "That could not be installed. Mend what stands above, or run this, then again:" "$line"
    }
}
