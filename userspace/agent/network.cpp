// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-network-get-interfaces: names, addresses and counters of the guest's
// network interfaces.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>

#include "file.hpp"
#include "handlers.hpp"
#include "table.hpp"

namespace agent {

using namespace gatehouse;

namespace {

// Names in the reply, and below /sys/class/net/NAME/statistics.
constexpr std::pair<const char *, const char *> kCounters[] = {
	{"rx-bytes", "rx_bytes"},     {"rx-packets", "rx_packets"}, {"rx-errs", "rx_errors"},
	{"rx-dropped", "rx_dropped"}, {"tx-bytes", "tx_bytes"},	    {"tx-packets", "tx_packets"},
	{"tx-errs", "tx_errors"},     {"tx-dropped", "tx_dropped"},
};

int count_bits(const void *mask, size_t size)
{
	std::array<unsigned char, 16> bytes = {};

	memcpy(bytes.data(), mask, std::min(size, bytes.size()));
	int bits = 0;
	for (const unsigned char byte : bytes)
		bits += std::popcount(byte);
	return bits;
}

template <typename Address>
Json ip_address(const char *type, const ifaddrs &entry, const Address &(*part)(const sockaddr *))
{
	std::array<char, INET6_ADDRSTRLEN> text = {};
	const int family = entry.ifa_addr->sa_family;

	inet_ntop(family, &part(entry.ifa_addr), text.data(), text.size());
	return {{"ip-address-type", type},
		{"ip-address", text.data()},
		{"prefix",
		 entry.ifa_netmask ? count_bits(&part(entry.ifa_netmask), sizeof(Address)) : 0}};
}

const in_addr &part4(const sockaddr *address)
{
	return reinterpret_cast<const sockaddr_in *>(address)->sin_addr;
}

const in6_addr &part6(const sockaddr *address)
{
	return reinterpret_cast<const sockaddr_in6 *>(address)->sin6_addr;
}

// Of one with an address as Ethernet's; "" of others.
std::string hardware_address(const sockaddr *address)
{
	const auto *link = reinterpret_cast<const sockaddr_ll *>(address);

	if (link->sll_halen != 6)
		return "";
	return fmt::format("{:02x}", fmt::join(link->sll_addr, link->sll_addr + 6, ":"));
}

void add_address(Json &interface, const ifaddrs &entry)
{
	const int family = entry.ifa_addr ? entry.ifa_addr->sa_family : AF_UNSPEC;

	if (family == AF_PACKET) {
		const std::string address = hardware_address(entry.ifa_addr);
		if (!address.empty())
			interface["hardware-address"] = address;
	} else if (family == AF_INET) {
		interface["ip-addresses"].push_back(ip_address("ipv4", entry, part4));
	} else if (family == AF_INET6) {
		interface["ip-addresses"].push_back(ip_address("ipv6", entry, part6));
	}
}

Json statistics(Agent &agent, const std::string &name)
{
	const std::string folder = agent.path("/sys/class/net/" + name + "/statistics/");
	Json counters;

	for (const auto &[counter, file] : kCounters)
		counters[counter] = number_in(folder + file);
	return counters;
}

} // namespace

Result<Json> network_interfaces(Agent &agent, const Json &)
{
	ifaddrs *head = nullptr;
	Json list = Json::array();

	if (getifaddrs(&head) < 0)
		return Error{errno, "getifaddrs"};
	const std::unique_ptr<ifaddrs, void (*)(ifaddrs *)> owner(head, freeifaddrs);
	for (const ifaddrs *entry = head; entry; entry = entry->ifa_next) {
		const std::string name = entry->ifa_name;
		auto found = std::ranges::find_if(
			list, [&](const Json &interface) { return interface["name"] == name; });
		if (found == list.end()) {
			list.push_back({{"name", name}, {"statistics", statistics(agent, name)}});
			found = list.end() - 1;
		}
		add_address(*found, *entry);
	}
	return list;
}

} // namespace agent
