/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_ARRAY_H
#define _GMG_ARRAY_H

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif /* _GMG_ARRAY_H */
