// SPDX-License-Identifier: GPL-2.0
/* MILENAGE, the very object that is in the command, with test sets of TS 35.208.
 *
 * milenage WORD...: with others, as many words for each as a row has; OP is "" where
 * it is not known.
 */
#include "array.h"
#include "milenage.h"
#include "octets.h"

enum { WHAT, K, RAND, SQN, AMF, OP, OPC, MAC_A, MAC_S, RES, CK, IK, AK, AK_S, WORDS };

static const char *const rows[][WORDS] = {
	{ "TS 35.208 4.3.1, test set 1", "465b5ce8b199b49faa5f0a2ee238a6bc",
	  "23553cbe9637a89d218ae64dae47bf35", "ff9bb4d0b607", "b9b9",
	  "cdc202d5123e20f62b6d676ac72cb318", "cd63cb71954a9f4e48a5994e37a02baf",
	  "4a9ffac354dfafb3", "01cfaf9ec4e871e9", "a54211d5e3ba50bf",
	  "b40ba9a3c58b2a05bbf0d987b21bf8cb", "f769bcd751044604127672711c6d3441",
	  "aa689c648370", "451e8beca43b" },
	{ "TS 35.208 4.3.3, test set 3", "fec86ba6eb707ed08905757b1bb44b8f",
	  "9f7c8d021accf4db213ccff0c7f71a6a", "9d0277595ffc", "725c",
	  "dbc59adcb6f9a0ef735477b7fadf8374", "1006020f0a478bf6b699f15c062e42b3",
	  "9cabc3e99baf7281", "95814ba2b3044324", "8011c48c0c214ed2",
	  "5dbdbb2954e8f3cde665b046179a5098", "59a92d3b476a0443487055cf88b2307b",
	  "33484dc2136b", "deacdd848cc6" },
	{ "TS 35.208 4.3.4, test set 4", "9e5944aea94b81165c82fbf9f32db751",
	  "ce83dbc54ac0274a157c17f80d017bd6", "0b604a81eca8", "9e09",
	  "223014c5806694c007ca1eeef57f004f", "a64a507ae1a2a98bb88eb4210135dc87",
	  "74a58220cba84c49", "ac2cc74a96871837", "f365cd683cd92e96",
	  "e203edb3971574f5a94b0d61b816345d", "0c4524adeac041c4dd830d20854fc46b",
	  "f0b9c08ad02e", "6085a86c6f63" },
	{ "TS 35.208 4.3.5, test set 5", "4ab1deb05ca6ceb051fc98e77d026a84",
	  "74b0cd6031a1c8339b2b6ce2b8c4a186", "e880a1b580b6", "9f07",
	  "2d16c5cd1fdf6b22383584e3bef2a8d8", "dcf07cbd51855290b92a07a9891e523e",
	  "49e785dd12626ef2", "9e85790336bb3fa2", "5860fc1bce351e7e",
	  "7657766b373d1c2138f307e3de9242f9", "1c42e960d89b8fa99f2744e0708ccb53",
	  "31e11a609118", "fe2555e54aa9" },
};

struct outputs {
	uint8_t opc[16], mac_a[8], mac_s[8], res[8], ck[16], ik[16], ak[6], ak_s[6];
};

static bool run(const char *const *row, struct outputs *o)
{
	uint8_t k[16], rand[16], sqn[6], amf[2], op[16];

	if (octets(row[K], k, 16) != 16 || octets(row[RAND], rand, 16) != 16 ||
	    octets(row[SQN], sqn, 6) != 6 || octets(row[AMF], amf, 2) != 2)
		return false;
	if (octets(row[OP], op, 16) != 16)
		octets(row[OPC], o->opc, 16);
	else if (!gmg_milenage_opc(k, op, o->opc))
		return false;
	return gmg_milenage_f1(k, o->opc, rand, sqn, amf, o->mac_a, o->mac_s) &&
	       gmg_milenage_f2345(k, o->opc, rand, o->res, o->ck, o->ik, o->ak, o->ak_s);
}

static bool row_holds(const char *const *row)
{
	struct outputs o;

	return run(row, &o) && same(o.opc, 16, row[OPC]) && same(o.mac_a, 8, row[MAC_A]) &&
	       same(o.mac_s, 8, row[MAC_S]) && same(o.res, 8, row[RES]) &&
	       same(o.ck, 16, row[CK]) && same(o.ik, 16, row[IK]) && same(o.ak, 6, row[AK]) &&
	       same(o.ak_s, 6, row[AK_S]);
}

/* Is there no digit of an input that does not matter? */
static bool inputs_matter(const char *const *row)
{
	int input;

	for (input = K; input <= OP; input++) {
		if (!digits_matter(row, WORDS, input, row_holds))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	size_t i;

	printf("TAP version 13\n");
	if (rows_given(argc, argv, WORDS, row_holds))
		return finish();
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		result(row_holds(rows[i]), rows[i][WHAT]);
	result(inputs_matter(rows[0]), "every digit of every input matters");
	return finish();
}
