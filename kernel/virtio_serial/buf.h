/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffers that travel between a port and its queues.
 *
 * A buffer has one owner at a time: the device, from when it is added to a
 * virtqueue until the device returns it or has been reset; else the list or
 * the function that holds it. Only an owner touches or frees it.
 */
#ifndef VSER_BUF_H
#define VSER_BUF_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * struct vser_buf - whole pages, physically contiguous
 * @list: the owner's list
 * @data: the pages' address
 * @order: 2^order pages
 * @size: bytes that fit
 * @len: bytes that are valid
 * @off: of these, bytes the reader has taken
 * @nr: which of its queue's buffers this is, counted as they are posted
 */
struct vser_buf {
	struct list_head list;
	void *data;
	unsigned int order;
	u32 size;
	u32 len;
	u32 off;
	u64 nr;
};

/* A buffer for data to the host. Those for data from it are one page. */
#define VSER_TX_ORDER 3

static inline bool vser_buf_is_full(const struct vser_buf *buf)
{
	return buf->len == buf->size;
}

struct vser_buf *vser_buf_alloc(unsigned int order, gfp_t gfp);
void vser_buf_free(struct vser_buf *buf);
void vser_buf_free_list(struct list_head *bufs);

#endif /* VSER_BUF_H */
