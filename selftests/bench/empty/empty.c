// SPDX-License-Identifier: GPL-2.0
/* The floor of the bench: hooks where gmguard has its own, with nothing in
 * them, or one that refuses every UDP packet. They are those of the network
 * namespace of whoever loads the module.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <net/net_namespace.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

static bool hooks = true;
module_param(hooks, bool, 0);
MODULE_PARM_DESC(hooks, "register the hooks");

static bool defrag;
module_param(defrag, bool, 0);
MODULE_PARM_DESC(defrag, "reassemble, as gmguard does");

static int drop = -1;
module_param(drop, int, 0);
MODULE_PARM_DESC(drop, "the hook (enum nf_inet_hooks) that refuses UDP");

static struct net *net;

static unsigned int empty(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static unsigned int refuse(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	u8 proto = state->pf == NFPROTO_IPV4 ? ip_hdr(skb)->protocol :
					       ipv6_hdr(skb)->nexthdr;

	return proto == IPPROTO_UDP ? NF_DROP : NF_ACCEPT;
}

#define OP(fam, num, prio) {						\
	.hook = empty, .pf = fam, .hooknum = num, .priority = prio,	\
}

static struct nf_hook_ops ops[] = {
	OP(NFPROTO_IPV4, NF_INET_PRE_ROUTING, NF_IP_PRI_CONNTRACK_DEFRAG + 1),
	OP(NFPROTO_IPV6, NF_INET_PRE_ROUTING, NF_IP6_PRI_CONNTRACK_DEFRAG + 1),
	OP(NFPROTO_IPV4, NF_INET_LOCAL_IN, NF_IP_PRI_FIRST),
	OP(NFPROTO_IPV6, NF_INET_LOCAL_IN, NF_IP6_PRI_FIRST),
	OP(NFPROTO_IPV4, NF_INET_FORWARD, NF_IP_PRI_FIRST),
	OP(NFPROTO_IPV6, NF_INET_FORWARD, NF_IP6_PRI_FIRST),
	OP(NFPROTO_IPV4, NF_INET_POST_ROUTING, NF_IP_PRI_NAT_SRC - 1),
	OP(NFPROTO_IPV6, NF_INET_POST_ROUTING, NF_IP6_PRI_NAT_SRC - 1),
	OP(NFPROTO_IPV4, NF_INET_POST_ROUTING, NF_IP_PRI_LAST - 1),
	OP(NFPROTO_IPV6, NF_INET_POST_ROUTING, NF_IP6_PRI_LAST - 1),
};

static void undefrag(void)
{
	if (!defrag)
		return;
	nf_defrag_ipv6_disable(net);
	nf_defrag_ipv4_disable(net);
}

static int __init empty_init(void)
{
	int i, err = 0;

	net = get_net(current->nsproxy->net_ns);
	if (defrag) {
		err = nf_defrag_ipv4_enable(net);
		if (err)
			goto err_net;
		err = nf_defrag_ipv6_enable(net);
		if (err) {
			nf_defrag_ipv4_disable(net);
			goto err_net;
		}
	}
	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i].hooknum == drop)
			ops[i].hook = refuse;
	if (hooks)
		err = nf_register_net_hooks(net, ops, ARRAY_SIZE(ops));
	if (err)
		goto err_defrag;
	return 0;

err_defrag:
	undefrag();
err_net:
	put_net(net);
	return err;
}

static void __exit empty_exit(void)
{
	if (hooks)
		nf_unregister_net_hooks(net, ops, ARRAY_SIZE(ops));
	undefrag();
	put_net(net);
}

module_init(empty_init);
module_exit(empty_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("empty netfilter hooks, for selftests/bench");
