// SPDX-License-Identifier: GPL-2.0
/* Allocation and release of buffers. */

#include <linux/mm.h>
#include <linux/slab.h>

#include "buf.h"

/**
 * vser_buf_alloc - allocate a buffer, a smaller one where memory is scattered
 * @order: wanted size, 2^order pages
 * @gfp: how the last attempt, for one page, may allocate
 *
 * Return: an empty buffer of 2^@order pages or of one page, or NULL.
 */
struct vser_buf *vser_buf_alloc(unsigned int order, gfp_t gfp)
{
	struct vser_buf *buf = kmalloc(sizeof(*buf), gfp);
	struct page *page = NULL;

	if (!buf)
		return NULL;
	if (order)
		page = alloc_pages(gfp | __GFP_NORETRY | __GFP_NOWARN, order);
	if (!page) {
		order = 0;
		page = alloc_page(gfp);
	}
	if (!page) {
		kfree(buf);
		return NULL;
	}
	INIT_LIST_HEAD(&buf->list);
	buf->data = page_address(page);
	buf->order = order;
	buf->size = PAGE_SIZE << order;
	buf->len = 0;
	buf->off = 0;
	return buf;
}

/**
 * vser_buf_free - release a buffer that is on no list and in no virtqueue
 * @buf: the buffer, or NULL
 */
void vser_buf_free(struct vser_buf *buf)
{
	if (!buf)
		return;
	free_pages((unsigned long)buf->data, buf->order);
	kfree(buf);
}

/**
 * vser_buf_free_list - release all buffers of a list
 * @bufs: the list; empty afterwards
 */
void vser_buf_free_list(struct list_head *bufs)
{
	struct vser_buf *buf, *next;

	list_for_each_entry_safe(buf, next, bufs, list) {
		list_del(&buf->list);
		vser_buf_free(buf);
	}
}
