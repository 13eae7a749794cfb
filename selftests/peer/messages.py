# SPDX-License-Identifier: GPL-2.0
"""The messages that are judged: others' from the corpus, our own, and changes of those,
the same ones each time."""
import collections
import json
import pathlib
import random

IMPI = b"ue1@ims.example"
SEED = 4475

# legal: RFC 3261 allows it, so that it may not be malformed
Message = collections.namedtuple("Message", "name octets legal", defaults=(False,))


def text(start, *lines, body=b""):
    return b"\r\n".join([start, *lines, b"Content-Length: %d" % len(body), b"", body])


VIA = b"Via: SIP/2.0/UDP 10.45.0.11:5060;branch=z9hG4bK1"
ENDS = (VIA, b"From: <sip:a@ims.example>;tag=1", b"To: <sip:b@ims.example>", b"Call-ID: 1@x")
CREDENTIALS = (b'Digest username="' + IMPI +
               b'",realm="ims.example",nonce="n",uri="sip:x",response="r"')

# an item of the matrix: the kind of message that has it, its header and its value
VALUES = {
    b"P-Asserted-Service": b"urn:urn-7:3gpp-service.c0ffee",
    b"P-Charging-Vector": b'icid-value="c0ffee";icid-generated-at=192.0.2.1',
    b"P-Charging-Function-Addresses": b"ccf=c0ffee.example; ecf=192.0.2.2",
    b"P-Visited-Network-ID": b'"c0ffee"',
    b"P-Early-Media": b"sendrecv, x-c0ffee",
    b"Reason": b'Q.850;cause=16;text="c0ffee"',
    b"Resource-Priority": b"ets.0, x.c0ffee",
    b"Security-Client": b"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1;x=c0ffee",
    b"P-Access-Network-Info": b"3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=c0ffee;network-provided",
    b"History-Info": b"<sip:c0ffee@ims.example?Privacy=history>;index=1",
}
HEADERS = (
    b"P-Asserted-Identity", b"Remote-Party-ID", b"P-Preferred-Identity", b"P-Preferred-Service",
    b"P-Access-Network-Info", b"P-Charging-Vector", b"P-Charging-Function-Addresses",
    b"P-Visited-Network-ID", b"P-Associated-URI", b"Path", b"Service-Route", b"P-Served-User",
    b"P-Profile-Key", b"P-Asserted-Service", b"P-Private-Network-Indication", b"P-Early-Media",
    b"P-Media-Authorization", b"Restoration-Info", b"Feature-Caps", b"History-Info",
    b"Reason", b"Resource-Priority", b"Security-Client",
)
ITEMS = [("INVITE", name, VALUES.get(name, b"<sip:c0ffee@ims.example>")) for name in HEADERS] + [
    ("REGISTER", b"Authorization", CREDENTIALS + b',integrity-protected="yes"'),
    ("INVITE", b"Proxy-Authorization", CREDENTIALS + b", integrity-protected=tls-yes"),
    ("401", b"WWW-Authenticate",
     b'Digest realm="ims.example",nonce="n",qop="auth",ck="c0ffee00",ik="00c0ffee"'),
    ("401", b"Proxy-Authenticate", b'Digest realm="ims.example", ik=c0ffee, ck=c0ffee'),
    ("200", b"P-Asserted-Identity", b"<sip:c0ffee@ims.example>\r\nPrivacy: id"),
    ("200", b"History-Info", b"<sip:c0ffee@ims.example?Privacy=history>;index=1"),
    ("200", b"Reason", b"SIP;cause=200;x=c0ffee"),
]

# what of these is to be removed at some boundary
GOES = {name.decode().lower() for name in HEADERS} | {
    "integrity-protected", "ik", "ck", "network-provided", "history-privacy", "cpc", "oli", "iotl",
    "uri-p-asserted-identity",
}
# those that are put everywhere, and written in every way
WHERE = {("INVITE", b"P-Asserted-Identity"), ("REGISTER", b"Authorization"),
         ("401", b"WWW-Authenticate"), ("200", b"P-Asserted-Identity")}


def within(kind, before, after=(), body=b"x"):
    """A message of this kind with these lines: where headers begin, and at their end."""
    start, cseq, own = {
        "INVITE": (b"INVITE sip:b@ims.example SIP/2.0", b"1 INVITE",
                   (b"Contact: <sip:a@10.45.0.11>",)),
        "REGISTER": (b"REGISTER sip:ims.example SIP/2.0", b"1 REGISTER",
                     (b"Authorization: " + CREDENTIALS,)),
        "401": (b"SIP/2.0 401 Unauthorized", b"1 REGISTER", ()),
        "200": (b"SIP/2.0 200 OK", b"1 INVITE", ()),
    }[kind]
    if any(line.lower().startswith(b"authorization") for line in (*before, *after)):
        own = ()
    return text(start, *before, *ENDS, b"CSeq: " + cseq, *own, *after, body=body)


def case(rng, octets):
    return bytes(c ^ 0x20 if chr(c).isalpha() and rng.random() < 0.5 else c for c in octets)


def folded(rng, value):
    """At each blank, and behind each separator outside of quotes, or not."""
    parts = value.split(b'"')
    for i in range(0, len(parts), 2):
        for c in b",", b";":
            if rng.random() < 0.7:
                parts[i] = parts[i].replace(c, c + rng.choice([b"\r\n ", b"\r\n\t", b" \r\n  "]))
    return b'"'.join(parts)


CONTROLS = [bytes([c]) for c in range(1, 32) if c not in b"\t\r\n"]

# How a line may be written: of a generator of numbers, a name and a value the line, which
# may have more lines before and after it; so that RFC 3261 allows it, ...
LEGAL = {
    "plain": lambda r, n, v: n + b": " + v,
    "no blank": lambda r, n, v: n + b":" + v,
    "upper case": lambda r, n, v: n.upper() + b": " + v,
    "lower case": lambda r, n, v: n.lower() + b": " + v,
    "odd case": lambda r, n, v: case(r, n) + b": " + v,
    "SP before the colon": lambda r, n, v: n + b" : " + v,
    "blanks before the colon": lambda r, n, v: n + b" \t \t:" + v,
    "many blanks": lambda r, n, v: n + b" " * 300 + b":" + b"\t" * 300 + v,
    "fold behind the colon": lambda r, n, v: n + b":\r\n " + v,
    "folds": lambda r, n, v: n + b" :\r\n\t" + folded(r, v),
    "repeated": lambda r, n, v: n + b": " + v + b"\r\n" + n.lower() + b" : " + v,
    "behind a long header": lambda r, n, v:
        b"X: " + b"l" * r.choice([255, 4096, 9000]) + b"\r\n" + n + b": " + v,
    "behind a long name": lambda r, n, v:
        b"X" * r.choice([31, 64, 1000]) + b": x\r\n" + n + b": " + v,
    "behind quoted text": lambda r, n, v:
        b'Subject: "' + n + b'\r\n : \\"\r\n' + n + b": " + v,
}
# ... and in other ways
ODD = {
    "comma-joined": lambda r, n, v: n + b": " + v + b"," + v,
    "fold before the colon": lambda r, n, v: n + b"\r\n : " + v,
    "bare LF": lambda r, n, v: b"X: y\n" + n + b": " + v + b"\nX: z",
    "bare LF and a fold": lambda r, n, v: n + b":\n " + v + b"\n\tx",
    "bare CR": lambda r, n, v: b"X: y\r" + n + b": " + v + b"\rX: z",
    "bare CR and a fold": lambda r, n, v: n + b":\r " + v,
    "CR CR LF": lambda r, n, v: b"X: y\r\r\n" + n + b": " + v + b"\r\r\nX: z",
    "LF CR": lambda r, n, v: b"X: y\n\r" + n + b": " + v + b"\n\rX: z",
    "NUL before the colon": lambda r, n, v: n + b"\0: " + v,
    "NUL in the name": lambda r, n, v: n[:3] + b"\0" + n[3:] + b": " + v,
    "NUL in the value": lambda r, n, v: n + b": \0" + v,
    "NUL in a header before": lambda r, n, v: b"X: \0\r\n" + n + b": " + v,
    "control octet before the colon": lambda r, n, v: n + r.choice(CONTROLS) + b": " + v,
    "control octet before the name": lambda r, n, v: r.choice(CONTROLS) + n + b": " + v,
    "control octet for a fold": lambda r, n, v: n + b":\r\n\x0b" + v,
    "CR for -": lambda r, n, v: n.replace(b"-", b"\r") + b": " + v,
    "other octets for letters": lambda r, n, v:
        bytes(c ^ r.choice([0, 0, 0x20, 0x80]) for c in n) + b": " + v,
    "octet above 7f": lambda r, n, v: n + b"\xa0: " + v,
    "blank before the name": lambda r, n, v: b" " + n + b": " + v,
    "no colon": lambda r, n, v: n + b" " + v,
    "two colons": lambda r, n, v: n + b":: " + v,
    "another name before": lambda r, n, v: b"X " + n + b": " + v,
    "empty name before": lambda r, n, v: b": x\r\n" + n + b": " + v,
    "open quote before": lambda r, n, v: b'Subject: "\r\n' + n + b": " + v,
    "open quote of an address before": lambda r, n, v: b'Contact: "\r\n' + n + b": " + v,
    "open < before": lambda r, n, v: b"Contact: <sip:a\r\n" + n + b": " + v,
    "open comment before": lambda r, n, v: b"Server: (\r\n" + n + b": " + v,
    "another length": lambda r, n, v: b"Content-Length: 100\r\n" + n + b": " + v,
    "length of a compact name": lambda r, n, v: b"l: 0\r\n" + n + b": " + v,
    "odd case of all": lambda r, n, v: case(r, n + b": " + v),
}
ODD_VALUE = {
    "escaped quotes": lambda r, v: v.replace(b'"', b'\\"'),
    "other quotes": lambda r, v: v.replace(b'"', b"'"),
    "no quotes": lambda r, v: v.replace(b'"', b""),
    "open quote": lambda r, v: v.replace(b'",', b",", 1),
    "escaped quote in quotes": lambda r, v: v.replace(b'realm="', b'realm="\\"', 1),
    "escaped escape at their end": lambda r, v: v.replace(b'ims.example"', b'x\\\\"', 1),
    "blanks about =": lambda r, v: v.replace(b"=", r.choice([b" = ", b"\t=", b"=\r\n "])),
    "empty parameters": lambda r, v: v.replace(b",", b",,").replace(b";", b"; ;"),
    "; for ,": lambda r, v: v.replace(b",", b";"),
    ", for ;": lambda r, v: v.replace(b";", b","),
    "blanks for ,": lambda r, v: v.replace(b",", b" "),
}
LINES = {**LEGAL, **ODD, **{what: lambda r, n, v, change=change: n + b": " + change(r, v)
                            for what, change in ODD_VALUE.items()}}

# what ends the start line, or the headers, for some
ENDS_OF_LINE = [
    b"\n", b"\r", b"\r\r\n", b"\n\r", b" \r\n", b"\r \n", b"\r\n \r\n", b"\r\n\t\n", b"\r\n \r",
    b"\0\r\n", b"\r\n\0\r\n", b"\r\n\0\n", b"\r\n:\r\n", b"\x0b\n", b"\r\n\x0c\r\n",
]
ENDS_OF_HEADERS = [
    b"\n\n", b"\r\r", b"\r\n\r", b"\r\n \r\n", b"\r\n\t\n", b"\n\r", b"\r\r\n", b"\r\n\r\r\n",
    b"\r\n\0\r\n", b"\n\0\n", b"\r\n \r\n\r", b"\r\n\r \n", b"\r\n\r\r", b"\r\n:\r\n",
]


def elsewhere(kind, name, value):
    """Where no header is, or not for all."""
    line = name + b": " + value
    plain, first, last = within(kind, ()), within(kind, (line,)), within(kind, (), (line,))
    start = plain.split(b"\r\n")[0]
    yield Message("in the body", within(kind, (), body=line + b"\r\n"), True)
    yield Message("in a multipart body", within(
        kind, (), (b"Content-Type: multipart/mixed;boundary=b",),
        body=b"--b\r\n" + line + b"\r\n\r\n--b--\r\n"), True)
    yield Message("in a display name", within(
        kind, (), (b'Reply-To: "' + line.replace(b'"', b"") + b'" <sip:a@x>',)), b"\r" not in line)
    yield Message("on a continuation", within(kind, (), (b"Subject: x\r\n " + line,)))
    yield Message("in front", line + b"\r\n" + plain)
    yield Message("in a second message", plain + first)
    yield Message("behind line ends", b"\r\n\r\n" + first)
    yield Message("of a method in lower case", first.replace(start, start.lower()))
    yield Message("of another CSeq", first.replace(b"\r\nCSeq: 1 ", b"\r\nCSeq: 1 X"))
    yield Message("without an end", last.split(b"\r\n\r\n")[0] + b"\r\n")
    yield Message("without a line's end", last.split(b"\r\nContent-Length")[0])
    yield Message("64 KB", within(kind, (line,), body=b"b" * 60000), True)
    for end in ENDS_OF_LINE:
        yield Message(f"behind {end!r} of the start line", first.replace(b"\r\n", end, 1))
    for end in ENDS_OF_HEADERS:
        yield Message(f"behind {end!r} of the headers", plain.replace(
            b"\r\n\r\n", end + line + b"\r\n\r\n"))
        yield Message(f"behind {end!r} in the headers", last.replace(b"\r\n" + name, end + name))


OCTETS = [
    b"\0", b"\r", b"\n", b"\r\n", b"\r\n ", b"\n\t", b" ", b"\t", b"\x0b", b"\x0c", b":", b";",
    b",", b'"', b"\\", b"<", b">", b"=", b"(", b"-", b"?", b"&", b"%", b"\x7f", b"\x80", b"\xff",
    b"'", b"x", b"\r\n\r\n", b"",
]


def changed(rng, octets, line):
    """With octets put in, replaced or taken out, mostly where @line is."""
    at = octets.find(line)
    for _ in range(rng.choice([1, 1, 2, 3])):
        where = rng.randrange(len(octets)) if at < 0 or rng.random() < 0.2 else \
            rng.randrange(max(at - 3, 0), min(at + len(line) + 4, len(octets)))
        rest = octets[where + rng.choice([0, 0, 1]):]
        octets = octets[:where] + rng.choice(OCTETS) + rest
    return octets


def of_uri(field, uri):
    """An INVITE with this URI in one of its addresses."""
    own = within("INVITE", ()).split(b"\r\n")
    lines = [line for line in own if not line.startswith(field + b":")]
    return b"\r\n".join([lines[0], field + b": <" + uri + b">;tag=2", *lines[1:]])


def generated():
    rng = random.Random(SEED)
    found = []
    for kind, name, value in ITEMS:
        for what in LINES if (kind, name) in WHERE else ["plain", *rng.sample(sorted(LINES), 8)]:
            line = LINES[what](rng, name, value)
            first = rng.random() < 0.5
            octets = within(kind, (line,)) if first else within(kind, (), (line,))
            found.append(Message(f"{kind}, {name.decode()}, {what}", octets, what in LEGAL))
        for i in range(24 if (kind, name) in WHERE else 8):
            line = name + b": " + value
            found.append(Message(f"{kind}, {name.decode()}, octets {i}",
                                 changed(rng, within(kind, (line,)), line)))
    for kind, name, value in ITEMS:
        if (kind, name) in WHERE:
            found += [m._replace(name=f"{kind}, {name.decode()}, {m.name}")
                      for m in elsewhere(kind, name, value)]
    for field in b"From", b"To", b"Refer-To":
        for uri in (b"sip:c@x?P-Asserted-Identity=%3Csip:c0ffee%3E", b"sip:c@x;cpc=c0ffee",
                    b"sip:c@x;OLI=c0ffee?X=y", b"sip:c@x;iotl=c0ffee"):
            found.append(Message(f"{field.decode()} {uri.decode()}", of_uri(field, uri), True))
    return found


def files(*found):
    return [Message(p.stem, p.read_bytes()) for p in sorted(found)]


def torture(folder, index):
    for m in json.loads((folder / index).read_text())["messages"]:
        path = folder / (m.get("wire_file") or m["file"])
        if path.exists():
            yield Message(path.stem, path.read_bytes(), m["parse"] == "valid")


def sets(fixtures, corpus):
    """Messages by name of their set; None where the corpus has none."""
    corpus = pathlib.Path(corpus)
    union, here = corpus / "08_parser_union/pai_variants.json", corpus.is_dir()
    found = {"own": files(*pathlib.Path(fixtures).glob("*.sip")), "generated": generated(),
             "parser union": None, "torture": None, "captured": None}
    if here:
        found["parser union"] = [Message(v["name"], bytes.fromhex(v["hex"]))
                                 for v in json.loads(union.read_text())["variants"]]
        found["torture"] = [*torture(corpus / "01_sip_torture", "rfc4475.json"),
                            *torture(corpus / "01_sip_torture", "rfc5118.json")]
        found["captured"] = files(*corpus.glob("02_ims_sip/**/*.sip"))
    return found
