/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SA_PRINT_H
#define _GMG_SA_PRINT_H

#include <jansson.h>

#include "sa.h"

/* Sets of SAs for people and for machines. */

/**
 * struct gmg_sa_flow - which packets an SA is for
 * @name: A to D, IMS's own: A from port_uc to port_ps, and so on
 * @in:   from the UE
 */
struct gmg_sa_flow {
	char name;
	bool in;
	const struct gmg_prefix *src;
	const struct gmg_prefix *dst;
	uint16_t sport;
	uint16_t dport;
};

struct gmg_sa_flow sa_flow(const struct gmg_sa *sa, enum gmg_sa_role role);

/* What an event has of a set; or all of it. NULL without memory. */
json_t *sa_json_event(const struct gmg_sa *sa);
json_t *sa_json(const struct gmg_sa *sa);

/* A set, whole; or a line for each of a list, with a heading. */
void sa_print(const struct gmg_sa *sa);
void sa_print_list(const struct gmg_sa *list, uint32_t n);

#endif /* _GMG_SA_PRINT_H */
