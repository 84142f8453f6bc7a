/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's header of this name, on the compiler's own byte swaps. */
#ifndef GATEHOUSE_SHIM_LINUX_VIRTIO_BYTEORDER_H
#define GATEHOUSE_SHIM_LINUX_VIRTIO_BYTEORDER_H

#include <endian.h>
#include <linux/types.h>
#include <linux/virtio_types.h>

static inline u16 __virtio16_to_cpu(bool little_endian, __virtio16 value)
{
	return little_endian ? le16toh(value) : be16toh(value);
}

static inline u32 __virtio32_to_cpu(bool little_endian, __virtio32 value)
{
	return little_endian ? le32toh(value) : be32toh(value);
}

#endif
