/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the kernels gatehouse builds for, one comment each with
 * the version that made it. The modules are written for the newest kernel's
 * interfaces; what an older one lacks is bridged here, and nowhere else.
 *
 * HAVE_* come from compat_config.h, which kernel/compat/conftest writes after
 * compiling kernel/compat/probes/ against the kernel at hand: distributions
 * backport, so a version number says little. To add a difference, add a probe
 * that compiles on the new kernel only, and a wrapper here.
 */
#ifndef GATEHOUSE_COMPAT_H
#define GATEHOUSE_COMPAT_H

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include "compat_config.h"

#if !defined(HAVE_CONTROL_MUST_PASS) || defined(HAVE_CONTROL_MUST_FAIL)
#error "compat_config.h is not the conftest's"
#endif

/* 6.4 dropped the owner from class_create(). */
#ifdef HAVE_CLASS_CREATE_NO_OWNER
#define compat_class_create(name) class_create(name)
#else
#define compat_class_create(name) class_create(THIS_MODULE, name)
#endif

/* 6.4 made struct device point to a const class. */
#define compat_class_t typeof_member(struct device, class)

/* 6.3 made it const for a struct device_type's callbacks. */
#ifdef HAVE_DEVICE_TYPE_CONST
#define compat_type_device const struct device
#else
#define compat_type_device struct device
#endif

/* 6.5 took generic_file_splice_read() from what is no file. */
#ifdef HAVE_COPY_SPLICE_READ
#define compat_copy_splice_read copy_splice_read
#else
#define compat_copy_splice_read generic_file_splice_read
#endif

/* 6.11 merged find_vqs's parallel arrays into one. */
#ifdef HAVE_VIRTQUEUE_INFO
static inline int compat_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
				  struct virtqueue *vqs[],
				  struct virtqueue_info infos[])
{
	return virtio_find_vqs(vdev, nvqs, vqs, infos, NULL);
}
#else
struct virtqueue_info {
	const char *name;
	vq_callback_t *callback;
	bool ctx;
};

static inline int compat_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
				  struct virtqueue *vqs[],
				  struct virtqueue_info infos[])
{
	vq_callback_t **callbacks = kvcalloc(nvqs, sizeof(*callbacks), GFP_KERNEL);
	const char **names = kvcalloc(nvqs, sizeof(*names), GFP_KERNEL);
	bool *ctx = kvcalloc(nvqs, sizeof(*ctx), GFP_KERNEL);
	unsigned int i;
	int err = -ENOMEM;

	if (!callbacks || !names || !ctx)
		goto out;
	for (i = 0; i < nvqs; i++) {
		callbacks[i] = infos[i].callback;
		names[i] = infos[i].name;
		ctx[i] = infos[i].ctx;
	}
	err = virtio_find_vqs_ctx(vdev, nvqs, vqs, callbacks, names, ctx, NULL);
out:
	kvfree(ctx);
	kvfree(names);
	kvfree(callbacks);
	return err;
}
#endif

#endif /* GATEHOUSE_COMPAT_H */
