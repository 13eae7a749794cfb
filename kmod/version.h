/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_VERSION_H
#define _GMG_VERSION_H

/* Of the module, the helper and the packages; dkms.conf repeats it. */
#define GMG_VERSION "0.1.0"

#endif /* _GMG_VERSION_H */
