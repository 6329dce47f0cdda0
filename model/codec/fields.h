// One list of fields a struct: from it come the encoder, the decoder, the JSON view and the pages
// of numbers. A struct has
//
//   template <class Self, class V>
//   static void fields(Self& s, V&& v) {
//     v(1, "salt", s.salt);             // a std::optional is there where it has a value
//     v.if_set(2, "peer", s.peer);      // there where it differs from its default
//   }
//
// where Self is the struct or const of it; keys ascend and are never reused. A visitor rather than
// a tuple: tuples of members cost the compiler a second a file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "model/codec/cbor.h"
#include "model/location/path.h"

namespace capmarket::codec {

namespace fields_internal {
struct AnyVisitor;
}

/// A struct with a list of fields, as the head of this file says.
template <class S>
concept HasFields = requires(S& s, fields_internal::AnyVisitor& v) {
  S::fields(s, v);
};

/// Calls `v(key, name, member)` of each field, or `v.if_set(…)` of those that are left out at their
/// default, in ascending order of keys.
template <class S, class V>
void visit_fields(S& object, V&& v) {
  std::remove_const_t<S>::fields(object, v);
}

/// An enum is a field type where `enum_max(E)`, its largest enumerator, stands beside it.
template <class E>
concept WireEnum = std::is_enum_v<E> && requires(E e) {
  enum_max(e);
};

/// Items of any list inside one object, at most.
inline constexpr std::size_t kListMax = 4096;

// ---- encode -------------------------------------------------------------------------------------
// One overload a type of field; other namespaces add theirs beside their types (expr::Expr).
// Integers of any meaning go as integers, ids as byte strings, a window as [from, until], a struct
// as a map.

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

namespace fields_internal {

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

/// First pass of the encoder: how many fields are present.
struct Counter {
  std::size_t fields = 0;
  template <class T>
  void operator()(std::int64_t, std::string_view, const T& v) {
    fields += present(v) ? 1 : 0;
  }
  template <class T>
  void if_set(std::int64_t, std::string_view, const T& v) {
    fields += v != T{} ? 1 : 0;
  }
};

/// Second pass: key and value of each of them.
struct Encoder {
  CborWriter& w;
  template <class T>
  void operator()(std::int64_t key, std::string_view, const T& v) {
    if (!present(v)) return;
    w.integer(key);
    encode(w, held(v));
  }
  template <class T>
  void if_set(std::int64_t key, std::string_view name, const T& v) {
    if (v != T{}) (*this)(key, name, v);
  }
};

}  // namespace fields_internal

template <HasFields S>
void encode(CborWriter& w, const S& object) {
  fields_internal::Counter count;
  visit_fields(object, count);
  w.map(count.fields);
  visit_fields(object, fields_internal::Encoder{w});
}

// ---- decode -------------------------------------------------------------------------------------
// The inverse, strict: false, and the reader says why, where an item is no canonical one of its
// type.

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

namespace fields_internal {

/// Walks the keys of a map along the fields; what is wrong stays with the reader.
class Decoder {
 public:
  explicit Decoder(CborReader& r) : r_(r) {
    if (r_.map(left_)) next();
  }
  template <class T>
  void operator()(std::int64_t key, std::string_view, T& v) {
    if (!r_.ok()) return;
    if (here(key))
      take(v);
    else if (present(T{}))
      r_.fail("a missing field");
  }
  template <class T>
  void if_set(std::int64_t key, std::string_view, T& v) {
    if (r_.ok() && here(key)) take(v);
  }
  /// After the last field.
  bool finish() {
    if (!r_.ok()) return false;
    if (left_ > 0) return r_.fail("a field that this kind of object does not have");
    r_.leave();
    return true;
  }

 private:
  bool here(std::int64_t key) const { return have_ && key == key_; }
  void next() { have_ = left_ > 0 && r_.key(key_, key_); }
  template <class T>
  void take(T& v) {
    if (!decode(r_, v)) return;
    --left_;
    next();
  }

  CborReader& r_;
  std::size_t left_ = 0;  // entries of the map that were not read
  std::int64_t key_ = -1;
  bool have_ = false;
};

}  // namespace fields_internal

template <HasFields S>
bool decode(CborReader& r, S& object) {
  fields_internal::Decoder decoder(r);
  visit_fields(object, decoder);
  return decoder.finish();
}

}  // namespace capmarket::codec
