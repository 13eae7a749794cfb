#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""library.py WHAT ARG...: a program that uses libgmguard.so, here, where the module is. Status
0: it holds what libgmguard.h promises.

  there             is the library?
  namespaces NETNS SPI1 SPI2 SPI3
                    handles, and a thread that goes from here, where SPI1 is a set, to NETNS,
                    where SPI2 and SPI3 are
  fork SPI1 SPI2    a parent and a child, each with a handle of its own
  locked POLICY UE PCSCF SM1 SM4
                    all memory is locked, and is afterwards; leaves a set
"""

import ctypes
import os
import socket
import struct
import sys
from ctypes import c_char_p, c_int, c_size_t, c_uint16, c_uint32, c_void_p

OK, NOT_FOUND = 0, 3
CLONE_NEWNET = 0x40000000
MCL_CURRENT, MCL_FUTURE = 1, 2
ABSENT = 1
ROUNDS = 200


class Result(ctypes.Structure):
    """struct gmguard_result, as far as it is needed"""
    _fields_ = [("code", c_int), ("why", c_char_p), ("status", c_uint16), ("phrase", c_char_p),
                ("headers", c_char_p), ("outcome", c_int), ("message", c_void_p),
                ("len", c_size_t), ("spi_ps", c_uint32), ("deleted", c_uint32)]


class Register(ctypes.Structure):
    """struct gmguard_register"""
    _fields_ = [("message", c_char_p), ("len", c_size_t), ("source", c_char_p),
                ("local", c_char_p)]


def load():
    lib = ctypes.CDLL("libgmguard.so.0")
    lib.gmguard_new.restype = c_void_p
    lib.gmguard_new.argtypes = []
    lib.gmguard_free.restype = None
    lib.gmguard_free.argtypes = [c_void_p]
    for call, args in (("policy", [c_char_p]), ("drop", [c_uint32]),
                       ("challenge", [ctypes.POINTER(Register), c_char_p, c_size_t])):
        getattr(lib, "gmguard_" + call).restype = ctypes.POINTER(Result)
        getattr(lib, "gmguard_" + call).argtypes = [c_void_p] + args
    return lib


def drop(handle, spi):
    return LIB.gmguard_drop(handle, spi).contents.code


def libc(call, *args):
    c = ctypes.CDLL(None, use_errno=True)
    if getattr(c, call)(*args):
        raise OSError(ctypes.get_errno(), call)


def namespaces(other, here, there, there_too):
    first, late = LIB.gmguard_new(), LIB.gmguard_new()
    # the one asks the kernel here, the other so far nothing
    if drop(first, ABSENT) != NOT_FOUND:
        return False
    fd = os.open(f"/run/netns/{other}", os.O_RDONLY)
    libc("setns", fd, CLONE_NEWNET)
    fresh = LIB.gmguard_new()
    good = (drop(first, int(there)) == NOT_FOUND and drop(late, int(here)) == NOT_FOUND and
            drop(fresh, int(here)) == NOT_FOUND and drop(first, int(here)) == OK and
            drop(late, int(there)) == OK and drop(fresh, int(there_too)) == OK)
    for handle in (first, late, fresh):
        LIB.gmguard_free(handle)
    return good


def asks(handle):
    return all(drop(handle, ABSENT) == NOT_FOUND for _ in range(ROUNDS))


def fork(mine, childs):
    handle = LIB.gmguard_new()
    good = drop(handle, ABSENT) == NOT_FOUND
    child = os.fork()
    if not child:
        # what it has of the parent's it may free, and no more
        LIB.gmguard_free(handle)
        handle = LIB.gmguard_new()
        os._exit(not (asks(handle) and drop(handle, int(childs)) == OK))
    good &= asks(handle)
    good &= os.waitpid(child, 0)[1] == 0
    good &= drop(handle, int(childs)) == NOT_FOUND and drop(handle, int(mine)) == OK
    LIB.gmguard_free(handle)
    return good


def unlocked():
    """How many maps that can be locked are not."""
    with open("/proc/self/smaps", encoding="ascii", errors="replace") as smaps:
        flags = [line.split()[1:] for line in smaps if line.startswith("VmFlags:")]
    return sum(not {"lo", "io", "pf", "de"} & set(f) for f in flags)


def sockaddr(address, port):
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + \
        socket.inet_aton(address) + bytes(8)


def locked(policy, ue, pcscf, sm1, sm4):
    with open(sm1, "rb") as f1, open(sm4, "rb") as f4:
        text1, text4 = f1.read(), f4.read()
    handle = LIB.gmguard_new()
    reg = Register(text1, len(text1), sockaddr(ue, 5060), sockaddr(pcscf, 5060))
    if LIB.gmguard_policy(handle, policy.encode()).contents.code:
        return False
    libc("mlockall", MCL_CURRENT | MCL_FUTURE)
    before = unlocked()
    result = LIB.gmguard_challenge(handle, ctypes.byref(reg), text4, len(text4)).contents
    after = unlocked()
    if result.code != OK or after != before:
        print(f"# {result.code}: {result.why.decode()}; not locked: {before} maps, now {after}")
    return result.code == OK and after == before


if sys.argv[1] == "there":
    load()
    sys.exit(0)
LIB = load()
sys.exit(not {"namespaces": namespaces, "fork": fork, "locked": locked}[sys.argv[1]](*sys.argv[2:]))
