// SPDX-License-Identifier: GPL-2.0
/* 6.3: the callbacks of a struct device_type take a const device. */
#include <linux/device.h>

static int device_type_const_uevent(const struct device *dev,
				    struct kobj_uevent_env *env)
{
	return 0;
}

const struct device_type device_type_const = {
	.uevent = device_type_const_uevent,
};
