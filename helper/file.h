/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_FILE_H
#define _GMG_FILE_H

#include <stddef.h>

/* All of the file @path, where "-" is the standard input, or one octet more than
 * @max; free() it. NULL after a message.
 */
char *file_read(const char *path, size_t max, size_t *len);

/* How messages call it. */
const char *file_name(const char *path);

#endif /* _GMG_FILE_H */
