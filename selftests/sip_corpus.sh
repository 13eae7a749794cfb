#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What others have written and captured, from the folder $GMGUARD_CORPUS
# (../shared/conformance beside the project, if there is none): does the scanner
# read each message as its index says, however it comes in, and do the rules let
# pass, remove and refuse what they should?
. "$(dirname "$0")/common.sh"

corpus=${GMGUARD_CORPUS:-$HERE/../../shared/conformance}
[ -d "$corpus/08_parser_union" ] ||
	skip_all "no conformance data: GMGUARD_CORPUS is a folder with 08_parser_union"
require sip_scan sip_stream gmguard python3
trap 'rm -rf "$WORK"' EXIT

/usr/bin/python3 - "$corpus" "$WORK" <<'EOF'
import json, os, pathlib, re, subprocess, sys

corpus, work = sys.argv[1:]
tests = failed = 0

# What is wrong in these is in the way they are read; in all the others that are
# invalid it is in what they mean, which is for the P-CSCF to refuse.
UNREADABLE = {
    "ncl": "length", "mcl01": "length", "lwsruri": "start", "lwsstart": "start",
    "ltgtruri": "start", "badvers": "start", "bigcode": "start", "baddn": "truncated",
    "quotbal": "quote", "mismatch01": "method", "multi01": "repeated", "test": "start",
}
# Captured, yet on what is in them stacks part.
CAPTURED = {"vivo_br_300_multiple_choices": "control"}  # ^B in P-Charging-Vector


def result(good, what, said=""):
    global tests, failed
    tests += 1
    if not good:
        failed += 1
        print("#", said)
    print("ok" if good else "not ok", tests, what)


def read(files):
    """Events of each file, as a datagram and as a stream."""
    said = subprocess.run(["sip_scan", *files], stdout=subprocess.PIPE, text=True,
                          errors="surrogateescape")
    events = {}
    for line in said.stdout.split("\n"):
        if line.count("\t") >= 2:
            name, mode, words = line.split("\t", 2)
            events[name, mode] = words
    return said.returncode == 0, events


def malformed(words):
    return [w.lstrip("!") for w in words.split(" ") if w.startswith("!")]


def first(words):
    """Method or status code, behind what is said before it."""
    return next((w.split("/")[0] for w in words.split(" ")
                 if "/" in w and w.split("/")[0].isupper() or w.isdigit()), None)


METHODS = ("REGISTER INVITE ACK CANCEL BYE OPTIONS PRACK UPDATE INFO MESSAGE SUBSCRIBE "
           "NOTIFY REFER PUBLISH").split()


def torture(index, folder):
    with open(f"{corpus}/01_sip_torture/{index}") as f:
        messages = json.load(f)["messages"]
    files = {m["file"]: f"{corpus}/01_sip_torture/{m.get('wire_file') or m['file']}" for m in messages}
    files = {m: f for m, f in files.items() if os.path.exists(f)}
    same, events = read(files.values())
    result(same, f"{folder}: {len(files)} messages, the same in every split")
    for m in messages:
        if m["file"] not in files:
            continue
        name = os.path.splitext(os.path.basename(m["file"]))[0]
        words = events[files[m["file"]], "datagram"]
        bad = malformed(words)
        method = m["method"] if m["method"] in METHODS else "OTHER"
        good = first(words) == (method if m["kind"] == "request" else m["status"]) or \
            name == "bigcode" and first(words) == "0"
        if m["parse"] == "valid":
            good = good and not bad
            what = "valid"
        elif name in UNREADABLE:
            good = good and UNREADABLE[name] in bad
            what = f"malformed, {UNREADABLE[name]}"
        else:
            good = good and not bad
            what = "read, and the P-CSCF's to refuse"
        result(good, f"{folder}/{name}: {what}", words)
        if m["parse"] == "valid" and m["content_length"] and name != "dblreq":
            stream = events[files[m["file"]], "stream"]
            result(stream == words, f"{folder}/{name}: the same in a stream", stream)


torture("rfc4475.json", "rfc4475")
torture("rfc5118.json", "rfc5118")

extra = f"{corpus}/01_sip_torture/rfc4475_extra"
files = [f"{extra}/{f}" for f in sorted(os.listdir(extra))]
same, events = read(files)
result(same, "rfc4475_extra: the same in every split")
result("start" in malformed(events[f"{extra}/test.dat", "datagram"]), "rfc4475_extra/test: malformed")
dblreq = f"{corpus}/01_sip_torture/rfc4475/dblreq.dat"
same, events = read([dblreq])
result("INVITE/sip" not in events[dblreq, "datagram"] and "INVITE/sip" in events[dblreq, "stream"],
       "rfc4475/dblreq: the second message is one in a stream only")

# captures
with open(f"{corpus}/02_ims_sip/messages.json") as f:
    index = json.load(f)
for part in "lab", "operator":
    messages = index[part]["messages"]
    files = [f"{corpus}/02_ims_sip/{m['file']}" for m in messages]
    same, events = read(files)
    result(same, f"{part}: {len(files)} captured messages, the same in every split")
    wrong = []
    for m, f in zip(messages, files):
        name = os.path.splitext(os.path.basename(f))[0]
        words = events[f, "datagram"]
        start = m["start_line"].split()
        expected = start[1] if start[0] == "SIP/2.0" else start[0]
        bad = [CAPTURED[name]] if name in CAPTURED else []
        if m.get("declared_content_length", 0) > m.get("body_octets", 0):
            bad.append("length")  # cut by whoever captured it
        if first(words) != expected or malformed(words) != bad:
            wrong.append(f"{name}: {words}")
    result(not wrong, f"{part}: each is read, none is malformed", "\n# ".join(wrong))
    pai = [m for m, f in zip(messages, files)
           if ("\np-asserted-identity:" in open(f, encoding="latin-1").read().lower()) !=
           ("p-asserted-identity:" in events[f, "datagram"])]
    result(not pai, f"{part}: P-Asserted-Identity is found where it is", pai)

# over TCP, in segments of every length, in any order, and with others in their place
files = sorted(str(f) for part in ("01_sip_torture", "02_ims_sip")
               for f in pathlib.Path(corpus, part).rglob("*") if f.suffix in (".dat", ".sip"))
said = subprocess.run(["sip_stream", *files], stdout=subprocess.PIPE, text=True)
result(files and said.returncode == 0, f"{len(files)} messages over TCP: what arrives is what was judged",
       said.stdout)

# one header, written in many ways, and what stacks make of it; malformed though they
# agree are a message that ends too soon, and a quote that is no part of an address
ALIKE = {"no final blank line": ["truncated"], "inside quoted string of prev value": ["quote"]}
with open(f"{corpus}/08_parser_union/pai_variants.json") as f:
    variants = json.load(f)["variants"]
for v in variants:
    v["path"] = f"{work}/{v['id']}"
    with open(v["path"], "wb") as f:
        f.write(bytes.fromhex(v["hex"]))
same, events = read([v["path"] for v in variants])
result(same, f"parser union: {len(variants)} variants, the same in every split")
for v in variants:
    words = events[v["path"], "datagram"]
    by = v["read_as_P-Asserted-Identity_by"].values()
    reported = "p-asserted-identity:" in words
    if all(b == "header" for b in by):
        good = reported and malformed(words) == ALIKE.get(v["name"], [])
        what = "reported"
    elif any(b.startswith("header") for b in by):
        good = malformed(words) and (reported or v["id"] == 14)
        what = "malformed, and reported"
    elif any(b in ("rejects", "error flag") for b in by):
        good = malformed(words)
        what = "malformed"
    else:
        # one has less of a body than it says
        good = not reported and malformed(words) in ([], ["length"])
        what = "no header"
    result(good, f"parser union, {v['name']}: {what}", words)



def explain(octets, *options, removed=False):
    """What the rules make of a message: refused for, the reasons, what is delivered, and
    the names of what was removed."""
    said = subprocess.run(["gmguard", "-j", "explain", "--file", "-", *options], input=octets,
                          stdout=subprocess.PIPE)
    said = json.loads(said.stdout)
    reasons = [r["reason"] for r in said["reasons"]]
    octets = None if said["refused"] else bytes.fromhex(said["delivered"])
    found = reasons[0] if said["refused"] else None, reasons, octets
    return (*found, said["removed"]) if removed else found


CLEAR = ("--side", "untrusted", "--port", "unprotected")
ESP = ("--side", "untrusted", "--port", "protected", "--sa", "in-use")

# of whatever any stack reads as the header nothing is delivered that is one
same, events = read([v["path"] for v in variants])
for v in variants:
    octets = bytes.fromhex(v["hex"])
    by = v["read_as_P-Asserted-Identity_by"].values()
    refused, reasons, delivered = explain(octets, *ESP)
    if refused:
        good = refused == "malformed" and malformed(events[v["path"], "datagram"])
        what = "refused"
    elif delivered == octets:
        good, what = not any(b.startswith("header") for b in by), "left as it is"
    else:
        good = b"evil" not in delivered.split(b"\r\n\r\n")[0] and "asserted-identity" in reasons
        what = "removed"
    result(good, f"parser union, {v['name']}: {what}", str((refused, delivered)))

# what is valid is not malformed, and but for what is removed the same
with open(f"{corpus}/01_sip_torture/rfc4475.json") as f:
    messages = json.load(f)["messages"]
for m in messages:
    path = f"{corpus}/01_sip_torture/{m['file']}"
    if m["parse"] == "valid" and os.path.exists(path):
        octets = open(path, "rb").read()
        refused, reasons, delivered = explain(octets, *ESP)
        good = delivered == octets if m["method"] != "REGISTER" else \
            refused in (None, "identity-mismatch")
        result(good, f"{m['file']}: unharmed", str((refused, delivered)))


def context(m):
    """How a captured message comes or goes, if it crosses the boundary."""
    if m["hop"] == "UE->P-CSCF":
        return ESP if m["protected_port"] else CLEAR
    if m["hop"] == "P-CSCF->UE":
        return (*(ESP if m["esp"] else CLEAR), "--out")
    return ("--side", "trusted")


def expected(m):
    """What the rules say of it, worked out from its index alone."""
    where = context(m)
    if where == CLEAR:
        if m["start_line"].startswith("REGISTER "):
            return "pass-register"
        return "response-on-unprotected" if m["start_line"].startswith("SIP/") else \
            "method-on-unprotected"
    if where == (*CLEAR, "--out"):
        answer = m["start_line"].startswith("SIP/") and m["cseq"].endswith(" REGISTER")
        return "pass-register" if answer else "out-unprotected"
    return "pass-core" if where[1] == "trusted" else "pass-protected"


def without(removed, line):
    """The line with 'x' for each header or parameter of these names, and for its value."""
    def fill(match):
        return b"".join(b"x" * len(g) if i % 2 == 0 else g for i, g in enumerate(match.groups()))

    for name in removed:
        name = re.escape(name.encode())
        line = re.sub(rb"^(%s)(\s*:)(.*)$" % name, fill, line)
        line = re.sub(rb"(?<=[ ,;?&])(%s)(\s*=\s*\"?)([^\",;&>@\s]*)" % name, fill, line)
    return line


wrong, keys, leaked = [], 0, []
for m in index["lab"]["messages"]:
    octets = open(f"{corpus}/02_ims_sip/{m['file']}", "rb").read()
    refused, reasons, delivered, removed = explain(octets, *context(m), removed=True)
    if reasons[0] != expected(m) or delivered and delivered != b"\r\n".join(
            without(removed, line) for line in octets.split(b"\r\n")) or \
            "trusted" in context(m) and delivered != octets:
        wrong.append(f"{m['file']}: {reasons}")
    if m["ck_ik_in_challenge"] and m["hop"] == "P-CSCF->UE":
        keys += 1
        secret = [w.split(b'"')[1] for w in octets.replace(b",", b" ").split()
                  if w.lower().startswith((b"ck=", b"ik="))]
        if len(secret) != 2 or any(s in (delivered or b"") for s in secret) or \
                "key-leak" not in reasons:
            leaked.append(m["file"])
result(not wrong, "lab: each is let pass or refused as the rules say", "\n# ".join(wrong))
result(keys and not leaked, f"lab: of {keys} challenges to a UE none has its keys", leaked)

# Private identities in clear: what the rules see is what a search finds in the headers
# that may have them, in what passes between UE and P-CSCF.
IMPI = re.compile(rb"(?<!\d)\d{14,15}@ims\.mnc\d{3}\.mcc\d{3}\.3gppnetwork\.org", re.I)
PLACES = re.compile(rb"^(?:[A-Z]+ sip:|(?:from|f|to|t|contact|m|refer-to|r|referred-by|b|reply-to|history-info|remote-party-id|"
                    rb"p-(?:preferred-identity|asserted-identity|called-party-id|associated-uri)|"
                    rb"(?:proxy-)?authorization)[ \t]*:)"
                    rb".*(?:\r\n[ \t].*)*", re.I | re.M)
exposed = []
messages = sorted(path for path in pathlib.Path(corpus, "02_ims_sip").rglob("*.sip")
                  if "PCSCF_to_UE" in path.name or "UE_to_PCSCF" in path.name)
for path in messages:
    headers = path.read_bytes().split(b"\r\n\r\n")[0]
    out = ["--out"] if "PCSCF_to_UE" in path.name else []
    said = json.loads(subprocess.run(["gmguard", "-j", "explain", "--file", str(path), "--port",
                                      "protected", *out], stdout=subprocess.PIPE).stdout)
    seen = "impi-exposed" in [r["reason"] for r in said["reasons"]]
    exposed += [path.name] * seen
    if seen != any(IMPI.search(m[0]) for m in PLACES.finditer(headers)):
        result(False, f"private identities of {path.name}", said["reasons"])
result(exposed and len(exposed) < len(messages),
       f"{len(exposed)} of {len(messages)} captured messages of UEs have a private identity, as a search says")

print(f"1..{tests}")
sys.exit(failed != 0)
EOF
