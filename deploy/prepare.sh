#!/usr/bin/env bash
# Makes this checkout ready for a verb of the Makefile: system packages, .venv from requirements.txt and
# requirements-source.txt, the virtual card reader's driver, the editable install. What is already there is left
# alone: then this is silent, instant and needs no network.
#
#   deploy/prepare.sh check|run|test      each needs what the one before it needs, and more
#   deploy/prepare.sh image               what run needs, and an emulated machine to boot the image in
#   PYTHON=/path/to/python3.12            takes that interpreter; else python3, else python3.13, 3.12, 3.11
#
# Exit 0: ready. 1: an installation failed, its own words stand above. 2: a person must do something first;
# the last line printed says what.
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

venv=.venv
probe='import sys; print("%d.%d" % sys.version_info[:2])'
dejavu=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf
noto=/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf
driver=$venv/lib/vpcd/libifdvpcd.so # what config/cards/virtual loads into its own pcscd

say() { printf 'bilik: %s\n' "$*" >&2; }
stop() {
    say "$1"
    shift
    [ $# -eq 0 ] || printf '    %s\n' "$@" >&2
    exit 2
}

# ---- Python ------------------------------------------------------------------------------------------

supported() { case "$1" in 3.11 | 3.12 | 3.13) return 0 ;; *) return 1 ;; esac }

# Prints "3.12 /usr/bin/python3.12" for a name that runs, with the interpreter behind it when the name leads
# into a virtual environment: an environment must not be rebuilt by the interpreter that lives in it.
interpreter() {
    local base version
    base=$("$1" -c 'import os, sys
print(sys.executable if sys.prefix == sys.base_prefix else os.path.realpath(sys.executable))' 2>/dev/null) || return 1
    version=$("$base" -c "$probe" 2>/dev/null) || return 1
    printf '%s %s\n' "$version" "$base"
}

choose_python() {
    local name found seen=""
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        found=$(interpreter "$name") || continue
        if supported "${found%% *}"; then
            printf '%s\n' "$found"
            return
        fi
        seen="$seen $name is ${found%% *};"
    done
    [ -n "$seen" ] || seen=" ${PYTHON:-python3} does not run here;"
    stop "Bilik needs Python 3.11, 3.12 or 3.13, and${seen%;}. Install one of them, or name it:" \
        "make ${verb:-demo} PYTHON=/path/to/python3.12"
}

# ---- System packages ---------------------------------------------------------------------------------

has_command() { command -v "$1" >/dev/null 2>&1; }
has_library() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }
has_file() { [ -r "$1" ]; }
has_venv() { venv_stands || "$python" -c 'import ensurepip' 2>/dev/null; }
# pcscd lies in /usr/sbin, which is not on everybody's PATH.
has_daemon() { PATH=$PATH:/usr/sbin has_command "$1"; }

# Debian keeps the server's programs off the PATH, by version.
has_postgresql() { compgen -G "${POSTGRESQL:-/usr/lib/postgresql}/*/bin/initdb" >/dev/null; }

# What only builds is not missed once everything is built.
is_built() { venv_stands && is_stamped requirements "$(wanted_requirements)"; }
has_compiler() { is_built || has_command gcc; }
has_c_header() { gcc -I/usr/include/PCSC -E -x c - <<<"#include <$1>" >/dev/null 2>&1; }
has_header() { is_built || has_c_header "$1"; }
has_python_header() { is_built || [ -r "$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ]; }

# level | package | why | how it is seen. The names are the same in Debian 12, Debian 13 and Ubuntu 24.04.
# (libmtdev1 only silences a warning without a touchscreen, so it belongs to the booth's image, not here.)
packages() {
    cat <<TABLE
check|python$version-venv|makes the virtual environment of Python $version|has_venv
check|gcc|builds pyscard, which comes as source only|has_compiler
check|libc6-dev|builds pyscard|has_header stdio.h
check|libpcsclite-dev|builds pyscard: how a program speaks to card readers|has_header winscard.h
check|python$version-dev|builds pyscard for Python $version|has_python_header
run|libgl1|draws the booth's screens, with or without a display|has_library libGL.so.1
run|libegl1|draws the booth's screens, with or without a display|has_library libEGL.so.1
run|fonts-noto-core|letters for names on screen and paper|has_file $noto
run|fonts-dejavu-core|the virtual printer's own letters|has_file $dejavu
run|libfribidi0|shapes names in Arabic script and others (Pillow asks for it)|has_library libfribidi.so.0
run|espeak-ng|speaks what voters hear, when an election is prepared|has_command espeak-ng
run|libsonic0|plays that slower or faster in the voter's headphones|has_library libsonic.so.0
run|libpcsclite1|speaks to card readers|has_library libpcsclite.so.1
run|pcscd|drives card readers, real ones and the virtual one|has_daemon pcscd
test|gcc|builds the shim that kills the booth at each write, in tests|has_command gcc
test|libc6-dev|builds that shim|has_c_header stdio.h
test|postgresql|the database of several desks, in tests|has_postgresql
test|strace|judges that no write is missed there, and kills the store at each of its own|has_command strace
test|iproute2|a network cable to pull out of the database's server, in tests|has_command ip
test|fuse3|a file system that forgets what was not synced, in tests|has_command fusermount3
test|xvfb|a screen for make try, in tests|has_command Xvfb
test|minisign|judges our signatures independently|has_command minisign
test|zbar-tools|reads the printed codes back independently (zbarimg)|has_command zbarimg
test|opensc|judges the virtual card and what we write on cards|has_command pkcs15-tool
test|yubico-piv-tool|judges the virtual card and what we write on cards|has_command yubico-piv-tool
test|libharfbuzz-bin|judges how names in any script are shaped (hb-view)|has_command hb-view
test|openssl|judges certificates and signatures of cards|has_command openssl
test|sox|reads the spoken clips independently (soxi)|has_command soxi
test|fdisk|judges the partition table of the memory card (sfdisk)|has_daemon sfdisk
test|edid-decode|reads independently what a panel says of its size|has_command edid-decode
image|qemu-system-arm|the emulated machine that the image is booted in|has_command qemu-system-aarch64
image|qemu-utils|cards of any size from one image|has_command qemu-img
image|e2fsprogs|repairs and reads the data partition after a power cut|has_daemon debugfs
image|mtools|fills the stick and reads it, without mounting anything|has_command mcopy
TABLE
}

levels() {
    case "$1" in
        check) echo check ;;
        run) echo check run ;;
        test) echo check run test ;;
        image) echo check run image ;;
    esac
}

# Fills the array `missing`; says what each is for when asked to.
find_missing() {
    local row_level package why seen
    missing=()
    while IFS='|' read -r row_level package why seen; do
        [[ " $(levels "$level") " == *" $row_level "* ]] || continue
        # shellcheck disable=SC2086  # the check is a function and its argument
        $seen && continue
        [[ " ${missing[*]} " != *" $package "* ]] || continue # two reasons for one package
        missing+=("$package")
        [ "${1:-}" != aloud ] || say "missing: $package ($why)"
    done < <(packages)
}

# With a word before the commands (sudo) or none. apt's own words are shown only when it fails.
apt_install() {
    local -a get=("$@" env DEBIAN_FRONTEND=noninteractive apt-get -qq)
    get+=(-o DPkg::Lock::Timeout=120) # a fresh Ubuntu updates itself in its first minutes
    local log status=0
    log=$(mktemp)
    # A list that cannot be renewed may still name packages that exist: only the installation decides.
    { "${get[@]}" update || true; } >"$log" 2>&1
    "${get[@]}" install --yes --no-install-recommends "${missing[@]}" </dev/null >>"$log" 2>&1 || status=$?
    [ "$status" -eq 0 ] || tail -n 20 "$log" >&2
    rm -f "$log"
    return "$status"
}

install_packages() {
    find_missing
    [ ${#missing[@]} -gt 0 ] || return 0
    find_missing aloud
    if ! has_command apt-get; then
        stop "This machine has no apt-get. Install what is named above with its own package manager, then again:" \
            "make $verb"
    fi
    local command="apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
    local -a line=("su -c '$command'")
    if has_command sudo; then line=("sudo sh -c '$command'"); fi
    if [ "$(id -u)" -eq 0 ]; then
        line=("$command")
        say "installing: ${missing[*]}"
        apt_install || stop "The packages could not be installed. Mend what stands above, or run this, then make $verb again:" "${line[@]}"
    elif has_command sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        say "installing with sudo: ${missing[*]}"
        apt_install sudo || stop "The packages could not be installed. Run this, then make $verb again:" "${line[@]}"
    else
        stop "Installing them needs an administrator. Run this line, then make $verb again:" "${line[@]}"
    fi
    find_missing aloud
    [ ${#missing[@]} -eq 0 ] || stop "Installed, and still not found: ${missing[*]}. Is this Debian 12, 13 or Ubuntu 24.04?"
}

# ---- The virtual environment -------------------------------------------------------------------------

# Two stamps inside .venv hold what it was made from. A run that is killed leaves no stamp and is redone.
wanted_requirements() { printf '%s\n' "python $version" "$(sha256sum requirements.txt requirements-source.txt)"; }
wanted_project() { sha256sum pyproject.toml; }
is_stamped() { [ "$(cat "$venv/$1.stamp" 2>/dev/null)" = "$2" ]; }

venv_version() { "$venv/bin/python" -c "$probe" 2>/dev/null; }
# Its programs name their interpreter by its whole path: an environment that was moved or copied does not stand.
venv_stands() { [ "$(venv_version)" = "$version" ] && grep -qsF "$PWD/$venv/bin/" "$venv/bin/pip"; }

make_venv() {
    ! venv_stands || return 0
    say "making $venv with Python $version ($python)"
    "$python" -m venv --clear "$venv"
}

pip_install() {
    local -a quiet=()
    [ -t 2 ] || quiet=(--quiet)
    "$venv/bin/python" -m pip install --no-input --disable-pip-version-check "${quiet[@]}" "$@" >&2
}

install_python() {
    local requirements project
    requirements=$(wanted_requirements)
    project=$(wanted_project)
    if ! venv_stands || ! is_stamped requirements "$requirements"; then
        make_venv
        rm -f "$venv/requirements.stamp" "$venv/project.stamp"
        say "installing the Python packages of requirements.txt into $venv (once; each is checked against its hash)"
        # Wheels only: a source package would run its own code here before anything is checked.
        if ! pip_install --require-hashes --only-binary :all: -r requirements.txt; then
            say "The Python packages could not be installed; the lines above say why (no network?). Then again: make $verb"
            exit 1
        fi
        # What comes as source only is built by what was just installed, and nothing else is fetched for it.
        if ! PATH=$PWD/$venv/bin:$PATH pip_install --no-cache-dir --require-hashes --no-deps --no-build-isolation \
            --no-binary :all: -r requirements-source.txt; then
            say "A Python package could not be built; the lines above say why. Then again: make $verb"
            exit 1
        fi
        printf '%s\n' "$requirements" >"$venv/requirements.stamp"
    fi
    if ! is_stamped project "$project"; then
        pip_install --no-deps --no-build-isolation --no-index -e .
        printf '%s\n' "$project" >"$venv/project.stamp"
    fi
}

# ---- The virtual card reader's driver ------------------------------------------------------------------

# Debian's vsmartcard-vpcd is unpacked and not installed: its own entry in /etc/reader.conf.d would have the machine's
# pcscd listen on the network, for cards from anywhere (docs/adr/0010). apt checks the package as it checks every other.
install_driver() {
    [ ! -r "$driver" ] || return 0
    say "unpacking the virtual card reader's driver (from the package vsmartcard-vpcd, which is not installed)"
    if ! has_command apt-get || ! has_command dpkg-deb; then
        stop "This machine has no apt-get. Put libifdvpcd.so of vsmartcard (vpcd) here, then again make $verb:" "$PWD/$driver"
    fi
    local work found log status=0
    work=$(mktemp -d)
    log=$work/log
    download_driver "$work" >"$log" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 20 "$log" >&2
        rm -rf "$work"
        local -a line=("su -c 'apt-get update'")
        if has_command sudo; then line=("sudo apt-get update"); fi
        if [ "$(id -u)" -eq 0 ]; then line=("apt-get update"); fi
        say "The package vsmartcard-vpcd could not be fetched; the lines above say why (no network? on Ubuntu: no universe?)."
        stop "When apt's lists are too old or empty, renew them, then make $verb again:" "${line[@]}"
    fi
    found=$(find "$work/unpacked" -name libifdvpcd.so | head -n 1)
    mkdir -p "${driver%/*}"
    cp -L "$found" "$driver.new"
    mv "$driver.new" "$driver"
    rm -rf "$work"
}

# Everybody may download; only root may renew the list of packages, which a fresh machine lacks.
download_driver() {
    local -a get=(env -C "$1" apt-get -qq -o DPkg::Lock::Timeout=120)
    "${get[@]}" download vsmartcard-vpcd ||
        { [ "$(id -u)" -eq 0 ] && "${get[@]}" update && "${get[@]}" download vsmartcard-vpcd; } || return 1
    dpkg-deb -x "$1"/vsmartcard-vpcd_*.deb "$1/unpacked"
}

# ---- In this order ----------------------------------------------------------------------------------

level=${1:-}
verb=${2:-$level}
[ -n "$(levels "$level")" ] || stop "usage:" "deploy/prepare.sh check|run|test|image [verb of the Makefile, for the messages]"
# Two verbs started together on a fresh checkout must not build one environment twice at once.
exec 9<deploy/prepare.sh
flock 9
version=$(venv_version || true)
if [ -z "${PYTHON:-}" ] && supported "$version" && venv_stands; then
    # What stands is kept: a new python3 on the machine is no reason to download everything again.
    python=$venv/bin/python
else
    choice=$(choose_python)
    version=${choice%% *} python=${choice#* }
fi
install_packages
install_python
[ "$level" = check ] || install_driver
