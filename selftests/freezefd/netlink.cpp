// SPDX-License-Identifier: GPL-2.0-or-later
//
// Events by generic netlink, for anyone.

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "filesystem.hpp"
#include "freeze.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr uid_t kNobody = 65534;

using Attributes = std::map<int, std::string>;

// The attributes in a stretch of bytes.
Attributes parse(std::string_view bytes)
{
	Attributes found;
	while (bytes.size() >= sizeof(nlattr)) {
		nlattr head;
		std::memcpy(&head, bytes.data(), sizeof(head));
		if (head.nla_len < sizeof(head) || head.nla_len > bytes.size())
			fail("an attribute is longer than its message");
		found[head.nla_type & NLA_TYPE_MASK] =
			bytes.substr(NLA_HDRLEN, head.nla_len - NLA_HDRLEN);
		bytes.remove_prefix(std::min<size_t>(NLA_ALIGN(head.nla_len), bytes.size()));
	}
	return found;
}

template <typename T> T number(const Attributes &attributes, int type)
{
	T value = {};
	const auto found = attributes.find(type);
	if (found == attributes.end() || found->second.size() != sizeof(value))
		fail(fmt::format("no attribute {} of {} bytes", type, sizeof(value)));
	std::memcpy(&value, found->second.data(), sizeof(value));
	return value;
}

// A socket of one without rights, in the group of events.
class Listener
{
public:
	Listener()
	{
		ASSERT_CALL(syscall(SYS_setresuid, -1, kNobody, -1));
		socket_ = UniqueFd(static_cast<int>(
			ASSERT_CALL(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC))));
		const uint32_t group = find_group();
		ASSERT_CALL(setsockopt(socket_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
				       sizeof(group)));
		ASSERT_CALL(syscall(SYS_setresuid, -1, 0, -1));
	}

	Attributes next() const
	{
		const std::string message = receive();
		genlmsghdr head;
		std::memcpy(&head, message.data(), sizeof(head));
		EXPECT_EQ(head.cmd, FREEZEFD_C_EVENT);
		EXPECT_EQ(head.version, FREEZEFD_GENL_VERSION);
		return parse(std::string_view(message).substr(GENL_HDRLEN));
	}

private:
	// The next message behind its netlink header.
	std::string receive() const
	{
		std::string buffer(8192, 0);
		const long length =
			ASSERT_CALL(recv(socket_.get(), buffer.data(), buffer.size(), 0));
		nlmsghdr head;
		std::memcpy(&head, buffer.data(), sizeof(head));
		if (head.nlmsg_type == NLMSG_ERROR ||
		    length < static_cast<long>(NLMSG_HDRLEN + GENL_HDRLEN))
			fail("netlink says no");
		return buffer.substr(NLMSG_HDRLEN, head.nlmsg_len - NLMSG_HDRLEN);
	}

	// Asks the controller for the family, and looks for its group.
	uint32_t find_group() const
	{
		struct {
			nlmsghdr head;
			genlmsghdr genl;
			nlattr attribute;
			char name[sizeof(FREEZEFD_GENL_NAME)];
		} ask = {};
		ask.head.nlmsg_len = sizeof(ask);
		ask.head.nlmsg_type = GENL_ID_CTRL;
		ask.head.nlmsg_flags = NLM_F_REQUEST;
		ask.genl.cmd = CTRL_CMD_GETFAMILY;
		ask.genl.version = 1;
		ask.attribute.nla_len = NLA_HDRLEN + sizeof(ask.name);
		ask.attribute.nla_type = CTRL_ATTR_FAMILY_NAME;
		std::memcpy(ask.name, FREEZEFD_GENL_NAME, sizeof(ask.name));
		ASSERT_CALL(send(socket_.get(), &ask, sizeof(ask), 0));
		const std::string reply = receive();
		const Attributes family = parse(std::string_view(reply).substr(GENL_HDRLEN));
		for (const auto &[index, bytes] : parse(family.at(CTRL_ATTR_MCAST_GROUPS))) {
			const Attributes group = parse(bytes);
			if (group.at(CTRL_ATTR_MCAST_GRP_NAME).c_str() ==
			    std::string_view(FREEZEFD_GENL_MCGRP_EVENTS))
				return number<uint32_t>(group, CTRL_ATTR_MCAST_GRP_ID);
		}
		fail("the family has no such group");
	}

	UniqueFd socket_;
};

} // namespace

TEST(anyone_hears_of_events_by_netlink)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	const fs_freeze_query device = query(root.get());
	const Listener listener;
	const Freeze freeze(filesystem, {.cookie = 4711});
	Attributes event = listener.next();
	EXPECT_EQ(number<uint32_t>(event, FREEZEFD_A_EVENT), FREEZEFD_EVENT_FREEZE);
	EXPECT_EQ(number<uint64_t>(event, FREEZEFD_A_COOKIE), 4711);
	EXPECT_EQ(number<uint32_t>(event, FREEZEFD_A_DEV_MAJOR), device.dev_major);
	EXPECT_EQ(number<uint32_t>(event, FREEZEFD_A_DEV_MINOR), device.dev_minor);
	ASSERT_GT(number<uint64_t>(event, FREEZEFD_A_TIME_NS), 0);
	const auto seq = number<uint64_t>(event, FREEZEFD_A_SEQ);
	thaw_all();
	event = listener.next();
	EXPECT_EQ(number<uint32_t>(event, FREEZEFD_A_EVENT), FREEZEFD_EVENT_LOST);
	EXPECT_EQ(number<uint32_t>(event, FREEZEFD_A_LOST), FS_FREEZE_LOST_FORCED);
	event = listener.next();
	EXPECT_EQ(number<uint32_t>(event, FREEZEFD_A_EVENT), FREEZEFD_EVENT_THAW);
	EXPECT_EQ(number<uint64_t>(event, FREEZEFD_A_SEQ), seq + 2);
}

} // namespace gatehouse::test
