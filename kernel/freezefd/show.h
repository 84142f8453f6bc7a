/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_SHOW_H
#define FREEZEFD_SHOW_H

struct freezefd_handle;
struct seq_file;

void freezefd_show(struct freezefd_handle *handle, struct seq_file *s);

#endif /* FREEZEFD_SHOW_H */
