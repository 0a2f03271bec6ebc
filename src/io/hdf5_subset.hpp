// SPDX-License-Identifier: MIT
#pragma once

#include "assemble.hpp"

#include <map>

/// The part of HDF5 that gprMax and MetalMapper files use, read without trust: every address and size is checked against the file, and no
/// structure is visited twice. libhdf5 1.10 crashes on damaged files, which a reader here must not.
///
/// Understood   superblock 0 and 1, object headers 1 with continuations, symbol-table groups, attributes 1 to 3, fixed and
///              variable-length strings, integers, floats and compounds of them, data layout 3: compact, contiguous, chunked without filters.
/// Not          superblock 2 and 3 (libver="latest"), filters, links to other files, nested compounds and shared types: DataError.
/// @source      HDF5 File Format Specification Version 3.0, The HDF Group, sections II.A, III.A, III.D, III.E, IV.A
namespace surefoot::io::hdf5 {

/// Addresses and lengths are 8 bytes wide in all files that libhdf5 writes on its usual hosts; others are refused.
inline constexpr std::uint64_t undefined_address = ~std::uint64_t{0};

[[nodiscard]] bool is_hdf5(std::span<const std::byte> head) noexcept;

/// A member of a compound.
struct Member {
  std::string name;
  std::uint64_t offset = 0;
  std::optional<StoredType> type;  ///< none: a text, or no number that samples have
};

struct DataType {
  enum class Class : std::uint8_t { integer, real, text, variable_text, compound, other };
  Class kind = Class::other;
  std::uint64_t size = 0;
  std::endian order = std::endian::little;
  bool is_signed = false;
  std::vector<Member> members;  ///< of a compound

  /// As a stored sample, if it is one.
  [[nodiscard]] std::optional<StoredType> stored() const noexcept;
};

struct Attribute {
  DataType type;
  std::vector<std::uint64_t> shape;
  std::vector<std::byte> bytes;
};

struct Chunk {
  std::vector<std::uint64_t> corner;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

struct DataSet {
  enum class Layout : std::uint8_t { none, compact, contiguous, chunked };
  DataType type;
  std::vector<std::uint64_t> shape;
  Layout layout = Layout::none;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::vector<std::byte> compact;
  std::vector<std::uint64_t> chunk_shape;
  bool filtered = false;
};

/// A group or a data set: what its object header says.
struct Object {
  std::uint64_t address = 0;
  std::map<std::string, Attribute> attributes;
  std::map<std::string, std::uint64_t> children;  ///< name -> address of the object header
  std::optional<DataSet> data;
};

/// The type at the cursor, which is then behind it.
[[nodiscard]] DataType parse_type(Cursor& c);

class Reader {
 public:
  /// @throws DataError if the superblock is none that is understood.
  explicit Reader(const File& file);

  [[nodiscard]] Object object(std::uint64_t address) const;
  [[nodiscard]] Object root() const { return object(root_); }
  /// The child of that name; nullopt if there is none.
  [[nodiscard]] std::optional<Object> child(const Object& parent, const std::string& name) const;

  /// All numbers of an attribute as doubles; empty if it is absent or holds none.
  [[nodiscard]] std::vector<double> numbers(const Object& object, const std::string& name) const;
  /// The text of an attribute; empty if it is absent or no text.
  [[nodiscard]] std::string text(const Object& object, const std::string& name) const;

  /// All bytes of a data set in row-major order; they are in the file, so they fit in memory as the file does.
  [[nodiscard]] std::vector<std::byte> contents(const DataSet& data) const;

 private:
  class HeaderParser;
  void symbol_table(std::uint64_t tree, std::uint64_t heap, std::map<std::string, std::uint64_t>& children) const;
  [[nodiscard]] std::vector<Chunk> chunks(const DataSet& data) const;
  [[nodiscard]] std::uint64_t absolute(std::uint64_t address, const char* what) const;
  [[nodiscard]] std::string global_heap_text(std::uint64_t collection, std::uint32_t index, std::uint32_t length) const;

  const File& file_;
  std::uint64_t base_ = 0;
  std::uint64_t root_ = 0;
};

}  // namespace surefoot::io::hdf5
