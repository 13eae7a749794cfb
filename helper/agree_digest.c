// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <string.h>

#include "agree.h"

enum { NONCE_HASH = 8 };

static const struct {
	uint8_t at;
	uint8_t len;
} parts[] = {
	[AGREE_CHALLENGE] = { 0, NONCE_HASH },
	[AGREE_CLIENT] = { NONCE_HASH, SECAGREE_HASH },
	[AGREE_SERVER] = { NONCE_HASH + SECAGREE_HASH, SECAGREE_HASH },
};

static_assert(NONCE_HASH + 2 * SECAGREE_HASH == GMGUARD_DIGEST_LEN, "the parts are the digest");

bool agree_digest_nonce(struct gmg_text nonce, uint8_t digest[GMGUARD_DIGEST_LEN])
{
	uint8_t hash[SECAGREE_SHA256];

	if (!secagree_sha256(nonce.p, nonce.len, hash))
		return false;
	memcpy(digest + parts[AGREE_CHALLENGE].at, hash, NONCE_HASH);
	return true;
}

bool agree_digest_client(const struct gmg_secagree *client, uint8_t digest[GMGUARD_DIGEST_LEN])
{
	return secagree_hash(client, true, digest + parts[AGREE_CLIENT].at);
}

bool agree_digest_server(const struct gmg_secagree *server, uint8_t digest[GMGUARD_DIGEST_LEN])
{
	return secagree_hash(server, false, digest + parts[AGREE_SERVER].at);
}

bool agree_digest_same(enum agree_part part, const uint8_t a[GMGUARD_DIGEST_LEN],
		       const uint8_t b[GMGUARD_DIGEST_LEN])
{
	return !memcmp(a + parts[part].at, b + parts[part].at, parts[part].len);
}

/* It is the same for every registration by one policy: the last one is kept, of each thread. */
bool agree_digest_ours(const struct gmg_agree *ours, uint8_t digest[GMGUARD_DIGEST_LEN])
{
	enum { PAIRS = 16 };
	static __thread struct {
		uint32_t n;
		struct gmg_algorithm pair[PAIRS];
		uint8_t digest[GMGUARD_DIGEST_LEN];
	} last;
	const size_t size = ours->n_algorithms * sizeof(*ours->algorithms);
	char text[SECAGREE_TEXT], why[SIPMSG_WHY];
	struct gmg_secagree server;

	if (!ours->n_algorithms || ours->n_algorithms > PAIRS)
		return false;
	if (last.n != ours->n_algorithms || memcmp(last.pair, ours->algorithms, size)) {
		server.n = 0;
		last.n = 0;
		if (!secagree_parse(text_of(secagree_server(ours, NULL, text)), &server, why) ||
		    !agree_digest_server(&server, last.digest))
			return false;
		memcpy(last.pair, ours->algorithms, size);
		last.n = ours->n_algorithms;
	}
	memcpy(digest + parts[AGREE_SERVER].at, last.digest + parts[AGREE_SERVER].at,
	       parts[AGREE_SERVER].len);
	return true;
}
