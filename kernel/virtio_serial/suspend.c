// SPDX-License-Identifier: GPL-2.0
/*
 * Suspend and hibernation. The device is reset, so what it had comes back to us,
 * and it has to be told everything again. Open files stay open, and nothing that
 * was written or has arrived is lost:
 *
 * - From the host: what has arrived stays readable. The empty buffers are kept,
 *   and posted again by vser_ctrl::work, which runs when programs do: what comes
 *   while the image of a hibernation is written must not go to the kernel that
 *   writes it.
 * - To the host: nothing more is posted, and the device gets two seconds for what
 *   it has. What it has not returned by then is posted again, in order, once the
 *   device is awake and has said that the host is still there. Of one buffer for
 *   each port, the one that the device was in the middle of, the host may have a
 *   part already.
 *
 * QEMU forgets the buffer that it is in the middle of when it is reset
 * (guest_reset()), and does not return it to the new queue.
 *
 * The PM core calls us in pairs, but a transport may fail before we are woken up
 * (a device that refuses its features), or not have put us to sleep (virtio-pci
 * asks the device whether it need). When all is over, a device that has not been
 * woken up is given up: nobody waits for it any more (vser_suspend_end()).
 */

#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include "ctrl.h"
#include "port.h"
#include "port_rx.h"
#include "port_sync.h"
#include "port_tx.h"
#include "suspend.h"
#include "vqs.h"

/* From here on ports neither come nor go, and the device gets nothing more. */
static void vser_suspend_pause(struct vser_ctrl *ctrl)
{
	struct vser_vqs *vqs = ctrl->vqs;
	u32 id;

	vser_ctrl_suspend(ctrl);
	for (id = 0; id < vqs->nr_ports; id++) {
		struct vser_pair *pair = &vqs->pairs[id];

		spin_lock_irq(&pair->lock);
		vser_tx_pause(pair);
		spin_unlock_irq(&pair->lock);
	}
}

/*
 * Takes what a device that has been reset has returned before. Return: how many
 * buffers it has not.
 */
static unsigned int vser_suspend_collect(struct vser_vqs *vqs)
{
	unsigned int left = 0;
	u32 id;

	for (id = 0; id < vqs->nr_ports; id++) {
		struct vser_pair *pair = &vqs->pairs[id];

		spin_lock_irq(&pair->lock);
		if (pair->port) {
			vser_rx_poll(pair->port);
			vser_tx_await(pair->port);
		}
		left += vser_tx_window_in_flight(&pair->tx);
		spin_unlock_irq(&pair->lock);
	}
	return left;
}

/* Of a device that is paused and has been reset. */
static void vser_suspend_drop(struct vser_vqs *vqs)
{
	unsigned int left = vser_suspend_collect(vqs);

	if (left)
		dev_warn(&vqs->vdev->dev,
			 "%u buffers that the host has not taken are sent again after the suspend\n",
			 left);
	vser_vqs_drop(vqs);
}

/**
 * vser_suspend - put a device to sleep
 * @ctrl: its control channel; one that did not wake up is left alone
 */
void vser_suspend(struct vser_ctrl *ctrl)
{
	struct vser_vqs *vqs = ctrl->vqs;

	if (!vser_vqs_are_there(vqs))
		return;
	vser_suspend_pause(ctrl);
	vser_sync_drain(vqs);
	virtio_reset_device(vqs->vdev);
	vser_suspend_drop(vqs);
	ctrl->asleep = true;
}

/* The device, which has no queues, does not come back. */
static void vser_suspend_give_up(struct vser_ctrl *ctrl)
{
	ctrl->asleep = false;
	vser_ctrl_unplug(ctrl);
	vser_vqs_exit(ctrl->vqs);
}

/**
 * vser_suspend_end - a suspend or hibernation has ended
 * @ctrl: the control channel of a device that nobody puts to sleep, wakes up or
 *        removes meanwhile
 */
void vser_suspend_end(struct vser_ctrl *ctrl)
{
	if (!ctrl->asleep)
		return;
	dev_err(&ctrl->vqs->vdev->dev, "the device was not woken up\n");
	vser_suspend_give_up(ctrl);
}

/*
 * What goes to a program waits for the device to say whether that is still
 * there; the kernel's messages on a console do not.
 */
static bool vser_resume_waits(const struct vser_port *port)
{
	return port && port->host_open && !port->console;
}

static void vser_resume_pairs(struct vser_vqs *vqs)
{
	u32 id;

	for (id = 0; id < vqs->nr_ports; id++) {
		struct vser_pair *pair = &vqs->pairs[id];

		spin_lock_irq(&pair->lock);
		if (!vser_resume_waits(pair->port))
			vser_tx_resume(pair);
		spin_unlock_irq(&pair->lock);
	}
}

/**
 * vser_resume - wake a device up
 * @ctrl: its control channel; the device has been reset
 * @cbs: as for vser_vqs_init()
 *
 * If it has not been put to sleep, that is made up for.
 *
 * Return: 0, or a negative errno: then all ports are unplugged.
 */
int vser_resume(struct vser_ctrl *ctrl, const struct vser_vqs_callbacks *cbs)
{
	struct vser_vqs *vqs = ctrl->vqs;
	int err;

	if (vser_vqs_are_there(vqs)) {
		vser_suspend_pause(ctrl);
		vser_suspend_drop(vqs);
	}
	err = vser_vqs_init(vqs, cbs);
	if (err)
		goto err_give_up;
	virtio_device_ready(vqs->vdev);
	vser_resume_pairs(vqs);
	err = vser_ctrl_resume(ctrl);
	if (err)
		goto err_reset;
	ctrl->asleep = false;
	return 0;

err_reset:
	virtio_reset_device(vqs->vdev);
	vser_ctrl_suspend(ctrl);
err_give_up:
	dev_err(&vqs->vdev->dev, "the device does not wake up: %d\n", err);
	vser_suspend_give_up(ctrl);
	return err;
}
