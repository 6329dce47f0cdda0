// One table a kind of object: from it come the encoder, the decoder, the JSON view and the
// reference page. A struct has `static constexpr auto fields()` giving a tuple of Field; keys
// ascend.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/codec/cbor.h"
#include "model/location/path.h"

namespace capmarket::codec {

template <class S, class T>
struct Field {
  std::int64_t key;
  std::string_view name;
  T S::*member;
  std::string_view about;
};
template <class S, class T>
constexpr Field<S, T> field(std::int64_t key, std::string_view name, T S::*member,
                            std::string_view about = {}) {
  return {key, name, member, about};
}

template <class S>
concept HasFields = requires {
  S::fields();
};

/// An enum is a field type where `enum_max(E)`, its largest enumerator, stands beside it.
template <class E>
concept WireEnum = std::is_enum_v<E> && requires(E e) {
  enum_max(e);
};

inline constexpr std::size_t kListMax = 4096;  // items of any list inside one object

// ---- encode -------------------------------------------------------------------------------------
inline void encode(CborWriter& w, std::int64_t v) { w.integer(v); }
inline void encode(CborWriter& w, bool v) { w.boolean(v); }
inline void encode(CborWriter& w, const std::string& v) { w.text(v); }
inline void encode(CborWriter& w, const location::Location& v) { w.text(v.path); }
inline void encode(CborWriter& w, Instant v) { w.integer(v.value); }
inline void encode(CborWriter& w, const Window& v) {
  w.array(2);
  w.integer(v.from.value);
  w.integer(v.until.value);
}
/// 128 bits as 16 bytes, two's complement, big-endian.
void encode(CborWriter& w, Volume v);
template <class Tag>
void encode(CborWriter& w, Strong<Tag> v) {
  w.integer(v.value);
}
template <class Tag, std::size_t N>
void encode(CborWriter& w, const FixedBytes<Tag, N>& v) {
  w.bytes(v.view());
}
template <WireEnum E>
void encode(CborWriter& w, E v) {
  w.integer(static_cast<std::int64_t>(v));
}
template <HasFields S>
void encode(CborWriter& w, const S& object);
template <class T>
void encode(CborWriter& w, const std::vector<T>& items) {
  w.array(items.size());
  for (const T& item : items) encode(w, item);
}

namespace schema_internal {
template <class T>
bool present(const T&) {
  return true;
}
template <class T>
bool present(const std::optional<T>& v) {
  return v.has_value();
}
template <class T>
const T& held(const T& v) {
  return v;
}
template <class T>
const T& held(const std::optional<T>& v) {
  return *v;
}
}  // namespace schema_internal

template <HasFields S>
void encode(CborWriter& w, const S& object) {
  using namespace schema_internal;
  std::apply(
      [&](const auto&... f) {
        w.map((std::size_t{0} + ... + std::size_t{present(object.*f.member)}));
        auto one = [&](const auto& row) {
          if (!present(object.*row.member)) return;
          w.integer(row.key);
          encode(w, held(object.*row.member));
        };
        (one(f), ...);
      },
      S::fields());
}

// ---- decode -------------------------------------------------------------------------------------
inline bool decode(CborReader& r, std::int64_t& v) { return r.integer(v); }
inline bool decode(CborReader& r, bool& v) { return r.boolean(v); }
inline bool decode(CborReader& r, std::string& v) { return r.text(v); }
bool decode(CborReader& r, location::Location& v);
inline bool decode(CborReader& r, Instant& v) { return r.integer(v.value); }
bool decode(CborReader& r, Window& v);
bool decode(CborReader& r, Volume& v);
template <class Tag>
bool decode(CborReader& r, Strong<Tag>& v) {
  return r.integer(v.value);
}
template <class Tag, std::size_t N>
bool decode(CborReader& r, FixedBytes<Tag, N>& v) {
  return r.fixed_bytes(v.bytes);
}
template <WireEnum E>
bool decode(CborReader& r, E& v) {
  std::int64_t n = 0;
  if (!r.integer(n)) return false;
  if (n < 0 || n > enum_max(E{})) return r.fail("a value outside its enumeration");
  v = static_cast<E>(n);
  return true;
}
template <HasFields S>
bool decode(CborReader& r, S& object);
template <class T>
bool decode(CborReader& r, std::vector<T>& items) {
  std::size_t n = 0;
  if (!r.array(n)) return false;
  if (n > kListMax) return r.fail("a list of more than 4096 items");
  items.resize(n);
  for (T& item : items)
    if (!decode(r, item)) return false;
  r.leave();
  return true;
}
template <class T>
bool decode(CborReader& r, std::optional<T>& v) {
  return decode(r, v.emplace());
}

template <HasFields S>
bool decode(CborReader& r, S& object) {
  using namespace schema_internal;
  std::size_t left = 0;
  if (!r.map(left)) return false;
  std::int64_t key = -1;
  bool have = left > 0 && r.key(key, key);
  auto one = [&](const auto& row) {
    if (!r.ok()) return;
    if (!have || key != row.key) {
      using Member = std::remove_reference_t<decltype(object.*row.member)>;
      if (present(Member{})) r.fail("a missing field");
      return;
    }
    if (!decode(r, object.*row.member)) return;
    have = --left > 0 && r.key(key, key);
  };
  std::apply([&](const auto&... f) { (one(f), ...); }, S::fields());
  if (!r.ok()) return false;
  if (left > 0) return r.fail("a field that this kind of object does not have");
  r.leave();
  return true;
}

}  // namespace capmarket::codec
