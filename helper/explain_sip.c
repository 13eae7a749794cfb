// SPDX-License-Identifier: GPL-2.0
#include <linux/gmguard.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "explain_sip.h"
#include "file.h"
#include "options.h"
#include "print.h"
#include "pure/sip_verdict.h"
#include "reasons.h"
#include "text.h"

enum { MESSAGE_MAX = 65535 };

const cyaml_strval_t sip_port_words[GMG_SIP_PORT_WORDS] = {
	{ "unprotected", GMG_PORT_UNPROTECTED },
	{ "protected",	 GMG_PORT_PROTECTED },
};

const cyaml_strval_t sip_sa_words[GMG_SIP_SA_WORDS] = {
	{ "none",	 GMG_SIP_SA_NONE },
	{ "temporary",	 GMG_SIP_SA_TEMPORARY },
	{ "established", GMG_SIP_SA_ESTABLISHED },
	{ "emergency",	 GMG_SIP_SA_EMERGENCY },
	{ "in-use",	 GMG_SIP_SA_ESTABLISHED },
	{ "old",	 GMG_SIP_SA_ESTABLISHED },
};

/**
 * struct message - what there is to tell
 * @name: of its file
 * @p:    its octets, as delivered if it is
 */
struct message {
	const char *name;
	uint8_t *p;
	size_t len;
	struct gmg_sip_facts facts;
	struct gmg_sip_identity identity;
	struct gmg_sip_verdict verdict;
};

static json_t *reason_json(uint32_t reason)
{
	const struct gmg_reason *r = reason_get(reason);

	return json_pack("{s:s,s:s,s:s,s:s}", "reason", r->name, "rule", r->rule,
			 "clause", r->clause, "meaning", r->meaning);
}

/* The reason that decides, and those for which something was removed or only seen. */
static json_t *reasons_json(const struct gmg_sip_verdict *v)
{
	json_t *rows = json_array();
	uint32_t i;

	json_array_append_new(rows, reason_json(v->v.reason));
	for (i = 1; i <= GMGUARD_REASON_MAX; i++)
		if ((v->v.scrubbed | v->v.observed) >> i & 1)
			json_array_append_new(rows, reason_json(i));
	return rows;
}

/* The names of what is removed, as they were written. */
static json_t *removed_json(const struct message *m)
{
	const struct gmg_sip_cut *cut;
	json_t *names = json_array();

	for (cut = m->facts.cut; cut < m->facts.cut + m->facts.cuts; cut++)
		if (m->verdict.scrub >> cut->item & 1)
			json_array_append_new(names, json_stringn((const char *)m->p + cut->name,
								  cut->name_len));
	return names;
}

static void print_text(const struct message *m, const json_t *reasons, const json_t *removed)
{
	static const struct gmg_column column[] = {
		{ "reason", "REASON" }, { "rule", "RULE" }, { "clause", "CLAUSE" },
		{ "meaning", "MEANING" },
	};
	const json_t *name;
	size_t i;

	printf("%s: %s", m->name, m->verdict.v.drop ? "refused" : "delivered");
	json_array_foreach(removed, i, name)
		printf("%s%s", i ? ", " : " without ", json_string_value(name));
	puts("\n");
	print_table(reasons, column, ARRAY_SIZE(column));
	if (m->verdict.v.drop)
		return;
	putchar('\n');
	print_octets(m->p, m->len);
}

static int tell(const struct gmg_options *opt, struct message *m)
{
	json_t *reasons = reasons_json(&m->verdict), *removed = removed_json(m);
	int ret = EXIT_OK;

	gmg_sip_facts_scrub(&m->facts, m->verdict.scrub, m->p, m->len, 0);
	if (opt->json)
		ret = print_json(json_pack("{s:b,s:O,s:O,s:o}", "refused", m->verdict.v.drop,
					   "reasons", reasons, "removed", removed, "delivered",
					   m->verdict.v.drop ? json_null() : octets_json(m->p, m->len)));
	else
		print_text(m, reasons, removed);
	json_decref(reasons);
	json_decref(removed);
	return ret;
}

/* What gmg_sip_identity_take() asks of a message and of what the options say. */
struct asked {
	const struct gmg_options *opt;
	const struct message *m;
};

static bool copy(const void *arg, u32 start, u32 len, u8 *to)
{
	const struct asked *a = arg;

	memcpy(to, a->m->p + start, len);
	return true;
}

static u8 tmpi_state(const void *arg, const u8 *user)
{
	const struct asked *a = arg;

	return a->opt->tmpi && !memcmp(user, a->opt->tmpi, GMG_TMPI_USER) ? GMG_SIP_TMPI_KNOWN :
									    GMG_SIP_TMPI_UNKNOWN;
}

static bool is_bound(const void *arg, const u8 *impi, u32 len)
{
	const struct asked *a = arg;
	const char *known = a->opt->sa.impi;

	return a->opt->tmpi &&
	       gmg_sip_nai_same((const u8 *)known, strlen(known), impi, len);
}

/* Where nothing is said of an SA that may encrypt. */
static bool is_in_clear(const struct gmg_sip_context *c)
{
	return c->port == GMG_PORT_UNPROTECTED || c->sa == GMG_SIP_SA_NONE;
}

/* What the scanner has just said. */
static void take(struct message *m, const struct gmg_sip_scan *s,
		 const struct gmg_sip_batch *batch, const struct gmg_sip_who *who)
{
	gmg_sip_facts_take(&m->facts, s, batch);
	gmg_sip_identity_take(&m->identity, batch, who);
}

/* Is the username another one than that of the SA, or what stands for it? */
static bool is_user_other(const struct gmg_options *opt, const struct message *m)
{
	const struct gmg_sip_extent *name = &m->facts.username;
	const struct gmg_text user =
		text_trim((struct gmg_text){ (const char *)m->p + name->start, name->len });

	if (!(opt->given & OPTION(IMPI)))
		return false;
	if (opt->tmpi && gmg_sip_nai_is_tmpi((const u8 *)user.p, user.len) &&
	    !memcmp(user.p, opt->tmpi, GMG_TMPI_USER))
		return false;
	return !gmg_sip_nai_same((const u8 *)user.p, user.len, (const u8 *)opt->sa.impi,
				 strlen(opt->sa.impi));
}

static void read_message(const struct gmg_options *opt, struct message *m, u64 items)
{
	const struct asked asked = { opt, m };
	const struct gmg_sip_who who = { copy, tmpi_state, is_bound, &asked };
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;
	size_t at;

	gmg_sip_facts_init(&m->facts, items);
	gmg_sip_scan_init(&s, false, GMG_SIP_FACTS_PARAMS, 0);
	for (at = 0; at < m->len; take(m, &s, &batch, &who))
		at += gmg_sip_scan(&s, m->p + at, m->len - at, &batch);
	gmg_sip_scan_end(&s, &batch);
	take(m, &s, &batch, &who);
}

/* What is hidden on the way exposes nobody. */
static struct gmg_sip_identity identity_of(const struct message *m, const struct gmg_sip_context *c)
{
	struct gmg_sip_identity id = m->identity;

	if (c->trust != GMG_TRUST_UNTRUSTED)
		return (struct gmg_sip_identity){ 0 };
	if (!is_in_clear(c)) {
		id.exposed = false;
		id.bound = false;
	}
	return id;
}

static void judge(const struct gmg_options *opt, struct message *m)
{
	static const uint8_t trust[] = {
		[GMGUARD_TRUST_UNTRUSTED] = GMG_TRUST_UNTRUSTED,
		[GMGUARD_TRUST_TRUSTED] = GMG_TRUST_TRUSTED,
		[GMGUARD_TRUST_FOREIGN] = GMG_TRUST_FOREIGN,
	};
	const struct gmg_sip_matrix *matrix = &gmg_sip_matrix_default;
	struct gmg_sip_context c = {
		.trust = trust[opt->side], .sa = opt->under, .out = opt->out, .anonymous = true,
		.port = opt->given & OPTION(PORT) ? opt->port : GMG_PORT_UNPROTECTED,
	};
	uint8_t mode[GMGUARD_REASON_MAX + 1];

	memset(mode, GMGUARD_MODE_ENFORCE, sizeof(mode));
	read_message(opt, m, gmg_sip_matrix_items(matrix, gmg_sip_boundary(&c)));
	c.emergency = gmg_sip_facts_emergency(&m->facts, gmg_sip_numbers_default,
					      GMG_SIP_NUMBERS_DEFAULT);
	c.user_other = is_user_other(opt, m);
	c.identity = identity_of(m, &c);
	m->verdict = gmg_sip_verdict(&m->facts, &c, matrix, mode);
}

int explain_sip(const struct gmg_options *opt)
{
	struct message m = { .name = file_name(opt->file) };
	int ret = EXIT_USAGE;

	if (opt->under != GMG_SIP_SA_NONE &&
	    (opt->side != GMGUARD_TRUST_UNTRUSTED || opt->port != GMG_PORT_PROTECTED)) {
		complain("an SA is for --side untrusted --port protected");
		return EXIT_USAGE;
	}
	if (opt->tmpi && (!*opt->sa.impi || !gmg_sip_nai_is_tmpi((const u8 *)opt->tmpi,
								 strlen(opt->tmpi)))) {
		complain("--tmpi wants a TMPI, 32 digits of base64 and " GMG_TMPI_REALM
			 ", and the --impi that it stands for");
		return EXIT_USAGE;
	}
	m.p = (uint8_t *)file_read(opt->file, MESSAGE_MAX, &m.len);
	if (!m.p)
		return EXIT_USAGE;
	if (m.len > MESSAGE_MAX) {
		complain("%s: more than %d octets: a message is one datagram", m.name, MESSAGE_MAX);
	} else {
		judge(opt, &m);
		ret = tell(opt, &m);
	}
	free(m.p);
	return ret;
}
