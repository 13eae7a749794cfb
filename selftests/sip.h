/* SPDX-License-Identifier: GPL-2.0 */
/* What tests say where SIP is spoken: messages that the rules about content let pass,
 * so that none but the rule under test can refuse them. Those of common.sh in C.
 */
#ifndef _SELFTESTS_SIP_H
#define _SELFTESTS_SIP_H

#include <err.h>
#include <stdio.h>
#include <string.h>

struct sip {
	size_t len;
	char text[4096];
};

/* The body is the end of the datagram, where receivers look for it. */
static inline void sip_end(struct sip *m, const void *body, size_t len)
{
	m->len += snprintf(m->text + m->len, sizeof(m->text) - m->len,
			   "Content-Length: %zu\r\n\r\n", len);
	if (len >= sizeof(m->text) - m->len)
		errx(1, "a body of %zu octets is too long", len);
	memcpy(m->text + m->len, body, len);
	m->len += len;
}

/* What a UE asks for. @more: lines of the header, each with its end; @call: tells
 * its Call-ID from others, 0 adds nothing to it
 */
struct sip_request {
	const char *method, *uri, *more;
	unsigned int call;
};

/* As @host sends it from @port. */
static inline struct sip sip_ask(const struct sip_request *r, const char *host, int port,
				 const char *impi, const void *body, size_t len)
{
	struct sip m;
	char at[64];

	snprintf(at, sizeof(at), strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
	m.len = snprintf(m.text, sizeof(m.text),
			 "%s %s SIP/2.0\r\n"
			 "Via: SIP/2.0/UDP %s;branch=z9hG4bKgmguard\r\n"
			 "Max-Forwards: 70\r\n"
			 "From: <sip:ue@ims.example>;tag=ue\r\n"
			 "To: <sip:ue@ims.example>\r\n"
			 "Call-ID: gmguard%.0u\r\n"
			 "CSeq: 1 %s\r\n"
			 "Contact: <sip:%s>\r\n"
			 "%s"
			 "Authorization: Digest username=\"%s\", realm=\"ims.example\","
			 " nonce=\"\", uri=\"sip:ims.example\", response=\"\"\r\n",
			 r->method, r->uri, at, r->call, r->method, at, r->more, impi);
	sip_end(&m, body, len);
	return m;
}

static const struct sip_request registering = { "REGISTER", "sip:ims.example", "", 0 };

static inline struct sip sip_register(const char *host, int port, const char *impi,
				      const void *body, size_t len)
{
	return sip_ask(&registering, host, port, impi, body, len);
}

/* The answer of a P-CSCF to that. */
static inline struct sip sip_answer(const char *host, int port, const void *body, size_t len)
{
	struct sip m;
	char at[64];

	snprintf(at, sizeof(at), strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
	m.len = snprintf(m.text, sizeof(m.text),
			 "SIP/2.0 200 OK\r\n"
			 "Via: SIP/2.0/UDP %s;branch=z9hG4bKgmguard\r\n"
			 "From: <sip:ue@ims.example>;tag=ue\r\n"
			 "To: <sip:ue@ims.example>;tag=pcscf\r\n"
			 "Call-ID: gmguard\r\n"
			 "CSeq: 1 REGISTER\r\n", at);
	sip_end(&m, body, len);
	return m;
}

#endif /* _SELFTESTS_SIP_H */
