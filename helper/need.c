// SPDX-License-Identifier: GPL-2.0
#include <netinet/in.h>

#include "array.h"
#include "need.h"

#define ALG(NAME) (1u << GMGUARD_ALG_##NAME)
#define EALG(NAME) (1u << GMGUARD_EALG_##NAME)
#define HMAC (ALG(HMAC_MD5_96) | ALG(HMAC_SHA_1_96))

static const struct gmg_need needs[] = {
	{ "xfrm-type-2-50", NULL, "ESP over IPv4 (esp4)", AF_INET, 0, 0 },
	{ "xfrm-type-10-50", NULL, "ESP over IPv6 (esp6)", AF_INET6, 0, 0 },
	{ "crypto-authenc", NULL, "authenc", 0, HMAC, 0 },
	{ "crypto-echainiv", NULL, "echainiv", 0, HMAC, 0 },
	{ "crypto-hmac", "hmac(sha1)", "hmac", 0, HMAC, 0 },
	{ "crypto-sha1", "sha1", "sha1", 0, ALG(HMAC_SHA_1_96), 0 },
	{ "crypto-md5", "md5", "md5", 0, ALG(HMAC_MD5_96), 0 },
	{ "crypto-cbc", "cbc(aes)", "cbc(aes)", 0, 0, EALG(AES_CBC) },
	{ "crypto-des3_ede", "des3_ede", "des3_ede", 0, 0, EALG(DES_EDE3_CBC) },
	{ "crypto-cipher_null", "cipher_null", "cipher_null", 0, 0, EALG(NULL) },
	{ "crypto-gcm", "gcm(aes)", "gcm", 0, ALG(AES_GMAC), EALG(AES_GCM) },
	{ "crypto-seqiv", NULL, "seqiv", 0, ALG(AES_GMAC), EALG(AES_GCM) },
};

bool need_applies(const struct gmg_need *need, const struct gmg_config *cfg)
{
	struct gmg_prefix p;
	uint32_t i;

	for (i = 0; need->family && i < cfg->n_endpoints; i++)
		if (prefix_parse(&p, cfg->endpoints[i].address.s) && p.family == need->family)
			return true;
	for (i = 0; i < cfg->agree.n_algorithms; i++)
		if ((cfg->agree.algorithms[i].alg <= GMGUARD_ALG_NULL &&
		     need->algs >> cfg->agree.algorithms[i].alg & 1) ||
		    (cfg->agree.algorithms[i].ealg <= GMGUARD_EALG_AES_GCM &&
		     need->ealgs >> cfg->agree.algorithms[i].ealg & 1))
			return true;
	return false;
}

const struct gmg_need *need_get(size_t i)
{
	return i < ARRAY_SIZE(needs) ? &needs[i] : NULL;
}

enum host_answer need_met(const struct gmg_need *need)
{
	if (need->crypto && host_has_crypto(need->crypto))
		return HOST_YES;
	return host_has_alias(need->alias);
}
