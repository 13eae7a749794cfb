// SPDX-License-Identifier: GPL-2.0
/* AKA between an AuC and an ISIM: the very object that is in the command. The values
 * are those of TS 35.208 and TS 35.233; where these have none (AUTN, AUTS, and RES of
 * 64 bits where a set has another length), they were computed apart from this code.
 */
#include "aka.h"
#include "array.h"
#include "octets.h"

static const struct row {
	const char *what, *k;
	enum gmg_op op;
	const char *op_value, *rand, *sqn, *amf;
	const char *autn, *xres, *ck, *ik;
	const char *auts;	/* if that is the SQN of the ISIM */
} rows[] = {
	{ "MILENAGE, test set 1, OP", "465b5ce8b199b49faa5f0a2ee238a6bc",
	  GMG_OP, "cdc202d5123e20f62b6d676ac72cb318",
	  "23553cbe9637a89d218ae64dae47bf35", "ff9bb4d0b607", "b9b9",
	  "55f328b43577b9b94a9ffac354dfafb3", "a54211d5e3ba50bf",
	  "b40ba9a3c58b2a05bbf0d987b21bf8cb", "f769bcd751044604127672711c6d3441",
	  "ba853f3c123ccf44e93596e355c6" },
	{ "MILENAGE, test set 3, OPc", "fec86ba6eb707ed08905757b1bb44b8f",
	  GMG_OPC, "1006020f0a478bf6b699f15c062e42b3",
	  "9f7c8d021accf4db213ccff0c7f71a6a", "9d0277595ffc", "725c",
	  "ae4a3a9b4c97725c9cabc3e99baf7281", "8011c48c0c214ed2",
	  "5dbdbb2954e8f3cde665b046179a5098", "59a92d3b476a0443487055cf88b2307b",
	  "43aeaaddd33a9f8be774d095d08b" },
	{ "TUAK, test set 1, TOP", "abababababababababababababababab",
	  GMG_TOP, "5555555555555555555555555555555555555555555555555555555555555555",
	  "42424242424242424242424242424242", "111111111111", "ffff",
	  "bbc306548b74fffff9a54e6aeaa8618d", "7abd06d3fff7f634",
	  "144269a4bd882a02026ddbb13243404b", "52c2ecdcb90878d9eaa7ae82add046c0",
	  "f6be7a2c1f29a31fbcf6547c4682" },
	{ "TUAK, test set 2, a key of 256 bits, TOPc",
	  "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0",
	  GMG_TOPC, "305425427e18c503c8a4b294ea72c95d0c36c6c6b29d0c65de5974d5977f8524",
	  "0123456789abcdef0123456789abcdef", "0123456789ab", "abcd",
	  "4929d62245b5abcdd94900b0ee2b4c90", "e9d749dc4eea0035",
	  "a4cb6f6529ab17f8337f27baa8234d47", "2274155ccf4199d5e2abcbf621907f90",
	  "f96df65f0d278ac43a89e2f62464" },
};

/* A row in octets. */
struct input {
	struct gmg_subscriber sub;
	uint8_t rand[16], sqn[6], amf[2], autn[16], auts[14];
};

static struct input read_row(const struct row *row)
{
	struct input in = { .sub.op = row->op };

	in.sub.key_len = octets(row->k, in.sub.key, sizeof(in.sub.key));
	octets(row->op_value, in.sub.op_value, sizeof(in.sub.op_value));
	octets(row->rand, in.rand, sizeof(in.rand));
	octets(row->sqn, in.sqn, sizeof(in.sqn));
	octets(row->amf, in.amf, sizeof(in.amf));
	octets(row->autn, in.autn, sizeof(in.autn));
	octets(row->auts, in.auts, sizeof(in.auts));
	return in;
}

static bool clear(const void *at, size_t n)
{
	const uint8_t *octet = at;

	while (n--)
		if (*octet++)
			return false;
	return true;
}

static bool vector_holds(const struct row *row, const struct input *in)
{
	struct gmg_aka_vector v;

	memset(&v, 0xa5, sizeof(v));
	return gmg_aka_vector_make(&in->sub, in->rand, in->sqn, in->amf, &v) &&
	       same(v.rand, 16, row->rand) && same(v.autn, 16, row->autn) &&
	       same(v.xres, 8, row->xres) && same(v.keys.ck, 16, row->ck) &&
	       same(v.keys.ik, 16, row->ik);
}

/* The ISIM answers if its SQN is below, however little. */
static bool answer_holds(const struct row *row, const struct input *in)
{
	static const uint8_t zero[6];
	struct gmg_aka_answer a;
	uint8_t sqn[6];
	int i;

	memcpy(sqn, in->sqn, sizeof(sqn));
	sqn[5]--;
	for (i = 0; i < 2; i++) {
		memset(&a, 0xa5, sizeof(a));
		if (gmg_aka_answer_make(&in->sub, in->rand, in->autn, i ? sqn : zero, &a) ||
		    !same(a.sqn, 6, row->sqn) || !same(a.res, 8, row->xres) ||
		    !same(a.keys.ck, 16, row->ck) || !same(a.keys.ik, 16, row->ik) ||
		    !clear(a.auts, sizeof(a.auts)))
			return false;
	}
	return true;
}

/* If its SQN is the same or above it has AUTS alone, by which the AuC learns it. */
static bool sync_holds(const struct row *row, const struct input *in)
{
	static const uint8_t last[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	uint8_t above[6], sqn_ms[6];
	struct gmg_aka_answer a;

	if (gmg_aka_answer_make(&in->sub, in->rand, in->autn, in->sqn, &a) != GMG_AKA_SQN_OLD ||
	    !same(a.auts, 14, row->auts) || !same(a.sqn, 6, row->sqn) ||
	    !clear(a.res, sizeof(a.res)) || !clear(&a.keys, sizeof(a.keys)) ||
	    gmg_aka_resync(&in->sub, in->rand, a.auts, sqn_ms) || !same(sqn_ms, 6, row->sqn))
		return false;
	/* one octet is above and all behind it are below */
	memcpy(above, in->sqn, sizeof(above));
	above[1]++;
	memset(above + 2, 0, 4);
	return gmg_aka_answer_make(&in->sub, in->rand, in->autn, above, &a) == GMG_AKA_SQN_OLD &&
	       !gmg_aka_resync(&in->sub, in->rand, a.auts, sqn_ms) &&
	       !memcmp(sqn_ms, above, sizeof(above)) &&
	       gmg_aka_answer_make(&in->sub, in->rand, in->autn, last, &a) == GMG_AKA_SQN_OLD;
}

/* The MAC is wrong, also where SQN would be, and nothing comes out. */
static bool is_wrong(const struct input *in)
{
	static const uint8_t zero[6];
	const uint8_t *sqn[] = { in->sqn, zero };
	struct gmg_aka_answer a;
	int i;

	for (i = 0; i < 2; i++) {
		memset(&a, 0xa5, sizeof(a));
		if (gmg_aka_answer_make(&in->sub, in->rand, in->autn, sqn[i], &a) !=
		    GMG_AKA_MAC_WRONG || !clear(&a, sizeof(a)))
			return false;
	}
	return true;
}

/* Every bit of @n octets of an input: changed, it makes a wrong challenge. */
static bool bits_hold(const struct input *in, uint8_t *octet, size_t n)
{
	size_t i;

	for (i = 0; i < 8 * n; i++) {
		octet[i / 8] ^= 1 << i % 8;
		if (!is_wrong(in))
			return false;
		octet[i / 8] ^= 1 << i % 8;
	}
	return true;
}

/* The same of AUTS; the SQN of the AuC stays as it is. */
static bool auts_hold(const struct row *row, struct input *in)
{
	uint8_t sqn_ms[6] = { 0 };
	size_t i;

	for (i = 0; i < 8 * sizeof(in->auts); i++) {
		in->auts[i / 8] ^= 1 << i % 8;
		if (gmg_aka_resync(&in->sub, in->rand, in->auts, sqn_ms) != GMG_AKA_MAC_WRONG ||
		    !clear(sqn_ms, sizeof(sqn_ms)))
			return false;
		in->auts[i / 8] ^= 1 << i % 8;
	}
	return !gmg_aka_resync(&in->sub, in->rand, in->auts, sqn_ms) &&
	       same(sqn_ms, 6, row->sqn);
}

int main(void)
{
	const struct row *row;
	struct input in;

	printf("TAP version 13\n");
	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		in = read_row(row);
		printf("# %s\n", row->what);
		result(vector_holds(row, &in), "the vector");
		result(answer_holds(row, &in), "the answer");
		result(sync_holds(row, &in), "an SQN that is not above");
		result(bits_hold(&in, in.sub.key, in.sub.key_len), "another K");
		result(bits_hold(&in, in.sub.op_value, row->op < GMG_TOP ? 16 : 32), "another OP");
		result(bits_hold(&in, in.rand, 16), "another RAND");
		result(bits_hold(&in, in.autn, 16), "another AUTN");
		result(auts_hold(row, &in), "another AUTS");
	}
	return finish();
}
