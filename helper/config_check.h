/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_CONFIG_CHECK_H
#define _GMG_CONFIG_CHECK_H

#include "config.h"
#include "document.h"

/* What a schema cannot say: addresses, overlaps, ports, names, marks. Writes
 * the addresses and prefixes of @cfg in canonical form. @cfg must still be in
 * the order of @doc. 0, or -1 after a message.
 */
int config_check(struct gmg_config *cfg, struct gmg_doc *doc);

/* The part of it that compares addresses and prefixes. */
int config_check_addresses(struct gmg_config *cfg, struct gmg_doc *doc);

/* The part that is about SAs: lifetimes, SPIs, how many, whose, algorithms. Puts
 * foreign-sa, encryption and the pairs of algorithms where they belong.
 */
int config_check_sa(struct gmg_config *cfg, struct gmg_doc *doc);

/* The part that is about what is in SIP. Puts the default where the file has no
 * emergency numbers, leaves visual separators out, and ue-to-core where it belongs.
 */
int config_check_sip(struct gmg_config *cfg, struct gmg_doc *doc);

/* The part that is about TMPI: what a profile of the operator's may have. */
int config_check_tmpi(struct gmg_config *cfg, struct gmg_doc *doc);

#endif /* _GMG_CONFIG_CHECK_H */
