// SPDX-License-Identifier: GPL-2.0
#include <linux/udp.h>
#include <net/checksum.h>

#include "scrub.h"

/* @diff: what the octets of the datagram, from an even one on, have become less what
 * they were. With CHECKSUM_PARTIAL they are summed later; CHECKSUM_COMPLETE has the
 * sum of octets and checksum, which stays as it was.
 */
static void update(struct sk_buff *skb, u32 udp, __wsum diff)
{
	struct udphdr *uh = (struct udphdr *)(skb->data + udp);

	if (skb->ip_summed == CHECKSUM_PARTIAL)
		return;
	if (!uh->check) {
		/* none was sent (RFC 768), so nothing makes up for the octets */
		if (skb->ip_summed == CHECKSUM_COMPLETE)
			skb->ip_summed = CHECKSUM_NONE;
		return;
	}
	csum_replace_by_diff(&uh->check, diff);
	if (!uh->check)
		uh->check = CSUM_MANGLED_0;
}

int gmg_scrub(struct sk_buff *skb, u32 udp, u32 start, const struct gmg_sip_facts *f,
	      u64 items)
{
	u32 len = gmg_sip_facts_scrub_len(f, items);
	__wsum before, after;
	u8 *p;

	/* who cuts it up again takes pieces of a list for whole datagrams */
	if (skb_is_gso(skb) && skb_has_frag_list(skb) && skb_linearize(skb))
		return -ENOMEM;
	if (skb_ensure_writable(skb, start + len))
		return -ENOMEM;
	p = skb->data + start;
	before = csum_partial(p, len, 0);
	gmg_sip_facts_scrub(f, items, p, len, 0);
	after = csum_partial(p, len, 0);
	update(skb, udp, csum_shift(csum_sub(after, before), start - udp));
	return 0;
}
