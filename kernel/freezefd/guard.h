/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Refuses FITHAW with EBUSY while we hold a filesystem, on kernels where it
 * would undo our freeze: the superblock gets a copy of its operations with a
 * thaw_super that refuses. SysRq-j asks nobody, and thaws all the same.
 *
 * A task may be about to call through a copy at any time, so copies stay until
 * the module goes; there is one for each set of operations, that is for each
 * type of filesystem, however often it is used.
 */
#ifndef FREEZEFD_GUARD_H
#define FREEZEFD_GUARD_H

struct super_block;

int freezefd_guard_start(struct super_block *sb);
void freezefd_guard_stop(struct super_block *sb);
void freezefd_guard_exit(void);

#endif /* FREEZEFD_GUARD_H */
