// SPDX-License-Identifier: GPL-2.0
#include <linux/inet.h>
#include <linux/udp.h>

#include "dialog.h"
#include "flood.h"
#include "net.h"
#include "pure/sip_verdict.h"
#include "sa.h"
#include "scrub.h"
#include "sip.h"

/* What is remembered of a UE, or whoever is on the other side, and by how much of
 * Call-ID, UE's tag, our side's tag.
 */
enum relation {
	CALL = 1,	/* nothing, but events name it: Call-ID */
	REQUEST,	/* let in on an unprotected port: and the UE's tag */
	EMERGENCY,	/* the same, for an emergency */
	DIALOG,		/* of an emergency: all three */
	WITHHELD,	/* privacy was asked for: Call-ID */
};

/* For how long, seconds. */
enum {
	/* more than timer C (RFC 3261 16.6), from the last provisional answer on */
	KEEP_REQUEST = 240,
	/* what goes on after a BYE, timer F (RFC 3261 17.1.2.2) */
	KEEP_ENDED = 32,
	/* from one final answer to INVITE to the next */
	KEEP_DIALOG = 12 * 60 * 60,
};

/* What an emergency request costs its source, in REGISTERs: it makes us remember. */
enum { EMERGENCY_COST = 16 };

/* Longer than any IMPI; what is longer is none that we know. */
enum { TEXT_MAX = 255 };

/* @start, @len: of the datagram in the packet */
struct message {
	const struct gmg_sip *sip;
	u32 start;
	u32 len;
	struct gmg_sip_facts facts;
};

static void read_message(struct message *m, u64 items)
{
	struct gmg_sip_batch batch;
	struct skb_seq_state seq;
	struct gmg_sip_scan s;
	u32 at, len, done = 0;
	const u8 *p;

	gmg_sip_facts_init(&m->facts, items);
	gmg_sip_scan_init(&s, false, GMG_SIP_FACTS_PARAMS, 0);
	skb_prepare_seq_read(m->sip->c->skb, m->start, m->start + m->len, &seq);
	while (done < m->len && (len = skb_seq_read(done, &p, &seq))) {
		/* it gives what lies together, be it more than was asked for */
		len = min(len, m->len - done);
		for (at = 0; at < len; gmg_sip_facts_take(&m->facts, &s, &batch))
			at += gmg_sip_scan(&s, p + at, len - at, &batch);
		done += len;
	}
	skb_abort_seq_read(&seq);
	gmg_sip_scan_end(&s, &batch);
	gmg_sip_facts_take(&m->facts, &s, &batch);
}

static bool is_space(u8 c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The octets of @e but for white space around them. Returns how many; 0: there are
 * none, or more than fit.
 */
static u32 copy_text(const struct message *m, struct gmg_sip_extent e, u8 to[TEXT_MAX])
{
	u32 first = 0, n = e.len;

	if (n > TEXT_MAX || skb_copy_bits(m->sip->c->skb, m->start + e.start, to, n))
		return 0;
	while (n && is_space(to[n - 1]))
		n--;
	while (first < n && is_space(to[first]))
		first++;
	memmove(to, to + first, n - first);
	return n - first;
}

/* Is the host of the topmost Via, as far as it is an address, another one than the
 * packet's source? Names are for the P-CSCF to resolve.
 */
static noinline bool is_via_other(const struct message *m)
{
	const struct gmg_sip *sip = m->sip;
	u8 text[TEXT_MAX], family;
	union nf_inet_addr addr = {};
	u32 n;

	n = copy_text(m, m->facts.sent_by, text);
	if (n && text[0] == '[') {
		family = NFPROTO_IPV6;
		if (!in6_pton(text + 1, n - 1, (u8 *)&addr, ']', NULL))
			return true;
	} else {
		family = NFPROTO_IPV4;
		if (!n || !in4_pton(text, n, (u8 *)&addr, ':', NULL))
			return !n;
	}
	return family != sip->c->family || !nf_inet_addr_cmp(&addr, &sip->peer);
}

static noinline bool is_user_other(const struct message *m)
{
	const struct gmg_user *user = m->sip->set->user;
	u8 text[TEXT_MAX];

	return copy_text(m, m->facts.username, text) != user->len ||
	       memcmp(text, user->impi, user->len);
}

static u64 hash_text(const struct message *m, struct gmg_sip_extent e, u64 h)
{
	u8 text[TEXT_MAX];
	u32 n;

	/* longer ones with the white space around them */
	for (; e.len > TEXT_MAX; e.start += n, e.len -= n) {
		n = min_t(u32, e.len, TEXT_MAX);
		if (skb_copy_bits(m->sip->c->skb, m->start + e.start, text, n))
			break;
		h = gmg_dialog_hash(m->sip->c->gn, h, text, n);
	}
	n = copy_text(m, e, text);
	return gmg_dialog_hash(m->sip->c->gn, h, text, n);
}

/* What a message is remembered by. Whoever has no tag (RFC 2543) has an empty one. */
static noinline u64 key_of(const struct message *m, enum relation kind, int texts)
{
	const struct gmg_sip_facts *f = &m->facts;
	bool ue_asks = (f->what == GMG_SIP_IS_REQUEST) != m->sip->out;
	const struct gmg_sip_extent text[] = {
		f->call_id,
		ue_asks ? f->from_tag : f->to_tag,
		ue_asks ? f->to_tag : f->from_tag,
	};
	int i;
	u64 h;

	h = gmg_dialog_hash(m->sip->c->gn, kind, &m->sip->peer, sizeof(m->sip->peer));
	for (i = 0; i < texts; i++)
		h = hash_text(m, text[i], h);
	return h;
}

static bool is_remembered(const struct message *m, enum relation kind, int texts)
{
	return gmg_dialog_has(m->sip->c->gn, key_of(m, kind, texts));
}

static void keep(const struct message *m, enum relation kind, int texts, u32 seconds)
{
	const struct gmg_ctx *c = m->sip->c;

	gmg_dialog_keep(c->gn, c->pol, kind == WITHHELD ? GMG_DIALOG_PRIVACY : GMG_DIALOG_PINHOLE,
			key_of(m, kind, texts), seconds);
}

/* Its method, of an answer that of the request */
static u8 method_of(const struct gmg_sip_facts *f)
{
	return f->what == GMG_SIP_IS_RESPONSE ? f->cseq : f->method;
}

static bool is_register(const struct gmg_sip_facts *f)
{
	return f->what == GMG_SIP_IS_REQUEST && f->method == GMG_SIP_REGISTER;
}

/* What came before on the unprotected ports. */
static void recall(const struct message *m, struct gmg_sip_context *x)
{
	const struct gmg_sip_facts *f = &m->facts;
	bool answer = f->what == GMG_SIP_IS_RESPONSE;

	if (f->to_tag.len)
		x->dialog = is_remembered(m, DIALOG, 3);
	if (x->out && answer && !x->dialog)
		x->dialog = is_remembered(m, EMERGENCY, 2);
	if (x->out ? answer : f->method == GMG_SIP_ACK)
		x->transaction = is_remembered(m, REQUEST, 2);
}

/* An answer to the INVITE of an emergency leaves: until it is final there is less than
 * a dialog, and none after a refusal.
 */
static void remember_answer(const struct message *m, u16 status)
{
	if (status < 200)
		keep(m, EMERGENCY, 2, KEEP_REQUEST);
	keep(m, DIALOG, 3, status < 200 ? KEEP_REQUEST :
			   status < 300 ? KEEP_DIALOG : KEEP_ENDED);
}

/* @m passed on the unprotected ports: what may come after it. */
static void remember(const struct message *m, const struct gmg_sip_context *x)
{
	const struct gmg_sip_facts *f = &m->facts;
	bool answer = f->what == GMG_SIP_IS_RESPONSE;

	if (!answer && !x->out && !x->dialog)
		keep(m, x->emergency && x->anonymous ? EMERGENCY : REQUEST, 2, KEEP_REQUEST);
	if (!x->dialog)
		return;
	if (!answer && f->method == GMG_SIP_BYE)
		keep(m, DIALOG, 3, KEEP_ENDED);
	else if (answer && x->out && f->cseq == GMG_SIP_INVITE && f->to_tag.len)
		remember_answer(m, f->status);
}

/* RFC 3325 7: what was asked for once holds for the dialog. Where no more can be
 * remembered, any dialog may be one.
 */
static bool is_withheld(const struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;
	const struct gmg_ctx *c = m->sip->c;

	return m->sip->out && f->items & GMG_SIP_ITEMS_OF_ID &&
	       (is_remembered(m, WITHHELD, 1) ||
		(f->to_tag.len && gmg_dialog_full(c->gn, c->pol, GMG_DIALOG_PRIVACY)));
}

/* @m passed: what of privacy to remember. */
static void remember_privacy(const struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;
	u8 method = method_of(f);

	if (m->sip->out && f->privacy & BIT(GMG_SIP_PARAM_ID) &&
	    (method == GMG_SIP_INVITE || method == GMG_SIP_SUBSCRIBE))
		keep(m, WITHHELD, 1, KEEP_DIALOG);
	else if (method == GMG_SIP_BYE && is_remembered(m, WITHHELD, 1))
		keep(m, WITHHELD, 1, KEEP_ENDED);
}

static bool is_flood(const struct gmg_sip *sip, u32 cost)
{
	const struct gmg_policy *pol = sip->c->pol;

	/* one at least is what any burst allows */
	return gmg_flood(sip->c->gn, pol, sip->c->family, &sip->peer,
			 min(cost, pol->register_burst));
}

static struct gmg_sip_context context_of(const struct message *m)
{
	const struct gmg_sip *sip = m->sip;
	const struct gmg_sip_facts *f = &m->facts;
	const struct gmg_policy *pol = sip->c->pol;
	struct gmg_sip_context x = {
		.trust = sip->c->side->trust,
		.port = sip->port,
		.out = sip->out,
		.emergency = gmg_sip_facts_emergency(f, pol->numbers, pol->n.numbers),
		.anonymous = !pol->emergency_refused,
	};
	bool clear = sip->port == GMG_PORT_UNPROTECTED;

	if (sip->set)
		x.sa = READ_ONCE(sip->set->state) == GMGUARD_SA_STATE_TEMPORARY ?
		       GMG_SIP_SA_TEMPORARY : GMG_SIP_SA_ESTABLISHED;
	if (f->what != GMG_SIP_IS_REQUEST && f->what != GMG_SIP_IS_RESPONSE)
		return x;
	x.withheld = is_withheld(m);
	if (x.trust == GMG_TRUST_FOREIGN)
		return x;
	if (!sip->out && is_register(f)) {
		/* in clear, whoever asks for no SA may be behind NAT (TS 33.203 P.3) */
		x.via_other = (!clear || f->headers & BIT_ULL(GMG_SIP_SECURITY_CLIENT)) &&
			      is_via_other(m);
		x.user_other = sip->set && is_user_other(m);
		x.flooded = clear && is_flood(sip, 1);
	} else if (clear) {
		recall(m, &x);
		x.flooded = !sip->out && x.emergency && !x.dialog &&
			    is_flood(sip, EMERGENCY_COST);
	}
	return x;
}

/* The first message that is one takes a set into use (TS 33.203 7.4.2a). */
static bool is_first_use(const struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;

	return m->sip->set && !m->sip->out && !f->bad && f->ended &&
	       (f->what == GMG_SIP_IS_REQUEST || f->what == GMG_SIP_IS_RESPONSE);
}

/* For whoever is told of it. */
static void name_message(const struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;
	struct gmg_ctx *c = m->sip->c;

	c->method = method_of(f);
	c->status = f->status;
	c->call_id = f->call_id.len ? key_of(m, CALL, 1) : 0;
}

/* One datagram of the packet. */
static noinline void judge(const struct gmg_sip *sip, u32 start, u32 len,
			   struct gmg_verdict *v)
{
	struct message m = { .sip = sip, .start = start, .len = len };
	const struct gmg_ctx *c = sip->c;
	struct gmg_sip_verdict said;
	struct gmg_sip_context x;

	x = (struct gmg_sip_context){
		.trust = c->side->trust, .port = sip->port, .out = sip->out,
	};
	read_message(&m, c->pol->items[gmg_sip_boundary(&x)]);
	x = context_of(&m);
	said = gmg_sip_verdict(&m.facts, &x, &c->pol->matrix, c->pol->rule);

	v->observed |= said.v.observed;
	v->reason = said.v.reason;
	v->drop = said.v.drop;
	if (v->drop || v->observed || said.scrub)
		name_message(&m);
	if (v->drop)
		return;
	if (said.scrub && gmg_scrub(c->skb, sip->f->transport, start, &m.facts, said.scrub)) {
		v->reason = __ffs64(said.v.scrubbed);
		v->drop = true;
		return;
	}
	v->scrubbed |= said.v.scrubbed;
	if (sip->port == GMG_PORT_UNPROTECTED && x.trust != GMG_TRUST_FOREIGN &&
	    !is_register(&m.facts))
		remember(&m, &x);
	remember_privacy(&m);
	if (is_first_use(&m))
		gmg_sa_used(c->gn, sip->set);
}

/* What UDP will take for the datagram, from its header on: the octets of @rest that
 * its length says (RFC 768, 2675).
 */
static u32 udp_len(const struct gmg_sip *sip, u32 rest)
{
	const struct udphdr *uh;
	struct udphdr buf;
	u32 len;

	uh = skb_header_pointer(sip->c->skb, sip->f->transport, sizeof(buf), &buf);
	len = uh ? ntohs(uh->len) : 0;
	return len && len < rest ? len : rest;
}

void gmg_sip_judge(const struct gmg_sip *sip, struct gmg_verdict *v)
{
	const struct sk_buff *skb = sip->c->skb;
	u32 at = sip->f->transport, end = at + udp_len(sip, skb->len - at);
	u32 size = U32_MAX;

	/* other GSO is one datagram that is yet to be cut into fragments */
	if (skb_is_gso(skb) && skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4)
		size = skb_shinfo(skb)->gso_size;

	at = min_t(u32, at + sizeof(struct udphdr), end);
	do {
		u32 len = min(end - at, size);

		judge(sip, at, len, v);
		at += len;
	} while (at < end && !v->drop);
	/* what was removed of those before goes nowhere either */
	if (v->drop)
		v->scrubbed = 0;
}
