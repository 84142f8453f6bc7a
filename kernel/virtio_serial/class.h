/* SPDX-License-Identifier: GPL-2.0 */
/* The device class of the ports: our own, or the stock driver's. */
#ifndef VSER_CLASS_H
#define VSER_CLASS_H

#include <linux/device.h>

/* struct class *, or const struct class * since 6.4 */
typedef typeof_member(struct device, class) vser_class_t;

int vser_class_init(struct device_driver *driver);
void vser_class_exit(void);
vser_class_t vser_class(void);

#endif /* VSER_CLASS_H */
