// SPDX-License-Identifier: GPL-2.0
/*
 * Binding to a virtio console device (VIRTIO 1.2, section 5.3), and letting go
 * of it.
 *
 * Removal: the ports are unplugged first, then the device is reset and has no
 * buffer of ours any more, then memory is freed. Files still open keep their
 * port and the memory of the queue pairs, nothing else. A device that did not
 * wake up has neither ports nor queues.
 *
 * The PM core freezes and restores a device, and then says that it is over,
 * never two of these at once. Nobody removes a device before he has heard that
 * we no longer listen.
 */

#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <linux/virtio_config.h>
#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>

#include "class.h"
#include "ctrl.h"
#include "device.h"
#include "panic_dump.h"
#include "port_rx.h"
#include "port_tx.h"
#include "suspend.h"
#include "vqs.h"

/**
 * struct vser_device - a bound device
 * @vqs: its queues; vdev->priv
 * @ctrl: its control channel
 * @panic_dump: its emergency register
 * @pm: hears when a suspend or hibernation is over
 */
struct vser_device {
	struct vser_vqs *vqs;
	struct vser_ctrl ctrl;
	struct vser_panic_dump panic_dump;
	struct notifier_block pm;
};

static const struct vser_vqs_callbacks vser_callbacks = {
	.rx_done = vser_rx_done,
	.tx_done = vser_tx_done,
	.ctrl_done = vser_ctrl_done,
};

static struct vser_device *vser_device_of(struct virtio_device *vdev)
{
	struct vser_vqs *vqs = vdev->priv;

	return container_of(vqs->ctrl_queue, struct vser_device, ctrl.queue);
}

/* The device's number of ports, which the host may set to anything. */
static int vser_read_nr_ports(struct virtio_device *vdev, u32 *nr_ports)
{
	if (!vdev->config->get) {
		dev_err(&vdev->dev, "the device has no configuration space\n");
		return -EINVAL;
	}
	if (!virtio_has_feature(vdev, VIRTIO_CONSOLE_F_MULTIPORT)) {
		*nr_ports = 1;
		return 0;
	}
	virtio_cread(vdev, struct virtio_console_config, max_nr_ports, nr_ports);
	if (!*nr_ports || *nr_ports > VSER_PORTS_MAX) {
		dev_err(&vdev->dev, "the device claims %u ports\n", *nr_ports);
		return -EINVAL;
	}
	return 0;
}

static int vser_pm_event(struct notifier_block *pm, unsigned long event,
			 void *unused)
{
	struct vser_device *dev = container_of(pm, struct vser_device, pm);

	switch (event) {
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		vser_suspend_end(&dev->ctrl);
		break;
	}
	return NOTIFY_DONE;
}

static struct vser_device *vser_device_alloc(struct virtio_device *vdev,
					     u32 nr_ports)
{
	struct vser_device *dev = kvzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;
	dev->vqs = vser_vqs_alloc(vdev, nr_ports);
	if (!dev->vqs)
		goto err_free;
	if (vser_ctrl_init(&dev->ctrl, dev->vqs))
		goto err_put_vqs;
	vdev->priv = dev->vqs;
	return dev;

err_put_vqs:
	vser_vqs_put(dev->vqs);
err_free:
	kvfree(dev);
	return NULL;
}

static void vser_device_free(struct vser_device *dev)
{
	dev->vqs->vdev->priv = NULL;
	vser_ctrl_exit(&dev->ctrl);
	vser_vqs_put(dev->vqs);
	kvfree(dev);
}

static int vser_probe(struct virtio_device *vdev)
{
	struct vser_device *dev;
	u32 nr_ports;
	int err;

	/* The first devices come before vser_init() has got to it. */
	err = vser_class_init(vdev->dev.driver);
	if (err)
		return err;
	err = vser_read_nr_ports(vdev, &nr_ports);
	if (err)
		return err;
	dev = vser_device_alloc(vdev, nr_ports);
	if (!dev)
		return -ENOMEM;
	vser_panic_dump_register(&dev->panic_dump, vdev);
	err = vser_vqs_init(dev->vqs, &vser_callbacks);
	if (err) {
		dev_err(&vdev->dev, "no queues for %u ports: %d\n", nr_ports,
			err);
		goto err_free;
	}
	virtio_device_ready(vdev);
	err = vser_ctrl_start(&dev->ctrl);
	if (err)
		goto err_exit_vqs;
	dev->pm.notifier_call = vser_pm_event;
	err = register_pm_notifier(&dev->pm);
	if (err)
		goto err_stop;
	return 0;

err_stop:
	vser_ctrl_stop(&dev->ctrl);
err_exit_vqs:
	virtio_reset_device(vdev);
	vser_vqs_exit(dev->vqs);
err_free:
	vser_panic_dump_unregister(&dev->panic_dump);
	vser_device_free(dev);
	return err;
}

static void vser_remove(struct virtio_device *vdev)
{
	struct vser_device *dev = vser_device_of(vdev);

	unregister_pm_notifier(&dev->pm);
	vser_ctrl_stop(&dev->ctrl);
	virtio_reset_device(vdev);
	vser_vqs_exit(dev->vqs);
	vser_panic_dump_unregister(&dev->panic_dump);
	vser_device_free(dev);
}

#ifdef CONFIG_PM_SLEEP
static int vser_freeze(struct virtio_device *vdev)
{
	vser_suspend(&vser_device_of(vdev)->ctrl);
	return 0;
}

static int vser_restore(struct virtio_device *vdev)
{
	return vser_resume(&vser_device_of(vdev)->ctrl, &vser_callbacks);
}
#endif

static void vser_config_changed(struct virtio_device *vdev)
{
	vser_ctrl_config_changed(&vser_device_of(vdev)->ctrl);
}

static const struct virtio_device_id vser_id_table[] = {
	{ VIRTIO_ID_CONSOLE, VIRTIO_DEV_ANY_ID },
	{ 0 },
};
MODULE_DEVICE_TABLE(virtio, vser_id_table);

static const unsigned int vser_features[] = {
	VIRTIO_CONSOLE_F_SIZE,
	VIRTIO_CONSOLE_F_MULTIPORT,
	VIRTIO_CONSOLE_F_EMERG_WRITE,
};

struct virtio_driver vser_driver = {
	.feature_table = vser_features,
	.feature_table_size = ARRAY_SIZE(vser_features),
	.driver.name = KBUILD_MODNAME,
	.driver.owner = THIS_MODULE,
	.id_table = vser_id_table,
	.probe = vser_probe,
	.remove = vser_remove,
#ifdef CONFIG_PM_SLEEP
	.freeze = vser_freeze,
	.restore = vser_restore,
#endif
	.config_changed = vser_config_changed,
};
