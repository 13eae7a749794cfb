/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_ESP_H
#define _GMG_ESP_H

/* The xfrm states of SA sets. */
#include <linux/netfilter.h>
#include <linux/socket.h>
#include <linux/types.h>
#include <uapi/linux/gmguard.h>

struct gmg_set;
struct netlink_ext_ack;
struct xfrm_state;

/* Of all our states and outbound templates. One for all: hashes of xfrm mix it
 * with the addresses, and one that grows with these would cancel them out.
 */
#define GMG_ESP_REQID 0x474d

/**
 * struct gmg_esp_keys - keys as TS 33.203 Annex I expands them
 * @auth:     of the HMAC, or of AES-GMAC with its salt
 * @enc:      of the cipher, or of AES-GCM with its salt
 * @auth_len: octets
 * @enc_len:  octets
 */
struct gmg_esp_keys {
	const u8 *auth;
	const u8 *enc;
	u8 auth_len;
	u8 enc_len;
};

static inline u16 gmg_esp_family(u8 nfproto)
{
	return nfproto == NFPROTO_IPV4 ? AF_INET : AF_INET6;
}

/* The pair of algorithms is one that TS 33.203 Annex H permits, legacy ones
 * among them.
 */
bool gmg_esp_pair_valid(u8 alg, u8 ealg);

/* Do @keys have the lengths this pair needs? */
bool gmg_esp_keys_valid(u8 alg, u8 ealg, const struct gmg_esp_keys *keys);

/* This kernel can do the pair in @family (NFPROTO_*): a state of it could be
 * made. Else a sentence that names the module. Sleeps.
 */
int gmg_esp_probe(struct net *net, u8 family, u8 alg, u8 ealg,
		  struct netlink_ext_ack *extack);

/* The four states of @set, initialised but not installed; SPIs come later.
 * No key is left in them outside the cipher contexts. On failure the set has
 * none. Sleeps.
 */
int gmg_esp_make(struct net *net, struct gmg_set *set,
		 const struct gmg_esp_keys *keys, struct netlink_ext_ack *extack);

/* Installs the states of @set, all of them or none; -EEXIST: an SPI is taken. */
int gmg_esp_install(struct gmg_set *set);

/* Takes the states of @set out of xfrm. */
void gmg_esp_remove(struct gmg_set *set);

/* Lets go of states that gmg_esp_make() made, installed or not. */
void gmg_esp_put(struct gmg_set *set);

/* The ESP state, anybody's, with this SPI towards @daddr, held; or NULL. */
struct xfrm_state *gmg_esp_find(struct net *net, u8 family,
				const union nf_inet_addr *daddr, u32 spi);

/* Somebody has deleted one of the states of @set. */
bool gmg_esp_lost(const struct gmg_set *set);

/* Packets and octets of ESP payload. */
void gmg_esp_counters(struct xfrm_state *x, u64 *packets, u64 *octets);

#endif /* _GMG_ESP_H */
