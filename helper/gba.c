// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "gba.h"

const uint8_t gmg_ua_tmpi[GMG_UA_ID_LEN] = { 0x01, 0x00, 0x00, 0x01, 0x00 };

enum {
	FC = 0x01,	/* of the keys of GBA (B.3) */
	S_MAX = 1 + sizeof("gba-me") + GMG_RAND_LEN + GMGUARD_IMPI_MAX + GMG_FQDN_MAX +
		GMG_UA_ID_LEN + 4UL * 2,
};

/* S of B.2: FC || P0 || L0 || ... */
struct input {
	uint8_t octet[S_MAX];
	size_t len;
};

static void add(struct input *s, const void *octets, size_t n)
{
	memcpy(s->octet + s->len, octets, n);
	s->len += n;
}

static void add_length(struct input *s, size_t n)
{
	s->octet[s->len++] = n >> 8;
	s->octet[s->len++] = n;
}

static void add_text(struct input *s, const char *text)
{
	add(s, text, strlen(text));
	add_length(s, strlen(text));
}

static bool derive(const struct gmg_gba *run, const char *p0, const char *name,
		   const uint8_t ua[GMG_UA_ID_LEN], uint8_t key[GMG_KS_NAF_LEN])
{
	struct input s = { .octet = { FC }, .len = 1 };

	static_assert(sizeof(*run->keys) == 2UL * GMG_AKA_KEY_LEN, "CK || IK has no hole");
	add_text(&s, p0);
	add(&s, run->rand, GMG_RAND_LEN);
	add_length(&s, GMG_RAND_LEN);
	add_text(&s, run->impi);
	add(&s, name, strlen(name));
	add(&s, ua, GMG_UA_ID_LEN);
	add_length(&s, strlen(name) + GMG_UA_ID_LEN);
	if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, run->keys, sizeof(*run->keys), s.octet,
		      s.len, key, GMG_KS_NAF_LEN, NULL))
		return true;
	OPENSSL_cleanse(key, GMG_KS_NAF_LEN);
	return false;
}

bool gmg_ks_naf_make(const struct gmg_gba *run, enum gmg_gba_end end, const char *name,
		     const uint8_t ua[GMG_UA_ID_LEN], uint8_t key[GMG_KS_NAF_LEN])
{
	return derive(run, end == GMG_GBA_ME ? "gba-me" : "gba-u", name, ua, key);
}

/* The 192 most significant bits: where the salts of ESP take the least. */
bool gmg_tmpi_make(const struct gmg_gba *run, const char *name, const uint8_t ua[GMG_UA_ID_LEN],
		   char tmpi[GMG_TMPI_SIZE])
{
	uint8_t out[GMG_KS_NAF_LEN];

	if (!derive(run, "gba-me", name, ua, out))
		return false;
	gmg_base64_encode(out, GMG_TMPI_TEMP_LEN, tmpi);
	memcpy(tmpi + strlen(tmpi), GMG_TMPI_DOMAIN, sizeof(GMG_TMPI_DOMAIN));
	OPENSSL_cleanse(out, sizeof(out));
	return true;
}

void gmg_b_tid_make(const uint8_t rand[GMG_RAND_LEN], const char *name,
		    char b_tid[GMG_B_TID_SIZE])
{
	gmg_base64_encode(rand, GMG_RAND_LEN, b_tid);
	snprintf(b_tid + strlen(b_tid), GMG_B_TID_SIZE - strlen(b_tid), "@%s", name);
}

static bool in_label(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '-';
}

bool gmg_fqdn_valid(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!in_label(name[i]) && (name[i] != '.' || !i || !in_label(name[i - 1])))
			return false;
	return i && i <= GMG_FQDN_MAX && in_label(name[i - 1]);
}
