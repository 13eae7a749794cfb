// SPDX-License-Identifier: GPL-2.0
#include "identity.h"
#include "net.h"
#include "sa.h"
#include "tmpi.h"

/* Of the datagram at @start of the packet, or of the stream, whose @start is 0. */
struct datagram {
	const struct gmg_sip *sip;
	u32 start;
};

static u8 tmpi_state(const struct gmg_sip *sip, const struct gmg_tmpi *tmpi)
{
	if (!tmpi || tmpi->family != sip->c->family || !nf_inet_addr_cmp(&tmpi->ue, &sip->peer))
		return GMG_SIP_TMPI_UNKNOWN;
	return gmg_tmpi_state(tmpi) == GMG_TMPI_LIVE ? GMG_SIP_TMPI_KNOWN : GMG_SIP_TMPI_EXPIRED;
}

static bool copy_octets(const void *arg, u32 start, u32 len, u8 *to)
{
	const struct datagram *d = arg;

	return gmg_sip_copy(d->sip, d->start + start, len, to);
}

static u8 look_up_tmpi(const void *arg, const u8 *user)
{
	const struct datagram *d = arg;

	return tmpi_state(d->sip, gmg_tmpi_lookup(d->sip->c->gn, user));
}

/* Once its registration is over a UE may begin anew by its IMPI, as one that has none. */
static bool is_bound(const void *arg, const u8 *impi, u32 len)
{
	const struct datagram *d = arg;
	const struct gmg_binding *b = gmg_tmpi_binding(d->sip->c->gn, impi, len);

	return b && gmg_binding_lives(b) && !gmg_binding_ending(b);
}

void gmg_identity_take(struct gmg_sip_identity *id, const struct gmg_sip *sip, u32 start,
		       const struct gmg_sip_batch *batch)
{
	const struct datagram d = { sip, start };
	const struct gmg_sip_who who = {
		.copy = copy_octets, .tmpi = look_up_tmpi, .bound = is_bound, .arg = &d,
	};

	gmg_sip_identity_take(id, batch, &who);
}

static bool is_hidden(const struct gmg_sip *sip)
{
	return sip->out ? gmg_facts_hidden_out(sip->c->skb) : gmg_facts_hidden_in(sip->c->skb);
}

struct gmg_sip_identity gmg_identity_in_clear(const struct gmg_sip_identity *id,
					      const struct gmg_sip *sip)
{
	struct gmg_sip_identity seen = *id;

	if (is_hidden(sip)) {
		seen.exposed = false;
		seen.bound = false;
		seen.repeated = false;
	}
	return seen;
}

bool gmg_identity_is_user(const struct gmg_sip *sip, const u8 *username, u32 n)
{
	const struct gmg_user *user = sip->set->user;
	const struct gmg_tmpi *tmpi;

	if (gmg_sip_nai_same(username, n, (const u8 *)user->impi, user->len))
		return true;
	if (!gmg_sip_nai_is_tmpi(username, n))
		return false;
	tmpi = gmg_tmpi_lookup(sip->c->gn, username);
	return tmpi_state(sip, tmpi) == GMG_SIP_TMPI_KNOWN &&
	       gmg_sip_nai_same((const u8 *)tmpi->binding->impi, tmpi->binding->len,
				(const u8 *)user->impi, user->len);
}
