/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_FS_H
#define FREEZEFD_FS_H

#include <linux/types.h>

struct freezefd_hold;
struct super_block;

int freezefd_fs_attach(struct freezefd_hold *hold, struct super_block *sb);
void freezefd_fs_detach(struct freezefd_hold *hold);

bool freezefd_fs_is_foreign(const struct freezefd_hold *hold);
u32 freezefd_fs_count(const struct super_block *sb, bool *frozen);

#endif /* FREEZEFD_FS_H */
