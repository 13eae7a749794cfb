/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_SIP_SCAN_H
#define _GMG_PURE_SIP_SCAN_H

#include "sip_header.h"

/**
 * DOC: SIP scanner
 *
 * Reads SIP as it arrives, in any split, and reports what a rule may ask for.
 * SIP stacks disagree on what is a header (some end a line at a bare CR, some
 * end a message at a NUL). The scanner judges by the union of their readings: a
 * line that any of them could take for a header is reported as that header, and
 * that they part is reported as %GMG_SIP_MALFORMED. It reads on after that, so
 * that watching malformed messages hides nothing else in them, unless the event
 * is %GMG_SIP_DEAD: then the rest of the datagram or stream stays unread.
 *
 * Offsets are of octets of the stream, modulo 2^32, from what
 * gmg_sip_scan_init() was given. It costs time linear in the octets, and holds
 * no octet back.
 */

enum gmg_sip_event_type {
	/* RFC 3261 7.1. @id enum gmg_sip_method, @start and @len of the
	 * Request-URI, @number enum gmg_sip_uri; &gmg_sip_scan.dialled. Its
	 * parameters came before, as %GMG_SIP_PARAM of %GMG_SIP_REQUEST_URI.
	 */
	GMG_SIP_REQUEST = 1,
	/* RFC 3261 7.2. @number: status code, or 0 if it is none */
	GMG_SIP_RESPONSE,
	/* RFC 3261 7.3.1, once its value has ended. @id enum gmg_sip_header,
	 * @start and @len of its name, @value and @value_len of what is between
	 * the colon and the end of the line, folds and white space included.
	 * @number: of CSeq, enum gmg_sip_method; of Content-Length, that; of
	 * credentials, how often they have the word integrity-protected, anywhere.
	 */
	GMG_SIP_HEADER,
	/* Before the event of its header @id. @param enum gmg_sip_param, @start
	 * and @len of its name, @value and @value_len of its value.
	 */
	GMG_SIP_PARAM,
	/* The empty line. @start: of the body, @number: Content-Length */
	GMG_SIP_HEADERS_END,
	/* @start and @len of the message, or of what the datagram had of it */
	GMG_SIP_END,
	/* @id enum gmg_sip_bad, once for each in a message; @start: where */
	GMG_SIP_MALFORMED,
	/* A datagram of no octets or of line ends only (RFC 5626 3.5.1) */
	GMG_SIP_KEEPALIVE,
	/* A datagram of STUN (RFC 5389 6) */
	GMG_SIP_STUN,
	/* Begins with 11111xxx, so it is SigComp (RFC 3320 7) */
	GMG_SIP_COMPRESSED,
};

enum gmg_sip_uri {
	GMG_SIP_URI_OTHER,
	GMG_SIP_URI_SIP,	/* sip, sips */
	GMG_SIP_URI_PHONE,	/* the same with user=phone */
	GMG_SIP_URI_TEL,
	GMG_SIP_URI_URN,
	GMG_SIP_URI_SOS,	/* urn:service:sos and what is below (RFC 5031) */
};

/* In what stacks part, or what none can read. */
enum gmg_sip_bad {
	GMG_SIP_BAD_START,	/* a start line that is none, or not quite */
	GMG_SIP_BAD_METHOD,	/* a known one in another case, or not that of CSeq */
	GMG_SIP_BAD_LEADING,	/* white space before the first header */
	GMG_SIP_BAD_NAME,	/* a name with an octet that no name has */
	GMG_SIP_BAD_EMPTY,	/* a name of no octets */
	GMG_SIP_BAD_COLON,	/* a line without one */
	GMG_SIP_BAD_FOLD,	/* a fold before the colon */
	GMG_SIP_BAD_CONTROL,	/* NUL or another control octet in a value */
	GMG_SIP_BAD_CR,		/* a CR without LF */
	GMG_SIP_BAD_QUOTE,	/* quotes where none are, not closed, or of credentials escaped */
	GMG_SIP_BAD_REPEATED,	/* twice what may be there once */
	GMG_SIP_BAD_LENGTH,	/* Content-Length no number, two, missing or too long */
	GMG_SIP_BAD_TRUNCATED,	/* no empty line */
	GMG_SIP_BAD_LIMIT,	/* more lines and names than a message of its size has */
	GMG_SIP_BAD_COUNT,
};

/* &gmg_sip_event.flags */
enum {
	GMG_SIP_DEAD = 1,	/* nothing after this is read */
	GMG_SIP_VALUED = 2,	/* "=" follows the name of the parameter */
	GMG_SIP_QUOTED = 4,	/* its value was in quotes, @value is without them */
	GMG_SIP_IN_URI = 8,	/* it is between < and >, or of the Request-URI */
	GMG_SIP_HAS_LENGTH = 16,	/* there was a Content-Length */
	GMG_SIP_DIGEST = 32,	/* it is of credentials or a challenge of that scheme */
};

struct gmg_sip_event {
	u8 type;
	u8 id;
	u8 param;
	u8 flags;
	u32 start;
	u32 len;
	u32 value;
	u32 value_len;
	u32 number;
};

enum {
	GMG_SIP_BATCH = 12,
	GMG_SIP_DIALLED_MAX = GMGUARD_NUMBER_LEN_MAX + 1,	/* of a number that is too long */
};

/* What one call found, in the order in which it ended; of one message. */
struct gmg_sip_batch {
	u32 count;
	struct gmg_sip_event event[GMG_SIP_BATCH];
};

/**
 * struct gmg_sip_scan - where the scanner is; all of it but @dialled is its own
 * @params:    whose parameters are asked for, BIT_ULL(enum gmg_sip_header)
 * @wanted:    those of them that this message is read for
 * @seen:      the headers that it had, so far
 * @pos:       offset of the octet that comes next
 * @begin:     where the message began
 * @name:      where the name of the header began
 * @value:     where its value began
 * @line_end:  where the line ended whose end is being read
 * @param:     where the name of the parameter began
 * @param_value: where its value began
 * @uri:       where the Request-URI began, and then the body
 * @uri_len:   octets of the Request-URI
 * @number:    of the header's event, as far as it was read
 * @length:    Content-Length
 * @left:      octets of the body that are to come (streams)
 * @work:      what lines, names and the like have cost, in octets of the message
 * @name_len:  octets of the header's name
 * @len:       octets of the name that is being read, of which @room has the first
 * @bad:       BIT(enum gmg_sip_bad) of what was reported
 * @status:    status code
 * @state:     what is being read
 * @resume:    what goes on after a fold
 * @header:    enum gmg_sip_header of the line
 * @open:      enum gmg_sip_param whose value is being read
 * @open_len:  octets of its name
 * @method:    enum gmg_sip_method, GMG_SIP_METHOD_COUNT in a response
 * @uri_class: enum gmg_sip_uri
 * @how:       enum gmg_sip_value of the line
 * @step:      how far Via, CSeq, a URN or Content-Length was read
 * @assigned:  how many "=" came since the last separator, 2 for more: quotes open behind
 *             the first one only
 * @match:     octets of the word integrity-protected that came last
 * @stream:    messages follow each other
 * @in_start:  the line is the start line
 * @in_uri:    it is between < and >, or in the Request-URI
 * @has_length: there was a Content-Length
 * @escape:    the octets so far end in '\', itself not escaped
 * @apart:     stacks part on what is in quotes here: nothing is
 * @digest:    the credentials or the challenge are of the scheme Digest
 * @dialled_len: octets of @dialled
 * @dialled:   of a tel or sip Request-URI: digits, '+', '*' and '#', without
 *             visual separators (RFC 3966 5.1.1), up to its parameters or host
 * @room:      the name that is being read
 */
struct gmg_sip_scan {
	u64 params;
	u64 wanted;
	u64 seen;
	u32 pos;
	u32 begin;
	u32 name;
	u32 value;
	u32 line_end;
	u32 param;
	u32 param_value;
	u32 uri;
	u32 uri_len;
	u32 number;
	u32 length;
	u32 left;
	u32 work;
	u32 name_len;
	u32 len;
	u16 bad;
	u16 status;
	u8 state;
	u8 resume;
	u8 header;
	u8 open;
	u8 open_len;
	u8 method;
	u8 uri_class;
	u8 how;
	u8 step;
	u8 dialled_len;
	u8 assigned;
	u8 match;
	bool stream;
	bool in_start;
	bool in_uri;
	bool has_length;
	bool escape;
	bool apart;
	bool digest;
	u8 dialled[GMG_SIP_DIALLED_MAX];
	u8 room[GMG_SIP_NAME_ROOM];
};

/* @stream: messages follow each other (TCP), each as long as its
 * Content-Length says; else it is one datagram, whose rest is the body
 * (RFC 3261 18.3). @params: BIT_ULL(enum gmg_sip_header) of the headers whose
 * parameters are to be reported: what is not asked for costs less.
 * @pos: offset of the first octet.
 */
void gmg_sip_scan_init(struct gmg_sip_scan *s, bool stream, u64 params, u32 pos);

/* Reads the next @len octets, or as many as fill @batch or end a message. Returns how
 * many: to be called again with the others until there are none. Any context, one caller
 * at a time.
 */
u32 gmg_sip_scan(struct gmg_sip_scan *s, const u8 *p, u32 len,
		 struct gmg_sip_batch *batch);

/* There are no more octets: of a datagram, or of a stream that is closed. */
void gmg_sip_scan_end(struct gmg_sip_scan *s, struct gmg_sip_batch *batch);

/* Is this between two messages, with nothing begun but line ends? */
bool gmg_sip_scan_idle(const struct gmg_sip_scan *s);

/* The header or parameter whose value goes on where the input ended, as its
 * event will have it but for the length so far. False if there is none.
 */
bool gmg_sip_scan_open(const struct gmg_sip_scan *s, struct gmg_sip_event *header,
		       struct gmg_sip_event *param);

/* Before which octet it is clear what the octets are: that of a line end that may go on in
 * the next line, or may be that of the headers, or else the one that comes next.
 */
u32 gmg_sip_scan_clear(const struct gmg_sip_scan *s);

/* The name of a header or parameter that is being read, if what came of it is one that is
 * known: @start and @len of it, @id of the header, @param if it is a parameter.
 */
bool gmg_sip_scan_name(const struct gmg_sip_scan *s, struct gmg_sip_event *name);

#endif /* _GMG_PURE_SIP_SCAN_H */
