#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What others have published, computed and captured about AKA, from the folder
# $GMGUARD_CORPUS (../shared/conformance beside the project, if there is none): does
# the same come out of the code and of the commands?
. "$(dirname "$0")/common.sh"

corpus=${GMGUARD_CORPUS:-$HERE/../../shared/conformance}
for folder in 03_milenage_tuak 04_aka_digest; do
	[ -d "$corpus/$folder" ] ||
		skip_all "no conformance data: GMGUARD_CORPUS is a folder with $folder"
done
require gmguard milenage tuak digest python3
trap 'rm -rf "$WORK"' EXIT

/usr/bin/python3 - "$corpus" "$WORK" <<'EOF'
import base64, json, re, subprocess, sys

corpus, work = sys.argv[1:]
tests = failed = 0


def result(good, what, said=""):
    global tests, failed
    tests += 1
    if not good:
        failed += 1
        print("#", said)
    print("ok" if good else "not ok", tests, what)


def skip(what, why):
    global tests
    tests += 1
    print("ok", tests, what, "# SKIP", why)


def load(name):
    with open(f"{corpus}/{name}") as f:
        return json.load(f)


def rows(program, words):
    """Those of a table test that are given to it, one result for each."""
    said = subprocess.run([program, *[w for row in words for w in row]],
                          stdout=subprocess.PIPE, text=True)
    lines = re.findall(r"^(?:not )?ok .*", said.stdout, re.M)
    result(len(lines) == len(words), f"{program}: {len(words)} rows", said.stdout)
    for line in lines:
        ok, what = line.split(" ", 2)[0], line.split(" ", 2)[-1]
        result(ok == "ok", f"{program}: {what}", line)


def aka(verb, keys, *words):
    """What a command says, and how it ends."""
    said = subprocess.run(["gmguard", "-j", "aka", verb, "--keys", "-", *words], input=keys,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return json.loads(said.stdout or "{}"), said.returncode, said.stderr


def lines(**keys):
    return "".join(f"{name} {value}\n" for name, value in keys.items())


# 03_milenage_tuak
milenage = load("03_milenage_tuak/milenage.json")
SET = ("K", "RAND", "SQN", "AMF", "OP", "OPc", "f1_MAC_A", "f1star_MAC_S", "f2_RES", "f3_CK",
       "f4_IK", "f5_AK", "f5star_AKstar")
rows("milenage", [[s["name"], *[s[name] for name in SET]] for s in milenage["sets"]])
sets = {s["name"]: s for s in milenage["sets"]}


def vector(s):
    return aka("vector", lines(k=s["K"], opc=s["OPc"]), "--sqn", s["SQN"], "--amf", s["AMF"],
               "--rand", s["RAND"])[0]


for s in milenage["sets"]:
    v = vector(s)
    result([v[name] for name in ("autn", "xres", "ck", "ik")] ==
           [s[name] for name in ("derived_AUTN", "f2_RES", "f3_CK", "f4_IK")],
           f"aka vector: {s['name']}", v)
for s in milenage["additional"]:
    v = vector(s)
    result([v[name] for name in ("autn", "xres", "ck", "ik")] ==
           [s[name] for name in ("AUTN", "RES", "CK", "IK")], f"aka vector: {s['name']}", v)
    keys = [lines(k=s["K"], **op) for op in ({"op": "0" * 32}, {"opc": s["OPc_of_zero_OP"]})]
    v = [aka("vector", k, "--sqn", s["SQN"], "--rand", s["RAND"])[0] for k in keys]
    result(v[0] and v[0] == v[1], f"aka vector: OPc of an OP of zeros, {s['name']}", v)

tuak = load("03_milenage_tuak/tuak.json")
SET = ("TOP", "TOPc", "f1_MAC_A", "f1star_MAC_S", "f2_RES", "f3_CK", "f4_IK", "f5_AK",
       "f5star_AKstar")
rows("tuak", [[s["name"], s["K"], s["RAND"], s["SQN"], s["AMF"], str(s["keccak_iterations"]),
               *[s[name] for name in SET]] for s in tuak["sets"]])
skip(f"Keccak-f[1600]: {len(tuak['keccak_f1600']['sets'])} sets",
     "the permutation is OpenSSL's, which gives it away in SHAKE256 alone")

# 04_aka_digest
DIGEST = ("username", "realm", "nonce", "uri", "method", "nc", "cnonce", "body_hex")


def answer(keys, d, *words):
    body = f"{work}/body"
    with open(body, "wb") as f:
        f.write(bytes.fromhex(d["body_hex"]))
    qop = ["--qop", d["qop"], "--cnonce", d["cnonce"], "--nc", d["nc"]]
    if d["qop"] == "auth-int":
        qop += ["--body", body]
    return aka("answer", keys, "--impi", d["username"], "--realm", d["realm"], "--nonce", d["nonce"],
               "--uri", d["uri"], "--method", d["method"], "--algorithm", d["algorithm"], *qop, *words)


def answers(said, d):
    header, status = said[0].get("authorization", ""), said[1]
    return status == 0 and f'response="{d["response"]}"' in header and \
        f'algorithm={d["algorithm"]}' in header and f'nonce="{d["nonce"]}"' in header


for c in load("04_aka_digest/akav1_md5_real_open5gs_lab.json")["vectors"]:
    hss, maa, d = c["HSS"], c["MAA"], c["digest"]
    keys = lines(k=hss["K"], op=hss["OP"])
    v = aka("vector", keys, "--sqn", hss["SQN_used"], "--amf", hss["AMF"],
            "--rand", maa["SIP_Authenticate_609"][:32])[0]
    result(v["rand"] + v["autn"] == maa["SIP_Authenticate_609"] and v["nonce"] == d["nonce"] and
           v["xres"] == maa["SIP_Authorization_610_XRES"] and
           v["ck"] == maa["Confidentiality_Key_625_CK"] and
           v["ik"] == maa["Integrity_Key_626_IK"], f"{c['name']}: the vector of a real HSS", v)
    said = answer(keys, d, "--sqn", hss["SQN_before"])
    result(answers(said, d), f"{c['name']}: the answer of a real handset", said)
    said = answer(keys, d, "--sqn", hss["SQN_used"])
    result(said[1] == 7 and said[0]["result"] == "sync-failure", f"{c['name']}: not twice", said)
    said = answer(lines(k=hss["K"], opc=hss["OP"]), d)
    result(said[1] == 7 and said[0]["result"] == "mac-failure", f"{c['name']}: not another's", said)

words = []
for v in load("04_aka_digest/computed/akav1_akav2_from_ts35208_sets.json")["vectors"]:
    s = sets[v["base"]]
    for method, response in (v["method"], v["response"]), ("", v["rspauth_same_body"]):
        d = dict(v, method=method)
        words.append([f"{v['algorithm']}, {v['qop']}{'' if method else ', rspauth'}: {v['base']}",
                      v["algorithm"], v["qop"], *[d[name] for name in DIGEST],
                      s["f2_RES"], s["f3_CK"], s["f4_IK"], v["password_hex"], response])
    said = answer(lines(k=s["K"], opc=s["OPc"]), v)
    result(answers(said, v), f"aka answer: {v['algorithm']}, {v['qop']}: {v['base']}", said)
rows("digest", words)

for v in load("04_aka_digest/computed/auts_from_ts35208_sets.json")["vectors"]:
    keys = lines(k=v["K"], opc=v["OPc"])
    challenge = aka("vector", keys, "--sqn", v["SQN_MS"], "--rand", v["RAND"])[0]
    said = aka("answer", keys, "--impi", "x", "--realm", "x", "--uri", "x",
               "--nonce", challenge["nonce"], "--sqn", v["SQN_MS"])
    result(said[1] == 7 and f'auts="{v["auts_param"]}"' in said[0]["authorization"],
           f"aka answer: AUTS, {v['base']}", said)
    said = aka("vector", keys, "--nonce", challenge["nonce"], "--auts", v["auts_param"])
    result(said[1] == 0 and int(said[0]["sqn"], 16) == int(v["SQN_MS"], 16) + 1,
           f"aka vector: AUTS, {v['base']}", said)

for v in load("04_aka_digest/auts_resync_libosmocore.json")["vectors"]:
    nonce = base64.b64encode(bytes.fromhex(v["RAND"]) + bytes(16)).decode()
    said = aka("vector", lines(k=v["K"], opc=v["OPc"]), "--nonce", nonce, "--auts", v["AUTS_base64"])
    result(said[1] == 0 and int(said[0]["sqn"], 16) == v["SQN_MS_decimal"] + 1,
           f"aka vector: AUTS {v['AUTS']}", said)

text = load("04_aka_digest/rfc3310_rfc2617_style_examples.json")["messages"][1]
nonce = re.search('nonce="(.*?)"', text)[1]
said = aka("answer", lines(k="0" * 32, op="0" * 32), "--impi", "x", "--realm", "x", "--uri", "x",
           "--nonce", nonce)
result(said[1] == 1 and "--nonce wants base64" in said[2], "RFC 3310 5: the nonce is no base64", said)

print(f"1..{tests}")
sys.exit(failed != 0)
EOF
