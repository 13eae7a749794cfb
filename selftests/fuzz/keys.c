// SPDX-License-Identifier: GPL-2.0
/* Any octets as a file of keys, of an AKA run or of an ISIM: refused with a reason that
 * repeats nothing of them, or accepted, and then the same keys once more in the
 * plainest spelling.
 */
#include <linux/gmguard.h>

#include "fuzz.h"
#include "hex.h"
#include "secret.h"

#define NAME "file"

enum { KEY_LETTERS = 8 };	/* hex digits side by side in no message */

static bool is_zero(const void *at, size_t n)
{
	const uint8_t *octet = at;

	while (n--)
		if (*octet++)
			return false;
	return true;
}

static void check_secret(const char *said)
{
	for (; *said; said++)
		HOLDS(strspn(said, "0123456789abcdefABCDEF") < KEY_LETTERS);
}

/* What secret_parse() and secret_parse_subscriber() read into. */
union what {
	struct gmg_aka_keys keys;
	struct gmg_subscriber sub;
};

static int load(bool is_sub, const char *buf, size_t len, union what *to)
{
	size_t said_len;
	char *said;
	FILE *err;
	int ret;

	memset(to, 0xa5, sizeof(*to));
	err = open_memstream(&said, &said_len);
	HOLDS(err);
	if (is_sub)
		ret = secret_parse_subscriber(buf, len, NAME, &to->sub, err);
	else
		ret = secret_parse(buf, len, NAME, &to->keys, err);
	fclose(err);
	HOLDS(strlen(said) == said_len);
	HOLDS(check_messages(said, NAME, len + 1) == (ret ? 1 : 0));
	HOLDS(!ret || is_zero(to, is_sub ? sizeof(to->sub) : sizeof(to->keys)));
	check_secret(said);
	free(said);
	return ret;
}

static size_t write_line(char *at, const char *name, const uint8_t *octet, size_t n)
{
	char *end = hex_format(octet, n, stpcpy(stpcpy(at, name), " "));

	return stpcpy(end, "\n") - at;
}

static void check_same(const struct gmg_aka_keys *keys)
{
	union what again;
	char text[80];
	size_t n;

	n = write_line(text, "ck", keys->ck, GMG_AKA_KEY_LEN);
	n += write_line(text + n, "ik", keys->ik, GMG_AKA_KEY_LEN);
	HOLDS(!load(false, text, n, &again));
	HOLDS(!memcmp(keys, &again.keys, sizeof(*keys)));
}

static void check_same_subscriber(const struct gmg_subscriber *sub)
{
	static const char *const names[] = { "op", "opc", "top", "topc" };
	size_t n, op_len = sub->op < GMG_TOP ? 16 : 32;
	union what again;
	char text[160];

	HOLDS(sub->key_len == 16 || (sub->key_len == 32 && op_len == 32));
	n = write_line(text, names[sub->op], sub->op_value, op_len);
	n += write_line(text + n, "k", sub->key, sub->key_len);
	HOLDS(!load(true, text, n, &again));
	HOLDS(again.sub.op == sub->op && again.sub.key_len == sub->key_len);
	HOLDS(!memcmp(again.sub.key, sub->key, sub->key_len));
	HOLDS(!memcmp(again.sub.op_value, sub->op_value, op_len));
}

/* An SA has integrity, and no key is longer than there is room. */
static void check_expansion(const struct gmg_aka_keys *keys)
{
	struct gmg_esp_keys esp;
	uint32_t alg, ealg;
	const char *why;
	bool made;

	for (alg = 0; alg <= GMGUARD_ALG_NULL + 1; alg++)
		for (ealg = 0; ealg <= GMGUARD_EALG_AES_GCM + 1; ealg++) {
			made = gmg_keys_expand(alg, ealg, keys, &esp);
			HOLDS(made == (gmg_pair_check(alg, ealg, &why) != GMG_PAIR_REFUSED));
			HOLDS(made || is_zero(&esp, sizeof(esp)));
			HOLDS(!made || esp.auth_len || ealg == GMGUARD_EALG_AES_GCM);
			HOLDS(esp.auth_len <= sizeof(esp.auth_key));
			HOLDS(esp.enc_len <= sizeof(esp.enc_key));
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union what read;

	if (!load(true, (const char *)data, size, &read))
		check_same_subscriber(&read.sub);
	if (load(false, (const char *)data, size, &read))
		return 0;
	check_same(&read.keys);
	check_expansion(&read.keys);
	return 0;
}
