/* SPDX-License-Identifier: GPL-2.0 */
/* The device class of the ports: our own, or the stock driver's. */
#ifndef VSER_CLASS_H
#define VSER_CLASS_H

#include "compat.h"

struct device_driver;

int vser_class_init(struct device_driver *driver);
void vser_class_exit(void);
compat_class_t vser_class(void);

#endif /* VSER_CLASS_H */
