// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "base64.h"
#include "cmd.h"
#include "cmd_aka.h"
#include "digest.h"
#include "options.h"
#include "print.h"
#include "secret.h"

/* AMF of a vector for an IMS that shares its AuC with LTE: the separation bit. */
static const uint8_t default_amf[GMG_AMF_LEN] = { 0x80, 0x00 };

/* All that is secret, so that it is wiped at once. */
struct production {
	struct gmg_subscriber sub;
	struct gmg_aka_vector v;
};

static bool may_be(const struct gmg_options *opt)
{
	uint64_t how = opt->given & (OPTION(SQN) | OPTION(AUTS) | OPTION(NONCE));

	if (how == OPTION(SQN) || how == (OPTION(AUTS) | OPTION(NONCE)))
		return true;
	complain("aka vector needs either --sqn, or --auts and the --nonce that it answers");
	return false;
}

/* The next SQN; false after the last. */
static bool increment(uint8_t sqn[GMG_SQN_LEN])
{
	int i = GMG_SQN_LEN;

	while (i-- > 0)
		if (++sqn[i])
			return true;
	return false;
}

/* Takes SQN from AUTS. An exit status, after a message. */
static int resync(const struct gmg_options *opt, const struct gmg_subscriber *sub,
		  uint8_t sqn[GMG_SQN_LEN])
{
	uint8_t rand[GMG_RAND_LEN], autn[GMG_AUTN_LEN], auts[GMG_AUTS_LEN];
	const struct gmg_aka_options *aka = &opt->aka;
	size_t n;

	if (!gmg_nonce_split(aka->nonce, strlen(aka->nonce), rand, autn)) {
		complain(BAD_NONCE);
		return EXIT_USAGE;
	}
	if (!gmg_base64_decode(aka->auts, strlen(aka->auts), auts, sizeof(auts), &n) ||
	    n != sizeof(auts)) {
		complain("--auts wants 14 octets in base64, 20 characters");
		return EXIT_USAGE;
	}
	switch (gmg_aka_resync(sub, rand, auts, sqn)) {
	case GMG_AKA_OK:
		break;
	case GMG_AKA_FAILED:
		complain(BAD_OPENSSL);
		return EXIT_KERNEL;
	default:
		complain("MAC-S is wrong: AUTS is another subscriber's, or answers another RAND");
		return EXIT_USAGE;
	}
	if (increment(sqn))
		return EXIT_OK;
	complain("there is no SQN above that of the ISIM");
	return EXIT_USAGE;
}

static int make(const struct gmg_options *opt, struct production *p, uint8_t sqn[GMG_SQN_LEN])
{
	uint8_t rand[GMG_RAND_LEN];
	int ret;

	if (secret_read_subscriber(opt->keys, &p->sub))
		return EXIT_USAGE;
	memcpy(sqn, opt->aka.sqn, GMG_SQN_LEN);
	ret = opt->aka.auts ? resync(opt, &p->sub, sqn) : EXIT_OK;
	if (ret)
		return ret;
	memcpy(rand, opt->aka.rand, sizeof(rand));
	if ((opt->given & OPTION(RAND) || RAND_bytes(rand, sizeof(rand)) == 1) &&
	    gmg_aka_vector_make(&p->sub, rand, sqn,
				opt->given & OPTION(AMF) ? opt->aka.amf : default_amf, &p->v))
		return EXIT_OK;
	complain(BAD_OPENSSL);
	return EXIT_KERNEL;
}

static json_t *describe(const struct gmg_aka_vector *v, const uint8_t sqn[GMG_SQN_LEN])
{
	char nonce[GMG_NONCE_SIZE];
	json_t *doc;

	gmg_nonce_make(v->rand, v->autn, nonce);
	doc = json_pack("{s:s}", "nonce", nonce);
	if (aka_add(doc, "sqn", sqn, GMG_SQN_LEN) &&
	    aka_add(doc, "rand", v->rand, sizeof(v->rand)) &&
	    aka_add(doc, "autn", v->autn, sizeof(v->autn)) &&
	    aka_add(doc, "xres", v->xres, sizeof(v->xres)) &&
	    aka_add(doc, "ck", v->keys.ck, sizeof(v->keys.ck)) &&
	    aka_add(doc, "ik", v->keys.ik, sizeof(v->keys.ik)))
		return doc;
	json_decref(doc);
	return NULL;
}

int cmd_aka_vector(const struct gmg_options *opt, char **words)
{
	uint8_t sqn[GMG_SQN_LEN];
	struct production *p;
	int ret;

	(void)words;
	if (!may_be(opt))
		return EXIT_USAGE;
	ret = aka_begin(true);
	if (ret)
		return ret;
	p = OPENSSL_secure_zalloc(sizeof(*p));
	if (!p) {
		complain("out of memory");
		return EXIT_KERNEL;
	}
	ret = make(opt, p, sqn);
	if (!ret)
		ret = aka_print(opt->json, describe(&p->v, sqn));
	OPENSSL_secure_clear_free(p, sizeof(*p));
	return ret;
}
