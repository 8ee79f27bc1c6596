# shellcheck shell=bash
# Debian's packages: the lock, its renewal, and loading exactly what it names.
# shellcheck disable=SC2154  # parts, lock and work are the caller's
#
# A line of the lock is: name version architecture sha256 archive/path, below the heading of its section. The archive is
# "debian" or "debian-security"; where that is, the host's apt or MIRROR says, and no file.

suite=trixie

# What apt on this machine calls Debian's archive. apt itself does the loading, with its own proxy and certificates.
mirror() {
    local wanted=$1 uri
    case $wanted in
    debian) [ -z "${MIRROR:-}" ] || { printf '%s\n' "${MIRROR%/}" && return; } ;;
    debian-security)
        [ -z "${MIRROR_SECURITY:-}" ] || { printf '%s\n' "${MIRROR_SECURITY%/}" && return; }
        # Snapshots have the day after the archive's name.
        [ -z "${MIRROR:-}" ] || { sed -E 's,^(.*/debian)(/|$),\1-security\2,' <<<"${MIRROR%/}" && return; } ;;
    esac
    # shellcheck disable=SC2016  # apt's own variable
    for uri in $(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages'); do
        if [[ $uri == */$wanted || $uri == */$wanted/ ]]; then
            printf '%s\n' "${uri%/}"
            return
        fi
    done
    # Where apt has no security archive, it lies beside the other one.
    [ "$wanted" = debian-security ] && uri=$(mirror debian) && printf '%s-security\n' "$uri"
}

need_mirror() {
    mirror "$1" || stop "This machine's apt does not say where Debian's archive is. Name a mirror near you (its address ends in /debian):" \
        "make image MIRROR=…"
}

section() { awk -v wanted="[$1]" '/^\[/ { inside = ($0 == wanted); next } inside && NF && !/^#/' "$lock"; }

locked_date() { sed -n 's/^# date: //p' "$lock"; }

# ---- Loading -----------------------------------------------------------------------------------------

deb_file() { printf '%s/debs/%s.deb\n' "$BUILD" "$1"; }

load_debs() {
    local sha256 path debian security part
    local -a wanted=()
    [ -r "$lock" ] || stop "deploy/packages.lock is missing. Make it, and look at what it says:" "make image-lock"
    mkdir -p "$BUILD/debs" "$work/load"
    for part in "$@"; do
        while read -r _ _ _ sha256 path; do
            [ -e "$(deb_file "$sha256")" ] || wanted+=("$path" "$sha256")
        done < <(section "$part")
    done
    [ ${#wanted[@]} -gt 0 ] || return 0
    say "$((${#wanted[@]} / 2)) packages are not here yet"
    debian=$(need_mirror debian)
    security=$(need_mirror debian-security)
    # apt drops its rights for downloads, and could then not write here. It checks the hashes; so does unpack.
    printf '%s %s\n' "${wanted[@]}" | sort -u |
        sed -E "s,^debian/(.*) (.*)$,$debian/\1 $work/load/\2.deb SHA256:\2,
            s,^debian-security/(.*) (.*)$,$security/\1 $work/load/\2.deb SHA256:\2," | tr ' \n' '\0\0' >"$work/wanted"
    job xargs -0 -n 60 -P 3 -a "$work/wanted" /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root \
        -o Acquire::Retries=3 download-file >"$work/load.log" 2>&1 || {
        grep -vE '^(Get|Hit|Fetched)' "$work/load.log" | tail -n 10 >&2
        fail "A package could not be loaded. Has the mirror moved on to newer ones? Name a snapshot in MIRROR, or renew the lock (make image-lock)."
    }
    mv "$work/load"/*.deb "$BUILD/debs/"
}

# Unpacks a section to a folder. What lies in the cache is checked again: it may be years old, or somebody's.
unpack() {
    local part=$1 folder=$2 sha256
    mkdir -p "$folder"
    section "$part" | while read -r _ _ _ sha256 _; do printf '%s  %s\n' "$sha256" "$(deb_file "$sha256")"; done >"$work/$part.sums"
    [ -s "$work/$part.sums" ] || fail "deploy/packages.lock has no section [$part]."
    sha256sum --check --quiet "$work/$part.sums" >&2 || fail "A package in $BUILD/debs is damaged. Remove it, then again."
    cut -d' ' -f3- "$work/$part.sums" | tr '\n' '\0' >"$work/$part.files"
    job xargs -0 -P "$JOBS" -a "$work/$part.files" -I{} dpkg-deb --extract {} "$folder"
}

# ---- Renewing the lock -------------------------------------------------------------------------------

renew_lock() {
    local debian security host new=$work/packages.lock # resolve and addresses use them
    debian=$(need_mirror debian)
    security=$(need_mirror debian-security)
    [ -r /usr/share/keyrings/debian-archive-keyring.gpg ] || install_on_host debian-archive-keyring
    {
        printf '# What the image is made of, and what makes it: make image-lock wrote it; a build loads exactly this.\n'
        printf '# name version architecture sha256 archive/path\n# date: %s\n' "$(date -u +%Y-%m-%d)"
        resolve arm64
        printf '\n[root]\n'
        # shellcheck disable=SC2046  # one word a package
        addresses arm64 install $(listed "$parts/packages.in" | grep -v '^without ') | without "$parts/packages.in"
        printf '\n[kernel]\n'
        # shellcheck disable=SC2046
        addresses arm64 download $(kernel_packages)
        for host in amd64 arm64; do
            resolve "$host"
            printf '\n[tools-%s]\n' "$host"
            # shellcheck disable=SC2046
            addresses "$host" install $(listed "$parts/tools.in")
        done
    } >"$new"
    [ "$(grep -c pool/ "$new")" -gt 100 ] || fail "apt named too few packages; nothing was changed."
    mv "$new" "$lock"
    say "renewed: $lock ($(grep -c pool/ "$lock") packages). Look at the changes, build, and commit it."
}

# Takes out what a list says is left out.
without() { awk 'NR == FNR { if ($1 == "without") for (i = 2; i <= NF; i++) out[$i]; next } !($1 in out)' "$1" -; }

# An apt of its own, which knows one architecture and nothing of what this machine has installed.
apt_of() {
    local host=$1 place=$work/apt-$1
    shift
    local command=$1
    shift
    "$command" -qq -o Dir::State="$place/state" -o Dir::State::status="$place/status" -o Dir::Cache="$place/cache" \
        -o Dir::Etc::SourceList="$place/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
        -o APT::Architecture="$host" -o APT::Architectures="$host" -o APT::Sandbox::User=root \
        -o APT::Install-Recommends=false -o Acquire::Languages=none -o Acquire::ForceHash=SHA256 "$@"
}

resolve() {
    local host=$1 place=$work/apt-$1 each
    [ ! -d "$place" ] || return 0
    mkdir -p "$place/state/lists/partial" "$place/cache/archives/partial"
    : >"$place/status"
    for each in "$debian $suite" "$debian $suite-updates" "$debian $suite-backports" "$security $suite-security"; do
        printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s main non-free-firmware\n' "$each"
    done >"$place/sources.list"
    apt_of "$host" apt-get update >&2
}

# From the meta package to the kernel of its version, its modules and its device trees, each in a package of its own.
kernel_packages() {
    local name image
    for name in $(listed "$parts/kernel.in"); do
        case $name in
        linux-*)
            image=$(dependencies "$name" | grep -E '^linux-image-[0-9]')
            dependencies "$image" | grep -E '^linux-(base|binary|modules)-[0-9]'
            ;;
        *) printf '%s\n' "$name" ;;
        esac
    done
}

dependencies() { apt_of arm64 apt-cache show "$1" | sed -n 's/^Depends: //p' | head -n 1 | tr ',' '\n' | sed -E 's/[(|].*//; s/ //g'; }

# apt's own answer as lines of the lock: 'address' name_version_architecture.deb size SHA256:…
addresses() {
    local host=$1 how=$2 uri file sha256 name version architecture
    shift 2
    apt_of "$host" apt-get --print-uris --yes "$how" "$@" |
        sed -nE "s/^'([^']+)' ([^ ]+)\.deb [0-9]+ SHA256:([0-9a-f]{64})$/\1 \2 \3/p" |
        while read -r uri file sha256; do
            IFS=_ read -r name version architecture <<<"$file"
            case $uri in
            "$security"/*) uri=debian-security${uri#"$security"} ;;
            "$debian"/*) uri=debian${uri#"$debian"} ;;
            esac
            printf '%s %s %s %s %s\n' "$name" "${version//%3a/:}" "$architecture" "$sha256" "$uri"
        done | sort -u
}
