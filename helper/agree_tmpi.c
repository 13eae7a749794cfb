// SPDX-License-Identifier: GPL-2.0
/* The TMPI of an AKA run, and who came by one: TS 33.220 B.4. */
#include <string.h>

#include "agree.h"
#include "array.h"
#include "digest.h"
#include "gba.h"
#include "hex.h"
#include "pure/sip_identity.h"
#include "tmpi.h"

bool agree_is_tmpi(const char *name)
{
	return gmg_sip_nai_is_tmpi((const uint8_t *)name, strlen(name));
}

/* Its realm, and nothing else of it, begins with '@'. */
static bool has_plain_tmpi(const uint8_t *p, size_t len)
{
	const uint8_t *at = p, *end = p + len;

	for (; (at = memchr(at, '@', end - at)); at++)
		if (at - p >= GMG_TMPI_USER && end - at >= GMGUARD_TMPI_LEN - GMG_TMPI_USER &&
		    gmg_sip_nai_is_tmpi(at - GMG_TMPI_USER, GMGUARD_TMPI_LEN))
			return true;
	return false;
}

static bool has_tmpi(struct gmg_text t)
{
	uint32_t at = 0, len = 0;
	uint8_t plain[SIPMSG_MAX];

	/* most have no escapes */
	if (!memchr(t.p, '%', t.len) && !memchr(t.p, '\\', t.len))
		return has_plain_tmpi((const uint8_t *)t.p, t.len);
	while ((at = gmg_sip_octet((const uint8_t *)t.p, t.len, at, &plain[len])))
		len++;
	return has_plain_tmpi(plain, len);
}

bool agree_has_tmpi(const struct gmg_sipmsg *m)
{
	const struct gmg_sip_event *h;

	if (has_tmpi(m->uri))
		return true;
	for (h = m->header; h < m->header + m->n_headers; h++)
		if (SIPMSG_IDENTITIES >> h->id & 1 && has_tmpi(sipmsg_value(m, h)))
			return true;
	return false;
}

bool agree_tmpi_stands(const struct gmg_tmpi *t, const char *tmpi, const struct gmg_prefix *ue)
{
	if (t->expired)
		return false;
	return (agree_same(t->tmpi, tmpi) && !prefix_compare(&t->ue, ue)) ||
	       (agree_same(t->previous, tmpi) && !prefix_compare(&t->previous_ue, ue));
}

bool agree_tmpi_make(const struct gmg_sipmsg *sm4, const struct gmg_aka_keys *keys,
		     const struct gmg_tmpi_profile *profile, const char *impi,
		     char tmpi[GMGUARD_TMPI_LEN + 1])
{
	const struct gmg_sip_event *h = sipmsg_header(sm4, GMG_SIP_WWW_AUTHENTICATE, NULL);
	struct gmg_sip_auth p[] = { { .name = "nonce" }, { .name = "ik" }, { .name = "ck" } };
	uint8_t rand[GMG_RAND_LEN], autn[GMG_AUTN_LEN], id[GMG_UA_ID_LEN];
	const struct gmg_gba run = { keys, rand, impi };

	static_assert(GMG_TMPI_SIZE == GMGUARD_TMPI_LEN + 1, "what is made is what is added");
	sipmsg_auth(sm4, h, p, ARRAY_SIZE(p));
	/* the algorithms may have needed one of the keys only, B.4 needs both */
	return p[1].n && p[2].n && gmg_nonce_split(p[0].value.p, p[0].value.len, rand, autn) &&
	       hex_parse(profile->id, strlen(profile->id), id, sizeof(id)) &&
	       gmg_tmpi_make(&run, profile->name, id, tmpi);
}

char *agree_rename(const struct gmg_sipmsg *m, uint64_t *where, const char *from, const char *to,
		   size_t *len)
{
	struct gmg_sip_edits edits = { .n = 0 };

	*where = sipmsg_put_nai(m, &edits, *where, from, to);
	sipmsg_put_length(m, &edits);
	return sipmsg_copy(m, &edits, len);
}
