// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/gmguard.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "file.h"
#include "hex.h"
#include "policy.h"

/* Octets of an attribute with @n octets in it. */
#define ATTR(n) ((size_t)NLA_HDRLEN + NLA_ALIGN(n))

/* At least the room that policy_put() takes. */
static size_t room(const struct gmg_config *cfg)
{
	const size_t string = ATTR(GMGUARD_SIDE_NAME_MAX + 1);
	const size_t prefix = ATTR(16) + ATTR(1);
	size_t n = 2048;	/* what is there once, and the pairs of algorithms */
	uint32_t i;

	for (i = 0; i < cfg->n_sides; i++)
		n += ATTR(0) + string + ATTR(4) + ATTR(0) +
		     cfg->sides[i].n_interfaces * string +
		     cfg->sides[i].n_pools * (ATTR(0) + string + prefix);
	for (i = 0; i < cfg->n_endpoints; i++)
		n += ATTR(0) + prefix +
		     ATTR(2) * ((size_t)cfg->endpoints[i].n_unprotected +
				cfg->endpoints[i].n_server + cfg->endpoints[i].n_client);
	n += cfg->n_core * (ATTR(0) + prefix + ATTR(4));
	for (i = 0; i < cfg->n_http; i++)
		n += ATTR(0) + prefix + ATTR(2) * (size_t)cfg->http[i].n_ports;
	n += cfg->n_open_ports * (ATTR(0) + ATTR(1) + ATTR(2));
	n += GMGUARD_REASON_MAX * (ATTR(0) + 2 * ATTR(4));
	n += (size_t)GMGUARD_SIP_ITEM_MAX * GMGUARD_SIP_TRANSITION_MAX * (ATTR(0) + 3 * ATTR(4));
	return n;
}

static int put_address(struct nl_msg *msg, int type, const struct gmg_cidr *cidr, int len_type)
{
	struct gmg_prefix p;

	if (!prefix_parse(&p, cidr->s))
		return -1;
	if (nla_put(msg, type, addr_octets(p.family), p.addr) < 0)
		return -1;
	return len_type ? nla_put_u8(msg, len_type, p.len) : 0;
}

static int put_ports(struct nl_msg *msg, int type, const uint16_t *port, uint32_t n)
{
	while (n--)
		if (nla_put_u16(msg, type, *port++) < 0)
			return -1;
	return 0;
}

static int put_side(struct nl_msg *msg, const void *element)
{
	const struct gmg_side *s = element;
	uint32_t i;

	if (nla_put_string(msg, GMGUARD_A_SIDE_NAME, s->name) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_SIDE_TRUST, s->trust) < 0 ||
	    (s->require_esp && nla_put_flag(msg, GMGUARD_A_SIDE_REQUIRE_ESP) < 0))
		return -1;
	for (i = 0; i < s->n_interfaces; i++)
		if (nla_put_string(msg, GMGUARD_A_SIDE_INTERFACE, s->interfaces[i].s) < 0)
			return -1;
	return 0;
}

static int put_endpoint(struct nl_msg *msg, const void *element)
{
	const struct gmg_endpoint *e = element;

	if (put_address(msg, GMGUARD_A_ENDPOINT_ADDRESS, &e->address, 0) < 0 ||
	    put_ports(msg, GMGUARD_A_ENDPOINT_UNPROTECTED, e->unprotected, e->n_unprotected) < 0 ||
	    put_ports(msg, GMGUARD_A_ENDPOINT_SERVER, e->server, e->n_server) < 0)
		return -1;
	return put_ports(msg, GMGUARD_A_ENDPOINT_CLIENT, e->client, e->n_client);
}

static int put_core(struct nl_msg *msg, const void *element)
{
	const struct gmg_core *c = element;

	if (put_address(msg, GMGUARD_A_CORE_ADDRESS, &c->prefix, GMGUARD_A_CORE_PREFIX_LEN) < 0)
		return -1;
	return nla_put_u32(msg, GMGUARD_A_CORE_ROLE, c->role);
}

static int put_http(struct nl_msg *msg, const void *element)
{
	const struct gmg_http *h = element;

	if (put_address(msg, GMGUARD_A_HTTP_ADDRESS, &h->address, 0) < 0)
		return -1;
	return put_ports(msg, GMGUARD_A_HTTP_PORT, h->ports, h->n_ports);
}

static int put_open_port(struct nl_msg *msg, const void *element)
{
	const struct gmg_open_port *p = element;

	if (nla_put_u8(msg, GMGUARD_A_OPEN_PORT_PROTO, p->proto) < 0)
		return -1;
	return nla_put_u16(msg, GMGUARD_A_OPEN_PORT_PORT, p->port);
}

static int put_marks(struct nl_msg *msg, const void *element)
{
	const struct gmg_marks *m = element;

	if (nla_put_u32(msg, GMGUARD_A_MARKS_MASK, m->mask) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_MARKS_TRUSTED, m->trusted) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_MARKS_UNTRUSTED, m->untrusted) < 0)
		return -1;
	return nla_put_u32(msg, GMGUARD_A_MARKS_PROTECTED, m->protected);
}

static int put_limits(struct nl_msg *msg, const void *element)
{
	const struct gmg_limits *l = element;

	if (nla_put_u32(msg, GMGUARD_A_LIMITS_INTERFACES, l->interfaces) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIMITS_EVENT_RATE, l->event_rate) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIMITS_SA_SETS, l->sa_sets) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIMITS_PINHOLES, l->pinholes) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIMITS_REGISTER_RATE, l->register_rate) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIMITS_REGISTER_BURST, l->register_burst) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIMITS_TMPI, l->tmpi) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIMITS_STREAMS, l->streams) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIMITS_STREAM_OCTETS, l->stream_octets) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIMITS_STREAM_MEMORY, l->stream_memory) < 0)
		return -1;
	return nla_put_u32(msg, GMGUARD_A_LIMITS_STREAM_IDLE, l->stream_idle);
}

static int put_lifetimes(struct nl_msg *msg, const void *element)
{
	const struct gmg_lifetimes *l = element;

	if (nla_put_u32(msg, GMGUARD_A_LIFETIMES_TEMPORARY, l->temporary) < 0 ||
	    nla_put_u32(msg, GMGUARD_A_LIFETIMES_SLACK, l->slack) < 0)
		return -1;
	return nla_put_u32(msg, GMGUARD_A_LIFETIMES_GRACE, l->grace);
}

static int put_spi_range(struct nl_msg *msg, const void *element)
{
	const struct gmg_spi_range *r = element;

	if (nla_put_u32(msg, GMGUARD_A_SPI_RANGE_FIRST, r->min) < 0)
		return -1;
	return nla_put_u32(msg, GMGUARD_A_SPI_RANGE_LAST, r->max);
}

static int put_algorithm(struct nl_msg *msg, const void *element)
{
	const struct gmg_algorithm *a = element;

	if (nla_put_u32(msg, GMGUARD_A_ALGORITHM_ALG, a->alg) < 0)
		return -1;
	return nla_put_u32(msg, GMGUARD_A_ALGORITHM_EALG, a->ealg);
}

static int put_emergency(struct nl_msg *msg, const void *element)
{
	const struct gmg_emergency *e = element;
	uint32_t i;

	if (!e->unauthenticated && nla_put_flag(msg, GMGUARD_A_EMERGENCY_REFUSED) < 0)
		return -1;
	for (i = 0; i < e->n_numbers; i++)
		if (nla_put_string(msg, GMGUARD_A_EMERGENCY_NUMBER, e->numbers[i].s) < 0)
			return -1;
	return 0;
}

static int put_tmpi(struct nl_msg *msg, const void *element)
{
	const struct gmg_tmpi_policy *t = element;
	uint8_t id[GMGUARD_UA_ID_LEN];

	if (nla_put_u32(msg, GMGUARD_A_TMPI_POLICY_MODE, t->mode) < 0)
		return -1;
	if (!t->profile)
		return 0;
	hex_parse(t->profile->id, strlen(t->profile->id), id, sizeof(id));
	if (nla_put_string(msg, GMGUARD_A_TMPI_POLICY_PROFILE_NAME, t->profile->name) < 0)
		return -1;
	return nla_put(msg, GMGUARD_A_TMPI_POLICY_PROFILE_ID, sizeof(id), id);
}

/* Each of @n elements of @size octets as a nest of @type; an empty one is not the
 * same as none.
 */
static int put_each(struct nl_msg *msg, int type, const void *list, uint32_t n, size_t size,
		    int (*put)(struct nl_msg *msg, const void *element))
{
	const char *element = list;

	for (; n--; element += size) {
		struct nlattr *nest = nla_nest_start(msg, type);

		if (!nest || put(msg, element) < 0)
			return -1;
		nla_nest_end_keep_empty(msg, nest);
	}
	return 0;
}

#define PUT_EACH(msg, type, list, n, put) put_each(msg, type, list, n, sizeof(*(list)), put)

static int put_pools(struct nl_msg *msg, const struct gmg_side *side)
{
	uint32_t i;

	for (i = 0; i < side->n_pools; i++) {
		struct nlattr *nest = nla_nest_start(msg, GMGUARD_A_POLICY_POOL);

		if (!nest || nla_put_string(msg, GMGUARD_A_POOL_SIDE, side->name) < 0 ||
		    put_address(msg, GMGUARD_A_POOL_ADDRESS, &side->pools[i],
				GMGUARD_A_POOL_PREFIX_LEN) < 0)
			return -1;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int put_rules(struct nl_msg *msg, const struct gmg_config *cfg)
{
	uint32_t reason;

	for (reason = 1; reason <= GMGUARD_REASON_MAX; reason++) {
		struct nlattr *nest;

		if (!cfg->rules.mode[reason])
			continue;
		nest = nla_nest_start(msg, GMGUARD_A_POLICY_RULE);
		if (!nest || nla_put_u32(msg, GMGUARD_A_RULE_REASON, reason) < 0 ||
		    nla_put_u32(msg, GMGUARD_A_RULE_MODE, *cfg->rules.mode[reason]) < 0)
			return -1;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int put_headers(struct nl_msg *msg, const struct gmg_config *cfg)
{
	uint32_t item, i;

	for (item = 1; item <= GMGUARD_SIP_ITEM_MAX; item++) {
		const struct gmg_header *h = cfg->headers.item[item];

		for (i = 1; h && i <= GMGUARD_SIP_TRANSITION_MAX; i++) {
			struct nlattr *nest;

			if (!h->action[i])
				continue;
			nest = nla_nest_start(msg, GMGUARD_A_POLICY_HEADER);
			if (!nest || nla_put_u32(msg, GMGUARD_A_HEADER_ITEM, item) < 0 ||
			    nla_put_u32(msg, GMGUARD_A_HEADER_TRANSITION, i) < 0 ||
			    nla_put_u32(msg, GMGUARD_A_HEADER_ACTION, *h->action[i]) < 0)
				return -1;
			nla_nest_end(msg, nest);
		}
	}
	return 0;
}

static int policy_put(struct nl_msg *msg, const struct gmg_config *cfg)
{
	uint32_t i;

	if (nla_put_u32(msg, GMGUARD_A_POLICY_MODE, cfg->mode) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_SIDE, cfg->sides, cfg->n_sides, put_side) < 0)
		return -1;
	for (i = 0; i < cfg->n_sides; i++)
		if (put_pools(msg, &cfg->sides[i]) < 0)
			return -1;
	if (PUT_EACH(msg, GMGUARD_A_POLICY_ENDPOINT, cfg->endpoints, cfg->n_endpoints,
		     put_endpoint) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_CORE, cfg->core, cfg->n_core, put_core) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_HTTP, cfg->http, cfg->n_http, put_http) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_OPEN_PORT, cfg->open_ports, cfg->n_open_ports,
		     put_open_port) < 0 ||
	    put_rules(msg, cfg) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_MARKS, &cfg->marks, 1, put_marks) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_LIMITS, &cfg->limits, 1, put_limits) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_LIFETIMES, &cfg->lifetimes, 1, put_lifetimes) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_SPI_RANGE, &cfg->spi, 1, put_spi_range) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_EMERGENCY, &cfg->emergency, 1, put_emergency) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_ALGORITHM, cfg->agree.algorithms,
		     cfg->agree.n_algorithms, put_algorithm) < 0 ||
	    put_headers(msg, cfg) < 0 ||
	    PUT_EACH(msg, GMGUARD_A_POLICY_TMPI, &cfg->tmpi, 1, put_tmpi) < 0)
		return -1;
	return cfg->inbound_policy ? 0 : nla_put_flag(msg, GMGUARD_A_POLICY_NO_INBOUND_POLICY);
}

/* The element of the policy that lies at @offset of the request, in words of
 * the policy file, or "".
 */
static void locate(struct nl_msg *msg, uint32_t offset, char *buf, size_t size)
{
	/* @key: the attribute that tells one of them from another */
	static const struct { const char *word; int key; } row[GMGUARD_A_POLICY_MAX + 1] = {
		[GMGUARD_A_POLICY_MODE]	     = { "mode", 0 },
		[GMGUARD_A_POLICY_SIDE]	     = { "sides", GMGUARD_A_SIDE_NAME },
		[GMGUARD_A_POLICY_POOL]	     = { "ue-pools", GMGUARD_A_POOL_ADDRESS },
		[GMGUARD_A_POLICY_ENDPOINT]  = { "endpoints", GMGUARD_A_ENDPOINT_ADDRESS },
		[GMGUARD_A_POLICY_CORE]	     = { "core", GMGUARD_A_CORE_ADDRESS },
		[GMGUARD_A_POLICY_HTTP]	     = { "http", GMGUARD_A_HTTP_ADDRESS },
		[GMGUARD_A_POLICY_OPEN_PORT] = { "open-ports", 0 },
		[GMGUARD_A_POLICY_RULE]	     = { "rules", 0 },
		[GMGUARD_A_POLICY_MARKS]     = { "marks", 0 },
		[GMGUARD_A_POLICY_LIMITS]    = { "limits", 0 },
		[GMGUARD_A_POLICY_LIFETIMES] = { "lifetimes", 0 },
		[GMGUARD_A_POLICY_SPI_RANGE] = { "spi", 0 },
		[GMGUARD_A_POLICY_ALGORITHM] = { "agree.algorithms", 0 },
		[GMGUARD_A_POLICY_EMERGENCY] = { "emergency", 0 },
		[GMGUARD_A_POLICY_HEADER]    = { "headers", 0 },
		[GMGUARD_A_POLICY_TMPI]	     = { "tmpi", 0 },
	};
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	char text[GMG_PREFIX_STRLEN] = "";
	const struct nlattr *attr, *key = NULL;
	struct gmg_prefix p;
	int type, rem;

	buf[0] = '\0';
	nlmsg_for_each_attr(attr, hdr, GENL_HDRLEN, rem) {
		size_t start = (const char *)attr - (const char *)hdr;

		if (offset < start || offset >= start + nla_total_size(nla_len(attr)))
			continue;
		type = nla_type(attr);
		if (type > GMGUARD_A_POLICY_MAX || !row[type].word)
			return;
		if (row[type].key)
			key = nla_find(nla_data(attr), nla_len(attr), row[type].key);
		if (type == GMGUARD_A_POLICY_SIDE)
			gnl_string(key, text, sizeof(text));
		else if (key && prefix_from_octets(&p, nla_data(key), nla_len(key)))
			addr_format(&p, text);
		snprintf(buf, size, "%s%s%s", row[type].word, text[0] ? " " : "", text);
		return;
	}
}

int policy_load(const char *path, struct gmg_config *cfg)
{
	size_t len;
	char *buf = file_read(path, CONFIG_SIZE_MAX, &len);
	int ret;

	if (!buf)
		return EXIT_USAGE;
	ret = config_load(buf, len, file_name(path), cfg, complaints());
	free(buf);
	return ret ? EXIT_USAGE : EXIT_OK;
}

int policy_send(struct gmg_gnl *gnl, const struct gmg_config *cfg)
{
	int ret = gnl_need_sa(gnl, "policy apply");
	struct nl_msg *msg;
	char where[128];

	if (ret)
		return ret;
	msg = gnl_message(gnl, GMGUARD_CMD_POLICY_SET, 0, room(cfg));
	if (!msg || policy_put(msg, cfg) < 0) {
		complain("policy apply: out of memory");
		ret = EXIT_KERNEL;
	} else if (gnl_request(gnl, msg, true, NULL, NULL)) {
		locate(msg, gnl->offset, where, sizeof(where));
		ret = gnl_complain(gnl, "policy apply", where);
	}
	nlmsg_free(msg);
	return ret;
}
