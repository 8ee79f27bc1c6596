#!/usr/bin/env bash
# One SD image for Raspberry Pi 3B+, 4 and 5 that boots into the booth, the same bytes for whoever builds it.
# docs/image.md says how it is made and what its hash covers; usage() below says how to call it.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8 TZ=UTC0
unset SOURCE_DATE_EPOCH # squashfs and FAT get their times from the lock, and some tools refuse to be told twice
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=${here%/deploy}
parts=$here/image
lock=$here/packages.lock

usage() {
    cat <<'TEXT'
deploy/raspi-image.sh builds the booth's SD image for Raspberry Pi 3B+, 4 and 5 (make image).

  deploy/raspi-image.sh               build it; what was made is in build/image/out
  deploy/raspi-image.sh verify HASH   build it again in a folder of its own and compare: HASH is the image's hash as
                                      booths show and print it (root hash), or the SHA-256 of bilik.img
  deploy/raspi-image.sh lock          renew deploy/packages.lock from Debian's archive (make image-lock)
  deploy/raspi-image.sh --help        this

Runs on Debian 12, Debian 13 or Ubuntu 24.04, x86_64 or arm64, as root or not; about 2 GB of disk. Loads what
deploy/packages.lock and requirements.txt name and checks each file against its hash. Variables:

  BUILD=DIR           where it works, instead of build/image (downloads are kept there, in debs and wheels)
  MIRROR=URL          Debian's archive, instead of the one that this machine's apt uses; a snapshot when the mirror
                      no longer has what the lock names
  MIRROR_SECURITY=URL Debian's security archive; without it as MIRROR with "-security" after "debian"
  JOBS=N              how many things at once, instead of one for each core

Exit 0: done. 1: it failed, the reason stands above. 2: a person must do something first, the last lines say what.
130: interrupted. In every case nothing half-made is left.
TEXT
}

# shellcheck source=deploy/image/common.sh
. "$parts/common.sh"
# shellcheck source=deploy/image/archive.sh
. "$parts/archive.sh"
# shellcheck source=deploy/image/tools.sh
. "$parts/tools.sh"
# shellcheck source=deploy/image/root.sh
. "$parts/root.sh"
# shellcheck source=deploy/image/disk.sh
. "$parts/disk.sh"

# Makes everything in $work and moves what is whole to $1.
build() {
    local out=$1 started=$SECONDS
    make_work
    prepare_host
    step "loading Debian packages" load_debs root kernel "$(tools_section)"
    step "unpacking the build's own tools" unpack_tools
    step "loading Python packages" load_wheels
    step "the system" make_root
    step "the kernel's modules" make_modules
    step "the initrd" make_initrd
    step "squashfs" make_squashfs
    step "the hash tree" make_verity
    step "the firmware partition" make_firmware
    step "the card" make_card
    deliver "$out"
    say "done in $((SECONDS - started)) s: $out/bilik.img"
    say "image's hash: $(cat "$out/root-hash")"
    say "SHA-256 of bilik.img: $(sum_of_image "$out")"
}

sum_of_image() { sed -n 's/  bilik.img$//p' "$1/SHA256SUMS"; }

verify() {
    local asked=${1,,} out
    [[ $asked =~ ^[0-9a-f]{64}$ ]] || stop "A hash has 64 digits and letters a to f. As the booth shows it:" \
        "make image-verify HASH=…"
    make_work
    out=$work/verified
    build "$out"
    if [ "$asked" = "$(cat "$out/root-hash")" ]; then
        say "THE SAME: this source and these packages give the image with the hash $asked."
    elif [ "$asked" = "$(sum_of_image "$out")" ]; then
        say "THE SAME: this source and these packages give bilik.img with the SHA-256 $asked."
    else
        fail "NOT THE SAME: this source gives other bytes than $asked. Is this checkout the release of that image?"
    fi
}

main() {
    case "${1:-}" in
    "")
        make_work
        build "$BUILD/out"
        ;;
    verify)
        [ $# -eq 2 ] || stop "Which hash? As the booth shows it:" "make image-verify HASH=…"
        verify "$2"
        ;;
    lock)
        make_work
        prepare_host
        renew_lock
        ;;
    -h | --help | help) usage ;;
    *) stop "Not understood: $*" "deploy/raspi-image.sh --help" ;;
    esac
}

main "$@"; exit # one line: an edit of this file while it runs is not read
