/* SPDX-License-Identifier: GPL-2.0 */
/* The device class of the ports and its folder in debugfs: our own, or lent. */
#ifndef VSER_CLASS_H
#define VSER_CLASS_H

#include "compat.h"

struct dentry;
struct device_driver;

int vser_class_init(struct device_driver *driver);
void vser_class_exit(void);
compat_class_t vser_class(void);
struct dentry *vser_class_folder(void);

#endif /* VSER_CLASS_H */
