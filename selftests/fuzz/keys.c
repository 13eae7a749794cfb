// SPDX-License-Identifier: GPL-2.0
/* Any octets as a file of keys: refused with a reason that repeats nothing of
 * them, or accepted, and then the same keys once more in the plainest spelling.
 */
#include <linux/gmguard.h>

#include "fuzz.h"
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

static int load(const char *buf, size_t len, struct gmg_aka_keys *keys)
{
	size_t said_len;
	char *said;
	FILE *err;
	int ret;

	memset(keys, 0xa5, sizeof(*keys));
	err = open_memstream(&said, &said_len);
	HOLDS(err);
	ret = secret_parse(buf, len, NAME, keys, err);
	fclose(err);
	HOLDS(strlen(said) == said_len);
	HOLDS(check_messages(said, NAME, len + 1) == (ret ? 1 : 0));
	HOLDS(!ret || is_zero(keys, sizeof(*keys)));
	check_secret(said);
	free(said);
	return ret;
}

static size_t write_hex(char *at, const uint8_t *octet)
{
	size_t n = 0, i;

	for (i = 0; i < GMG_AKA_KEY_LEN; i++)
		n += sprintf(at + n, "%02x", octet[i]);
	return n;
}

static void check_same(const struct gmg_aka_keys *keys)
{
	struct gmg_aka_keys again;
	char text[80];
	size_t n;

	n = sprintf(text, "ck ");
	n += write_hex(text + n, keys->ck);
	n += sprintf(text + n, "\nik ");
	n += write_hex(text + n, keys->ik);
	HOLDS(!load(text, n, &again));
	HOLDS(!memcmp(keys, &again, sizeof(again)));
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
	struct gmg_aka_keys keys;

	if (load((const char *)data, size, &keys))
		return 0;
	check_same(&keys);
	check_expansion(&keys);
	return 0;
}
