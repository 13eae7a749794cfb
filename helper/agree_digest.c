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
