# shellcheck shell=bash
# What the booth's root holds: Debian's files without what has no use there, wheels, the booth, the overlay, modules.
# shellcheck disable=SC2154  # parts, top, lock and work are the caller's

# The card: positions in sectors of 512 bytes. The booth finds its disk by the id, and makes its data partition, the
# fourth of the table, behind the room for a second root.
disk_id=0xb1111c01
firmware_at=8192 firmware_size=262144 # 128 MiB
root_at=$((firmware_at + firmware_size)) root_size=786432 # 384 MiB
second_at=$((root_at + root_size))
data_at=$((second_at + root_size))

load_wheels() {
    mkdir -p "$BUILD/wheels" "$work/wheels"
    python "$parts/wheels.py" missing "$top/requirements.txt" "$parts/wheels.in" "$BUILD/wheels" >"$work/wheels.txt"
    if [ -s "$work/wheels.txt" ]; then
        job python -m pip download --quiet --no-input --disable-pip-version-check --no-deps --require-hashes \
            --only-binary=:all: --implementation cp --python-version 3.13 --abi cp313 --abi abi3 --abi none \
            --platform manylinux_2_17_aarch64 --platform manylinux2014_aarch64 --platform manylinux_2_28_aarch64 \
            --platform any --dest "$work/wheels" --requirement "$work/wheels.txt" >&2 ||
            fail "The Python packages could not be loaded; the lines above say why."
        mv "$work/wheels"/*.whl "$BUILD/wheels/"
    fi
}

make_root() {
    local path
    root=$work/root
    mkdir "$root"
    unpack root "$root"
    # The initrd's programs are in these packages, and have no use later.
    listed "$parts/initrd.in" | while read -r path; do
        install -D "$root/$path" "$work/early-root/$path"
    done
    prune
    install_booth
    tracked deploy/image/root | copy_tracked deploy/image/root/ "$root"
    link
    describe
    compile
    settle "$root"
}

# What has no use in a booth cannot be misused there; and what starts is what links.in says, not what packages wish.
prune() {
    local font
    job python "$parts/keep.py" "$parts/keep.in" "$root"
    find "$root/usr/share/fonts" -name '*.ttf' | while read -r font; do
        is_painted "$(basename "$font")" || rm "$font"
    done
}

# Whether config/fonts.py names a font: regular or bold, of the scripts that are written in Indonesia.
is_painted() {
    case $1 in *-Regular.ttf | *-Bold.ttf) grep -qF "\"${1%-*}-Regular.ttf\"" "$top/config/fonts.py" ;; *) false ;; esac
}

install_booth() {
    local place=$root/usr/lib/bilik version
    mkdir -p "$place"
    job python "$parts/wheels.py" unpack "$top/requirements.txt" "$parts/wheels.in" "$BUILD/wheels" "$place"
    booth_files | copy_tracked "" "$place"
    tell_untracked
    # Who asks for the version asks for what an installer would have written (importlib.metadata).
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$top/pyproject.toml")
    mkdir "$place/bilik-$version.dist-info"
    printf 'Metadata-Version: 2.1\nName: bilik\nVersion: %s\n' "$version" >"$place/bilik-$version.dist-info/METADATA"
    ln -s ../lib/bilik/bilik-booth "$root/usr/bin/bilik-booth"
}

# Files of ours, as this checkout has them; what git does not know is nobody's release.
tracked() { git -c safe.directory="$top" -C "$top" ls-files -- "$@"; }

# A new module that was forgotten is one without which the booth may not start.
tell_untracked() {
    local path
    git -c safe.directory="$top" -C "$top" ls-files --others --exclude-standard -- booth config printer sync deploy/image/root |
        while read -r path; do say "NOT IN THE IMAGE, since git does not know it (git add): $path"; done
}

# Copies the files whose paths it reads to folder $2, without the prefix $1; links stay links.
copy_tracked() {
    local path target
    while read -r path; do
        target=$2/${path#"$1"}
        mkdir -p "${target%/*}"
        cp --no-dereference --remove-destination "$top/$path" "$target"
    done
}

# What the district and the simulated desk have stays away.
booth_files() {
    tracked booth config printer sync |
        grep -vE '^(sync/district|booth/desk|config/cards/virtual|config/sample|printer/virtual)/' | sort
}

link() {
    local place name
    while read -r place name; do
        mkdir -p "$root/$place"
        case $name in
        *' -> '*) ln -sfT "${name#* -> }" "$root/$place/${name% -> *}" ;;
        *)
            [ -e "$root/usr/lib/systemd/system/$name" ] || fail "deploy/image/links.in: there is no $name."
            ln -s "../$name" "$root/$place/$name"
            ;;
        esac
    done < <(listed "$parts/links.in")
    mkdir -p "$root"/{dev,proc,sys,run,tmp,var,data}
    rm -rf "${root:?}"/{var,tmp,run}/*
    : >"$root/etc/machine-id"
}

# What this image is made of, for whoever holds it.
describe() {
    local place=$root/usr/lib/bilik
    section root | cut -d' ' -f1-4 >"$place/packages"
    section kernel | cut -d' ' -f1-4 >>"$place/packages"
    printf 'data-start-sector=%s\ndisk-id=%s\n' "$data_at" "$disk_id" >"$place/layout"
    booth_files | (cd "$top" && tr '\n' '\0' | xargs -0 sha256sum) >"$place/software"
}

# A booth on a read-only root would compile every module at every start. By hash and unchecked: no times in the files.
compile() {
    local folder
    for folder in "$root"/usr/lib/python3* "$root/usr/lib/bilik"; do
        # One process a folder: in which order files are compiled can be seen in the bytes.
        start python -m compileall -q -s "$root" -p / --invalidation-mode unchecked-hash "$folder" >>"$work/compile.log"
    done
    join || fail "A Python file could not be compiled: $(tail -n 3 "$work/compile.log")"
}

# The same modes and times whoever unpacked it, and no set-user-id program.
settle() {
    find "$1" -type d -exec chmod 755 {} +
    find "$1" -type f -perm /111 -exec chmod 755 {} +
    find "$1" -type f ! -perm /111 -exec chmod 644 {} +
}
