// SPDX-License-Identifier: GPL-2.0
#include <linux/ctype.h>
#include <linux/inet.h>
#include <linux/udp.h>

#include "calls.h"
#include "dialog.h"
#include "flood.h"
#include "identity.h"
#include "net.h"
#include "pure/sip_verdict.h"
#include "sa.h"
#include "scrub.h"
#include "sip.h"

/* What is remembered of a UE, or whoever is on the other side, and by how much of
 * Call-ID, UE's tag, our side's tag.
 */
enum relation {
	CALL,		/* nothing, but events name it: Call-ID */
	REQUEST,	/* let in on an unprotected port: and the UE's tag */
	EMERGENCY,	/* the same, for an emergency */
	CALLED_BACK,	/* sent to a UE that is registered for emergencies: Call-ID */
	EARLY,		/* a dialog of an emergency: all three */
	DIALOG,		/* the same, confirmed */
	WITHHELD,	/* privacy was asked for: Call-ID */
	REFUSED,	/* for its TMPI: nothing of them, over once it goes on without */
	FALLEN_BACK,	/* registers without: Call-ID */
};

static const struct {
	u8 kind;	/* enum gmg_dialog_kind */
	u8 texts;	/* so many name it */
} relations[] = {
	[CALL] = { .texts = 1 },
	[REQUEST] = { GMG_DIALOG_REQUEST, 2 },
	[EMERGENCY] = { GMG_DIALOG_PINHOLE, 2 },
	[CALLED_BACK] = { GMG_DIALOG_PINHOLE, 1 },
	[EARLY] = { GMG_DIALOG_PINHOLE, 3 },
	[DIALOG] = { GMG_DIALOG_PINHOLE, 3 },
	[WITHHELD] = { GMG_DIALOG_PRIVACY, 1 },
	[REFUSED] = { GMG_DIALOG_FALLBACK, 0 },
	[FALLEN_BACK] = { GMG_DIALOG_FALLBACK, 1 },
};

enum { TEXTS_MAX = 3 };

/* For how long, seconds. */
enum {
	/* more than timer C (RFC 3261 16.6), from the last provisional answer on */
	KEEP_REQUEST = 240,
	/* what goes on after a BYE, timer F (RFC 3261 17.1.2.2) */
	KEEP_ENDED = 32,
	/* a UE that was refused for its TMPI gives up after timer F and goes on without
	 * it; so long it may take for its challenge, too
	 */
	KEEP_FALLBACK = 240,
	/* from one 2xx to INVITE to the next */
	KEEP_DIALOG = 12 * 60 * 60,
};

enum {
	/* longer than any IMPI; what is longer is none that we know */
	TEXT_MAX = 255,
	/* octets of an address that tell one UE from another */
	PREFIX_LEN = 8,
	/* so much of a Call-ID or tag tells it from others of the same UE */
	NAME_MAX_LEN = 4 * TEXT_MAX,
};

/* @start, @len: of the datagram in the packet, 0 of a stream; @identities: somebody asks
 * for them; @names: hashes of the peer and so many texts that name what it belongs to, with
 * none of its prefix, if @named
 */
struct message {
	const struct gmg_sip *sip;
	u32 start;
	u32 len;
	bool named;
	u64 names[TEXTS_MAX + 1];
	bool identities;
	struct gmg_sip_identity identity;
	struct gmg_sip_facts facts;
};

bool gmg_sip_copy(const struct gmg_sip *sip, u32 at, u32 len, u8 *to)
{
	if (!sip->octets)
		return !skb_copy_bits(sip->c->skb, at, to, len);
	at -= sip->base;
	if (at > sip->len || len > sip->len - at)
		return false;
	memcpy(to, sip->octets + at, len);
	return true;
}

/* What the scanner has just said. */
static void take(struct message *m, const struct gmg_sip_scan *s, const struct gmg_sip_batch *batch)
{
	gmg_sip_facts_take(&m->facts, s, batch);
	if (m->identities)
		gmg_identity_take(&m->identity, m->sip, m->start, batch);
}

/* skb_seq_read() does not look into a list within a list, which fragments make that
 * came in fragments of a tunnel.
 */
static bool is_nested(const struct sk_buff *skb)
{
	const struct sk_buff *part;

	skb_walk_frags(skb, part)
		if (skb_has_frag_list(part))
			return true;
	return false;
}

/* False: there are octets that cannot be read. */
static bool read_message(struct message *m, u64 items)
{
	struct sk_buff *skb = m->sip->c->skb;
	struct gmg_sip_batch batch;
	struct skb_seq_state seq;
	struct gmg_sip_scan s;
	u32 at, len, done = 0;
	const u8 *p;

	gmg_sip_facts_init(&m->facts, items);
	gmg_sip_scan_init(&s, false, GMG_SIP_FACTS_PARAMS, 0);
	if (is_nested(skb) && skb_linearize(skb))
		return false;
	skb_prepare_seq_read(skb, m->start, m->start + m->len, &seq);
	while (done < m->len && (len = skb_seq_read(done, &p, &seq))) {
		/* it gives what lies together, be it more than was asked for */
		len = min(len, m->len - done);
		for (at = 0; at < len; take(m, &s, &batch))
			at += gmg_sip_scan(&s, p + at, len - at, &batch);
		done += len;
	}
	skb_abort_seq_read(&seq);
	gmg_sip_scan_end(&s, &batch);
	take(m, &s, &batch);
	return done == m->len;
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

	if (n > TEXT_MAX || !gmg_sip_copy(m->sip, m->start + e.start, n, to))
		return 0;
	while (n && is_space(to[n - 1]))
		n--;
	while (first < n && is_space(to[first]))
		first++;
	memmove(to, to + first, n - first);
	return n - first;
}

/* Is that a name, and not an address in a spelling that some take for one? Its last
 * label begins with a letter (RFC 3261 25.1).
 */
static bool is_name(const u8 *host, u32 n)
{
	const u8 *port = memchr(host, ':', n);

	if (port && memchr(port + 1, ':', host + n - port - 1))
		return false;
	n = port ? port - host : n;
	while (n && is_space(host[n - 1]))
		n--;
	n -= n && host[n - 1] == '.';
	while (n && host[n - 1] != '.' && !is_space(host[n - 1]))
		n--;
	return isalpha(host[n]);
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
			return !n || !is_name(text, n);
	}
	return family != sip->c->family || !nf_inet_addr_cmp(&addr, &sip->peer);
}

static noinline bool is_user_other(const struct message *m)
{
	u8 text[TEXT_MAX];
	u32 n = copy_text(m, m->facts.username, text);

	return !gmg_identity_is_user(m->sip, text, n);
}

static u64 hash_text(const struct message *m, struct gmg_sip_extent e, u64 h)
{
	u8 text[TEXT_MAX];
	u32 n;

	/* longer ones with the white space around them */
	e.len = min_t(u32, e.len, NAME_MAX_LEN);
	for (; e.len > TEXT_MAX; e.start += TEXT_MAX, e.len -= TEXT_MAX) {
		if (!gmg_sip_copy(m->sip, m->start + e.start, TEXT_MAX, text))
			break;
		h = gmg_dialog_hash(m->sip->c->gn, h, text, TEXT_MAX);
	}
	n = copy_text(m, e, text);
	return gmg_dialog_hash(m->sip->c->gn, h, text, n);
}

/* Whoever has no tag (RFC 2543) has an empty one. */
static noinline void name(struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;
	bool ue_asks = (f->what == GMG_SIP_IS_REQUEST) != m->sip->out;
	const struct gmg_sip_extent text[TEXTS_MAX] = {
		f->call_id,
		ue_asks ? f->from_tag : f->to_tag,
		ue_asks ? f->to_tag : f->from_tag,
	};
	u64 h = gmg_dialog_hash(m->sip->c->gn, 0, &m->sip->peer, sizeof(m->sip->peer));
	int i;

	/* a UE has all addresses of its prefix */
	m->names[0] = gmg_dialog_hash(m->sip->c->gn, 0, &m->sip->peer, PREFIX_LEN);
	for (i = 0; i < TEXTS_MAX; i++) {
		h = hash_text(m, text[i], h);
		m->names[i + 1] = h;
	}
	m->named = true;
}

/* What a message is remembered by. */
static u64 key_of(struct message *m, enum relation r)
{
	u8 what = r;

	if (!m->named)
		name(m);
	return gmg_dialog_hash(m->sip->c->gn, m->names[relations[r].texts], &what,
			       sizeof(what));
}

/* Where of an emergency it is remembered: what was let in under ESP opens nothing in
 * clear, nor the other way round.
 */
static struct gmg_calls *calls_of(const struct message *m, enum relation r)
{
	return relations[r].kind == GMG_DIALOG_PINHOLE && m->sip->set ? m->sip->set->calls : NULL;
}

static enum gmg_dialog_state find(struct message *m, enum relation r)
{
	struct gmg_calls *calls = calls_of(m, r);

	if (calls)
		return gmg_calls_find(calls, key_of(m, r));
	return gmg_dialog_find(m->sip->c->gn, key_of(m, r));
}

static void keep(struct message *m, enum relation r, u32 seconds)
{
	struct gmg_calls *calls = calls_of(m, r);
	const struct gmg_ctx *c = m->sip->c;

	if (calls)
		gmg_calls_keep(calls, key_of(m, r), seconds);
	else
		gmg_dialog_keep(c->gn, c->pol, relations[r].kind, key_of(m, r), seconds);
}

static void end_soon(struct message *m, enum relation r)
{
	struct gmg_calls *calls = calls_of(m, r);

	if (calls)
		gmg_calls_end(calls, key_of(m, r), KEEP_ENDED);
	else
		gmg_dialog_end(m->sip->c->gn, key_of(m, r), KEEP_ENDED);
}

static bool is_full(const struct message *m, enum relation r)
{
	return gmg_dialog_full(m->sip->c->gn, m->sip->c->pol, relations[r].kind);
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

/* Is it the REGISTER that has made the set? Its answer may have been lost: then a TMPI stands
 * for the IMPI that it has.
 */
static bool comes_again(struct message *m)
{
	const struct gmg_set *set = m->sip->set;

	return set && READ_ONCE(set->made_by) == key_of(m, FALLEN_BACK) &&
	       gmg_now() - READ_ONCE(set->made_at) < KEEP_FALLBACK;
}

/* 33.220 has a UE whose TMPI is not known fall back to its IMPI, once: that is one
 * Call-ID, as its REGISTER may come again. So a UE takes two of the room for all. While the
 * response to a challenge is under way no other makes a TMPI for its user: a user has one
 * temporary set (TS 33.203 7.3.1.4).
 */
static bool may_fall_back(struct message *m)
{
	return !m->sip->out && is_register(&m->facts) &&
	       (find(m, REFUSED) == GMG_DIALOG_OPEN || find(m, FALLEN_BACK) || comes_again(m));
}

/* Does @m answer a REGISTER that named the UE by its TMPI, and so has no IMPI to repeat?
 * What one in clear had nobody knows any more.
 */
static bool answers_tmpi(const struct message *m)
{
	const struct gmg_sip *sip = m->sip;

	return sip->out && sip->set && READ_ONCE(sip->set->by_tmpi) &&
	       method_of(&m->facts) == GMG_SIP_REGISTER;
}

/* Of a REGISTER under @set that passes. */
static void remember_register(struct message *m, struct gmg_set *set, u8 tmpi)
{
	WRITE_ONCE(set->by_tmpi, tmpi == GMG_SIP_TMPI_KNOWN);
	if (tmpi != GMG_SIP_TMPI_KNOWN && READ_ONCE(set->state) == GMGUARD_SA_STATE_TEMPORARY) {
		WRITE_ONCE(set->made_at, gmg_now());
		WRITE_ONCE(set->made_by, key_of(m, FALLEN_BACK));
	}
}

/* What became of the TMPI or the IMPI of @m. Under SAs a TMPI of nobody is none of their
 * user, too.
 */
static void remember_identity(struct message *m, const struct gmg_sip_context *x,
			      const struct gmg_sip_verdict *said)
{
	const u64 refusals = BIT_ULL(GMGUARD_REASON_TMPI_UNKNOWN) |
			     BIT_ULL(GMGUARD_REASON_TMPI_EXPIRED) |
			     BIT_ULL(GMGUARD_REASON_IDENTITY_MISMATCH);
	u64 matched = said->v.observed | (said->v.drop ? BIT_ULL(said->v.reason) : 0);

	if (x->identity.tmpi > GMG_SIP_TMPI_KNOWN && matched & refusals) {
		keep(m, REFUSED, KEEP_FALLBACK);
	} else if (x->fallback && !said->v.drop && find(m, REFUSED) == GMG_DIALOG_OPEN) {
		keep(m, FALLEN_BACK, KEEP_FALLBACK);
		gmg_dialog_end(m->sip->c->gn, key_of(m, REFUSED), KEEP_FALLBACK);
	}
}

/* Does it go on with a dialog that may be one of an emergency, for all one knows? */
static bool may_be_lost(const struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;

	return m->sip->set && !m->sip->out && f->what == GMG_SIP_IS_REQUEST && f->to_tag.len &&
	       gmg_calls_lost(m->sip->set->calls);
}

/* The dialog of an emergency that @m is of. */
static enum gmg_sip_dialog dialog_of(struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;
	enum gmg_dialog_state state = f->to_tag.len ? find(m, DIALOG) : GMG_DIALOG_GONE;

	if (state == GMG_DIALOG_OPEN)
		return GMG_SIP_DIALOG_CONFIRMED;
	if (state == GMG_DIALOG_OVER)
		return GMG_SIP_DIALOG_EARLY;
	if (may_be_lost(m))
		return GMG_SIP_DIALOG_LOST;
	if ((f->to_tag.len && find(m, EARLY)) ||
	    (f->what == GMG_SIP_IS_RESPONSE && find(m, m->sip->out ? EMERGENCY : CALLED_BACK)))
		return GMG_SIP_DIALOG_EARLY;
	return GMG_SIP_DIALOG_NONE;
}

/* Are there only emergencies for what comes this way? */
static bool is_restricted(const struct gmg_sip *sip)
{
	return sip->set ? sip->set->emergency : sip->port == GMG_PORT_UNPROTECTED;
}

/* Has its source sent too many emergency requests, or can none be remembered on the
 * unprotected ports? Such a one would find no answer.
 */
static bool is_flooded(struct message *m)
{
	const struct gmg_sip *sip = m->sip;

	return (!sip->set && is_full(m, EMERGENCY)) ||
	       gmg_flood(sip->c->gn, sip->c->pol, sip->c->family, &sip->peer,
			 sip->set ? GMG_FLOOD_CALLS : GMG_FLOOD_EMERGENCY);
}

/* What came before where is_restricted(). */
static void recall(struct message *m, struct gmg_sip_context *x)
{
	const struct gmg_sip_facts *f = &m->facts;

	x->dialog = dialog_of(m);
	if (x->out ? f->what == GMG_SIP_IS_RESPONSE : f->method == GMG_SIP_ACK)
		x->transaction = (!m->sip->set && find(m, REQUEST)) || find(m, EMERGENCY);
	x->flooded = !x->out && x->emergency && !x->dialog && !find(m, EMERGENCY) &&
		     is_flooded(m);
}

/* A request that begins something passed as @class where is_restricted(). */
static void remember_request(struct message *m, const struct gmg_sip_context *x, u8 class)
{
	const struct gmg_sip_facts *f = &m->facts;

	if (m->sip->set && x->out) {
		if (f->method == GMG_SIP_INVITE && !f->to_tag.len)
			keep(m, CALLED_BACK, KEEP_REQUEST);
	} else if (m->sip->set) {
		/* nothing else begins a dialog, and the room is the UE's own */
		if (x->emergency && f->method == GMG_SIP_INVITE && !f->to_tag.len)
			keep(m, EMERGENCY, KEEP_REQUEST);
	} else if (!x->out && f->method != GMG_SIP_ACK) {
		keep(m, class == GMGUARD_REASON_PASS_EMERGENCY ? EMERGENCY : REQUEST,
		     KEEP_REQUEST);
	}
}

/* @m passed as @class where is_restricted(): what may come after it. */
static void remember(struct message *m, const struct gmg_sip_context *x, u8 class)
{
	const struct gmg_sip_facts *f = &m->facts;
	bool answer = f->what == GMG_SIP_IS_RESPONSE;

	if (!x->dialog) {
		if (!answer)
			remember_request(m, x, class);
		return;
	}
	if (!answer && f->method == GMG_SIP_BYE) {
		end_soon(m, EARLY);
		end_soon(m, DIALOG);
	} else if (answer && (x->out || m->sip->set) && f->cseq == GMG_SIP_INVITE &&
		   f->to_tag.len) {
		if (f->status < 200) {
			keep(m, x->out ? EMERGENCY : CALLED_BACK, KEEP_REQUEST);
			keep(m, EARLY, KEEP_REQUEST);
		} else if (f->status < 300) {
			keep(m, DIALOG, KEEP_DIALOG);
		}
	}
}

/* RFC 3325 7: what was asked for once holds for the dialog. Where not all could be
 * remembered, any dialog may be one.
 */
static bool is_withheld(struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;

	return m->sip->out && f->items & GMG_SIP_ITEMS_OF_ID &&
	       (find(m, WITHHELD) || (f->to_tag.len && is_full(m, WITHHELD)));
}

/* @m passed: what of privacy to remember. Only what leaves can end it: who is not to
 * know an identity may say that all is over.
 */
static void remember_privacy(struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;
	bool answer = f->what == GMG_SIP_IS_RESPONSE, out = m->sip->out;
	u8 method = method_of(f);
	bool made = answer && f->status >= 200 && f->status < 300;

	if (method == GMG_SIP_INVITE || method == GMG_SIP_SUBSCRIBE) {
		if ((out && f->privacy & BIT(GMG_SIP_PARAM_ID)) ||
		    (answer && f->status < 300 && find(m, WITHHELD)))
			keep(m, WITHHELD, made ? KEEP_DIALOG : KEEP_REQUEST);
	} else if (method == GMG_SIP_BYE && out && (made || !answer)) {
		end_soon(m, WITHHELD);
	}
}

static struct gmg_sip_context context_of(struct message *m)
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
		       GMG_SIP_SA_TEMPORARY : sip->set->emergency ?
		       GMG_SIP_SA_EMERGENCY : GMG_SIP_SA_ESTABLISHED;
	if (f->what != GMG_SIP_IS_REQUEST && f->what != GMG_SIP_IS_RESPONSE)
		return x;
	x.withheld = is_withheld(m);
	if (x.trust == GMG_TRUST_FOREIGN)
		return x;
	if (m->identities) {
		x.identity = gmg_identity_in_clear(&m->identity, sip);
		x.identity.bound |= x.identity.repeated && answers_tmpi(m);
		x.fallback = x.identity.bound && may_fall_back(m);
	}
	if (!sip->out && is_register(f)) {
		/* in clear, whoever asks for no SA may be behind NAT (TS 33.203 P.3) */
		x.via_other = (!clear || f->headers & BIT_ULL(GMG_SIP_SECURITY_CLIENT)) &&
			      is_via_other(m);
		x.user_other = sip->set && is_user_other(m);
		x.flooded = clear && gmg_flood(sip->c->gn, pol, sip->c->family, &sip->peer,
					       GMG_FLOOD_REGISTER);
	} else if (is_restricted(sip)) {
		x.to_protected = clear && sip->out &&
				 gmg_sa_has_port(sip->c->gn, sip->c->family, &sip->peer,
						 sip->f->dport);
		recall(m, &x);
	}
	return x;
}

/* The first message that is one takes a set into use (TS 33.203 7.4.2a). */
static bool is_first_use(const struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;

	return m->sip->set && !m->sip->out && !f->bad && f->headers_end &&
	       (f->what == GMG_SIP_IS_REQUEST || f->what == GMG_SIP_IS_RESPONSE);
}

/* For whoever is told of it. */
static void name_message(struct message *m)
{
	const struct gmg_sip_facts *f = &m->facts;
	struct gmg_ctx *c = m->sip->c;

	c->method = method_of(f);
	c->status = f->status;
	c->call_id = f->call_id.len ? key_of(m, CALL) : 0;
}

/* The boundary that a message of @sip crosses. */
static struct gmg_sip_context crossing(const struct gmg_sip *sip)
{
	return (struct gmg_sip_context){
		.trust = sip->c->side->trust, .port = sip->port, .out = sip->out,
	};
}

static u64 items_of(const struct gmg_sip *sip)
{
	const struct gmg_sip_context x = crossing(sip);

	return sip->c->pol->items[gmg_sip_boundary(&x)];
}

static bool asks_identities(const struct gmg_sip *sip)
{
	return sip->c->pol->tmpi_mode != GMGUARD_TMPI_MODE_OFF &&
	       sip->c->side->trust != GMG_TRUST_FOREIGN;
}

/* Asks the rules; what they say of dropping and watching is added to @v. */
static struct gmg_sip_verdict ask(struct message *m, struct gmg_sip_context *x,
				  struct gmg_verdict *v)
{
	const struct gmg_sip *sip = m->sip;
	struct gmg_sip_verdict said;

	*x = context_of(m);
	said = gmg_sip_verdict(&m->facts, x, &sip->c->pol->matrix, sip->mode);
	if (m->identities)
		remember_identity(m, x, &said);
	v->observed |= said.v.observed;
	v->reason = said.v.reason;
	v->drop = said.v.drop;
	if (v->drop || v->observed || said.scrub)
		name_message(m);
	return said;
}

/* @m goes on. */
static void let_go(struct message *m, const struct gmg_sip_context *x,
		   const struct gmg_sip_verdict *said, struct gmg_verdict *v)
{
	const struct gmg_sip *sip = m->sip;

	v->scrubbed |= said->v.scrubbed;
	if (is_restricted(sip) && x->trust != GMG_TRUST_FOREIGN && !is_register(&m->facts))
		remember(m, x, said->v.reason);
	remember_privacy(m);
	if (m->identities && sip->set && !sip->out && is_register(&m->facts))
		remember_register(m, sip->set, x->identity.tmpi);
	if (is_first_use(m))
		gmg_sa_used(sip->c->gn, sip->set);
}

/* One datagram of the packet. */
static noinline void judge(const struct gmg_sip *sip, u32 start, u32 len,
			   struct gmg_verdict *v)
{
	struct message m = {
		.sip = sip, .start = start, .len = len, .identities = asks_identities(sip),
	};
	struct gmg_sip_verdict said;
	struct gmg_sip_context x;

	if (!read_message(&m, items_of(sip))) {
		v->reason = GMGUARD_REASON_MALFORMED;
		v->drop = true;
		return;
	}
	said = ask(&m, &x, v);
	if (v->drop)
		return;
	if (said.scrub &&
	    gmg_scrub(sip->c->skb, sip->f->transport, start, &m.facts, said.scrub)) {
		v->reason = __ffs64(said.v.scrubbed);
		v->drop = true;
		return;
	}
	let_go(&m, &x, &said, v);
}

void gmg_sip_message_begin(const struct gmg_sip *sip, struct gmg_sip_message *msg)
{
	*msg = (struct gmg_sip_message){
		.identities = asks_identities(sip), .generation = sip->c->pol->generation,
	};
	gmg_sip_facts_init(&msg->facts, items_of(sip));
}

void gmg_sip_message_take(const struct gmg_sip *sip, struct gmg_sip_message *msg,
			  const struct gmg_sip_scan *s, const struct gmg_sip_batch *batch)
{
	gmg_sip_facts_take(&msg->facts, s, batch);
	if (msg->identities)
		gmg_identity_take(&msg->identity, sip, 0, batch);
}

noinline void gmg_sip_message_judge(const struct gmg_sip *sip,
				    const struct gmg_sip_message *msg,
				    struct gmg_verdict *v, u64 *scrub)
{
	struct message m = {
		.sip = sip, .identities = msg->identities,
		.identity = msg->identity, .facts = msg->facts,
	};
	struct gmg_sip_verdict said;
	struct gmg_sip_context x;

	said = ask(&m, &x, v);
	*scrub = said.scrub;
	if (!v->drop)
		let_go(&m, &x, &said, v);
}

bool gmg_sip_message_early(const struct gmg_sip *sip, const struct gmg_sip_message *msg,
			   u64 *scrub)
{
	const struct gmg_sip_context x = crossing(sip);
	const struct gmg_sip_facts *f = &msg->facts;

	*scrub = gmg_sip_verdict_items(&x, &sip->c->pol->matrix, sip->mode);
	/* what could not be removed, or will be refused as nobody can read it */
	return !(f->lost & *scrub) && !(sip->out ? f->bad & BIT(GMG_SIP_BAD_CR) : f->bad);
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
