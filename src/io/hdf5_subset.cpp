// SPDX-License-Identifier: MIT
#include "hdf5_subset.hpp"

#include <algorithm>
#include <array>

namespace surefoot::io::hdf5 {

namespace {

constexpr std::array<unsigned char, 8> signature{0x89, 'H', 'D', 'F', 0x0D, 0x0A, 0x1A, 0x0A};
constexpr std::uint64_t most_metadata = 1U << 20U;  // of one message, node or heap
constexpr unsigned most_rank = 8;

void expect_tag(Cursor& c, const char* tag) {
  const std::string found = c.text(4, tag);
  if (found != tag) c.fail(std::string("the HDF5 structure '") + tag + "' was expected");
}

std::vector<std::uint64_t> parse_space(Cursor& c) {
  const auto version = c.little<std::uint8_t>("dataspace version");
  const auto rank = c.little<std::uint8_t>("dataspace rank");
  if ((version != 1 && version != 2) || rank > most_rank)
    c.fail("a dataspace of version 1 or 2 and at most " + std::to_string(most_rank) + " dimensions was expected");
  c.skip(version == 1 ? 6 : 2, "dataspace");
  std::vector<std::uint64_t> shape;
  for (unsigned i = 0; i < rank; ++i) shape.push_back(c.little<std::uint64_t>("dataspace dimension"));
  return shape;
}

std::uint64_t count_of(const std::vector<std::uint64_t>& shape) {
  std::uint64_t n = 1;
  for (const std::uint64_t d : shape) n = saturating_product(n, d);
  return n;
}

void parse_layout(Cursor& c, DataSet& data) {
  const auto version = c.little<std::uint8_t>("data layout version");
  if (version != 3) c.fail("data layout of version 3 was expected, found " + std::to_string(version));
  switch (c.little<std::uint8_t>("data layout class")) {
    case 0: {
      const auto n = c.little<std::uint16_t>("compact size");
      const auto piece = c.take(n, "compact data");
      data.layout = DataSet::Layout::compact;
      data.compact.assign(piece.begin(), piece.end());
      break;
    }
    case 1:
      data.layout = DataSet::Layout::contiguous;
      data.address = c.little<std::uint64_t>("data address");
      data.size = c.little<std::uint64_t>("data size");
      break;
    case 2: {
      const auto rank = c.little<std::uint8_t>("chunk rank");
      if (rank < 2 || rank > most_rank + 1) c.fail("a chunk of 1 to 8 dimensions was expected");
      data.layout = DataSet::Layout::chunked;
      data.address = c.little<std::uint64_t>("chunk index address");
      for (unsigned i = 0; i + 1 < rank; ++i) data.chunk_shape.push_back(c.little<std::uint32_t>("chunk size"));
      break;
    }
    default: c.fail("compact, contiguous or chunked data were expected");
  }
}

std::pair<std::string, Attribute> parse_attribute(Cursor& c) {
  const auto version = c.little<std::uint8_t>("attribute version");
  const auto flags = c.little<std::uint8_t>("attribute flags");
  if (version < 1 || version > 3) c.fail("an attribute of version 1 to 3 was expected");
  const std::size_t name_size = c.little<std::uint16_t>("attribute name size");
  const std::size_t type_size = c.little<std::uint16_t>("attribute type size");
  const std::size_t space_size = c.little<std::uint16_t>("attribute space size");
  if (version == 3) c.skip(1, "attribute name encoding");
  const auto padded = [version](std::size_t n) { return version == 1 ? (n + 7) / 8 * 8 : n; };
  std::string name = c.text(name_size, "attribute name");
  name.resize(std::min(name.find('\0'), name.size()));
  c.skip(padded(name_size) - name_size, "attribute name");
  Attribute attribute;
  const std::size_t type_at = c.at();
  if (version == 1 || (flags & 1U) == 0) attribute.type = parse_type(c);  // else shared: kind stays `other`
  c.seek(type_at, "attribute");
  c.skip(padded(type_size), "attribute type");
  const std::size_t space_at = c.at();
  if (version == 1 || (flags & 2U) == 0) attribute.shape = parse_space(c);
  c.seek(space_at, "attribute");
  c.skip(padded(space_size), "attribute space");
  const std::uint64_t n = saturating_product(count_of(attribute.shape), attribute.type.size);
  if (attribute.type.kind != DataType::Class::other) {
    if (n > c.left()) c.fail("an attribute value of " + std::to_string(n) + " bytes was expected");
    const auto piece = c.take(static_cast<std::size_t>(n), "attribute value");
    attribute.bytes.assign(piece.begin(), piece.end());
  }
  return {std::move(name), std::move(attribute)};
}

}  // namespace

bool is_hdf5(std::span<const std::byte> head) noexcept {
  return head.size() >= signature.size() && std::memcmp(head.data(), signature.data(), signature.size()) == 0;
}

std::optional<StoredType> DataType::stored() const noexcept {
  if (kind == Class::real && size == 4) return StoredType{StoredKind::f4, order};
  if (kind == Class::real && size == 8) return StoredType{StoredKind::f8, order};
  return {};
}

Reader::Reader(const File& file) : file_(file) {
  const auto head = file.bytes(0, std::min<std::uint64_t>(file.size(), 104), "HDF5 superblock");
  if (!is_hdf5(head)) file.fail(0, "the signature of HDF5 was expected");
  Cursor c(head, file.name());
  c.skip(8, "signature");
  const auto version = c.little<std::uint8_t>("superblock version");
  if (version > 1)
    c.fail("superblock version 0 or 1 was expected, found " + std::to_string(version) +
           "; the file can be rewritten by `h5repack --low=0 --high=0`");
  c.skip(4, "superblock versions");
  const auto width_of_offsets = c.little<std::uint8_t>("size of offsets");
  const auto width_of_lengths = c.little<std::uint8_t>("size of lengths");
  if (width_of_offsets != 8 || width_of_lengths != 8) c.fail("addresses and lengths of 8 bytes were expected");
  c.skip(version == 0 ? 9 : 13, "superblock");
  base_ = c.little<std::uint64_t>("base address");
  c.skip(8, "free space address");
  const auto end = c.little<std::uint64_t>("end of file address");
  if (end > saturating_sum(file.size(), 0) || base_ > file.size())
    c.fail("the superblock says that the file has " + std::to_string(end) + " bytes; it has " +
           std::to_string(file.size()));
  c.skip(8 + 8, "driver information and root name");
  root_ = c.little<std::uint64_t>("root object header");
}

std::uint64_t Reader::absolute(std::uint64_t address, const char* what) const {
  const std::uint64_t at = saturating_sum(base_, address);
  if (at >= file_.size())
    file_.fail(file_.size(),
               std::string(what) + " was expected at byte " + std::to_string(at) + ", beyond the end of the file");
  return at;
}

/// Walks the messages of one object header with its continuations.
class Reader::HeaderParser {
 public:
  HeaderParser(const Reader& reader, Object& object) : reader_(reader), object_(object) {}

  void run() {
    const File& file = reader_.file_;
    const std::uint64_t at = reader_.absolute(object_.address, "an object header");
    const auto prefix = file.bytes(at, 16, "object header");
    Cursor c(prefix, file.name(), at);
    if (c.little<std::uint8_t>("object header version") != 1) c.fail("an object header of version 1 was expected");
    c.skip(1, "object header");
    n_messages_ = c.little<std::uint16_t>("number of messages");
    c.skip(4, "reference count");
    const auto size = c.little<std::uint32_t>("object header size");
    blocks_.emplace_back(at + 16, size);
    // NOLINTNEXTLINE(modernize-loop-convert): block() appends to blocks_
    for (std::size_t i = 0; i < blocks_.size(); ++i) block(blocks_[i].first, blocks_[i].second);
    if (has_data_) object_.data = std::move(data_);
    if (tree_ != undefined_address) reader_.symbol_table(tree_, heap_, object_.children);
  }

 private:
  void block(std::uint64_t at, std::uint64_t size) {
    const File& file = reader_.file_;
    spent_ = saturating_sum(spent_, size);
    if (spent_ > file.size()) file.fail(at, "an object header that fits into the file was expected");
    if (size > most_metadata)
      file.fail(at, "an object header of at most 1 MiB was expected, it says " + std::to_string(size));
    const auto bytes = file.bytes(at, size, "object header messages");
    Cursor c(bytes, file.name(), at);
    while (n_messages_ > 0 && c.left() >= 8) {
      --n_messages_;
      const auto type = c.little<std::uint16_t>("message type");
      const auto length = c.little<std::uint16_t>("message size");
      const auto flags = c.little<std::uint8_t>("message flags");
      c.skip(3, "message");
      const std::uint64_t start = c.offset();
      Cursor m(c.take(length, "message"), file.name(), start);
      const bool shared = (flags & 2U) != 0;
      message(type, shared, m);
    }
  }

  void message(std::uint16_t type, bool shared, Cursor& m) {
    switch (type) {
      case 0x0001:
        if (!shared) data_.shape = parse_space(m);
        break;
      case 0x0003:
        if (!shared) data_.type = parse_type(m);
        break;
      case 0x0008:
        parse_layout(m, data_);
        has_data_ = true;
        break;
      case 0x000B:
        m.skip(1, "filter pipeline");
        data_.filtered = m.little<std::uint8_t>("number of filters") != 0;
        break;
      case 0x000C:
        if (!shared) {
          auto [name, attribute] = parse_attribute(m);
          object_.attributes.insert_or_assign(std::move(name), std::move(attribute));
        }
        break;
      case 0x0010: {
        const auto at = m.little<std::uint64_t>("continuation address");
        const auto size = m.little<std::uint64_t>("continuation size");
        if (size < 8) m.fail("a continuation of at least 8 bytes was expected");  // each takes a message, so they end
        blocks_.emplace_back(reader_.absolute(at, "a continuation"), size);
        break;
      }
      case 0x0011:
        tree_ = m.little<std::uint64_t>("group tree address");
        heap_ = m.little<std::uint64_t>("group heap address");
        break;
      default: break;
    }
  }

  const Reader& reader_;
  Object& object_;
  unsigned n_messages_ = 0;
  std::uint64_t spent_ = 0;  // bytes of all blocks; they are distinct pieces of the file
  std::vector<std::pair<std::uint64_t, std::uint64_t>> blocks_;
  DataSet data_;
  bool has_data_ = false;
  std::uint64_t tree_ = undefined_address;
  std::uint64_t heap_ = undefined_address;
};

Object Reader::object(std::uint64_t address) const {
  Object object;
  object.address = address;
  HeaderParser(*this, object).run();
  return object;
}

std::optional<Object> Reader::child(const Object& parent, const std::string& name) const {
  const auto it = parent.children.find(name);
  return it == parent.children.end() ? std::nullopt : std::optional(object(it->second));
}

void Reader::symbol_table(std::uint64_t tree, std::uint64_t heap,
                          std::map<std::string, std::uint64_t>& children) const {
  const std::uint64_t heap_at = absolute(heap, "a local heap");
  const auto heap_head = file_.bytes(heap_at, 32, "local heap");
  Cursor h(heap_head, file_.name(), heap_at);
  expect_tag(h, "HEAP");
  h.skip(4, "local heap");
  const auto names_size = h.little<std::uint64_t>("local heap size");
  h.skip(8, "local heap");
  const std::uint64_t names_at = absolute(h.little<std::uint64_t>("local heap address"), "names of a group");
  if (names_size > most_metadata) h.fail("names of at most 1 MiB were expected");
  const auto names = file_.bytes(names_at, names_size, "names of a group");

  // Each node takes at least 8 bytes of the file: more visits than that are a loop.
  std::uint64_t budget = file_.size() / 8 + 1;
  std::vector<std::uint64_t> nodes{tree};
  while (!nodes.empty()) {
    const std::uint64_t at = absolute(nodes.back(), "a node of a group");
    nodes.pop_back();
    if (budget-- == 0) file_.fail(at, "the nodes of a group go round in circles");
    const auto head = file_.bytes(at, std::min<std::uint64_t>(24, file_.size() - at), "node of a group");
    Cursor c(head, file_.name(), at);
    const std::string tag = c.text(4, "node of a group");
    if (tag == "TREE") {
      const auto kind = c.little<std::uint8_t>("node type");
      c.skip(1, "node level");
      const auto n = c.little<std::uint16_t>("node entries");
      if (kind != 0) c.fail("a node of a group was expected, found one of data chunks");
      const auto body = file_.bytes(at + 24, 16 * std::uint64_t{n} + 8, "node of a group");
      if (n > budget || nodes.size() + n > budget) c.fail("the nodes of a group are more than the file can hold");
      for (std::size_t i = 0; i < n; ++i)
        nodes.push_back(load<std::uint64_t>(body.data() + 16 * i + 8, std::endian::little));
    } else if (tag == "SNOD") {
      c.skip(2, "symbol node");
      const auto n = c.little<std::uint16_t>("symbol node entries");
      const auto body = file_.bytes(at + 8, 40 * std::uint64_t{n}, "symbol node");
      Cursor s(body, file_.name(), at + 8);
      for (unsigned i = 0; i < n; ++i) {
        const auto name_at = s.little<std::uint64_t>("name offset");
        const auto address = s.little<std::uint64_t>("object address");
        s.skip(24, "symbol");
        if (name_at >= names.size()) s.fail("a name inside the group's heap was expected");
        const auto* first = reinterpret_cast<const char*>(names.data()) + name_at;
        const std::string_view rest(first, names.size() - static_cast<std::size_t>(name_at));
        children.insert_or_assign(std::string(rest.substr(0, rest.find('\0'))), address);
      }
    } else {
      c.fail("the HDF5 structure 'TREE' or 'SNOD' was expected");
    }
  }
}

std::vector<double> Reader::numbers(const Object& object, const std::string& name) const {
  const auto it = object.attributes.find(name);
  if (it == object.attributes.end()) return {};
  const DataType& type = it->second.type;
  const auto& bytes = it->second.bytes;
  if (type.size == 0) return {};
  const std::size_t n = bytes.size() / static_cast<std::size_t>(type.size);
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) {
    const std::byte* p = bytes.data() + i * static_cast<std::size_t>(type.size);
    if (type.kind == DataType::Class::real && type.size == 8) out.push_back(load<double>(p, type.order));
    else if (type.kind == DataType::Class::real && type.size == 4)
      out.push_back(static_cast<double>(load<float>(p, type.order)));
    else if (type.kind == DataType::Class::integer && type.size == 8)
      out.push_back(type.is_signed ? static_cast<double>(load<std::int64_t>(p, type.order))
                                   : static_cast<double>(load<std::uint64_t>(p, type.order)));
    else if (type.kind == DataType::Class::integer && type.size == 4)
      out.push_back(type.is_signed ? static_cast<double>(load<std::int32_t>(p, type.order))
                                   : static_cast<double>(load<std::uint32_t>(p, type.order)));
    else return {};
  }
  return out;
}

std::string Reader::text(const Object& object, const std::string& name) const {
  const auto it = object.attributes.find(name);
  if (it == object.attributes.end()) return {};
  const auto& bytes = it->second.bytes;
  if (it->second.type.kind == DataType::Class::text) {
    const std::string all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return printable(std::string_view(all).substr(0, all.find('\0')));
  }
  if (it->second.type.kind != DataType::Class::variable_text || bytes.size() < 16) return {};
  return global_heap_text(load<std::uint64_t>(bytes.data() + 4, std::endian::little),
                          load<std::uint32_t>(bytes.data() + 12, std::endian::little),
                          load<std::uint32_t>(bytes.data(), std::endian::little));
}

std::string Reader::global_heap_text(std::uint64_t collection, std::uint32_t index, std::uint32_t length) const {
  if (length == 0) return {};
  const std::uint64_t at = absolute(collection, "a global heap");
  const auto head = file_.bytes(at, 16, "global heap");
  Cursor h(head, file_.name(), at);
  expect_tag(h, "GCOL");
  h.skip(4, "global heap");
  const auto size = h.little<std::uint64_t>("global heap size");
  if (size < 16 || size > most_metadata) h.fail("a global heap of 16 bytes to 1 MiB was expected");
  const auto body = file_.bytes(at + 16, size - 16, "global heap");
  Cursor c(body, file_.name(), at + 16);
  while (c.left() >= 16) {
    const auto id = c.little<std::uint16_t>("heap object");
    c.skip(6, "heap object");
    const auto n = c.little<std::uint64_t>("heap object size");
    if (id == 0) break;
    const std::uint64_t padded = saturating_product(saturating_sum(n, 7) / 8, 8);
    if (padded > c.left()) c.fail("a heap object of " + std::to_string(n) + " bytes was expected");
    if (id == index) return printable(c.text(static_cast<std::size_t>(std::min<std::uint64_t>(n, length)), "text"));
    c.skip(static_cast<std::size_t>(padded), "heap object");
  }
  return {};
}

std::vector<Chunk> Reader::chunks(const DataSet& data) const {
  const std::size_t rank = data.chunk_shape.size();
  const std::uint64_t key_bytes = 8 + 8 * (rank + 1);
  std::uint64_t chunk_bytes = data.type.size;
  for (const std::uint64_t d : data.chunk_shape) chunk_bytes = saturating_product(chunk_bytes, d);
  std::vector<Chunk> found;
  std::uint64_t budget = file_.size() / 8 + 1;
  std::vector<std::uint64_t> nodes;
  if (data.address != undefined_address) nodes.push_back(data.address);
  while (!nodes.empty()) {
    const std::uint64_t at = absolute(nodes.back(), "a node of chunks");
    nodes.pop_back();
    if (budget-- == 0) file_.fail(at, "the nodes of the chunks go round in circles");
    const auto head = file_.bytes(at, 24, "node of chunks");
    Cursor c(head, file_.name(), at);
    expect_tag(c, "TREE");
    const auto kind = c.little<std::uint8_t>("node type");
    const auto level = c.little<std::uint8_t>("node level");
    const auto n = c.little<std::uint16_t>("node entries");
    if (kind != 1) c.fail("a node of data chunks was expected");
    const auto body = file_.bytes(at + 24, (key_bytes + 8) * n + key_bytes, "node of chunks");
    if (nodes.size() + found.size() + n > budget) c.fail("the chunks are more than the file can hold");
    Cursor b(body, file_.name(), at + 24);
    for (unsigned i = 0; i < n; ++i) {
      Chunk chunk;
      chunk.size = b.little<std::uint32_t>("chunk size");
      const auto mask = b.little<std::uint32_t>("chunk filter mask");
      for (std::size_t k = 0; k < rank; ++k) chunk.corner.push_back(b.little<std::uint64_t>("chunk corner"));
      b.skip(8, "chunk corner");
      chunk.address = b.little<std::uint64_t>("chunk address");
      if (level > 0) {
        nodes.push_back(chunk.address);
        continue;
      }
      if (mask != 0 || chunk.size != chunk_bytes)
        b.fail("an unfiltered chunk of " + std::to_string(chunk_bytes) + " bytes was expected");
      found.push_back(std::move(chunk));
    }
  }
  return found;
}

std::vector<std::byte> Reader::contents(const DataSet& data) const {
  const std::uint64_t n = saturating_product(count_of(data.shape), data.type.size);
  if (data.filtered) file_.fail(0, "data without compression were expected; `h5repack -f NONE` takes it off");
  if (n > file_.size())
    file_.fail(file_.size(),
               "data of " + std::to_string(n) + " bytes were expected, the file has " + std::to_string(file_.size()));
  if (data.layout == DataSet::Layout::compact) {
    if (data.compact.size() != n) file_.fail(0, "compact data of " + std::to_string(n) + " bytes were expected");
    return data.compact;
  }
  if (data.layout == DataSet::Layout::contiguous) {
    if (data.size != n || data.address == undefined_address)
      file_.fail(0, "contiguous data of " + std::to_string(n) + " bytes were expected, the layout says " +
                        std::to_string(data.size));
    return file_.bytes(absolute(data.address, "data"), n, "data");
  }
  const std::size_t rank = data.shape.size();
  if (data.layout != DataSet::Layout::chunked || data.chunk_shape.size() != rank || rank < 1 || rank > 2)
    file_.fail(0, "data of one or two dimensions were expected");
  if (std::find(data.chunk_shape.begin(), data.chunk_shape.end(), 0U) != data.chunk_shape.end())
    file_.fail(0, "chunks that are not empty were expected");
  std::vector<std::byte> out(static_cast<std::size_t>(n));
  const std::uint64_t width = data.type.size;
  const std::uint64_t columns = rank == 2 ? data.shape[1] : 1;
  const std::uint64_t chunk_columns = rank == 2 ? data.chunk_shape[1] : 1;
  std::uint64_t covered = 0;
  std::uint64_t spent = 0;
  for (const Chunk& chunk : chunks(data)) {
    spent = saturating_sum(spent, chunk.size);
    if (spent > file_.size()) file_.fail(chunk.address, "chunks that fit into the file were expected");
    const std::uint64_t row0 = chunk.corner[0];
    const std::uint64_t column0 = rank == 2 ? chunk.corner[1] : 0;
    if (row0 % data.chunk_shape[0] != 0 || column0 % chunk_columns != 0 || row0 >= data.shape[0] || column0 >= columns)
      file_.fail(chunk.address, "a chunk on the grid of the data was expected");
    const auto piece = file_.bytes(absolute(chunk.address, "a chunk"), chunk.size, "chunk");
    const std::uint64_t rows = std::min(data.chunk_shape[0], data.shape[0] - row0);
    const std::uint64_t run = std::min(chunk_columns, columns - column0);
    for (std::uint64_t r = 0; r < rows; ++r)
      std::memcpy(out.data() + ((row0 + r) * columns + column0) * width, piece.data() + r * chunk_columns * width,
                  static_cast<std::size_t>(run * width));
    covered = saturating_sum(covered, rows * run);
  }
  if (covered != count_of(data.shape))
    file_.fail(0, "chunks of " + std::to_string(count_of(data.shape)) + " samples in all were expected, " +
                      std::to_string(covered) + " are there");
  return out;
}

}  // namespace surefoot::io::hdf5
