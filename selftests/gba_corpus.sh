#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What others have computed of GBA, from the folder $GMGUARD_CORPUS
# (../shared/conformance beside the project, if there is none): does the same come out
# of the code and of the command?
. "$(dirname "$0")/common.sh"

corpus=${GMGUARD_CORPUS:-$HERE/../../shared/conformance}
[ -d "$corpus/05_kdf_gba" ] ||
	skip_all "no conformance data: GMGUARD_CORPUS is a folder with 05_kdf_gba"
require gmguard gba python3
trap 'rm -rf "$WORK"' EXIT

/usr/bin/python3 - "$corpus/05_kdf_gba" <<'EOP'
import base64, json, re, subprocess, sys

corpus = sys.argv[1]
tests = failed = 0


def result(good, what, said=""):
    global tests, failed
    tests += 1
    if not good:
        failed += 1
        print("#", said)
    print("ok" if good else "not ok", tests, what)


def load(name):
    with open(f"{corpus}/{name}") as f:
        return json.load(f)


def derive(v, bsf, *words, ck="CK", ik="IK"):
    said = subprocess.run(
        ["gmguard", "-j", "tmpi", "derive", "--keys", "-", "--rand", v["RAND"], "--impi",
         v["IMPI"], "--bsf", bsf, *words], input=f"ck {v[ck]}\nik {v[ik]}\n",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return json.loads(said.stdout or "{}") | {"status": said.returncode, "said": said.stderr}


def name_of(hex):
    """FQDN and identifier of what stands for P3."""
    octets = bytes.fromhex(hex)
    return octets[:-5].decode(), octets[-5:].hex()


suffix = load("ub_interface_strings.json")["tmpi_suffix"]
words = []
for v in load("computed/gba_ks_naf_tmpi_computed.json")["vectors"]:
    base, t = re.sub(r".*- ", "", v["base"]), v["TMPI"]
    bsf, ua = name_of(t["NAF_Id_hex"])
    result(ua == "0100000100", f"{base}: the identifier of TMPI", ua)
    said = derive(v, bsf)
    result(said["status"] == 0 and said["tmpi"] == t["TMPI"] and said["tmpi"].endswith(suffix),
           f"{base}: TMPI", said)
    result(said["b-tid"] == v["B_TID"], f"{base}: B-TID", said)
    kdf = bytes.fromhex(t["KDF"])
    result(said["tmpi"][:32] != base64.b64encode(kdf[-24:]).decode(),
           f"{base}: not the last 24 octets")
    result(derive(v, bsf, ck="IK", ik="CK")["tmpi"] != t["TMPI"], f"{base}: not of IK || CK")
    result(derive(v, "x" + bsf)["tmpi"] != t["TMPI"], f"{base}: not of another BSF")
    words += [f"{base}: TMPI and KDF", v["CK"], v["IK"], v["RAND"], v["IMPI"], bsf, ua,
              t["temp"], t["KDF"], ""]
    for naf in v["NAF"]:
        name, ua = name_of(naf["NAF_Id_hex"])
        said = derive(v, bsf, "--naf", name, "--ua", ua)
        keys = naf["Ks_NAF_or_Ks_ext_NAF"], naf["Ks_int_NAF"]
        result((said["ks-naf"], said["ks-int-naf"]) == keys, f"{base}: {naf['Ua']}", said)
        words += [f"{base}: {naf['Ua']}", v["CK"], v["IK"], v["RAND"], v["IMPI"], name, ua,
                  "", *keys]

said = subprocess.run(["gba", *words], stdout=subprocess.PIPE, text=True).stdout
lines = re.findall(r"^(?:not )?ok .*", said, re.M)
result(len(lines) == len(words) // 10, f"gba: {len(words) // 10} rows", said)
for line in lines:
    result(line.startswith("ok"), f"gba: {line.split(' ', 2)[-1]}", line)

tests += 1
print("ok", tests, f"KDF: {len(load('kdf_ts33220_b2_rfc5448.json')['vectors'])} published vectors # SKIP",
      "they are of EAP-AKA', which has another FC than GBA")

print(f"1..{tests}")
sys.exit(failed != 0)
EOP
