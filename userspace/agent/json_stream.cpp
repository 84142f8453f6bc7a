// SPDX-License-Identifier: GPL-2.0-or-later

#include "json_stream.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "json_string.hpp"

namespace agent {

using namespace gatehouse;

namespace {

Error parse_error(std::string_view what)
{
	return Error{0, fmt::format("JSON parse error, {}", what)};
}

// Of the text up to a NUL, which ends it for a host that is written in C.
Error stray(std::string_view text)
{
	return parse_error(fmt::format("stray '{}'", text.substr(0, text.find('\0'))));
}

template <typename T> std::optional<T> parse_integer(std::string_view text)
{
	T value = 0;
	const auto end = std::from_chars(text.data(), text.data() + text.size(), value);

	return end.ec == std::errc() ? std::optional(value) : std::nullopt;
}

Result<Json> decode_number(const Token &token)
{
	if (token.type == TokenType::Integer) {
		if (const auto value = parse_integer<int64_t>(token.text))
			return Json(*value);
		if (const auto value = parse_integer<uint64_t>(token.text))
			return Json(*value);
	}
	const double value = strtod(std::string(token.text).c_str(), nullptr);
	if (!std::isfinite(value))
		return parse_error("number out of range");
	return Json(value);
}

Result<Json> decode_keyword(std::string_view word)
{
	if (word == "null")
		return Json();
	if (word == "true" || word == "false")
		return Json(word == "true");
	return parse_error(fmt::format("invalid keyword '{}'", word));
}

Result<Json> decode_text(const Token &token)
{
	const auto text = decode_string(token.text);

	if (!text.ok())
		return parse_error(text.error().attempted);
	return Json(text.value());
}

Result<Json> decode(const Token &token)
{
	switch (token.type) {
	case TokenType::Integer:
	case TokenType::Float:
		return decode_number(token);
	case TokenType::Keyword:
		return decode_keyword(token.text);
	case TokenType::String:
		return decode_text(token);
	default:
		return parse_error("expecting value");
	}
}

} // namespace

std::optional<Result<Json>> JsonStream::next(std::string_view &input)
{
	while (const auto token = lexer_.next(input)) {
		if (const auto broken = count(*token); !broken.ok()) {
			reset();
			return broken.error();
		}
		if (!error_) {
			auto built = build(*token);
			if (!built.ok()) {
				error_ = built.take_error();
				levels_.clear(); // not needed any more
			}
		}
		if (is_balanced())
			return conclude();
	}
	return {};
}

// What ends a value wherever it is: its limits, and bytes that are no tokens.
Result<void> JsonStream::count(const Token &token)
{
	bytes_ += token.text.size();
	tokens_++;
	if (token.type == TokenType::Stray)
		return stray(token.text);
	if (token.type == TokenType::TooLong || bytes_ > kTokenLimit)
		return Error{0, "JSON token size limit exceeded"};
	if (tokens_ > kTokensLimit)
		return Error{0, "JSON token count limit exceeded"};
	braces_ += token.type == TokenType::BeginObject;
	braces_ -= token.type == TokenType::EndObject;
	brackets_ += token.type == TokenType::BeginArray;
	brackets_ -= token.type == TokenType::EndArray;
	if (braces_ + brackets_ > static_cast<long>(kDepthLimit))
		return Error{0, "JSON nesting depth limit exceeded"};
	return {};
}

bool JsonStream::is_balanced() const
{
	return braces_ < 0 || brackets_ < 0 || (!braces_ && !brackets_);
}

Result<void> JsonStream::build(const Token &token)
{
	const bool ends = token.type == TokenType::EndObject || token.type == TokenType::EndArray;

	if (expect_ == Expect::Colon || expect_ == Expect::More)
		return separate(token);
	if (ends && (expect_ == Expect::KeyOrEnd || expect_ == Expect::ValueOrEnd))
		return end(token.type == TokenType::EndObject);
	if (expect_ == Expect::Key || expect_ == Expect::KeyOrEnd)
		return take_key(token);
	if (token.type == TokenType::BeginObject)
		return begin(Json::object());
	if (token.type == TokenType::BeginArray)
		return begin(Json::array());
	add(TRY(decode(token)));
	return {};
}

Result<void> JsonStream::begin(Json container)
{
	expect_ = container.is_object() ? Expect::KeyOrEnd : Expect::ValueOrEnd;
	levels_.push_back({std::move(container), {}, false});
	return {};
}

Result<void> JsonStream::end(bool object)
{
	if (levels_.back().value.is_object() != object)
		return parse_error("expecting value");
	Json value = std::move(levels_.back().value);
	levels_.pop_back();
	add(std::move(value));
	return {};
}

// What comes behind a key and behind a value in an object or array.
Result<void> JsonStream::separate(const Token &token)
{
	const bool object = levels_.back().value.is_object();

	if (expect_ == Expect::Colon) {
		if (token.type != TokenType::Colon)
			return parse_error("missing : in object pair");
		expect_ = Expect::Value;
		return {};
	}
	if (token.type == (object ? TokenType::EndObject : TokenType::EndArray))
		return end(object);
	if (token.type != TokenType::Comma)
		return parse_error(object ? "expected separator in dict"
					  : "expected separator in list");
	expect_ = object ? Expect::Key : Expect::Value;
	return {};
}

Result<void> JsonStream::take_key(const Token &token)
{
	Level &level = levels_.back();
	const bool object = token.type == TokenType::BeginObject;

	// It may not even be a value, which is told first.
	if (object || token.type == TokenType::BeginArray) {
		level.in_key = true;
		return begin(object ? Json::object() : Json::array());
	}
	const Json value = TRY(decode(token));
	if (!value.is_string())
		return parse_error("key is not a string in object");
	level.key = value.get<std::string>();
	expect_ = Expect::Colon;
	return {};
}

// A value where one was expected. What is wrong with its key is told here.
void JsonStream::add(Json value)
{
	if (levels_.empty()) {
		value_ = std::move(value);
		return;
	}
	Level &level = levels_.back();
	expect_ = Expect::More;
	if (level.in_key)
		error_ = parse_error("key is not a string in object");
	else if (level.value.is_array())
		level.value.push_back(std::move(value));
	else if (!level.value.emplace(std::move(level.key), std::move(value)).second)
		error_ = parse_error("duplicate key");
}

Result<Json> JsonStream::conclude()
{
	Json value = std::move(value_);
	const auto error = std::move(error_);

	reset();
	if (error)
		return *error;
	return value;
}

void JsonStream::reset()
{
	bytes_ = tokens_ = 0;
	braces_ = brackets_ = 0;
	expect_ = Expect::Value;
	levels_.clear();
	value_ = Json();
	error_.reset();
}

} // namespace agent
