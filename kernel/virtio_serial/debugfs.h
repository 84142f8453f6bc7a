/* SPDX-License-Identifier: GPL-2.0 */
/* A file a port in debugfs, for people and for programs that parse it. */
#ifndef VSER_DEBUGFS_H
#define VSER_DEBUGFS_H

struct vser_port;

void vser_debugfs_add(struct vser_port *port);
void vser_debugfs_del(struct vser_port *port);

#endif /* VSER_DEBUGFS_H */
