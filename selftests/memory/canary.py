#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""canary.py DIR: the keys that are looked for, one CK and one IK for each SA set that
the guest makes. Writes a file of keys for each set, and what they are for, DIR/rows.
"""
import collections
import pathlib
import sys

Row = collections.namedtuple("Row", "name pair family phase")

PAIRS = ("hmac-sha-1-96:null", "hmac-sha-1-96:aes-cbc", "hmac-sha-1-96:des-ede3-cbc",
         "hmac-md5-96:null", "hmac-md5-96:aes-cbc", "hmac-md5-96:des-ede3-cbc",
         "aes-gmac:null", "null:aes-gcm")
BOTH = ("hmac-sha-1-96:aes-cbc", "null:aes-gcm")


def rows_of(phase, pairs):
    return [Row(f"{phase}-{pair.replace(':', '-')}-{family}", pair, family, phase)
            for family in "46" for pair in pairs]


# phase: the part of the guest's script that has to do with the row
ROWS = [Row("control", "-", "-", "control")]
ROWS += rows_of("live", PAIRS)
ROWS += [row for phase in ("stdin", "batch", "late", "core") for row in rows_of(phase, BOTH[:1])]
ROWS += [row for phase in ("clear", "netns") for row in rows_of(phase, BOTH)]

# Both halves of a key say whose they are, so that a piece of one is known as well.
HALVES = (bytes.fromhex("b6d3a87ce59d"), bytes.fromhex("62f8ce7a91d5"))


def odd(number):
    """With the parity that DES wants, which then leaves the key as it is."""
    return number << 1 | (number.bit_count() & 1 ^ 1)


def half(which, number, kind):
    return HALVES[which] + bytes([odd(number), odd(1 + ("ck", "ik").index(kind))])


def key(number, kind):
    return half(0, number, kind) + half(1, number, kind)


def main():
    out = pathlib.Path(sys.argv[1])
    with open(out / "rows", "w", encoding="ascii") as rows:
        for number, row in enumerate(ROWS, 1):
            print(number, *row, file=rows)
            keys = out / row.name
            keys.write_text("".join(f"{kind} {key(number, kind).hex()}\n"
                                    for kind in ("ck", "ik")))
            keys.chmod(0o600)


if __name__ == "__main__":
    main()
