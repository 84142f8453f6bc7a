/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_DEBUGFS_H
#define FREEZEFD_DEBUGFS_H

void freezefd_debugfs_init(void);
void freezefd_debugfs_exit(void);

#endif /* FREEZEFD_DEBUGFS_H */
