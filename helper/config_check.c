// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "config_check.h"

/* SIP's own ports cannot be protected ones (TS 33.203 7.1). */
enum { SIP = 5060, SIPS = 5061 };

/* An interface name, or the beginning of one and '*'. */
static int check_pattern(struct gmg_doc *doc, const char *path, const char *s)
{
	const char *star = strchr(s, '*');

	if (star && star[1])
		return doc_fail(doc, path, "interface '%s': '*' can only be the last character", s);
	if (strpbrk(s, "/: \t") || !strcmp(s, ".") || !strcmp(s, ".."))
		return doc_fail(doc, path, "'%s' is no interface name: no '/', ':' or white space in it",
				s);
	return 0;
}

static bool patterns_overlap(const char *a, const char *b)
{
	size_t na = strcspn(a, "*"), nb = strcspn(b, "*");

	if ((na < nb && !a[na]) || (nb < na && !b[nb]))
		return false;
	return !strncmp(a, b, na < nb ? na : nb);
}

static int check_interfaces(const struct gmg_config *cfg, struct gmg_doc *doc, uint32_t side)
{
	const struct gmg_side *s = &cfg->sides[side], *t;
	uint32_t i, j, other;

	for (i = 0; i < s->n_interfaces; i++) {
		struct gmg_path path = doc_path("sides[%u].interfaces[%u]", side, i);
		const char *name = s->interfaces[i].s;

		if (check_pattern(doc, path.s, name))
			return -1;
		for (j = 0; j < i; j++)
			if (!strcmp(name, s->interfaces[j].s))
				return doc_fail(doc, path.s, "interface %s is listed twice", name);
		for (other = 0; other < side; other++) {
			t = &cfg->sides[other];
			for (j = 0; j < t->n_interfaces; j++)
				if (patterns_overlap(name, t->interfaces[j].s))
					return doc_fail(doc, path.s, "interface %s and %s of side %s overlap: an interface is on one side",
							name, t->interfaces[j].s, t->name);
		}
	}
	return 0;
}

static int check_side(const struct gmg_config *cfg, struct gmg_doc *doc, uint32_t side)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	const struct gmg_side *s = &cfg->sides[side];
	struct gmg_path path = doc_path("sides[%u].name", side);
	uint32_t i;

	if (s->name[strspn(s->name, letters)])
		return doc_fail(doc, path.s, "side name '%s': use letters, digits, '.', '_' and '-' only",
				s->name);
	if (!strcmp(s->name, "none") || !strcmp(s->name, "local"))
		return doc_fail(doc, path.s, "side name '%s' is reserved: choose another", s->name);
	for (i = 0; i < side; i++)
		if (!strcmp(s->name, cfg->sides[i].name))
			return doc_fail(doc, path.s, "two sides are named '%s': a name is one side's",
					s->name);

	path = doc_path("sides[%u].ue-pools", side);
	if (s->trust == GMGUARD_TRUST_UNTRUSTED && !s->n_pools)
		return doc_fail(doc, path.s, "side %s is untrusted and has no ue-pools: it needs at least one",
				s->name);
	if (s->trust != GMGUARD_TRUST_UNTRUSTED && s->n_pools)
		return doc_fail(doc, path.s, "side %s has ue-pools and is not untrusted: only untrusted sides have UEs",
				s->name);
	if (s->trust != GMGUARD_TRUST_TRUSTED && s->require_esp)
		return doc_fail(doc, doc_path("sides[%u].require-esp", side).s,
				"side %s requires ESP and is not trusted: require-esp is for trusted sides",
				s->name);
	return check_interfaces(cfg, doc, side);
}

static int check_sides(const struct gmg_config *cfg, struct gmg_doc *doc)
{
	uint32_t i;

	for (i = 0; i < cfg->n_sides; i++)
		if (check_side(cfg, doc, i))
			return -1;
	return 0;
}

/* What a port is used for, for each port number; 0: not yet. */
typedef uint8_t port_uses[UINT16_MAX + 1];

static int check_ports(struct gmg_doc *doc, const char *path, const uint16_t *ports, uint32_t n,
		       port_uses used, uint8_t use)
{
	static const char *const what[] = { "", "unprotected", "server", "client" };
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint16_t port = ports[i];
		struct gmg_path line = doc_path("%s[%u]", path, i);

		if (!port)
			return doc_fail(doc, line.s, "0 is no port: write 1 to 65535");
		if (used[port] == use)
			return doc_fail(doc, line.s, "port %u is listed twice", port);
		if (used[port])
			return doc_fail(doc, line.s, "port %u is %s already: a port has one use",
					port, what[used[port]]);
		if (use > 1 && (port == SIP || port == SIPS))
			return doc_fail(doc, line.s, "port %u cannot be a protected port: choose one other than 5060 and 5061",
					port);
		used[port] = use;
	}
	return 0;
}

static int check_endpoint(const struct gmg_config *cfg, struct gmg_doc *doc, uint32_t index,
			  port_uses used)
{
	const struct gmg_endpoint *e = &cfg->endpoints[index];

	memset(used, 0, sizeof(port_uses));
	if (check_ports(doc, doc_path("endpoints[%u].unprotected", index).s, e->unprotected,
			e->n_unprotected, used, 1) ||
	    check_ports(doc, doc_path("endpoints[%u].server", index).s, e->server,
			e->n_server, used, 2) ||
	    check_ports(doc, doc_path("endpoints[%u].client", index).s, e->client,
			e->n_client, used, 3))
		return -1;
	return 0;
}

static int check_open_port(const struct gmg_config *cfg, struct gmg_doc *doc, uint32_t index,
			   const port_uses used)
{
	const struct gmg_open_port *p = &cfg->open_ports[index];
	struct gmg_path path = doc_path("open-ports[%u].port", index);
	uint32_t i;

	if (!p->port)
		return doc_fail(doc, path.s, "0 is no port: write 1 to 65535");
	for (i = 0; i < index; i++)
		if (p->port == cfg->open_ports[i].port && p->proto == cfg->open_ports[i].proto)
			return doc_fail(doc, path.s, "open port %u is listed twice", p->port);
	if (used[p->port])
		return doc_fail(doc, path.s, "open port %u is a Gm port of an endpoint: it must be another",
				p->port);
	return 0;
}

static void mark_ports(const uint16_t *ports, uint32_t n, port_uses used)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		used[ports[i]] = 1;
}

static int check_all_ports(const struct gmg_config *cfg, struct gmg_doc *doc, port_uses used)
{
	uint32_t i;

	for (i = 0; i < cfg->n_endpoints; i++)
		if (check_endpoint(cfg, doc, i, used))
			return -1;
	for (i = 0; i < cfg->n_http; i++) {
		memset(used, 0, sizeof(port_uses));
		if (check_ports(doc, doc_path("http[%u].ports", i).s, cfg->http[i].ports,
				cfg->http[i].n_ports, used, 1))
			return -1;
	}

	memset(used, 0, sizeof(port_uses));
	for (i = 0; i < cfg->n_endpoints; i++) {
		const struct gmg_endpoint *e = &cfg->endpoints[i];

		mark_ports(e->unprotected, e->n_unprotected, used);
		mark_ports(e->server, e->n_server, used);
		mark_ports(e->client, e->n_client, used);
	}
	for (i = 0; i < cfg->n_open_ports; i++)
		if (check_open_port(cfg, doc, i, used))
			return -1;
	return 0;
}

static int check_marks(const struct gmg_marks *m, struct gmg_doc *doc)
{
	const struct { const char *path, *name; uint32_t bits; } mark[] = {
		{ "marks.trusted", "trusted", m->trusted },
		{ "marks.untrusted", "untrusted", m->untrusted },
		{ "marks.protected", "protected", m->protected },
	};
	size_t i, j;

	if (!m->mask)
		return doc_fail(doc, "marks.mask", "the mask is zero: it needs a bit for each mark");
	for (i = 0; i < ARRAY_SIZE(mark); i++) {
		if (!mark[i].bits)
			return doc_fail(doc, mark[i].path, "the mark %s is zero: give it bits of the mask",
					mark[i].name);
		if (mark[i].bits & ~m->mask)
			return doc_fail(doc, mark[i].path, "the mark %s (%#x) has bits outside the mask %#x",
					mark[i].name, mark[i].bits, m->mask);
		for (j = 0; j < i; j++)
			if (mark[i].bits & mark[j].bits)
				return doc_fail(doc, mark[i].path, "the marks %s and %s share bits: each needs bits of its own",
						mark[j].name, mark[i].name);
	}
	return 0;
}

static int check_limits(const struct gmg_limits *l, struct gmg_doc *doc)
{
	if (!l->interfaces || l->interfaces > GMGUARD_INTERFACES_MAX)
		return doc_fail(doc, "limits.interfaces", "the limit of interfaces must be 1 to %u",
				GMGUARD_INTERFACES_MAX);
	if (l->event_rate > GMGUARD_EVENT_RATE_MAX)
		return doc_fail(doc, "limits.event-rate", "the event rate must be 0 to %u a second",
				GMGUARD_EVENT_RATE_MAX);
	if (l->pinholes > GMGUARD_PINHOLES_MAX)
		return doc_fail(doc, "limits.pinholes", "the limit of pinholes must be 0 to %u",
				GMGUARD_PINHOLES_MAX);
	if (l->register_rate > GMGUARD_REGISTER_RATE_MAX)
		return doc_fail(doc, "limits.register-rate",
				"the rate of REGISTERs must be 0 (any) to %u a second",
				GMGUARD_REGISTER_RATE_MAX);
	if (!l->register_burst || l->register_burst > GMGUARD_REGISTER_BURST_MAX)
		return doc_fail(doc, "limits.register-burst",
				"the burst of REGISTERs must be 1 to %u",
				GMGUARD_REGISTER_BURST_MAX);
	if (l->streams > GMGUARD_STREAMS_MAX)
		return doc_fail(doc, "limits.streams", "the limit of streams must be 0 to %u",
				GMGUARD_STREAMS_MAX);
	if (!l->stream_octets || l->stream_octets > GMGUARD_STREAM_OCTETS_MAX)
		return doc_fail(doc, "limits.stream-octets",
				"the octets of a stream must be 1 to %u",
				GMGUARD_STREAM_OCTETS_MAX);
	return 0;
}

int config_check(struct gmg_config *cfg, struct gmg_doc *doc)
{
	uint8_t *used;
	int ret;

	if (check_sides(cfg, doc) || config_check_addresses(cfg, doc))
		return -1;

	used = calloc(1, sizeof(port_uses));
	if (!used)
		return doc_fail(doc, "", "out of memory");
	ret = check_all_ports(cfg, doc, used);
	free(used);
	if (ret)
		return ret;
	if (check_marks(&cfg->marks, doc) || check_limits(&cfg->limits, doc))
		return -1;
	if (config_check_sip(cfg, doc) || config_check_tmpi(cfg, doc))
		return -1;
	return config_check_sa(cfg, doc);
}
