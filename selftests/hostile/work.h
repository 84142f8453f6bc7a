/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What work queues do for the module under test. */
#ifndef VSERDEV_WORK_H
#define VSERDEV_WORK_H

struct vser_device_settle;
struct vser_device_watch;
struct vserdev;

int vserdev_work_init(void);
int vserdev_watch(struct vserdev *owner, const struct vser_device_watch *arg);
void vserdev_unwatch(struct vserdev *owner);
int vserdev_settle(const struct vser_device_settle *arg);

#endif /* VSERDEV_WORK_H */
