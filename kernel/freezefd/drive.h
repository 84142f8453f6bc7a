/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_DRIVE_H
#define FREEZEFD_DRIVE_H

#include <linux/types.h>

struct freezefd_handle;

void freezefd_drive_setup(struct freezefd_handle *handle);
void freezefd_drive_until(struct freezefd_handle *handle, u32 ms);
void freezefd_drive(struct freezefd_handle *handle);

#endif /* FREEZEFD_DRIVE_H */
