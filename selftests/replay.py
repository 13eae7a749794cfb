#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""replay.py FIXTURES CORPUS: send each message over each boundary, in the network of
replay.sh, and compare with what "gmguard explain" says of it.

replay.py receive ADDRESS PORT, replay.py send ADDRESS PORT ADDRESS PORT: its ends, in
their network namespaces.
"""

import glob
import json
import os
import pickle
import re
import socket
import subprocess
import sys

UE, PCSCF, FOREIGN = "10.45.0.11", "192.0.2.10", "203.0.113.9"
SO_RCVBUFFORCE = 33
# what passes, and is the end
LAST = {
    False: b"REGISTER sip:last SIP/2.0\r\nCSeq: 1 REGISTER\r\n"
           b"Authorization: Digest username=\"ue1@ims.example\"\r\n\r\n",
    True: b"SIP/2.0 100 last\r\nCSeq: 1 REGISTER\r\n\r\n",
}
CLEAR = []
ESP = ["--port", "protected", "--sa", "in-use", "--impi", "ue1@ims.example"]
TO = ["--out"]
NETWORK = ["--side", "foreign"]
# what, side, out, from, to, options of explain
BOUNDARIES = [
    # first: nothing was said to which this could belong
    ("to a UE in clear", "access", True, ("pcscf", PCSCF, 5060), ("ue1", UE, 5060), CLEAR + TO),
    ("from a UE in clear", "access", False, ("ue1", UE, 5060), ("pcscf", PCSCF, 5060), CLEAR),
    ("from a UE under ESP", "access", False, ("ue1", UE, 40010), ("pcscf", PCSCF, 6100), ESP),
    ("to a UE under ESP", "access", True, ("pcscf", PCSCF, 5100), ("ue1", UE, 40011), ESP + TO),
    ("from another network", "foreign", False, ("foreign", FOREIGN, 5060), ("pcscf", PCSCF, 5060),
     NETWORK),
    ("to another network", "foreign", True, ("pcscf", PCSCF, 5060), ("foreign", FOREIGN, 5060),
     NETWORK + TO),
]
# counted for other packets, too
OTHERS = "pass-esp", "pass-other"
# matched, and let through as it is; what is said besides the first is else of what is removed
OBSERVED = "impi-exposed"
# registrations, requests and answers, and what an IMPI of an IMSI is to whoever just looks for one
REGISTERS = {False: rb"REGISTER ", True: rb"(?s)SIP/2.0 .*\nCSeq: *\d+ REGISTER"}
IMPI = rb"[0-9]{14,15}@ims\.mnc[0-9]{3}\.mcc[0-9]{3}\.3gppnetwork\.org"
tests = failed = 0


def result(good, what, said):
    global tests, failed
    tests += 1
    if not good:
        failed += 1
        print("#", *said, sep="\n# ")
    print("ok" if good else "not ok", tests, what, flush=True)


def endpoint(address, port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
    s.bind((address, int(port)))
    return s


def receive(address, port):
    s = endpoint(address, port)
    s.settimeout(120)
    print("ready", flush=True)
    got = []
    while (octets := s.recv(65536)) not in LAST.values():
        got.append(octets)
    pickle.dump(got, sys.stdout.buffer)


def send(address, port, to, to_port):
    # on another CPU the last one might overtake
    os.sched_setaffinity(0, {0})
    s = endpoint(address, port)
    for octets in pickle.load(sys.stdin.buffer):
        try:
            s.sendto(octets, (to, int(to_port)))
        except PermissionError:
            pass  # refused on its way out


def there(netns, *args):
    return ["ip", "netns", "exec", netns, sys.executable, os.path.abspath(__file__),
            *map(str, args)]


def explain(octets, options):
    """Reasons, and what is delivered or None."""
    said = subprocess.run(["gmguard", "-j", "explain", "--file", "-", *options], input=octets,
                          stdout=subprocess.PIPE, check=True)
    said = json.loads(said.stdout)
    reasons = [r["reason"] for r in said["reasons"]]
    return reasons, None if said["refused"] else bytes.fromhex(said["delivered"])


def counters():
    said = subprocess.run(["gmguard", "-n", "pcscf", "-j", "stats", "show"],
                          stdout=subprocess.PIPE, check=True)
    return {(c["reason"], c["side"], kind): c[kind]
            for c in json.loads(said.stdout)["counters"] if c["reason"] not in OTHERS
            for kind in ("packets", "observed", "scrubbed")}


def replay(what, messages, side, out, source, target, options):
    meant, counts = [], {}
    messages = [*messages, LAST[out]]
    for octets in messages:
        reasons, delivered = explain(octets, options)
        for i, reason in enumerate(reasons):
            key = reason, side, \
                "observed" if reason == OBSERVED else "scrubbed" if i else "packets"
            if reason not in OTHERS:
                counts[key] = counts.get(key, 0) + 1
        if delivered is not None:
            meant.append(delivered)
    before = counters()
    receiver = subprocess.Popen(there(target[0], "receive", *target[1:]), stdout=subprocess.PIPE)
    receiver.stdout.readline()
    subprocess.run(there(source[0], "send", *source[1:], *target[1:]), check=True,
                   input=pickle.dumps(messages))
    got = [*pickle.loads(receiver.communicate()[0]), LAST[out]]
    raised = {k: n - before.get(k, 0) for k, n in counters().items() if n != before.get(k, 0)}
    other = [m for m in got if m not in meant] + [m for m in meant if m not in got]
    result(sorted(got) == sorted(meant),
           f"{what}: of {len(messages)} these {len(meant)} arrive, as was said", [m[:200] for m in other])
    result(raised == counts, f"{what}: counted as was said",
           [(k, raised.get(k), counts.get(k)) for k in {*raised, *counts}
            if raised.get(k) != counts.get(k)])
    return raised.get((OBSERVED, side, "observed"), 0)


def read(*patterns):
    messages = []
    for path in sorted(p for pattern in patterns for p in glob.glob(pattern)):
        with open(path, "rb") as f:
            messages.append(f.read())
    return messages


def replay_all(fixtures, corpus):
    sets, skipped = {"own": read(f"{fixtures}/*.sip")}, 0
    if os.path.isdir(corpus):
        with open(f"{corpus}/08_parser_union/pai_variants.json") as f:
            variants = json.load(f)["variants"]
        sets["captured"] = read(f"{corpus}/02_ims_sip/*/*.sip", f"{corpus}/02_ims_sip/*/*/*.sip")
        sets["torture"] = read(f"{corpus}/01_sip_torture/rfc4475/*.dat")
        sets["parser union"] = [bytes.fromhex(v["hex"]) for v in variants]
    for name, messages in sets.items():
        result(messages, f"{name}: {len(messages)} messages", fixtures)
        for what, *boundary in BOUNDARIES:
            exposed = replay(f"{name}, {what}", messages, *boundary)
            if name == "captured" and what.endswith("UE in clear"):
                out = boundary[1]
                n = sum(bool(re.match(REGISTERS[out], m) and re.search(IMPI, m)) for m in messages)
                result(n and exposed == n, f"{name}, {what}: {n} registrations expose an IMPI",
                       [f"{exposed} are counted"])
    if len(sets) == 1:
        skipped = 1
        print(f"ok {tests + 1} what others have captured and written # SKIP no folder {corpus}")
    print(f"1..{tests + skipped}")
    print(f"# Totals: pass:{tests - failed} fail:{failed} skip:{skipped}")
    return failed != 0


sys.exit({"receive": receive, "send": send}.get(sys.argv[1], replay_all)(
    *sys.argv[2 if sys.argv[1] in ("receive", "send") else 1:]))
