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
#include "policy.h"
#include "print.h"
#include "wire.h"

#define NAME "file"

/* Of the form "NAME:LINE: text", in characters that a terminal may have.
 * Returns how many are no warnings.
 */
static unsigned int check_messages(const char *said, size_t lines)
{
	unsigned int errors = 0;
	const char *s = said;

	while (*s) {
		size_t n = strcspn(s, "\n"), i;
		unsigned long line;
		char *text;

		HOLDS(s[n] == '\n');
		HOLDS(!strncmp(s, NAME ":", strlen(NAME) + 1));
		line = strtoul(s + strlen(NAME) + 1, &text, 10);
		HOLDS(line >= 1 && line <= lines);
		HOLDS(!strncmp(text, ": ", 2) && text + 2 < s + n);
		for (i = 0; i < n; i++)
			HOLDS(s[i] >= ' ' && s[i] <= '~');
		errors += strncmp(text, ": warning: ", 11) != 0;
		s += n + 1;
	}
	return errors;
}

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
	HOLDS(check_messages(said, len + 1) == (ret ? 1 : 0));
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

	text = config_text(&cfg, &len);
	HOLDS(text);
	HOLDS(!load(text, len, &other, true));
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
