/* SPDX-License-Identifier: GPL-2.0 */
/* The device goes to sleep and wakes up; its ports stay. */
#ifndef VSER_SUSPEND_H
#define VSER_SUSPEND_H

struct vser_ctrl;
struct vser_vqs_callbacks;

void vser_suspend(struct vser_ctrl *ctrl);
int vser_resume(struct vser_ctrl *ctrl, const struct vser_vqs_callbacks *cbs);
void vser_suspend_end(struct vser_ctrl *ctrl);

#endif /* VSER_SUSPEND_H */
