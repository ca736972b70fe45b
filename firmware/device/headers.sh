#!/bin/sh
# Makes modules.h of registers.txt, or prints it:  headers.sh [-]
set -eu
cd -- "$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)"
LC_ALL=C
export LC_ALL
make_header() {
    awk '
    function fail(text) { print "registers.txt:" NR ": " text > "/dev/stderr"; failed = 1; exit 2 }
    function number(hex,    i, value) {
        sub(/^0x/, "", hex)
        for (i = 1; i <= length(hex); i++) value = value * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
        return value
    }
    function hex(value, digits,    text) {
        for (; value > 0 || digits > 0; digits--) {
            text = substr("0123456789ABCDEF", value % 16 + 1, 1) text
            value = int(value / 16)
        }
        return text
    }
    function define(name, value) { if (!((module, name) in known)) { known[module, name] = 1; print "#define " name " " value } }
    # A value, and the same in the byte where it lies.
    function bits(name, value, low, high) {
        define(name, "0x" hex(value, 4))
        if (high < 8) define(name "_L", "0x" hex(value, 4))
        else if (low >= 8 && high < 16) define(name "_H", "0x" hex(value / 256, 4))
    }
    # NAME0..31 in a list stands for 32 names.
    function spread(first,    i, j, range) {
        count = 0
        for (i = first; i <= words; i++) {
            if (match(word[i], /[0-9]+\.\.[0-9]+$/)) {
                split(substr(word[i], RSTART), range, /\.\./)
                for (j = range[1] + 0; j <= range[2] + 0; j++) list[++count] = substr(word[i], 1, RSTART - 1) j
            } else list[++count] = word[i]
        }
    }
    function registers(step,    i, at) {
        at = base + number(word[2])
        spread(3)
        for (i = 1; i <= count; i++) {
            if (list[i] != "-" && step == 1) define(list[i], "REGISTER8(0x" hex(at, 4) ")")
            if (list[i] != "-" && step == 4) define(list[i], "REGISTER32(0x" hex(at, 4) ")")
            if (list[i] != "-" && step == 2) halves(list[i], "_L", "_H", "8", at, 1)
            if (list[i] != "-" && step == 4) { sixteen(list[i] "L", at); sixteen(list[i] "H", at + 2) }
            if (list[i] != "-") offsets(list[i], at - base, step)
            at += step
        }
    }
    # From the module base, under the name without the number of the instance.
    function offsets(name, offset, step) {
        if (name ~ /^(TA|TB|UCA|UCB|CAPTIO)[0-9]/) sub(/[0-9]/, "x", name)
        define("OFS_" name, "0x" hex(offset, 4))
        if (step != 2) return
        define("OFS_" name "_L", "0x" hex(offset, 4))
        define("OFS_" name "_H", "0x" hex(offset + 1, 4))
    }
    function sixteen(name, at) { define(name, "REGISTER16(0x" hex(at, 4) ")") }
    function halves(name, low, high, width, at, step) {
        sixteen(name, at)
        define(name low, "REGISTER" width "(0x" hex(at, 4) ")")
        define(name high, "REGISTER" width "(0x" hex(at + step, 4) ")")
    }
    function field(range, name, first, single,    part, low, high, unit, n, codes) {
        high = part[split(range, part, ":")] + 0
        low = high
        high = part[1] + 0
        unit = 2 ^ low
        codes = 2 ^ (high - low + 1)
        if (!single) bits(name, (codes - 1) * unit, low, high)
        if (high > low) for (n = low; n <= high; n++) bits(name (n - low), 2 ^ n, n, n)
        if (single) return
        if (codes <= 32) for (n = 0; n < codes; n++) bits(name "_" n, n * unit, low, high)
        spread(first)
        if (count > codes) fail(name " has " count " codes, expected at most " codes)
        for (n = 0; n < count; n++) if (list[n + 1] != "-") bits(name "__" list[n + 1], n * unit, low, high)
    }
    function vectors(name, numbered,    i) {
        spread(3)
        for (i = 1; i <= count; i++) {
            if (numbered) define(name "_" (2 * i - 2), "0x" hex(2 * i - 2, 4))
            if (list[i] == "-") continue
            define(name "_" list[i], "0x" hex(2 * i - 2, 4))
            define(name "__" list[i], "0x" hex(2 * i - 2, 4))
        }
    }
    function close_module() { if (module != "") print "#endif" }
    function line(text,    i) {
        words = split(text, word, " ")
        if (word[1] == "module") {
            close_module()
            module = word[2]
            print "\n#ifdef __MSP430_HAS_" module "__"
            base = 0
            if (word[3] != "-") {
                base = number(word[3])
                define("__MSP430_BASEADDRESS_" module "__", "0x" hex(base, 4))
                define(module "_BASE", "0x" hex(base, 4))
            }
        }
        else if (word[1] == "words") registers(2)
        else if (word[1] == "bytes") registers(1)
        else if (word[1] == "longs") registers(4)
        else if (word[1] == "bits") field(word[2], word[3], 4, 1)
        else if (word[1] == "iv" || word[1] == "causes") vectors(word[2], word[1] == "iv")
        else if (word[1] == "vectors") {
            print "#ifdef __" word[2] "__"
            for (i = 3; i <= words; i++) print "#define " word[i] "_VECTOR " 58 - i
            print "#endif"
        }
        else if (word[1] == "set" || word[1] == "same") for (i = 2; i < words; i += 2) define(word[i], word[i + 1])
        else if (word[1] ~ /^[0-9]+(:[0-9]+)?$/) field(word[1], word[2], 3, 0)
        else fail("found " word[1] ", expected a word of the list at the top")
    }
    BEGIN {
        print "/* Made of registers.txt by headers.sh: change those. */"
        print "#ifndef DEVICE_MODULES_H\n#define DEVICE_MODULES_H"
    }
    /^#/ || NF == 0 { next }
    $1 == "each" { instances = split($0, instance, " "); held = 0; next }
    $1 == "end" {
        for (i = 2; i <= instances; i++) {
            parts = split(instance[i], part, "/")
            for (j = 1; j <= held; j++) {
                text = holding[j]
                for (k = 1; k <= parts; k++) gsub("[$]" k, part[k], text)
                line(text)
            }
        }
        instances = 0
        next
    }
    instances { holding[++held] = $0; next }
    { line($0) }
    END { if (failed) exit 2; close_module(); print "\n#endif" }
    ' registers.txt
}
if [ "${1:-}" = - ]; then
    make_header
else
    make_header > modules.h.new
    mv modules.h.new modules.h
fi
