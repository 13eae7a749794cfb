// SPDX-License-Identifier: GPL-2.0
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cmd.h"
#include "host.h"
#include "need.h"
#include "policy.h"
#include "print.h"
#include "words.h"

enum level { OK, NOTE, BAD };

/* What has been found so far: rows of {"level", "text"}. */
struct findings {
	const struct gmg_options *opt;
	json_t *rows;
	bool bad;
};

static void find(struct findings *f, enum level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void find(struct findings *f, enum level level, const char *fmt, ...)
{
	static const char *const word[] = { "ok", "note", "bad" };
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	f->bad |= level == BAD;
	if (f->opt->json)
		json_array_append_new(f->rows, json_pack("{s:s,s:s}", "level", word[level],
							 "text", text));
	else if (level != OK || !f->opt->quiet)
		printf("%-4s  %s\n", word[level], text);
}

/* What the policy needs; without one, all that any may. */
static void check_esp(struct findings *f, const struct gmg_config *cfg, uint32_t generation)
{
	const struct gmg_need *need;
	enum host_answer have;
	size_t i;

	for (i = 0; (need = need_get(i)); i++) {
		if (generation && !need->family && !need_applies(need, cfg))
			continue;
		have = need_met(need);
		if (have == HOST_YES)
			find(f, OK, "%s is available", need->what);
		else if (have == HOST_UNKNOWN)
			find(f, NOTE, "%s: cannot tell, no module lists of this kernel", need->what);
		else if (!need_applies(need, cfg))
			find(f, NOTE, "%s is not available in this kernel", need->what);
		else if (need->family)
			find(f, BAD, "%s is not available: protected ports cannot work", need->what);
		else
			find(f, BAD, "%s is not available: agree.algorithms of the policy needs it: modprobe it, or leave those algorithms out",
			     need->what);
	}
}

static void check_sa(struct findings *f, const struct gmg_info *info)
{
	if (!(info->features & GMGUARD_FEATURE_SA)) {
		find(f, BAD, "the module has no SAs: update it");
		return;
	}
	find(f, OK, "SA sets: %u", info->sa_sets);
	if (info->port_policies_restored)
		find(f, NOTE, "xfrm policies of protected ports were taken away and put back %llu times: see who does it with ip xfrm monitor",
		     (unsigned long long)info->port_policies_restored);
}

static bool matches(const char *pattern, const char *name)
{
	size_t n = strcspn(pattern, "*");

	return pattern[n] ? !strncmp(pattern, name, n) : !strcmp(pattern, name);
}

static bool on_a_side(const struct gmg_config *cfg, const char *name)
{
	uint32_t i, j;

	for (i = 0; i < cfg->n_sides; i++)
		for (j = 0; j < cfg->sides[i].n_interfaces; j++)
			if (matches(cfg->sides[i].interfaces[j].s, name))
				return true;
	return false;
}

/* Settings of an interface that turn IPsec policy off on it. */
static void check_sysctl(struct findings *f, const char *interface)
{
	static const char *const setting[] = {
		"net/ipv4/conf/%s/disable_policy", "net/ipv4/conf/%s/disable_xfrm",
		"net/ipv6/conf/%s/disable_policy",
	};
	char path[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(setting); i++) {
		const char *rest = strstr(setting[i], "%s") + 2;

		snprintf(path, sizeof(path), "%.*s%s%s", (int)(rest - 2 - setting[i]), setting[i],
			 interface, rest);
		if (host_sysctl(path) > 0)
			find(f, BAD, "sysctl %s is set: IPsec policy is off there: set it to 0", path);
	}
}

static void check_interfaces(struct findings *f, const struct gmg_config *cfg, char **names)
{
	uint32_t i, j;
	size_t k;

	for (i = 0; i < cfg->n_sides; i++) {
		const struct gmg_side *s = &cfg->sides[i];

		for (j = 0; j < s->n_interfaces; j++) {
			size_t n = 0;

			for (k = 0; names[k]; k++)
				n += matches(s->interfaces[j].s, names[k]);
			if (n)
				find(f, OK, "side %s: %s matches %zu interfaces", s->name,
				     s->interfaces[j].s, n);
			else
				find(f, NOTE, "side %s: no interface is named %s now", s->name,
				     s->interfaces[j].s);
		}
	}
	check_sysctl(f, "all");
	for (k = 0; names[k]; k++)
		if (on_a_side(cfg, names[k]))
			check_sysctl(f, names[k]);
}

static bool listens(const struct gmg_listener *l, const struct gmg_prefix *address)
{
	/* An unbound IPv6 socket usually takes IPv4 too. */
	if (l->any)
		return l->address.family == address->family || l->address.family == AF_INET6;
	return !prefix_compare(&l->address, address);
}

static bool has_port(const uint16_t *ports, uint32_t n, uint16_t port)
{
	while (n--)
		if (*ports++ == port)
			return true;
	return false;
}

static bool is_open(const struct gmg_config *cfg, const struct gmg_listener *l)
{
	uint32_t i;

	for (i = 0; i < cfg->n_open_ports; i++)
		if (cfg->open_ports[i].port == l->port && cfg->open_ports[i].proto == l->proto)
			return true;
	return false;
}

static void expect(struct findings *f, const struct gmg_endpoint *e, const char *what,
		   const uint16_t *ports, uint32_t n, const struct gmg_listener *list, size_t count)
{
	struct gmg_prefix address;
	size_t k;

	prefix_parse(&address, e->address.s);
	for (; n; n--, ports++) {
		for (k = 0; k < count; k++)
			if (list[k].port == *ports && listens(&list[k], &address))
				break;
		if (k < count)
			find(f, OK, "endpoint %s: %s port %u has a listener", e->address.s, what,
			     *ports);
		else
			find(f, NOTE, "endpoint %s: nobody listens on %s port %u", e->address.s,
			     what, *ports);
	}
}

static void check_endpoint(struct findings *f, const struct gmg_config *cfg,
			   const struct gmg_endpoint *e, const struct gmg_listener *list, size_t n)
{
	struct gmg_prefix address;
	size_t k;

	if (!prefix_parse(&address, e->address.s))
		return;
	if (host_owns(&address))
		find(f, OK, "endpoint %s is an address of this host", e->address.s);
	else
		find(f, BAD, "endpoint %s is no address of this host: nothing is guarded there",
		     e->address.s);

	expect(f, e, "unprotected", e->unprotected, e->n_unprotected, list, n);
	expect(f, e, "protected server", e->server, e->n_server, list, n);
	for (k = 0; k < n; k++)
		if (listens(&list[k], &address) && !is_open(cfg, &list[k]) &&
		    !has_port(e->unprotected, e->n_unprotected, list[k].port) &&
		    !has_port(e->server, e->n_server, list[k].port) &&
		    !has_port(e->client, e->n_client, list[k].port))
			find(f, NOTE, "endpoint %s: %s port %u has a listener and is closed to UEs",
			     e->address.s, proto_word(list[k].proto), list[k].port);
}

static void check_policy(struct findings *f, const struct gmg_config *cfg, uint32_t generation)
{
	char **names = host_interfaces();
	struct gmg_listener *list;
	size_t n;
	uint32_t i;

	if (!generation) {
		find(f, BAD, "no policy: nothing is guarded: gmguard policy apply FILE");
		host_names_free(names);
		return;
	}
	find(f, cfg->mode == GMGUARD_MODE_ENFORCE ? OK : NOTE, "policy generation %u, mode %s",
	     generation, mode_word(cfg->mode));
	if (!config_judges_tcp(cfg))
		find(f, NOTE, "over TCP the rules about messages, emergency and tmpi refuse nothing: see rules: {stream-order}");
	if (names)
		check_interfaces(f, cfg, names);
	host_names_free(names);

	list = host_listeners(&n);
	for (i = 0; i < cfg->n_endpoints; i++)
		check_endpoint(f, cfg, &cfg->endpoints[i], list, n);
	free(list);
}

static void check_forwarding(struct findings *f)
{
	if (host_sysctl("net/ipv4/ip_forward") > 0)
		find(f, NOTE, "this host forwards IPv4: the bypass rules judge that traffic too");
	if (host_sysctl("net/ipv6/conf/all/forwarding") > 0)
		find(f, NOTE, "this host forwards IPv6: the bypass rules judge that traffic too");
}

int cmd_check(const struct gmg_options *opt, char **words)
{
	struct findings f = { .opt = opt };
	struct gmg_config cfg;
	struct gmg_gnl gnl;
	uint32_t generation;
	int ret;

	(void)words;
	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;
	ret = policy_fetch(&gnl, &cfg, &generation);
	if (ret)
		goto out_close;

	f.rows = json_array();
	find(&f, OK, "module %s is loaded, ABI %u; permission to use it", gnl.info.version,
	     gnl.info.abi);
	if (gnl.info.interfaces_refused)
		find(&f, BAD, "%llu interfaces found no room: raise limits.interfaces",
		     (unsigned long long)gnl.info.interfaces_refused);
	check_policy(&f, &cfg, generation);
	check_sa(&f, &gnl.info);
	check_esp(&f, &cfg, generation);
	check_forwarding(&f);

	if (opt->json)
		ret = print_json(json_pack("{s:b,s:O}", "ok", !f.bad, "findings", f.rows));
	json_decref(f.rows);
	if (!ret && f.bad)
		ret = EXIT_DIFFERENT;
	config_free(&cfg);
out_close:
	gnl_close(&gnl);
	return ret;
}
