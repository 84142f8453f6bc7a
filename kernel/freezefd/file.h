/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_FILE_H
#define FREEZEFD_FILE_H

#include <linux/types.h>

struct file;
struct freezefd_handle;

struct file *freezefd_file_open(struct freezefd_handle *handle);

#endif /* FREEZEFD_FILE_H */
