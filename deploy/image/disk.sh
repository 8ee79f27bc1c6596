# shellcheck shell=bash
# From folders to a card: modules, initrd, squashfs, hash tree, firmware partition, partition table.
# shellcheck disable=SC2154  # parts, work, root and the card's measures are the caller's

# Fixed, so that the same root gives the same tree. A salt protects against nothing here: the root is public.
verity_salt=b1111c0000000000000000000000000000000000000000000000000000000000
verity_uuid=b1111c00-0000-4000-8000-000000000001

make_modules() {
    local version
    kernel=$work/kernel
    unpack kernel "$kernel"
    version=$(basename "$kernel"/usr/lib/modules/*)
    modules=usr/lib/modules/$version
    job tool depmod --basedir "$kernel/usr" "$version" 2>"$work/depmod.log" || fail "depmod: $(tail -n 3 "$work/depmod.log")"
    mkdir -p "$root/$modules"
    job python "$parts/modules.py" "$parts/modules.in" "$kernel/$modules" "$kernel/$modules/dtb/broadcom" "$root/$modules" "$work/early"
    job tool depmod --basedir "$root/usr" "$version"
    settle "$root/$modules"
}

make_initrd() {
    local folder=$work/initrd name path
    mkdir -p "$folder"/{bin,dev,proc,sys,run,root}
    ln -s usr/lib "$folder/lib"
    ln -s bin "$folder/sbin"
    mkdir -p "$folder/usr/lib/aarch64-linux-gnu" "$folder/$modules"
    while read -r path; do
        case $path in
        */lib/*) cp -L "$work/early-root/$path" "$folder/$path" ;;
        *) cp -L "$work/early-root/$path" "$folder/bin/" ;;
        esac
    done < <(listed "$parts/initrd.in")
    for name in cat dd find mkdir modprobe mount od poweroff printf sed sh sleep sort switch_root sync tr xargs; do
        ln -s busybox "$folder/bin/$name"
    done
    while read -r path; do
        mkdir -p "$folder/$modules/${path%/*}"
        cp "$root/$modules/$path" "$folder/$modules/$path"
    done <"$work/early"
    cp "$root/$modules"/modules.{builtin,builtin.modinfo,order} "$folder/$modules/"
    job tool depmod --basedir "$folder/usr" "$(basename "$modules")"
    rm -f "$folder/$modules"/*.bin
    cp "$parts/initrd/init" "$folder/init"
    chmod 755 "$folder/init"
    job python "$parts/initrd.py" "$folder" "$work/initrd.img"
}

make_squashfs() {
    local time
    time=$(date -d "$(locked_date)" +%s)
    job tool mksquashfs "$root" "$work/root.img" -noappend -quiet -no-progress -no-xattrs -no-exports -all-root \
        -all-time "$time" -mkfs-time "$time" -comp zstd -Xcompression-level 9 -processors "$JOBS" >&2
}

make_verity() {
    local size
    size=$(stat -c %s "$work/root.img")
    tool veritysetup format "$work/root.img" "$work/root.img" --hash-offset="$size" --salt="$verity_salt" \
        --uuid="$verity_uuid" >"$work/verity" || fail "veritysetup: $(cat "$work/verity")"
    sed -nE 's/^Root hash:[[:space:]]*([0-9a-f]{64})$/\1/p' "$work/verity" >"$work/root-hash"
    [ -s "$work/root-hash" ] || fail "veritysetup gave no root hash."
    size=$((($(stat -c %s "$work/root.img") + 511) / 512))
    [ "$size" -le "$root_size" ] || fail "The root has $((size / 2048)) MiB, and its place on the card $((root_size / 2048)). Make root_size larger."
}

# A DS3231 on the header's I2C pins, as docs/hardware.md wires it: bus i2c-1, address 0x68. Where none is, its driver finds
# nothing and that is all.
name_clock() {
    local bus=/soc/i2c@7e804000
    [ "$(tool fdtget "$1" $bus status)" = okay ] || fail "$1: the header's I2C is no longer $bus. See docs/hardware.md, Clock."
    tool fdtput -c "$1" $bus/rtc@68
    tool fdtput -t s "$1" $bus/rtc@68 compatible maxim,ds3231
    tool fdtput -t x "$1" $bus/rtc@68 reg 68
}

make_firmware() {
    local folder=$work/firmware path time
    mkdir -p "$folder"
    time=$(locked_date)
    cp "$kernel"/usr/lib/raspi-firmware/{bootcode.bin,start.elf,fixup.dat,start4.elf,fixup4.dat} "$folder/"
    listed "$parts/modules.in" | sed -n 's/^tree //p' | tr ' ' '\n' | while read -r path; do
        cp "$kernel/$modules/dtb/broadcom/$path" "$folder/"
    done
    for path in bcm2837-rpi-3-b.dtb bcm2837-rpi-3-b-plus.dtb bcm2711-rpi-4-b.dtb; do
        name_clock "$folder/$path"
    done
    # The Pi 5's firmware asks for its newer chip's tree by another name than Linux gives it.
    cp "$kernel/$modules/dtb/broadcom/bcm2712-d-rpi-5-b.dtb" "$folder/bcm2712d0-rpi-5-b.dtb"
    cp "$kernel/$modules/vmlinuz" "$work/initrd.img" "$folder/"
    cp "$parts/firmware/config.txt" "$folder/"
    sed "s/@ROOT@/$(cat "$work/root-hash")/" "$parts/firmware/cmdline.txt" >"$folder/cmdline.txt"
    find "$folder" -exec touch -d "$time" {} +
    truncate -s $((firmware_size * 512)) "$work/firmware.img"
    tool mkfs.vfat --invariant -i b1111c00 -n BILIK -F 32 "$work/firmware.img" >/dev/null
    for path in "$folder"/*; do
        tool mcopy -m -i "$work/firmware.img" "$path" ::
    done
}

# As long as the next power of two with 96 MiB for data: QEMU's cards are so, and every card that is sold has that room.
make_card() {
    local size=$(((data_at + 196608) * 512)) bytes=1073741824
    while [ "$bytes" -le "$size" ]; do bytes=$((bytes * 2)); done
    truncate -s "$bytes" "$work/bilik.img"
    tool sfdisk --quiet --no-tell-kernel "$work/bilik.img" <<TABLE
label: dos
label-id: $disk_id
unit: sectors
start=$firmware_at, size=$firmware_size, type=c, bootable
start=$root_at, size=$root_size, type=83
start=$second_at, size=$root_size, type=da
TABLE
    dd if="$work/firmware.img" of="$work/bilik.img" bs=1M seek=$((firmware_at / 2048)) conv=notrunc,sparse status=none
    dd if="$work/root.img" of="$work/bilik.img" bs=1M seek=$((root_at / 2048)) conv=notrunc,sparse status=none
}

# Of the whole card, and of its two partitions that nothing writes to: a card that was in use can be compared by these.
sums() {
    sha256sum "$1" | sed 's/ .*/  bilik.img/'
    dd if="$1" bs=1M skip=$((firmware_at / 2048)) count=$((firmware_size / 2048)) status=none | sha256sum | sed 's/-$/partition-1/'
    dd if="$1" bs=1M skip=$((root_at / 2048)) count=$((root_size / 2048)) status=none | sha256sum | sed 's/-$/partition-2/'
}

deliver() {
    local new=$work/out
    mkdir "$new"
    job sums "$work/bilik.img" >"$new/SHA256SUMS"
    mv "$work/bilik.img" "$work/root-hash" "$work/firmware" "$new/"
    cp "$root/usr/lib/bilik/packages" "$root/usr/lib/bilik/software" "$new/"
    rm -rf "$1"
    mv "$new" "$1"
}
