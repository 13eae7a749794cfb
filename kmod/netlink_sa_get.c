// SPDX-License-Identifier: GPL-2.0
/* sa-get, and sa-flush, which has the same filters. */
#include <net/genetlink.h>
#include <net/sock.h>

#include "esp.h"
#include "net.h"
#include "netlink.h"
#include "netlink_sa.h"
#include "netlink_walk.h"
#include "policy_nl.h"
#include "pure/sip_nai.h"
#include "refusal.h"
#include "sa.h"

static u32 idle_of(const struct gmg_sa *sa)
{
	u32 last = READ_ONCE(sa->last);

	/* ORDER: a packet that comes now is not one of the future */
	smp_rmb();
	return gmg_now() - last;
}

/* Seconds since a packet last came by any SA of @set, or since boot. */
static u32 idle(const struct gmg_set *set)
{
	u32 least = U32_MAX;
	int i;

	for (i = 0; i < GMG_PAIRS; i++)
		least = min3(least, idle_of(&set->pair[i].in),
			     idle_of(&set->pair[i].out));
	return least;
}

int gmg_netlink_put_set(struct sk_buff *skb, const struct gmg_set *set)
{
	const struct gmg_pair *c = &set->pair[GMG_PAIR_CLIENT];
	const struct gmg_pair *s = &set->pair[GMG_PAIR_SERVER];
	int len = set->family == NFPROTO_IPV4 ? 4 : 16;

	if (nla_put_u32(skb, GMGUARD_A_SA_SPI_PS, c->in.spi) ||
	    nla_put_u32(skb, GMGUARD_A_SA_SPI_PC, s->in.spi) ||
	    nla_put_u32(skb, GMGUARD_A_SA_SPI_UC, c->out.spi) ||
	    nla_put_u32(skb, GMGUARD_A_SA_SPI_US, s->out.spi) ||
	    nla_put(skb, GMGUARD_A_SA_UE, len, &set->ue) ||
	    nla_put(skb, GMGUARD_A_SA_PCSCF, len, &set->pcscf) ||
	    nla_put_u16(skb, GMGUARD_A_SA_PORT_UC, c->ue_port) ||
	    nla_put_u16(skb, GMGUARD_A_SA_PORT_US, s->ue_port) ||
	    nla_put_u16(skb, GMGUARD_A_SA_PORT_PC, s->port) ||
	    nla_put_u16(skb, GMGUARD_A_SA_PORT_PS, c->port) ||
	    nla_put_string(skb, GMGUARD_A_SA_IMPI, set->user->impi) ||
	    nla_put_u32(skb, GMGUARD_A_SA_STATE, READ_ONCE(set->state)) ||
	    nla_put_u32(skb, GMGUARD_A_SA_LIFETIME, gmg_set_left(set)) ||
	    (READ_ONCE(set->ending) && nla_put_flag(skb, GMGUARD_A_SA_GRACE)))
		return -EMSGSIZE;
	return 0;
}

static int put_counters(struct sk_buff *skb, const struct gmg_sa *sa)
{
	struct nlattr *nest = nla_nest_start(skb, GMGUARD_A_SA_COUNTERS);
	u64 packets, octets;

	gmg_esp_counters(sa->x, &packets, &octets);
	if (!nest || nla_put_u32(skb, GMGUARD_A_SA_COUNTERS_SPI, sa->spi) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_SA_COUNTERS_PACKETS, packets,
			      GMGUARD_A_SA_COUNTERS_PAD) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_SA_COUNTERS_OCTETS, octets,
			      GMGUARD_A_SA_COUNTERS_PAD) ||
	    (READ_ONCE(sa->last) &&
	     nla_put_u32(skb, GMGUARD_A_SA_COUNTERS_IDLE, idle_of(sa))))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_all(struct sk_buff *skb, const struct gmg_set *set)
{
	int i, err;

	err = gmg_netlink_put_set(skb, set);
	if (err)
		return err;
	if (nla_put_u32(skb, GMGUARD_A_SA_ALG, set->alg) ||
	    nla_put_u32(skb, GMGUARD_A_SA_EALG, set->ealg) ||
	    nla_put(skb, GMGUARD_A_SA_DIGEST, GMGUARD_DIGEST_LEN,
		    set->user->digest) ||
	    (set->emergency && nla_put_flag(skb, GMGUARD_A_SA_EMERGENCY)) ||
	    (set->over && nla_put_u32(skb, GMGUARD_A_SA_OVER, set->over)))
		return -EMSGSIZE;
	for (i = 0; i < GMG_PAIRS && !err; i++)
		err = put_counters(skb, &set->pair[i].in) ?:
		      put_counters(skb, &set->pair[i].out);
	return err;
}

int gmguard_nl_sa_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gmg_net *gn = gmg_net_get(genl_info_net(info));
	struct gmg_set *set;
	struct sk_buff *msg;
	void *hdr;
	int i, err;

	for (i = GMGUARD_A_SA_SPI_PS + 1; i <= GMGUARD_A_SA_SPI; i++)
		if (info->attrs[i])
			return gmg_refuse(info->extack, info->attrs[i], -EINVAL,
					  "filters are for dumps; spi-ps alone names a set");
	msg = gmg_netlink_reply(info, GMGUARD_CMD_SA_GET, &hdr);
	if (!msg)
		return -ENOMEM;
	mutex_lock(&gn->lock);
	set = gmg_netlink_find_set(gn, info);
	err = IS_ERR(set) ? PTR_ERR(set) : put_all(msg, set);
	mutex_unlock(&gn->lock);
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

static int check_filters(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	union nf_inet_addr addr;
	int err = 0;
	u8 family;

	if (tb[GMGUARD_A_SA_UE])
		err = gmg_netlink_address(&addr, &family, tb[GMGUARD_A_SA_UE],
					  extack);
	if (!err && tb[GMGUARD_A_SA_IMPI])
		err = gmg_netlink_check_impi(tb[GMGUARD_A_SA_IMPI], extack);
	return err;
}

/* The filters that sa-get and sa-flush have in common. */
static bool matches(const struct gmg_set *set, struct nlattr **tb)
{
	const struct nlattr *ue = tb[GMGUARD_A_SA_UE], *impi = tb[GMGUARD_A_SA_IMPI];

	if (ue && (nla_len(ue) != (set->family == NFPROTO_IPV4 ? 4 : 16) ||
		   memcmp(nla_data(ue), &set->ue, nla_len(ue))))
		return false;
	if (impi && !gmg_sip_nai_same(nla_data(impi), nla_len(impi) - 1,
				      (const u8 *)set->user->impi, set->user->len))
		return false;
	if (tb[GMGUARD_A_SA_STATE] &&
	    nla_get_u32(tb[GMGUARD_A_SA_STATE]) != READ_ONCE(set->state))
		return false;
	return !tb[GMGUARD_A_SA_IDLE] ||
	       idle(set) >= nla_get_u32(tb[GMGUARD_A_SA_IDLE]);
}

/* Those that only sa-get has. */
static bool matches_spi(const struct gmg_set *set, struct nlattr **tb)
{
	u32 spi;
	int i;

	if (tb[GMGUARD_A_SA_SPI_PS] &&
	    nla_get_u32(tb[GMGUARD_A_SA_SPI_PS]) != gmg_set_spi(set))
		return false;
	if (!tb[GMGUARD_A_SA_SPI])
		return true;
	spi = nla_get_u32(tb[GMGUARD_A_SA_SPI]);
	for (i = 0; i < GMG_PAIRS; i++)
		if (spi == set->pair[i].in.spi || spi == set->pair[i].out.spi)
			return true;
	return false;
}

static bool is_flushed(const struct gmg_set *set, const void *attrs)
{
	return matches(set, (struct nlattr **)attrs);
}

int gmguard_nl_sa_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = check_filters(info->attrs, info->extack);

	if (!err)
		gmg_sa_end(gmg_net_get(genl_info_net(info)), is_flushed,
			   info->attrs, GMGUARD_SA_CHANGE_DELETED);
	return err;
}

static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct gmg_set *set)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &gmguard_nl_family, NLM_F_MULTI, GMGUARD_CMD_SA_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (put_all(skb, set)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;
}

int gmguard_nl_sa_get_start(struct netlink_callback *cb)
{
	struct gmg_net *gn = gmg_net_get(sock_net(cb->skb->sk));
	/* pairs with gmg_sa_prepare() */
	struct gmg_sas *sas = smp_load_acquire(&gn->sas);
	int err;

	err = check_filters(gmg_dump_attrs(cb), cb->extack);
	if (err || !sas || gmg_dump_attrs(cb)[GMGUARD_A_SA_UE])
		return err;
	return gmg_netlink_walk_start(cb, &sas->by_spi);
}

static int put_matching(struct sk_buff *skb, struct netlink_callback *cb,
			const struct gmg_set *set)
{
	struct nlattr **tb = gmg_dump_attrs(cb);

	return matches(set, tb) && matches_spi(set, tb) ? put_message(skb, cb, set) : 0;
}

/* A set is met twice, by either SPI. */
static int put_met(struct sk_buff *skb, struct netlink_callback *cb, const void *obj)
{
	const struct gmg_pair *pair = obj;

	return pair->role == GMG_PAIR_CLIENT ? put_matching(skb, cb, gmg_pair_set(pair)) : 0;
}

/* Those of one address, by their spi_ps, of which cb->args[1] is the last that was
 * looked at: what is there all the time comes once, whatever comes and goes.
 */
static int dump_ue(struct sk_buff *skb, struct netlink_callback *cb, const struct nlattr *ue)
{
	struct gmg_net *gn = gmg_net_get(sock_net(cb->skb->sk));
	union nf_inet_addr addr;
	struct gmg_set *set;
	int err, seen = 0;
	u8 family;

	err = gmg_netlink_address(&addr, &family, ue, cb->extack);
	if (err)
		return err;
	mutex_lock(&gn->lock);
	while ((set = gmg_sa_after(gn, family, &addr, cb->args[1]))) {
		err = put_matching(skb, cb, set);
		if (err)
			break;
		cb->args[1] = gmg_set_spi(set);
		if (++seen == GMG_WALK_AT_ONCE) {
			seen = 0;
			mutex_unlock(&gn->lock);
			cond_resched();
			mutex_lock(&gn->lock);
		}
	}
	mutex_unlock(&gn->lock);
	return err && !skb->len ? err : skb->len;
}

int gmguard_nl_sa_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *ue = gmg_dump_attrs(cb)[GMGUARD_A_SA_UE];

	return ue ? dump_ue(skb, cb, ue) : gmg_netlink_walk(skb, cb, put_met);
}
