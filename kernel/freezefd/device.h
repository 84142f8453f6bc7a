/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEZEFD_DEVICE_H
#define FREEZEFD_DEVICE_H

int freezefd_device_init(void);
void freezefd_device_exit(void);

#endif /* FREEZEFD_DEVICE_H */
