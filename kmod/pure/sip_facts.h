/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_SIP_FACTS_H
#define _GMG_PURE_SIP_FACTS_H

#include "sip_matrix.h"
#include "sip_scan.h"

/**
 * DOC: SIP facts
 *
 * What the rules judge one message by, made of the events of the scanner as they
 * come. Of octets it has where they are, so that whoever has them compares
 * (the username with an IMPI) or hashes (Call-ID, tags, branch) them, with a key:
 * a sender chooses them.
 */

enum gmg_sip_what {
	GMG_SIP_NOTHING,	/* no start line that one could read */
	GMG_SIP_IS_REQUEST,
	GMG_SIP_IS_RESPONSE,
	GMG_SIP_IS_KEEPALIVE,	/* line ends or STUN */
	GMG_SIP_IS_COMPRESSED,
};

/* @start: offset in the stream; @len: 0 if it is not there */
struct gmg_sip_extent {
	u32 start;
	u32 len;
};

/* An item of the matrix: where its name and its value are. */
struct gmg_sip_cut {
	u32 name;
	u32 value;
	u32 value_len;
	u8 name_len;
	u8 item;
};

enum {
	/* So many items that must go has no honest message; those that only privacy
	 * may ask for give up their room.
	 */
	GMG_SIP_CUTS = 16,
};

/* The headers whose parameters it is to be told, for gmg_sip_scan_init(). */
#define GMG_SIP_FACTS_PARAMS ( \
	BIT_ULL(GMG_SIP_VIA) | BIT_ULL(GMG_SIP_FROM) | BIT_ULL(GMG_SIP_TO) | \
	BIT_ULL(GMG_SIP_CONTACT) | BIT_ULL(GMG_SIP_ROUTE) | BIT_ULL(GMG_SIP_RECORD_ROUTE) | \
	BIT_ULL(GMG_SIP_REFER_TO) | BIT_ULL(GMG_SIP_REFERRED_BY) | \
	BIT_ULL(GMG_SIP_P_ASSERTED_IDENTITY) | BIT_ULL(GMG_SIP_P_ASSOCIATED_URI) | \
	BIT_ULL(GMG_SIP_HISTORY_INFO) | \
	BIT_ULL(GMG_SIP_REQUEST_URI) | BIT_ULL(GMG_SIP_AUTHORIZATION) | \
	BIT_ULL(GMG_SIP_PROXY_AUTHORIZATION) | BIT_ULL(GMG_SIP_WWW_AUTHENTICATE) | \
	BIT_ULL(GMG_SIP_PROXY_AUTHENTICATE) | BIT_ULL(GMG_SIP_P_ACCESS_NETWORK_INFO) | \
	BIT_ULL(GMG_SIP_GEOLOCATION) | BIT_ULL(GMG_SIP_PRIORITY) | \
	BIT_ULL(GMG_SIP_P_EARLY_MEDIA) | BIT_ULL(GMG_SIP_PRIVACY))

/**
 * struct gmg_sip_facts - what is known of one message
 * @watched:   the items that are asked for, BIT_ULL(enum gmg_sip_item)
 * @items:     those of them that are there
 * @lost:      those of them that are also where @cut has them not: there was no room,
 *             or they are in something else
 * @headers:   the headers that are there, BIT_ULL(enum gmg_sip_header)
 * @uri:       the Request-URI
 * @sent_by:   of the topmost Via, host and port
 * @received:  of the topmost Via
 * @branch:    of the topmost Via
 * @call_id:   with the white space around it
 * @from_tag:  of the header, not of its URI
 * @to_tag:    the same
 * @username:  the first one of Digest in Authorization, without quotes; that its realm is
 *             ours is for the P-CSCF to see
 * @supported: octets of the word "supported" in the P-Early-Media being read
 * @named:     parameters integrity-protected in the credentials being read
 * @privacy:   what Privacy asks for, BIT(enum gmg_sip_param)
 * @status:    of a response; 0 if it is none
 * @bad:       BIT(enum gmg_sip_bad)
 * @what:      enum gmg_sip_what
 * @method:    enum gmg_sip_method of a request
 * @uri_class: enum gmg_sip_uri
 * @cseq:      enum gmg_sip_method of CSeq
 * @usernames: how many of Digest there are in Authorization headers, 2 for more
 * @dialled_len: octets of @dialled
 * @cuts:      how many there are in @cut
 * @headers_end: the headers are over: nothing but @bad will change
 * @ended:     the message is over
 * @dead:      the rest of the datagram or stream cannot be read
 * @sos:       an emergency registration: the URI of Contact has it (TS 24.229 5.1.6)
 * @private:   the History-Info being read has an entry with a Privacy of its own
 * @dialled:   as in &struct gmg_sip_scan
 * @cut:       where the items are
 */
struct gmg_sip_facts {
	u64 watched;
	u64 items;
	u64 lost;
	u64 headers;
	struct gmg_sip_extent uri;
	struct gmg_sip_extent sent_by;
	struct gmg_sip_extent received;
	struct gmg_sip_extent branch;
	struct gmg_sip_extent call_id;
	struct gmg_sip_extent from_tag;
	struct gmg_sip_extent to_tag;
	struct gmg_sip_extent username;
	u32 supported;
	u32 named;
	u32 privacy;
	u16 status;
	u16 bad;
	u8 what;
	u8 method;
	u8 uri_class;
	u8 cseq;
	u8 usernames;
	u8 dialled_len;
	u8 cuts;
	bool headers_end;
	bool ended;
	bool dead;
	bool sos;
	bool private;
	u8 dialled[GMG_SIP_DIALLED_MAX];
	struct gmg_sip_cut cut[GMG_SIP_CUTS];
};

/* An emergency number of the policy, as &gmg_sip_facts.dialled has it. */
struct gmg_sip_number {
	u8 len;
	u8 digits[GMGUARD_NUMBER_LEN_MAX];
};

/* What a policy has if it says nothing of them. */
enum { GMG_SIP_NUMBERS_DEFAULT = 2 };
extern const struct gmg_sip_number gmg_sip_numbers_default[GMG_SIP_NUMBERS_DEFAULT];

/* Before each message. @items: BIT_ULL(enum gmg_sip_item) to watch, see
 * gmg_sip_matrix_items().
 */
void gmg_sip_facts_init(struct gmg_sip_facts *f, u64 items);

/* Takes what gmg_sip_scan() or gmg_sip_scan_end() has just said of @f's message.
 * Any context.
 */
void gmg_sip_facts_take(struct gmg_sip_facts *f, const struct gmg_sip_scan *s,
			const struct gmg_sip_batch *batch);

/* The facts of a datagram of @len octets that lie in one piece. */
void gmg_sip_facts_read(struct gmg_sip_facts *f, u64 items, const u8 *p, u32 len);

/* Does it ask for an emergency service (RFC 5031), or one of @n @numbers as a
 * telephone number (TS 24.229 5.2.10)?
 */
bool gmg_sip_facts_emergency(const struct gmg_sip_facts *f,
			     const struct gmg_sip_number *numbers, u32 n);

/* So many octets from the first of the message on have all of the items @items. */
u32 gmg_sip_facts_scrub_len(const struct gmg_sip_facts *f, u64 items);

/* Overwrites the items @items of the @len octets at @p, whose first has the offset
 * @pos, so that no reader takes them for what they were. No octet moves, and none
 * outside of their names and values changes.
 */
void gmg_sip_facts_scrub(const struct gmg_sip_facts *f, u64 items, u8 *p, u32 len, u32 pos);

/* The same of a message that is still being read, by @s, and goes on as far as it came: also
 * what may yet become one of these items, as far as it is there. What comes of it later
 * has another name then.
 */
void gmg_sip_facts_scrub_open(const struct gmg_sip_facts *f, const struct gmg_sip_scan *s,
			      u64 items, u8 *p, u32 len, u32 pos);

#endif /* _GMG_PURE_SIP_FACTS_H */
