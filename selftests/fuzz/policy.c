// SPDX-License-Identifier: GPL-2.0
/* Any octets as a policy file: refused with a reason, or accepted and then the
 * same policy as text, as JSON and on its way through the kernel.
 */
#include <linux/genetlink.h>
#include <netlink/msg.h>
#include <string.h>

#include "addr.h"
#include "config.h"
#include "fuzz.h"
#include "gba.h"
#include "keyexp.h"
#include "policy.h"
#include "print.h"
#include "wire.h"

#define NAME "file"

static int load(const char *buf, size_t len, struct gmg_config *cfg, bool silent)
{
	static const struct gmg_config none;
	size_t said_len;
	char *said;
	FILE *err;
	int ret;

	err = open_memstream(&said, &said_len);
	HOLDS(err);
	ret = config_load(buf, len, NAME, cfg, err);
	fclose(err);
	HOLDS(strlen(said) == said_len && (!silent || !said_len));
	HOLDS(check_messages(said, NAME, len + 1) == (ret ? 1 : 0));
	HOLDS(!ret || !memcmp(cfg, &none, sizeof(none)));
	free(said);
	return ret;
}

/* No address is two of UE, core node and endpoint. */
static void check_overlaps(const struct gmg_config *cfg)
{
	size_t max = config_pools(cfg) + cfg->n_endpoints + cfg->n_core, n = 0, i, j;
	struct { struct gmg_prefix p; char whose; } *list = calloc(max, sizeof(*list));

	HOLDS(list);
	for (i = 0; i < cfg->n_sides; i++)
		for (j = 0; j < cfg->sides[i].n_pools; j++, n++) {
			HOLDS(prefix_parse(&list[n].p, cfg->sides[i].pools[j].s));
			list[n].whose = i;
		}
	for (i = 0; i < cfg->n_endpoints; i++, n++) {
		HOLDS(prefix_parse(&list[n].p, cfg->endpoints[i].address.s));
		list[n].whose = 'e';
	}
	for (i = 0; i < cfg->n_core; i++, n++) {
		HOLDS(prefix_parse(&list[n].p, cfg->core[i].prefix.s));
		list[n].whose = 'c';
	}
	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
			HOLDS(list[i].whose == list[j].whose ||
			      !prefix_covers(&list[i].p, &list[j].p));
	free(list);
}

/* No protected port is open in clear under another name. */
static void check_ports(const struct gmg_config *cfg)
{
	uint32_t i, j, k;

	for (i = 0; i < cfg->n_endpoints; i++) {
		const struct gmg_endpoint *e = &cfg->endpoints[i];

		for (j = 0; j < e->n_server + e->n_client; j++) {
			uint16_t port = j < e->n_server ? e->server[j] : e->client[j - e->n_server];

			HOLDS(port && port != 5060 && port != 5061);
			for (k = 0; k < e->n_unprotected; k++)
				HOLDS(port != e->unprotected[k]);
			for (k = 0; k < cfg->n_open_ports; k++)
				HOLDS(port != cfg->open_ports[k].port);
		}
	}
}

static void check_marks(const struct gmg_marks *m)
{
	HOLDS(m->trusted && m->untrusted && m->protected);
	HOLDS(!((m->trusted | m->untrusted | m->protected) & ~m->mask));
	HOLDS(!(m->trusted & m->untrusted) && !((m->trusted | m->untrusted) & m->protected));
}

/* What SAs may have. */
static void check_sa(const struct gmg_config *cfg)
{
	const struct gmg_agree *a = &cfg->agree;
	bool legacy = false;
	const char *why;
	uint32_t i;

	HOLDS(cfg->limits.sa_sets && cfg->lifetimes.temporary && cfg->lifetimes.grace);
	HOLDS(cfg->limits.pinholes <= GMGUARD_PINHOLES_MAX);
	HOLDS(cfg->limits.streams <= GMGUARD_STREAMS_MAX);
	HOLDS(cfg->limits.stream_octets - 1 < GMGUARD_STREAM_OCTETS_MAX);
	HOLDS(cfg->limits.register_rate <= GMGUARD_REGISTER_RATE_MAX);
	HOLDS(cfg->limits.register_burst - 1 < GMGUARD_REGISTER_BURST_MAX);
	HOLDS(cfg->spi.min > 255 && cfg->spi.max > cfg->spi.min);
	HOLDS(!cfg->foreign_sa && a->n_algorithms);
	for (i = 0; i < a->n_algorithms; i++) {
		const struct gmg_algorithm *pair = &a->algorithms[i];
		enum gmg_pair answer = gmg_pair_check(pair->alg, pair->ealg, &why);

		HOLDS(answer != GMG_PAIR_REFUSED);
		legacy |= answer == GMG_PAIR_LEGACY;
	}
	HOLDS(legacy == a->legacy);
}

static void check_tmpi(const struct gmg_tmpi_policy *t)
{
	HOLDS(t->mode <= GMGUARD_TMPI_MODE_REQUIRE);
	if (!t->profile)
		return;
	HOLDS(gmg_fqdn_valid(t->profile->name));
	HOLDS(strlen(t->profile->id) == 10 && !strncmp(t->profile->id, "ff", 2) &&
	      !t->profile->id[strspn(t->profile->id, "0123456789abcdef")]);
}

/* Numbers as they are dialled. */
static void check_emergency(const struct gmg_emergency *e)
{
	uint32_t i, j;

	HOLDS(e->n_numbers <= GMGUARD_NUMBERS_MAX);
	for (i = 0; i < e->n_numbers; i++) {
		const char *s = e->numbers[i].s;

		HOLDS(*s && strlen(s) <= GMGUARD_NUMBER_LEN_MAX && !s[strspn(s, "+*#0123456789")]);
		for (j = 0; j < i; j++)
			HOLDS(strcmp(s, e->numbers[j].s) != 0);
	}
}

/* Keys stay inside. */
static void check_headers(const struct gmg_headers *h)
{
	const struct gmg_header *keys[] = {
		h->item[GMGUARD_SIP_ITEM_PARAM_IK], h->item[GMGUARD_SIP_ITEM_PARAM_CK],
	};
	uint32_t i;

	for (i = 0; i <= GMGUARD_SIP_ITEM_MAX; i++)
		HOLDS(!h->item[i] || !h->item[i]->ue_to_core);
	for (i = 0; i < 2; i++) {
		const struct gmg_header *key = keys[i];
		const uint32_t *ue = key ? key->action[GMGUARD_SIP_TRANSITION_CORE_TO_UE] : NULL;
		const uint32_t *foreign =
			key ? key->action[GMGUARD_SIP_TRANSITION_CORE_TO_FOREIGN] : NULL;

		HOLDS(!ue || *ue != GMGUARD_SIP_ACTION_KEEP);
		HOLDS(!foreign || *foreign != GMGUARD_SIP_ACTION_KEEP);
	}
}

static void through_kernel(const struct gmg_config *cfg, struct gmg_config *back)
{
	const struct gmg_options opt = { 0 };
	const struct nlmsghdr *request;
	struct gmg_gnl gnl;
	uint32_t generation;

	wire_reset();
	wire_info();
	HOLDS(gnl_open(&gnl, &opt) == EXIT_OK);
	wire_ack();
	HOLDS(policy_send(&gnl, cfg) == EXIT_OK);
	/* The messages of a dump together are the request that sets the policy. */
	request = wire_heard();
	wire_message(request->nlmsg_type, NLM_F_MULTI, nlmsg_data(request),
		     nlmsg_datalen(request));
	wire_done();
	HOLDS(policy_fetch(&gnl, back, &generation) == EXIT_OK);
	gnl_close(&gnl);
}

static void check_same(struct gmg_config *cfg, const char *text, size_t len)
{
	size_t n;
	char *s = config_text(cfg, &n);

	HOLDS(s && n == len && !memcmp(s, text, n));
	free(s);
	config_free(cfg);
}

/* Does it ask for something that nobody does over TCP while that is not read? */
static bool goes_past(const struct gmg_config *cfg)
{
	return !config_judges_tcp(cfg) &&
	       (!cfg->emergency.unauthenticated || cfg->tmpi.mode >= GMGUARD_TMPI_MODE_PREFER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gmg_config cfg, other;
	json_t *json;
	size_t len;
	char *text;

	if (load((const char *)data, size, &cfg, false))
		return 0;
	check_overlaps(&cfg);
	check_ports(&cfg);
	check_marks(&cfg.marks);
	check_sa(&cfg);
	check_emergency(&cfg.emergency);
	check_tmpi(&cfg.tmpi);
	check_headers(&cfg.headers);

	text = config_text(&cfg, &len);
	HOLDS(text);
	/* it warns of algorithms of yesterday, of what TCP goes past, and of nothing else */
	HOLDS(!load(text, len, &other, !cfg.agree.legacy && !goes_past(&cfg)));
	check_same(&other, text, len);
	through_kernel(&cfg, &other);
	check_same(&other, text, len);

	json = print_config(&cfg);
	HOLDS(json);
	json_decref(json);
	free(text);
	config_free(&cfg);
	return 0;
}
