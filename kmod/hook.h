/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_HOOK_H
#define _GMG_HOOK_H

struct gmg_net;

/* Fills gmg_net.ops. */
void gmg_hook_prepare(struct gmg_net *gn);

#endif /* _GMG_HOOK_H */
