// A party's book: what it promised and signed, as long as that binds.
#include "sim/party/commitments.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace capmarket::party {
namespace {

constexpr Instant at(std::int64_t seconds) { return Instant(seconds * kNanosPerSecond); }
Window window(std::int64_t from, std::int64_t until) { return {at(from), at(until)}; }

Commitment of(std::uint32_t resource, Window w, std::int64_t quantity, Instant until) {
  Commitment out;
  out.resource = resource;
  out.window = w;
  out.quantity = Quantity(quantity);
  out.until = until;
  return out;
}

TEST(Commitments, bind_until_their_end_and_count_at_once_what_overlaps) {
  Commitments book;
  const std::uint64_t first = book.add(of(1, window(0, 10), 3, at(100)), at(0));
  book.add(of(1, window(5, 20), 4, at(50)), at(0));
  book.add(of(2, window(0, 20), 9, at(100)), at(0));
  EXPECT_EQ(book.committed(1, window(0, 20), at(1)), Quantity(7));
  EXPECT_EQ(book.committed(1, window(0, 5), at(1)), Quantity(3));
  EXPECT_EQ(book.committed(1, window(10, 20), at(1)), Quantity(4));
  EXPECT_EQ(book.committed(1, window(20, 30), at(1)), Quantity(0));
  EXPECT_EQ(book.committed(3, window(0, 20), at(1)), Quantity(0));
  EXPECT_EQ(book.committed(1, window(0, 20), at(50)), Quantity(3)) << "the second has ended";
  book.drop(first);
  EXPECT_EQ(book.committed(1, window(0, 20), at(1)), Quantity(4));
  EXPECT_EQ(book.find(first, at(1)), nullptr);
}

TEST(Commitments, a_promise_becomes_a_signature_of_a_part_and_goes_with_its_settlement) {
  Commitments book;
  const ContentId settlement{{7}}, another{{8}};
  const std::uint64_t number = book.add(of(1, window(0, 10), 5, at(10)), at(0));
  const std::uint64_t other = book.add(of(1, window(0, 10), 2, at(10)), at(0));
  ASSERT_NE(book.find(number, at(9)), nullptr);
  EXPECT_EQ(book.find(number, at(10)), nullptr) << "a promise ends";
  book.sign(number, window(2, 8), Quantity(4), settlement, at(60));
  EXPECT_TRUE(book.has_signed(settlement, at(59)));
  EXPECT_FALSE(book.has_signed(settlement, at(60)));
  EXPECT_FALSE(book.has_signed(another, at(1)));
  EXPECT_EQ(book.committed(1, window(0, 10), at(20)), Quantity(4)) << "the signature binds on";
  EXPECT_EQ(book.committed(1, window(0, 2), at(20)), Quantity(0)) << "of the part alone";
  book.settle(another);
  EXPECT_TRUE(book.has_signed(settlement, at(20)));
  book.settle(settlement);
  EXPECT_FALSE(book.has_signed(settlement, at(20)));
  EXPECT_NE(book.find(other, at(5)), nullptr);
}

/// The slow answer: every whole second by itself.
RC_GTEST_PROP(Commitments, the_most_at_once_is_the_most_of_any_instant, ()) {
  Commitments book;
  std::vector<Commitment> all;
  const int count = *rc::gen::inRange(0, 8);
  for (int i = 0; i < count; ++i) {
    const std::int64_t from = *rc::gen::inRange(0, 12);
    Commitment c = of(static_cast<std::uint32_t>(*rc::gen::inRange(0, 2)),
                      window(from, from + *rc::gen::inRange(1, 6)), *rc::gen::inRange(0, 5),
                      at(*rc::gen::inRange(1, 4)));
    book.add(c, at(0));
    all.push_back(c);
  }
  const std::int64_t from = *rc::gen::inRange(0, 12);
  const Window asked = window(from, from + *rc::gen::inRange(1, 8));
  const Instant now = at(*rc::gen::inRange(0, 4));
  Quantity most(0);
  for (std::int64_t s = 0; s < 20; ++s) {
    Quantity sum(0);
    for (const Commitment& c : all)
      if (c.resource == 0 && now < c.until && c.window.contains(at(s))) sum += c.quantity;
    if (asked.contains(at(s))) most = std::max(most, sum);
  }
  RC_ASSERT(book.committed(0, asked, now) == most);
}

}  // namespace
}  // namespace capmarket::party
