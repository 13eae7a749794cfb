// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/gmguard.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "hex.h"
#include "keyexp.h"
#include "policy.h"

/* A dump that a new policy interrupts starts again, at most this often. */
#define TRIES 8

/* What the messages of one dump add up to. */
struct fetch {
	struct gmg_config *cfg;
	uint32_t generation;
	bool mixed;	/* the messages are of two policies */
};

static bool take_address(struct gmg_cidr *cidr, const struct nlattr *addr,
			 const struct nlattr *len)
{
	struct gmg_prefix p;

	if (!addr || !prefix_from_octets(&p, nla_data(addr), nla_len(addr)))
		return false;
	if (len && gnl_u8(len) > p.len)
		return false;
	if (len) {
		p.len = gnl_u8(len);
		prefix_format(&p, cidr->s);
	} else {
		addr_format(&p, cidr->s);
	}
	return true;
}

static int take_ports(struct nlattr *nest, int type, uint16_t **ports, uint32_t *n)
{
	struct nlattr *attr;
	int rem;

	nla_for_each_nested(attr, nest, rem) {
		uint16_t *port;

		if (nla_type(attr) != type)
			continue;
		port = config_add(ports, n, sizeof(*port));
		if (!port)
			return ENOMEM;
		*port = gnl_u16(attr);
	}
	return 0;
}

static int take_side(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	struct gmg_side *s = config_add(&cfg->sides, &cfg->n_sides, sizeof(*s));
	struct nlattr *attr;
	int rem;

	if (!s)
		return ENOMEM;
	if (!gnl_string(tb[GMGUARD_A_SIDE_NAME], s->name, sizeof(s->name)))
		return EBADMSG;
	s->trust = gnl_u32(tb[GMGUARD_A_SIDE_TRUST]);
	s->require_esp = tb[GMGUARD_A_SIDE_REQUIRE_ESP];
	nla_for_each_nested(attr, nest, rem) {
		struct gmg_ifname *name;

		if (nla_type(attr) != GMGUARD_A_SIDE_INTERFACE)
			continue;
		name = config_add(&s->interfaces, &s->n_interfaces, sizeof(*name));
		if (!name)
			return ENOMEM;
		if (!gnl_string(attr, name->s, sizeof(name->s)))
			return EBADMSG;
	}
	return 0;
}

static int take_pool(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	char name[GMGUARD_SIDE_NAME_MAX + 1];
	uint32_t i;

	(void)nest;
	if (!gnl_string(tb[GMGUARD_A_POOL_SIDE], name, sizeof(name)))
		return EBADMSG;
	for (i = 0; i < cfg->n_sides; i++) {
		struct gmg_side *s = &cfg->sides[i];
		struct gmg_cidr *pool;

		if (strcmp(s->name, name))
			continue;
		pool = config_add(&s->pools, &s->n_pools, sizeof(*pool));
		if (!pool)
			return ENOMEM;
		return take_address(pool, tb[GMGUARD_A_POOL_ADDRESS],
				    tb[GMGUARD_A_POOL_PREFIX_LEN]) ? 0 : EBADMSG;
	}
	return EBADMSG;
}

static int take_endpoint(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	struct gmg_endpoint *e = config_add(&cfg->endpoints, &cfg->n_endpoints, sizeof(*e));
	int err;

	if (!e)
		return ENOMEM;
	if (!take_address(&e->address, tb[GMGUARD_A_ENDPOINT_ADDRESS], NULL))
		return EBADMSG;
	err = take_ports(nest, GMGUARD_A_ENDPOINT_UNPROTECTED, &e->unprotected, &e->n_unprotected);
	if (!err)
		err = take_ports(nest, GMGUARD_A_ENDPOINT_SERVER, &e->server, &e->n_server);
	if (!err)
		err = take_ports(nest, GMGUARD_A_ENDPOINT_CLIENT, &e->client, &e->n_client);
	return err;
}

static int take_core(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	struct gmg_core *c = config_add(&cfg->core, &cfg->n_core, sizeof(*c));

	(void)nest;
	if (!c)
		return ENOMEM;
	c->role = gnl_u32(tb[GMGUARD_A_CORE_ROLE]);
	return take_address(&c->prefix, tb[GMGUARD_A_CORE_ADDRESS],
			    tb[GMGUARD_A_CORE_PREFIX_LEN]) ? 0 : EBADMSG;
}

static int take_http(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	struct gmg_http *h = config_add(&cfg->http, &cfg->n_http, sizeof(*h));

	if (!h)
		return ENOMEM;
	if (!take_address(&h->address, tb[GMGUARD_A_HTTP_ADDRESS], NULL))
		return EBADMSG;
	return take_ports(nest, GMGUARD_A_HTTP_PORT, &h->ports, &h->n_ports);
}

static int take_open_port(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	struct gmg_open_port *p = config_add(&cfg->open_ports, &cfg->n_open_ports, sizeof(*p));

	(void)nest;
	if (!p)
		return ENOMEM;
	p->proto = gnl_u8(tb[GMGUARD_A_OPEN_PORT_PROTO]);
	p->port = gnl_u16(tb[GMGUARD_A_OPEN_PORT_PORT]);
	return 0;
}

/* A rule that this version does not know is left out. */
static int take_rule(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	uint32_t reason = gnl_u32(tb[GMGUARD_A_RULE_REASON]);
	uint32_t *mode;

	(void)nest;
	if (!reason || reason > GMGUARD_REASON_MAX)
		return 0;
	mode = realloc(cfg->rules.mode[reason], sizeof(*mode));
	if (!mode)
		return ENOMEM;
	*mode = gnl_u32(tb[GMGUARD_A_RULE_MODE]);
	cfg->rules.mode[reason] = mode;
	return 0;
}

static int take_marks(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	(void)nest;
	cfg->marks.mask = gnl_u32(tb[GMGUARD_A_MARKS_MASK]);
	cfg->marks.trusted = gnl_u32(tb[GMGUARD_A_MARKS_TRUSTED]);
	cfg->marks.untrusted = gnl_u32(tb[GMGUARD_A_MARKS_UNTRUSTED]);
	cfg->marks.protected = gnl_u32(tb[GMGUARD_A_MARKS_PROTECTED]);
	return 0;
}

static int take_limits(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	(void)nest;
	cfg->limits.interfaces = gnl_u32(tb[GMGUARD_A_LIMITS_INTERFACES]);
	cfg->limits.event_rate = gnl_u32(tb[GMGUARD_A_LIMITS_EVENT_RATE]);
	cfg->limits.sa_sets = gnl_u32(tb[GMGUARD_A_LIMITS_SA_SETS]);
	cfg->limits.pinholes = gnl_u32(tb[GMGUARD_A_LIMITS_PINHOLES]);
	cfg->limits.register_rate = gnl_u32(tb[GMGUARD_A_LIMITS_REGISTER_RATE]);
	cfg->limits.register_burst = gnl_u32(tb[GMGUARD_A_LIMITS_REGISTER_BURST]);
	cfg->limits.tmpi = gnl_u32(tb[GMGUARD_A_LIMITS_TMPI]);
	cfg->limits.streams = gnl_u32(tb[GMGUARD_A_LIMITS_STREAMS]);
	cfg->limits.stream_octets = gnl_u32(tb[GMGUARD_A_LIMITS_STREAM_OCTETS]);
	cfg->limits.stream_memory = gnl_u32(tb[GMGUARD_A_LIMITS_STREAM_MEMORY]);
	cfg->limits.stream_idle = gnl_u32(tb[GMGUARD_A_LIMITS_STREAM_IDLE]);
	return 0;
}

static int take_lifetimes(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	(void)nest;
	cfg->lifetimes.temporary = gnl_u32(tb[GMGUARD_A_LIFETIMES_TEMPORARY]);
	cfg->lifetimes.slack = gnl_u32(tb[GMGUARD_A_LIFETIMES_SLACK]);
	cfg->lifetimes.grace = gnl_u32(tb[GMGUARD_A_LIFETIMES_GRACE]);
	return 0;
}

static int take_spi_range(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	(void)nest;
	cfg->spi.min = gnl_u32(tb[GMGUARD_A_SPI_RANGE_FIRST]);
	cfg->spi.max = gnl_u32(tb[GMGUARD_A_SPI_RANGE_LAST]);
	return 0;
}

static int take_algorithm(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	struct gmg_algorithm *a = config_add(&cfg->agree.algorithms, &cfg->agree.n_algorithms,
					     sizeof(*a));
	const char *why;

	(void)nest;
	if (!a)
		return ENOMEM;
	a->alg = gnl_u32(tb[GMGUARD_A_ALGORITHM_ALG]);
	a->ealg = gnl_u32(tb[GMGUARD_A_ALGORITHM_EALG]);
	cfg->agree.legacy |= gmg_pair_check(a->alg, a->ealg, &why) == GMG_PAIR_LEGACY;
	return 0;
}

static int take_emergency(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	struct gmg_emergency *e = &cfg->emergency;
	struct nlattr *attr;
	int rem;

	e->unauthenticated = !tb[GMGUARD_A_EMERGENCY_REFUSED];
	e->n_numbers = 0;
	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) != GMGUARD_A_EMERGENCY_NUMBER)
			continue;
		if (e->n_numbers == GMGUARD_NUMBERS_MAX ||
		    !gnl_string(attr, e->numbers[e->n_numbers++].s, sizeof(struct gmg_number)))
			return EBADMSG;
	}
	return 0;
}

/* A header or transition that this version does not know is left out. */
static int take_header(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	uint32_t item = gnl_u32(tb[GMGUARD_A_HEADER_ITEM]);
	uint32_t transition = gnl_u32(tb[GMGUARD_A_HEADER_TRANSITION]);
	uint32_t *action;

	(void)nest;
	if (!item || item > GMGUARD_SIP_ITEM_MAX || !transition ||
	    transition > GMGUARD_SIP_TRANSITION_MAX)
		return 0;
	action = config_action(cfg, item, transition);
	if (!action)
		return ENOMEM;
	*action = gnl_u32(tb[GMGUARD_A_HEADER_ACTION]);
	return 0;
}

static int take_tmpi(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb)
{
	const struct nlattr *id = tb[GMGUARD_A_TMPI_POLICY_PROFILE_ID];
	struct gmg_tmpi_profile *profile;

	(void)nest;
	cfg->tmpi.mode = gnl_u32(tb[GMGUARD_A_TMPI_POLICY_MODE]);
	if (!id || cfg->tmpi.profile)
		return 0;
	profile = calloc(1, sizeof(*profile));
	if (!profile)
		return ENOMEM;
	cfg->tmpi.profile = profile;
	if (nla_len(id) != GMGUARD_UA_ID_LEN ||
	    !gnl_string(tb[GMGUARD_A_TMPI_POLICY_PROFILE_NAME], profile->name,
			sizeof(profile->name)))
		return EBADMSG;
	hex_format(nla_data(id), GMGUARD_UA_ID_LEN, profile->id);
	return 0;
}

#define TB_MAX 11	/* the largest of the GMGUARD_A_*_MAX below */

static const struct {
	int max;
	int (*take)(struct gmg_config *cfg, struct nlattr *nest, struct nlattr **tb);
} takers[GMGUARD_A_POLICY_MAX + 1] = {
	[GMGUARD_A_POLICY_SIDE]	     = { GMGUARD_A_SIDE_MAX, take_side },
	[GMGUARD_A_POLICY_POOL]	     = { GMGUARD_A_POOL_MAX, take_pool },
	[GMGUARD_A_POLICY_ENDPOINT]  = { GMGUARD_A_ENDPOINT_MAX, take_endpoint },
	[GMGUARD_A_POLICY_CORE]	     = { GMGUARD_A_CORE_MAX, take_core },
	[GMGUARD_A_POLICY_HTTP]	     = { GMGUARD_A_HTTP_MAX, take_http },
	[GMGUARD_A_POLICY_OPEN_PORT] = { GMGUARD_A_OPEN_PORT_MAX, take_open_port },
	[GMGUARD_A_POLICY_RULE]	     = { GMGUARD_A_RULE_MAX, take_rule },
	[GMGUARD_A_POLICY_MARKS]     = { GMGUARD_A_MARKS_MAX, take_marks },
	[GMGUARD_A_POLICY_LIMITS]    = { GMGUARD_A_LIMITS_MAX, take_limits },
	[GMGUARD_A_POLICY_LIFETIMES] = { GMGUARD_A_LIFETIMES_MAX, take_lifetimes },
	[GMGUARD_A_POLICY_SPI_RANGE] = { GMGUARD_A_SPI_RANGE_MAX, take_spi_range },
	[GMGUARD_A_POLICY_ALGORITHM] = { GMGUARD_A_ALGORITHM_MAX, take_algorithm },
	[GMGUARD_A_POLICY_EMERGENCY] = { GMGUARD_A_EMERGENCY_MAX, take_emergency },
	[GMGUARD_A_POLICY_HEADER]    = { GMGUARD_A_HEADER_MAX, take_header },
	[GMGUARD_A_POLICY_TMPI]	     = { GMGUARD_A_TMPI_POLICY_MAX, take_tmpi },
};

_Static_assert(GMGUARD_A_SIDE_MAX <= TB_MAX && GMGUARD_A_ENDPOINT_MAX <= TB_MAX &&
	       GMGUARD_A_MARKS_MAX <= TB_MAX && GMGUARD_A_POOL_MAX <= TB_MAX &&
	       GMGUARD_A_CORE_MAX <= TB_MAX && GMGUARD_A_HTTP_MAX <= TB_MAX &&
	       GMGUARD_A_OPEN_PORT_MAX <= TB_MAX && GMGUARD_A_RULE_MAX <= TB_MAX &&
	       GMGUARD_A_LIMITS_MAX <= TB_MAX && GMGUARD_A_LIFETIMES_MAX <= TB_MAX &&
	       GMGUARD_A_SPI_RANGE_MAX <= TB_MAX && GMGUARD_A_ALGORITHM_MAX <= TB_MAX &&
	       GMGUARD_A_EMERGENCY_MAX <= TB_MAX && GMGUARD_A_HEADER_MAX <= TB_MAX &&
	       GMGUARD_A_TMPI_POLICY_MAX <= TB_MAX, "TB_MAX");

static int policy_take(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *tb[TB_MAX + 1], *attr;
	struct fetch *f = arg;
	int rem, type, err = 0;

	nlmsg_for_each_attr(attr, hdr, GENL_HDRLEN, rem) {
		type = nla_type(attr);
		if (type == GMGUARD_A_POLICY_GENERATION) {
			uint32_t generation = gnl_u32(attr);

			f->mixed |= f->generation && f->generation != generation;
			f->generation = generation;
		} else if (type == GMGUARD_A_POLICY_MODE) {
			f->cfg->mode = gnl_u32(attr);
		} else if (type == GMGUARD_A_POLICY_NO_INBOUND_POLICY) {
			f->cfg->inbound_policy = false;
		} else if (type <= GMGUARD_A_POLICY_MAX && takers[type].take) {
			err = gnl_parse_nested(attr, tb, takers[type].max);
			if (!err)
				err = takers[type].take(f->cfg, attr, tb);
		}
		if (err)
			return err;
	}
	return 0;
}

int policy_fetch(struct gmg_gnl *gnl, struct gmg_config *cfg, uint32_t *generation)
{
	int i, err;

	for (i = 0; i < TRIES; i++) {
		struct fetch f = { .cfg = cfg };

		memset(cfg, 0, sizeof(*cfg));
		cfg->inbound_policy = true;
		err = gnl_request(gnl, gnl_message(gnl, GMGUARD_CMD_POLICY_GET, NLM_F_DUMP, 0),
				  false, policy_take, &f);
		if (!gnl->interrupted && !f.mixed) {
			*generation = f.generation;
			config_sort(cfg);
			if (err)
				config_free(cfg);
			return err ? gnl_complain(gnl, "reading the policy", NULL) : EXIT_OK;
		}
		config_free(cfg);
	}
	complain("the policy changes faster than it can be read: try again");
	return EXIT_CONFLICT;
}
