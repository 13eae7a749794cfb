// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "config.h"
#include "config_check.h"
#include "document.h"
#include "pure/reason.h"
#include "pure/sip_matrix.h"
#include "words.h"

#define OPT CYAML_FLAG_OPTIONAL
#define LIST CYAML_FLAG_POINTER

static const cyaml_schema_value_t ifname_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_DEFAULT, struct gmg_ifname, 1, GMGUARD_IFNAME_MAX),
};

static const cyaml_schema_value_t cidr_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_DEFAULT, struct gmg_cidr, 1, GMG_PREFIX_STRLEN - 1),
};

static const cyaml_schema_value_t port_schema = {
	CYAML_VALUE_UINT(CYAML_FLAG_DEFAULT, uint16_t),
};

#define PORTS(key, structure, member, max) \
	CYAML_FIELD_SEQUENCE_COUNT(key, LIST | CYAML_FLAG_FLOW, structure, member, \
				   n_##member, &port_schema, 1, max)

static const cyaml_schema_field_t side_fields[] = {
	CYAML_FIELD_STRING("name", CYAML_FLAG_DEFAULT, struct gmg_side, name, 1),
	CYAML_FIELD_ENUM("trust", CYAML_FLAG_DEFAULT, struct gmg_side, trust, trust_words,
			 GMG_TRUSTS),
	CYAML_FIELD_SEQUENCE_COUNT("interfaces", LIST, struct gmg_side, interfaces,
				   n_interfaces, &ifname_schema, 1, GMGUARD_PATTERNS_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("ue-pools", LIST | OPT, struct gmg_side, pools,
				   n_pools, &cidr_schema, 0, GMGUARD_PREFIXES_MAX),
	CYAML_FIELD_BOOL("require-esp", OPT, struct gmg_side, require_esp),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t side_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gmg_side, side_fields),
};

static const cyaml_schema_field_t endpoint_fields[] = {
	CYAML_FIELD_STRING("address", CYAML_FLAG_DEFAULT, struct gmg_endpoint, address.s, 1),
	PORTS("unprotected", struct gmg_endpoint, unprotected, GMGUARD_PORTS_MAX),
	PORTS("server", struct gmg_endpoint, server, GMGUARD_PORTS_MAX),
	PORTS("client", struct gmg_endpoint, client, GMGUARD_PORTS_MAX),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t endpoint_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gmg_endpoint, endpoint_fields),
};

static const cyaml_schema_field_t core_fields[] = {
	CYAML_FIELD_STRING("prefix", CYAML_FLAG_DEFAULT, struct gmg_core, prefix.s, 1),
	CYAML_FIELD_ENUM("role", OPT, struct gmg_core, role, role_words, GMG_ROLES),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t core_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_FLOW, struct gmg_core, core_fields),
};

static const cyaml_schema_field_t http_fields[] = {
	CYAML_FIELD_STRING("address", CYAML_FLAG_DEFAULT, struct gmg_http, address.s, 1),
	PORTS("ports", struct gmg_http, ports, GMGUARD_HTTP_PORTS_MAX),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t http_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_FLOW, struct gmg_http, http_fields),
};

static const cyaml_schema_field_t open_port_fields[] = {
	CYAML_FIELD_ENUM("proto", CYAML_FLAG_DEFAULT, struct gmg_open_port, proto,
			 open_proto_words, GMG_OPEN_PROTOS),
	CYAML_FIELD_UINT("port", CYAML_FLAG_DEFAULT, struct gmg_open_port, port),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t open_port_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_FLOW, struct gmg_open_port, open_port_fields),
};

#define RULE_PASS(NAME, name)
#define RULE_DROP(NAME, name) \
	CYAML_FIELD_ENUM_PTR(name, OPT, struct gmg_rules, \
			     mode[GMGUARD_REASON_##NAME], mode_words, GMG_MODES),
#define RULE(NAME, name, kind, rule, clause, meaning) RULE_##kind(NAME, name)

static const cyaml_schema_field_t rule_fields[] = {
	GMG_REASONS(RULE)
	CYAML_FIELD_END
};

static const cyaml_schema_field_t marks_fields[] = {
	CYAML_FIELD_UINT("mask", OPT, struct gmg_marks, mask),
	CYAML_FIELD_UINT("trusted", OPT, struct gmg_marks, trusted),
	CYAML_FIELD_UINT("untrusted", OPT, struct gmg_marks, untrusted),
	CYAML_FIELD_UINT("protected", OPT, struct gmg_marks, protected),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t limits_fields[] = {
	CYAML_FIELD_UINT("interfaces", OPT, struct gmg_limits, interfaces),
	CYAML_FIELD_UINT("event-rate", OPT, struct gmg_limits, event_rate),
	CYAML_FIELD_UINT("sa-sets", OPT, struct gmg_limits, sa_sets),
	CYAML_FIELD_UINT("pinholes", OPT, struct gmg_limits, pinholes),
	CYAML_FIELD_UINT("register-rate", OPT, struct gmg_limits, register_rate),
	CYAML_FIELD_UINT("register-burst", OPT, struct gmg_limits, register_burst),
	CYAML_FIELD_UINT("tmpi", OPT, struct gmg_limits, tmpi),
	CYAML_FIELD_UINT("streams", OPT, struct gmg_limits, streams),
	CYAML_FIELD_UINT("stream-octets", OPT, struct gmg_limits, stream_octets),
	CYAML_FIELD_UINT("stream-memory", OPT, struct gmg_limits, stream_memory),
	CYAML_FIELD_UINT("stream-idle", OPT, struct gmg_limits, stream_idle),
	CYAML_FIELD_END
};

static const cyaml_strval_t foreign_sa_words[] = {
	{ "drop",   GMG_FOREIGN_SA_DROP },
	{ "accept", GMG_FOREIGN_SA_ACCEPT },
};

static const cyaml_schema_field_t lifetimes_fields[] = {
	CYAML_FIELD_UINT("temporary", OPT, struct gmg_lifetimes, temporary),
	CYAML_FIELD_UINT("slack", OPT, struct gmg_lifetimes, slack),
	CYAML_FIELD_UINT("grace", OPT, struct gmg_lifetimes, grace),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t spi_fields[] = {
	CYAML_FIELD_UINT("min", OPT, struct gmg_spi_range, min),
	CYAML_FIELD_UINT("max", OPT, struct gmg_spi_range, max),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t algorithm_fields[] = {
	CYAML_FIELD_ENUM("alg", CYAML_FLAG_DEFAULT, struct gmg_algorithm, alg, alg_words,
			 GMG_ALGS),
	CYAML_FIELD_ENUM("ealg", OPT, struct gmg_algorithm, ealg, ealg_words, GMG_EALGS),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t algorithm_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_FLOW, struct gmg_algorithm, algorithm_fields),
};

static const cyaml_strval_t encryption_words[] = {
	{ "never",   GMG_ENCRYPTION_NEVER },
	{ "prefer",  GMG_ENCRYPTION_PREFER },
	{ "require", GMG_ENCRYPTION_REQUIRE },
};

static const cyaml_schema_field_t agree_fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("algorithms", LIST | OPT, struct gmg_agree, algorithms,
				   n_algorithms, &algorithm_schema, 1, GMGUARD_ALGORITHMS_MAX),
	CYAML_FIELD_BOOL("legacy", OPT, struct gmg_agree, legacy),
	CYAML_FIELD_ENUM_PTR("encryption", OPT, struct gmg_agree, encryption, encryption_words,
			     ARRAY_SIZE(encryption_words)),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t profile_fields[] = {
	CYAML_FIELD_STRING("name", CYAML_FLAG_DEFAULT, struct gmg_tmpi_profile, name, 1),
	CYAML_FIELD_STRING("id", CYAML_FLAG_DEFAULT, struct gmg_tmpi_profile, id, 1),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t tmpi_fields[] = {
	CYAML_FIELD_ENUM("mode", OPT, struct gmg_tmpi_policy, mode, tmpi_mode_words,
			 GMG_TMPI_MODES),
	CYAML_FIELD_MAPPING_PTR("non-3gpp-profile", OPT | CYAML_FLAG_FLOW, struct gmg_tmpi_policy,
				profile, profile_fields),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t number_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_DEFAULT, struct gmg_number, 1,
			   sizeof(struct gmg_number) - 1),
};

/* The numbers are no pointer, so that none of them is not the same as the default. */
static const cyaml_schema_field_t emergency_fields[] = {
	CYAML_FIELD_BOOL("unauthenticated", OPT, struct gmg_emergency, unauthenticated),
	CYAML_FIELD_SEQUENCE_COUNT("numbers", OPT | CYAML_FLAG_FLOW, struct gmg_emergency, numbers,
				   n_numbers, &number_schema, 0, GMGUARD_NUMBERS_MAX),
	CYAML_FIELD_END
};

#define ACTION(key, member) \
	CYAML_FIELD_ENUM_PTR(key, OPT, struct gmg_header, member, sip_action_words, GMG_SIP_ACTIONS)
#define BOUNDARY(ID, TRANSITION, word) ACTION(word, action[GMG_SIP_##ID]),

static const cyaml_schema_field_t header_fields[] = {
	ACTION("ue-to-core", ue_to_core),
	GMG_SIP_BOUNDARIES(BOUNDARY)
	CYAML_FIELD_END
};

#define ITEM(word, number) \
	CYAML_FIELD_MAPPING_PTR(word, OPT | CYAML_FLAG_FLOW, struct gmg_headers, item[number], \
				header_fields),
#define HEADER(ID, word, ...) ITEM(word, GMG_SIP_ITEM_##ID)
#define PARAM(ID, word, ...) ITEM(word, GMG_SIP_ITEM_PARAM_##ID)

static const cyaml_schema_field_t headers_fields[] = {
	GMG_SIP_ITEM_HEADERS(HEADER)
	GMG_SIP_ITEM_PARAMS(PARAM)
	CYAML_FIELD_END
};

static const cyaml_schema_field_t config_fields[] = {
	CYAML_FIELD_ENUM("mode", OPT, struct gmg_config, mode, mode_words, GMG_MODES),
	CYAML_FIELD_SEQUENCE_COUNT("sides", LIST, struct gmg_config, sides, n_sides,
				   &side_schema, 1, GMGUARD_SIDES_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("endpoints", LIST, struct gmg_config, endpoints,
				   n_endpoints, &endpoint_schema, 1, GMGUARD_ENDPOINTS_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("core", LIST | OPT, struct gmg_config, core, n_core,
				   &core_schema, 0, GMGUARD_PREFIXES_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("http", LIST | OPT, struct gmg_config, http, n_http,
				   &http_schema, 0, GMGUARD_HTTP_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("open-ports", LIST | OPT, struct gmg_config, open_ports,
				   n_open_ports, &open_port_schema, 0, GMGUARD_OPEN_PORTS_MAX),
	CYAML_FIELD_MAPPING("rules", OPT, struct gmg_config, rules, rule_fields),
	CYAML_FIELD_MAPPING("marks", OPT | CYAML_FLAG_FLOW, struct gmg_config, marks,
			    marks_fields),
	CYAML_FIELD_MAPPING("limits", OPT | CYAML_FLAG_FLOW, struct gmg_config, limits,
			    limits_fields),
	CYAML_FIELD_ENUM_PTR("foreign-sa", OPT, struct gmg_config, foreign_sa, foreign_sa_words,
			     ARRAY_SIZE(foreign_sa_words)),
	CYAML_FIELD_BOOL("inbound-policy", OPT, struct gmg_config, inbound_policy),
	CYAML_FIELD_MAPPING("lifetimes", OPT | CYAML_FLAG_FLOW, struct gmg_config, lifetimes,
			    lifetimes_fields),
	CYAML_FIELD_MAPPING("spi", OPT | CYAML_FLAG_FLOW, struct gmg_config, spi, spi_fields),
	CYAML_FIELD_MAPPING("emergency", OPT, struct gmg_config, emergency, emergency_fields),
	CYAML_FIELD_MAPPING("headers", OPT | CYAML_FLAG_CASE_INSENSITIVE, struct gmg_config,
			    headers, headers_fields),
	CYAML_FIELD_MAPPING("agree", OPT, struct gmg_config, agree, agree_fields),
	CYAML_FIELD_MAPPING("tmpi", OPT, struct gmg_config, tmpi, tmpi_fields),
	CYAML_FIELD_END
};

const cyaml_schema_value_t config_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct gmg_config, config_fields),
};

/* What holds where the file says nothing, unless that is zero anyway. */
static const struct {
	const char *path;
	size_t offset;
	uint32_t value;
} defaults[] = {
	{ "mode",	      offsetof(struct gmg_config, mode),	    GMGUARD_MODE_ENFORCE },
	{ "marks.mask",	      offsetof(struct gmg_config, marks.mask),	    0xf0 },
	{ "marks.trusted",    offsetof(struct gmg_config, marks.trusted),   0x10 },
	{ "marks.untrusted",  offsetof(struct gmg_config, marks.untrusted), 0x20 },
	{ "marks.protected",  offsetof(struct gmg_config, marks.protected), 0x40 },
	{ "limits.interfaces", offsetof(struct gmg_config, limits.interfaces), 4096 },
	{ "limits.event-rate", offsetof(struct gmg_config, limits.event_rate), 100 },
	{ "limits.sa-sets",   offsetof(struct gmg_config, limits.sa_sets),  1000000 },
	{ "limits.pinholes",  offsetof(struct gmg_config, limits.pinholes), 65536 },
	{ "limits.register-rate", offsetof(struct gmg_config, limits.register_rate), 20 },
	{ "limits.register-burst", offsetof(struct gmg_config, limits.register_burst), 60 },
	{ "limits.tmpi",      offsetof(struct gmg_config, limits.tmpi),	    1000000 },
	{ "limits.streams",   offsetof(struct gmg_config, limits.streams),  65536 },
	{ "limits.stream-octets", offsetof(struct gmg_config, limits.stream_octets), 65536 },
	{ "limits.stream-memory", offsetof(struct gmg_config, limits.stream_memory), 64 << 20 },
	{ "limits.stream-idle", offsetof(struct gmg_config, limits.stream_idle), 7440 },
	{ "lifetimes.temporary", offsetof(struct gmg_config, lifetimes.temporary), 240 },
	{ "lifetimes.slack",  offsetof(struct gmg_config, lifetimes.slack), 30 },
	{ "lifetimes.grace",  offsetof(struct gmg_config, lifetimes.grace), 128 },
	{ "spi.min",	      offsetof(struct gmg_config, spi.min),	    0x00010000 },
	{ "spi.max",	      offsetof(struct gmg_config, spi.max),	    0xfffffffe },
};

static const cyaml_config_t cyaml_config = {
	.mem_fn = cyaml_mem,
	.log_level = CYAML_LOG_ERROR,
	.flags = CYAML_CFG_NO_ALIAS | CYAML_CFG_STYLE_BLOCK,
};

static int load(struct gmg_doc *doc, const char *buf, size_t len,
		struct gmg_config *cfg)
{
	struct gmg_config *loaded = NULL;
	cyaml_err_t err;
	size_t i;

	if (doc_check(doc, &config_schema))
		return -1;

	err = cyaml_load_data((const uint8_t *)buf, len, &cyaml_config,
			      &config_schema, (cyaml_data_t **)&loaded, NULL);
	if (err != CYAML_OK || !loaded)
		return doc_fail(doc, "", "cannot be read: %s", cyaml_strerror(err));
	*cfg = *loaded;
	free(loaded);

	for (i = 0; i < ARRAY_SIZE(defaults); i++)
		if (!doc_has(doc, defaults[i].path))
			memcpy((char *)cfg + defaults[i].offset, &defaults[i].value,
			       sizeof(defaults[i].value));
	if (!doc_has(doc, "inbound-policy"))
		cfg->inbound_policy = true;
	if (!doc_has(doc, "emergency.unauthenticated"))
		cfg->emergency.unauthenticated = true;

	if (config_check(cfg, doc)) {
		config_free(cfg);
		return -1;
	}
	config_sort(cfg);
	return 0;
}

int config_load(const char *buf, size_t len, const char *name,
		struct gmg_config *cfg, FILE *err)
{
	struct gmg_doc doc;
	int ret;

	memset(cfg, 0, sizeof(*cfg));
	if (len > CONFIG_SIZE_MAX) {
		fprintf(err, "%s:1: the file has more than %u octets\n", name, CONFIG_SIZE_MAX);
		return -1;
	}
	if (doc_load(&doc, buf, len, name, err))
		return -1;
	ret = load(&doc, buf, len, cfg);
	doc_free(&doc);
	return ret;
}

char *config_text(const struct gmg_config *cfg, size_t *len)
{
	char *text = NULL;

	if (cyaml_save_data(&text, len, &cyaml_config, &config_schema, cfg, 0) != CYAML_OK)
		return NULL;
	return text;
}

static void free_header(struct gmg_header *h)
{
	uint32_t i;

	for (i = 0; h && i <= GMGUARD_SIP_TRANSITION_MAX; i++)
		free(h->action[i]);
	if (h)
		free(h->ue_to_core);
	free(h);
}

void config_free(struct gmg_config *cfg)
{
	uint32_t i;

	for (i = 0; i < cfg->n_sides; i++) {
		free(cfg->sides[i].interfaces);
		free(cfg->sides[i].pools);
	}
	for (i = 0; i < cfg->n_endpoints; i++) {
		free(cfg->endpoints[i].unprotected);
		free(cfg->endpoints[i].server);
		free(cfg->endpoints[i].client);
	}
	for (i = 0; i < cfg->n_http; i++)
		free(cfg->http[i].ports);
	for (i = 0; i <= GMGUARD_REASON_MAX; i++)
		free(cfg->rules.mode[i]);
	for (i = 0; i <= GMGUARD_SIP_ITEM_MAX; i++)
		free_header(cfg->headers.item[i]);
	free(cfg->sides);
	free(cfg->endpoints);
	free(cfg->core);
	free(cfg->http);
	free(cfg->open_ports);
	free(cfg->foreign_sa);
	free(cfg->agree.algorithms);
	free(cfg->agree.encryption);
	free(cfg->tmpi.profile);
	memset(cfg, 0, sizeof(*cfg));
}

static int by_port(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int by_cidr(const void *a, const void *b)
{
	struct gmg_prefix pa = { 0 }, pb = { 0 };

	prefix_parse(&pa, ((const struct gmg_cidr *)a)->s);
	prefix_parse(&pb, ((const struct gmg_cidr *)b)->s);
	return prefix_compare(&pa, &pb);
}

static int by_open_port(const void *a, const void *b)
{
	const struct gmg_open_port *pa = a, *pb = b;

	return pa->proto != pb->proto ? pa->proto - pb->proto : pa->port - pb->port;
}

static void sort(void *array, uint32_t n, size_t size,
		 int (*compare)(const void *, const void *))
{
	if (n)
		qsort(array, n, size, compare);
}

#define SORT(array, n, compare) sort(array, n, sizeof(*(array)), compare)

/* A side begins with its name; an endpoint, a core prefix and an HTTP server
 * begin with their address.
 */
_Static_assert(!offsetof(struct gmg_side, name) && !offsetof(struct gmg_endpoint, address) &&
	       !offsetof(struct gmg_core, prefix) && !offsetof(struct gmg_http, address),
	       "the key of a list comes first");

void config_sort(struct gmg_config *cfg)
{
	uint32_t i;

	SORT(cfg->sides, cfg->n_sides, by_text);
	for (i = 0; i < cfg->n_sides; i++) {
		SORT(cfg->sides[i].interfaces, cfg->sides[i].n_interfaces, by_text);
		SORT(cfg->sides[i].pools, cfg->sides[i].n_pools, by_cidr);
	}
	SORT(cfg->endpoints, cfg->n_endpoints, by_cidr);
	for (i = 0; i < cfg->n_endpoints; i++) {
		SORT(cfg->endpoints[i].unprotected, cfg->endpoints[i].n_unprotected, by_port);
		SORT(cfg->endpoints[i].server, cfg->endpoints[i].n_server, by_port);
		SORT(cfg->endpoints[i].client, cfg->endpoints[i].n_client, by_port);
	}
	SORT(cfg->core, cfg->n_core, by_cidr);
	SORT(cfg->http, cfg->n_http, by_cidr);
	for (i = 0; i < cfg->n_http; i++)
		SORT(cfg->http[i].ports, cfg->http[i].n_ports, by_port);
	SORT(cfg->open_ports, cfg->n_open_ports, by_open_port);
	SORT(cfg->emergency.numbers, cfg->emergency.n_numbers, by_text);
}

void *config_add(void *array, uint32_t *n, size_t size)
{
	void **at = array;

	/* Room for a power of two: grow when @n is one. */
	if (!(*n & (*n - 1))) {
		void *more = realloc(*at, (*n ? 2 * (size_t)*n : 1) * size);

		if (!more)
			return NULL;
		*at = more;
	}
	return memset((char *)*at + size * (*n)++, 0, size);
}

uint32_t *config_action(struct gmg_config *cfg, uint32_t item, uint32_t transition)
{
	struct gmg_header **h = &cfg->headers.item[item];

	if (!*h)
		*h = calloc(1, sizeof(**h));
	if (*h && !(*h)->action[transition])
		(*h)->action[transition] = calloc(1, sizeof(uint32_t));
	return *h ? (*h)->action[transition] : NULL;
}

uint32_t config_mode(const struct gmg_config *cfg, uint32_t reason)
{
	const uint32_t *mode = reason <= GMGUARD_REASON_MAX ? cfg->rules.mode[reason] : NULL;

	return mode ? *mode : cfg->mode;
}

bool config_judges_tcp(const struct gmg_config *cfg)
{
	return config_mode(cfg, GMGUARD_REASON_STREAM_ORDER) >= cfg->mode;
}

size_t config_pools(const struct gmg_config *cfg)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < cfg->n_sides; i++)
		n += cfg->sides[i].n_pools;
	return n;
}
