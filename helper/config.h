/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_CONFIG_H
#define _GMG_CONFIG_H

#include <cyaml/cyaml.h>
#include <linux/gmguard.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "addr.h"

struct gmg_ifname {
	char s[GMGUARD_IFNAME_MAX + 1];
};

/* A prefix or an address as text, canonical once a policy is loaded. */
struct gmg_cidr {
	char s[GMG_PREFIX_STRLEN];
};

struct gmg_side {
	char name[GMGUARD_SIDE_NAME_MAX + 1];
	uint32_t trust;			/* enum gmguard_trust */
	struct gmg_ifname *interfaces;	/* names, or prefixes ending in '*' */
	uint32_t n_interfaces;
	struct gmg_cidr *pools;
	uint32_t n_pools;
	bool require_esp;
};

/* Ports are in host order everywhere in the model. */
struct gmg_endpoint {
	struct gmg_cidr address;
	uint16_t *unprotected;
	uint32_t n_unprotected;
	uint16_t *server;
	uint32_t n_server;
	uint16_t *client;
	uint32_t n_client;
};

struct gmg_core {
	struct gmg_cidr prefix;
	uint32_t role;			/* enum gmguard_role */
};

struct gmg_http {
	struct gmg_cidr address;
	uint16_t *ports;
	uint32_t n_ports;
};

struct gmg_open_port {
	uint8_t proto;			/* IPPROTO_UDP, _TCP or _SCTP */
	uint16_t port;
};

struct gmg_marks {
	uint32_t mask;
	uint32_t trusted;
	uint32_t untrusted;
	uint32_t protected;
};

struct gmg_limits {
	uint32_t interfaces;
	uint32_t event_rate;		/* events a second, 0: none */
	uint32_t sa_sets;
	uint32_t pinholes;
	uint32_t register_rate;		/* a second and source, 0: any */
	uint32_t register_burst;
	uint32_t tmpi;			/* IMPIs with one, 0: none may have any */
	uint32_t streams;
	uint32_t stream_octets;
	uint32_t stream_memory;		/* octets */
	uint32_t stream_idle;		/* seconds, 0: for ever */
};

/* An emergency number: digits, '+', '*' and '#'. There is room for the visual
 * separators of the file, which config_load() takes out.
 */
struct gmg_number {
	char s[2 * GMGUARD_NUMBER_LEN_MAX + 2];
};

struct gmg_emergency {
	bool unauthenticated;		/* requests without an SA are let in */
	struct gmg_number numbers[GMGUARD_NUMBERS_MAX];
	uint32_t n_numbers;
};

/**
 * struct gmg_header - exceptions to what becomes of a header or parameter
 * @action:     enum gmguard_sip_action by enum gmguard_sip_transition, or NULL
 * @ue_to_core: a word for two of them, where config_load() puts it; NULL after that
 */
struct gmg_header {
	uint32_t *action[GMGUARD_SIP_TRANSITION_MAX + 1];
	uint32_t *ue_to_core;
};

/* Seconds: see the attributes of lifetimes in uapi/gmguard.yaml. */
struct gmg_lifetimes {
	uint32_t temporary;
	uint32_t slack;
	uint32_t grace;
};

/* What an operator's profile has where TS 33.220 B.4 has the BSF and the identifier of
 * 3GPP: a host name, and 10 hexadecimal digits, in lower case once a policy is loaded.
 */
struct gmg_tmpi_profile {
	char name[GMGUARD_FQDN_MAX + 1];
	char id[2 * GMGUARD_UA_ID_LEN + 1];
};

struct gmg_tmpi_policy {
	uint32_t mode;			/* enum gmguard_tmpi_mode */
	struct gmg_tmpi_profile *profile;	/* or NULL */
};

/* Out of which the kernel chooses ours. */
struct gmg_spi_range {
	uint32_t min;
	uint32_t max;
};

enum gmg_foreign_sa { GMG_FOREIGN_SA_DROP, GMG_FOREIGN_SA_ACCEPT };

struct gmg_algorithm {
	uint32_t alg;			/* enum gmguard_alg */
	uint32_t ealg;			/* enum gmguard_ealg */
};

enum gmg_encryption { GMG_ENCRYPTION_NEVER, GMG_ENCRYPTION_PREFER, GMG_ENCRYPTION_REQUIRE };

/* What sets may have, in our order of preference; there is a pair that is not of
 * today's TS 33.203 if @legacy. @encryption is enum gmg_encryption, a word for which
 * pairs stay in the list, where config_load() puts it; NULL after that.
 */
struct gmg_agree {
	struct gmg_algorithm *algorithms;
	uint32_t n_algorithms;
	bool legacy;
	uint32_t *encryption;
};

/**
 * struct gmg_config - a policy, whether it comes from a file or the kernel
 *
 * Owns all it points to, from malloc(); all zero is an empty one. A list is
 * NULL when it is empty. Complete and checked after config_load(), and in
 * canonical order, so that equal policies are equal as text.
 *
 * @mode: of every rule without one of its own, enum gmguard_mode
 * @rule: by enum gmguard_reason, the mode of a rule that has its own, or NULL
 * @headers: by enum gmguard_sip_item, one that has an exception, or NULL
 * @foreign_sa: enum gmg_foreign_sa, a word for the mode of that rule, where
 *        config_load() puts it; NULL after that
 */
struct gmg_config {
	uint32_t mode;
	struct gmg_side *sides;
	uint32_t n_sides;
	struct gmg_endpoint *endpoints;
	uint32_t n_endpoints;
	struct gmg_core *core;
	uint32_t n_core;
	struct gmg_http *http;
	uint32_t n_http;
	struct gmg_open_port *open_ports;
	uint32_t n_open_ports;
	struct gmg_rules {
		uint32_t *mode[GMGUARD_REASON_MAX + 1];
	} rules;
	struct gmg_marks marks;
	struct gmg_limits limits;
	uint32_t *foreign_sa;
	bool inbound_policy;
	struct gmg_emergency emergency;
	struct gmg_headers {
		struct gmg_header *item[GMGUARD_SIP_ITEM_MAX + 1];
	} headers;
	struct gmg_lifetimes lifetimes;
	struct gmg_spi_range spi;
	struct gmg_agree agree;
	struct gmg_tmpi_policy tmpi;
};

/* The format of the policy file. */
extern const cyaml_schema_value_t config_schema;

/* Largest policy file, in octets. */
#define CONFIG_SIZE_MAX (4u << 20)

/* Reads a policy file of @len octets into @cfg. 0, or -1 after one line
 * "NAME:LINE: what is wrong, what would be right" on @err and with nothing in
 * @cfg to free. Warnings go to @err too and are no failure.
 */
int config_load(const char *buf, size_t len, const char *name,
		struct gmg_config *cfg, FILE *err);

/* The policy as text that config_load() takes back; free() it. NULL if there
 * is no memory, or less in it than a policy needs.
 */
char *config_text(const struct gmg_config *cfg, size_t *len);

void config_free(struct gmg_config *cfg);

/* Puts every list into canonical order. */
void config_sort(struct gmg_config *cfg);

/* Adds a zeroed element of @size octets to an array that was NULL with 0
 * elements at first. NULL if there is no memory.
 */
void *config_add(void *array, uint32_t *n, size_t size);

/* The action of an exception for @item at @transition, a new one if there is none.
 * NULL if there is no memory.
 */
uint32_t *config_action(struct gmg_config *cfg, uint32_t item, uint32_t transition);

/* The mode a rule has in @cfg. */
uint32_t config_mode(const struct gmg_config *cfg, uint32_t reason);

/* Do the rules hold over TCP, as far as they do at all? */
bool config_judges_tcp(const struct gmg_config *cfg);

size_t config_pools(const struct gmg_config *cfg);

#endif /* _GMG_CONFIG_H */
