// SPDX-License-Identifier: GPL-2.0
/* sa-new, sa-establish, sa-shorten, sa-del. */
#include <net/genetlink.h>
#include <net/sock.h>

#include "calls.h"
#include "esp.h"
#include "net.h"
#include "netlink.h"
#include "netlink_sa.h"
#include "policy_nl.h"
#include "refusal.h"
#include "sa.h"

int gmg_netlink_check_impi(const struct nlattr *attr,
			   struct netlink_ext_ack *extack)
{
	int len = nla_len(attr) - 1;

	if (len < 1 || strlen(nla_data(attr)) != len)
		return gmg_refuse(extack, attr, -EINVAL,
				  "an IMPI has 1 to 255 octets, none of which is NUL");
	return 0;
}

static int get_pair(struct gmg_pair *pair, const struct nlattr *spi,
		    const struct nlattr *ue_port, const struct nlattr *port,
		    struct netlink_ext_ack *extack)
{
	const struct nlattr *ports[] = { ue_port, port };
	int i;

	pair->out.spi = nla_get_u32(spi);
	pair->ue_port = nla_get_u16(ue_port);
	pair->port = nla_get_u16(port);
	for (i = 0; i < ARRAY_SIZE(ports); i++)
		if (nla_get_u16(ports[i]) == GMG_SIP ||
		    nla_get_u16(ports[i]) == GMG_SIPS)
			return gmg_refuse(extack, ports[i], -EINVAL,
					  "5060 and 5061 are never protected ports");
	return 0;
}

static void get_keys(struct gmg_esp_keys *keys, const struct nlattr *auth,
		     const struct nlattr *enc)
{
	/* what is longer than any key is wrong whatever its low octet says */
	*keys = (struct gmg_esp_keys) {
		.auth = auth ? nla_data(auth) : NULL,
		.enc = enc ? nla_data(enc) : NULL,
		.auth_len = auth ? min(nla_len(auth), U8_MAX) : 0,
		.enc_len = enc ? min(nla_len(enc), U8_MAX) : 0,
	};
}

/* Keys do not outlive the request; an attribute may have come twice. */
static void forget_keys(const struct genl_info *info)
{
	struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == GMGUARD_A_SA_AUTH_KEY ||
		    nla_type(attr) == GMGUARD_A_SA_ENC_KEY)
			memzero_explicit(nla_data(attr), nla_len(attr));
}

static const int required[] = {
	GMGUARD_A_SA_SPI_UC, GMGUARD_A_SA_SPI_US, GMGUARD_A_SA_UE,
	GMGUARD_A_SA_PCSCF, GMGUARD_A_SA_PORT_UC, GMGUARD_A_SA_PORT_US,
	GMGUARD_A_SA_PORT_PC, GMGUARD_A_SA_PORT_PS, GMGUARD_A_SA_ALG,
	GMGUARD_A_SA_EALG, GMGUARD_A_SA_IMPI,
};

static int fill_set(struct gmg_set *set, struct nlattr **tb,
		    struct netlink_ext_ack *extack)
{
	u8 family;
	int err;

	err = gmg_netlink_host(&set->ue, &set->family, tb[GMGUARD_A_SA_UE],
			       extack) ?:
	      gmg_netlink_address(&set->pcscf, &family, tb[GMGUARD_A_SA_PCSCF],
				  extack) ?:
	      get_pair(&set->pair[GMG_PAIR_CLIENT], tb[GMGUARD_A_SA_SPI_UC],
		       tb[GMGUARD_A_SA_PORT_UC], tb[GMGUARD_A_SA_PORT_PS],
		       extack) ?:
	      get_pair(&set->pair[GMG_PAIR_SERVER], tb[GMGUARD_A_SA_SPI_US],
		       tb[GMGUARD_A_SA_PORT_US], tb[GMGUARD_A_SA_PORT_PC], extack);
	if (err)
		return err;
	if (family != set->family)
		return gmg_refuse(extack, tb[GMGUARD_A_SA_PCSCF], -EINVAL,
				  "ue and pcscf are of one address family");
	if (set->pair[0].out.spi == set->pair[1].out.spi)
		return gmg_refuse(extack, tb[GMGUARD_A_SA_SPI_US], -EINVAL,
				  "spi-uc and spi-us must differ");
	if (set->pair[0].ue_port == set->pair[1].ue_port)
		return gmg_refuse(extack, tb[GMGUARD_A_SA_PORT_US], -EINVAL,
				  "port-uc and port-us must differ");
	set->alg = nla_get_u32(tb[GMGUARD_A_SA_ALG]);
	set->ealg = nla_get_u32(tb[GMGUARD_A_SA_EALG]);
	if (!gmg_esp_pair_valid(set->alg, set->ealg))
		return gmg_refuse(extack, tb[GMGUARD_A_SA_EALG], -EINVAL,
				  "TS 33.203 Annex H does not combine these algorithms");
	set->emergency = nla_get_flag(tb[GMGUARD_A_SA_EMERGENCY]);
	if (set->emergency) {
		set->calls = gmg_calls_alloc();
		if (!set->calls)
			return -ENOMEM;
	}
	if (tb[GMGUARD_A_SA_OVER])
		set->over = nla_get_u32(tb[GMGUARD_A_SA_OVER]);
	return 0;
}

struct sk_buff *gmg_netlink_reply(struct genl_info *info, u8 cmd, void **hdr)
{
	struct sk_buff *msg = genlmsg_new(GMG_SA_MSG_SIZE, GFP_KERNEL);

	if (!msg)
		return NULL;
	*hdr = genlmsg_put_reply(msg, info, &gmguard_nl_family, 0, cmd);
	return msg;
}

/* The set is there when the reply is on its way, or it is not there. Takes over
 * the reference of @set.
 */
static int add_and_reply(struct genl_info *info, struct gmg_set *set)
{
	struct gmg_net *gn = gmg_net_get(genl_info_net(info));
	struct sk_buff *msg;
	u32 owner;
	void *hdr;
	int err;

	msg = gmg_netlink_reply(info, GMGUARD_CMD_SA_NEW, &hdr);
	if (!msg) {
		gmg_set_put(set);
		return -ENOMEM;
	}
	mutex_lock(&gn->lock);
	err = gmg_sa_add(gn, set, &owner, info->extack);
	if (err) {
		mutex_unlock(&gn->lock);
		gmg_set_put(set);
		nlmsg_free(msg);
		if (owner) {
			memcpy(info->extack->cookie, &owner, sizeof(owner));
			info->extack->cookie_len = sizeof(owner);
		}
		return err;
	}
	nla_put_u32(msg, GMGUARD_A_SA_SPI_PS, set->pair[GMG_PAIR_CLIENT].in.spi);
	nla_put_u32(msg, GMGUARD_A_SA_SPI_PC, set->pair[GMG_PAIR_SERVER].in.spi);
	genlmsg_end(msg, hdr);
	err = genlmsg_reply(msg, info);
	if (err)
		gmg_sa_del(gn, set, GMGUARD_SA_CHANGE_DELETED);
	mutex_unlock(&gn->lock);
	return err;
}

static int sa_new(struct genl_info *info)
{
	struct nlattr **tb = info->attrs;
	const struct nlattr *digest = tb[GMGUARD_A_SA_DIGEST];
	struct gmg_esp_keys keys;
	struct gmg_set *set;
	int i, err;

	for (i = 0; i < ARRAY_SIZE(required); i++)
		if (!tb[required[i]])
			return gmg_refuse(info->extack, NULL, -EINVAL,
					  "an attribute that every set needs is not there");
	err = gmg_netlink_check_impi(tb[GMGUARD_A_SA_IMPI], info->extack);
	if (err)
		return err;
	set = gmg_set_alloc(nla_data(tb[GMGUARD_A_SA_IMPI]),
			    digest ? nla_data(digest) : NULL);
	if (!set)
		return -ENOMEM;
	err = fill_set(set, tb, info->extack);
	if (err)
		goto err_put;
	get_keys(&keys, tb[GMGUARD_A_SA_AUTH_KEY], tb[GMGUARD_A_SA_ENC_KEY]);
	if (gmg_esp_keys_valid(set->alg, set->ealg, &keys))
		err = gmg_esp_make(genl_info_net(info), set, &keys, info->extack);
	else
		err = gmg_refuse(info->extack, NULL, -EINVAL,
				 "the keys have not the lengths of TS 33.203 Annex I for these algorithms");
	if (err)
		goto err_put;
	return add_and_reply(info, set);

err_put:
	gmg_set_put(set);
	return err;
}

int gmguard_nl_sa_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = sa_new(info);

	forget_keys(info);
	return err;
}

struct gmg_set *gmg_netlink_find_set(struct gmg_net *gn, struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[GMGUARD_A_SA_SPI_PS];
	struct gmg_pair *pair;

	if (!attr)
		return ERR_PTR(gmg_refuse(info->extack, NULL, -EINVAL,
					  "spi-ps must say which set"));
	/* without a policy sets are on their way out */
	pair = gmg_net_policy(gn) ? gmg_sa_by_spi(gn, nla_get_u32(attr)) : NULL;
	if (!pair || pair->role != GMG_PAIR_CLIENT)
		return ERR_PTR(gmg_refuse(info->extack, attr, -ENOENT,
					  "no set has this spi-ps"));
	return gmg_pair_set(pair);
}

/* A request about one set and its lifetime. */
static int set_lifetime(struct genl_info *info,
			int (*change)(struct gmg_net *gn, struct gmg_set *set, u32 seconds,
				      struct netlink_ext_ack *extack))
{
	const struct nlattr *lifetime = info->attrs[GMGUARD_A_SA_LIFETIME];
	struct gmg_net *gn = gmg_net_get(genl_info_net(info));
	struct gmg_set *set;
	int err;

	if (!lifetime)
		return gmg_refuse(info->extack, NULL, -EINVAL,
				  "lifetime must say for how long the UE is registered");
	mutex_lock(&gn->lock);
	set = gmg_netlink_find_set(gn, info);
	err = PTR_ERR_OR_ZERO(set);
	if (!err)
		err = change(gn, set, nla_get_u32(lifetime), info->extack);
	mutex_unlock(&gn->lock);
	return err;
}

int gmguard_nl_sa_establish_doit(struct sk_buff *skb, struct genl_info *info)
{
	return set_lifetime(info, gmg_sa_establish);
}

int gmguard_nl_sa_shorten_doit(struct sk_buff *skb, struct genl_info *info)
{
	return set_lifetime(info, gmg_sa_shorten);
}

int gmguard_nl_sa_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gmg_net *gn = gmg_net_get(genl_info_net(info));
	struct gmg_set *set;
	int err;

	mutex_lock(&gn->lock);
	set = gmg_netlink_find_set(gn, info);
	err = PTR_ERR_OR_ZERO(set);
	if (!err && nla_get_flag(info->attrs[GMGUARD_A_SA_GRACE]))
		gmg_sa_deregister(gn, set);
	else if (!err)
		gmg_sa_del(gn, set, GMGUARD_SA_CHANGE_DELETED);
	mutex_unlock(&gn->lock);
	return err;
}
