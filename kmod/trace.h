/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM gmguard

#if !defined(_GMG_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _GMG_TRACE_H

#include <linux/in6.h>
#include <linux/tracepoint.h>

#include "flow.h"

/* One for every verdict: a refusal, an observation or the pass class. */
TRACE_EVENT(gmguard_verdict,
	TP_PROTO(const struct gmg_flow *flow, u8 reason, bool drop),
	TP_ARGS(flow, reason, drop),
	TP_STRUCT__entry(
		__array(u8, src, sizeof(struct in6_addr))
		__array(u8, dst, sizeof(struct in6_addr))
		__field(int, ifindex)
		__field(u16, sport)
		__field(u16, dport)
		__field(u8, hook)
		__field(u8, family)
		__field(u8, proto)
		__field(u8, reason)
		__field(bool, drop)
	),
	TP_fast_assign(
		size_t len = flow->family == NFPROTO_IPV4 ? 4 : 16;

		memset(__entry->src, 0, sizeof(__entry->src));
		memset(__entry->dst, 0, sizeof(__entry->dst));
		memcpy(__entry->src, flow->src, len);
		memcpy(__entry->dst, flow->dst, len);
		__entry->ifindex = flow->dev->ifindex;
		__entry->sport = flow->sport;
		__entry->dport = flow->dport;
		__entry->hook = flow->hook;
		__entry->family = flow->family;
		__entry->proto = flow->proto;
		__entry->reason = reason;
		__entry->drop = drop;
	),
	TP_printk("reason=%u drop=%u hook=%u ifindex=%d family=%u proto=%u src=%*phN dst=%*phN sport=%u dport=%u",
		  __entry->reason, __entry->drop, __entry->hook,
		  __entry->ifindex, __entry->family, __entry->proto,
		  __entry->family == NFPROTO_IPV4 ? 4 : 16, __entry->src,
		  __entry->family == NFPROTO_IPV4 ? 4 : 16, __entry->dst,
		  __entry->sport, __entry->dport)
);

#endif /* _GMG_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
