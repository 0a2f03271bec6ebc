// SPDX-License-Identifier: MIT
#include "hdf5_subset.hpp"

namespace surefoot::io::hdf5 {

namespace {

constexpr std::size_t most_members = 1024;

DataType parse_type(Cursor& c, bool inside);

std::string member_name(Cursor& c, bool padded) {
  std::string name;
  for (;;) {
    const std::string letter = c.text(1, "name of a member");
    if (letter[0] == '\0') break;
    name += letter;
  }
  if (padded) c.skip((8 - (name.size() + 1) % 8) % 8, "name of a member");
  return name;
}

/// Members of a compound of `size` bytes. Only numbers and texts can be stepped over; others are an error.
std::vector<Member> parse_members(Cursor& c, unsigned version, std::size_t n, std::uint64_t size) {
  if (n > most_members) c.fail("a compound of at most 1024 members was expected");
  std::vector<Member> members;
  for (std::size_t i = 0; i < n; ++i) {
    Member member;
    member.name = member_name(c, version < 3);
    if (version < 3) {
      member.offset = c.little<std::uint32_t>("offset of a member");
    } else {
      std::size_t width = 1;
      while (width < 8 && size >> (8 * width) != 0) ++width;
      for (std::size_t k = 0; k < width; ++k)
        member.offset |= std::uint64_t{c.little<std::uint8_t>("offset of a member")} << (8 * k);
    }
    if (version == 1) {
      if (c.little<std::uint8_t>("dimensions of a member") != 0) c.fail("members without dimensions were expected");
      c.skip(3 + 4 + 4 + 16, "dimensions of a member");
    }
    const DataType type = parse_type(c, true);
    if (type.kind == DataType::Class::other || type.kind == DataType::Class::compound ||
        type.kind == DataType::Class::variable_text)
      c.fail("members that are numbers or texts were expected; '" + printable(member.name) + "' is none");
    if (type.size > size || member.offset > size - type.size) c.fail("members inside their compound were expected");
    member.type = type.stored();
    members.push_back(std::move(member));
  }
  return members;
}

/// One inside a compound may be none itself: it is told, but not entered, so that no file can exhaust the stack.
DataType parse_type(Cursor& c, bool inside) {
  const auto class_and_version = c.little<std::uint8_t>("datatype");
  const auto bits = c.little<std::uint8_t>("datatype bits");
  const auto more_bits = c.little<std::uint8_t>("datatype bits");
  c.skip(1, "datatype bits");
  DataType type;
  type.size = c.little<std::uint32_t>("datatype size");
  type.order = (bits & 1U) != 0 ? std::endian::big : std::endian::little;
  switch (class_and_version & 0x0FU) {
    case 0:
      type.kind = DataType::Class::integer;
      type.is_signed = (bits & 8U) != 0;
      c.skip(4, "integer");
      break;
    case 1:
      type.kind = (bits & 0x40U) == 0 ? DataType::Class::real : DataType::Class::other;  // 0x40: VAX order
      c.skip(12, "floating point");
      break;
    case 3: type.kind = DataType::Class::text; break;
    case 6:
      type.kind = DataType::Class::compound;
      if (inside) break;
      type.members = parse_members(c, class_and_version >> 4U, bits | std::size_t{more_bits} << 8U, type.size);
      break;
    case 9: type.kind = (bits & 0x0FU) == 1 ? DataType::Class::variable_text : DataType::Class::other; break;
    default: type.kind = DataType::Class::other;
  }
  return type;
}

}  // namespace

DataType parse_type(Cursor& c) { return parse_type(c, false); }

}  // namespace surefoot::io::hdf5
