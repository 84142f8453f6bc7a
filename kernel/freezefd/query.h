/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_QUERY_H
#define FREEZEFD_QUERY_H

struct fs_freeze_query;

int freezefd_query_file(struct fs_freeze_query *query);
int freezefd_query_bdev(struct fs_freeze_query *query);

#endif /* FREEZEFD_QUERY_H */
