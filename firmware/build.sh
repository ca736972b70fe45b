#!/bin/sh
# Builds every image of images.txt and the manifest:  build.sh [OUTPUT_DIRECTORY]   (default: prebuilt)
#
# The compiler is taken from MSP430_GCC (its path), from PATH, or from ~/msp430/msp430-elf/bin. The same compiler
# gives the same bytes, wherever this directory lies: sources are named relative to it, nothing is stamped with a
# time, and the order of everything is that of images.txt.
set -eu
unset MSP430_GCC_INCLUDE_DIR CPATH C_INCLUDE_PATH LIBRARY_PATH GCC_EXEC_PREFIX COMPILER_PATH SOURCE_DATE_EPOCH || :
LC_ALL=C
export LC_ALL

output=${1:-}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if [ -z "$output" ]; then
    output=$here/prebuilt
else
    mkdir -p -- "$output"
    output=$(CDPATH='' cd -- "$output" && pwd)
fi
cd -- "$here"

if [ -n "${MSP430_GCC:-}" ]; then
    gcc=$MSP430_GCC
elif command -v msp430-elf-gcc > /dev/null; then
    gcc=$(command -v msp430-elf-gcc)
elif [ -x "$HOME/msp430/msp430-elf/bin/msp430-elf-gcc" ]; then
    gcc=$HOME/msp430/msp430-elf/bin/msp430-elf-gcc
else
    echo 'build.sh: found no msp430-elf-gcc, expected MSP430_GCC to name it, or to have it in PATH' >&2
    exit 2
fi
linker=$("$gcc" -print-prog-name=ld)
strip=$("$gcc" -print-prog-name=strip)

if command -v sha256sum > /dev/null; then
    hash() { sha256sum -- "$1" | cut -d ' ' -f 1; }
else
    hash() { shasum -a 256 -- "$1" | cut -d ' ' -f 1; }
fi

# Optimisation stands first, so that a line of images.txt can overrule it.
compile='-O2 -std=gnu11 -ffreestanding -fno-common -fno-ident -fno-tree-loop-distribute-patterns -Wall -Wextra --param=min-pagesize=0 -Werror -Idevice -Itests'
link='-nostdlib -Ldevice -Wl,--gc-sections -Wl,-X'
startup='device/startup.S device/memory.c'

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
: > "$work/files"
: > "$work/images"

separator=''
while IFS=':' read -r name device sources flags; do
    case $name in '' | '#'*) continue ;; esac
    name=$(echo $name) device=$(echo $device) sources=$(echo $startup $sources) flags=$(echo $flags)
    options="-mmcu=$device $compile${flags:+ $flags}"
    libraries="-T $device.ld"
    # The multiplier's routines, or those that do without.
    case " $flags " in
        *' -mhwmult=none '*) libraries="$libraries -Wl,--start-group -lmul_none -lgcc -Wl,--end-group" ;;
        *) libraries="$libraries -Wl,--start-group -lmul_f5 -lgcc -Wl,--end-group" ;;
    esac

    objects='' number=0
    : > "$work/dependencies"
    for source in $sources; do
        number=$((number + 1))
        object=$work/$number.o
        "$gcc" $options -MMD -MF "$work/d" -MT x -c "$source" -o "$object"
        tr ' \\' '\n\n' < "$work/d" | grep -v -e '^$' -e '^x:$' >> "$work/dependencies"
        objects="$objects $object"
    done
    printf '%s\n' "device/$device.ld" device/sections.ld >> "$work/dependencies"
    sort -u "$work/dependencies" > "$work/sources"
    cat "$work/sources" >> "$work/files"

    "$gcc" $options $link $objects $libraries -o "$work/image.elf"
    "$strip" --strip-debug -o "$output/$name.elf" "$work/image.elf"
    chmod 644 "$output/$name.elf"

    {
        printf '%s    {\n' "$separator"
        printf '      "name": "%s",\n' "$name"
        printf '      "device": "%s",\n' "$device"
        printf '      "image": "%s.elf",\n' "$name"
        printf '      "sha256": "%s",\n' "$(hash "$output/$name.elf")"
        printf '      "flags": "%s",\n' "$options $link $libraries"
        printf '      "sources": ['
        comma=''
        while read -r file; do
            printf '%s"%s"' "$comma" "$file"
            comma=', '
        done < "$work/sources"
        printf ']\n    }'
    } >> "$work/images"
    separator=',
'
done < images.txt

{
    printf '{\n'
    printf '  "compiler": "%s",\n' "$("$gcc" --version | sed -n 1p)"
    printf '  "linker": "%s",\n' "$("$linker" --version | sed -n 1p)"
    printf '  "sources": {\n'
    separator=''
    sort -u "$work/files" | while read -r file; do
        printf '%s    "%s": "%s"' "$separator" "$file" "$(hash "$file")"
        separator=',
'
    done
    printf '\n  },\n  "images": [\n'
    cat "$work/images"
    printf '\n  ]\n}\n'
} > "$output/manifest.json"
