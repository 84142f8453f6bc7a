/* SPDX-License-Identifier: GPL-2.0 */
/* Which of the host's names may be that of a device node. Pure logic. */
#ifndef VSER_NODE_NAME_H
#define VSER_NODE_NAME_H

#include <linux/types.h>

bool vser_node_name_is_fit(const char *name);

#endif /* VSER_NODE_NAME_H */
