/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_EXPLAIN_SIP_H
#define _GMG_EXPLAIN_SIP_H

#include <cyaml/cyaml.h>

#include "cmd.h"

#define GMG_SIP_PORT_WORDS 2
#define GMG_SIP_SA_WORDS 6

/* Words for enum gmg_port and enum gmg_sip_sa of the module. */
extern const cyaml_strval_t sip_port_words[GMG_SIP_PORT_WORDS];
extern const cyaml_strval_t sip_sa_words[GMG_SIP_SA_WORDS];

/* Tells what the module's rules make of the message in opt->file, and what it is as
 * delivered. An exit status.
 */
int explain_sip(const struct gmg_options *opt);

#endif /* _GMG_EXPLAIN_SIP_H */
