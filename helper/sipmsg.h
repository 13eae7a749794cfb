/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SIPMSG_H
#define _GMG_SIPMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libgmguard.h"
#include "pure/sip_scan.h"
#include "text.h"

/* A SIP message as the scanner of the module reads it, and copies of it with something
 * taken out or put in, in which every other octet is as it was.
 */

enum {
	SIPMSG_MAX = GMGUARD_MESSAGE_MAX,	/* memory for what is secret has 32768 */
	SIPMSG_HEADERS = 128,	/* of those that the scanner knows */
	SIPMSG_PARAMS = 128,
	SIPMSG_EDITS = 64,
	SIPMSG_WHY = 128,	/* room for a reason, NUL included */
};

/**
 * struct gmg_sipmsg - a message that no stack reads otherwise
 * @p:      its octets, borrowed
 * @len:    of them, without what follows the body
 * @status: of a response, 0: it is a request
 * @method: of a request or, by its CSeq, of a response; enum gmg_sip_method
 * @uri:    of a request
 * @end:    offset of the empty line, where headers may be put
 * @body:   what follows it, of Content-Length octets
 * @header: events %GMG_SIP_HEADER, in order
 * @param:  events %GMG_SIP_PARAM of those, and of no Request-URI
 */
struct gmg_sipmsg {
	const char *p;
	uint32_t len;
	uint16_t status;
	uint8_t method;
	struct gmg_text uri;
	uint32_t end;
	struct gmg_text body;
	uint32_t n_headers;
	uint32_t n_params;
	struct gmg_sip_event header[SIPMSG_HEADERS];
	struct gmg_sip_event param[SIPMSG_PARAMS];
};

/* Reads the one message of @len octets at @p, which must outlive @m. What any stack could
 * read otherwise is refused: false, and @why, of SIPMSG_WHY octets, is a reason that
 * repeats nothing of the message.
 */
bool sipmsg_read(struct gmg_sipmsg *m, const char *p, size_t len, char *why);

/* The same of a copy of a message that was read: it has parameters of those headers only that
 * sipmsg_cut_names() may be asked to change, as the others are what they were.
 */
bool sipmsg_read_copy(struct gmg_sipmsg *m, const char *p, size_t len, char *why);

/* The header @id (enum gmg_sip_header) after @prev, NULL: the first; NULL: none. How many
 * there are.
 */
const struct gmg_sip_event *sipmsg_header(const struct gmg_sipmsg *m, uint8_t id,
					  const struct gmg_sip_event *prev);
uint32_t sipmsg_count(const struct gmg_sipmsg *m, uint8_t id);

/* The parameter @param (enum gmg_sip_param) of the header @h after @prev. */
const struct gmg_sip_event *sipmsg_param(const struct gmg_sipmsg *m,
					 const struct gmg_sip_event *h, uint8_t param,
					 const struct gmg_sip_event *prev);

/* The value of a header or parameter, trimmed. */
struct gmg_text sipmsg_value(const struct gmg_sipmsg *m, const struct gmg_sip_event *e);

/* The same of the first header @id; not there if that is not. */
struct gmg_text sipmsg_first(const struct gmg_sipmsg *m, uint8_t id);

/**
 * struct gmg_sip_auth - a parameter of credentials or of a challenge that is asked for
 * @name:  in lower case
 * @n:     how often it is there
 * @value: the last one's, without quotes
 */
struct gmg_sip_auth {
	const char *name;
	uint32_t n;
	struct gmg_text value;
};

/* Finds @n parameters of the credentials or the challenge @h, of any scheme. Is that Digest, and
 * are they such that no stack reads other parameters in them than this and sipmsg_cut_names()?
 */
bool sipmsg_auth(const struct gmg_sipmsg *m, const struct gmg_sip_event *h,
		 struct gmg_sip_auth *params, size_t n);

/* Does a header @id, a list of option tags, have @tag? */
bool sipmsg_has_tag(const struct gmg_sipmsg *m, uint8_t id, const char *tag);

/**
 * struct gmg_sip_edits - what a copy has otherwise; all zero: nothing
 * @full: there was no room for an edit: no copy is made
 */
struct gmg_sip_edits {
	uint32_t n;
	bool full;
	struct gmg_sip_edit {
		uint32_t at;
		uint32_t end;
		const char *text;
	} edit[SIPMSG_EDITS];
};

/* Takes the line of a header out, folds included. */
void sipmsg_cut_header(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits,
		       const struct gmg_sip_event *h);

/* Takes the parameters of these names (in lower case, ended by NULL) out of credentials or a challenge,
 * or the tokens out of a list, each with one comma; the line if nothing else is on it.
 */
void sipmsg_cut_names(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits,
		      const struct gmg_sip_event *h, const char *const *names);

/* Puts "Content-Length: 0" to the end of the headers of a message that does not say how long its
 * body is, which then has none.
 */
void sipmsg_put_length(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits);

/* Puts @text, which must outlive the edits, to the end of the value of a header; or as one
 * line or more, each ended by CRLF, to the end of the headers.
 */
void sipmsg_put_value(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits,
		      const struct gmg_sip_event *h, const char *text);
void sipmsg_put_headers(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits,
			const char *text);

/* Where private identities of UEs are: the Request-URI, credentials, and URIs of From, To,
 * Contact and P-Preferred-Identity, a bit for each enum gmg_sip_header.
 */
#define SIPMSG_IDENTITIES                                                                          \
	(UINT64_C(1) << GMG_SIP_REQUEST_URI | UINT64_C(1) << GMG_SIP_AUTHORIZATION |               \
	 UINT64_C(1) << GMG_SIP_PROXY_AUTHORIZATION | UINT64_C(1) << GMG_SIP_FROM |                \
	 UINT64_C(1) << GMG_SIP_TO | UINT64_C(1) << GMG_SIP_CONTACT |                              \
	 UINT64_C(1) << GMG_SIP_P_PREFERRED_IDENTITY)

/* Puts @to, which must outlive the edits, in the place of each NAI that is @nai, its realm in
 * any case, @where, some of %SIPMSG_IDENTITIES, says; returns in which of them there was one.
 * None that is escaped is found.
 */
uint64_t sipmsg_put_nai(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits, uint64_t where,
			const char *nai, const char *to);

/* The copy, to be freed by OPENSSL_clear_free(); NULL if memory or edits ran out, or one edit
 * is of what another takes out.
 */
char *sipmsg_copy(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits, size_t *len);

#endif /* _GMG_SIPMSG_H */
