// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_aka.h"
#include "print.h"
#include "secret.h"
#include "words.h"

/**
 * struct transform - how ip-xfrm(8) and the kernel call an algorithm
 * @param: of ip-xfrm(8), NULL: it needs none
 * @name:  of the kernel's crypto
 * @icv:   bits of the integrity check value, 0: it has none
 */
struct transform {
	const char *param;
	const char *name;
	int icv;
};

static const struct transform alg_transforms[GMG_ALGS] = {
	[GMGUARD_ALG_HMAC_MD5_96] = { "auth-trunc", "hmac(md5)", 96 },
	[GMGUARD_ALG_HMAC_SHA_1_96] = { "auth-trunc", "hmac(sha1)", 96 },
	[GMGUARD_ALG_AES_GMAC] = { "aead", "rfc4543(gcm(aes))", 128 },
};

static const struct transform ealg_transforms[GMG_EALGS] = {
	[GMGUARD_EALG_NULL] = { "enc", "ecb(cipher_null)", 0 },
	[GMGUARD_EALG_DES_EDE3_CBC] = { "enc", "cbc(des3_ede)", 0 },
	[GMGUARD_EALG_AES_CBC] = { "enc", "cbc(aes)", 0 },
	[GMGUARD_EALG_AES_GCM] = { "aead", "rfc4106(gcm(aes))", 128 },
};

/* All that is secret, so that it is wiped at once. */
struct expansion {
	struct gmg_aka_keys aka;
	struct gmg_esp_keys esp;
};

static void add(json_t *rows, const struct transform *t, const uint8_t *octet, size_t n)
{
	json_t *row = json_pack("{s:s,s:s}", "param", t->param, "name", t->name);

	aka_add(row, "key", octet, n);
	if (t->icv)
		json_object_set_new(row, "icv-bits", json_integer(t->icv));
	json_array_append_new(rows, row);
}

static json_t *transforms(const struct expansion *e, uint32_t alg, uint32_t ealg)
{
	json_t *rows = json_array();

	if (alg != GMGUARD_ALG_NULL)
		add(rows, &alg_transforms[alg], e->esp.auth_key, e->esp.auth_len);
	/* an AEAD stands alone */
	if (alg != GMGUARD_ALG_AES_GMAC)
		add(rows, &ealg_transforms[ealg], e->esp.enc_key, e->esp.enc_len);
	return rows;
}

/* As words for "ip -batch", which knows "" as an empty one. */
static int print_words(const json_t *rows)
{
	const json_t *row, *icv;
	const char *key;
	size_t i;

	json_array_foreach(rows, i, row) {
		key = json_string_value(json_object_get(row, "key"));
		icv = json_object_get(row, "icv-bits");
		printf("%s%s %s ", i ? " " : "", json_string_value(json_object_get(row, "param")),
		       json_string_value(json_object_get(row, "name")));
		/* printf() would leave a copy of the key on its stack */
		fputs(*key ? "0x" : "\"\"", stdout);
		fputs(key, stdout);
		if (icv)
			printf(" %d", (int)json_integer_value(icv));
	}
	putchar('\n');
	if (!ferror(stdout))
		return EXIT_OK;
	complain("cannot write to the standard output");
	return EXIT_KERNEL;
}

static int print(const struct gmg_options *opt, json_t *rows)
{
	int ret;

	if (opt->json)
		return print_json(json_pack("{s:s,s:s,s:o}", "alg", alg_word(opt->sa.alg),
					    "ealg", ealg_word(opt->sa.ealg), "transforms", rows));
	ret = print_words(rows);
	json_decref(rows);
	return ret;
}

/* May an SA have the two? False after a message. */
static bool may_be(const struct gmg_options *opt)
{
	const char *why;

	switch (gmg_pair_check(opt->sa.alg, opt->sa.ealg, &why)) {
	case GMG_PAIR_OK:
		return true;
	case GMG_PAIR_LEGACY:
		complain(opt->legacy ? "warning: %s" : "%s; --legacy takes it all the same", why);
		return opt->legacy;
	default:
		complain("%s", why);
		return false;
	}
}

/* For SAs that something else installs, and for tests. */
int cmd_aka_expand(const struct gmg_options *opt, char **words)
{
	struct expansion *e;
	int ret;

	(void)words;
	if (!may_be(opt))
		return EXIT_USAGE;
	ret = aka_begin(true);
	if (ret)
		return ret;
	e = OPENSSL_secure_zalloc(sizeof(*e));
	if (!e) {
		complain("out of memory");
		return EXIT_KERNEL;
	}
	if (secret_read(opt->keys, &e->aka)) {
		ret = EXIT_USAGE;
	} else if (!gmg_keys_expand(opt->sa.alg, opt->sa.ealg, &e->aka, &e->esp)) {
		complain(NO_HMAC);
		ret = EXIT_KERNEL;
	} else {
		ret = print(opt, transforms(e, opt->sa.alg, opt->sa.ealg));
	}
	OPENSSL_secure_clear_free(e, sizeof(*e));
	return ret;
}
