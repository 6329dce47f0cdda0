// Random numbers for cases that are replayed by their seed alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace capmarket::agreement {

/// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  /// In [low, high].
  std::int64_t in(std::int64_t low, std::int64_t high) {
    auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    return span == 0 ? static_cast<std::int64_t>(next())
                     : static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + next() % span);
  }
  bool one_in(std::int64_t n) { return in(1, n) == 1; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(in(0, static_cast<std::int64_t>(all.size()) - 1))];
  }
  std::string word(const std::vector<std::string>& all) { return of(all); }

 private:
  std::uint64_t state_;
};

}  // namespace capmarket::agreement
