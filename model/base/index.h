// Places in lists, typed by what the list holds: mixing them does not compile.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include "model/base/check.h"

namespace capmarket {

/// The place of one thing in a list, from 0, or none. The tag is what the list holds, where it
/// holds one such thing each.
template <class Tag>
class Index {
 public:
  constexpr Index() = default;  // none
  /// Precondition: -1 (none) or a place below 2^31.
  explicit constexpr Index(std::int64_t v) : value(static_cast<std::int32_t>(v)) {
    CHECK(v >= -1 && v <= std::numeric_limits<std::int32_t>::max(), v);
  }
  constexpr auto operator<=>(const Index&) const = default;

  constexpr bool valid() const { return value >= 0; }
  /// Precondition: valid.
  constexpr std::size_t place() const {
    CHECK(value >= 0, value);
    return static_cast<std::size_t>(value);
  }

  std::int32_t value = -1;
};

/// The element at `i`. Precondition: it is one of the list.
template <class T>
T& at(std::vector<T>& list, Index<T> i) {
  CHECK(i.place() < list.size(), i.value, list.size());
  return list[i.place()];
}
template <class T>
const T& at(const std::vector<T>& list, Index<T> i) {
  CHECK(i.place() < list.size(), i.value, list.size());
  return list[i.place()];
}

/// The first `size` places, in order.
template <class Tag>
class IndexRange {
 public:
  class iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Index<Tag>;
    using difference_type = std::ptrdiff_t;
    using pointer = const Index<Tag>*;
    using reference = Index<Tag>;

    constexpr iterator() = default;
    explicit constexpr iterator(std::int64_t at) : at_(at) {}
    constexpr Index<Tag> operator*() const { return Index<Tag>(at_); }
    constexpr iterator& operator++() {
      ++at_;
      return *this;
    }
    constexpr iterator operator++(int) {
      iterator before = *this;
      ++at_;
      return before;
    }
    constexpr bool operator==(const iterator&) const = default;

   private:
    std::int64_t at_ = 0;
  };

  explicit constexpr IndexRange(std::size_t size) : size_(static_cast<std::int64_t>(size)) {}
  constexpr iterator begin() const { return iterator(0); }
  constexpr iterator end() const { return iterator(size_); }

 private:
  std::int64_t size_;
};

template <class T>
IndexRange<T> indices(const std::vector<T>& list) {
  return IndexRange<T>(list.size());
}

/// A vector that only its own indices reach. References die with growth, as of a vector.
template <class T, class Tag = T>
class IndexedVector {
 public:
  T& operator[](Index<Tag> i) {
    CHECK(i.place() < items_.size(), i.value, items_.size());
    return items_[i.place()];
  }
  const T& operator[](Index<Tag> i) const {
    CHECK(i.place() < items_.size(), i.value, items_.size());
    return items_[i.place()];
  }

  /// The place of what was added.
  Index<Tag> push_back(T item) {
    items_.push_back(std::move(item));
    return Index<Tag>(static_cast<std::int64_t>(items_.size()) - 1);
  }
  /// The place that the next one gets.
  Index<Tag> next() const { return Index<Tag>(static_cast<std::int64_t>(items_.size())); }
  void resize(std::size_t size) { items_.resize(size); }

  IndexRange<Tag> indices() const { return IndexRange<Tag>(items_.size()); }
  /// Precondition of both: not empty.
  T& back() { return items_.back(); }
  const T& back() const { return items_.back(); }
  /// In order, for who needs no typed place.
  const std::vector<T>& all() const { return items_; }

  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  auto rbegin() const { return items_.rbegin(); }
  auto rend() const { return items_.rend(); }

 private:
  std::vector<T> items_;
};

}  // namespace capmarket

template <class Tag>
struct std::hash<capmarket::Index<Tag>> {
  std::size_t operator()(capmarket::Index<Tag> i) const noexcept {
    return std::hash<std::int32_t>()(i.value);
  }
};
