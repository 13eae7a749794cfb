// SPDX-License-Identifier: GPL-2.0
/* tmpi-new, tmpi-get, tmpi-del, tmpi-flush. */
#include <net/genetlink.h>
#include <net/sock.h>

#include "net.h"
#include "netlink.h"
#include "netlink_sa.h"
#include "netlink_tmpi.h"
#include "netlink_walk.h"
#include "policy_nl.h"
#include "refusal.h"
#include "tmpi.h"

/* A realm has one spelling here, since none was kept. */
static int put_tmpi(struct sk_buff *skb, int type, const struct gmg_tmpi *tmpi)
{
	char text[GMGUARD_TMPI_LEN + 1];

	snprintf(text, sizeof(text), "%.*s" GMG_TMPI_REALM, GMG_TMPI_USER, tmpi->user);
	return nla_put_string(skb, type, text);
}

static int put_ue(struct sk_buff *skb, int type, const struct gmg_tmpi *tmpi)
{
	return nla_put(skb, type, tmpi->family == NFPROTO_IPV4 ? 4 : 16, &tmpi->ue);
}

static int put_life(struct sk_buff *skb, const struct gmg_binding *b)
{
	u32 ends = READ_ONCE(b->ends), now = gmg_now();

	if (ends == GMG_TMPI_NEVER)
		return 0;
	return ends > now ? nla_put_u32(skb, GMGUARD_A_TMPI_LIFETIME, ends - now) :
			    nla_put_flag(skb, GMGUARD_A_TMPI_EXPIRED);
}

int gmg_netlink_put_binding(struct sk_buff *skb, const struct gmg_net *gn,
			    const struct gmg_binding *b)
{
	const struct gmg_tmpi *now = rcu_dereference_check(b->now, lockdep_is_held(&gn->lock));
	const struct gmg_tmpi *previous =
		rcu_dereference_check(b->previous, lockdep_is_held(&gn->lock));
	u32 spi_ps = READ_ONCE(b->spi_ps);

	if (put_tmpi(skb, GMGUARD_A_TMPI_TMPI, now) ||
	    nla_put_string(skb, GMGUARD_A_TMPI_IMPI, b->impi) ||
	    put_ue(skb, GMGUARD_A_TMPI_UE, now) ||
	    (spi_ps && nla_put_u32(skb, GMGUARD_A_TMPI_SPI_PS, spi_ps)) ||
	    put_life(skb, b))
		return -EMSGSIZE;
	if (!previous || gmg_tmpi_state(previous) != GMG_TMPI_LIVE)
		return 0;
	return put_tmpi(skb, GMGUARD_A_TMPI_PREVIOUS, previous) ?:
	       put_ue(skb, GMGUARD_A_TMPI_PREVIOUS_UE, previous);
}

static int check_tmpi(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (!gmg_sip_nai_is_tmpi(nla_data(attr), nla_len(attr) - 1))
		return gmg_refuse(extack, attr, -EINVAL,
				  "a TMPI is 32 digits of base64 and @tmpi.bsf.3gppnetwork.org");
	return 0;
}

/* What any of the commands may have. */
static int check_attrs(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	int err = 0;

	if (tb[GMGUARD_A_TMPI_TMPI])
		err = check_tmpi(tb[GMGUARD_A_TMPI_TMPI], extack);
	if (!err && tb[GMGUARD_A_TMPI_IMPI])
		err = gmg_netlink_check_impi(tb[GMGUARD_A_TMPI_IMPI], extack);
	return err;
}

static bool is_tmpi(const struct nlattr *impi)
{
	return gmg_sip_nai_is_tmpi(nla_data(impi), nla_len(impi) - 1);
}

static int check_ue(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	union nf_inet_addr addr;
	u8 family;

	return attr ? gmg_netlink_address(&addr, &family, attr, extack) : 0;
}

/* With a set the set says who and for how long, without one all must be said. */
static int fill_request(struct gmg_tmpi_request *rq, struct nlattr **tb,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *lifetime = tb[GMGUARD_A_TMPI_LIFETIME];
	const struct nlattr *spi_ps = tb[GMGUARD_A_TMPI_SPI_PS];
	const struct nlattr *impi = tb[GMGUARD_A_TMPI_IMPI], *ue = tb[GMGUARD_A_TMPI_UE];

	if (!tb[GMGUARD_A_TMPI_TMPI])
		return gmg_refuse(extack, NULL, -EINVAL, "tmpi must say which one");
	if (spi_ps && lifetime)
		return gmg_refuse(extack, lifetime, -EINVAL,
				  "with spi-ps it ends with the set and has no lifetime");
	if (!spi_ps && (!impi || !ue || !lifetime))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "either spi-ps, or impi, ue and lifetime must be there");
	if (impi && is_tmpi(impi))
		return gmg_refuse(extack, impi, -EINVAL,
				  "a TMPI stands for an IMPI, not for another TMPI");
	rq->user = nla_data(tb[GMGUARD_A_TMPI_TMPI]);
	rq->impi = impi ? nla_data(impi) : NULL;
	rq->spi_ps = spi_ps ? nla_get_u32(spi_ps) : 0;
	rq->seconds = lifetime ? nla_get_u32(lifetime) : 0;
	return ue ? gmg_netlink_host(&rq->ue, &rq->family, ue, extack) : 0;
}

int gmguard_nl_tmpi_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gmg_net *gn = gmg_net_get(genl_info_net(info));
	struct gmg_tmpi_request rq = {};
	int err;

	err = check_attrs(info->attrs, info->extack) ?:
	      fill_request(&rq, info->attrs, info->extack);
	if (err)
		return err;
	mutex_lock(&gn->lock);
	err = gmg_tmpi_add(gn, &rq, info->extack);
	mutex_unlock(&gn->lock);
	return err;
}

/* The binding that a request names, or an error. gmg_net.lock held. */
static struct gmg_binding *find(struct gmg_net *gn, struct genl_info *info)
{
	const struct nlattr *tmpi = info->attrs[GMGUARD_A_TMPI_TMPI];
	const struct nlattr *impi = info->attrs[GMGUARD_A_TMPI_IMPI];
	const struct gmg_tmpi *found;
	struct gmg_binding *b;

	if (!tmpi == !impi)
		return ERR_PTR(gmg_refuse(info->extack, NULL, -EINVAL,
					  "either tmpi or impi must say which one"));
	if (tmpi) {
		found = gmg_tmpi_lookup(gn, nla_data(tmpi));
		b = found ? found->binding : NULL;
	} else {
		b = gmg_tmpi_binding(gn, nla_data(impi), nla_len(impi) - 1);
	}
	return b ?: ERR_PTR(gmg_refuse(info->extack, tmpi ?: impi, -ENOENT,
				       tmpi ? "this TMPI stands for nobody" :
					      "no TMPI stands for this IMPI"));
}

int gmguard_nl_tmpi_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gmg_net *gn = gmg_net_get(genl_info_net(info));
	struct gmg_binding *b;
	struct sk_buff *msg;
	void *hdr;
	int i, err;

	for (i = GMGUARD_A_TMPI_UE; i <= GMGUARD_A_TMPI_SPI_PS; i++)
		if (info->attrs[i])
			return gmg_refuse(info->extack, info->attrs[i], -EINVAL,
					  "filters are for dumps; tmpi or impi alone names one");
	err = check_attrs(info->attrs, info->extack);
	if (err)
		return err;
	msg = gmg_netlink_reply(info, GMGUARD_CMD_TMPI_GET, &hdr);
	if (!msg)
		return -ENOMEM;
	mutex_lock(&gn->lock);
	b = find(gn, info);
	err = IS_ERR(b) ? PTR_ERR(b) : gmg_netlink_put_binding(msg, gn, b);
	mutex_unlock(&gn->lock);
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int gmguard_nl_tmpi_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gmg_net *gn = gmg_net_get(genl_info_net(info));
	struct gmg_binding *b;
	int err;

	err = check_attrs(info->attrs, info->extack);
	if (err)
		return err;
	mutex_lock(&gn->lock);
	b = find(gn, info);
	err = PTR_ERR_OR_ZERO(b);
	if (!err)
		gmg_tmpi_del(gn, b);
	mutex_unlock(&gn->lock);
	return err;
}

/* Those of tmpi-flush. rcu_read_lock() held. */
static bool matches(const struct gmg_binding *b, const void *arg)
{
	struct nlattr *const *tb = arg;
	const struct nlattr *ue = tb[GMGUARD_A_TMPI_UE], *spi_ps = tb[GMGUARD_A_TMPI_SPI_PS];
	const struct gmg_tmpi *now = rcu_dereference(b->now);

	if (ue && (nla_len(ue) != (now->family == NFPROTO_IPV4 ? 4 : 16) ||
		   memcmp(nla_data(ue), &now->ue, nla_len(ue))))
		return false;
	return !spi_ps || nla_get_u32(spi_ps) == READ_ONCE(b->spi_ps);
}

/* Those that only tmpi-get has. */
static bool matches_name(const struct gmg_binding *b, struct nlattr **tb)
{
	const struct nlattr *tmpi = tb[GMGUARD_A_TMPI_TMPI], *impi = tb[GMGUARD_A_TMPI_IMPI];

	if (impi && !gmg_sip_nai_same((const u8 *)b->impi, b->len, nla_data(impi),
				      nla_len(impi) - 1))
		return false;
	return !tmpi || !memcmp(nla_data(tmpi), rcu_dereference(b->now)->user, GMG_TMPI_USER);
}

int gmguard_nl_tmpi_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = check_ue(info->attrs[GMGUARD_A_TMPI_UE], info->extack);

	if (!err)
		gmg_tmpi_flush(gmg_net_get(genl_info_net(info)), matches, info->attrs);
	return err;
}

int gmguard_nl_tmpi_get_start(struct netlink_callback *cb)
{
	const struct gmg_net *gn = gmg_net_get(sock_net(cb->skb->sk));
	struct nlattr **tb = gmg_dump_attrs(cb);
	struct rhashtable *table = gmg_tmpi_table(gn);
	int err;

	err = check_attrs(tb, cb->extack) ?: check_ue(tb[GMGUARD_A_TMPI_UE], cb->extack);
	return err || !table ? err : gmg_netlink_walk_start(cb, table);
}

static int put_matching(struct sk_buff *skb, struct netlink_callback *cb, const void *obj)
{
	const struct gmg_net *gn = gmg_net_get(sock_net(cb->skb->sk));
	struct nlattr **tb = gmg_dump_attrs(cb);
	const struct gmg_binding *b = obj;
	void *hdr;

	if (!matches(b, tb) || !matches_name(b, tb))
		return 0;
	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &gmguard_nl_family, NLM_F_MULTI, GMGUARD_CMD_TMPI_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (gmg_netlink_put_binding(skb, gn, b)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;
}

int gmguard_nl_tmpi_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return gmg_netlink_walk(skb, cb, put_matching);
}
