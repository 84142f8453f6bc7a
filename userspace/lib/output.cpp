// SPDX-License-Identifier: GPL-2.0-or-later

#include "output.hpp"

#include <unistd.h>

#include <algorithm>

#include "file.hpp"

namespace gatehouse::output {

Result<void> text(std::string_view text)
{
	return write_all(STDOUT_FILENO, text, "standard output");
}

static std::string dump(const Json &value, int indent)
{
	// Bytes that are not UTF-8 are replaced: a name is the host's choice.
	return value.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<void> json(const Json &value)
{
	return text(dump(value, 2));
}

Result<void> json_line(const Json &value)
{
	return text(dump(value, -1));
}

Table::Table(Row header)
{
	rows_.push_back(std::move(header));
}

void Table::add(Row row)
{
	for (std::string &cell : row)
		cell = cell.empty() ? "-" : escape(cell);
	rows_.push_back(std::move(row));
}

std::string Table::format() const
{
	std::vector<size_t> widths(rows_.front().size());
	std::string lines;

	for (const Row &row : rows_)
		for (size_t i = 0; i < row.size(); i++)
			widths[i] = std::max(widths[i], row[i].size());
	for (const Row &row : rows_) {
		for (size_t i = 0; i + 1 < row.size(); i++)
			lines += fmt::format("{:<{}}  ", row[i], widths[i]);
		lines += row.back() + "\n";
	}
	return lines;
}

std::string escape(std::string_view text)
{
	std::string safe;

	for (const char c : text) {
		const auto byte = static_cast<unsigned char>(c);

		if (c == '\n')
			safe += "\\n";
		else if (c == '"' || c == '\\')
			safe += {'\\', c};
		else if (byte < 0x20 || byte > 0x7e)
			safe += fmt::format("\\x{:02x}", byte);
		else
			safe += c;
	}
	return safe;
}

} // namespace gatehouse::output
