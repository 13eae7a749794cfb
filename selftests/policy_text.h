/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SELFTESTS_POLICY_TEXT_H
#define _SELFTESTS_POLICY_TEXT_H

#include "client.h"

/* Policies are written as text, elements with a semicolon in between:
 *
 *	mode MODE
 *	rule REASON MODE
 *	marks MASK TRUSTED UNTRUSTED PROTECTED
 *	limits INTERFACES EVENT-RATE SA-SETS PINHOLES REGISTER-RATE REGISTER-BURST TMPI
 *	       STREAMS STREAM-OCTETS STREAM-MEMORY STREAM-IDLE
 *	lifetimes TEMPORARY SLACK GRACE
 *	spi FIRST LAST
 *	algorithm ALG EALG
 *	emergency refused NUMBER,...
 *	header ITEM TRANSITION ACTION
 *	tmpi MODE PROFILE-NAME PROFILE-ID
 *	no-inbound-policy 1
 *	side NAME TRUST esp PATTERN,...
 *	pool SIDE PREFIX
 *	endpoint ADDRESS UNPROTECTED,... SERVER,... CLIENT,...
 *	core PREFIX ROLE
 *	http ADDRESS PORT,...
 *	open PROTO PORT
 *
 * Numbers may be words of the uapi. "-" leaves an attribute out; an address
 * written xHEX is of these octets. A "!" before an element or a value marks the
 * attribute that is expected to be at fault.
 */
enum { FIELDS = 11 };

/* What a dump says of pinholes, REGISTERs, TMPIs and streams where nothing was set. */
#define STREAM_LIMITS " 65536 65536 67108864 7440;"
#define SIP_LIMITS " 65536 20 60 1000000" STREAM_LIMITS
/* for who sends more than any UE may */
#define NO_FLOOD " 65536 0 60 1000000" STREAM_LIMITS

/* What a dump says of SA sets, and of emergencies, where nothing was set. */
#define SET_DEFAULTS "lifetimes 240 30 128; spi 0x10000 0xfffffffe;"
#define SOS_DEFAULTS "emergency - 112,911;"
#define SA_DEFAULTS SET_DEFAULTS SOS_DEFAULTS

struct kind {
	const char *name;
	int type;
	struct {
		int type;
		char how;	/* octets of a number, s, f, a, p, else 0 */
	} field[FIELDS];
};

static const struct kind kinds[] = {
	{ "mode", GMGUARD_A_POLICY_MODE, { { 0, 4 } } },
	{ "rule", GMGUARD_A_POLICY_RULE, {
		{ GMGUARD_A_RULE_REASON, 4 }, { GMGUARD_A_RULE_MODE, 4 } } },
	{ "marks", GMGUARD_A_POLICY_MARKS, {
		{ GMGUARD_A_MARKS_MASK, 4 }, { GMGUARD_A_MARKS_TRUSTED, 4 },
		{ GMGUARD_A_MARKS_UNTRUSTED, 4 },
		{ GMGUARD_A_MARKS_PROTECTED, 4 } } },
	{ "limits", GMGUARD_A_POLICY_LIMITS, {
		{ GMGUARD_A_LIMITS_INTERFACES, 4 },
		{ GMGUARD_A_LIMITS_EVENT_RATE, 4 },
		{ GMGUARD_A_LIMITS_SA_SETS, 4 },
		{ GMGUARD_A_LIMITS_PINHOLES, 4 },
		{ GMGUARD_A_LIMITS_REGISTER_RATE, 4 },
		{ GMGUARD_A_LIMITS_REGISTER_BURST, 4 },
		{ GMGUARD_A_LIMITS_TMPI, 4 },
		{ GMGUARD_A_LIMITS_STREAMS, 4 },
		{ GMGUARD_A_LIMITS_STREAM_OCTETS, 4 },
		{ GMGUARD_A_LIMITS_STREAM_MEMORY, 4 },
		{ GMGUARD_A_LIMITS_STREAM_IDLE, 4 } } },
	{ "lifetimes", GMGUARD_A_POLICY_LIFETIMES, {
		{ GMGUARD_A_LIFETIMES_TEMPORARY, 4 },
		{ GMGUARD_A_LIFETIMES_SLACK, 4 },
		{ GMGUARD_A_LIFETIMES_GRACE, 4 } } },
	{ "spi", GMGUARD_A_POLICY_SPI_RANGE, {
		{ GMGUARD_A_SPI_RANGE_FIRST, 4 },
		{ GMGUARD_A_SPI_RANGE_LAST, 4 } } },
	{ "algorithm", GMGUARD_A_POLICY_ALGORITHM, {
		{ GMGUARD_A_ALGORITHM_ALG, 4 },
		{ GMGUARD_A_ALGORITHM_EALG, 4 } } },
	{ "emergency", GMGUARD_A_POLICY_EMERGENCY, {
		{ GMGUARD_A_EMERGENCY_REFUSED, 'f' },
		{ GMGUARD_A_EMERGENCY_NUMBER, 's' } } },
	{ "header", GMGUARD_A_POLICY_HEADER, {
		{ GMGUARD_A_HEADER_ITEM, 4 },
		{ GMGUARD_A_HEADER_TRANSITION, 4 },
		{ GMGUARD_A_HEADER_ACTION, 4 } } },
	{ "tmpi", GMGUARD_A_POLICY_TMPI, {
		{ GMGUARD_A_TMPI_POLICY_MODE, 4 },
		{ GMGUARD_A_TMPI_POLICY_PROFILE_NAME, 's' },
		{ GMGUARD_A_TMPI_POLICY_PROFILE_ID, 'a' } } },
	{ "no-inbound-policy", GMGUARD_A_POLICY_NO_INBOUND_POLICY, { { 0, 'f' } } },
	{ "side", GMGUARD_A_POLICY_SIDE, {
		{ GMGUARD_A_SIDE_NAME, 's' }, { GMGUARD_A_SIDE_TRUST, 4 },
		{ GMGUARD_A_SIDE_REQUIRE_ESP, 'f' },
		{ GMGUARD_A_SIDE_INTERFACE, 's' } } },
	{ "pool", GMGUARD_A_POLICY_POOL, {
		{ GMGUARD_A_POOL_SIDE, 's' }, { GMGUARD_A_POOL_ADDRESS, 'p' } } },
	{ "endpoint", GMGUARD_A_POLICY_ENDPOINT, {
		{ GMGUARD_A_ENDPOINT_ADDRESS, 'a' },
		{ GMGUARD_A_ENDPOINT_UNPROTECTED, 2 },
		{ GMGUARD_A_ENDPOINT_SERVER, 2 },
		{ GMGUARD_A_ENDPOINT_CLIENT, 2 } } },
	{ "core", GMGUARD_A_POLICY_CORE, {
		{ GMGUARD_A_CORE_ADDRESS, 'p' }, { GMGUARD_A_CORE_ROLE, 4 } } },
	{ "http", GMGUARD_A_POLICY_HTTP, {
		{ GMGUARD_A_HTTP_ADDRESS, 'a' }, { GMGUARD_A_HTTP_PORT, 2 } } },
	{ "open", GMGUARD_A_POLICY_OPEN_PORT, {
		{ GMGUARD_A_OPEN_PORT_PROTO, 1 },
		{ GMGUARD_A_OPEN_PORT_PORT, 2 } } },
};

static inline __u32 policy_number(const char *s)
{
	static const struct {
		const char *word;
		__u32 value;
	} words[] = {
		{ "untrusted", GMGUARD_TRUST_UNTRUSTED },
		{ "trusted", GMGUARD_TRUST_TRUSTED },
		{ "foreign", GMGUARD_TRUST_FOREIGN },
		{ "off", GMGUARD_MODE_OFF },
		{ "observe", GMGUARD_MODE_OBSERVE },
		{ "enforce", GMGUARD_MODE_ENFORCE },
		{ "other", GMGUARD_ROLE_OTHER },
		{ "cscf", GMGUARD_ROLE_CSCF },
		{ "hss", GMGUARD_ROLE_HSS },
		{ "as", GMGUARD_ROLE_AS },
		{ "path", GMGUARD_SIP_ITEM_PATH },
		{ "ik", GMGUARD_SIP_ITEM_PARAM_IK },
		{ "ck", GMGUARD_SIP_ITEM_PARAM_CK },
		{ "from-ue", GMGUARD_SIP_TRANSITION_UE_TO_CORE_PROTECTED },
		{ "to-ue", GMGUARD_SIP_TRANSITION_CORE_TO_UE },
		{ "to-foreign", GMGUARD_SIP_TRANSITION_CORE_TO_FOREIGN },
		{ "from-foreign", GMGUARD_SIP_TRANSITION_FOREIGN_TO_CORE },
		{ "keep", GMGUARD_SIP_ACTION_KEEP },
		{ "remove", GMGUARD_SIP_ACTION_REMOVE },
		{ "drop", GMGUARD_SIP_ACTION_DROP },
	};
	size_t i;

	if (*s >= '0' && *s <= '9')
		return strtoul(s, NULL, 0);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].word, s))
			return words[i].value;
	errx(1, "policy text: what is '%s'?", s);
}

static inline size_t policy_address(__u8 *to, const char *s)
{
	size_t n = 0;

	if (inet_pton(AF_INET, s, to) == 1)
		return 4;
	if (inet_pton(AF_INET6, s, to) == 1)
		return 16;
	if (*s++ != 'x')
		errx(1, "policy text: what is the address '%s'?", s - 1);
	for (; sscanf(s, "%2hhx", &to[n]) == 1; s += 2)
		n++;
	return n;
}

/* One value; *@bad becomes the place of what is marked. */
static inline void policy_value(struct msg *m, int type, char how, char *s,
				size_t *bad)
{
	bool mark = *s == '!';
	__u8 addr[64];
	size_t at = 0;
	char *len;
	__u32 v;

	s += mark;
	switch (how) {
	case 's':
		at = msg_string(m, type, s);
		break;
	case 'f':
		at = msg_attr(m, type, NULL, 0);
		break;
	case 'a':
	case 'p':
		len = strchr(s, '/');
		if (len)
			*len++ = '\0';
		if (*s != '-')
			at = msg_attr(m, type, addr, policy_address(addr, s));
		if (!len)
			break;
		if (*len == '!')
			*bad = m->len;
		v = policy_number(len + (*len == '!'));
		msg_attr(m, type + 1, &v, 1);
		break;
	default:
		v = policy_number(s);
		at = msg_attr(m, type, &v, how);
	}
	if (mark)
		*bad = at;
}

static inline void policy_element(struct msg *m, char *s, size_t *bad)
{
	const struct kind *k = kinds;
	char *rest, *word, *list, *value;
	size_t nest = 0;
	int i;

	word = strtok_r(s, " \t", &rest);
	if (!word)
		return;
	while (strcmp(k->name, word + (*word == '!')))
		if (++k == kinds + ARRAY_SIZE(kinds))
			errx(1, "policy text: what is a '%s'?", word);
	if (k->field[0].type)
		nest = msg_nest(m, k->type);
	if (*word == '!')
		*bad = nest;
	for (i = 0; i < FIELDS && k->field[i].how; i++) {
		word = strtok_r(NULL, " \t", &rest);
		if (!word)
			errx(1, "policy text: '%s' needs more words", k->name);
		if (!strcmp(word, "-"))
			continue;
		for (value = strtok_r(word, ",", &list); value;
		     value = strtok_r(NULL, ",", &list))
			policy_value(m, nest ? k->field[i].type : k->type,
				     k->field[i].how, value, bad);
	}
	if (strtok_r(NULL, " \t", &rest))
		errx(1, "policy text: '%s' has too many words", k->name);
	if (nest)
		msg_end(m, nest);
}

/* Adds the policy @text to @m; returns the place of the marked attribute. */
static inline size_t policy_put(struct msg *m, const char *text)
{
	char *copy = strdup(text), *rest, *element;
	size_t bad = 0;

	if (!copy)
		err(1, "policy text");
	for (element = strtok_r(copy, ";", &rest); element;
	     element = strtok_r(NULL, ";", &rest))
		policy_element(m, element, &bad);
	free(copy);
	return bad;
}

static inline int policy_set(struct client *c, const char *text)
{
	struct msg m = {};
	int error;

	client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&m, text);
	error = client_ask(c, &m);
	free(m.at);
	return error;
}

/* The running policy as the request that would set it, and its number (0: there
 * is none); 0, -EAGAIN where it changed meanwhile, or another negative errno.
 */
static inline int policy_get(struct client *c, struct msg *m, __u32 *generation)
{
	int error = client_command(c, GMGUARD_CMD_POLICY_GET, NLM_F_DUMP);
	const struct nlattr *a;
	size_t at = 0;

	*generation = 0;
	m->len = 0;
	if (error)
		return error;
	while ((a = attr_next(&c->reply, &at)))
		if ((a->nla_type & NLA_TYPE_MASK) == GMGUARD_A_POLICY_GENERATION)
			*generation = attr_uint(a);
		else
			msg_put(m, a, a->nla_len);
	return c->intr ? -EAGAIN : 0;
}

#endif /* _SELFTESTS_POLICY_TEXT_H */
